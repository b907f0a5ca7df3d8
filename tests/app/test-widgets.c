/* test-widgets.c: the widgets by themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-attribute-names.h"
#include "ag-canvas-view.h"
#include "ag-canvas.h"
#include "ag-control-row.h"
#include "ag-eye-handle.h"
#include "ag-hold-button.h"
#include "ag-slider.h"
#include "ag-texture.h"
#include "test-app.h"

static void
count (int *n)
{
  ++*n;
}

static GtkWidget *
present (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

static void
test_names (void)
{
  static const char *const names[][2] = {
    { "Smiling", "Smiling" },
    { "Gray_Hair", "Gray hair" },
    { "Age_60_Plus", "Age 60 and over" },
    { "Pointy_Nose", "Pointy nose" },
    { "x", "x" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *title = ag_attribute_get_title (names[i][0]);

      g_assert_cmpstr (title, ==, names[i][1]);
    }
}

/* What is set is not reported back; what somebody moves is, and is what a screen reader tells. */
static void
test_control_row (void)
{
  AgControlRow *row = ag_control_row_new ("Smiling", -2, 2);
  GtkWidget *window = present (GTK_WIDGET (row));
  GtkWidget *slider = ag_control_row_get_slider (row);
  int n = 0;

  ag_control_row_set_neutral (row, 0, TRUE);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (count), &n);
  ag_control_row_set_value (row, 1.25);
  g_assert_cmpint (n, ==, 0);
  g_assert_cmpfloat (ag_control_row_get_value (row), ==, 1.25);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Smiling");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "+1.25");

  gtk_range_set_value (GTK_RANGE (slider), -0.5);
  g_assert_cmpint (n, ==, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                       "\u22120.50");
  gtk_range_set_value (GTK_RANGE (slider), 7);
  g_assert_cmpfloat (ag_control_row_get_value (row), ==, 2);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The bar begins at the neutral position: on either side of it the drawing changes. */
static void
test_slider_drawing (void)
{
  AgControlRow *row = ag_control_row_new ("Smiling", -2, 2);
  GtkWidget *window = present (GTK_WIDGET (row));
  GtkWidget *slider = ag_control_row_get_slider (row);
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) limited = NULL;

  plain = test_window_draw (slider);
  ag_control_row_set_limit (row, 1.5);
  gtk_test_widget_wait_for_draw (window);
  limited = test_window_draw (slider);
  g_assert_false (g_bytes_equal (plain, limited));
  ag_control_row_set_limit (row, NAN);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_hold_button (void)
{
  AgHoldButton *button = g_object_new (AG_TYPE_HOLD_BUTTON, NULL);
  GtkWidget *window = present (GTK_WIDGET (button));
  int n = 0;

  g_signal_connect_swapped (button, "notify::held", G_CALLBACK (count), &n);
  g_assert_false (ag_hold_button_get_held (button));
  ag_hold_button_set_held (button, TRUE);
  ag_hold_button_set_held (button, TRUE);
  g_assert_cmpint (n, ==, 1);
  /* As a screen reader does. */
  g_signal_emit_by_name (button, "clicked");
  g_assert_false (ag_hold_button_get_held (button));
  gtk_window_destroy (GTK_WINDOW (window));
}

static AgImage *
image_new (int width, int height, guint8 grey)
{
  gsize n = (gsize) width * (gsize) height * 3;
  guint8 *pixels = g_malloc (n);
  g_autoptr (GBytes) bytes = NULL;

  memset (pixels, grey, n);
  bytes = g_bytes_new_take (pixels, n);
  return ag_image_new (width, height, bytes);
}

typedef struct
{
  AgImage *image;
  gboolean done;
} Converted;

static void
on_converted (GObject *source, GAsyncResult *result, gpointer data)
{
  Converted *converted = data;

  converted->image = ag_texture_to_image_finish (result, NULL);
  converted->done = TRUE;
}

static gboolean
is_converted (gpointer data)
{
  return ((Converted *) data)->done;
}

