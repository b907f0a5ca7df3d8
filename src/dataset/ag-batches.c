/* ag-batches.c: the batches of a training run, each a function of seed and step
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-batches.h"

#include <pthread.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-random.h"

/* Random numbers of different use come from different streams. The low 56 bits are the epoch for
 * orders, else the step. */
#define STREAM(use, position) (((guint64) (use) << 56) | ((position) &0xffffffffffffffu))

enum
{
  USE_ORDER = 1,
  USE_NOISE,
  USE_AUGMENT,
};

/* Draws of USE_AUGMENT for each image of a batch. */
enum
{
  DRAW_FLIP,
  DRAW_SHIFT_X,
  DRAW_SHIFT_Y,
  DRAW_BRIGHTNESS,
  N_DRAWS,
};

struct AgBatches
{
  AgDataset *dataset;
  AgBatchOptions options;
  const int *indices; /* of the training images */
  int n_indices;
  gsize n_values; /* of one image */

  /* Of the thread alone, while it prepares. */
  int *order; /* indices in the order of @order_epoch */
  guint64 order_epoch;
  gboolean has_order;
  ag_real *noise;
  guint8 *bytes;

  /* The caller uses one batch while the thread prepares the other. */
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  AgBatch batches[2];
  int preparing;     /* which batch is the thread's; guarded by mutex, as what follows */
  gboolean is_ready; /* it holds wanted_step */
  guint64 wanted_step;
  guint64 generation; /* counts wishes, so that one that is outdated is noticed */
  gboolean quit;
};

static void
shuffle_epoch (AgBatches *self, guint64 epoch)
{
  if (self->has_order && self->order_epoch == epoch)
    return;
  memcpy (self->order, self->indices, (gsize) self->n_indices * sizeof (int));
  ag_random_shuffle (self->options.seed, STREAM (USE_ORDER, epoch), self->order, self->n_indices);
  self->order_epoch = epoch;
  self->has_order = TRUE;
}

static double
draw (AgBatches *self, guint64 step, int position, int which)
{
  guint64 index = (guint64) position * N_DRAWS + (guint64) which;
  guint64 bits = ag_random_bits (self->options.seed, STREAM (USE_AUGMENT, step), index);

  return (double) (bits >> 11) * 0x1p-53;
}

/* Copies an image, mirrored and moved by (dx, dy) pixels; beyond an edge the edge is repeated. */
static void
copy_moved (AgBatches *self, const guint8 *from, gboolean mirror, int dx, int dy)
{
  int height = ag_dataset_get_height (self->dataset);
  int width = ag_dataset_get_width (self->dataset);
  int channels = ag_dataset_get_channels (self->dataset);
  guint8 *out = self->bytes;

  for (int y = 0; y < height; y++)
    {
      const guint8 *row = from + (gsize) CLAMP (y - dy, 0, height - 1) * (gsize) (width * channels);

      for (int x = 0; x < width; x++)
        {
          int source = CLAMP (x - dx, 0, width - 1);

          source = mirror ? width - 1 - source : source;
          for (int c = 0; c < channels; c++)
            *out++ = row[source * channels + c];
        }
    }
}

static void
brighten (guint8 *bytes, gsize n, double factor)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) CLAMP ((int) (factor * bytes[i] + 0.5), 0, 255);
}

static void
prepare_image (AgBatches *self, AgBatch *batch, int position)
{
  const AgBatchOptions *options = &self->options;
  const guint8 *bytes = ag_dataset_get_bytes (self->dataset, batch->images[position]);
  guint64 step = batch->step;
  gboolean mirror = options->flip && draw (self, step, position, DRAW_FLIP) < 0.5;
  int range = 2 * options->shift + 1;
  int dx = (int) (draw (self, step, position, DRAW_SHIFT_X) * range) - options->shift;
  int dy = (int) (draw (self, step, position, DRAW_SHIFT_Y) * range) - options->shift;
  gsize offset = (gsize) position * self->n_values;

  if (mirror || dx != 0 || dy != 0 || options->brightness > 0)
    {
      copy_moved (self, bytes, mirror, dx, dy);
      bytes = self->bytes;
    }
  if (options->brightness > 0)
    brighten (self->bytes, self->n_values,
              1 + options->brightness * (2 * draw (self, step, position, DRAW_BRIGHTNESS) - 1));
  ag_values_from_bytes (bytes, self->n_values, options->n_bits, self->noise + offset,
                        batch->x + offset);
}

