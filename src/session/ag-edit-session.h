/* ag-edit-session.h: everything an editor of faces holds open
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model, a shelf of faces, one of them chosen, its controls with their history, and the picture
 * that belongs to them. There is nothing of a user interface in it and it never computes on the
 * caller's thread: functions return at once and signals say when something has changed.
 *
 *     session = ag_edit_session_new (&error);
 *     g_signal_connect (session, "picture-changed", ...);     // ag_edit_session_get_picture()
 *     ag_edit_session_load_model (session, file);             // notify::state
 *     ag_edit_session_open_file (session, photo);             // notify::face
 *     ag_edit_session_set_value (session, 3, 0.8);            // picture-changed, a moment later
 *
 * Signals, besides notify of the properties:
 *
 *   picture-changed     ag_edit_session_get_picture() or ..._get_original() is another
 *   controls-changed    values, temperature or eyes were set by undo, reset or another face
 *   likelihood-changed  ag_edit_session_get_likelihood() tells something else
 *   limit-changed       ag_edit_session_get_limit() tells something else
 *   history-changed     the steps, their names or the present one are others
 *   influence-changed   more is known about where attributes act, or the face is another
 *   mask-changed        ag_edit_session_get_mask() is another
 *   receipt-found (AgEditFace)   a picture was opened that tells how it was made
 *   view-receipt-found (AgEditFace)   the same of a blend or of faces that were drawn
 *   source-needed (char *)       the photo of that name is needed to go on, and was not found
 *   problem (char *)    something that was asked for failed; a sentence to show
 *
 * Properties: `state` (an AgEditSessionState), `face` (AgEditFace, nullable), `busy` (whether a
 * photo is being read or described), `can-undo`, `can-redo`, `neutral` (see
 * ag_edit_session_is_neutral()).
 *
 * All functions and signals belong to the thread that created the session.
 */
#pragma once

#include <gio/gio.h>

#include "ag-edit-face.h"
#include "ag-face-finder.h"
#include "ag-image.h"
#include "ag-look.h"
#include "ag-model.h"

G_BEGIN_DECLS

#define AG_TYPE_EDIT_SESSION (ag_edit_session_get_type ())
G_DECLARE_FINAL_TYPE (AgEditSession, ag_edit_session, AG, EDIT_SESSION, GObject)

/**
 * AgEditSessionState:
 * @AG_EDIT_SESSION_EMPTY: no model was asked for
 * @AG_EDIT_SESSION_LOADING: a model is being read
 * @AG_EDIT_SESSION_READY: there is a model
 * @AG_EDIT_SESSION_FAILED: it could not be read; see ag_edit_session_get_failure()
 */
typedef enum
{
  AG_EDIT_SESSION_EMPTY,
  AG_EDIT_SESSION_LOADING,
  AG_EDIT_SESSION_READY,
  AG_EDIT_SESSION_FAILED,
} AgEditSessionState;

/* Stand for the temperature and the strength of a level where a control is named by its index. */
#define AG_EDIT_SESSION_TEMPERATURE     G_MAXUINT
#define AG_EDIT_SESSION_STRENGTH(level) (G_MAXUINT - 1 - (level))

/* What sliders are for; beyond that a direction means little. */
#define AG_EDIT_SESSION_MAX_VALUE       2.0
#define AG_EDIT_SESSION_MAX_TEMPERATURE 1.5
#define AG_EDIT_SESSION_MAX_STRENGTH    2.0

/**
 * ag_edit_session_new:
 *
 * Returns: (transfer full): or %NULL with @error if the system has no thread to give
 */
AgEditSession *ag_edit_session_new (GError **error);

/**
 * ag_edit_session_load_model:
 *
 * Opens a model in place of the present one. Faces that the old one drew are let go and new ones
 * drawn; photos stay and are described anew. If it fails, the old model stays, if there was one.
 */
void ag_edit_session_load_model (AgEditSession *self, GFile *file);

AgEditSessionState ag_edit_session_get_state (AgEditSession *self);

