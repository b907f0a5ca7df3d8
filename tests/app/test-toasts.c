/* test-toasts.c: that messages cover no control of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-app.h"
#include "tiny-model.h"

/* A toast rises for less than that; under a sanitizer a frame may take long. */
#define STILL_US (G_USEC_PER_SEC / 2)

static GtkWidget *
find_toast (GtkWidget *parent)
{
  GtkWidget *child, *found;

  if (g_strcmp0 (gtk_widget_get_css_name (parent), "toast") == 0)
    return parent;
  for (child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if ((found = find_toast (child)) != NULL)
      return found;
  return NULL;
}

/* Whether a control that can be used lies under @bounds; @toast itself is not looked into. */
static gboolean
covers_control (GtkWidget *parent, GtkWidget *toast, const graphene_rect_t *bounds, TestWindow *t)
{
  GtkWidget *child;
  graphene_rect_t own;

  for (child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (child == toast || !gtk_widget_get_mapped (child) || !gtk_widget_get_can_target (child))
        continue;
      if ((GTK_IS_BUTTON (child) || GTK_IS_RANGE (child)) &&
          gtk_widget_compute_bounds (child, GTK_WIDGET (t->window), &own) &&
          graphene_rect_intersection (&own, bounds, NULL))
        return TRUE;
      if (covers_control (child, toast, bounds, t))
        return TRUE;
    }
  return FALSE;
}

/* Where the toast was seen last, and since when. */
typedef struct
{
  TestWindow *window;
  GtkWidget *toast;
  graphene_rect_t bounds;
  gint64 since;
} Watch;

static gboolean
toast_stands_still (gpointer data)
{
  Watch *watch = data;
  GtkWidget *window = GTK_WIDGET (watch->window->window);
  graphene_rect_t bounds;

  watch->toast = find_toast (window);
  if (watch->toast == NULL || !gtk_widget_compute_bounds (watch->toast, window, &bounds))
    return FALSE;
  if (!graphene_rect_equal (&bounds, &watch->bounds))
    {
      watch->bounds = bounds;
      watch->since = g_get_monotonic_time ();
    }
  return g_get_monotonic_time () - watch->since > STILL_US;
}

static gboolean
has_no_toast (gpointer data)
{
  return find_toast (data) == NULL;
}

/* Neither of the bar below the photo nor of what lies on its lower edge: the hint, the brush. */
static void
test_toasts (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  GtkWidget *window = GTK_WIDGET (t->window);
  GdkDisplay *display = gtk_widget_get_display (window);
  const int widths[] = { 1000, 400 };

  /* The style has a part in it. */
  gtk_css_provider_load_from_resource (style, "/io/github/afterglow/Afterglow/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  ag_window_open_file (t->window, photo);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (widths); i++)
    {
      Watch watch = { .window = t };

      gtk_window_set_default_size (GTK_WINDOW (t->window), widths[i / 2], 700);
      test_window_settle (t);
      ag_edit_page_set_adjusting (t->page, i % 2 == 0);
      ag_edit_page_set_brushing (t->page, i % 2 == 1);
      ag_edit_session_set_value (t->session, TINY_SMILING, 1);
      test_window_settle (t);
      g_assert_true (gtk_widget_activate_action (window, "win.reset", NULL));
      g_assert_true (test_wait_until (toast_stands_still, &watch));
      g_assert_false (covers_control (window, watch.toast, &watch.bounds, t));
      g_assert_true (test_wait_until (has_no_toast, window));
    }
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (style));
}

void
test_toasts_add (void)
{
  g_test_add ("/app/toasts", TestWindow, NULL, test_window_set_up, test_toasts,
              test_window_tear_down);
}
