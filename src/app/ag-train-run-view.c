/* ag-train-run-view.c: one training run: its curves, its numbers, what it draws
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-run-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-chart-view.h"
#include "ag-curves-out.h"
#include "ag-toggle.h"
#include "ag-train-differences.h"
#include "ag-train-facts.h"
#include "ag-train-words.h"

#define LATEST_SHARE 0.25

struct _AgTrainRunView
{
  GtkWidget parent_instance;

  GtkWidget *scroller, *commands;
  GtkLabel *name_label, *state_label;
  GtkProgressBar *progress;
  GtkWidget *open_button, *open_best_button, *pause_button, *resume_button, *stop_button,
    *compare_button;
  GtkBox *compare_box;
  GtkWidget *message_box;
  GtkLabel *message_label;
  GtkStack *chart_stack;
  GtkLabel *chart_label;
  AgChartView *chart;
  GtkRange *smoothing;
  GtkWidget *smoothing_box;
  GtkGrid *differences;
  GtkFlowBox *facts;
  GtkWidget *samples_box;
  GtkLabel *samples_label;
  GtkAspectFrame *samples_frame;
  GtkPicture *samples_picture;
  GtkRange *samples_scale;
  GtkWidget *notices_expander;
  GtkLabel *notices_label;

  GtkLabel *fact_labels[AG_TRAIN_N_FACTS];
  AgTrainSession *session;
  AgTrainRun *run;
  GPtrArray *overlays; /* of AgTrainRun */
  guint n_samples;
  gboolean opens;     /* in Edit, as soon as there are sliders */
  AgTrainModel model; /* which */
};

enum
{
  OPEN_MODEL,
  MESSAGE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgTrainRunView, ag_train_run_view, GTK_TYPE_WIDGET)

/* Showing */

static double
get_fraction (AgTrainRun *run)
{
  const AgTrainerProgress *progress = ag_train_run_get_progress (run);
  const AgTrainerOptions *options = ag_train_run_get_options (run);
  AgTrainRunState state = ag_train_run_get_state (run);
  guint64 last_step = progress->last_step;
  double fraction = 0;

  if (state == AG_TRAIN_RUN_FINISHED)
    return 1;
  if (state == AG_TRAIN_RUN_SLIDERS ||
      (state == AG_TRAIN_RUN_STARTING && progress->phase == AG_TRAINER_LOADING))
    return progress->total > 0 ? (double) progress->done / progress->total : 0;
  /* One that has finished and is to train as long again has another end than it had. */
  if (state == AG_TRAIN_RUN_QUEUED && options != NULL)
    last_step = MAX (last_step, (guint64) MAX (options->steps, 0));
  if (last_step > 0)
    fraction = (double) progress->step / (double) last_step;
  if (options != NULL && options->minutes > 0)
    fraction = fmax (fraction, progress->seconds / (60 * options->minutes));
  return CLAMP (fraction, 0, 1);
}

/* Evaluations without a new best before overfitting is pointed out. */
#define RISING_NOTICE 5

/* Why it does not go on, or that it learns by heart. */
static char *
find_message (AgTrainRun *run)
{
  int best;
  GArray *reports = ag_train_run_get_reports (run, &best);
  g_autofree char *step = NULL;
  int n_since = 0;

  if (ag_train_run_get_message (run) != NULL)
    return g_strdup (ag_train_run_get_message (run));
  for (guint i = (guint) best + 1; best >= 0 && i < reports->len; i++)
    n_since += isfinite (g_array_index (reports, AgRunReport, i).held_out_bits_per_dim);
  if (n_since < RISING_NOTICE)
    return NULL;
  step = ag_train_format_count (g_array_index (reports, AgRunReport, best).step);
  return g_strdup_printf (
    _ ("Pictures that are held out have not become likelier since step %s: "
       "the model may be learning the others by heart. Open Best opens the model "
       "of that step."),
    step);
}

static void
show_message (AgTrainRunView *self)
{
  g_autofree char *message = find_message (self->run);

  gtk_widget_set_visible (self->message_box, message != NULL);
  gtk_label_set_text (self->message_label, message ? message : "");
}

