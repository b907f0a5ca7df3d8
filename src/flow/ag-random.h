/* ag-random.h: random numbers that are a function of a seed and a position
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Philox 4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"). There is no
 * state to keep: number i of stream s under a seed is always the same, whichever thread asks and
 * in whichever order, so a training run resumes exactly from its step count alone.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ag-real.h"

/**
 * ag_random_bits:
 *
 * Returns: 64 random bits, number @index of stream @stream under @seed
 */
uint64_t ag_random_bits (uint64_t seed, uint64_t stream, uint64_t index);

/**
 * ag_random_uniform:
 * @out: (out) (array length=n): numbers in [0, 1) with 24 random bits
 */
void ag_random_uniform (uint64_t seed, uint64_t stream, ag_real *out, size_t n);

/**
 * ag_random_normal:
 * @out: (out) (array length=n): independent standard normal numbers (Box & Muller 1958); the first
 *   k of them do not depend on @n
 */
void ag_random_normal (uint64_t seed, uint64_t stream, ag_real *out, size_t n);

/**
 * ag_random_shuffle:
 * @items: (inout) (array length=n): put into a random order (Fisher & Yates)
 */
void ag_random_shuffle (uint64_t seed, uint64_t stream, int *items, int n);
