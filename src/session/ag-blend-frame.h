/* ag-blend-frame.h: a point between faces, and its picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the model draws between two photos is small and smooth. So a frame also gets what the photos
 * have beyond the model, the difference between a photo and what its latent decodes to, by the
 * square of the photo's weight: at its end the photo is whole, half way a quarter of its detail is
 * left, and between two photos that differ little but one of them is seen twice.
 */
#pragma once

#include "ag-edit-engine.h"
#include "ag-path.h"

G_BEGIN_DECLS

#define AG_BLEND_MAX_FACES 4

/**
 * AgBlendPoint:
 * @serials: of the faces' subjects
 * @n_faces: 2 to %AG_BLEND_MAX_FACES
 * @kind: of path between two; among more, whether norms are kept (all but %AG_PATH_LINEAR)
 * @weights: of each face at each level, finest first; those of one level sum to 1
 * @shrink: what the latent is multiplied by: 1, or less to move it towards the average face
 *
 * Says everything about a frame but its size; equal points, byte by byte, are equal frames. To be
 * made by ag_blend_point_init().
 */
typedef struct
{
  guint64 serials[AG_BLEND_MAX_FACES];
  double weights[AG_BLEND_MAX_FACES][AG_MAX_LEVELS];
  double shrink;
  gint64 kind;
  guint64 n_faces;
} AgBlendPoint;

/**
 * ag_blend_point_init:
 * @subjects: (array length=n_faces):
 * @mix: (nullable): per level, finest first, -1 to 1: 0 goes with @t, towards -1 the level stays
 *   more with the first face, towards 1 more with the second; for two faces only
 * @t: 0 to 1: from the first face to the second, and from the third to the fourth
 * @v: 0 to 1: from the first two to the others; 0 for two faces
 */
void ag_blend_point_init (AgBlendPoint *point,
                          const AgGlowConfig *config,
                          AgEditSubject *const *subjects,
                          guint n_faces,
                          AgPathKind kind,
                          const double *mix,
                          double t,
                          double v);

/**
 * ag_blend_point_get_end:
 *
 * Returns: which face the point is exactly; -1 if it is none
 */
int ag_blend_point_get_end (const AgBlendPoint *point, const AgGlowConfig *config);

/**
 * ag_blend_point_eps:
 * @eps: (out) (array): N numbers
 *
 * For any thread.
 */
void ag_blend_point_eps (const AgBlendPoint *point,
                         const AgGlowConfig *config,
                         AgEditSubject *const *subjects,
                         float *eps);

/**
 * AgBlendRenderer:
 *
 * Makes pictures of one size and keeps what it needs for that. Belongs to one thread at a time.
 */
typedef struct AgBlendRenderer AgBlendRenderer;

AgBlendRenderer *ag_blend_renderer_new (void);
AgBlendRenderer *ag_blend_renderer_ref (AgBlendRenderer *self); /* this and unref: any thread */
void ag_blend_renderer_unref (AgBlendRenderer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgBlendRenderer, ag_blend_renderer_unref)

/**
 * ag_blend_renderer_render:
 * @values: N floats: what @point decodes to
 * @size: pixels per side, 1 to 4096
 *
 * Returns: (transfer full): the picture; where @point is a face exactly, that face's square of its
 *   photo
 */
AgImage *ag_blend_renderer_render (AgBlendRenderer *self,
                                   const AgGlowConfig *config,
                                   AgEditSubject *const *subjects,
                                   const AgBlendPoint *point,
                                   GBytes *values,
                                   int size);

G_END_DECLS