/* There and back again; what is transparent comes out over white. */
static void
test_textures (void)
{
  static const guint8 rgba[] = { 200, 100, 50, 255, 0, 0, 0, 0 };
  g_autoptr (AgImage) image = image_new (5, 3, 77);
  g_autoptr (GdkTexture) texture = ag_texture_new (image);
  g_autoptr (GBytes) bytes = g_bytes_new (rgba, sizeof rgba);
  g_autoptr (GdkTexture) transparent = gdk_memory_texture_new (2, 1, GDK_MEMORY_R8G8B8A8, bytes, 8);
  Converted back = { 0 }, flat = { 0 };
  const guint8 *pixels;

  ag_texture_to_image_async (texture, NULL, on_converted, &back);
  g_assert_true (test_wait_until (is_converted, &back));
  g_assert_cmpint (back.image->width, ==, 5);
  g_assert_cmpint (back.image->height, ==, 3);
  g_assert_true (g_bytes_equal (back.image->pixels, image->pixels));
  ag_image_unref (back.image);

  ag_texture_to_image_async (transparent, NULL, on_converted, &flat);
  g_assert_true (test_wait_until (is_converted, &flat));
  pixels = ag_image_get_pixels (flat.image);
  g_assert_cmpint (pixels[0], ==, 200);
  g_assert_cmpint (pixels[1], ==, 100);
  g_assert_cmpint (pixels[2], ==, 50);
  g_assert_cmpint (pixels[3], ==, 255);
  g_assert_cmpint (pixels[5], ==, 255);
  ag_image_unref (flat.image);
}

