/* ag-real.h: the number type the flow computes in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * float in the library that ships; the tests compile the same sources with AG_FLOW_DOUBLE to tell
 * rounding from mistakes. Log-determinants and likelihoods are double in both.
 */
#pragma once

#ifdef AG_FLOW_DOUBLE
typedef double ag_real;
#else
typedef float ag_real;
#endif
