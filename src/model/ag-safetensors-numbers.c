/* ag-safetensors-numbers.c: the numbers of a tensor, converted from what the file holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The data is little-endian and may start anywhere, so every number is copied out byte-wise.
 */
#include <string.h>

#include "ag-half.h"
#include "ag-safetensors.h"

static inline guint16
get16 (const guint8 *data)
{
  guint16 bits;
  memcpy (&bits, data, sizeof bits);
  return GUINT16_FROM_LE (bits);
}

static inline guint32
get32 (const guint8 *data)
{
  guint32 bits;
  memcpy (&bits, data, sizeof bits);
  return GUINT32_FROM_LE (bits);
}

static inline guint64
get64 (const guint8 *data)
{
  guint64 bits;
  memcpy (&bits, data, sizeof bits);
  return GUINT64_FROM_LE (bits);
}

static inline float
get_f32 (const guint8 *data)
{
  guint32 bits = get32 (data);
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static inline double
get_f64 (const guint8 *data)
{
  guint64 bits = get64 (data);
  double value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* One loop for each pair of types, so that each of them is simple enough to be fast. */
#define CONVERT(size, expression)                                                                  \
  for (gsize i = 0; i < tensor->count; i++)                                                        \
    {                                                                                              \
      const guint8 *at = tensor->data + i * (size);                                                \
      out[i] = (expression);                                                                       \
    }                                                                                              \
  break

void
ag_safetensor_read_float (const AgSafetensor *tensor, float *out)
{
  switch (tensor->dtype)
    {
    case AG_DTYPE_U8:
      CONVERT (1, *at);
    case AG_DTYPE_I32:
      CONVERT (4, (float) (gint32) get32 (at));
    case AG_DTYPE_I64:
      CONVERT (8, (float) (gint64) get64 (at));
    case AG_DTYPE_F16:
      CONVERT (2, ag_float_from_half (get16 (at)));
    case AG_DTYPE_F32:
      CONVERT (4, get_f32 (at));
    case AG_DTYPE_F64:
      CONVERT (8, (float) get_f64 (at));
    }
}

void
ag_safetensor_read_double (const AgSafetensor *tensor, double *out)
{
  switch (tensor->dtype)
    {
    case AG_DTYPE_U8:
      CONVERT (1, *at);
    case AG_DTYPE_I32:
      CONVERT (4, (gint32) get32 (at));
    case AG_DTYPE_I64:
      CONVERT (8, (double) (gint64) get64 (at));
    case AG_DTYPE_F16:
      CONVERT (2, (double) ag_float_from_half (get16 (at)));
    case AG_DTYPE_F32:
      CONVERT (4, (double) get_f32 (at));
    case AG_DTYPE_F64:
      CONVERT (8, get_f64 (at));
    }
}

void
ag_safetensor_read_int64 (const AgSafetensor *tensor, gint64 *out)
{
  switch (tensor->dtype)
    {
    case AG_DTYPE_U8:
      CONVERT (1, *at);
    case AG_DTYPE_I32:
      CONVERT (4, (gint32) get32 (at));
    case AG_DTYPE_I64:
      CONVERT (8, (gint64) get64 (at));
    case AG_DTYPE_F16:
    case AG_DTYPE_F32:
    case AG_DTYPE_F64:
      g_return_if_reached ();
    }
}
