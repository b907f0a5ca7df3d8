/* ag-cli-bench-sgemm.c: the yardstick of `bench`: the machine's own matrix product
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <cblas.h>
#include <string.h>
#include <unistd.h>

#include "ag-cli-bench.h"

/* Large enough that the rate no longer grows with it. */
#define SGEMM_SIZE 2048

#define CORE_VARIABLE "OPENBLAS_CORETYPE"
/* What OpenBLAS takes an x86 processor for that is newer than it knows: a fifth of the speed. */
#define CORE_OF_UNKNOWN "Prescott"

/* OpenBLAS' name for a processor with this one's instructions. */
static const char *
find_core (void)
{
#if defined __x86_64__ || defined __i386__
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq"))
    return "SkylakeX";
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    return "Haswell";
#endif
  return NULL;
}

void
ag_cli_bench_choose_sgemm (char **argv)
{
  const char *core = find_core ();
  g_autoptr (GPtrArray) again = g_ptr_array_new ();

  if (core == NULL || g_getenv (CORE_VARIABLE) ||
      strcmp (openblas_get_corename (), CORE_OF_UNKNOWN))
    return;
  g_ptr_array_add (again, (gpointer) "afterglow-cli");
  for (; *argv != NULL; argv++)
    g_ptr_array_add (again, *argv);
  g_ptr_array_add (again, NULL);
  /* OpenBLAS reads it once, when it is loaded. */
  g_setenv (CORE_VARIABLE, core, TRUE);
  execv ("/proc/self/exe", (char **) again->pdata);
  /* Only where there is no /proc: sgemm_kernel in the result says what was compared with. */
  g_unsetenv (CORE_VARIABLE);
}

const char *
ag_cli_bench_sgemm_kernel (void)
{
  return openblas_get_corename ();
}

static void
multiply (gpointer data, gpointer unused)
{
  float *a = data, *b = a + SGEMM_SIZE * SGEMM_SIZE, *c = b + SGEMM_SIZE * SGEMM_SIZE;

  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, SGEMM_SIZE, SGEMM_SIZE, SGEMM_SIZE, 1, a,
               SGEMM_SIZE, b, SGEMM_SIZE, 0, c, SGEMM_SIZE);
}

double
ag_cli_bench_measure_sgemm (int threads)
{
  const double operations = 2.0 * SGEMM_SIZE * SGEMM_SIZE * SGEMM_SIZE;
  float *matrices = g_new (float, 3 * SGEMM_SIZE * SGEMM_SIZE);
  double seconds;

  for (gsize i = 0; i < 3 * SGEMM_SIZE * SGEMM_SIZE; i++)
    matrices[i] = (float) (i % 17) / 17;
  openblas_set_num_threads (threads);
  seconds = ag_cli_bench_best (3, multiply, matrices);
  /* The flow has threads of its own. */
  openblas_set_num_threads (1);
  g_free (matrices);
  return operations / seconds / 1e9;
}
