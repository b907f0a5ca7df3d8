/* ag-kernels-avx2.c: the loops for x86 with AVX2 and FMA: 16 registers of 32 bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define AG_KERNELS_SET  ag_kernels_avx2
#define AG_KERNELS_NAME "avx2"
#define AG_VECTOR_BYTES 32
#define AG_KERNELS_ROWS 6
#include "ag-kernels-impl.h"
