/* ag-train-dialog.c: choosing pictures and a kind of model, before training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-dialog.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-choice.h"
#include "ag-face-finder.h"
#include "ag-file-dialogs.h"
#include "ag-panel-fit.h"
#include "ag-toggle.h"
#include "ag-train-found.h"
#include "ag-train-options.h"
#include "ag-train-words.h"

/* Other programs that have more than this share of the processors are told of. */
#define BUSY 0.15
/* Fewer pictures than this are learnt by heart. */
#define FEW 100
/* Milliseconds without a change before steps are measured. */
#define MEASURE_AFTER 500

struct _AgTrainDialog
{
  AdwWindow parent_instance;

  AdwActionRow *folder_row, *found_row, *estimate_row;
  GtkSpinner *inspecting_spinner;
  AdwExpanderRow *unreadable_row, *without_row, *twins_row, *attributes_row, *classes_row,
    *advanced_row;
  AdwComboRow *crop_row;
  GtkWidget *leave_out_row;
  GtkSwitch *leave_out_switch;
  GtkEditable *name_row;
  AdwComboRow *preset_row;
  GtkStack *estimate_icon;
  GtkSpinner *measuring_spinner;
  GtkWidget *advice_button;

  AgTrainSession *session;
  AgTrainSetup *setup;
  AgTrainOptionRows *rows;
  AgTrainFound found;
  const AgInspection *shown;
  guint measure_timer;
  char *own_name; /* that was set here and not typed */
};

static guint started_signal;

G_DEFINE_FINAL_TYPE (AgTrainDialog, ag_train_dialog, ADW_TYPE_WINDOW)

/* What the folder holds */

static gboolean
finds_faces (AgTrainDialog *self)
{
  return adw_combo_row_get_selected (self->crop_row) == AG_TRAINER_CROP_FACES;
}

static char *
describe_looking (AgTrainDialog *self)
{
  int total, done = ag_train_setup_get_inspecting (self->setup, &total);

  if (total == 0)
    return g_strdup (_ ("Looking for pictures…"));
  return g_strdup_printf (finds_faces (self) ? _ ("Finding faces: picture %d of %d")
                                             : _ ("Looking at picture %d of %d"),
                          done, total);
}

/* Digits and the like have no faces, and are too small to be told apart from near-duplicates. While
 * a folder is looked into again, for faces, nothing is known of its classes. */
static void
show_choices (AgTrainDialog *self, const AgInspection *inspection)
{
  gboolean is_packed = inspection != NULL && inspection->kind != AG_DATASET_IMAGES;

  gtk_widget_set_visible (GTK_WIDGET (self->crop_row),
                          ag_train_setup_get_folder (self->setup) != NULL && !is_packed &&
                            ag_face_finder_is_supported ());
  gtk_widget_set_visible (self->leave_out_row, inspection != NULL && inspection->twins->len > 0);
  if (inspection != NULL)
    ag_train_option_rows_set_has_classes (self->rows, inspection->classes->len > 0);
  if (is_packed)
    adw_combo_row_set_selected (self->crop_row, AG_TRAINER_CROP_CENTRE);
}

static void
show_inspection (AgTrainDialog *self)
{
  const AgInspection *inspection = ag_train_setup_get_inspection (self->setup);
  gboolean looking = ag_train_setup_get_state (self->setup) == AG_TRAIN_SETUP_INSPECTING;
  g_autofree char *title = NULL;

  gtk_spinner_set_spinning (self->inspecting_spinner, looking && inspection == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->inspecting_spinner), looking && inspection == NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->found_row), looking || inspection != NULL);
  if (inspection != NULL && self->shown == inspection)
    return;
  self->shown = inspection;
  show_choices (self, inspection);
  if (inspection != NULL)
    {
      ag_train_found_show (&self->found, inspection);
      return;
    }
  ag_train_found_clear (&self->found);
  title = describe_looking (self);
  ag_train_set_row (self->found_row, title, NULL);
}

/* What it takes */

