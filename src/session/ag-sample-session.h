/* ag-sample-session.h: a grid of faces drawn from seeds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each face is a seed's noise, which stays as it is, times the temperature: so all of them change
 * smoothly with it, from the average face at 0, which is the same for every seed. They are
 * computed one by one by the edit session's worker, the chosen one first, and frames that have been
 * computed are kept (AgFrameCache).
 *
 *     session = ag_sample_session_new (edit);
 *     g_signal_connect (session, "face-changed", ...);     // ag_sample_session_get_frame()
 *     ag_sample_session_set_active (session, TRUE);
 *     ag_sample_session_set_temperature (session, 0.8);    // face-changed, once for each
 *
 * Signals:
 *
 *   face-changed (guint)   the frame of a face, or what is known about it, is another
 *   changed                a setting was changed, or the model
 *   order-changed          the faces stand in another order, or there are more or fewer
 *   progress               ag_sample_session_get_export_progress() tells something else
 *   problem (char *)       something failed; a sentence to show
 *
 * Faces are counted by their places, in the order they are shown. All functions and signals belong
 * to the thread that created the session.
 */
#pragma once

#include "ag-edit-session.h"
#include "ag-frame-cache.h"
#include "ag-sample-receipt.h"

G_BEGIN_DECLS

#define AG_TYPE_SAMPLE_SESSION (ag_sample_session_get_type ())
G_DECLARE_FINAL_TYPE (AgSampleSession, ag_sample_session, AG, SAMPLE_SESSION, GObject)

#define AG_SAMPLE_MAX_TEMPERATURE 1.5
#define AG_SAMPLE_MAX_SEED        999999999

/**
 * AgSampleLayout:
 * @AG_SAMPLE_GRID: 4 × 4 faces of consecutive seeds at one temperature
 * @AG_SAMPLE_COLUMNS: 4 seeds, each at %AG_SAMPLE_N_COLUMNS temperatures from left to right: 0,
 *   0.25, 0.5, 0.6, 0.7, 0.8, 0.9 and 1, as the paper shows them
 */
typedef enum
{
  AG_SAMPLE_GRID,
  AG_SAMPLE_COLUMNS,
} AgSampleLayout;

#define AG_SAMPLE_N_COLUMNS 8

AgSampleSession *ag_sample_session_new (AgEditSession *edit);

/**
 * ag_sample_session_close:
 *
 * Lets go of everything under way; to be called before the edit session is closed.
 */
void ag_sample_session_close (AgSampleSession *self);

/**
 * ag_sample_session_set_active:
 * @active: whether somebody looks; otherwise nothing is computed
 */
void ag_sample_session_set_active (AgSampleSession *self, gboolean active);
gboolean ag_sample_session_is_idle (AgSampleSession *self);

/**
 * ag_sample_session_is_drawing:
 *
 * Returns: whether faces are yet to come, however likely those are that there are
 */
gboolean ag_sample_session_is_drawing (AgSampleSession *self);

/* Settings. */

AgSampleLayout ag_sample_session_get_layout (AgSampleSession *self);
void ag_sample_session_set_layout (AgSampleSession *self, AgSampleLayout layout);
guint ag_sample_session_get_n_columns (AgSampleSession *self);
guint ag_sample_session_get_n_faces (AgSampleSession *self);

/**
 * ag_sample_session_get_column_temperature:
 *
 * Returns: of a column of %AG_SAMPLE_COLUMNS
 */
double ag_sample_session_get_column_temperature (guint column);

double ag_sample_session_get_temperature (AgSampleSession *self);
void ag_sample_session_set_temperature (AgSampleSession *self, double temperature);

/**
 * ag_sample_session_get_level_factor:
 * @level: 0 for the finest
 *
 * Returns: what the temperature is multiplied by at that level; 1 is neutral, 0 to 2
 */
double ag_sample_session_get_level_factor (AgSampleSession *self, guint level);
void ag_sample_session_set_level_factor (AgSampleSession *self, guint level, double factor);
guint ag_sample_session_get_n_levels (AgSampleSession *self);

