/* ag-face-refine.h: where the model itself thinks that the face is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A face finder's eyes are some hundredths of their distance off. The model knows better what an
 * aligned face looks like: a short search over position, scale and rotation looks for where the
 * crop is likeliest. Not by its whole likelihood: that prefers smooth crops, larger squares above
 * all (bits/dim of held-out faces fall by 0.01 when the square grows by a tenth), and differs from
 * one resampling to the next by more than alignment changes. The latent of the coarsest level alone
 * has its least energy where the faces are that the model was trained on, without a bias: within 1
 * % of the eyes' distance on average.
 *
 * Error of the eyes, in distances between them, median and 90th percentile, with the bundled model:
 *
 *     what                                            n    before          after
 *     photos, from the face finder                   24    0.038  0.056    0.021  0.054
 *     held-out aligned faces, from the face finder   43    0.039  0.065    0.031  0.059
 *     the same, displaced by 0.06 (one deviation)    86    0.062  0.100    0.035  0.059
 *
 * (where they truly are is what the aligned faces were made with, by a net for 68 landmarks; for
 * photos, the alignment that gives the aligned face of the same photo again). So it helps where the
 * finder is well off, and is worth little beyond the precision of such landmarks, 0.03: of 24
 * photos 5 came out more than 0.01 worse, 15 more than 0.005 better.
 *
 * A model whose faces were aligned otherwise pulls towards its own alignment, as far as the search
 * goes; a person's handles always have the last word.
 */
#pragma once

#include "ag-alignment.h"
#include "ag-codec.h"

G_BEGIN_DECLS

/* Times that a crop is encoded. */
#define AG_FACE_REFINE_N_ENCODES 36

/**
 * ag_face_refine:
 * @codec: of a model of square pictures without classes
 * @eyes: (inout): where they were found; their middle moves by at most a sixth of their distance in
 *   either direction, the distance changes by at most a sixth, the angle by 10°. Left as they are
 * if the search fails
 *
 * The worker's thread, or any that has a codec of its own.
 */
gboolean ag_face_refine (AgCodec *codec,
                         AgImage *photo,
                         AgEyes *eyes,
                         const atomic_bool *cancel,
                         GError **error);

G_END_DECLS
