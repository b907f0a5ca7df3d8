/* ag-half.c: IEEE 754 half-precision numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * half: sign 1, exponent 5 (bias 15), fraction 10. float: 1, 8 (bias 127), 23.
 */
#include "ag-half.h"

#include <string.h>

uint16_t
ag_half_from_float (float value)
{
  uint32_t bits, magnitude, mantissa, half, rest, tie;
  uint16_t sign;
  int shift;

  memcpy (&bits, &value, sizeof bits);
  sign = (uint16_t) ((bits >> 16) & 0x8000);
  magnitude = bits & 0x7fffffff;

  if (magnitude > 0x7f800000) /* NaN: quiet, with the top of its payload */
    return sign | 0x7e00 | (uint16_t) ((magnitude >> 13) & 0x1ff);
  if (magnitude >= 0x47800000) /* 2^16 and more */
    return sign | 0x7c00;
  if (magnitude < 0x33000000) /* below 2^-25, half of the smallest subnormal */
    return sign;

  if (magnitude >= 0x38800000) /* 2^-14: normal */
    {
      mantissa = magnitude - 0x38000000;
      shift = 13;
    }
  else /* subnormal: the fraction with its hidden one, counted in 2^-24 */
    {
      mantissa = (magnitude & 0x7fffff) | 0x800000;
      shift = 126 - (int) (magnitude >> 23);
    }
  half = mantissa >> shift;
  rest = mantissa & ((1u << shift) - 1);
  tie = 1u << (shift - 1);
  /* A carry out of the fraction raises the exponent, up to infinity, as it should. */
  if (rest > tie || (rest == tie && (half & 1)))
    half++;
  return sign | (uint16_t) half;
}

/* Without a branch, so that a loop over it can be vectorised. */
static inline float
float_from_half (uint16_t half)
{
  uint32_t sign = (uint32_t) (half & 0x8000) << 16;
  uint32_t magnitude = (uint32_t) (half & 0x7fff) << 13;
  uint32_t normal = magnitude + (112u << 23);
  uint32_t special = magnitude | 0x7f800000;
  float tiny = (float) (int32_t) (half & 0x3ff) * 0x1p-24f; /* subnormal: exact in a float */
  uint32_t bits;
  float value;

  memcpy (&bits, &tiny, sizeof bits);
  bits = magnitude < (1u << 23) ? bits : magnitude < (31u << 23) ? normal : special;
  bits |= sign;
  memcpy (&value, &bits, sizeof value);
  return value;
}

float
ag_float_from_half (uint16_t half)
{
  return float_from_half (half);
}

void
ag_floats_from_halves (const uint16_t *restrict halves, size_t n, float *restrict floats)
{
  for (size_t i = 0; i < n; i++)
    floats[i] = float_from_half (halves[i]);
}
