/* ag-looks-popover.c: named sets of slider values, to save, apply and delete
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-looks-popover.h"

#include <glib/gi18n-lib.h>

#include "ag-look.h"

struct _AgLooksPopover
{
  GtkPopover parent_instance;

  GtkWidget *none, *scroller;
  GtkListBox *list;
  GtkEditable *name;
  GtkWidget *save_button;

  AgEditSession *session;
  GPtrArray *looks; /* of AgLook, as the rows are */
};

enum
{
  SIGNAL_PROBLEM,
  SIGNAL_FOLDER_WANTED,
  SIGNAL_DELETED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgLooksPopover, ag_looks_popover, GTK_TYPE_POPOVER)

static void
tell (AgLooksPopover *self, GError *error)
{
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error->message);
}

static AgLook *
get_look (AgLooksPopover *self, GtkWidget *child)
{
  GtkWidget *row = gtk_widget_get_ancestor (child, GTK_TYPE_LIST_BOX_ROW);
  guint index = (guint) gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row));

  return index < self->looks->len ? g_ptr_array_index (self->looks, index) : NULL;
}

static void
row_activated (AgLooksPopover *self, GtkListBoxRow *row)
{
  AgLook *look = get_look (self, GTK_WIDGET (row));

  if (look == NULL || self->session == NULL)
    return;
  gtk_popover_popdown (GTK_POPOVER (self));
  ag_edit_session_apply_look (self->session, look);
}

static void
apply_called (GtkWidget *row)
{
  row_activated (AG_LOOKS_POPOVER (gtk_widget_get_ancestor (row, AG_TYPE_LOOKS_POPOVER)),
                 GTK_LIST_BOX_ROW (row));
}

/* For a screen reader: GTK 4.8 offers it nothing to do with a row. */
static void
offer_apply (GtkWidget *row)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("apply", NULL);

  g_signal_connect_object (action, "activate", G_CALLBACK (apply_called), row, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (row, "look", G_ACTION_GROUP (group));
}

static void
folder_clicked (AgLooksPopover *self, GtkWidget *button)
{
  AgLook *look = get_look (self, button);

  if (look == NULL)
    return;
  gtk_popover_popdown (GTK_POPOVER (self));
  g_signal_emit (self, signals[SIGNAL_FOLDER_WANTED], 0, look);
}

static void delete_clicked (AgLooksPopover *self, GtkWidget *button);

static void
add_button (AgLooksPopover *self,
            GtkWidget *box,
            const char *icon,
            const char *label,
            GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
}

static void
add_row (AgLooksPopover *self, const AgLook *look)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *label = gtk_label_new (look->name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  add_button (self, box, "folder-symbolic", _ ("Apply to a Folder of Photos…"),
              G_CALLBACK (folder_clicked));
  add_button (self, box, "user-trash-symbolic", _ ("Delete This Look"),
              G_CALLBACK (delete_clicked));
  gtk_list_box_append (self->list, box);
  offer_apply (gtk_widget_get_parent (box));
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (box)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, look->name, -1);
}

static void
show (AgLooksPopover *self, GPtrArray *looks)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  g_clear_pointer (&self->looks, g_ptr_array_unref);
  self->looks = g_ptr_array_ref (looks);
  for (guint i = 0; i < looks->len; i++)
    add_row (self, g_ptr_array_index (looks, i));
  gtk_widget_set_visible (self->none, looks->len == 0);
  gtk_widget_set_visible (self->scroller, looks->len > 0);
}

/* Looks are files: a thread saves, deletes and lists them. */

typedef struct
{
  AgLook *to_save, *to_delete; /* nullable */
  GPtrArray *looks;
  GError *error;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_pointer (&work->to_save, ag_look_free);
  g_clear_pointer (&work->to_delete, ag_look_free);
  g_clear_pointer (&work->looks, g_ptr_array_unref);
  g_clear_error (&work->error);
  g_free (work);
}

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  g_autoptr (GFile) folder = ag_looks_get_folder ();

  if (work->to_save != NULL)
    (void) ag_look_save (work->to_save, folder, &work->error);
  else if (work->to_delete != NULL)
    (void) ag_look_delete (work->to_delete, &work->error);
  work->looks = ag_looks_list (folder, work->error == NULL ? &work->error : NULL);
  g_task_return_boolean (task, TRUE);
}

