/* ag-train-setup.c: what is settled before a run is started
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-setup.h"

#include <pthread.h>

#include <glib/gi18n-lib.h>

#include "ag-face-crops.h"
#include "ag-worker.h"

struct _AgTrainSetup
{
  GObject parent_instance;

  AgTrainSession *session;
  AgWorker *worker;
  gboolean closed;

  AgTrainSetupState state;
  char *message;
  GFile *folder, *labels;
  AgTrainerOptions options;
  gboolean has_options;
  int n_training;
  int done, total;
  AgInspection *inspection;
  int inspected_crop; /* an AgTrainerCrop: what inspection is, or is going to be, about */
  AgTrainerEstimate estimate;
  guint64 inspecting, measuring; /* jobs; 0 for none */
  gboolean holds;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AgTrainSetup, ag_train_setup, G_TYPE_OBJECT)

static void
ag_train_setup_dispose (GObject *object)
{
  ag_train_setup_close (AG_TRAIN_SETUP (object));
  G_OBJECT_CLASS (ag_train_setup_parent_class)->dispose (object);
}

static void
ag_train_setup_finalize (GObject *object)
{
  AgTrainSetup *self = AG_TRAIN_SETUP (object);

  g_clear_object (&self->session);
  g_clear_object (&self->worker);
  g_clear_object (&self->folder);
  g_clear_object (&self->labels);
  g_clear_pointer (&self->inspection, ag_inspection_free);
  ag_trainer_estimate_clear (&self->estimate);
  g_free (self->message);
  G_OBJECT_CLASS (ag_train_setup_parent_class)->finalize (object);
}

