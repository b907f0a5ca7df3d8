/* ag-edit-panel.c: the sliders of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-attribute-names.h"

struct _AgEditPanel
{
  GtkBox parent_instance;

  GtkBox *attributes;
  GtkBox *character;
  GtkLabel *no_attributes;

  AgEditSession *session;
  AgModel *model;  /* the one the rows are for */
  GPtrArray *rows; /* of AgControlRow, which the boxes own */
  AgControlRow *temperature;
};

G_DEFINE_FINAL_TYPE (AgEditPanel, ag_edit_panel, GTK_TYPE_BOX)

static void
row_changed (AgEditPanel *self, AgControlRow *row)
{
  double value = ag_control_row_get_value (row);
  guint index;

  if (row == self->temperature)
    ag_edit_session_set_temperature (self->session, value);
  else if (g_ptr_array_find (self->rows, row, &index))
    ag_edit_session_set_value (self->session, index, value);
}

static void
drag_begun (AgEditPanel *self)
{
  ag_edit_session_begin_drag (self->session);
}

static void
drag_ended (AgEditPanel *self)
{
  ag_edit_session_end_drag (self->session);
}

static AgControlRow *
add_row (AgEditPanel *self, GtkBox *box, const char *title, double lower, double upper)
{
  AgControlRow *row = ag_control_row_new (title, lower, upper);

  g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed), self);
  g_signal_connect_swapped (row, "drag-begun", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (row, "drag-ended", G_CALLBACK (drag_ended), self);
  gtk_box_append (box, GTK_WIDGET (row));
  return row;
}

static void
build_rows (AgEditPanel *self, AgModel *model)
{
  if (self->model == model)
    return;
  for (guint i = 0; i < self->rows->len; i++)
    gtk_box_remove (self->attributes, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->model, ag_model_unref);
  if (model == NULL)
    return;

  self->model = ag_model_ref (model);
  for (guint i = 0; i < model->attributes->len; i++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, i);
      g_autofree char *title = ag_attribute_get_title (attribute->name);
      AgControlRow *row = add_row (self, self->attributes, title, -AG_EDIT_SESSION_MAX_VALUE,
                                   AG_EDIT_SESSION_MAX_VALUE);

      ag_control_row_set_neutral (row, 0, TRUE);
      g_ptr_array_add (self->rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->no_attributes), model->attributes->len == 0);
}

static void
controls_changed (AgEditPanel *self)
{
  build_rows (self, ag_edit_session_get_model (self->session));
  for (guint i = 0; i < self->rows->len; i++)
    ag_control_row_set_value (g_ptr_array_index (self->rows, i),
                              ag_edit_session_get_value (self->session, i));
  ag_control_row_set_neutral (self->temperature,
                              ag_edit_session_get_neutral_temperature (self->session), FALSE);
  ag_control_row_set_value (self->temperature, ag_edit_session_get_temperature (self->session));
  gtk_widget_set_sensitive (GTK_WIDGET (self), ag_edit_session_get_face (self->session) != NULL);
}

static void
limit_changed (AgEditPanel *self)
{
  guint control = 0;
  double value = 0;
  gboolean limited = ag_edit_session_get_limit (self->session, &control, &value);

  for (guint i = 0; i < self->rows->len; i++)
    ag_control_row_set_limit (g_ptr_array_index (self->rows, i),
                              limited && control == i ? value : NAN);
  ag_control_row_set_limit (self->temperature,
                            limited && control == AG_EDIT_SESSION_TEMPERATURE ? value : NAN);
}

static void
ag_edit_panel_dispose (GObject *object)
{
  AgEditPanel *self = AG_EDIT_PANEL (object);

  ag_edit_panel_set_session (self, NULL);
  g_clear_pointer (&self->model, ag_model_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_EDIT_PANEL);
  G_OBJECT_CLASS (ag_edit_panel_parent_class)->dispose (object);
}

static void
ag_edit_panel_finalize (GObject *object)
{
  g_ptr_array_unref (AG_EDIT_PANEL (object)->rows);
  G_OBJECT_CLASS (ag_edit_panel_parent_class)->finalize (object);
}

static void
ag_edit_panel_class_init (AgEditPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_edit_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_edit_panel_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/edit-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, attributes);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, character);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, no_attributes);
}

static void
ag_edit_panel_init (AgEditPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->rows = g_ptr_array_new ();
  self->temperature =
    add_row (self, self->character, _ ("Temperature"), 0, AG_EDIT_SESSION_MAX_TEMPERATURE);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
}

void
ag_edit_panel_set_session (AgEditPanel *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_EDIT_PANEL (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "controls-changed", G_CALLBACK (controls_changed), self);
  g_signal_connect_swapped (session, "limit-changed", G_CALLBACK (limit_changed), self);
  controls_changed (self);
}

AgControlRow *
ag_edit_panel_get_row (AgEditPanel *self, guint index)
{
  g_return_val_if_fail (AG_IS_EDIT_PANEL (self), NULL);

  if (index == AG_EDIT_SESSION_TEMPERATURE)
    return self->temperature;
  return index < self->rows->len ? g_ptr_array_index (self->rows, index) : NULL;
}