/**
 * ag_edit_session_get_failure:
 *
 * Returns: (nullable): why there is no model
 */
const char *ag_edit_session_get_failure (AgEditSession *self);

/**
 * ag_edit_session_get_model:
 *
 * Returns: (transfer none) (nullable):
 */
AgModel *ag_edit_session_get_model (AgEditSession *self);

/**
 * ag_edit_session_is_model:
 * @hash: SHA-256 of a model's file, as receipts have it
 *
 * Returns: whether that is the model that is open
 */
gboolean ag_edit_session_is_model (AgEditSession *self, const char *hash);

/**
 * ag_edit_session_get_faces:
 *
 * Returns: (transfer none): of AgEditFace: the shelf, photos first
 */
GListModel *ag_edit_session_get_faces (AgEditSession *self);

AgEditFace *ag_edit_session_get_face (AgEditSession *self);
void ag_edit_session_set_face (AgEditSession *self, AgEditFace *face);

/**
 * ag_edit_session_draw_faces:
 * @n: how many
 *
 * Has the model draw faces and puts them on the shelf, always the same ones in the same order.
 */
void ag_edit_session_draw_faces (AgEditSession *self, guint n);

/**
 * ag_edit_session_open_file:
 *
 * Reads a photo, puts it first on the shelf and chooses it.
 */
void ag_edit_session_open_file (AgEditSession *self, GFile *file);

/**
 * ag_edit_session_open_image:
 * @name: to be shown
 *
 * The same for a picture that is in memory, for example from the clipboard.
 */
void ag_edit_session_open_image (AgEditSession *self, const char *name, AgImage *image);

/**
 * ag_edit_session_can_continue:
 *
 * Returns: whether the chosen picture tells how it was made
 */
gboolean ag_edit_session_can_continue (AgEditSession *self);

/**
 * ag_edit_session_continue:
 * @source: (nullable): the photo that the chosen picture was made from; %NULL to look for it beside
 *   the picture and among recent photos
 *
 * Goes on from an exported picture: its photo, with the controls as they stood, takes its place. If
 * the photo is not found, source-needed says its name: call again with it.
 */
void ag_edit_session_continue (AgEditSession *self, GFile *source);

/**
 * ag_edit_session_remove_face:
 *
 * Takes a face off the shelf. If it was chosen, its neighbour is.
 */
void ag_edit_session_remove_face (AgEditSession *self, AgEditFace *face);

/**
 * ag_edit_session_restore_face:
 * @face: one that was removed while the present model was open
 * @position: where on the shelf it was
 *
 * Puts it back with its history, and chooses it.
 */
void ag_edit_session_restore_face (AgEditSession *self, AgEditFace *face, guint position);

/**
 * ag_edit_session_set_display_size:
 * @width: device pixels there are to show the picture in
 * @height: likewise
 */
void ag_edit_session_set_display_size (AgEditSession *self, int width, int height);

/**
 * ag_edit_session_set_viewport:
 * @viewport: (nullable): the part of the picture to be shown, at most 16384 pixels a side; %NULL
 *   for all of it, fitted into the display size
 *
 * Pictures that show another part stay until the new ones are there.
 */
void ag_edit_session_set_viewport (AgEditSession *self, const AgEditViewport *viewport);

/**
 * ag_edit_session_get_picture_size:
 *
 * Returns: whether there is a picture; then its size at full resolution is set
 */
gboolean ag_edit_session_get_picture_size (AgEditSession *self, int *width, int *height);

/**
 * ag_edit_session_get_picture_viewports:
 * @picture: (out): what ag_edit_session_get_picture() shows
 * @original: (out): what ag_edit_session_get_original() shows
 */
void ag_edit_session_get_picture_viewports (AgEditSession *self,
                                            AgEditViewport *picture,
                                            AgEditViewport *original);

/**
 * ag_edit_session_get_picture:
 *
 * Returns: (transfer none) (nullable): the edited picture, as ag_edit_session_set_viewport() asks
 */
AgImage *ag_edit_session_get_picture (AgEditSession *self);

