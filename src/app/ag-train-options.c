/* ag-train-options.c: rows for the options of a training run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-options.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-choice.h"
#include "ag-panel-fit.h"

typedef enum
{
  FIELD_INT,
  FIELD_INT64,
  FIELD_DOUBLE,
  FIELD_SWITCH, /* an int: 1 or 0 */
  FIELD_CHOICE, /* an int: which of the words */
  FIELD_COLOUR, /* an int: channels, 3 or 1 */
} FieldKind;

typedef struct
{
  const char *title, *subtitle;
  FieldKind kind;
  gsize offset;
  double min, max, step;
  guint digits;
  const char *choices[5];
} Field;

#define OFFSET(member) G_STRUCT_OFFSET (AgTrainerOptions, member)

static const Field fields[] = {
  { N_ ("Minutes"),
    N_ ("0: as many steps as below"),
    FIELD_DOUBLE,
    OFFSET (minutes),
    0,
    1e6,
    10,
    0,
    { NULL } },
  { N_ ("Steps"), NULL, FIELD_INT64, OFFSET (steps), 0, 1e9, 1000, 0, { NULL } },
  { N_ ("Passes through the pictures"),
    N_ ("0: not counted"),
    FIELD_DOUBLE,
    OFFSET (epochs),
    0,
    1e6,
    10,
    0,
    { NULL } },
  { N_ ("Size of the pictures"),
    N_ ("Pixels on each side"),
    FIELD_INT,
    OFFSET (image_size),
    4,
    1024,
    16,
    0,
    { NULL } },
  { N_ ("Colour"),
    NULL,
    FIELD_COLOUR,
    OFFSET (channels),
    0,
    0,
    0,
    0,
    { N_ ("Colour"), N_ ("Grey") } },
  { N_ ("Colour depth"),
    N_ ("Bits; 5 are enough for faces"),
    FIELD_INT,
    OFFSET (n_bits),
    1,
    8,
    1,
    0,
    { NULL } },
  { N_ ("Mirror half of the pictures"), NULL, FIELD_SWITCH, OFFSET (flip), 0, 1, 1, 0, { NULL } },
  { N_ ("Share held out"),
    N_ ("Pictures not trained on, to see what is learnt by heart"),
    FIELD_DOUBLE,
    OFFSET (held_out),
    0,
    0.5,
    0.01,
    3,
    { NULL } },
  { N_ ("Levels"), NULL, FIELD_INT, OFFSET (levels), 1, 10, 1, 0, { NULL } },
  { N_ ("Steps in a level"), NULL, FIELD_INT, OFFSET (depth), 1, 256, 4, 0, { NULL } },
  { N_ ("Width"),
    N_ ("Channels inside a coupling"),
    FIELD_INT,
    OFFSET (width),
    1,
    2048,
    32,
    0,
    { NULL } },
  { N_ ("Coupling"),
    N_ ("Additive ones can be edited further"),
    FIELD_CHOICE,
    OFFSET (coupling),
    0,
    0,
    0,
    0,
    { N_ ("Additive"), N_ ("Affine"), N_ ("Affine, bounded") } },
  { N_ ("Permutation"),
    NULL,
    FIELD_CHOICE,
    OFFSET (permutation),
    0,
    0,
    0,
    0,
    { N_ ("Reverse"), N_ ("Shuffle"), N_ ("Convolution"), N_ ("Convolution, LU") } },
  { N_ ("Scaling in every step"),
    N_ ("Without it, as in NICE, only the prior scales"),
    FIELD_SWITCH,
    OFFSET (scaling),
    0,
    1,
    1,
    0,
    { NULL } },
  { N_ ("A prior for each class"),
    N_ ("Faces of one class can then be asked for"),
    FIELD_SWITCH,
    OFFSET (conditional),
    0,
    1,
    1,
    0,
    { NULL } },
  { N_ ("Pictures in a step"), NULL, FIELD_INT, OFFSET (batch), 1, 4096, 8, 0, { NULL } },
  { N_ ("Optimizer"),
    NULL,
    FIELD_CHOICE,
    OFFSET (optimizer),
    0,
    0,
    0,
    0,
    { N_ ("Adam"), N_ ("Adamax") } },
  { N_ ("Learning rate"), NULL, FIELD_DOUBLE, OFFSET (learning_rate), 1e-6, 1, 1e-4, 6, { NULL } },
  { N_ ("Steps of warming up"), NULL, FIELD_INT64, OFFSET (warmup), 0, 1e9, 100, 0, { NULL } },
  { N_ ("Steps of cooling down"), NULL, FIELD_INT64, OFFSET (cooldown), 0, 1e9, 100, 0, { NULL } },
  { N_ ("Averaging"),
    N_ ("Decay of the mean of the weights; 0 for none"),
    FIELD_DOUBLE,
    OFFSET (average),
    0,
    0.999999,
    0.001,
    6,
    { NULL } },
  { N_ ("Steps between sample pictures"),
    N_ ("0: none"),
    FIELD_INT64,
    OFFSET (sample_every),
    0,
    1e9,
    100,
    0,
    { NULL } },
  { N_ ("Memory"),
    N_ ("Storing is faster, recomputing takes less"),
    FIELD_CHOICE,
    OFFSET (gradient),
    0,
    0,
    0,
    0,
    { N_ ("By what there is"), N_ ("Store"), N_ ("Recompute") } },
  { N_ ("Seed"), N_ ("Of everything random"), FIELD_INT64, OFFSET (seed), 0, 1e9, 1, 0, { NULL } },
};