static void
show_state (AgTrainRunView *self)
{
  AgTrainRunState state = ag_train_run_get_state (self->run);
  gboolean active = ag_train_run_is_active (self->run);
  gboolean resumable = state == AG_TRAIN_RUN_PAUSED || state == AG_TRAIN_RUN_FINISHED ||
                       (state == AG_TRAIN_RUN_FAILED && ag_train_run_get_options (self->run));
  g_autofree char *description = ag_train_run_describe (self->run);
  g_autoptr (GFile) model = active ? NULL : ag_train_run_get_model (self->run, AG_TRAIN_MODEL_LAST);
  g_autoptr (GFile) best = active ? NULL : ag_train_run_get_model (self->run, AG_TRAIN_MODEL_BEST);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_label_set_text (self->name_label, ag_train_run_get_name (self->run));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name_label), ag_train_run_get_name (self->run));
  gtk_label_set_text (self->state_label, description);
  gtk_progress_bar_set_fraction (self->progress, get_fraction (self->run));
  gtk_widget_set_visible (GTK_WIDGET (self->progress), active || state == AG_TRAIN_RUN_PAUSED);
  show_message (self);
  gtk_widget_action_set_enabled (widget, "run.open", model != NULL);
  gtk_widget_action_set_enabled (widget, "run.open-best", best != NULL);
  gtk_widget_action_set_enabled (widget, "run.resume", resumable);
  gtk_widget_action_set_enabled (
    widget, "run.pause", active && state != AG_TRAIN_RUN_PAUSING && state != AG_TRAIN_RUN_PAUSED);
  gtk_widget_action_set_enabled (
    widget, "run.stop", active && (state == AG_TRAIN_RUN_RUNNING || state == AG_TRAIN_RUN_PAUSED));
  gtk_widget_action_set_enabled (widget, "run.remove", !active);
  gtk_widget_set_visible (gtk_widget_get_parent (self->open_button), model != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (self->open_best_button), best != NULL);
  gtk_widget_set_visible (gtk_widget_get_parent (self->pause_button),
                          active && state != AG_TRAIN_RUN_PAUSED);
  gtk_widget_set_visible (gtk_widget_get_parent (self->resume_button), resumable);
  gtk_widget_set_visible (gtk_widget_get_parent (self->stop_button), active);
  gtk_button_set_label (GTK_BUTTON (self->resume_button), state == AG_TRAIN_RUN_FINISHED
                                                            ? _ ("Train as Long _Again")
                                                            : _ ("_Resume"));
  /* GTK names the button by its label now, underscore and all. */
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self->resume_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
    state == AG_TRAIN_RUN_FINISHED ? _ ("Train as long again") : _ ("Resume the training"), -1);
  if (model != NULL)
    gtk_widget_add_css_class (self->open_button, "suggested-action");
}

static void
show_chart (AgTrainRunView *self)
{
  GArray *reports = ag_train_run_get_reports (self->run, NULL);
  gboolean several = self->overlays->len > 0;

  ag_chart_view_clear (self->chart);
  ag_chart_view_add_run (self->chart, several ? ag_train_run_get_name (self->run) : NULL, reports);
  for (guint i = 0; i < self->overlays->len; i++)
    {
      AgTrainRun *other = g_ptr_array_index (self->overlays, i);

      ag_chart_view_add_run (self->chart, ag_train_run_get_name (other),
                             ag_train_run_get_reports (other, NULL));
    }
  gtk_stack_set_visible_child_name (self->chart_stack, reports->len > 0 ? "chart" : "waiting");
  gtk_widget_set_visible (self->smoothing_box, reports->len > 0);
  /* Where nothing has been and nothing will be, a frame around nothing says nothing. */
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (self->chart_stack)),
                          reports->len > 0 || ag_train_run_is_active (self->run));
  gtk_widget_set_visible (GTK_WIDGET (self->facts),
                          reports->len > 0 || ag_train_run_is_active (self->run));
  gtk_label_set_text (self->chart_label, ag_train_run_is_active (self->run)
                                           ? _ ("The curve begins with the first report.")
                                           : _ ("Nothing has been reported."));
}