static void
ag_train_setup_class_init (AgTrainSetupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ag_train_setup_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_train_setup_finalize;
  changed_signal = g_signal_new ("changed", AG_TYPE_TRAIN_SETUP, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static void
ag_train_setup_init (AgTrainSetup *self)
{
}

static void
set_state (AgTrainSetup *self, AgTrainSetupState state, const char *message)
{
  char *copy = g_strdup (message);

  g_free (self->message);
  self->message = copy;
  self->state = state;
  g_signal_emit (self, changed_signal, 0);
}

static void
hold (AgTrainSetup *self, gboolean holds)
{
  if (self->session != NULL && holds != self->holds)
    ag_train_session_hold (self->session, holds);
  self->holds = holds;
}

/* Measuring */

typedef struct
{
  AgTrainSetup *setup;
  AgTrainerOptions options;
  guint64 n_training;
  int n_classes;
  AgTrainerEstimate estimate;
  GError *error;
} Measurement;

static void
measure_run (gpointer data, const atomic_bool *cancel)
{
  Measurement *job = data;

  ag_trainer_estimate (&job->options, job->n_training, job->n_classes, cancel, &job->estimate,
                       &job->error);
}

static void
measure_done (gpointer data)
{
  Measurement *job = data;
  AgTrainSetup *self = job->setup;

  self->measuring = 0;
  hold (self, FALSE);
  if (job->error != NULL)
    {
      set_state (self, AG_TRAIN_SETUP_UNUSABLE, job->error->message);
      return;
    }
  self->estimate = job->estimate;
  job->estimate.advice = NULL;
  set_state (self, AG_TRAIN_SETUP_READY, NULL);
}

static void
measure_free (gpointer data)
{
  Measurement *job = data;

  ag_trainer_estimate_clear (&job->estimate);
  g_clear_error (&job->error);
  g_free (job);
}

static const AgWorkerJobKind measure_kind = { measure_run, measure_done, measure_free };

/* Pictures of the size that is wanted, without those that are held out or left out. */
static int
count_training (AgTrainSetup *self)
{
  int n = ag_inspection_count (self->inspection, self->options.image_size), apart;

  if (self->options.conditional)
    n = MAX (n - self->inspection->n_classless, MIN (n, 1));
  if (self->options.duplicates == AG_DATASET_DUPLICATES_LEAVE_OUT)
    n = MAX (n - (int) self->inspection->twins->len, MIN (n, 1));
  apart = self->inspection->n_set_apart > 0 ? MIN (self->inspection->n_set_apart, n - 1)
                                            : (int) (self->options.held_out * n);
  return MAX (n - apart, MIN (n, 1));
}

static char *
find_fault (AgTrainSetup *self)
{
  const AgInspection *inspection = self->inspection;
  int n = ag_inspection_count (inspection, self->options.image_size);

  if (inspection->n_readable == 0)
    {
      const AgDatasetSkipped *first = g_ptr_array_index (inspection->unreadable, 0);

      return g_strdup_printf (ngettext ("The only picture cannot be read: %s",
                                        "None of the pictures can be read. The first: %s",
                                        (gulong) inspection->n_found),
                              first->reason);
    }
  if (inspection->sides->len == 0)
    return g_strdup (_ ("No face was found in any of these pictures. Train on their middle, or "
                        "choose others."));
  if (n == 0 &&
      (self->inspected_crop == AG_TRAINER_CROP_CENTRE || inspection->kind != AG_DATASET_IMAGES))
    return g_strdup_printf (_ ("No picture has %d pixels on each side. The largest is %d × %d."),
                            self->options.image_size, inspection->max_width,
                            inspection->max_height);
  if (n == 0)
    return g_strdup_printf (_ ("No face has %d pixels on each side. The largest has %d."),
                            self->options.image_size,
                            g_array_index (inspection->sides, int, inspection->sides->len - 1));
  if (inspection->table_problem != NULL)
    return g_strdup_printf (_ ("The attribute table does not go with these pictures: %s"),
                            inspection->table_problem);
  if (self->options.conditional && inspection->classes->len == 0)
    return g_strdup (_ ("A model for classes needs pictures with classes: in a folder for each, "
                        "or CIFAR-10 and MNIST with their labels."));
  return NULL;
}

static void
measure (AgTrainSetup *self)
{
  g_autofree char *fault = NULL;
  Measurement *job;

  if (self->measuring != 0)
    ag_worker_cancel (self->worker, self->measuring);
  self->measuring = 0;
  hold (self, FALSE);
  ag_trainer_estimate_clear (&self->estimate);
  if (self->inspection == NULL || !self->has_options)
    return;
  fault = find_fault (self);
  if (fault != NULL)
    {
      set_state (self, AG_TRAIN_SETUP_UNUSABLE, fault);
      return;
    }
  self->n_training = count_training (self);
  job = g_new0 (Measurement, 1);
  job->setup = self;
  job->options = self->options;
  job->n_training = (guint64) self->n_training;
  job->n_classes = (int) self->inspection->classes->len;
  hold (self, TRUE);
  self->measuring = ag_worker_push (self->worker, &measure_kind, job);
  set_state (self, AG_TRAIN_SETUP_MEASURING, NULL);
}

/* Looking into the folder */

typedef struct
{
  AgTrainSetup *setup; /* for the main loop; it stops its worker before it goes */
  GFile *folder, *labels;
  gboolean finds_faces;
  AgInspection *inspection;
  GError *error;
  atomic_int done, total;
  guint timer;
} Look;

static void
look_progress (int done, int total, gpointer data)
{
  Look *look = data;

  atomic_store (&look->done, done);
  atomic_store (&look->total, total);
}

static void
look_run (gpointer data, const atomic_bool *cancel)
{
  Look *look = data;

  g_autoptr (AgFaceCrops) faces = NULL;

  if (look->finds_faces)
    {
      faces = ag_face_crops_new (&look->error);
      if (faces == NULL)
        return;
    }
  look->inspection =
    ag_inspect_folder (look->folder, look->labels, faces ? ag_face_crops_get_crop (faces) : NULL,
                       look_progress, look, cancel, &look->error);
}

static void
look_done (gpointer data)
{
  Look *look = data;
  AgTrainSetup *self = look->setup;

  self->inspecting = 0;
  if (look->inspection == NULL)
    {
      set_state (self, AG_TRAIN_SETUP_UNUSABLE, look->error->message);
      return;
    }
  self->inspection = g_steal_pointer (&look->inspection);
  self->done = self->total = self->inspection->n_found;
  if (self->has_options)
    measure (self);
  else
    set_state (self, AG_TRAIN_SETUP_INSPECTING, NULL);
}

static void
look_free (gpointer data)
{
  Look *look = data;

  g_clear_handle_id (&look->timer, g_source_remove);
  g_clear_object (&look->folder);
  g_clear_object (&look->labels);
  g_clear_pointer (&look->inspection, ag_inspection_free);
  g_clear_error (&look->error);
  g_free (look);
}

static const AgWorkerJobKind look_kind = { look_run, look_done, look_free };

static gboolean
look_tell (gpointer data)
{
  Look *look = data;
  AgTrainSetup *self = look->setup;

  if (self->closed || self->state != AG_TRAIN_SETUP_INSPECTING || self->folder != look->folder)
    return G_SOURCE_CONTINUE;
  self->done = atomic_load (&look->done);
  self->total = atomic_load (&look->total);
  g_signal_emit (self, changed_signal, 0);
  return G_SOURCE_CONTINUE;
}

static void
look_into (AgTrainSetup *self)
{
  Look *look = g_new0 (Look, 1);

  if (self->inspecting != 0)
    ag_worker_cancel (self->worker, self->inspecting);
  if (self->measuring != 0)
    ag_worker_cancel (self->worker, self->measuring);
  self->measuring = 0;
  hold (self, FALSE);
  g_clear_pointer (&self->inspection, ag_inspection_free);
  self->done = self->total = 0;
  self->inspected_crop = self->has_options ? self->options.crop : AG_TRAINER_CROP_CENTRE;
  look->setup = self;
  look->folder = g_object_ref (self->folder);
  look->labels = self->labels ? g_object_ref (self->labels) : NULL;
  look->finds_faces = self->inspected_crop == AG_TRAINER_CROP_FACES;
  look->timer = g_timeout_add (100, look_tell, look);
  self->inspecting = ag_worker_push (self->worker, &look_kind, look);
  set_state (self, AG_TRAIN_SETUP_INSPECTING, NULL);
}

void
ag_train_setup_set_folder (AgTrainSetup *self, GFile *folder, GFile *labels)
{
  g_return_if_fail (!self->closed);
  g_set_object (&self->folder, folder);
  g_set_object (&self->labels, labels);
  look_into (self);
}

void
ag_train_setup_set_options (AgTrainSetup *self, const AgTrainerOptions *options)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (!self->closed);
  self->options = *options;
  self->has_options = ag_trainer_options_apply_preset (&self->options, &error);
  if (!self->has_options)
    {
      measure (self); /* ends what is under way */
      set_state (self, AG_TRAIN_SETUP_UNUSABLE, error->message);
      return;
    }
  if (self->folder != NULL && self->options.crop != self->inspected_crop)
    look_into (self);
  else
    measure (self);
}

AgTrainSetup *
ag_train_setup_new (AgTrainSession *session, GError **error)
{
  g_autoptr (AgTrainSetup) self = g_object_new (AG_TYPE_TRAIN_SETUP, NULL);

  self->session = session ? g_object_ref (session) : NULL;
  self->worker = ag_worker_new (error);
  return self->worker != NULL ? g_steal_pointer (&self) : NULL;
}

void
ag_train_setup_close (AgTrainSetup *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  hold (self, FALSE);
  if (self->worker != NULL)
    ag_worker_stop (self->worker);
}

AgTrainSetupState
ag_train_setup_get_state (AgTrainSetup *self)
{
  return self->state;
}

const char *
ag_train_setup_get_message (AgTrainSetup *self)
{
  return self->message;
}

GFile *
ag_train_setup_get_folder (AgTrainSetup *self)
{
  return self->folder;
}

int
ag_train_setup_get_inspecting (AgTrainSetup *self, int *total)
{
  *total = self->total;
  return self->done;
}

const AgInspection *
ag_train_setup_get_inspection (AgTrainSetup *self)
{
  return self->inspection;
}

int
ag_train_setup_get_n_training (AgTrainSetup *self)
{
  return self->inspection != NULL && self->has_options ? count_training (self) : 0;
}

const AgTrainerOptions *
ag_train_setup_get_options (AgTrainSetup *self)
{
  self->options.data = self->folder;
  self->options.labels = self->labels;
  return &self->options;
}

const AgTrainerEstimate *
ag_train_setup_get_estimate (AgTrainSetup *self)
{
  return self->state == AG_TRAIN_SETUP_READY ? &self->estimate : NULL;
}
