/* ag-blend-receipt.h: how a blend was made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PNGs of a blend, stills, strips and frames, say in a text chunk, as JSON, what they were made of:
 *
 *     { "format": "afterglow-blend", "version": 1,
 *       "model": { "name": "faces-64.safetensors", "sha256": "…" }, "class": 3,
 *       "path": "spherical", "mix": [0, …], "size": 64,
 *       "frames": [ { "t": 0.5, "v": 0, "shrink": 1 }, … ],
 *       "faces": [ { "kind": "photo", "edit": {…} },
 *                  { "kind": "drawn", "edit": {…}, "sample": {…} },
 *                  { "kind": "other", "edit": {…} } ] }
 *
 * with the frames from left to right. What a face was edited by, and for a photo which one and
 * where in it, is a receipt as in ag-receipt.h; a sample is as in ag-sample-receipt.h. Of a face of
 * another kind, for example one that was kept from a blend, there is nothing to make it from again.
 */
#pragma once

#include "ag-blend-frame.h"
#include "ag-receipt.h"
#include "ag-sample-receipt.h"

G_BEGIN_DECLS

/* Of the text chunk. */
#define AG_BLEND_KEYWORD "Afterglow blend"

typedef enum
{
  AG_BLEND_FACE_PHOTO,
  AG_BLEND_FACE_DRAWN,
  AG_BLEND_FACE_OTHER,
} AgBlendFaceKind;

/**
 * AgBlendPlace:
 * @t: as for ag_blend_point_init()
 * @v: likewise
 * @shrink: as in AgBlendPoint
 *
 * Where on its way a frame is.
 */
typedef struct
{
  double t, v, shrink;
} AgBlendPlace;

typedef struct
{
  AgBlendFaceKind kind;
  AgReceipt *edit;
  AgSample sample; /* of a drawn one */
} AgBlendReceiptFace;

/**
 * AgBlendReceipt:
 * @class_label: -1 for a model without classes
 * @mix: as for ag_blend_point_init()
 * @size: of a frame, in pixels
 * @places: (element-type AgBlendPlace): of the frames
 */
typedef struct
{
  char *model_name, *model_hash;
  int class_label;
  AgPathKind kind;
  int n_levels;
  double mix[AG_MAX_LEVELS];
  int size;
  guint n_faces;
  AgBlendReceiptFace faces[AG_BLEND_MAX_FACES];
  GArray *places;
} AgBlendReceipt;

AgBlendReceipt *ag_blend_receipt_new (const char *model_name, const char *model_hash);
void ag_blend_receipt_free (AgBlendReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgBlendReceipt, ag_blend_receipt_free)

/**
 * ag_blend_receipt_add_face:
 * @edit: (transfer full):
 * @sample: (nullable): of a drawn face
 */
void ag_blend_receipt_add_face (AgBlendReceipt *receipt,
                                AgBlendFaceKind kind,
                                AgReceipt *edit,
                                const AgSample *sample);

/**
 * ag_blend_receipt_to_text:
 * @first: the first frame that the picture shows
 * @n: how many it shows
 */
char *ag_blend_receipt_to_text (const AgBlendReceipt *receipt, guint first, guint n);

/**
 * ag_blend_receipt_parse:
 * @text: from a stranger
 * @name: of its file, for the error
 */
AgBlendReceipt *ag_blend_receipt_parse (const char *text, const char *name, GError **error);

/**
 * ag_blend_receipt_make_points:
 * @subjects: (array): of its faces
 *
 * Returns: (transfer full) (array): the points of its frames
 */
AgBlendPoint *ag_blend_receipt_make_points (const AgBlendReceipt *receipt,
                                            const AgGlowConfig *config,
                                            AgEditSubject *const *subjects);

G_END_DECLS