static void
show_sample (AgTrainRunView *self)
{
  GPtrArray *samples = ag_train_run_get_samples (self->run);
  guint index = (guint) lround (gtk_range_get_value (self->samples_scale));
  g_autofree char *step = NULL, *text = NULL;
  GdkPaintable *drawn;
  GFile *file;
  double ratio;

  if (samples->len == 0)
    return;
  file = g_ptr_array_index (samples, MIN (index, samples->len - 1));
  step = ag_train_format_count (ag_train_run_get_sample_step (file));
  text = g_strdup_printf (_ ("Faces Drawn at Step %s"), step);
  gtk_label_set_text (self->samples_label, text);
  gtk_picture_set_file (self->samples_picture, file);
  drawn = gtk_picture_get_paintable (self->samples_picture);
  ratio = drawn != NULL ? gdk_paintable_get_intrinsic_aspect_ratio (drawn) : 0;
  if (ratio > 0)
    gtk_aspect_frame_set_ratio (self->samples_frame, (float) ratio);
}

/* The newest is shown unless somebody looks at an older one. */
static void
show_samples (AgTrainRunView *self)
{
  GPtrArray *samples = ag_train_run_get_samples (self->run);
  double value = gtk_range_get_value (self->samples_scale);
  gboolean at_end = self->n_samples == 0 || lround (value) + 1 >= (long) self->n_samples;

  self->n_samples = samples->len;
  gtk_widget_set_visible (self->samples_box, samples->len > 0);
  gtk_widget_set_visible (GTK_WIDGET (self->samples_scale), samples->len > 1);
  gtk_range_set_range (self->samples_scale, 0, MAX (samples->len, 2) - 1);
  if (at_end && samples->len > 0)
    gtk_range_set_value (self->samples_scale, samples->len - 1);
  show_sample (self);
}

static void
show_notices (AgTrainRunView *self)
{
  GPtrArray *notices = ag_train_run_get_notices (self->run);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < notices->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (char *) g_ptr_array_index (notices, i));
  gtk_widget_set_visible (self->notices_expander, notices->len > 0);
  gtk_label_set_text (self->notices_label, text->str);
}

static void
progressed (AgTrainRunView *self)
{
  g_autofree char *description = ag_train_run_describe (self->run);

  gtk_label_set_text (self->state_label, description);
  gtk_progress_bar_set_fraction (self->progress, get_fraction (self->run));
  ag_train_facts_show (self->fact_labels, self->run);
}

static void
reported (AgTrainRunView *self)
{
  show_chart (self);
  show_samples (self);
  show_message (self);
}

/* Comparing */

static void
overlay_toggled (GtkCheckButton *check, AgTrainRunView *self)
{
  AgTrainRun *run = g_object_get_data (G_OBJECT (check), "run");

  if (gtk_check_button_get_active (check))
    g_ptr_array_add (self->overlays, g_object_ref (run));
  else
    g_ptr_array_remove (self->overlays, run);
  show_chart (self);
  ag_train_differences_show (self->differences, self->run, self->overlays);
}

/* Where there is nothing to be done, there is no gap for it either. */
static void
show_commands (AgTrainRunView *self)
{
  gboolean any = FALSE;

  for (GtkWidget *child = gtk_widget_get_first_child (self->commands); child != NULL && !any;
       child = gtk_widget_get_next_sibling (child))
    any = gtk_widget_get_visible (child);
  gtk_widget_set_visible (self->commands, any);
}

