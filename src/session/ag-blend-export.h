/* ag-blend-export.h: a blend as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For the application and the command line alike. Nothing is half-written: files are replaced as
 * a whole, and frames come into their folder only when all of them are there.
 */
#pragma once

#include "ag-blend-frame.h"
#include "ag-blend-receipt.h"
#include "ag-codec.h"

G_BEGIN_DECLS

/**
 * AgBlendFormat:
 * @AG_BLEND_STRIP: one picture with the frames side by side
 * @AG_BLEND_FRAMES: a folder of pictures, frame-0001.png and so on
 * @AG_BLEND_ANIMATION: an animated WebP
 */
typedef enum
{
  AG_BLEND_STRIP,
  AG_BLEND_FRAMES,
  AG_BLEND_ANIMATION,
} AgBlendFormat;

#define AG_BLEND_MAX_FRAMES 1000

/**
 * AgBlendExport:
 * @format: of the files
 * @points: (array length=n_points): the frames
 * @n_points: 1 to %AG_BLEND_MAX_FRAMES
 * @subjects: of @points; for a class-conditional model, all under one class
 * @size: pixels per side
 * @milliseconds: of an animation: how long a frame is shown
 * @ping_pong: of an animation: whether it goes back again instead of starting over
 * @quality: of an animation, 1 to 100, of which the last is lossless
 * @receipt: (nullable): of the same frames, for pictures that can hold one
 */
typedef struct
{
  AgBlendFormat format;
  const AgBlendPoint *points;
  guint n_points;
  AgEditSubject *const *subjects;
  int size;
  guint milliseconds;
  gboolean ping_pong;
  int quality;
  const AgBlendReceipt *receipt;
} AgBlendExport;

/**
 * AgBlendProgress:
 * @done: frames that have been computed
 * @total: of how many
 */
typedef void (*AgBlendProgress) (guint done, guint total, gpointer user_data);

/**
 * ag_blend_export_draw:
 *
 * The frames without a file; as ag_blend_export_write() otherwise.
 *
 * Returns: (transfer full) (element-type AgImage):
 */
GPtrArray *ag_blend_export_draw (const AgBlendExport *what,
                                 AgCodec *codec,
                                 int batch,
                                 AgBlendProgress progress,
                                 gpointer user_data,
                                 const atomic_bool *cancel,
                                 GError **error);

/**
 * ag_blend_export_write:
 * @codec: to be used by nobody else meanwhile; frames are computed in batches of @batch
 * @batch: as given to ag_codec_new()
 * @file: to be written; of @AG_BLEND_FRAMES a folder, made if it is not there
 * @progress: (nullable): called from this thread
 * @cancel: (nullable): set from any thread for G_IO_ERROR_CANCELLED
 */
gboolean ag_blend_export_write (const AgBlendExport *what,
                                AgCodec *codec,
                                int batch,
                                GFile *file,
                                AgBlendProgress progress,
                                gpointer user_data,
                                const atomic_bool *cancel,
                                GError **error);

G_END_DECLS