/**
 * ag_edit_session_get_original:
 *
 * Returns: (transfer none) (nullable): the same unedited
 */
AgImage *ag_edit_session_get_original (AgEditSession *self);

/* Controls. Setting one that stands there already does nothing. */

guint ag_edit_session_get_n_values (AgEditSession *self);
double ag_edit_session_get_value (AgEditSession *self, guint index);

/**
 * ag_edit_session_set_value:
 * @value: beyond the reach of the attribute (ag-model.h) its end is set
 */
void ag_edit_session_set_value (AgEditSession *self, guint index, double value);
double ag_edit_session_get_temperature (AgEditSession *self);
void ag_edit_session_set_temperature (AgEditSession *self, double temperature);

/**
 * ag_edit_session_get_neutral_temperature:
 *
 * Returns: the one at which the face is unchanged: 1, or what it was drawn at
 */
double ag_edit_session_get_neutral_temperature (AgEditSession *self);

/**
 * ag_edit_session_get_n_levels:
 *
 * Returns: how many levels of detail the model has; 0 if there is none
 */
guint ag_edit_session_get_n_levels (AgEditSession *self);

/**
 * ag_edit_session_get_strength:
 * @level: 0 for the finest
 *
 * Returns: factor of all sliders at that level: 1 is neutral, up to %AG_EDIT_SESSION_MAX_STRENGTH
 */
double ag_edit_session_get_strength (AgEditSession *self, guint level);
void ag_edit_session_set_strength (AgEditSession *self, guint level, double strength);

/**
 * ag_edit_session_get_locked:
 *
 * Returns: whether other sliders leave that attribute as it is: what they move is orthogonal to it
 */
gboolean ag_edit_session_get_locked (AgEditSession *self, guint index);
void ag_edit_session_set_locked (AgEditSession *self, guint index, gboolean locked);

/**
 * ag_edit_session_get_projection:
 * @position: (out): where the unedited face is by its own projection on the attribute's direction,
 *   in slider units; 0 is the average face
 *
 * Returns: whether it is known
 */
gboolean ag_edit_session_get_projection (AgEditSession *self, guint index, double *position);

/**
 * ag_edit_session_get_ends:
 * @lower: (out): the least value that a slider takes for this face; -INFINITY for no end
 * @upper: (out): the greatest; INFINITY for no end
 *
 * See ag_direction_find_ends(). A look may ask for more; what is drawn then is the end.
 */
void ag_edit_session_get_ends (AgEditSession *self, guint index, double *lower, double *upper);

/**
 * ag_edit_session_get_eyes:
 * @eyes: (out): in pixels of the photo
 *
 * Returns: whether the chosen face is in a photo
 */
gboolean ag_edit_session_get_eyes (AgEditSession *self, AgEyes *eyes);
void ag_edit_session_set_eyes (AgEditSession *self, const AgEyes *eyes);

/**
 * ag_edit_session_get_n_classes:
 *
 * Returns: of a class-conditional model; 0 for others
 */
guint ag_edit_session_get_n_classes (AgEditSession *self);

/**
 * ag_edit_session_get_class:
 *
 * Returns: under which the chosen face is described; -1 for the one that its photo is likeliest
 *   under
 */
int ag_edit_session_get_class (AgEditSession *self);

/**
 * ag_edit_session_set_class:
 *
 * Has the photo described under a class, or -1, as a step of the history. A face that was drawn
 * keeps the class that it was drawn under.
 */
void ag_edit_session_set_class (AgEditSession *self, int class_label);

/**
 * ag_edit_session_get_n_photo_faces:
 *
 * Returns: how many faces were found in the photo
 */
guint ag_edit_session_get_n_photo_faces (AgEditSession *self);
void ag_edit_session_get_photo_face (AgEditSession *self, guint index, AgFace *face);

/**
 * ag_edit_session_choose_photo_face:
 *
 * Edits another face of the photo, from neutral controls; one step of the history.
 */
void ag_edit_session_choose_photo_face (AgEditSession *self, guint index);

