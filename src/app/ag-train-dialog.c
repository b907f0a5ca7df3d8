/* ag-train-dialog.c: choosing pictures and a kind of model, before training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-dialog.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-attribute-names.h"
#include "ag-file-dialogs.h"
#include "ag-train-options.h"
#include "ag-train-words.h"

/* Files and attributes that are named one by one. */
#define MAX_LISTED 50
/* Milliseconds without a change before steps are measured. */
#define MEASURE_AFTER 500

struct _AgTrainDialog
{
  AdwWindow parent_instance;

  AdwActionRow *folder_row, *found_row, *estimate_row;
  GtkSpinner *inspecting_spinner;
  AdwExpanderRow *unreadable_row, *twins_row, *attributes_row, *advanced_row;
  GtkEditable *name_row;
  AdwComboRow *preset_row;
  GtkStack *estimate_icon;
  GtkWidget *advice_button;

  AgTrainSession *session;
  AgTrainSetup *setup;
  AgTrainOptionRows *rows;
  GPtrArray *listed; /* of rows within expanders */
  const AgInspection *shown;
  guint measure_timer;
  char *own_name; /* that was set here and not typed */
};

static guint started_signal;

G_DEFINE_FINAL_TYPE (AgTrainDialog, ag_train_dialog, ADW_TYPE_WINDOW)

static void
set_row (AdwActionRow *row, const char *title, const char *subtitle)
{
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_action_row_set_subtitle (row, safe_subtitle);
}

static void
add_listed (AgTrainDialog *self, AdwExpanderRow *expander, const char *title, const char *subtitle)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());

  set_row (row, title, subtitle);
  adw_action_row_set_title_lines (row, 3);
  g_object_set_data (G_OBJECT (row), "expander", expander);
  adw_expander_row_add_row (expander, GTK_WIDGET (row));
  g_ptr_array_add (self->listed, row);
}

static void
set_expander (AdwExpanderRow *row, const char *title, const char *subtitle)
{
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_expander_row_set_subtitle (row, safe_subtitle);
  gtk_widget_set_visible (GTK_WIDGET (row), TRUE);
}

static void
add_more (AgTrainDialog *self, AdwExpanderRow *row, guint n)
{
  g_autofree char *text = NULL;

  if (n <= MAX_LISTED)
    return;
  text = g_strdup_printf (ngettext ("and %u more", "and %u more", n - MAX_LISTED), n - MAX_LISTED);
  add_listed (self, row, text, NULL);
}

/* What the folder holds */

static void
show_unreadable (AgTrainDialog *self, const AgInspection *inspection)
{
  guint n = inspection->unreadable->len;
  g_autofree char *title =
    g_strdup_printf (ngettext ("%u cannot be read", "%u cannot be read", n), n);

  if (n == 0)
    return;
  set_expander (self->unreadable_row, title, _ ("They are passed over"));
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    add_listed (self, self->unreadable_row,
                ((const AgDatasetSkipped *) g_ptr_array_index (inspection->unreadable, i))->reason,
                NULL);
  add_more (self, self->unreadable_row, n);
}

static void
show_twins (AgTrainDialog *self, const AgInspection *inspection)
{
  guint n = inspection->twins->len;
  g_autofree char *title =
    g_strdup_printf (ngettext ("%u looks like another", "%u look like others", n), n);

  if (n == 0)
    return;
  set_expander (self->twins_row, title, _ ("The same picture twice counts twice"));
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    {
      const AgInspectedTwin *twin = g_ptr_array_index (inspection->twins, i);
      g_autofree char *of = g_strdup_printf (_ ("Like %s"), twin->of);

      add_listed (self, self->twins_row, twin->name, of);
    }
  add_more (self, self->twins_row, n);
}

static char *
describe_labels (const AgInspection *inspection)
{
  switch (inspection->labels)
    {
    case AG_INSPECTION_TABLE:
      return g_strdup_printf (_ ("From %s; each becomes a slider"), inspection->table);
    case AG_INSPECTION_CLASS_FOLDERS:
      return g_strdup (_ ("One for each folder; each becomes a slider"));
    case AG_INSPECTION_UTKFACE:
      return g_strdup (_ ("From the names of the files; each becomes a slider"));
    case AG_INSPECTION_NO_LABELS:
    case AG_INSPECTION_CLASSES:
      break;
    }
  return g_strdup ("");
}

