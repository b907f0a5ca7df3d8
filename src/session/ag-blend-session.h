/* ag-blend-session.h: the way from one face to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two to four faces of the shelf, as they are edited, a path between them and a point on it. The
 * picture at that point is computed first; between times, frames along the path and how likely they
 * are. Frames that have been computed are kept (AgFrameCache). Like the edit session it never
 * computes on the caller's thread.
 *
 *     session = ag_blend_session_new (edit);
 *     g_signal_connect (session, "picture-changed", ...);     // ag_blend_session_get_picture()
 *     ag_blend_session_set_face (session, 0, face);
 *     ag_blend_session_set_face (session, 1, other);
 *     ag_blend_session_set_position (session, 0.5, 0);        // picture-changed, a moment later
 *
 * With three or four faces, a point has two coordinates: t from the first to the second (and the
 * third to the fourth), v from these two to those. The path then is the line of that v.
 *
 * Signals:
 *
 *   picture-changed          ag_blend_session_get_picture() is another
 *   point-changed (guint)    more is known about a point of the path
 *   path-changed             the path is another, and nothing is known about most of it
 *   changed                  a face or a setting is another
 *   progress                 ag_blend_session_get_export_progress() tells something else
 *   problem (char *)         something failed; a sentence to show
 *
 * All functions and signals belong to the thread that created the session.
 */
#pragma once

#include "ag-blend-export.h"
#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_BLEND_SESSION (ag_blend_session_get_type ())
G_DECLARE_FINAL_TYPE (AgBlendSession, ag_blend_session, AG, BLEND_SESSION, GObject)

/* Points of the path that are computed ahead, both ends among them. */
#define AG_BLEND_N_POINTS 61

AgBlendSession *ag_blend_session_new (AgEditSession *edit);

/**
 * ag_blend_session_close:
 *
 * Lets go of everything under way; to be called before the edit session is closed.
 */
void ag_blend_session_close (AgBlendSession *self);

/**
 * ag_blend_session_set_active:
 * @active: whether somebody looks; otherwise nothing is computed
 */
void ag_blend_session_set_active (AgBlendSession *self, gboolean active);
gboolean ag_blend_session_is_idle (AgBlendSession *self);

/* Faces. */

AgEditFace *ag_blend_session_get_face (AgBlendSession *self, guint place);

/**
 * ag_blend_session_set_face:
 * @place: 0 to %AG_BLEND_MAX_FACES - 1
 * @face: (nullable): %NULL to take it away; those behind it move up
 */
void ag_blend_session_set_face (AgBlendSession *self, guint place, AgEditFace *face);
guint ag_blend_session_get_n_faces (AgBlendSession *self);

/**
 * ag_blend_session_is_ready:
 *
 * Returns: whether there are two faces and the model has described all of them, as they are edited
 */
gboolean ag_blend_session_is_ready (AgBlendSession *self);

/* The path. */

AgPathKind ag_blend_session_get_kind (AgBlendSession *self);
void ag_blend_session_set_kind (AgBlendSession *self, AgPathKind kind);

/**
 * ag_blend_session_get_mix:
 * @level: 0 for the finest
 *
 * Returns: whose structure is taken at that level: 0 for what the position says, towards -1 more of
 *   the first face, towards 1 more of the second; of no effect with more than two faces
 */
double ag_blend_session_get_mix (AgBlendSession *self, guint level);
void ag_blend_session_set_mix (AgBlendSession *self, guint level, double mix);
guint ag_blend_session_get_n_levels (AgBlendSession *self);

/**
 * ag_blend_session_set_likelier:
 * @likelier: whether the path goes through likelier ground
 *
 * Then, at 11 places between the ends, the latent is multiplied by the largest factor from 0.6 to
 * 1, which moves it towards the average face, at which the picture has no more bits/dim than the
 * straight line between those of the two ends; in between the factor changes linearly. The ends
 * stay. Where the path is as likely as that already, it stays as it is.
 */
void ag_blend_session_set_likelier (AgBlendSession *self, gboolean likelier);
gboolean ag_blend_session_get_likelier (AgBlendSession *self);