/**
 * ag_edit_session_get_photo_face_index:
 *
 * Returns: which of the faces is being edited; -1 if the eyes are elsewhere
 */
int ag_edit_session_get_photo_face_index (AgEditSession *self);

/**
 * ag_edit_session_get_outside:
 * @share: (out): of the face square that lies outside of the photo, 0 to 1
 *
 * Returns: whether it is known
 */
gboolean ag_edit_session_get_outside (AgEditSession *self, double *share);

/**
 * ag_edit_session_make_look:
 *
 * Returns: (transfer full): what the controls say
 */
AgLook *ag_edit_session_make_look (AgEditSession *self, const char *name);

/**
 * ag_edit_session_apply_look:
 *
 * Makes the controls say what a look says, as one step of the history. What of it the model cannot
 * do is told as a problem.
 */
void ag_edit_session_apply_look (AgEditSession *self, const AgLook *look);

/**
 * ag_edit_session_begin_drag:
 *
 * Until ag_edit_session_end_drag() all changes of one control are one step of the history.
 * Otherwise those are that follow each other within a second.
 */
void ag_edit_session_begin_drag (AgEditSession *self);
void ag_edit_session_end_drag (AgEditSession *self);

/**
 * ag_edit_session_is_neutral:
 *
 * Returns: whether no control changes the face
 */
gboolean ag_edit_session_is_neutral (AgEditSession *self);

/**
 * ag_edit_session_is_reset:
 *
 * Returns: whether ag_edit_session_reset() would change no control, whether or not it is seen
 */
gboolean ag_edit_session_is_reset (AgEditSession *self);

/**
 * ag_edit_session_reset:
 *
 * Makes everything neutral but the eyes and the locks.
 */
void ag_edit_session_reset (AgEditSession *self);
void ag_edit_session_undo (AgEditSession *self);
void ag_edit_session_redo (AgEditSession *self);

/**
 * ag_edit_session_get_n_steps:
 *
 * Returns: how many steps the history of the chosen face has, those that were undone included; the
 *   first is the unedited face
 */
guint ag_edit_session_get_n_steps (AgEditSession *self);

/**
 * ag_edit_session_get_step:
 *
 * Returns: which of them is in force
 */
guint ag_edit_session_get_step (AgEditSession *self);

/**
 * ag_edit_session_get_step_name:
 *
 * Returns: (transfer full): what it did, for example “Smiling +0.6”
 */
char *ag_edit_session_get_step_name (AgEditSession *self, guint step);
void ag_edit_session_go_to_step (AgEditSession *self, guint step);

/**
 * ag_edit_session_set_namer:
 * @namer: (scope forever): gives a new string: what an attribute is called on screen
 *
 * For the names of steps; without one, attributes are called as in the model.
 */
void ag_edit_session_set_namer (AgEditSession *self, char *(*namer) (const char *attribute));

/**
 * ag_edit_session_get_likelihood:
 * @bits_per_dim: (out) (optional): of the face as it is edited
 * @percentile: (out) (optional): 0 to 100, the share of held-out photos that are likelier; -1 if
 *   the model does not say
 *
 * Returns: whether it is known
 */
gboolean
ag_edit_session_get_likelihood (AgEditSession *self, double *bits_per_dim, double *percentile);

/**
 * ag_edit_session_get_surprise:
 * @level: 0 for the finest, or -1 for all together
 * @size: (out): pixels per side
 *
 * Which parts of the face, as it is edited, the model finds unlikely; goes with the likelihood.
 *
 * Returns: (transfer full) (nullable): a byte per pixel over the face square: 0 for what is as
 *   likely as expected, 255 for what is very surprising; %NULL if it is not known
 */
GBytes *ag_edit_session_get_surprise (AgEditSession *self, int level, int *size);

/**
 * ag_edit_session_get_square:
 * @square: (out): where the face square is, in pixels of the photo, or of the picture that was
 * drawn
 *
 * Returns: whether it is known
 */
gboolean ag_edit_session_get_square (AgEditSession *self, AgAlignment *square);

