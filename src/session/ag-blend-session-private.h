/* ag-blend-session-private.h: what the files of the blend session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-blend-session.c has the object and its settings, -faces.c its faces; -jobs.c what the worker
 * computes, -export.c what goes out, -receipt.c how that comes back.
 */
#pragma once

#include "ag-blend-session.h"
#include "ag-edit-session-shared.h"
#include "ag-file-job.h"
#include "ag-frame-cache.h"

G_BEGIN_DECLS

/* Places where the path may be moved, both ends among them, each at a point that is computed. */
#define AG_BLEND_N_KNOTS  13
#define AG_BLEND_PER_KNOT ((AG_BLEND_N_POINTS - 1) / (AG_BLEND_N_KNOTS - 1))

struct _AgBlendSession
{
  GObject parent_instance;

  AgEditSession *edit;
  AgEditEngine *engine; /* nullable */
  AgFrameCache *cache;
  AgBlendRenderer *renderer; /* touched by the worker's jobs only */
  gboolean active, closed;

  AgEditFace *faces[AG_BLEND_MAX_FACES];
  gulong handlers[AG_BLEND_MAX_FACES];
  guint n_faces;
  gboolean chosen;                             /* by somebody, not by ourselves */
  AgEditSubject *subjects[AG_BLEND_MAX_FACES]; /* as they are blended; NULL where not known yet */
  gboolean ready;                              /* all are known */
  GPtrArray *settled;                          /* -faces.c's */
  int class_label;                             /* -1 for the first face's */

  AgPathKind kind;
  double mix[AG_MAX_LEVELS];
  double t, v;
  gboolean likelier;
  double shrink[AG_BLEND_N_KNOTS]; /* NaN until it is known */

  int display_size;
  AgImage *picture;
  gboolean beyond;
  gboolean rendering;

  AgBlendReceipt *wanted; /* nullable: faces that are yet to come */

  guint64 background; /* number of the queued job; 0 if there is none */
  AgFileJob *out;     /* nullable: the export that is under way */
};

/* In ag-blend-session.c. */
void ag_blend_session_emit (AgBlendSession *self, const char *signal);
void ag_blend_session_emit_point (AgBlendSession *self, guint point);
void ag_blend_session_problem (AgBlendSession *self, const char *message);
const AgGlowConfig *ag_blend_session_get_config (AgBlendSession *self);

/* The point of the path at @t, moved if the path is. */
void ag_blend_session_make_point (AgBlendSession *self, double t, AgBlendPoint *point);

/* Returns: (transfer none) (nullable): what is known about a point that is computed ahead */
AgFrame *ag_blend_session_get_frame (AgBlendSession *self, guint point);

void ag_blend_session_path_changed (AgBlendSession *self);

/* In ag-blend-session-faces.c. */
void ag_blend_session_init_faces (AgBlendSession *self);
void ag_blend_session_watch_faces (AgBlendSession *self);
void ag_blend_session_clear_subjects (AgBlendSession *self);

/* Follows what the model and the controls say about the faces. */
void ag_blend_session_update_subjects (AgBlendSession *self);

/* Has a face that is edited made ready. Returns whether there is one. */
gboolean ag_blend_session_push_settle (AgBlendSession *self, AgWorker *worker);

/* In ag-blend-session-receipt.c. */

/* Has the faces that are wanted take their places, if all of them are there. */
void ag_blend_session_take_wanted (AgBlendSession *self);

/* In ag-blend-session-jobs.c. */
void ag_blend_session_render (AgBlendSession *self);
void ag_blend_session_pump (AgBlendSession *self);
void ag_blend_session_cancel (AgBlendSession *self);

G_END_DECLS
