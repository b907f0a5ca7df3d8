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
  AgEditPage *page = AG_WINDOW (widget)->edit_page;

  ag_edit_page_show_panel (page);
  ag_edit_panel_search (ag_edit_page_get_panel (page));
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

/* Taking a face off the shelf. */

typedef struct
{
  AgWindow *window; /* not owned: the toast is gone before it */
  AgEditFace *face;
  AgModel *model;
  guint position;
} Removed;

static void
removed_free (gpointer data, GClosure *closure)
{
  Removed *removed = data;

  g_object_unref (removed->face);
  ag_model_unref (removed->model);
  g_free (removed);
}

static void
restore_face (AdwToast *toast, Removed *removed)
{
  AgEditSession *session = removed->window->session;
  GFile *file = ag_edit_face_get_file (removed->face);

  if (ag_edit_session_get_model (session) == removed->model)
    ag_edit_session_restore_face (session, removed->face, removed->position);
  else if (file != NULL)
    ag_edit_session_open_file (session, file);
}

static void
remove_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  GListModel *faces = ag_edit_session_get_faces (self->session);
  AgEditFace *face = ag_edit_session_get_face (self->session);
  g_autofree char *text = NULL;
  Removed *removed;
  AdwToast *toast;

  if (face == NULL)
    return;
  removed = g_new0 (Removed, 1);
  removed->window = self;
  removed->face = g_object_ref (face);
  removed->model = ag_model_ref (ag_edit_session_get_model (self->session));
  (void) g_list_store_find (G_LIST_STORE (faces), face, &removed->position);
  /* Translators: %s is a file's name, or that of a face that was drawn */
  text = g_strdup_printf (_ ("%s was taken off the shelf"), ag_edit_face_get_name (face));
  ag_edit_session_remove_face (self->session, face);

  toast = ag_window_add_undo_toast (self, text);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (restore_face), removed, removed_free,
                         0);
}

static void
save_look (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgEditPage *page = AG_WINDOW (widget)->edit_page;

  ag_edit_page_show_panel (page);
  ag_edit_panel_show_looks (ag_edit_page_get_panel (page));
}

void
ag_window_install_edit_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.clear-region", NULL, clear_region);
  gtk_widget_class_install_action (widget_class, "win.show-history", NULL, show_history);
  gtk_widget_class_install_action (widget_class, "win.remove-face", NULL, remove_face);
  gtk_widget_class_install_action (widget_class, "win.save-look", NULL, save_look);
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
  { "adjust-face", "adjusting" }, { "split", "split" },     { "brush", "brushing" },
  { "choose-face", "choosing" },  { "overlay", "overlay" },
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
