/* ag-edit-panel.c: the sliders of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-panel.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-attribute-names.h"
#include "ag-class-row.h"

/* What can be typed. */
#define MOST_VALUE       6.0
#define MOST_TEMPERATURE 3.0

struct _AgEditPanel
{
  GtkBox parent_instance;

  GtkLabel *heading;
  GtkWidget *all_button;
  GtkMenuButton *looks_button;
  AgLooksPopover *looks;
  GtkSearchEntry *search;
  GtkBox *attributes;
  GtkWidget *rest;
  GtkBox *character;
  GtkExpander *strengths_expander;
  GtkBox *strengths;
  GtkLabel *no_attributes;
  GtkWidget *no_matches;

  AgEditSession *session;
  AgModel *model;       /* the one the rows are for */
  guint asked_for_more; /* the slider that was last to go beyond its end; G_MAXUINT for none */
  GPtrArray *rows;      /* of AgControlRow, which the boxes own */
  GPtrArray *levels;
  AgControlRow *temperature;
  AgClassRow *classes;
};

enum
{
  SIGNAL_ATTRIBUTE_HOVERED,
  SIGNAL_FIRST_SHOWN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgEditPanel, ag_edit_panel, GTK_TYPE_BOX)

/* Between the rows and the session. */

static void
show_attribute (AgEditPanel *self, guint index)
{
  AgControlRow *row = g_ptr_array_index (self->rows, index);

  ag_control_row_set_value (row, ag_edit_session_get_value (self->session, index));
  ag_control_row_set_lock (row, self->rows->len > 1,
                           ag_edit_session_get_locked (self->session, index));
}

/* The end that more was asked for than, by typing or by a look; NAN otherwise. That a slider is at
 * the end of its track needs no words. */
static double
get_end (AgEditPanel *self, guint index)
{
  double value = ag_edit_session_get_value (self->session, index), lower, upper;

  ag_edit_session_get_ends (self->session, index, &lower, &upper);
  if (value < lower || value > upper)
    return CLAMP (value, lower, upper);
  /* Undoing and other faces move it without asking here. */
  return index == self->asked_for_more && (value == lower || value == upper) ? value : NAN;
}

static void
show_limits (AgEditPanel *self)
{
  guint control = 0;
  double value = 0;
  gboolean limited = ag_edit_session_get_limit (self->session, &control, &value);

  for (guint i = 0; i < self->rows->len; i++)
    ag_control_row_set_limit (g_ptr_array_index (self->rows, i),
                              limited && control == i ? value : get_end (self, i));
  for (guint i = 0; i < self->levels->len; i++)
    ag_control_row_set_limit (g_ptr_array_index (self->levels, i),
                              limited && control == AG_EDIT_SESSION_STRENGTH (i) ? value : NAN);
  ag_control_row_set_limit (self->temperature,
                            limited && control == AG_EDIT_SESSION_TEMPERATURE ? value : NAN);
}

/* Of a slider that is moved to @value. The end itself, which it then goes back to, is no less. */
static void
note_end (AgEditPanel *self, guint index, double value)
{
  double lower, upper;

  ag_edit_session_get_ends (self->session, index, &lower, &upper);
  if (value < lower || value > upper)
    self->asked_for_more = index;
  else if (value > lower && value < upper)
    self->asked_for_more = G_MAXUINT;
}

static void
row_changed (AgEditPanel *self, AgControlRow *row)
{
  double value = ag_control_row_get_value (row);
  guint index;

  if (row == self->temperature)
    ag_edit_session_set_temperature (self->session, value);
  else if (g_ptr_array_find (self->rows, row, &index))
    {
      note_end (self, index, value);
      ag_edit_session_set_value (self->session, index, value);
      show_attribute (self, index);
      show_limits (self);
    }
  else if (g_ptr_array_find (self->levels, row, &index))
    ag_edit_session_set_strength (self->session, index, value);
}

static void
class_chosen (AgEditPanel *self)
{
  ag_edit_session_set_class (self->session, ag_class_row_get_class (self->classes));
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

static void
lock_toggled (AgEditPanel *self, AgControlRow *row)
{
  guint index;

  if (g_ptr_array_find (self->rows, row, &index))
    ag_edit_session_set_locked (self->session, index, ag_control_row_get_locked (row));
}

static void
row_hovered (AgEditPanel *self, gboolean hovered, AgControlRow *row)
{
  guint index = G_MAXUINT;

  if (hovered && !g_ptr_array_find (self->rows, row, &index))
    index = G_MAXUINT;
  g_signal_emit (self, signals[SIGNAL_ATTRIBUTE_HOVERED], 0, index);
}

static AgControlRow *
add_row (AgEditPanel *self, GtkBox *box, const char *title, double lower, double upper)
{
  AgControlRow *row = ag_control_row_new (title, lower, upper);

  g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed), self);
  g_signal_connect_swapped (row, "drag-begun", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (row, "drag-ended", G_CALLBACK (drag_ended), self);
  g_signal_connect_swapped (row, "lock-toggled", G_CALLBACK (lock_toggled), self);
  g_signal_connect_swapped (row, "hovered", G_CALLBACK (row_hovered), self);
  gtk_box_append (box, GTK_WIDGET (row));
  return row;
}

