/* ag-edit-session-private.h: what the files of the edit session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-edit-session.c has the object and its shelf; -controls.c what sliders set, -history.c the way
 * back; -jobs.c what is computed once in a while, -pictures.c what is computed while somebody
 * drags, -preview.c what stands in for it where the model is slow, -influence.c what is computed
 * while nothing else is to be done, -limit.c what happens where the model ends; -mask.c the brush;
 * -files.c opening and saving.
 */
#pragma once

#include "ag-edit-preview.h"
#include "ag-edit-session-shared.h"
#include "ag-edit-session.h"
#include "ag-worker.h"

G_BEGIN_DECLS

/* Lanes of the worker. */
enum
{
  AG_EDIT_LANE_ORIGINAL,
  AG_EDIT_LANE_PREVIEW,
  AG_EDIT_LANE_PICTURE,
  AG_EDIT_N_LANES,
};

/* A way that led out of what the model can draw, and how far along it one gets. */
typedef struct
{
  AgEditSubject *subject;
  guint control;
  AgEditState *to, *at;
} AgEditLimit;

struct _AgEditSession
{
  GObject parent_instance;

  AgWorker *worker; /* computes */
  AgWorker *files;  /* reads and writes photos */
  GCancellable *cancellable;
  gboolean closed;

  char *(*namer) (const char *attribute);

  AgEditSessionState state;
  char *failure;
  AgEditEngine *engine;

  GListStore *faces;
  AgEditFace *face;
  guint n_drawn;         /* faces drawn so far or under way: the next seed */
  guint n_draw_failures; /* in a row */
  guint n_opening;
  guint n_exporting;
  int quality; /* 0 for the usual one */
  gboolean no_receipts;

  GFile *recovery_folder; /* nullable */
  guint recovery_timeout;
  gboolean recovery_failed;
  GPtrArray *left; /* what a crash has left */

  /* Touched by the worker's jobs only, one per lane, while the worker runs. */
  AgEditView *views[AG_EDIT_N_LANES];

  int display_width, display_height;
  AgEditViewport viewport; /* that was asked for; width 0: the whole picture in the display size */
  AgImage *picture;
  AgEditViewport picture_viewport, original_viewport; /* what they show */
  AgImage *original;
  gconstpointer original_source; /* the photo or subject it shows, for comparing only */

  gboolean told_can_undo, told_can_redo, told_neutral; /* what was notified of last */
  gboolean dragging;
  gint64 last_change;

  gboolean likelihood_known;
  double bits_per_dim;
  GBytes *seen_eps; /* the latent of what is seen */

  /* The last state that decoded to a picture, and of which face. */
  AgEditSubject *sane_subject;
  AgEditState *sane;
  AgEditLimit *limit;

  /* For a slow model: the last state that was drawn exactly, what it decoded to, and anchors. */
  AgEditState *exact;
  GBytes *exact_values;
  AgEditPreview *preview;
  guint last_control;     /* that was moved */
  gint64 last_prediction; /* monotonic: when it was asked for */
};

/* The worker's job, of whatever kind; it owns what it points to but the session. */
typedef struct
{
  AgEditSession *session; /* to be touched on the main loop only */
  AgEditEngine *engine;
  AgEditFace *face; /* likewise */
  AgEditSubject *subject;
  AgEditState *state, *from;
  AgEditView *view; /* borrowed from the session */
  AgImage *photo;
  AgAlignment alignment;
  AgEyes found, eyes; /* before and after they were corrected */
  int class_label;
  gboolean refine; /* whether the eyes may be corrected; whether they were */
  GFile *file;
  GTask *task; /* main loop only */
  guint64 seed;
  AgReceipt *receipt;
  double temperature;
  AgEditViewport viewport;
  AgEditPrediction *prediction;
  AgEditAnchor anchor;

  GBytes *values;
  GBytes *shown; /* the same within the mask, to be judged */
  GBytes *eps;
  AgImage *image;
  AgSanity sanity;
  double number;
  GError *error;
} AgEditJob;

AgEditJob *ag_edit_job_new (AgEditSession *self);
void ag_edit_job_free (gpointer job);

/* Whether the job is about the model and the face that are in force. */
gboolean ag_edit_job_is_current (AgEditJob *job);

/* The chosen face's; NULL if there is none. */
AgEditSubject *ag_edit_session_get_subject (AgEditSession *self);
const AgEditState *ag_edit_session_get_present (AgEditSession *self);