/**
 * ag_blend_session_get_class:
 *
 * Returns: of a class-conditional model, the class that the whole path is drawn under; -1 for that
 *   of the first face
 */
int ag_blend_session_get_class (AgBlendSession *self);
void ag_blend_session_set_class (AgBlendSession *self, int class_label);

/**
 * ag_blend_session_set_position:
 * @t: 0 to 1
 * @v: 0 to 1; 0 with two faces
 */
void ag_blend_session_set_position (AgBlendSession *self, double t, double v);
double ag_blend_session_get_t (AgBlendSession *self);
double ag_blend_session_get_v (AgBlendSession *self);

/* Pictures. */

/**
 * ag_blend_session_set_display_size:
 * @size: device pixels per side there are to show the picture in
 */
void ag_blend_session_set_display_size (AgBlendSession *self, int size);

/**
 * ag_blend_session_get_picture:
 *
 * Returns: (transfer none) (nullable): at the position, or the last before it that is a picture
 */
AgImage *ag_blend_session_get_picture (AgBlendSession *self);

/**
 * ag_blend_session_is_beyond:
 *
 * Returns: whether the model draws no picture at the position
 */
gboolean ag_blend_session_is_beyond (AgBlendSession *self);

/**
 * ag_blend_session_get_point_image:
 * @point: 0 to %AG_BLEND_N_POINTS - 1
 *
 * Returns: (transfer full) (nullable): a picture of the model's size; %NULL until it is computed
 */
AgImage *ag_blend_session_get_point_image (AgBlendSession *self, guint point);

/**
 * ag_blend_session_get_point_bits:
 *
 * Returns: bits/dim of the picture there; NaN until that is known or if there is none
 */
double ag_blend_session_get_point_bits (AgBlendSession *self, guint point);

/* Out. */

/**
 * ag_blend_session_keep_async:
 *
 * Puts the face at the position on the shelf.
 */
void ag_blend_session_keep_async (AgBlendSession *self,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data);
AgEditFace *
ag_blend_session_keep_finish (AgBlendSession *self, GAsyncResult *result, GError **error);

/**
 * AgBlendOutput:
 * @still: whether only the picture at the position is written, as PNG, JPEG or WebP by the name
 * @format: otherwise, of the path
 * @n_frames: 1 to %AG_BLEND_MAX_FRAMES; a single one is the one half way
 * @size: pixels per side; 0 for the model's
 * @seconds: from end to end
 * @ping_pong: whether an animation goes back again
 */
typedef struct
{
  gboolean still;
  AgBlendFormat format;
  guint n_frames;
  int size;
  double seconds;
  gboolean ping_pong;
} AgBlendOutput;

/**
 * ag_blend_session_export_async:
 * @file: to write; for frames, a folder
 *
 * Fails with G_IO_ERROR_BUSY while another is under way.
 */
void ag_blend_session_export_async (AgBlendSession *self,
                                    const AgBlendOutput *output,
                                    GFile *file,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean
ag_blend_session_export_finish (AgBlendSession *self, GAsyncResult *result, GError **error);

/**
 * ag_blend_session_go_to_receipt:
 * @receipt: (transfer full): of an exported picture
 * @beside: (nullable): that picture
 *
 * Goes on from it: its settings, and its faces with what they were edited by. Those that are not on
 * the shelf are opened, from beside the picture or where photos were opened lately, or drawn once
 * more, which takes a moment; what cannot be found is told as a problem.
 */
void ag_blend_session_go_to_receipt (AgBlendSession *self, AgBlendReceipt *receipt, GFile *beside);

/**
 * ag_blend_session_cancel_export:
 *
 * The export under way ends with G_IO_ERROR_CANCELLED and leaves nothing behind.
 */
void ag_blend_session_cancel_export (AgBlendSession *self);

/**
 * ag_blend_session_get_export_progress:
 *
 * Returns: 0 to 1; negative if nothing is exported
 */
double ag_blend_session_get_export_progress (AgBlendSession *self);

G_END_DECLS