static void
show_attributes (AgTrainDialog *self, const AgInspection *inspection)
{
  guint n = inspection->attributes->len;
  g_autofree char *title = g_strdup_printf (ngettext ("%u attribute", "%u attributes", n), n);
  g_autofree char *subtitle = describe_labels (inspection);

  if (n == 0)
    return;
  set_expander (self->attributes_row, title, subtitle);
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    {
      const AgInspectedAttribute *attribute = g_ptr_array_index (inspection->attributes, i);
      g_autofree char *name = ag_attribute_get_title (attribute->name);
      g_autofree char *counts =
        g_strdup_printf (_ ("%d with, %d without"), attribute->n_with, attribute->n_without);

      add_listed (self, self->attributes_row, name, counts);
    }
  add_more (self, self->attributes_row, n);
}

static char *
describe_found (const AgInspection *inspection)
{
  g_autofree char *count = ag_train_format_count ((guint64) inspection->n_readable);

  if (inspection->kind == AG_DATASET_CIFAR10)
    return g_strdup_printf (_ ("CIFAR-10: %s pictures in ten classes"), count);
  if (inspection->kind == AG_DATASET_MNIST)
    return g_strdup_printf (_ ("MNIST: %s digits"), count);
  return g_strdup_printf (ngettext ("%s picture", "%s pictures", (gulong) inspection->n_readable),
                          count);
}

static char *
describe_sizes (const AgInspection *inspection)
{
  g_autofree char *apart = NULL;

  if (inspection->n_readable == 0)
    return g_strdup ("");
  if (inspection->n_set_apart > 0)
    {
      g_autofree char *count = ag_train_format_count ((guint64) inspection->n_set_apart);

      apart = g_strdup_printf (_ (", %s of them set apart by the data"), count);
    }
  if (inspection->min_width == inspection->max_width &&
      inspection->min_height == inspection->max_height)
    return g_strdup_printf (_ ("%d × %d pixels%s"), inspection->min_width, inspection->min_height,
                            apart ? apart : "");
  return g_strdup_printf (_ ("From %d × %d to %d × %d pixels%s"), inspection->min_width,
                          inspection->min_height, inspection->max_width, inspection->max_height,
                          apart ? apart : "");
}

static void
clear_found (AgTrainDialog *self)
{
  for (guint i = 0; i < self->listed->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->listed, i);

      adw_expander_row_remove (g_object_get_data (G_OBJECT (row), "expander"), row);
    }
  g_ptr_array_set_size (self->listed, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->unreadable_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->twins_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->attributes_row), FALSE);
}

static void
show_inspection (AgTrainDialog *self)
{
  const AgInspection *inspection = ag_train_setup_get_inspection (self->setup);
  gboolean looking = ag_train_setup_get_state (self->setup) == AG_TRAIN_SETUP_INSPECTING;
  g_autofree char *title = NULL, *subtitle = NULL;
  int total, done = ag_train_setup_get_inspecting (self->setup, &total);

  gtk_spinner_set_spinning (self->inspecting_spinner, looking && inspection == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->inspecting_spinner), looking && inspection == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->found_row), looking || inspection != NULL);
  if (inspection == NULL)
    {
      clear_found (self);
      self->shown = NULL;
      title = total > 0 ? g_strdup_printf (_ ("Looks at picture %d of %d"), done, total)
                        : g_strdup (_ ("Looks for pictures"));
      set_row (self->found_row, title, NULL);
      return;
    }
  if (self->shown == inspection)
    return;
  self->shown = inspection;
  clear_found (self);
  title = describe_found (inspection);
  subtitle = describe_sizes (inspection);
  set_row (self->found_row, title, subtitle);
  show_unreadable (self, inspection);
  show_twins (self, inspection);
  show_attributes (self, inspection);
}

/* What it takes */

static void
show_ready (AgTrainDialog *self, const AgTrainerEstimate *estimate)
{
  g_autofree char *memory = g_format_size (estimate->memory);
  g_autofree char *available = g_format_size (estimate->available);
  g_autofree char *parameters = ag_train_format_count (estimate->parameters);
  g_autofree char *time = ag_train_format_time (estimate->seconds);
  g_autofree char *n =
    ag_train_format_count ((guint64) ag_train_setup_get_n_training (self->setup));
  g_autofree char *title = NULL, *subtitle = NULL;

  gtk_stack_set_visible_child_name (self->estimate_icon, estimate->fits ? "none" : "problem");
  gtk_widget_set_visible (self->advice_button, !estimate->fits && estimate->advice != NULL);
  if (!estimate->fits)
    {
      title = g_strdup_printf (_ ("This does not fit into memory: it takes %s, and %s are free."),
                               memory, available);
      set_row (self->estimate_row, title, estimate->advice);
      return;
    }
  title = isfinite (estimate->seconds) ? g_strdup_printf (_ ("About %s"), time)
                                       : g_strdup (_ ("As long as you like"));
  subtitle = g_strdup_printf (
    _ ("%.1f pictures a second on this computer, from %s to train on\n%s of memory, %s parameters"),
    estimate->images_per_second, n, memory, parameters);
  set_row (self->estimate_row, title, subtitle);
}