/**
 * ag_edit_session_get_influence_ready:
 *
 * Returns: whether it is known of every attribute where it acts in the chosen face; that is found
 *   out while nothing else is to be done
 */
gboolean ag_edit_session_get_influence_ready (AgEditSession *self);

/**
 * ag_edit_session_rank_at:
 * @x: in pixels of the photo, or of the picture that was drawn
 * @y: likewise
 * @indices: (out) (array length=max): attributes that act there, the first most
 *
 * Returns: how many
 */
guint ag_edit_session_rank_at (AgEditSession *self, double x, double y, guint max, guint *indices);

/**
 * ag_edit_session_get_influence:
 * @size: (out): pixels per side
 *
 * Returns: (transfer full) (nullable): a byte per pixel over the face square, 255 where the
 *   attribute acts most; %NULL if it is not known yet
 */
GBytes *ag_edit_session_get_influence (AgEditSession *self, guint index, int *size);

/**
 * ag_edit_session_brush:
 * @x: in pixels of the photo, or of the picture that was drawn
 * @y: likewise
 * @radius: of a soft dot, in the same pixels
 * @amount: 1 to paint, -1 to erase
 *
 * Limits the edit to a region. The first dot that is painted is all of the region; the first that
 * is erased is missing from the whole face. Dots between ag_edit_session_begin_drag() and
 * ag_edit_session_end_drag() are one step.
 */
void ag_edit_session_brush (AgEditSession *self, double x, double y, double radius, double amount);

/**
 * ag_edit_session_get_mask:
 * @size: (out): pixels per side
 *
 * Returns: (transfer none) (nullable): a byte per pixel over the face square, 255 where the edit
 *   acts; %NULL if it acts everywhere
 */
GBytes *ag_edit_session_get_mask (AgEditSession *self, int *size);
void ag_edit_session_clear_mask (AgEditSession *self);

/**
 * ag_edit_session_get_limit:
 * @control: (out) (optional): index of a slider, or %AG_EDIT_SESSION_TEMPERATURE
 * @value: (out) (optional): up to where the model draws pictures if the others stay as they are;
 *   the picture is the one that belongs there
 *
 * Returns: whether a control has been moved beyond what the model can draw
 */
gboolean ag_edit_session_get_limit (AgEditSession *self, guint *control, double *value);

/**
 * ag_edit_session_render_async:
 *
 * Computes the picture as it is edited now at its full resolution.
 */
void ag_edit_session_render_async (AgEditSession *self,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);

/**
 * ag_edit_session_render_finish:
 *
 * Returns: (transfer full): or %NULL with @error
 */
AgImage *ag_edit_session_render_finish (AgEditSession *self, GAsyncResult *result, GError **error);

/**
 * ag_edit_session_save_async:
 * @file: its extension says as what, see ag_image_save()
 *
 * Saves the picture as it is edited now at its full resolution. If nothing is edited and the photo
 * was read from a file of the same kind, that file is copied byte for byte.
 */
void ag_edit_session_save_async (AgEditSession *self,
                                 GFile *file,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean ag_edit_session_save_finish (AgEditSession *self, GAsyncResult *result, GError **error);

/**
 * ag_edit_session_set_quality:
 * @quality: of the JPEG and WebP files that are saved, 1 to 100; 0 for the usual one
 */
void ag_edit_session_set_quality (AgEditSession *self, int quality);

/**
 * ag_edit_session_set_receipts:
 *
 * Whether PNGs that are saved tell how they were made (ag-receipt.h); they do unless this says no.
 */
void ag_edit_session_set_receipts (AgEditSession *self, gboolean receipts);

/**
 * ag_edit_session_is_idle:
 *
 * Returns: whether nothing is under way that would lead to another signal
 */
gboolean ag_edit_session_is_idle (AgEditSession *self);

/**
 * ag_edit_session_close:
 *
 * Stops the worker. Nothing can be opened or changed afterwards. Disposing does the same.
 */
void ag_edit_session_close (AgEditSession *self);

G_END_DECLS