/* The other runs that have something to show, for choosing from. */
static void
fill_compare (AgTrainRunView *self)
{
  GListModel *runs = ag_train_session_get_runs (self->session);
  GtkWidget *child;
  guint n = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->compare_box))) != NULL)
    gtk_box_remove (self->compare_box, child);
  for (guint i = 0; i < g_list_model_get_n_items (runs); i++)
    {
      g_autoptr (AgTrainRun) run = g_list_model_get_item (runs, i);
      GtkWidget *check, *label;

      if (run == self->run || ag_train_run_get_reports (run, NULL)->len == 0)
        continue;
      check = gtk_check_button_new ();
      label = gtk_label_new (ag_train_run_get_name (run));
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 30);
      gtk_check_button_set_child (GTK_CHECK_BUTTON (check), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      ag_train_run_get_name (run), -1);
      g_object_set_data (G_OBJECT (check), "run", run);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                                   g_ptr_array_find (self->overlays, run, NULL));
      g_signal_connect (check, "toggled", G_CALLBACK (overlay_toggled), self);
      ag_toggle_add_tick (GTK_CHECK_BUTTON (check));
      gtk_box_append (self->compare_box, check);
      n++;
    }
  gtk_widget_set_visible (gtk_widget_get_parent (self->compare_button),
                          n > 0 && ag_train_run_get_reports (self->run, NULL)->len > 0);
  show_commands (self);
}

/* Commands */

static void
open_model (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);
  AgTrainModel which =
    g_str_equal (name, "run.open-best") ? AG_TRAIN_MODEL_BEST : AG_TRAIN_MODEL_LAST;
  g_autoptr (GFile) file = ag_train_run_get_model (self->run, which);

  if (file == NULL || ag_train_run_is_active (self->run))
    return;
  self->opens = !ag_train_run_has_sliders (self->run, which);
  self->model = which;
  if (self->opens)
    ag_train_session_make_sliders (self->session, self->run, which);
  else
    g_signal_emit (self, signals[OPEN_MODEL], 0, file);
}

/* Sliders have been made, or cannot be: a model without is better than none. */
static void
open_at_last (AgTrainRunView *self)
{
  g_autoptr (GFile) file = NULL;

  if (!self->opens || ag_train_run_is_active (self->run))
    return;
  self->opens = FALSE;
  file = ag_train_run_get_model (self->run, self->model);
  if (file != NULL)
    g_signal_emit (self, signals[OPEN_MODEL], 0, file);
}

static void
pause_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);

  ag_train_session_pause (self->session, self->run);
}

static void
resume_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);

  ag_train_session_resume (self->session, self->run);
}

static void
stop_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);

  ag_train_session_stop (self->session, self->run);
}

static void
show_folder (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);
  g_autofree char *uri = g_file_get_uri (ag_train_run_get_folder (self->run));

  gtk_show_uri (GTK_WINDOW (gtk_widget_get_root (widget)), uri, GDK_CURRENT_TIME);
}

static void
remove_answered (AdwMessageDialog *dialog, const char *response, AgTrainRunView *self)
{
  g_autoptr (GError) error = NULL;
  AgTrainRun *run = g_object_get_data (G_OBJECT (dialog), "run");

  if (!g_str_equal (response, "remove") || self->session == NULL || ag_train_run_is_active (run))
    return;
  if (!ag_train_session_remove (self->session, run, &error))
    g_signal_emit (self, signals[MESSAGE], 0, error->message);
}