struct AgTrainOptionRows
{
  GtkWidget *widgets[G_N_ELEMENTS (fields)]; /* the rows */
  void (*changed) (gpointer data);
  gpointer data;
  gboolean showing;
};

static void
row_changed (AgTrainOptionRows *self)
{
  if (!self->showing)
    self->changed (self->data);
}

/* A row with something at its end that is operated. */
static GtkWidget *
make_row (const Field *field, GtkWidget *control)
{
  GtkWidget *row = adw_action_row_new ();

  gtk_widget_set_valign (control, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (control), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (field->title), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), control);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), control);
  g_object_set_data (G_OBJECT (row), "control", control);
  return row;
}

static GtkWidget *
make_switch (AgTrainOptionRows *self, const Field *field)
{
  GtkWidget *control = gtk_switch_new ();

  g_signal_connect_swapped (control, "notify::active", G_CALLBACK (row_changed), self);
  return make_row (field, control);
}

static GtkWidget *
make_spin (AgTrainOptionRows *self, const Field *field)
{
  GtkWidget *spin = gtk_spin_button_new_with_range (field->min, field->max, field->step);

  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), field->digits);
  gtk_spin_button_set_snap_to_ticks (GTK_SPIN_BUTTON (spin), FALSE);
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 7);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (spin), 9);
  g_signal_connect_swapped (spin, "value-changed", G_CALLBACK (row_changed), self);
  return make_row (field, spin);
}

static GtkWidget *
make_choice (AgTrainOptionRows *self, const Field *field)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);

  for (int i = 0; field->choices[i] != NULL; i++)
    gtk_string_list_append (model, _ (field->choices[i]));
  ag_choice_mend (row);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  ag_panel_fit_combo_row (ADW_COMBO_ROW (row));
  g_signal_connect_swapped (row, "notify::selected", G_CALLBACK (row_changed), self);
  return row;
}

AgTrainOptionRows *
ag_train_option_rows_new (AdwExpanderRow *expander, void (*changed) (gpointer data), gpointer data)
{
  AgTrainOptionRows *self = g_new0 (AgTrainOptionRows, 1);

  self->changed = changed;
  self->data = data;
  self->showing = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      GtkWidget *row = fields[i].kind >= FIELD_CHOICE   ? make_choice (self, &fields[i])
                       : fields[i].kind == FIELD_SWITCH ? make_switch (self, &fields[i])
                                                        : make_spin (self, &fields[i]);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (fields[i].title));
      if (fields[i].subtitle != NULL)
        adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ (fields[i].subtitle));
      adw_expander_row_add_row (expander, row);
      self->widgets[i] = row;
    }
  self->showing = FALSE;
  return self;
}

void
ag_train_option_rows_free (AgTrainOptionRows *self)
{
  g_free (self);
}

static gpointer
get_control (AgTrainOptionRows *self, gsize field)
{
  return g_object_get_data (G_OBJECT (self->widgets[field]), "control");
}

void
ag_train_option_rows_set_has_classes (AgTrainOptionRows *self, gboolean has_classes)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].offset == OFFSET (conditional))
      {
        gtk_widget_set_visible (self->widgets[i], has_classes);
        if (!has_classes)
          gtk_switch_set_active (get_control (self, i), FALSE);
      }
}

static double
get_value (const Field *field, const AgTrainerOptions *options)
{
  const void *member = G_STRUCT_MEMBER_P (options, field->offset);

  switch (field->kind)
    {
    case FIELD_INT64:
      return (double) *(const gint64 *) member;
    case FIELD_DOUBLE:
      return *(const double *) member;
    case FIELD_COLOUR:
      return *(const int *) member == 1 ? 1 : 0;
    case FIELD_INT:
    case FIELD_SWITCH:
    case FIELD_CHOICE:
      break;
    }
  return *(const int *) member;
}

static void
set_value (const Field *field, AgTrainerOptions *options, double value)
{
  void *member = G_STRUCT_MEMBER_P (options, field->offset);

  switch (field->kind)
    {
    case FIELD_INT64:
      *(gint64 *) member = (gint64) llround (value);
      break;
    case FIELD_DOUBLE:
      *(double *) member = value;
      break;
    case FIELD_COLOUR:
      *(int *) member = value > 0 ? 1 : 3;
      break;
    case FIELD_INT:
    case FIELD_SWITCH:
    case FIELD_CHOICE:
      *(int *) member = (int) lround (value);
      break;
    }
}

void
ag_train_option_rows_show (AgTrainOptionRows *self, const AgTrainerOptions *options)
{
  self->showing = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      double value = get_value (&fields[i], options);

      if (fields[i].kind >= FIELD_CHOICE)
        adw_combo_row_set_selected (ADW_COMBO_ROW (self->widgets[i]), (guint) value);
      else if (fields[i].kind == FIELD_SWITCH)
        gtk_switch_set_active (get_control (self, i), value > 0);
      else
        gtk_spin_button_set_value (get_control (self, i), value);
    }
  self->showing = FALSE;
}

void
ag_train_option_rows_take (AgTrainOptionRows *self, AgTrainerOptions *options)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].kind >= FIELD_CHOICE)
      set_value (&fields[i], options,
                 adw_combo_row_get_selected (ADW_COMBO_ROW (self->widgets[i])));
    else if (fields[i].kind == FIELD_SWITCH)
      set_value (&fields[i], options, gtk_switch_get_active (get_control (self, i)));
    else
      set_value (&fields[i], options, gtk_spin_button_get_value (get_control (self, i)));
}