static void
show_estimate (AgTrainDialog *self)
{
  const char *icon = "none";

  gtk_widget_set_visible (self->advice_button, FALSE);
  switch (ag_train_setup_get_state (self->setup))
    {
    case AG_TRAIN_SETUP_READY:
      show_ready (self, ag_train_setup_get_estimate (self->setup));
      return;
    case AG_TRAIN_SETUP_UNUSABLE:
      icon = "problem";
      set_row (self->estimate_row, ag_train_setup_get_message (self->setup), NULL);
      break;
    case AG_TRAIN_SETUP_MEASURING:
      icon = "measuring";
      set_row (self->estimate_row, _ ("Measures a few steps"), NULL);
      break;
    case AG_TRAIN_SETUP_EMPTY:
    case AG_TRAIN_SETUP_INSPECTING:
      set_row (self->estimate_row, _ ("Memory, speed and time are told once there are pictures"),
               NULL);
      break;
    }
  gtk_stack_set_visible_child_name (self->estimate_icon, icon);
}

static void
setup_changed (AgTrainDialog *self)
{
  const AgTrainerEstimate *estimate = ag_train_setup_get_estimate (self->setup);

  show_inspection (self);
  show_estimate (self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.start",
                                 estimate != NULL && estimate->fits && self->measure_timer == 0);
}

/* Options */

static const AgTrainerPreset *
get_preset (AgTrainDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->preset_row);
  int n;
  const AgTrainerPreset *presets = ag_trainer_get_presets (&n);

  return &presets[MIN (selected, (guint) n - 1)];
}

static gboolean
hand_over_options (gpointer data)
{
  AgTrainDialog *self = data;
  AgTrainerOptions options;

  self->measure_timer = 0;
  ag_trainer_options_init (&options);
  options.preset = get_preset (self)->name;
  ag_train_option_rows_take (self->rows, &options);
  /* A limit by time alone is meant to be the only one. */
  if (options.minutes > 0)
    {
      options.steps = 0;
      options.epochs = 0;
    }
  ag_train_setup_set_options (self->setup, &options);
  return G_SOURCE_REMOVE;
}

static void
options_changed (gpointer data)
{
  AgTrainDialog *self = data;

  g_clear_handle_id (&self->measure_timer, g_source_remove);
  self->measure_timer = g_timeout_add (MEASURE_AFTER, hand_over_options, self);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.start", FALSE);
}

static void
preset_changed (AgTrainDialog *self)
{
  const AgTrainerPreset *preset = get_preset (self);

  if (self->rows == NULL)
    return;
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->preset_row), _ (preset->description));
  ag_train_option_rows_show (self->rows, &preset->options);
  options_changed (self);
}

static void
fill_presets (AgTrainDialog *self)
{
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  int n;
  const AgTrainerPreset *presets = ag_trainer_get_presets (&n);

  for (int i = 0; i < n; i++)
    gtk_string_list_append (titles, _ (presets[i].title));
  adw_combo_row_set_model (self->preset_row, G_LIST_MODEL (titles));
}

static void
take_advice (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainDialog *self = AG_TRAIN_DIALOG (widget);
  const AgTrainerEstimate *estimate = ag_train_setup_get_estimate (self->setup);

  if (estimate == NULL || estimate->advice == NULL)
    return;
  ag_train_option_rows_show (self->rows, &estimate->advised);
  adw_expander_row_set_expanded (self->advanced_row, TRUE);
  options_changed (self);
}

/* Folder and start */

void
ag_train_dialog_set_folder (AgTrainDialog *self, GFile *folder)
{
  g_autofree char *name = g_file_get_parse_name (folder);
  g_autofree char *safe = g_markup_escape_text (name, -1);
  g_autofree char *base = g_file_get_basename (folder);
  g_autofree char *display = g_filename_display_name (base);
  const char *typed = gtk_editable_get_text (self->name_row);

  if (self->setup == NULL)
    return;
  adw_action_row_set_subtitle (self->folder_row, safe);
  if (*typed == '\0' || g_strcmp0 (typed, self->own_name) == 0)
    {
      gtk_editable_set_text (self->name_row, display);
      g_free (self->own_name);
      self->own_name = g_strdup (display);
    }
  ag_train_setup_set_folder (self->setup, folder, NULL);
}

