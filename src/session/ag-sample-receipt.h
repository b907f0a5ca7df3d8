/* ag-sample-receipt.h: how drawn faces were drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PNGs of drawn faces say in a text chunk, as JSON, what makes them:
 *
 *     { "format": "afterglow-sample", "version": 1,
 *       "model": { "name": "faces-64.safetensors", "sha256": "…" }, "columns": 4,
 *       "faces": [ { "seed": 1, "temperature": [0.7, …], "class": 0 }, … ] }
 *
 * with the faces from left to right and top to bottom, and temperatures per level, finest first.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <stdatomic.h>

#include "ag-codec.h"

G_BEGIN_DECLS

/* Of the text chunk. */
#define AG_SAMPLE_KEYWORD "Afterglow sample"

/* White pixels between the faces of a sheet. */
#define AG_SAMPLE_GAP 2

/**
 * AgSample:
 * @seed: of the noise
 * @class_label: of a class-conditional model; 0 for others
 * @temperature: per level, finest first
 *
 * What makes a face.
 */
typedef struct
{
  guint64 seed;
  int class_label;
  double temperature[AG_MAX_LEVELS];
} AgSample;

/**
 * AgSampleReceipt:
 * @model_name: file name
 * @model_hash: SHA-256 in hexadecimal
 * @n_columns: of the sheet; 1 for a single face
 * @n_levels: of the model
 * @samples: (element-type AgSample): at least one
 */
typedef struct
{
  char *model_name, *model_hash;
  guint n_columns;
  int n_levels;
  GArray *samples;
} AgSampleReceipt;

AgSampleReceipt *ag_sample_receipt_new (const char *model_name,
                                        const char *model_hash,
                                        guint n_columns,
                                        int n_levels);
void ag_sample_receipt_free (AgSampleReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgSampleReceipt, ag_sample_receipt_free)

void ag_sample_receipt_add (AgSampleReceipt *receipt, const AgSample *sample);
char *ag_sample_receipt_to_text (const AgSampleReceipt *receipt);

/**
 * ag_sample_receipt_parse:
 * @text: from a stranger
 * @name: of its file, for the error
 */
AgSampleReceipt *ag_sample_receipt_parse (const char *text, const char *name, GError **error);

/* One sample, as part of another document. */
void ag_sample_build (const AgSample *sample, int n_levels, JsonBuilder *json);
gboolean ag_sample_read (JsonObject *object, int *n_levels, AgSample *sample);

/**
 * AgSampleProgress:
 * @done: faces that have been drawn
 * @total: of how many
 */
typedef void (*AgSampleProgress) (guint done, guint total, gpointer user_data);

/**
 * ag_sample_draw:
 * @samples: (array length=n):
 * @batch: as given to ag_codec_new()
 * @progress: (nullable): called from this thread
 * @cancel: (nullable): set from any thread for G_IO_ERROR_CANCELLED
 *
 * Fails with G_IO_ERROR_INVALID_DATA if the model draws no picture from one of them.
 *
 * Returns: (transfer full) (element-type AgImage): pictures of the model's size
 */
GPtrArray *ag_sample_draw (AgCodec *codec,
                           int batch,
                           const AgSample *samples,
                           guint n,
                           AgSampleProgress progress,
                           gpointer user_data,
                           const atomic_bool *cancel,
                           GError **error);

G_END_DECLS
