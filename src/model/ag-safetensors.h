/* ag-safetensors.h: reading and writing safetensors files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format (huggingface/safetensors): 8 bytes length of the header, little-endian; the header, a
 * JSON object; then the data. A reader maps the file and checks every name, type, shape and offset
 * before any of it is used: offsets within the file, contiguous and without overlap, sizes equal
 * to shape times type.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  AG_DTYPE_U8,
  AG_DTYPE_I32,
  AG_DTYPE_I64,
  AG_DTYPE_F16,
  AG_DTYPE_F32,
  AG_DTYPE_F64,
} AgDtype;

/**
 * AgSafetensor:
 * @data: into the mapped file, little-endian and perhaps not aligned
 */
typedef struct
{
  const char *name;
  AgDtype dtype;
  int rank;
  gint64 dims[8];
  gsize count;
  const guint8 *data;
  gsize size;
} AgSafetensor;

typedef struct AgSafetensors AgSafetensors;

/**
 * ag_dtype_size:
 *
 * Returns: bytes of one number
 */
gsize ag_dtype_size (AgDtype dtype);

/**
 * ag_dtype_name:
 *
 * Returns: (transfer none): as it stands in the file, for example "F32"
 */
const char *ag_dtype_name (AgDtype dtype);

/**
 * ag_safetensors_open:
 *
 * Maps @file and checks all of its header. Errors are of %AG_MODEL_ERROR, or G_IO_ERROR where the
 * file cannot be read, and read "NAME: what is wrong".
 */
AgSafetensors *ag_safetensors_open (GFile *file, GError **error);
void ag_safetensors_free (AgSafetensors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgSafetensors, ag_safetensors_free)

/**
 * ag_safetensors_get_name:
 *
 * Returns: (transfer none): what to call the file in messages
 */
const char *ag_safetensors_get_name (AgSafetensors *self);

/**
 * ag_safetensors_get_metadata:
 *
 * Returns: (nullable) (transfer none): the value of @key in `__metadata__`
 */
const char *ag_safetensors_get_metadata (AgSafetensors *self, const char *key);

guint ag_safetensors_get_n_tensors (AgSafetensors *self);
const AgSafetensor *ag_safetensors_get_tensor (AgSafetensors *self, guint index);
const AgSafetensor *ag_safetensors_find (AgSafetensors *self, const char *name);

/**
 * ag_safetensor_read_float:
 * @out: (out) (array): tensor->count numbers, converted from any floating or integer type
 */
void ag_safetensor_read_float (const AgSafetensor *tensor, float *out);
void ag_safetensor_read_double (const AgSafetensor *tensor, double *out);

/**
 * ag_safetensor_read_int64:
 * @tensor: of an integer type
 * @out: (out) (array): tensor->count numbers
 */
void ag_safetensor_read_int64 (const AgSafetensor *tensor, gint64 *out);

/**
 * ag_safetensors_require:
 * @dims: (array length=rank): a negative one stands for any size
 *
 * Returns: (transfer none) (nullable): the tensor @name if it is there and has that shape, else
 *   @error says what is wrong
 */
const AgSafetensor *ag_safetensors_require (AgSafetensors *self,
                                            const char *name,
                                            int rank,
                                            const gint64 *dims,
                                            GError **error);

/**
 * AgSafetensorsWriter:
 *
 * Collects tensors and writes them, the widest numbers first, otherwise in the order they were
 * added. Data is borrowed, not copied: it must stay until ag_safetensors_writer_write() returns.
 */
typedef struct AgSafetensorsWriter AgSafetensorsWriter;

AgSafetensorsWriter *ag_safetensors_writer_new (void);
void ag_safetensors_writer_free (AgSafetensorsWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgSafetensorsWriter, ag_safetensors_writer_free)

void
ag_safetensors_writer_set_metadata (AgSafetensorsWriter *self, const char *key, const char *value);

/**
 * ag_safetensors_writer_add:
 * @name: not yet added
 * @source_dtype: of @data: I32, I64, U8, F32 or F64
 * @dtype: to be stored as; F32 may become F16, and F64 may become F32
 * @rank: 0 to 8; 0 for a single number
 * @dims: (array length=rank):
 */
void ag_safetensors_writer_add (AgSafetensorsWriter *self,
                                const char *name,
                                AgDtype source_dtype,
                                const void *data,
                                AgDtype dtype,
                                int rank,
                                const gint64 *dims);

/**
 * ag_safetensors_writer_take:
 * @data: (transfer full): freed with g_free() together with the writer
 *
 * As ag_safetensors_writer_add().
 */
void ag_safetensors_writer_take (AgSafetensorsWriter *self,
                                 const char *name,
                                 AgDtype source_dtype,
                                 void *data,
                                 AgDtype dtype,
                                 int rank,
                                 const gint64 *dims);

/**
 * ag_safetensors_writer_write:
 *
 * Writes to a temporary file beside @file, syncs it, renames it. A finite number that F16 cannot
 * hold is an error.
 */
gboolean ag_safetensors_writer_write (AgSafetensorsWriter *self, GFile *file, GError **error);

G_END_DECLS
