/* test-resources.c: that what the widgets ask for by name is there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "test-app.h"

#define RESOURCES "/io/github/afterglow/Afterglow/"

static const char *const ui_files[] = {
  "blend-page.ui",       "brush-bar.ui",  "control-row.ui",    "edit-page.ui", "edit-panel.ui",
  "gtk/help-overlay.ui", "likelihood.ui", "sample-page.ui",    "shelf.ui",     "slider-dialog.ui",
  "train-dialog.ui",     "train-page.ui", "train-run-view.ui", "window.ui",
};

/* Every icon named in the .ui files is one of ours or of the theme. */
static void
test_icons (void)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gdk_display_get_default ());
  g_autoptr (GRegex) regex = g_regex_new ("name=\"icon-name\">([^<]+)<", 0, 0, NULL);
  guint n = 0;

  gtk_icon_theme_add_resource_path (theme, RESOURCES "icons");
  for (gsize i = 0; i < G_N_ELEMENTS (ui_files); i++)
    {
      g_autofree char *path = g_strconcat (RESOURCES, ui_files[i], NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
      g_autofree char *text = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      g_assert_nonnull (bytes);
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
           g_match_info_next (match, NULL), n++)
        {
          g_autofree char *name = g_match_info_fetch (match, 1);

          if (!gtk_icon_theme_has_icon (theme, name))
            g_test_message ("no icon named %s", name);
          g_assert_true (gtk_icon_theme_has_icon (theme, name));
        }
    }
  g_assert_cmpuint (n, >=, 6);
}

/* The shortcuts window names actions; each has a key, or it would show none. */
static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (RESOURCES "gtk/help-overlay.ui");
  GObject *overlay = gtk_builder_get_object (builder, "help_overlay");

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (overlay));
  gtk_window_destroy (GTK_WINDOW (overlay));
}

static void
css_error (GtkCssProvider *provider, GtkCssSection *section, GError *error, int *n)
{
  g_test_message ("%s", error->message);
  ++*n;
}

static void
test_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
  int n = 0;

  g_signal_connect (provider, "parsing-error", G_CALLBACK (css_error), &n);
  gtk_css_provider_load_from_resource (provider, RESOURCES "style.css");
  g_assert_cmpint (n, ==, 0);
}

void
test_resources_add (void)
{
  g_test_add_func ("/app/resources/icons", test_icons);
  g_test_add_func ("/app/resources/shortcuts", test_shortcuts);
  g_test_add_func ("/app/resources/style", test_style);
}
