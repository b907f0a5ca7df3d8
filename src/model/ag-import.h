/* ag-import.h: turning other programs' checkpoints into models; private to this folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-archive.h"
#include "ag-model.h"

G_BEGIN_DECLS

/**
 * AgImportOptions:
 * @image_size: pixels; 0 if not known
 * @n_bits: 1 to 8; 0 for the default of the program
 * @force_conv: keep every 1×1 convolution as a plain matrix, even where the file has it factored;
 *   for tests, which compare gradients with respect to the matrix
 */
typedef struct
{
  int image_size, n_bits;
  gboolean force_conv;
} AgImportOptions;

/**
 * ag_import_glow:
 *
 * Opens @file, finds out which program wrote it, and reads the model.
 */
AgGlow *ag_import_glow (GFile *file, const AgImportOptions *options, GError **error);

/* The two kinds, of archives that have been scanned. */
AgGlow *ag_import_openai (AgArchive *archive, const AgImportOptions *options, GError **error);
AgGlow *ag_import_rosinality (AgArchive *archive, const AgImportOptions *options, GError **error);

/**
 * ag_import_new_glow:
 * @config: as the names and shapes in @archive tell, without image size and bits
 *
 * Completes and checks @config.
 *
 * Returns: (transfer full) (nullable): a model of that shape, zero everywhere but the signs, which
 *   are +1
 */
AgGlow *ag_import_new_glow (AgArchive *archive,
                            AgGlowConfig *config,
                            const AgImportOptions *options,
                            GError **error);

/**
 * ag_import_tensor:
 * @format: printf format of the name of a tensor of @glow
 *
 * Returns: (transfer none): the tensor, which must be one that the model's configuration implies
 */
const AgTensor *ag_import_tensor (AgGlow *glow, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * ag_import_vector:
 * @to: where to put it
 * @format: printf format of the name of an array with as many numbers as @to, whatever its rank
 *
 * Copies an array into a tensor.
 */
gboolean
ag_import_vector (AgArchive *archive, const AgTensor *to, GError **error, const char *format, ...)
  G_GNUC_PRINTF (4, 5);

/**
 * ag_import_has:
 * @format: printf format of a name
 *
 * Returns: (nullable) (transfer none): the array of that name
 */
const AgArray *ag_import_has (AgArchive *archive, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
