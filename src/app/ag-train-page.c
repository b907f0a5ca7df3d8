/* ag-train-page.c: the view in which models are trained
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-page.h"

#include <glib/gi18n-lib.h>

#include "ag-toast-area.h"
#include "ag-train-dialog.h"
#include "ag-train-run-view.h"

struct _AgTrainPage
{
  GtkWidget parent_instance;

  AgToastArea *toasts;
  GtkStack *stack;
  AdwLeaflet *leaflet;
  GtkWidget *sidebar, *content, *back_button;
  GtkListBox *list;
  AgTrainRunView *run_view;

  AgTrainSession *session;
};

enum
{
  OPEN_MODEL,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgTrainPage, ag_train_page, GTK_TYPE_WIDGET)

/* The list */

static void
describe_row (GtkLabel *label, AgTrainRun *run)
{
  g_autofree char *text = ag_train_run_describe (run);

  gtk_label_set_text (label, text);
}

static void
row_changed (GtkLabel *label)
{
  describe_row (label, g_object_get_data (G_OBJECT (label), "run"));
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  AgTrainRun *run = item;
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *name = gtk_label_new (ag_train_run_get_name (run));
  GtkWidget *state = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (state), 0);
  gtk_label_set_ellipsize (GTK_LABEL (state), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (state, "dim-label");
  gtk_widget_add_css_class (state, "caption");
  gtk_widget_add_css_class (state, "numeric");
  gtk_widget_add_css_class (box, "train-row");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), state);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, ag_train_run_get_name (run));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  ag_train_run_get_name (run), -1);
  g_object_set_data_full (G_OBJECT (row), "run", g_object_ref (run), g_object_unref);
  g_object_set_data (G_OBJECT (state), "run", run);
  describe_row (GTK_LABEL (state), run);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (row_changed), state,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (run, "progressed", G_CALLBACK (row_changed), state, G_CONNECT_SWAPPED);
  return row;
}

static AgTrainRun *
get_row_run (GtkListBoxRow *row)
{
  return row != NULL ? g_object_get_data (G_OBJECT (row), "run") : NULL;
}

static void
row_selected (AgTrainPage *self, GtkListBoxRow *row)
{
  if (self->session != NULL && row != NULL)
    ag_train_run_view_set_run (self->run_view, self->session, get_row_run (row));
}

static void
row_activated (AgTrainPage *self, GtkListBoxRow *row)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
runs_changed (AgTrainPage *self)
{
  guint n = g_list_model_get_n_items (ag_train_session_get_runs (self->session));

  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "runs" : "empty");
  if (n == 0)
    ag_train_run_view_set_run (self->run_view, NULL, NULL);
  else if (gtk_list_box_get_selected_row (self->list) == NULL)
    gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, 0));
}

static void
folded_changed (AgTrainPage *self)
{
  gtk_widget_set_visible (self->back_button, adw_leaflet_get_folded (self->leaflet));
}

/* Commands */

static void
started (AgTrainPage *self, AgTrainRun *run)
{
  ag_train_page_show_run (self, run);
}

void
ag_train_page_new_run (AgTrainPage *self, GFile *folder)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  AgTrainDialog *dialog;

  if (self->session == NULL)
    return;
  dialog = ag_train_dialog_new (window, self->session);
  g_signal_connect_object (dialog, "started", G_CALLBACK (started), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
  if (folder != NULL)
    ag_train_dialog_set_folder (dialog, folder);
}

static void
new_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_train_page_new_run (AG_TRAIN_PAGE (widget), NULL);
}

static void
go_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainPage *self = AG_TRAIN_PAGE (widget);

  adw_leaflet_set_visible_child (self->leaflet, self->sidebar);
}

static gboolean
dropped (AgTrainPage *self, const GValue *value)
{
  GFile *folder = g_value_get_object (value);

  if (folder == NULL || g_file_query_file_type (folder, 0, NULL) != G_FILE_TYPE_DIRECTORY)
    {
      g_signal_emit (self, signals[MESSAGE], 0, _ ("Drop a folder of pictures to train on it"));
      return FALSE;
    }
  ag_train_page_new_run (self, folder);
  return TRUE;
}

static void
forward_open (AgTrainPage *self, GFile *file)
{
  g_signal_emit (self, signals[OPEN_MODEL], 0, file);
}

static void
forward_message (AgTrainPage *self, const char *message)
{
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

/* The widget */

static void
ag_train_page_dispose (GObject *object)
{
  AgTrainPage *self = AG_TRAIN_PAGE (object);

  if (self->stack != NULL)
    ag_train_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_TRAIN_PAGE);
  G_OBJECT_CLASS (ag_train_page_parent_class)->dispose (object);
}

static void
ag_train_page_class_init (AgTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_train_page_dispose;
  g_type_ensure (AG_TYPE_TOAST_AREA);
  g_type_ensure (AG_TYPE_TRAIN_RUN_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/train-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, leaflet);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, sidebar);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, content);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, list);
  gtk_widget_class_bind_template_child (widget_class, AgTrainPage, run_view);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, row_selected);
  gtk_widget_class_bind_template_callback (widget_class, forward_open);
  gtk_widget_class_bind_template_callback (widget_class, forward_message);
  gtk_widget_class_install_action (widget_class, "train.new", NULL, new_run);
  gtk_widget_class_install_action (widget_class, "train.back", NULL, go_back);
  signals[OPEN_MODEL] = g_signal_new ("open-model", AG_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[MESSAGE] = g_signal_new ("message", AG_TYPE_TRAIN_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ag_train_page_init (AgTrainPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_changed), self);
}

void
ag_train_page_set_session (AgTrainPage *self, AgTrainSession *session)
{
  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (ag_train_session_get_runs (self->session), self);
  gtk_list_box_bind_model (self->list, NULL, NULL, NULL, NULL);
  ag_train_run_view_set_run (self->run_view, NULL, NULL);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  gtk_list_box_bind_model (self->list, ag_train_session_get_runs (session), make_row, NULL, NULL);
  g_signal_connect_swapped (ag_train_session_get_runs (session), "items-changed",
                            G_CALLBACK (runs_changed), self);
  runs_changed (self);
}

void
ag_train_page_show_run (AgTrainPage *self, AgTrainRun *run)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    if (get_row_run (row) == run)
      gtk_list_box_select_row (self->list, row);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

void
ag_train_page_show_run_named (AgTrainPage *self, const char *name)
{
  GListModel *runs = self->session ? ag_train_session_get_runs (self->session) : NULL;

  for (guint i = 0; runs != NULL && i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (AgTrainRun) run = g_list_model_get_item (runs, i);

      if (g_str_equal (ag_train_run_get_name (run), name))
        ag_train_page_show_run (self, run);
    }
}

AgTrainRun *
ag_train_page_get_run (AgTrainPage *self)
{
  return get_row_run (gtk_list_box_get_selected_row (self->list));
}