static void
prepare (AgBatches *self, AgBatch *batch, guint64 step)
{
  guint64 n = (guint64) self->n_indices;
  guint64 first = step * (guint64) self->options.batch;

  batch->step = step;
  ag_random_uniform (self->options.seed, STREAM (USE_NOISE, step), self->noise,
                     (gsize) self->options.batch * self->n_values);
  for (int i = 0; i < self->options.batch; i++)
    {
      guint64 position = first + (guint64) i;

      shuffle_epoch (self, position / n);
      batch->images[i] = self->order[position % n];
      if (batch->classes != NULL)
        batch->classes[i] = ag_dataset_get_class (self->dataset, batch->images[i]);
      prepare_image (self, batch, i);
    }
}

static void *
loader_thread (void *data)
{
  AgBatches *self = data;

  pthread_mutex_lock (&self->mutex);
  while (!self->quit)
    {
      guint64 step = self->wanted_step, generation = self->generation;
      AgBatch *batch = &self->batches[self->preparing];

      if (self->is_ready)
        {
          pthread_cond_wait (&self->changed, &self->mutex);
          continue;
        }
      pthread_mutex_unlock (&self->mutex);
      prepare (self, batch, step);
      pthread_mutex_lock (&self->mutex);
      if (generation == self->generation)
        {
          self->is_ready = TRUE;
          pthread_cond_broadcast (&self->changed);
        }
    }
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

const AgBatch *
ag_batches_get (AgBatches *self, guint64 step)
{
  const AgBatch *batch;

  pthread_mutex_lock (&self->mutex);
  if (self->wanted_step != step)
    {
      self->wanted_step = step;
      self->generation++;
      self->is_ready = FALSE;
      pthread_cond_broadcast (&self->changed);
    }
  while (!self->is_ready)
    pthread_cond_wait (&self->changed, &self->mutex);
  batch = &self->batches[self->preparing];
  self->preparing = 1 - self->preparing;
  self->wanted_step = step + 1;
  self->generation++;
  self->is_ready = FALSE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  return batch;
}

static void
free_memory (AgBatches *self)
{
  for (int i = 0; i < 2; i++)
    {
      g_free (self->batches[i].x);
      g_free (self->batches[i].classes);
      g_free (self->batches[i].images);
    }
  g_free (self->order);
  g_free (self->noise);
  g_free (self->bytes);
  ag_dataset_unref (self->dataset);
  g_free (self);
}

static gboolean
allocate (AgBatches *self)
{
  gsize batch = (gsize) self->options.batch;
  gboolean has_classes = ag_dataset_get_n_classes (self->dataset) > 0;
  gboolean ok;

  self->order = g_try_new (int, (gsize) self->n_indices);
  self->noise = g_try_new (ag_real, batch * self->n_values);
  self->bytes = g_try_malloc (self->n_values);
  ok = self->order && self->noise && self->bytes;
  for (int i = 0; i < 2; i++)
    {
      self->batches[i].x = g_try_new (ag_real, batch * self->n_values);
      self->batches[i].images = g_try_new (int, batch);
      self->batches[i].classes = has_classes ? g_try_new (int, batch) : NULL;
      ok = ok && self->batches[i].x && self->batches[i].images &&
           (self->batches[i].classes || !has_classes);
    }
  return ok;
}

AgBatches *
ag_batches_new (AgDataset *dataset, const AgBatchOptions *options, GError **error)
{
  AgBatches *self = g_new0 (AgBatches, 1);
  int code;

  self->dataset = ag_dataset_ref (dataset);
  self->options = *options;
  self->indices = ag_dataset_get_indices (dataset, AG_DATASET_TRAINING, &self->n_indices);
  self->n_values = (gsize) ag_dataset_get_height (dataset) *
                   (gsize) ag_dataset_get_width (dataset) *
                   (gsize) ag_dataset_get_channels (dataset);
  if (self->n_indices == 0 || options->batch < 1 || options->batch > 4096)
    {
      g_set_error_literal (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
                           self->n_indices == 0 ? _ ("No pictures are left to train on")
                                                : _ ("A batch has 1 to 4096 pictures"));
      free_memory (self);
      return NULL;
    }
  if (!allocate (self))
    {
      g_set_error_literal (error, AG_DATASET_ERROR, AG_DATASET_ERROR_MEMORY,
                           _ ("Not enough memory for a batch of pictures"));
      free_memory (self);
      return NULL;
    }
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->changed, NULL);
  code = pthread_create (&self->thread, NULL, loader_thread, self);
  if (code != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Cannot start a thread: %s"),
                   g_strerror (code));
      pthread_cond_destroy (&self->changed);
      pthread_mutex_destroy (&self->mutex);
      free_memory (self);
      return NULL;
    }
  return self;
}

void
ag_batches_free (AgBatches *self)
{
  if (self == NULL)
    return;
  pthread_mutex_lock (&self->mutex);
  self->quit = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->mutex);
  pthread_join (self->thread, NULL);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
  free_memory (self);
}
