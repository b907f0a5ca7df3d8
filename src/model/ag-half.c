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

float
ag_float_from_half (uint16_t half)
{
  uint32_t sign = (uint32_t) (half & 0x8000) << 16;
  uint32_t exponent = (half >> 10) & 0x1f;
  uint32_t fraction = half & 0x3ff;
  uint32_t bits;
  float value;

  if (exponent == 0) /* zero or subnormal: fraction · 2^-24, which a float holds exactly */
    {
      value = (float) fraction * 0x1p-24f;
      return sign ? -value : value;
    }
  if (exponent == 31)
    bits = sign | 0x7f800000 | (fraction << 13);
  else
    bits = sign | ((exponent + 112) << 23) | (fraction << 13);
  memcpy (&value, &bits, sizeof value);
  return value;
}