/* Without a face there is nothing to save; where there are looks, one of them is wanted. */
static void
grab_focus (AgLooksPopover *self)
{
  gtk_widget_grab_focus (self->looks->len > 0 ? gtk_widget_get_first_child (GTK_WIDGET (self->list))
                                              : GTK_WIDGET (self->name));
}

static void
worked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgLooksPopover *self = AG_LOOKS_POPOVER (source);
  Work *work = g_task_get_task_data (G_TASK (result));

  /* Gone in the meantime. */
  if (self->list == NULL)
    return;
  if (work->looks != NULL)
    show (self, work->looks);
  if (work->error != NULL)
    {
      if (work->to_save != NULL)
        gtk_editable_set_text (self->name, work->to_save->name);
      tell (self, work->error);
      return;
    }
  if (work->to_delete != NULL)
    g_signal_emit (self, signals[SIGNAL_DELETED], 0, work->to_delete);
  /* Whoever types a name goes on typing. */
  if (work->to_save == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
      *gtk_editable_get_text (self->name) == '\0')
    grab_focus (self);
}

static void
start_work (AgLooksPopover *self, AgLook *to_save, AgLook *to_delete)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, worked, NULL);
  Work *work = g_new0 (Work, 1);

  work->to_save = to_save;
  work->to_delete = to_delete;
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_thread);
}

static void
delete_clicked (AgLooksPopover *self, GtkWidget *button)
{
  AgLook *look = get_look (self, button);

  if (look != NULL)
    start_work (self, NULL, ag_look_copy (look));
}

static void
name_changed (AgLooksPopover *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  gtk_widget_set_sensitive (self->save_button, *name != '\0' && self->session != NULL &&
                                                 ag_edit_session_get_face (self->session) != NULL);
}

static void
save (AgLooksPopover *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (self->name)));

  if (!gtk_widget_get_sensitive (self->save_button))
    return;
  start_work (self, ag_edit_session_make_look (self->session, name), NULL);
  gtk_editable_set_text (self->name, "");
}

static void
mapped (AgLooksPopover *self)
{
  start_work (self, NULL, NULL);
  name_changed (self);
  grab_focus (self);
}

static void
ag_looks_popover_dispose (GObject *object)
{
  AgLooksPopover *self = AG_LOOKS_POPOVER (object);

  ag_looks_popover_set_session (self, NULL);
  g_clear_pointer (&self->looks, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_LOOKS_POPOVER);
  G_OBJECT_CLASS (ag_looks_popover_parent_class)->dispose (object);
}

static void
ag_looks_popover_class_init (AgLooksPopoverClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_looks_popover_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/looks-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, AgLooksPopover, none);
  gtk_widget_class_bind_template_child (widget_class, AgLooksPopover, scroller);
  gtk_widget_class_bind_template_child (widget_class, AgLooksPopover, list);
  gtk_widget_class_bind_template_child (widget_class, AgLooksPopover, name);
  gtk_widget_class_bind_template_child (widget_class, AgLooksPopover, save_button);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, name_changed);
  gtk_widget_class_bind_template_callback (widget_class, save);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_DELETED] = g_signal_new ("deleted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_FOLDER_WANTED] =
    g_signal_new ("folder-wanted", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ag_looks_popover_init (AgLooksPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->looks = g_ptr_array_new ();
  g_signal_connect (self, "map", G_CALLBACK (mapped), NULL);
}

void
ag_looks_popover_set_session (AgLooksPopover *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_LOOKS_POPOVER (self));
  g_set_object (&self->session, session);
}

void
ag_looks_popover_save (AgLooksPopover *self, const AgLook *look)
{
  g_return_if_fail (AG_IS_LOOKS_POPOVER (self));
  start_work (self, ag_look_copy (look), NULL);
}
