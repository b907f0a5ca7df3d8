/* ag-half.h: IEEE 754 half-precision numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In software, so that it does not depend on what compiler and processor offer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/**
 * ag_half_from_float:
 *
 * Returns: the nearest half, ties to even; subnormals, infinities and NaN are kept; what is too
 *   large becomes infinite
 */
uint16_t ag_half_from_float (float value);

/**
 * ag_float_from_half:
 *
 * Returns: the same number; exact
 */
float ag_float_from_half (uint16_t half);

/**
 * ag_floats_from_halves:
 * @halves: (array length=n):
 * @floats: (out) (array length=n): the same numbers
 */
void ag_floats_from_halves (const uint16_t *halves, size_t n, float *floats);
