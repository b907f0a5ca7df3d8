/* ag-edit-session-shared.c: what other sessions share with the edit session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-shared.h"

#include <glib/gi18n-lib.h>

#include "ag-edit-session-private.h"

G_STATIC_ASSERT ((int) AG_EDIT_N_LANES <= (int) AG_SHARED_LANE_FIRST);
G_STATIC_ASSERT ((int) AG_SHARED_N_LANES <= AG_WORKER_N_LANES);
G_STATIC_ASSERT ((int) AG_SHARED_LANE_SAMPLE + 1 == AG_WORKER_FAIR_LANE);

AgWorker *
ag_edit_session_get_worker (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->closed ? NULL : self->worker;
}

AgWorker *
ag_edit_session_get_file_worker (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->closed ? NULL : self->files;
}

AgEditEngine *
ag_edit_session_get_engine (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->engine;
}

/* Keeping a face. */

typedef struct
{
  AgEditSession *session; /* to be touched on the main loop only */
  GTask *task;            /* likewise */
  AgEditEngine *engine;
  GBytes *eps;
  double temperature;
  int class_label;
  AgSample *sample; /* nullable */
  char *name;
  AgEditSubject *subject;
  GError *error;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  /* Dropped before it was done. */
  if (keeping->task != NULL)
    g_task_return_new_error (keeping->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&keeping->task);
  g_object_unref (keeping->session);
  g_clear_pointer (&keeping->engine, ag_edit_engine_unref);
  g_clear_pointer (&keeping->eps, g_bytes_unref);
  g_clear_pointer (&keeping->subject, ag_edit_subject_unref);
  g_clear_error (&keeping->error);
  g_free (keeping->sample);
  g_free (keeping->name);
  g_free (keeping);
}

static void
keep_run (gpointer data, const atomic_bool *cancel)
{
  Keeping *keeping = data;

  keeping->subject = ag_edit_engine_adopt (keeping->engine, keeping->eps, keeping->temperature,
                                           keeping->class_label, cancel, &keeping->error);
}

static void
keep_done (gpointer data)
{
  Keeping *keeping = data;
  AgEditSession *self = keeping->session;
  g_autoptr (GTask) task = NULL;
  g_autoptr (AgEditFace) face = NULL;

  /* The model has been replaced meanwhile; then this is like a job that was dropped. */
  if (self->closed || keeping->engine != self->engine)
    return;
  task = g_steal_pointer (&keeping->task);
  if (keeping->subject == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&keeping->error));
      return;
    }
  face = ag_edit_face_new_drawn (keeping->name, keeping->subject);
  ag_edit_face_reset (face, ag_edit_engine_get_model (self->engine)->attributes->len);
  g_list_store_append (self->faces, face);
  if (keeping->sample != NULL)
    ag_edit_face_set_sample (face, keeping->sample);
  g_task_return_pointer (task, g_steal_pointer (&face), g_object_unref);
}

static const AgWorkerJobKind keep_kind = { keep_run, keep_done, keeping_free };

void
ag_edit_session_keep (AgEditSession *self,
                      const char *name,
                      GBytes *eps,
                      double temperature,
                      int class_label,
                      const AgSample *sample,
                      GTask *task)
{
  Keeping *keeping;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (self->engine != NULL);

  keeping = g_new0 (Keeping, 1);
  keeping->session = g_object_ref (self);
  keeping->task = task;
  keeping->engine = ag_edit_engine_ref (self->engine);
  keeping->eps = g_bytes_ref (eps);
  keeping->temperature = temperature;
  keeping->class_label = class_label;
  keeping->sample = sample != NULL ? g_memdup2 (sample, sizeof *sample) : NULL;
  keeping->name = g_strdup (name);
  ag_worker_push (self->worker, &keep_kind, keeping);
}
