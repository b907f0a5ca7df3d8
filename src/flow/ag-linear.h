/* ag-linear.h: small dense matrices in double
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All matrices are n×n, row-major.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Inverts a and gives ln abs det a. Returns false, a then unspecified, if it is singular, so near
 * to it that all digits would be lost (largest element of a times that of its inverse above 1e13),
 * or not finite. scratch holds n * n + n doubles, pivots n ints. */
bool ag_linear_invert (int n, double *a, double *log_abs_det, double *scratch, int *pivots);

/* Factors a = P L U with partial pivoting: a becomes L strictly below the diagonal and U on and
 * above it; row i of P has its 1 in column index[i]. Returns false if it is singular. */
bool ag_linear_factor (int n, double *a, int32_t *index, int *pivots);

/* A random rotation: the Q of the QR decomposition of a normal matrix given in a, signs made
 * unique so that it is uniform (Mezzadri 2007). Modified Gram-Schmidt, twice for orthogonality. */
void ag_linear_orthogonalize (int n, double *a);