static void
remove_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (widget)),
                                              _ ("Move This Run to the Trash?"), NULL);

  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _ ("The model “%s”, its checkpoints and its log go with it."),
                                  ag_train_run_get_name (self->run));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "remove",
                                    _ ("Move to _Trash"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_object_set_data_full (G_OBJECT (dialog), "run", g_object_ref (self->run), g_object_unref);
  g_signal_connect_object (dialog, "response", G_CALLBACK (remove_answered), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
zoom (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);

  if (g_str_equal (name, "run.zoom-in"))
    ag_chart_view_show_latest (self->chart, LATEST_SHARE);
  else
    ag_chart_view_zoom_out (self->chart);
}

static void
save_curves (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (widget);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  g_ptr_array_add (runs, self->run);
  for (guint i = 0; i < self->overlays->len; i++)
    g_ptr_array_add (runs, g_ptr_array_index (self->overlays, i));
  ag_curves_out_ask (widget, runs, gtk_range_get_value (self->smoothing));
}

static void
smoothing_changed (AgTrainRunView *self)
{
  ag_chart_view_set_smoothing (self->chart, gtk_range_get_value (self->smoothing));
}

static void
scrubbed (AgTrainRunView *self)
{
  if (self->run != NULL)
    show_sample (self);
}

static void
state_changed (AgTrainRunView *self)
{
  show_state (self);
  ag_train_facts_show (self->fact_labels, self->run);
  show_chart (self);
  show_commands (self);
  open_at_last (self);
}

/* The widget */

static void
ag_train_run_view_dispose (GObject *object)
{
  AgTrainRunView *self = AG_TRAIN_RUN_VIEW (object);

  if (self->scroller != NULL)
    ag_train_run_view_set_run (self, NULL, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_TRAIN_RUN_VIEW);
  g_clear_pointer (&self->overlays, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_train_run_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AgTrainRunView, name)
  BIND (scroller);
  BIND (commands);
  BIND (name_label);
  BIND (state_label);
  BIND (progress);
  BIND (open_button);
  BIND (open_best_button);
  BIND (pause_button);
  BIND (resume_button);
  BIND (stop_button);
  BIND (compare_button);
  BIND (compare_box);
  BIND (message_box);
  BIND (message_label);
  BIND (chart_stack);
  BIND (chart_label);
  BIND (chart);
  BIND (smoothing);
  BIND (smoothing_box);
  BIND (differences);
  BIND (facts);
  BIND (samples_box);
  BIND (samples_label);
  BIND (samples_frame);
  BIND (samples_picture);
  BIND (samples_scale);
  BIND (notices_expander);
  BIND (notices_label);
#undef BIND
}

static void
ag_train_run_view_class_init (AgTrainRunViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_train_run_view_dispose;
  g_type_ensure (AG_TYPE_CHART_VIEW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/train-run-view.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, smoothing_changed);
  gtk_widget_class_bind_template_callback (widget_class, scrubbed);
  gtk_widget_class_install_action (widget_class, "run.open", NULL, open_model);
  gtk_widget_class_install_action (widget_class, "run.open-best", NULL, open_model);
  gtk_widget_class_install_action (widget_class, "run.pause", NULL, pause_run);
  gtk_widget_class_install_action (widget_class, "run.resume", NULL, resume_run);
  gtk_widget_class_install_action (widget_class, "run.stop", NULL, stop_run);
  gtk_widget_class_install_action (widget_class, "run.show-folder", NULL, show_folder);
  gtk_widget_class_install_action (widget_class, "run.remove", NULL, remove_run);
  gtk_widget_class_install_action (widget_class, "run.zoom-in", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "run.zoom-out", NULL, zoom);
  gtk_widget_class_install_action (widget_class, "run.save-curves", NULL, save_curves);
  signals[OPEN_MODEL] = g_signal_new ("open-model", AG_TYPE_TRAIN_RUN_VIEW, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[MESSAGE] = g_signal_new ("message", AG_TYPE_TRAIN_RUN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ag_train_run_view_init (AgTrainRunView *self)
{
  self->overlays = g_ptr_array_new_with_free_func (g_object_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
  ag_train_facts_add (self->facts, self->fact_labels);
  smoothing_changed (self);
}

void
ag_train_run_view_set_run (AgTrainRunView *self, AgTrainSession *session, AgTrainRun *run)
{
  if (self->run == run && self->session == session)
    {
      if (run != NULL)
        fill_compare (self);
      return;
    }
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_set_object (&self->run, run);
  g_set_object (&self->session, session);
  g_ptr_array_set_size (self->overlays, 0);
  self->n_samples = 0;
  self->opens = FALSE;
  if (run == NULL)
    return;
  ag_chart_view_zoom_out (self->chart);
  ag_train_differences_show (self->differences, self->run, self->overlays);
  state_changed (self);
  show_samples (self);
  show_notices (self);
  fill_compare (self);
  g_signal_connect_swapped (run, "notify::state", G_CALLBACK (state_changed), self);
  g_signal_connect_swapped (run, "progressed", G_CALLBACK (progressed), self);
  g_signal_connect_swapped (run, "reported", G_CALLBACK (reported), self);
  g_signal_connect_swapped (run, "noticed", G_CALLBACK (show_notices), self);
}
