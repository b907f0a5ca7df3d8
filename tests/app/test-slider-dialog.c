/* test-slider-dialog.c: a slider made of two heaps of photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-slider-dialog.h"
#include "test-app.h"
#include "tiny-model.h"

/* Two trays of photos, a name, and the copy has one slider more. */

typedef struct
{
  char *folder;
  AgModel *model;
  GtkWidget *window;
  AgSliderDialog *dialog;
  GFile *saved;
  char *photos[2];
} Making;

static gboolean
is_ready (gpointer dialog)
{
  return ag_slider_dialog_is_ready (dialog);
}

static void
take_saved (Making *t, GFile *file)
{
  t->saved = g_object_ref (file);
}

static gboolean
is_saved (gpointer data)
{
  return ((Making *) data)->saved != NULL;
}

/* The photos of one tray are dropped on it, of the other chosen. */
static void
fill_tray (Making *t, gboolean with)
{
  char *path = tiny_folder_new ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  AgPhotoTray *tray = ag_slider_dialog_get_tray (t->dialog, with);
  GSList files = { folder, NULL };

  t->photos[with] = path;
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);

      g_object_unref (tiny_photo_save (path, name, 40, 40, with ? i : i + 20));
    }
  if (with)
    test_drop_files (GTK_WIDGET (tray), &files);
  else
    ag_photo_tray_add (tray, folder);
  g_assert_cmpuint (ag_photo_tray_get_files (tray)->len, ==, 5);
}

static void
test_slider_dialog (void)
{
  Making t = { .folder = tiny_folder_new () };
  g_autoptr (GFile) file = tiny_model_save (t.folder);
  g_autofree char *path = g_build_filename (t.folder, "copy.safetensors", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) copy = NULL;

  t.model = ag_model_load (file, &error);
  g_assert_no_error (error);
  t.window = gtk_window_new ();
  t.dialog = ag_slider_dialog_new (GTK_WINDOW (t.window), t.model);
  g_signal_connect_swapped (t.dialog, "saved", G_CALLBACK (take_saved), &t);
  gtk_window_present (GTK_WINDOW (t.dialog));
  g_assert_false (ag_slider_dialog_is_ready (t.dialog));
  ag_slider_dialog_set_name (t.dialog, "Holiday");
  fill_tray (&t, TRUE);
  fill_tray (&t, FALSE);
  g_assert_true (test_wait_until (is_ready, t.dialog));
  ag_slider_dialog_save_to (t.dialog, target);
  g_assert_true (test_wait_until (is_saved, &t));
  copy = ag_model_load (t.saved, &error);
  g_assert_no_error (error);
  g_assert_nonnull (ag_model_find_attribute (copy, "Holiday"));
  g_assert_cmpuint (copy->attributes->len, ==, t.model->attributes->len + 1);
  g_object_unref (t.saved);
  ag_model_unref (t.model);
  gtk_window_destroy (GTK_WINDOW (t.window));
  tiny_folder_remove (t.folder);
  tiny_folder_remove (t.photos[0]);
  tiny_folder_remove (t.photos[1]);
}

void
test_slider_dialog_add (void)
{
  g_test_add_func ("/app/slider-dialog", test_slider_dialog);
}
