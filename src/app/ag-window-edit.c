/* ag-window-edit.c: the commands of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

/* One step of zooming by keys and menu. */
#define ZOOM_STEP 1.25

static AgCanvas *
get_canvas (GtkWidget *widget)
{
  return ag_edit_page_get_canvas (AG_WINDOW (widget)->edit_page);
}

static void
zoom_in (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_canvas_zoom_by (get_canvas (widget), ZOOM_STEP);
}

static void
zoom_out (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_canvas_zoom_by (get_canvas (widget), 1 / ZOOM_STEP);
}

/* The parameter is the zoom; 0 fits the picture into the window. */
static void
zoom_to (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_canvas_set_zoom (get_canvas (widget), g_variant_get_double (parameter));
}

static void
search (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_panel_search (ag_edit_page_get_panel (AG_WINDOW (widget)->edit_page));
}

static void
clear_region (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_session_clear_mask (AG_WINDOW (widget)->session);
}

static void
show_history (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_menu_button_popup (AG_WINDOW (widget)->history_button);
}

void
ag_window_install_edit_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.clear-region", NULL, clear_region);
  gtk_widget_class_install_action (widget_class, "win.show-history", NULL, show_history);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.zoom-in", NULL, zoom_in);
  gtk_widget_class_install_action (widget_class, "win.zoom-out", NULL, zoom_out);
  gtk_widget_class_install_action (widget_class, "win.zoom-to", "d", zoom_to);
}

/* Those that are a property of the page. */
static const struct
{
  const char *action, *property;
} toggles[] = {
  { "adjust-face", "adjusting" },
  { "split", "split" },
  { "brush", "brushing" },
  { "overlay", "overlay" },
};

void
ag_window_add_edit_toggles (AgWindow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (toggles); i++)
    {
      g_autoptr (GPropertyAction) action =
        g_property_action_new (toggles[i].action, self->edit_page, toggles[i].property);

      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
    }
}

/* Such an action holds the page, whose buttons hold the action. */
void
ag_window_remove_edit_toggles (AgWindow *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (toggles); i++)
    g_action_map_remove_action (G_ACTION_MAP (self), toggles[i].action);
}
