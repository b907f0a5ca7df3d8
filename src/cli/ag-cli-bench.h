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

gboolean ag_cli_bench_measure (AgCli *cli,
                               const AgCliBenchCase *bench_case,
                               AgGradientMode mode,
                               AgCliBenchResult *result,
                               GError **error);

G_END_DECLS
