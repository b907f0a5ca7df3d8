/* ag-train-private.h: what the files of the training session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-train-run.c has the run as the main loop sees it, ag-train-runner.c what the training thread
 * does, ag-train-session.c the list, the queue and what one may ask for; ag-train-sliders.c
 * directions for a model that has been trained.
 */
#pragma once

#include <pthread.h>

#include "ag-train-run.h"
#include "ag-train-session.h"
#include "ag-worker.h"

G_BEGIN_DECLS

/* What the training thread and the main loop both touch, for all runs of a session. */
typedef struct
{
  gatomicrefcount ref_count;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  /* Guarded by mutex: */
  gint64 hold_until; /* monotonic time */
  int n_holds;
} AgTrainGate;

AgTrainGate *ag_train_gate_new (void);
AgTrainGate *ag_train_gate_ref (AgTrainGate *self);
void ag_train_gate_unref (AgTrainGate *self);

/* What the training thread tells of a run, and is told. */
typedef struct
{
  atomic_bool stop;    /* save and come back */
  atomic_bool pending; /* a delivery to the main loop is under way */

  pthread_mutex_t mutex;
  pthread_cond_t changed;
  /* Guarded by mutex: */
  AgTrainRunState state;
  AgTrainerProgress progress;
  gboolean waiting;
  guint64 memory;
  AgRunLog *log;      /* nullable: newer than the main loop's */
  GPtrArray *samples; /* nullable: likewise */
  GPtrArray *notices; /* to be delivered */
  char *message;      /* nullable */
  gboolean blocked;   /* waits for go_on, with all it has learnt in memory */
  gboolean go_on;
} AgTrainShared;

struct _AgTrainRun
{
  GObject parent_instance;

  GFile *folder;
  char *name;
  AgTrainRunState state;
  char *message;
  AgTrainerProgress progress;
  gboolean waiting;
  guint64 memory;
  AgRunLog *log;
  GPtrArray *samples, *notices;
  AgTrainerOptions options;
  gboolean has_options;
  GFile *data, *labels;
  char *preset;

  guint64 job;               /* of the session's worker; 0 without one */
  atomic_bool wants_sliders; /* is being stopped, not only paused */
  AgTrainShared shared;
};

/* For a run that is on disk already: reads it, failing which its state says so. */
AgTrainRun *ag_train_run_open (GFile *folder);

/* For a new one. */
AgTrainRun *ag_train_run_new (GFile *folder, const AgTrainerOptions *options);

void ag_train_run_set_state (AgTrainRun *self, AgTrainRunState state, const char *message);

/* Takes over what the training thread has told. Main loop. */
void ag_train_run_take (AgTrainRun *self);

/* Has ag_train_run_take() called on the main loop soon. Any thread that has a reference. */
void ag_train_run_deliver (AgTrainRun *self);

/* Sample pictures in a run's folder. Any thread. */
GPtrArray *ag_train_run_list_samples (GFile *folder);

/* ag-train-runner.c */

/* A job of the session's worker: trains, or only makes sliders. */
typedef struct
{
  AgTrainRun *run;
  AgTrainGate *gate;
  AgTrainerOptions options; /* with references of its own to files */
  char *preset;
  gboolean trains;                                /* or only makes sliders */
  AgTrainModel model;                             /* of which */
  gboolean finds_faces;                           /* in its pictures */
  AgTrainRunState before;                         /* what it goes back to then */
  void (*ended) (AgTrainRun *run, gpointer data); /* on the main loop */
  gpointer data;

  gint64 last_told, last_log;
  AgTrainerPhase last_phase;
  GError *error;
  AgTrainerEnd end;
} AgTrainJob;

extern const AgWorkerJobKind ag_train_job_kind;

/* ag-train-sliders.c */

/* The files of a run that have a model, without and with sliders. */
const char *ag_train_model_name (AgTrainModel which);
const char *ag_train_sliders_name (AgTrainModel which);

/* Estimates directions for a model of a run and writes them beside it. @faces is where these are in
 * the pictures, if it was trained on them. Any thread. */
gboolean ag_train_make_sliders (GFile *folder,
                                AgTrainModel which,
                                const AgDatasetCrop *faces,
                                const AgTrainerOptions *options,
                                const atomic_bool *cancel,
                                void (*progress) (int done, int total, gpointer data),
                                gpointer data,
                                GError **error);

G_END_DECLS
