/* ag-kernels-avx512.c: the loops for x86 with AVX-512: 32 registers of 64 bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define AG_KERNELS_SET  ag_kernels_avx512
#define AG_KERNELS_NAME "avx512"
#define AG_VECTOR_BYTES 64
#define AG_KERNELS_ROWS 12
#include "ag-kernels-impl.h"