static void
folder_chosen (GListModel *files, gpointer data)
{
  g_autoptr (GFile) folder = g_list_model_get_item (files, 0);

  ag_train_dialog_set_folder (data, folder);
}

static void
choose_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainDialog *self = AG_TRAIN_DIALOG (widget);

  ag_file_dialogs_choose_folder (GTK_WINDOW (self), ag_train_setup_get_folder (self->setup),
                                 folder_chosen, self);
}

static gboolean
dropped (AgTrainDialog *self, const GValue *value)
{
  GFile *folder = g_value_get_object (value);

  if (folder == NULL || g_file_query_file_type (folder, 0, NULL) != G_FILE_TYPE_DIRECTORY)
    return FALSE;
  ag_train_dialog_set_folder (self, folder);
  return TRUE;
}

static void
start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AgTrainDialog *self = AG_TRAIN_DIALOG (widget);
  const char *name = gtk_editable_get_text (self->name_row);
  g_autoptr (GError) error = NULL;
  AgTrainRun *run;

  if (ag_train_setup_get_estimate (self->setup) == NULL)
    return;
  run =
    ag_train_session_start (self->session, name, ag_train_setup_get_options (self->setup), &error);
  if (run == NULL)
    {
      gtk_stack_set_visible_child_name (self->estimate_icon, "problem");
      set_row (self->estimate_row, error->message, NULL);
      return;
    }
  g_signal_emit (self, started_signal, 0, run);
  gtk_window_close (GTK_WINDOW (self));
}

/* The window */

static void
ag_train_dialog_dispose (GObject *object)
{
  AgTrainDialog *self = AG_TRAIN_DIALOG (object);

  g_clear_handle_id (&self->measure_timer, g_source_remove);
  if (self->setup != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->setup, self);
      ag_train_setup_close (self->setup);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_TRAIN_DIALOG);
  g_clear_object (&self->setup);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ag_train_dialog_parent_class)->dispose (object);
}

static void
ag_train_dialog_finalize (GObject *object)
{
  AgTrainDialog *self = AG_TRAIN_DIALOG (object);

  ag_train_option_rows_free (self->rows);
  g_ptr_array_unref (self->listed);
  g_free (self->own_name);
  G_OBJECT_CLASS (ag_train_dialog_parent_class)->finalize (object);
}

static void
ag_train_dialog_class_init (AgTrainDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_train_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_train_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/train-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AgTrainDialog, name)
  BIND (folder_row);
  BIND (found_row);
  BIND (estimate_row);
  BIND (inspecting_spinner);
  BIND (unreadable_row);
  BIND (twins_row);
  BIND (attributes_row);
  BIND (advanced_row);
  BIND (name_row);
  BIND (preset_row);
  BIND (estimate_icon);
  BIND (advice_button);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, preset_changed);
  gtk_widget_class_install_action (widget_class, "dialog.choose-folder", NULL, choose_folder);
  gtk_widget_class_install_action (widget_class, "dialog.take-advice", NULL, take_advice);
  gtk_widget_class_install_action (widget_class, "dialog.start", NULL, start);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  started_signal = g_signal_new ("started", AG_TYPE_TRAIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, AG_TYPE_TRAIN_RUN);
}

static void
ag_train_dialog_init (AgTrainDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  self->listed = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  fill_presets (self);
  self->rows = ag_train_option_rows_new (self->advanced_row, options_changed, self);
}

AgTrainDialog *
ag_train_dialog_new (GtkWindow *parent, AgTrainSession *session)
{
  AgTrainDialog *self = g_object_new (AG_TYPE_TRAIN_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GError) error = NULL;

  self->session = g_object_ref (session);
  self->setup = ag_train_setup_new (session, &error);
  if (self->setup == NULL)
    {
      set_row (self->estimate_row, error->message, NULL);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.start", FALSE);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.choose-folder", FALSE);
      return self;
    }
  g_signal_connect_swapped (self->setup, "changed", G_CALLBACK (setup_changed), self);
  preset_changed (self);
  setup_changed (self);
  return self;
}

AgTrainSetup *
ag_train_dialog_get_setup (AgTrainDialog *self)
{
  return self->setup;
}