/* A spinner goes on where nobody sees it, and has the window drawn sixty times a second. */
static void
show_icon (AgTrainDialog *self, const char *icon)
{
  gtk_spinner_set_spinning (self->measuring_spinner, g_str_equal (icon, "measuring"));
  gtk_stack_set_visible_child_name (self->estimate_icon, icon);
}

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

  show_icon (self, estimate->fits ? "none" : "problem");
  gtk_widget_set_visible (self->advice_button, !estimate->fits && estimate->advice != NULL);
  if (!estimate->fits)
    {
      title = g_strdup_printf (_ ("This does not fit into memory: it takes %s, and %s are free."),
                               memory, available);
      ag_train_set_row (self->estimate_row, title, estimate->advice);
      return;
    }
  title = isfinite (estimate->seconds) ? g_strdup_printf (_ ("About %s"), time)
                                       : g_strdup (_ ("As long as you like"));
  subtitle = g_strdup_printf (
    _ ("%.1f pictures a second on this computer, %s to train on\n%s of memory, %s parameters%s%s"),
    estimate->images_per_second, n, memory, parameters,
    ag_train_setup_get_n_training (self->setup) < FEW
      ? _ ("\nSo few pictures are learnt by heart: take some hundreds at least")
      : "",
    estimate->others > BUSY
      ? _ ("\nOther programs are busy now: as long as they are, it takes longer")
      : "");
  ag_train_set_row (self->estimate_row, title, subtitle);
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
      ag_train_set_row (self->estimate_row, ag_train_setup_get_message (self->setup), NULL);
      break;
    case AG_TRAIN_SETUP_MEASURING:
      icon = "measuring";
      ag_train_set_row (self->estimate_row, _ ("Measuring a few steps…"), NULL);
      break;
    case AG_TRAIN_SETUP_EMPTY:
    case AG_TRAIN_SETUP_INSPECTING:
      ag_train_set_row (self->estimate_row,
                        _ ("Memory, speed and time are told once there are pictures"), NULL);
      break;
    }
  show_icon (self, icon);
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
  options.crop = finds_faces (self) ? AG_TRAINER_CROP_FACES : AG_TRAINER_CROP_CENTRE;
  options.duplicates = gtk_switch_get_active (self->leave_out_switch)
                         ? AG_DATASET_DUPLICATES_LEAVE_OUT
                         : AG_DATASET_DUPLICATES_TOGETHER;
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
choice_changed (AgTrainDialog *self)
{
  adw_action_row_set_subtitle (
    ADW_ACTION_ROW (self->crop_row),
    finds_faces (self) ? _ ("Found, levelled and cut out; pictures without one are left out")
                       : _ ("The largest square in the middle of each picture"));
  if (self->rows != NULL)
    options_changed (self);
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
      show_icon (self, "problem");
      ag_train_set_row (self->estimate_row, error->message, NULL);
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
  g_ptr_array_unref (self->found.listed);
  g_free (self->own_name);
  G_OBJECT_CLASS (ag_train_dialog_parent_class)->finalize (object);
}

static void
ag_train_dialog_class_init (AgTrainDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_train_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_train_dialog_finalize;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/train-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AgTrainDialog, name)
  BIND (folder_row);
  BIND (found_row);
  BIND (estimate_row);
  BIND (inspecting_spinner);
  BIND (unreadable_row);
  BIND (without_row);
  BIND (twins_row);
  BIND (leave_out_row);
  BIND (leave_out_switch);
  BIND (crop_row);
  BIND (attributes_row);
  BIND (classes_row);
  BIND (advanced_row);
  BIND (name_row);
  BIND (preset_row);
  BIND (estimate_icon);
  BIND (measuring_spinner);
  BIND (advice_button);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, preset_changed);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_install_action (widget_class, "dialog.choose-folder", NULL, choose_folder);
  gtk_widget_class_install_action (widget_class, "dialog.take-advice", NULL, take_advice);
  gtk_widget_class_install_action (widget_class, "dialog.start", NULL, start);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  started_signal = g_signal_new ("started", AG_TYPE_TRAIN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, AG_TYPE_TRAIN_RUN);
}

static void
add_expands (AgTrainDialog *self)
{
  AdwExpanderRow *const rows[] = { self->unreadable_row, self->without_row, self->twins_row,
                                   self->attributes_row, self->classes_row, self->advanced_row };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    ag_toggle_add_expand (rows[i]);
}

static void
ag_train_dialog_init (AgTrainDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  add_expands (self);
  ag_choice_mend (GTK_WIDGET (self->crop_row));
  ag_choice_mend (GTK_WIDGET (self->preset_row));
  ag_panel_fit_combo_row (self->crop_row);
  ag_panel_fit_combo_row (self->preset_row);
  self->found =
    (AgTrainFound){ self->found_row,      self->unreadable_row, self->without_row, self->twins_row,
                    self->attributes_row, self->classes_row,    g_ptr_array_new () };
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
      ag_train_set_row (self->estimate_row, error->message, NULL);
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
