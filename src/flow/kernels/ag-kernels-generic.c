/* ag-kernels-generic.c: the loops for any processor: vectors of 16 bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define AG_KERNELS_SET  ag_kernels_generic
#define AG_KERNELS_NAME "generic"
#define AG_VECTOR_BYTES 16
#define AG_KERNELS_ROWS 4
#include "ag-kernels-impl.h"
