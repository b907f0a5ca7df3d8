/* ag-image-values.h: between stored bytes and the numbers the flow sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ag-real.h"

/**
 * ag_values_from_bytes:
 * @bytes: (array length=n): 0 to 255
 * @n: how many
 * @n_bits: colour depth of the model, 1 to 8
 * @noise: (nullable) (array length=n): dequantisation noise u in [0, 1); %NULL for the midpoint 0.5
 *   that is used when a photo is encoded for editing
 * @values: (out) (array length=n): (floor(byte / 2^(8 - n_bits)) + u) / 2^n_bits - 0.5
 */
void ag_values_from_bytes (const uint8_t *bytes,
                           size_t n,
                           int n_bits,
                           const ag_real *noise,
                           ag_real *values);

/**
 * ag_bytes_from_values:
 * @values: (array length=n): about -0.5 to 0.5; other values and NaN are clamped
 * @bytes: (out) (array length=n): floor((value + 0.5) * 256), from 0 to 255: the inverse of the
 *   above at 8 bits, and free of banding at fewer
 */
void ag_bytes_from_values (const ag_real *values, size_t n, uint8_t *bytes);
