/* ag-slider-dialog.c: making a slider from two sets of photos, and naming others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-slider-dialog.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-attribute-names.h"
#include "ag-file-dialogs.h"
#include "ag-own-slider.h"
#include "ag-toggle.h"
#include "ag-worker.h"

/* Milliseconds without a change before the photos are looked at. */
#define MAKE_AFTER 400
/* Directions that go together this much are worth a word. */
#define MIN_OVERLAP 0.3
/* Effect sizes as Cohen names them: medium and large, and what sliders of the bundled kind have. */
#define WEAK_EFFECT   0.5
#define STRONG_EFFECT 1.2

struct _AgSliderDialog
{
  AdwWindow parent_instance;

  GtkEditable *name_row;
  AgPhotoTray *with_tray, *without_tray;
  AdwActionRow *result_row, *number_row, *overlap_row;
  GtkSpinner *spinner;
  AdwExpanderRow *names_row;

  AgModel *model;
  AgWorker *worker;
  AgOwnSlider *slider;
  GPtrArray *name_rows; /* of the other attributes, in their order */
  guint timer;
  guint64 job; /* that makes the slider; 0 for none */
  gboolean saving;
};

static guint saved_signal;

G_DEFINE_FINAL_TYPE (AgSliderDialog, ag_slider_dialog, ADW_TYPE_WINDOW)

static void
set_row (AdwActionRow *row, const char *title, const char *subtitle)
{
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_action_row_set_subtitle (row, safe_subtitle);
}

/* Names */

static char *
get_name (AgSliderDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->name_row)));
}

/* What the rows say, or NULL if that is what the model says. A name cannot be empty. */
static GStrv
get_names (AgSliderDialog *self)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean differs = FALSE;

  for (guint a = 0; a < self->name_rows->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (self->model->attributes, a);
      g_autofree char *title = ag_attribute_get_title (attribute->name);
      g_autofree char *text =
        g_strdup (gtk_editable_get_text (g_ptr_array_index (self->name_rows, a)));
      gboolean same = *g_strstrip (text) == '\0' || g_str_equal (text, title);

      g_strv_builder_add (names, same ? attribute->name : text);
      differs |= !same;
    }
  return differs ? g_strv_builder_end (names) : NULL;
}

static void
update_save (AgSliderDialog *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.save",
                                 ag_slider_dialog_is_ready (self));
}

static void
fill_names (AgSliderDialog *self)
{
  for (guint a = 0; a < self->model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (self->model->attributes, a);
      g_autofree char *title = ag_attribute_get_title (attribute->name);
      g_autofree char *safe = g_markup_escape_text (title, -1);
      GtkWidget *row = adw_entry_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe);
      gtk_editable_set_text (GTK_EDITABLE (row), title);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (update_save), self);
      adw_expander_row_add_row (self->names_row, row);
      g_ptr_array_add (self->name_rows, row);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->names_row), self->name_rows->len > 0);
}

/* The result */

static void
show_overlap (AgSliderDialog *self)
{
  const AgOwnSliderOverlap *overlap;
  g_autofree char *name = NULL, *title = NULL;

  if (self->slider->overlaps->len == 0)
    return;
  overlap = &g_array_index (self->slider->overlaps, AgOwnSliderOverlap, 0);
  name = ag_attribute_get_title (overlap->name);
  gtk_widget_set_visible (GTK_WIDGET (self->overlap_row), TRUE);
  if (fabs (overlap->cosine) < MIN_OVERLAP)
    {
      set_row (self->overlap_row, _ ("It does something of its own"), NULL);
      return;
    }
  title = overlap->cosine > 0
            ? g_strdup_printf (_ ("It goes along with “%s”: %.0f %%"), name, 100 * overlap->cosine)
            : g_strdup_printf (_ ("It goes against “%s”: %.0f %%"), name, -100 * overlap->cosine);
  set_row (self->overlap_row, title,
           _ ("Lock that slider, or choose photos that are alike in it, to have this one alone"));
}

static void
show_number (AgSliderDialog *self)
{
  const AgOwnSlider *slider = self->slider;
  guint fewer = MIN (slider->n_with, slider->n_without);
  g_autofree char *title = NULL;
  g_autofree char *subtitle =
    g_strdup_printf (_ ("There are %u with it and %u without"), slider->n_with, slider->n_without);

  if (slider->n_needed == 0)
    title = g_strdup (_ ("More photos are needed, or others: these do not tell the two apart"));
  else if (slider->n_needed <= fewer)
    title = g_strdup (_ ("There are enough photos"));
  else
    title = g_strdup_printf (_ ("About %u photos of each would make it steady"), slider->n_needed);
  gtk_widget_set_visible (GTK_WIDGET (self->number_row), TRUE);
  set_row (self->number_row, title, subtitle);
}