static void
clear_rows (GtkBox *box, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    gtk_box_remove (box, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

char *
ag_edit_panel_get_level_title (guint level, guint n)
{
  if (level == 0)
    return g_strdup (_ ("Fine"));
  if (level == n - 1)
    return g_strdup (_ ("Coarse"));
  if (n == 3)
    return g_strdup (_ ("Middle"));
  /* Translators: a level of detail between fine and coarse, like “Middle 2” */
  return g_strdup_printf (_ ("Middle %u"), n - 1 - level);
}

/* Coarse ones first, as one works. */
static void
build_levels (AgEditPanel *self, guint n)
{
  g_ptr_array_set_size (self->levels, (int) n);
  for (guint i = n; i-- > 0;)
    {
      g_autofree char *title = ag_edit_panel_get_level_title (i, n);
      AgControlRow *row = add_row (self, self->strengths, title, 0, AG_EDIT_SESSION_MAX_STRENGTH);

      ag_control_row_set_neutral (row, 1, FALSE);
      g_ptr_array_index (self->levels, i) = row;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->strengths_expander), n > 0);
}

static void
build_rows (AgEditPanel *self, AgModel *model)
{
  if (self->model == model)
    return;
  clear_rows (self->attributes, self->rows);
  clear_rows (self->strengths, self->levels);
  g_clear_pointer (&self->model, ag_model_unref);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
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
      ag_control_row_set_hard_limits (row, -MOST_VALUE, MOST_VALUE);
      g_ptr_array_add (self->rows, row);
    }
  build_levels (self,
                model->attributes->len > 0 ? ag_edit_session_get_n_levels (self->session) : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->no_attributes), model->attributes->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->search), model->attributes->len > 0);
  ag_edit_panel_show_first (self, NULL, 0);
}

/* From the session to the rows. */

/* From end to end, where the model has ends. */
static void
show_ends (AgEditPanel *self, AgControlRow *row, guint index)
{
  double lower, upper;

  ag_edit_session_get_ends (self->session, index, &lower, &upper);
  if (lower < upper)
    ag_control_row_narrow (row, lower, upper);
}

/* They are known when the face is described. */
static void
show_projections (AgEditPanel *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      AgControlRow *row = g_ptr_array_index (self->rows, i);
      double projection;

      if (!ag_edit_session_get_projection (self->session, i, &projection))
        projection = NAN;
      ag_control_row_set_projection (row, projection);
      show_ends (self, row, i);
    }
}

static void
show_class (AgEditPanel *self)
{
  AgEditFace *face = ag_edit_session_get_face (self->session);

  ag_class_row_set_model (self->classes, ag_edit_session_get_model (self->session),
                          _ ("Likeliest"));
  ag_class_row_set_class (self->classes, ag_edit_session_get_class (self->session));
  gtk_widget_set_sensitive (GTK_WIDGET (self->classes),
                            face != NULL && ag_edit_face_get_photo (face) != NULL);
}

static void
controls_changed (AgEditPanel *self)
{
  build_rows (self, ag_edit_session_get_model (self->session));
  for (guint i = 0; i < self->rows->len; i++)
    show_attribute (self, i);
  show_projections (self);
  for (guint i = 0; i < self->levels->len; i++)
    ag_control_row_set_value (g_ptr_array_index (self->levels, i),
                              ag_edit_session_get_strength (self->session, i));
  ag_control_row_set_neutral (self->temperature,
                              ag_edit_session_get_neutral_temperature (self->session), FALSE);
  ag_control_row_set_value (self->temperature, ag_edit_session_get_temperature (self->session));
  show_class (self);
  show_limits (self);
  gtk_widget_set_sensitive (GTK_WIDGET (self), ag_edit_session_get_face (self->session) != NULL);
}

/* Searching. */