static GtkWidget *
find_handle (GtkWidget *canvas, int index)
{
  GtkWidget *child;

  for (child = gtk_widget_get_first_child (canvas); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (AG_IS_EYE_HANDLE (child) && index-- == 0)
      return child;
  return NULL;
}

/* Handles appear with a photo, stand on the eyes, and move them by what they are pushed. */
static void
test_canvas (void)
{
  AgCanvas *canvas = g_object_new (AG_TYPE_CANVAS, NULL);
  GtkWidget *window = present (GTK_WIDGET (canvas));
  g_autoptr (AgImage) light = image_new (200, 100, 200);
  g_autoptr (AgImage) dark = image_new (200, 100, 20);
  g_autoptr (GdkTexture) picture = ag_texture_new (light);
  g_autoptr (GdkTexture) original = ag_texture_new (dark);
  const AgEyes eyes = { 150, 100, 250, 100 };
  const AgEditViewport whole = { 0, 0, 0.5, 200, 100 };
  GtkWidget *left = find_handle (GTK_WIDGET (canvas), 0);
  int n_moved = 0;
  AgEyes moved;
  graphene_rect_t bounds;

  g_signal_connect_swapped (canvas, "eyes-moved", G_CALLBACK (count), &n_moved);
  g_assert_null (ag_canvas_get_shown (canvas));
  ag_canvas_set_pictures (canvas, picture, &whole, original, &whole);
  g_assert_true (ag_canvas_get_shown (canvas) == picture);
  ag_canvas_set_comparing (canvas, TRUE);
  g_assert_true (ag_canvas_get_shown (canvas) == original);
  ag_canvas_set_comparing (canvas, FALSE);

  g_assert_false (gtk_widget_get_visible (left));
  ag_canvas_set_adjusting (canvas, TRUE);
  g_assert_false (gtk_widget_get_visible (left));
  /* Fitted into 400 by 300 with a margin of 12. */
  ag_canvas_set_photo (canvas, 400, 200, &eyes);
  g_assert_true (gtk_widget_get_visible (left));
  g_assert_true (ag_canvas_get_shown (canvas) == original);
  gtk_test_widget_wait_for_draw (window);
  g_assert_true (gtk_widget_compute_bounds (left, GTK_WIDGET (canvas), &bounds));
  g_assert_cmpfloat_with_epsilon (bounds.origin.x + AG_EYE_HANDLE_SIZE / 2.0, 12 + 0.94 * 150, 1);
  g_assert_cmpfloat_with_epsilon (bounds.origin.y + AG_EYE_HANDLE_SIZE / 2.0, 56 + 0.94 * 100, 1);

  g_signal_emit_by_name (left, "pushed", 10.0, -5.0);
  g_assert_cmpint (n_moved, ==, 1);
  ag_canvas_get_eyes (canvas, &moved);
  g_assert_cmpfloat_with_epsilon (moved.left_x, 150 + 10 / 0.94, 1e-6);
  g_assert_cmpfloat_with_epsilon (moved.left_y, 100 - 5 / 0.94, 1e-6);
  g_assert_cmpfloat (moved.right_x, ==, 250);

  /* Not off the photo, and not onto the other eye. */
  g_signal_emit_by_name (left, "pushed", -1000.0, 0.0);
  ag_canvas_get_eyes (canvas, &moved);
  g_assert_cmpfloat (moved.left_x, ==, 0);
  g_signal_emit_by_name (left, "pushed", 235.0, 4.7);
  ag_canvas_get_eyes (canvas, &moved);
  g_assert_cmpfloat (moved.left_x, ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What is at the pointer stays there; a part asks for just what is seen, and fits again. */
static void
test_zoom (void)
{
  AgCanvasView view = { 400, 300, 2, 12, 1000, 500, 4, 0, 0, 0 };
  AgEditViewport part;
  double x, y, x2, y2;
  graphene_rect_t bounds;

  g_assert_false (ag_canvas_view_get_viewport (&view, &part));
  g_assert_cmpfloat (ag_canvas_view_get_fit (&view), ==, 0.752);
  ag_canvas_view_to_picture (&view, 100, 150, &x, &y);
  ag_canvas_view_zoom_at (&view, 3, 100, 150);
  ag_canvas_view_to_picture (&view, 100, 150, &x2, &y2);
  g_assert_cmpfloat_with_epsilon (x, x2, 1);
  g_assert_cmpfloat_with_epsilon (y, y2, 1);
  g_assert_true (ag_canvas_view_get_viewport (&view, &part));
  g_assert_cmpfloat (part.scale, ==, 3);
  g_assert_cmpint (part.width, ==, 800);
  g_assert_cmpint (part.height, ==, 600);
  g_assert_true (ag_canvas_view_place (&view, &part, &bounds));
  g_assert_cmpfloat_with_epsilon (bounds.origin.x, 0, 1e-3);
  g_assert_cmpfloat_with_epsilon (bounds.size.width, 400, 1e-3);

  /* Not past the picture's edges; what is narrower than the canvas stands in its middle. */
  ag_canvas_view_pan (&view, 1e6, -1e6);
  g_assert_true (ag_canvas_view_get_viewport (&view, &part));
  g_assert_cmpfloat_with_epsilon (part.x, 0, 1e-6);
  g_assert_cmpfloat_with_epsilon (part.y + part.height / part.scale, 500, 1e-6);
  part.width *= 10;
  g_assert_false (ag_canvas_view_place (&view, &part, &bounds));
  ag_canvas_view_zoom_at (&view, 0.8, 0, 0);
  g_assert_true (ag_canvas_view_get_viewport (&view, &part));
  g_assert_cmpfloat (part.height, ==, 400);
  ag_canvas_view_zoom_at (&view, 0.1, 200, 150);
  g_assert_false (ag_canvas_view_get_viewport (&view, &part));
}

void
test_widgets_add (void)
{
  g_test_add_func ("/app/widgets/names", test_names);
  g_test_add_func ("/app/widgets/control-row", test_control_row);
  g_test_add_func ("/app/widgets/slider-drawing", test_slider_drawing);
  g_test_add_func ("/app/widgets/hold-button", test_hold_button);
  g_test_add_func ("/app/widgets/textures", test_textures);
  g_test_add_func ("/app/widgets/canvas", test_canvas);
  g_test_add_func ("/app/widgets/zoom", test_zoom);
}