static void
show_slider (AgSliderDialog *self)
{
  const AgOwnSlider *slider = self->slider;
  double effect = slider->score.effect_size;
  const char *words = !(effect >= WEAK_EFFECT) ? _ ("It does not tell these photos apart")
                      : effect < STRONG_EFFECT ? _ ("A weak slider")
                                               : _ ("A strong slider");
  g_autoptr (GString) subtitle = g_string_new (NULL);

  g_string_printf (subtitle,
                   _ ("Effect size %.1f; of photos it has not seen it puts %.0f %% on the right "
                      "side"),
                   effect, 100 * slider->score.accuracy);
  for (guint i = 0; i < MIN (slider->unusable->len, 3); i++)
    g_string_append_printf (subtitle, "\n%s", (char *) g_ptr_array_index (slider->unusable, i));
  set_row (self->result_row, words, subtitle->str);
  show_number (self);
  show_overlap (self);
}

/* Jobs */

typedef struct
{
  AgSliderDialog *dialog; /* which stops its worker before it goes */
  AgModel *model;
  char *name;
  GPtrArray *with, *without;
  AgOwnSlider *slider;
  GStrv names;
  GFile *file;
  GError *error;
  atomic_int done, total; /* photos */
  guint timer;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_handle_id (&job->timer, g_source_remove);
  g_clear_pointer (&job->model, ag_model_unref);
  g_clear_pointer (&job->with, g_ptr_array_unref);
  g_clear_pointer (&job->without, g_ptr_array_unref);
  g_clear_pointer (&job->slider, ag_own_slider_free);
  g_clear_object (&job->file);
  g_clear_error (&job->error);
  g_strfreev (job->names);
  g_free (job->name);
  g_free (job);
}

/* On the worker's thread. */
static void
make_progress (int done, int total, gpointer data)
{
  Job *job = data;

  atomic_store (&job->total, total);
  atomic_store (&job->done, done);
}

static gboolean
show_progress (gpointer data)
{
  Job *job = data;
  int total = atomic_load (&job->total);
  g_autofree char *text = g_strdup_printf (_ ("Looks at photo %d of %d"),
                                           MIN (atomic_load (&job->done) + 1, total), total);

  /* One that was cancelled may still be about to end. */
  if (total > 0 && job->dialog->job != 0)
    set_row (job->dialog->result_row, text, NULL);
  return G_SOURCE_CONTINUE;
}

static void
make_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;

  job->slider = ag_own_slider_make (job->model, job->name, job->with, job->without, make_progress,
                                    job, cancel, &job->error);
}

static void
make_done (gpointer data)
{
  Job *job = data;
  AgSliderDialog *self = job->dialog;

  self->job = 0;
  g_clear_handle_id (&job->timer, g_source_remove);
  gtk_spinner_stop (self->spinner);
  if (job->slider == NULL)
    set_row (self->result_row, job->error->message, NULL);
  else
    {
      self->slider = g_steal_pointer (&job->slider);
      show_slider (self);
    }
  update_save (self);
}

static const AgWorkerJobKind make_kind = { make_run, make_done, job_free };

static void
save_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;

  ag_own_slider_save (job->model, job->slider, (const char *const *) job->names, job->file,
                      &job->error);
}

static void
save_done (gpointer data)
{
  Job *job = data;
  AgSliderDialog *self = job->dialog;

  self->saving = FALSE;
  if (job->error != NULL)
    {
      self->slider = g_steal_pointer (&job->slider);
      set_row (self->result_row, job->error->message, NULL);
      update_save (self);
      return;
    }
  g_signal_emit (self, saved_signal, 0, job->file);
  gtk_window_close (GTK_WINDOW (self));
}

static const AgWorkerJobKind save_kind = { save_run, save_done, job_free };

static GPtrArray *
copy_files (AgPhotoTray *tray)
{
  GPtrArray *from = ag_photo_tray_get_files (tray);
  GPtrArray *to = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, g_object_ref (g_ptr_array_index (from, i)));
  return to;
}

static gboolean
make (gpointer data)
{
  AgSliderDialog *self = data;
  Job *job = g_new0 (Job, 1);

  self->timer = 0;
  job->dialog = self;
  job->model = ag_model_ref (self->model);
  job->name = get_name (self);
  job->with = copy_files (self->with_tray);
  job->without = copy_files (self->without_tray);
  job->timer = g_timeout_add (200, show_progress, job);
  self->job = ag_worker_push (self->worker, &make_kind, job);
  gtk_spinner_start (self->spinner);
  set_row (self->result_row, _ ("Looks at the photos"), NULL);
  return G_SOURCE_REMOVE;
}