/**
 * ag_sample_session_get_model:
 *
 * Returns: (transfer none) (nullable): that the faces are drawn by
 */
AgModel *ag_sample_session_get_model (AgSampleSession *self);

guint ag_sample_session_get_n_classes (AgSampleSession *self);
guint ag_sample_session_get_class (AgSampleSession *self);
void ag_sample_session_set_class (AgSampleSession *self, guint class_label);

/* Seeds, with a history as that of a browser. */

guint ag_sample_session_get_seed (AgSampleSession *self);
void ag_sample_session_set_seed (AgSampleSession *self, guint seed);
void ag_sample_session_go_back (AgSampleSession *self);
void ag_sample_session_go_forward (AgSampleSession *self);
gboolean ag_sample_session_can_go_back (AgSampleSession *self);
gboolean ag_sample_session_can_go_forward (AgSampleSession *self);

gboolean ag_sample_session_get_sorted (AgSampleSession *self);

/**
 * ag_sample_session_set_sorted:
 * @sorted: whether the likeliest face stands first; the order follows when all are known
 */
void ag_sample_session_set_sorted (AgSampleSession *self, gboolean sorted);

/* Faces. */

/**
 * ag_sample_session_set_chosen:
 *
 * The face at that place is computed first from now on.
 */
void ag_sample_session_set_chosen (AgSampleSession *self, guint place);
guint ag_sample_session_get_chosen (AgSampleSession *self);

/**
 * ag_sample_session_get_frame:
 *
 * Returns: (transfer none) (nullable): the last one that is a picture, of whatever settings
 */
AgFrame *ag_sample_session_get_frame (AgSampleSession *self, guint place);

/**
 * ag_sample_session_get_image:
 *
 * Returns: (transfer full) (nullable): the same as a picture of the model's size
 */
AgImage *ag_sample_session_get_image (AgSampleSession *self, guint place);

/**
 * ag_sample_session_is_beyond:
 *
 * Returns: whether the model draws no picture with these settings, so that an earlier one is shown
 */
gboolean ag_sample_session_is_beyond (AgSampleSession *self, guint place);

/**
 * ag_sample_session_get_sample:
 *
 * Returns: (transfer none): what makes the face with the present settings
 */
const AgSample *ag_sample_session_get_sample (AgSampleSession *self, guint place);

/**
 * ag_sample_session_keep_async:
 *
 * Puts the face, as it is with the present settings, on the shelf.
 */
void ag_sample_session_keep_async (AgSampleSession *self,
                                   guint place,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
AgEditFace *
ag_sample_session_keep_finish (AgSampleSession *self, GAsyncResult *result, GError **error);

/* Stands for all faces. */
#define AG_SAMPLE_ALL G_MAXUINT

/**
 * ag_sample_session_export_async:
 * @place: of a face, or %AG_SAMPLE_ALL for a sheet of all of them as they stand
 * @file: to write; its extension says which kind of picture
 *
 * Writes the faces in the model's size, with the present settings. Fails with G_IO_ERROR_BUSY while
 * another is under way.
 */
void ag_sample_session_export_async (AgSampleSession *self,
                                     guint place,
                                     GFile *file,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
gboolean
ag_sample_session_export_finish (AgSampleSession *self, GAsyncResult *result, GError **error);

/**
 * ag_sample_session_cancel_export:
 *
 * The export under way ends with G_IO_ERROR_CANCELLED and leaves nothing behind.
 */
void ag_sample_session_cancel_export (AgSampleSession *self);

/**
 * ag_sample_session_get_export_progress:
 *
 * Returns: 0 to 1; negative if nothing is exported
 */
double ag_sample_session_get_export_progress (AgSampleSession *self);

/**
 * ag_sample_session_go_to_receipt:
 *
 * Draws what a receipt tells of: its seeds, temperatures and class; as columns if it was a sheet of
 * them.
 */
void ag_sample_session_go_to_receipt (AgSampleSession *self, const AgSampleReceipt *receipt);

G_END_DECLS