/* In ag-edit-session-jobs.c. */
void ag_edit_session_push_load (AgEditSession *self, GFile *file);
void ag_edit_session_push_draw (AgEditSession *self);

/* Draws a face once more and goes on with the edit of it. */
void ag_edit_session_push_redraw (AgEditSession *self, guint64 seed, const AgReceipt *receipt);
void ag_edit_session_push_export (AgEditSession *self, GTask *task);

/* Has a photo described if that has not been done for its eyes. */
void ag_edit_session_describe (AgEditSession *self, AgEditFace *face);

/* In ag-edit-session-pictures.c. */

/* Asks for the pictures that belong to the face, the controls and the display size. */
void ag_edit_session_update (AgEditSession *self);

/* Forgets what belongs to the face that was chosen before. */
void ag_edit_session_clear_results (AgEditSession *self);

/* Shows a picture, computed by whatever way, and how likely its face is. */
void
ag_edit_session_set_picture (AgEditSession *self, AgImage *image, const AgEditViewport *viewport);

/* In ag-edit-session-preview.c. */

/* Remembers what a state decodes to, as a start for predictions. */
void ag_edit_session_set_exact (AgEditSession *self,
                                AgEditSubject *subject,
                                const AgEditState *state,
                                GBytes *values);

/* If the model is slow and can be predicted there: asks for a prediction of @state, that part.
 * Returns whether it did; the exact picture then is to be a refinement. */
gboolean ag_edit_session_push_preview (AgEditSession *self,
                                       AgEditSubject *subject,
                                       const AgEditState *state,
                                       const AgEditViewport *viewport);

/* If the model is slow: has one more anchor decoded as a refinement. Returns whether there is one
 * left to decode. */
gboolean ag_edit_session_push_anchor (AgEditSession *self);

void ag_edit_session_clear_preview (AgEditSession *self);

/* In ag-edit-session-influence.c. */

/* Has what is worth knowing computed as refinements, one after the other. */
void ag_edit_session_push_idle (AgEditSession *self);

/* Takes what the unedited face decodes to with one slider at 1; NULL if that is no picture. */
void ag_edit_session_add_influence (AgEditSession *self,
                                    AgEditSubject *subject,
                                    guint index,
                                    GBytes *values);

/* In ag-edit-session-limit.c. */

void ag_edit_session_clear_limit (AgEditSession *self);

/* Whether @state lies on the far side of a limit that is known, or NULL. */
gboolean
ag_edit_limit_covers (const AgEditLimit *limit, AgEditSubject *subject, const AgEditState *state);

/* Says that @state decodes to a picture. */
void
ag_edit_session_set_sane (AgEditSession *self, AgEditSubject *subject, const AgEditState *state);

/* Where a control stands, named as in ag_edit_session_get_limit(). */
double ag_edit_state_get_control (const AgEditState *state, guint control);

/* Looks for the limit on the way to a state that does not. */
void
ag_edit_session_push_limit (AgEditSession *self, AgEditSubject *subject, const AgEditState *to);

/* In ag-edit-session-files.c. */

/* Opens a photo and goes on with the edit of it that a receipt tells of. */
void ag_edit_session_reopen (AgEditSession *self, GFile *file, const AgReceipt *receipt);

/* In ag-edit-session-recovery.c. */

/* Says that there is something new to be kept. */
void ag_edit_session_touch_recovery (AgEditSession *self);

/* Removes what was kept, at the end of a session that ended as it should. */
void ag_edit_session_end_recovery (AgEditSession *self);

/* In ag-edit-session.c. */
void ag_edit_session_emit (AgEditSession *self, const char *signal);
void ag_edit_session_problem (AgEditSession *self, const char *message);
void ag_edit_session_notify_busy (AgEditSession *self);
void ag_edit_session_add_photo (AgEditSession *self, AgEditFace *face);
void ag_edit_session_set_engine (AgEditSession *self, AgEditEngine *engine, const char *failure);

/* In ag-edit-session-controls.c. */

/* Makes @state the present one, as part of the step @key. */
void ag_edit_session_change (AgEditSession *self, const AgEditState *state, const char *key);

/* The same as a step of its own that sets controls nobody is holding. */
void ag_edit_session_replace (AgEditSession *self, const AgEditState *state, const char *key);

/* In ag-edit-session-history.c. */
void ag_edit_session_notify_history (AgEditSession *self);

/* What follows when the present state was replaced by another at once. */
void ag_edit_session_controls_replaced (AgEditSession *self);

G_END_DECLS