static void
changed (AgSliderDialog *self)
{
  g_autofree char *name = get_name (self);
  guint n_with = ag_photo_tray_get_files (self->with_tray)->len;
  guint n_without = ag_photo_tray_get_files (self->without_tray)->len;
  g_autofree char *wanted = NULL;

  if (self->worker == NULL || self->saving)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->job != 0)
    ag_worker_cancel (self->worker, self->job);
  self->job = 0;
  g_clear_pointer (&self->slider, ag_own_slider_free);
  gtk_spinner_stop (self->spinner);
  gtk_widget_set_visible (GTK_WIDGET (self->number_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->overlap_row), FALSE);
  update_save (self);
  if (*name != '\0' && n_with >= AG_OWN_SLIDER_MIN_PHOTOS && n_without >= AG_OWN_SLIDER_MIN_PHOTOS)
    {
      self->timer = g_timeout_add (MAKE_AFTER, make, self);
      return;
    }
  wanted = g_strdup_printf (_ ("A name and at least %d photos of each kind are needed"),
                            AG_OWN_SLIDER_MIN_PHOTOS);
  set_row (self->result_row, wanted, NULL);
}

/* Saving */

gboolean
ag_slider_dialog_is_ready (AgSliderDialog *self)
{
  g_auto (GStrv) names = get_names (self);

  return !self->saving && self->job == 0 && self->timer == 0 &&
         (self->slider != NULL || names != NULL);
}

void
ag_slider_dialog_save_to (AgSliderDialog *self, GFile *file)
{
  Job *job;

  if (!ag_slider_dialog_is_ready (self))
    return;
  job = g_new0 (Job, 1);
  job->dialog = self;
  job->model = ag_model_ref (self->model);
  job->slider = g_steal_pointer (&self->slider);
  job->names = get_names (self);
  job->file = g_object_ref (file);
  self->saving = TRUE;
  update_save (self);
  ag_worker_push (self->worker, &save_kind, job);
}

static void
file_chosen (GListModel *files, gpointer data)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  ag_slider_dialog_save_to (data, file);
}

static void
save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  AgSliderDialog *self = AG_SLIDER_DIALOG (widget);
  g_autofree char *name = get_name (self);
  g_autofree char *file = NULL;

  file = *name != '\0' ? g_strdup_printf (_ ("Faces with %s.safetensors"), name)
                       : g_strdup (_ ("Faces.safetensors"));
  g_strdelimit (file, "/\\", '-');
  ag_file_dialogs_save_model (GTK_WINDOW (self), NULL, file, file_chosen, self);
}

/* The window */

static void
ag_slider_dialog_dispose (GObject *object)
{
  AgSliderDialog *self = AG_SLIDER_DIALOG (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->worker != NULL)
    ag_worker_stop (self->worker);
  g_clear_object (&self->worker);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_SLIDER_DIALOG);
  g_clear_pointer (&self->slider, ag_own_slider_free);
  g_clear_pointer (&self->model, ag_model_unref);
  g_clear_pointer (&self->name_rows, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_slider_dialog_parent_class)->dispose (object);
}

static void
ag_slider_dialog_class_init (AgSliderDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_slider_dialog_dispose;
  g_type_ensure (AG_TYPE_PHOTO_TRAY);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/slider-dialog.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, AgSliderDialog, name)
  BIND (name_row);
  BIND (with_tray);
  BIND (without_tray);
  BIND (result_row);
  BIND (number_row);
  BIND (overlap_row);
  BIND (spinner);
  BIND (names_row);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, changed);
  gtk_widget_class_install_action (widget_class, "dialog.save", NULL, save);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  saved_signal = g_signal_new ("saved", AG_TYPE_SLIDER_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
}

static void
ag_slider_dialog_init (AgSliderDialog *self)
{
  self->name_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ag_toggle_add_expand (self->names_row);
}

AgSliderDialog *
ag_slider_dialog_new (GtkWindow *parent, AgModel *model)
{
  AgSliderDialog *self = g_object_new (AG_TYPE_SLIDER_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GError) error = NULL;

  self->model = ag_model_ref (model);
  self->worker = ag_worker_new (&error);
  if (self->worker == NULL)
    set_row (self->result_row, error->message, NULL);
  fill_names (self);
  changed (self);
  update_save (self);
  return self;
}

AgPhotoTray *
ag_slider_dialog_get_tray (AgSliderDialog *self, gboolean with)
{
  return with ? self->with_tray : self->without_tray;
}

void
ag_slider_dialog_set_name (AgSliderDialog *self, const char *name)
{
  gtk_editable_set_text (self->name_row, name);
}
