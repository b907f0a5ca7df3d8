/* ag-cli-bench.h: measuring one case of `bench`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli.h"

G_BEGIN_DECLS

/**
 * AgCliBenchCase:
 * @name: as it was given
 * @model: (nullable): measured as it is, and not trained; %NULL for a fresh one of @config
 * @config: the shape
 * @batch: images per training step
 */
typedef struct
{
  const char *name;
  AgModel *model;
  AgGlowConfig config;
  int batch;
} AgCliBenchCase;

/**
 * AgCliBenchResult:
 * @train_seconds: of a step, gradient and optimizer; 0 if it was not measured
 * @encode_seconds: of one image
 * @decode_seconds: of one image
 * @gradient: how training remembered: "stored" or "reversed"
 */
typedef struct
{
  double train_seconds, encode_seconds, decode_seconds;
  const char *gradient;
} AgCliBenchResult;

/**
 * ag_cli_bench_best:
 * @runs: at least so many
 *
 * Returns: seconds of the fastest run
 */
double ag_cli_bench_best (int runs, GFunc function, gpointer data);

/**
 * ag_cli_bench_choose_sgemm:
 * @argv: the command and what follows it, ended by %NULL
 *
 * Where OpenBLAS does not know the processor and would use the loops of one twenty years old, runs
 * the program again with OPENBLAS_CORETYPE set to one that has the same instructions: the yardstick
 * is to be the best that the machine can do. To be called first; may not return.
 */
void ag_cli_bench_choose_sgemm (char **argv);

/* OpenBLAS' name for the loops it uses. */
const char *ag_cli_bench_sgemm_kernel (void);

/**
 * ag_cli_bench_measure_sgemm:
 *
 * Returns: the rate of a large single-precision matrix product, in 10^9 floating-point operations a
 *   second, a multiply-add being two
 */
double ag_cli_bench_measure_sgemm (int threads);

gboolean ag_cli_bench_measure (AgCli *cli,
                               const AgCliBenchCase *bench_case,
                               AgGradientMode mode,
                               AgCliBenchResult *result,
                               GError **error);

G_END_DECLS
