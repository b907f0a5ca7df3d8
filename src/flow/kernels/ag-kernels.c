/* ag-kernels.c: choosing the loops for this processor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-kernels.h"

extern const AgKernels ag_kernels_generic;
#ifdef AG_KERNELS_X86
extern const AgKernels ag_kernels_avx2;
extern const AgKernels ag_kernels_avx512;
#endif

const AgKernels *const *
ag_kernels_list (void)
{
  static const AgKernels *const generic[] = { &ag_kernels_generic, NULL };
#ifdef AG_KERNELS_X86
  static const AgKernels *const avx2[] = { &ag_kernels_avx2, &ag_kernels_generic, NULL };
  static const AgKernels *const avx512[] = { &ag_kernels_avx512, &ag_kernels_avx2,
                                             &ag_kernels_generic, NULL };

  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq") &&
      __builtin_cpu_supports ("fma"))
    return avx512;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return avx2;
#endif
  return generic;
}

const AgKernels *
ag_kernels_best (void)
{
  return ag_kernels_list ()[0];
}

void
ag_kernels_pack (const AgKernels *kernels,
                 int k,
                 int n,
                 const ag_real *b,
                 ptrdiff_t row_stride,
                 ptrdiff_t column_stride,
                 int k_begin,
                 int k_end,
                 int panel_begin,
                 int panel_end,
                 ag_real *packed)
{
  int nr = kernels->nr;

  for (int panel = panel_begin; panel < panel_end; panel++)
    {
      ag_real *out = packed + ((ptrdiff_t) panel * k + k_begin) * nr;
      const ag_real *in = b + (ptrdiff_t) panel * nr * column_stride;
      int columns = n - panel * nr < nr ? n - panel * nr : nr;

      for (int p = k_begin; p < k_end; p++, in += row_stride, out += nr)
        {
          for (int j = 0; j < columns; j++)
            out[j] = in[j * column_stride];
          for (int j = columns; j < nr; j++)
            out[j] = 0;
        }
    }
}