static gboolean
matches (AgControlRow *row, const char *words)
{
  g_autofree char *title = g_utf8_casefold (ag_control_row_get_title (row), -1);
  g_autofree char *folded = g_utf8_casefold (words, -1);
  g_auto (GStrv) parts = g_strsplit (g_strstrip (folded), " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (title, parts[i]) == NULL)
      return FALSE;
  return TRUE;
}

static void
search_changed (AgEditPanel *self)
{
  const char *words = gtk_editable_get_text (GTK_EDITABLE (self->search));
  gboolean found = FALSE;

  for (guint i = 0; i < self->rows->len; i++)
    {
      AgControlRow *row = g_ptr_array_index (self->rows, i);
      gboolean match = matches (row, words);

      gtk_widget_set_visible (GTK_WIDGET (row), match);
      found = found || match;
    }
  gtk_widget_set_visible (self->no_matches, !found && self->rows->len > 0);
  gtk_widget_set_visible (self->rest, *words == '\0');
}

/* The first that is found, as it stands there. */
static void
search_activated (AgEditPanel *self)
{
  GtkWidget *child;

  for (child = gtk_widget_get_first_child (GTK_WIDGET (self->attributes)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_visible (child))
      {
        gtk_widget_grab_focus (ag_control_row_get_slider (AG_CONTROL_ROW (child)));
        return;
      }
}

static void
search_stopped (AgEditPanel *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  search_activated (self);
}

static void
show_all (AgEditPanel *self)
{
  ag_edit_panel_show_first (self, NULL, 0);
}

/* The object. */

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
  g_ptr_array_unref (AG_EDIT_PANEL (object)->levels);
  G_OBJECT_CLASS (ag_edit_panel_parent_class)->finalize (object);
}

static void
ag_edit_panel_class_init (AgEditPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_edit_panel_dispose;
  g_type_ensure (AG_TYPE_LOOKS_POPOVER);
  G_OBJECT_CLASS (klass)->finalize = ag_edit_panel_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/edit-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, heading);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, all_button);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, looks_button);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, looks);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, search);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, attributes);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, rest);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, character);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, strengths_expander);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, strengths);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, no_attributes);
  gtk_widget_class_bind_template_child (widget_class, AgEditPanel, no_matches);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, show_all);

  signals[SIGNAL_ATTRIBUTE_HOVERED] =
    g_signal_new ("attribute-hovered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_FIRST_SHOWN] =
    g_signal_new ("first-shown", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
ag_edit_panel_init (AgEditPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->asked_for_more = G_MAXUINT;
  self->rows = g_ptr_array_new ();
  self->levels = g_ptr_array_new ();
  self->temperature =
    add_row (self, self->character, _ ("Temperature"), 0, AG_EDIT_SESSION_MAX_TEMPERATURE);
  ag_control_row_set_hard_limits (self->temperature, 0, MOST_TEMPERATURE);
  self->classes = AG_CLASS_ROW (ag_class_row_new ());
  g_signal_connect_swapped (self->classes, "chosen", G_CALLBACK (class_chosen), self);
  gtk_box_insert_child_after (self->character, GTK_WIDGET (self->classes), NULL);
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
  ag_looks_popover_set_session (self->looks, session);
  if (session == NULL)
    return;
  ag_edit_session_set_namer (session, ag_attribute_get_title);
  g_signal_connect_swapped (session, "controls-changed", G_CALLBACK (controls_changed), self);
  g_signal_connect_swapped (session, "influence-changed", G_CALLBACK (show_projections), self);
  g_signal_connect_swapped (session, "notify::busy", G_CALLBACK (show_projections), self);
  g_signal_connect_swapped (session, "limit-changed", G_CALLBACK (show_limits), self);
  controls_changed (self);
}

AgControlRow *
ag_edit_panel_get_row (AgEditPanel *self, guint index)
{
  g_return_val_if_fail (AG_IS_EDIT_PANEL (self), NULL);

  if (index == AG_EDIT_SESSION_TEMPERATURE)
    return self->temperature;
  for (guint i = 0; i < self->levels->len; i++)
    if (index == AG_EDIT_SESSION_STRENGTH (i))
      return g_ptr_array_index (self->levels, i);
  return index < self->rows->len ? g_ptr_array_index (self->rows, index) : NULL;
}

void
ag_edit_panel_show_first (AgEditPanel *self, const guint *indices, guint n)
{
  GtkWidget *last = NULL;

  g_return_if_fail (AG_IS_EDIT_PANEL (self));

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i);

      gtk_box_reorder_child_after (self->attributes, row, last);
      gtk_widget_remove_css_class (row, "first");
      last = row;
    }
  last = NULL;
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row;

      if (indices[i] >= self->rows->len)
        continue;
      row = g_ptr_array_index (self->rows, indices[i]);
      gtk_box_reorder_child_after (self->attributes, row, last);
      gtk_widget_add_css_class (row, "first");
      last = row;
    }
  gtk_label_set_text (self->heading, n > 0 ? _ ("Acting Here") : _ ("Attributes"));
  gtk_widget_set_visible (self->all_button, n > 0);
  if (n == 0)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  g_signal_emit (self, signals[SIGNAL_FIRST_SHOWN], 0);
}

void
ag_edit_panel_search (AgEditPanel *self)
{
  g_return_if_fail (AG_IS_EDIT_PANEL (self));

  (void) gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

AgLooksPopover *
ag_edit_panel_get_looks (AgEditPanel *self)
{
  g_return_val_if_fail (AG_IS_EDIT_PANEL (self), NULL);
  return self->looks;
}

void
ag_edit_panel_show_looks (AgEditPanel *self)
{
  g_return_if_fail (AG_IS_EDIT_PANEL (self));
  gtk_menu_button_popup (self->looks_button);
}
