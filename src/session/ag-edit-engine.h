/* ag-edit-engine.h: what the edit session has computed on the worker's thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An engine is an open model with its threads: one codec that leaves a processor to the interface,
 * for what happens while somebody drags, and one that takes all of them, for the rest. It may be
 * made on any thread, and be referenced and released on any; the functions that take one and
 * compute belong to the worker's thread, one at a time.
 *
 * A subject is a face made ready for editing: its latent and what that decodes to. Subjects are
 * immutable but for the ends of their sliders, for any thread.
 */
#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

#include "ag-alignment.h"
#include "ag-codec.h"
#include "ag-direction-reach.h"
#include "ag-edit-state.h"
#include "ag-image.h"
#include "ag-model.h"
#include "ag-sanity.h"

G_BEGIN_DECLS

/* Enough for a thumbnail on a screen of twice the usual density. */
#define AG_EDIT_FACE_SIZE 144

/**
 * AgEditSubject:
 * @photo: (nullable): the photo a face is in; %NULL for one the model has drawn
 * @alignment: where in @photo
 * @eps: the latent, N floats
 * @base: what @eps decodes to, N floats: to the last bit what an edit that changes nothing does
 * @face: the face square: of the photo, %AG_EDIT_FACE_SIZE pixels, or what was drawn, in the
 *   model's size
 * @projections: (array) (nullable): where @eps is on the direction of each of the model's
 *   attributes, in slider units from the average face, not always finite; %NULL before
 *   ag_edit_subject_project()
 * @ends: (array) (nullable): how far each attribute's slider leads for this face by its place along
 *   them; %NULL like @projections
 * @measured_ends: (array) (nullable): the same as far as its picture bears it; %NULL before the
 *   worker has found out. Use ag_edit_subject_get_ends()
 * @seen_eps: the latent of the face as it looks: @eps, or @eps at the temperature it was drawn at
 * @bits_per_dim: of the face
 * @temperature: at which @eps gives @face: 1, or what a face was drawn at
 * @class_label: that @eps is under; -1 for a model without classes
 * @asked_class: what was asked for: @class_label, or -1 for the one @face is likeliest under
 * @is_grey: whether the photo is, and @eps and @base are coloured, see ag-grey-photo.h
 * @serial: of no other subject, ever
 */
typedef struct
{
  AgImage *photo;
  AgAlignment alignment;
  GBytes *eps;
  GBytes *base;
  AgImage *face;
  double *projections;
  AgDirectionEnds *ends;
  _Atomic (AgDirectionEnds *) measured_ends; /* written once, by the worker */
  GBytes *seen_eps;
  double bits_per_dim;
  double temperature;
  int class_label, asked_class;
  bool is_grey;
  guint64 serial;
  gatomicrefcount ref_count;
} AgEditSubject;

/**
 * ag_edit_subject_new:
 *
 * For those who fill in the rest themselves; for any thread.
 *
 * Returns: (transfer full): a subject of which nothing else is known
 */
AgEditSubject *ag_edit_subject_new (GBytes *eps, GBytes *base);

AgEditSubject *ag_edit_subject_ref (AgEditSubject *subject);
void ag_edit_subject_unref (AgEditSubject *subject);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditSubject, ag_edit_subject_unref)

/**
 * ag_edit_subject_project:
 * @subject: that nobody else has yet
 * @model: whose latent it is
 *
 * Fills in its projections, and the ends that follow from them: once for each face, as the
 * interface asks for them with every move of a slider.
 */
void ag_edit_subject_project (AgEditSubject *subject, const AgModel *model);

/**
 * ag_edit_subject_get_ends:
 *
 * For any thread.
 *
 * Returns: (transfer none) (array) (nullable): how far the sliders lead for this face, as far as it
 *   is known yet
 */
const AgDirectionEnds *ag_edit_subject_get_ends (AgEditSubject *subject);

/**
 * ag_edit_subject_measure_ends:
 * @codec: of its model; not used by anybody else meanwhile
 *
 * Finds out what ag_direction_find_ends() does, unless that has been done. For the worker's thread.
 */
gboolean ag_edit_subject_measure_ends (AgEditSubject *subject,
                                       AgCodec *codec,
                                       const atomic_bool *cancel,
                                       GError **error);

