/* ag-sample-session-private.h: what the files of the sample session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-sample-session.c has the object and its settings, -jobs.c what the worker computes, -export.c
 * what goes out.
 */
#pragma once

#include "ag-edit-session-shared.h"
#include "ag-file-job.h"
#include "ag-sample-session.h"

G_BEGIN_DECLS

#define AG_SAMPLE_MAX_FACES 32

/* Jobs at a time. The first is the chosen face's; of the others there are two, so that one is
 * computed while the other is shown. */
#define AG_SAMPLE_N_JOBS 3

typedef struct
{
  AgSample sample; /* as set */
  GBytes *key;     /* the same, for the cache */
  AgFrame *frame;  /* what is shown; nullable */
  GBytes *shown;   /* its key */
  gboolean beyond;
  gboolean under_way;
  gboolean gave_way; /* to the chosen face, since it was drawn last */
} AgSampleFace;

typedef struct
{
  gboolean busy;
  guint index; /* of the face */
} AgSampleLane;

struct _AgSampleSession
{
  GObject parent_instance;

  AgEditSession *edit;
  AgEditEngine *engine; /* the faces are of; nullable */
  AgFrameCache *cache;
  gboolean active, closed;

  AgSampleLayout layout;
  double temperature;
  double factors[AG_MAX_LEVELS];
  guint class_label;
  gboolean sorted;
  GArray *seeds; /* of guint, the history */
  guint seed;    /* index of the present one */

  AgSampleFace faces[AG_SAMPLE_MAX_FACES]; /* by seed and temperature */
  guint order[AG_SAMPLE_MAX_FACES];        /* place to index of a face */
  guint n_faces;
  guint chosen; /* index */

  AgSampleLane lanes[AG_SAMPLE_N_JOBS];
  guint next;           /* face that is looked at next */
  gboolean chosen_last; /* the last job was for the chosen face */
  gboolean gave_way;    /* a job did to the chosen face; no other has been done since */
  guint64 judging;      /* number of the queued job; 0 if there is none */
  AgFileJob *out;       /* nullable: the export that is under way */
};

/* In ag-sample-session.c. */
void ag_sample_session_emit_face (AgSampleSession *self, guint index);
void ag_sample_session_emit_progress (AgSampleSession *self);
void ag_sample_session_problem (AgSampleSession *self, const char *message);

/* Brings the faces into the order that is asked for, if enough is known. */
void ag_sample_session_update_order (AgSampleSession *self);

/* In ag-sample-session-jobs.c. */

/* Hands the worker what is to be done next, if anything. */
void ag_sample_session_pump (AgSampleSession *self);

/* The same after somebody moved something: the chosen face is to follow at once. */
void ag_sample_session_hurry (AgSampleSession *self);
void ag_sample_session_cancel (AgSampleSession *self);

G_END_DECLS
