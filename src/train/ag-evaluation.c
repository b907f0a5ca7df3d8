/* ag-evaluation.c: how good a model is, in a number and in a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-evaluation.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-image.h"
#include "ag-model.h"
#include "ag-train-state.h"
#include "ag-trainer.h"

/* Streams of random numbers, apart from those of ag-batches.c. */
#define STREAM_NOISE(image) (G_GUINT64_CONSTANT (0x10) << 56 | (guint64) (image))

#define TEMPERATURE 0.7
#define GAP         2 /* pixels between the images of a grid */

/* A model ready to be run, with room for a batch. */
typedef struct
{
  AgFlow *flow;
  AgScratch *scratch;
  int batch;
  gsize n_dims;
  ag_real *x, *eps, *noise;
  int *classes;
  double *log_p;
} Runner;

static void
runner_clear (Runner *self)
{
  ag_scratch_free (self->scratch);
  ag_flow_free (self->flow);
  g_free (self->x);
  g_free (self->eps);
  g_free (self->noise);
  g_free (self->classes);
  g_free (self->log_p);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Runner, runner_clear)

/* A model that has run away is told from other failures: training goes on and will roll back. */
static gboolean
set_flow_error (GError **error, const AgFlowError *flow_error)
{
  if (ag_train_status_is_divergence (flow_error->status))
    g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_DIVERGED, flow_error->message);
  else
    ag_error_from_flow (error, flow_error, _ ("Evaluation"));
  return FALSE;
}

static gboolean
runner_init (Runner *self, const AgGlow *glow, AgPool *pool, int batch, GError **error)
{
  AgFlowError flow_error;
  gsize n;

  self->batch = batch;
  self->n_dims = ag_glow_n_dims (glow);
  n = (gsize) batch * self->n_dims;
  if (ag_flow_new (glow, &self->flow, &flow_error) != AG_OK ||
      ag_scratch_new (self->flow, batch, pool, &self->scratch, &flow_error) != AG_OK)
    return set_flow_error (error, &flow_error);
  self->x = g_try_new (ag_real, n);
  self->eps = g_try_new (ag_real, n);
  self->noise = g_try_new (ag_real, self->n_dims);
  self->classes = g_try_new0 (int, (gsize) batch);
  self->log_p = g_try_new (double, (gsize) batch);
  if (self->x && self->eps && self->noise && self->classes && self->log_p)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Not enough memory to evaluate"));
  return FALSE;
}

static const int *
classes_or_null (const Runner *self)
{
  return ag_flow_config (self->flow)->classes > 0 ? self->classes : NULL;
}

static void
put_image (Runner *self, AgDataset *dataset, int image, int position, guint64 seed)
{
  ag_random_uniform (seed, STREAM_NOISE (image), self->noise, self->n_dims);
  ag_values_from_bytes (ag_dataset_get_bytes (dataset, image), self->n_dims,
                        ag_flow_config (self->flow)->n_bits, self->noise,
                        self->x + (gsize) position * self->n_dims);
  self->classes[position] = MAX (ag_dataset_get_class (dataset, image), 0);
}

gboolean
ag_evaluate_held_out (const AgGlow *glow,
                      AgDataset *dataset,
                      AgPool *pool,
                      int batch,
                      int limit,
                      guint64 seed,
                      const atomic_bool *cancel,
                      double *bits_per_dim,
                      GError **error)
{
  g_auto (Runner) runner = { 0 };
  int n_held_out;
  const int *held_out = ag_dataset_get_indices (dataset, AG_DATASET_HELD_OUT, &n_held_out);
  int n = MIN (n_held_out, limit);
  AgFlowError flow_error;
  double sum = 0;

  *bits_per_dim = NAN;
  if (n == 0)
    return TRUE;
  if (!runner_init (&runner, glow, pool, MIN (batch, n), error))
    return FALSE;
  for (int first = 0; first < n; first += runner.batch)
    {
      int count = MIN (runner.batch, n - first);

      for (int i = 0; i < count; i++)
        put_image (&runner, dataset, held_out[(gint64) (first + i) * n_held_out / n], i, seed);
      if (ag_flow_encode (runner.flow, runner.scratch, count, runner.x, classes_or_null (&runner),
                          runner.eps, runner.log_p, cancel, &flow_error) != AG_OK)
        return set_flow_error (error, &flow_error);
      for (int i = 0; i < count; i++)
        sum += ag_train_bits_per_dim (ag_flow_config (runner.flow), runner.log_p[i]);
    }
  *bits_per_dim = sum / n;
  return TRUE;
}