/**
 * ag_edit_subject_is_neutral:
 *
 * Returns: whether @state leaves @subject as it is
 */
bool ag_edit_subject_is_neutral (AgEditSubject *subject, const AgEditState *state);

typedef struct AgEditEngine AgEditEngine;

/**
 * ag_edit_engine_load:
 *
 * Reads a model and makes it ready; takes a moment. For any thread.
 *
 * Returns: (transfer full): or %NULL with @error
 */
AgEditEngine *ag_edit_engine_load (GFile *file, GError **error);
AgEditEngine *ag_edit_engine_ref (AgEditEngine *self);
void ag_edit_engine_unref (AgEditEngine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditEngine, ag_edit_engine_unref)

AgModel *ag_edit_engine_get_model (AgEditEngine *self);

/**
 * ag_edit_engine_get_name:
 *
 * Returns: file name of the model
 */
const char *ag_edit_engine_get_name (AgEditEngine *self);

/**
 * ag_edit_engine_get_hash:
 *
 * Returns: SHA-256 of the model's file
 */
const char *ag_edit_engine_get_hash (AgEditEngine *self);

/**
 * ag_edit_engine_new_codec:
 * @n_threads: see ag_codec_new()
 *
 * For any thread.
 *
 * Returns: (transfer full): one for another thread than the worker's
 */
AgCodec *ag_edit_engine_new_codec (AgEditEngine *self, int n_threads, GError **error);

/**
 * ag_edit_engine_get_n_classes:
 *
 * Returns: of a class-conditional model; 0 for others
 */
int ag_edit_engine_get_n_classes (AgEditEngine *self);

/**
 * ag_edit_engine_get_decode_time:
 *
 * For any thread.
 *
 * Returns: how long the last whole decode took while a processor was left to the interface, in
 *   microseconds; 0 before the first
 */
gint64 ag_edit_engine_get_decode_time (AgEditEngine *self);

/**
 * ag_edit_engine_get_codec:
 *
 * Returns: (transfer none): one that computes on every processor, for the worker's thread only;
 *   others make one of their own of it by ag_codec_new_shared()
 */
AgCodec *ag_edit_engine_get_codec (AgEditEngine *self);

/**
 * ag_edit_engine_adopt:
 * @eps: N floats, a latent
 * @temperature: what @eps is to be multiplied by; kept apart, so that it can be changed later
 * @class_label: that @eps is under; of no meaning to a model without classes
 *
 * The face of a latent that is at hand. Fails with G_IO_ERROR_INVALID_DATA if the model draws no
 * picture there.
 */
AgEditSubject *ag_edit_engine_adopt (AgEditEngine *self,
                                     GBytes *eps,
                                     double temperature,
                                     int class_label,
                                     const atomic_bool *cancel,
                                     GError **error);

/**
 * ag_edit_engine_draw:
 * @seed: picks the face
 * @temperature: 0 to 1.5 or so
 *
 * A face out of nothing; of a model with classes, seeds take turns with them. Fails with
 * G_IO_ERROR_INVALID_DATA if the model draws no picture there.
 */
AgEditSubject *ag_edit_engine_draw (AgEditEngine *self,
                                    guint64 seed,
                                    double temperature,
                                    const atomic_bool *cancel,
                                    GError **error);

/**
 * ag_edit_engine_refine:
 * @eyes: (inout): as a face finder has them
 *
 * Corrects them by what the model finds likely (ag-face-refine.h); with a slow model, which would
 * take seconds, and with one that has classes, they stay.
 */
gboolean ag_edit_engine_refine (AgEditEngine *self,
                                AgImage *photo,
                                AgEyes *eyes,
                                const atomic_bool *cancel,
                                GError **error);

/**
 * ag_edit_engine_encode:
 * @class_label: -1 for the one that it is likeliest under
 *
 * The face of a photo. Fails with G_IO_ERROR_INVALID_DATA if the flow breaks down on it.
 */
AgEditSubject *ag_edit_engine_encode (AgEditEngine *self,
                                      AgImage *photo,
                                      const AgAlignment *alignment,
                                      int class_label,
                                      const atomic_bool *cancel,
                                      GError **error);

/**
 * ag_edit_engine_decode:
 * @sanity: (out): whether what came out is a picture
 *
 * Returns: (transfer full): N floats: what the latent moved to @state decodes to
 */
GBytes *ag_edit_engine_decode (AgEditEngine *self,
                               AgEditSubject *subject,
                               const AgEditState *state,
                               AgSanity *sanity,
                               const atomic_bool *cancel,
                               GError **error);

/**
 * ag_edit_engine_note_rest:
 *
 * Nobody drags: the next decode takes all processors. On the worker's thread.
 */
void ag_edit_engine_note_rest (AgEditEngine *self);

/**
 * ag_edit_engine_check:
 * @values: N floats
 *
 * For any thread.
 *
 * Returns: whether they are a picture
 */
AgSanity ag_edit_engine_check (AgEditEngine *self, GBytes *values);

/**
 * ag_edit_engine_find_limit:
 * @from: a state that decodes sanely
 * @to: one that does not
 * @limit: (out): 0 to 1, how far from @from towards @to the model goes
 */
gboolean ag_edit_engine_find_limit (AgEditEngine *self,
                                    AgEditSubject *subject,
                                    const AgEditState *from,
                                    const AgEditState *to,
                                    double *limit,
                                    const atomic_bool *cancel,
                                    GError **error);

/**
 * ag_edit_engine_limit_to_mask:
 * @mask: (nullable): of the state
 * @values: N floats, decoded
 *
 * For any thread. At the model's resolution, for what is judged and what is drawn; a photo is
 * limited at its own, see ag_edit_engine_apply() and ag_edit_view_show().
 *
 * Returns: (transfer full): @values where the mask is, what the unedited face decodes to elsewhere;
 *   @values itself if there is no mask
 */
GBytes *ag_edit_engine_limit_to_mask (AgEditEngine *self,
                                      AgEditSubject *subject,
                                      GBytes *mask,
                                      GBytes *values);

/**
 * ag_edit_engine_judge:
 * @values: N floats, decoded
 * @class_label: to judge them under
 * @eps: (out) (optional) (transfer full): the latent that the picture has, N floats
 *
 * Computes the bits/dim of a picture that was edited.
 */
gboolean ag_edit_engine_judge (AgEditEngine *self,
                               GBytes *values,
                               int class_label,
                               double *bits_per_dim,
                               GBytes **eps,
                               const atomic_bool *cancel,
                               GError **error);

/**
 * ag_edit_engine_apply:
 * @values: N floats, decoded
 * @mask: (nullable): where the edit acts
 *
 * For any thread.
 *
 * Returns: (transfer full): the picture at its full resolution: the photo with the difference
 *   added, or what was drawn
 */
AgImage *
ag_edit_engine_apply (AgEditEngine *self, AgEditSubject *subject, GBytes *values, GBytes *mask);

/**
 * AgEditViewport:
 * @x: left edge of the part that is shown, in pixels of the picture; not outside of it
 * @y: its top edge
 * @scale: pixels that are shown per pixel of the picture
 * @width: pixels that are shown
 * @height: likewise
 *
 * A part of a picture at the size it is shown at.
 */
typedef struct
{
  double x, y, scale;
  int width, height;
} AgEditViewport;

bool ag_edit_viewport_equal (const AgEditViewport *a, const AgEditViewport *b);

/**
 * AgEditView:
 *
 * A part of a picture at the size it is shown at, prepared once. Belongs to one thread at a time.
 */
typedef struct AgEditView AgEditView;

AgEditView *ag_edit_view_new (void);
void ag_edit_view_free (AgEditView *view);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditView, ag_edit_view_free)

/**
 * ag_edit_view_show_photo:
 *
 * Returns: (transfer full): that part of @photo
 */
AgImage *ag_edit_view_show_photo (AgEditView *view, AgImage *photo, const AgEditViewport *viewport);

/**
 * ag_edit_view_show:
 * @values: (nullable): N floats, decoded; %NULL for the unedited picture
 * @mask: (nullable): where the edit acts
 *
 * Returns: (transfer full): that part of the edited picture
 */
AgImage *ag_edit_view_show (AgEditView *view,
                            AgEditEngine *engine,
                            AgEditSubject *subject,
                            GBytes *values,
                            GBytes *mask,
                            const AgEditViewport *viewport);

G_END_DECLS