/* Pixels of a grid of @n images, black between them. */
typedef struct
{
  int columns, rows, width, height;
  guint8 *pixels;
} Grid;

static void
grid_put (const Grid *grid, const AgGlowConfig *config, int index, const guint8 *bytes)
{
  int left = index % grid->columns * (config->image_width + GAP);
  int top = index / grid->columns * (config->image_height + GAP);

  for (int y = 0; y < config->image_height; y++)
    for (int x = 0; x < config->image_width; x++)
      {
        guint8 *out =
          grid->pixels + ((gsize) (top + y) * (gsize) grid->width + (gsize) (left + x)) * 3;
        const guint8 *from = bytes + (y * config->image_width + x) * config->channels;

        for (int c = 0; c < 3; c++)
          out[c] = from[config->channels == 3 ? c : 0];
      }
}

static gboolean
grid_init (Grid *grid, const AgGlowConfig *config, int n, GError **error)
{
  grid->columns = (int) ceil (sqrt (n));
  grid->rows = (n + grid->columns - 1) / grid->columns;
  grid->width = grid->columns * (config->image_width + GAP) - GAP;
  grid->height = grid->rows * (config->image_height + GAP) - GAP;
  grid->pixels = g_try_malloc0_n ((gsize) grid->width * 3, (gsize) grid->height);
  if (grid->pixels != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Not enough memory for samples"));
  return FALSE;
}

static gboolean
draw_batch (Runner *runner,
            const Grid *grid,
            int first,
            int count,
            guint64 seed,
            const atomic_bool *cancel,
            GError **error)
{
  const AgGlowConfig *config = ag_flow_config (runner->flow);
  double temperatures[AG_MAX_LEVELS];
  g_autofree guint8 *bytes = g_malloc (runner->n_dims);
  AgFlowError flow_error;

  for (int l = 0; l < AG_MAX_LEVELS; l++)
    temperatures[l] = TEMPERATURE;
  for (int i = 0; i < count; i++)
    {
      ag_flow_sample_eps (config, seed + (guint64) (first + i), temperatures,
                          runner->eps + (gsize) i * runner->n_dims);
      runner->classes[i] = config->classes > 0 ? (first + i) % config->classes : 0;
    }
  if (ag_flow_decode (runner->flow, runner->scratch, count, runner->eps, classes_or_null (runner),
                      runner->x, cancel, &flow_error) != AG_OK)
    return set_flow_error (error, &flow_error);
  for (int i = 0; i < count; i++)
    {
      ag_bytes_from_values (runner->x + (gsize) i * runner->n_dims, runner->n_dims, bytes);
      grid_put (grid, config, first + i, bytes);
    }
  return TRUE;
}

gboolean
ag_draw_samples (const AgGlow *glow,
                 AgPool *pool,
                 int batch,
                 int n,
                 guint64 seed,
                 GFile *file,
                 const atomic_bool *cancel,
                 GError **error)
{
  g_auto (Runner) runner = { 0 };
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (AgImage) image = NULL;
  Grid grid;

  if (!runner_init (&runner, glow, pool, MIN (batch, n), error) ||
      !grid_init (&grid, ag_flow_config (runner.flow), n, error))
    return FALSE;
  pixels = g_bytes_new_take (grid.pixels, (gsize) grid.width * (gsize) grid.height * 3);
  for (int first = 0; first < n; first += runner.batch)
    if (!draw_batch (&runner, &grid, first, MIN (runner.batch, n - first), seed, cancel, error))
      return FALSE;
  image = ag_image_new (grid.width, grid.height, pixels);
  return ag_image_save (image, file, 0, NULL, NULL, error);
}
