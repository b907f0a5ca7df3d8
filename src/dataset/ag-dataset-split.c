/* ag-dataset-split.c: which images are for training and which are held out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

/* FNV-1a's idea on words of 8 bytes: enough to notice a change, and as fast as memory. */
guint64
ag_dataset_hash (guint64 hash, const void *bytes, gsize n)
{
  const guint8 *p = bytes;

  for (; n >= 8; n -= 8, p += 8)
    {
      guint64 word;

      memcpy (&word, p, 8);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x100000001b3);
      hash ^= hash >> 29;
    }
  for (; n > 0; n--, p++)
    hash = (hash ^ *p) * G_GUINT64_CONSTANT (0x100000001b3);
  return hash;
}

/* Uniform in [0, 1) and the same for the same seed and name wherever the folder lies. The last
 * lines are the finalizer of splitmix64 (Steele et al. 2014): FNV's high bits alone are poor. */
static double
draw_from_name (guint64 seed, const char *name)
{
  guint64 hash = ag_dataset_hash (AG_DATASET_HASH_START, &seed, sizeof seed);

  hash = ag_dataset_hash (hash, name, strlen (name));
  hash = (hash ^ (hash >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  hash = (hash ^ (hash >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  hash ^= hash >> 31;
  return (double) (hash >> 11) * 0x1p-53;
}

static void
put_into_part (AgDataset *self, AgDatasetPart part, int image)
{
  self->parts[part][self->n_parts[part]++] = image;
}

/* The first of the images that look like this one: the images that have the same one stay
 * together. */
static int
get_first_alike (AgDataset *self, int image)
{
  int found = self->found[image];

  return self->alike != NULL && self->alike[found] >= 0 ? self->alike[found] : found;
}

/* Images that look alike are held out if all of them would be: then one that comes later never
 * takes those that have been trained on to the other side. Of a few images a small share may be
 * none: then what would come first is held out, unless nothing would be left. */
static void
split_by_share (AgDataset *self, double share, guint64 seed)
{
  g_autofree double *draws = g_new0 (double, (gsize) self->n_found);
  double lowest = 1;
  int forced = -1, n_apart = 0;

  for (int i = 0; i < self->n_images; i++)
    {
      double *draw = &draws[get_first_alike (self, i)];

      n_apart += *draw == 0;
      *draw = MAX (*draw, draw_from_name (seed, ag_dataset_get_name (self, i)));
    }
  for (int i = 0; i < self->n_images; i++)
    if (draws[get_first_alike (self, i)] < lowest)
      {
        forced = get_first_alike (self, i);
        lowest = draws[forced];
      }
  if (share <= 0 || n_apart < 2 || lowest < share)
    forced = -1;
  for (int i = 0; i < self->n_images; i++)
    {
      int first = get_first_alike (self, i);

      put_into_part (
        self, draws[first] < share || first == forced ? AG_DATASET_HELD_OUT : AG_DATASET_TRAINING,
        i);
    }
}

int
ag_dataset_get_given_part (AgDataset *self, int found)
{
  int index;

  if (self->packed != NULL)
    return ag_packed_images_locate (self->packed, found, &index)->held_out;
  return self->file_parts ? self->file_parts[found] : 0;
}

void
ag_dataset_split (AgDataset *self, double share, guint64 seed)
{
  int counts[3] = { 0 };

  for (int part = 0; part < 2; part++)
    self->parts[part] = g_new (int, (gsize) self->n_images);
  for (int i = 0; i < self->n_images; i++)
    counts[ag_dataset_get_given_part (self, self->found[i])]++;
  if (counts[1] + counts[2] == 0)
    {
      split_by_share (self, share, seed);
      return;
    }
  for (int i = 0; i < self->n_images; i++)
    {
      int part = ag_dataset_get_given_part (self, self->found[i]);

      if (part == 0)
        put_into_part (self, AG_DATASET_TRAINING, i);
      else if (part == 1 || counts[1] == 0)
        put_into_part (self, AG_DATASET_HELD_OUT, i);
    }
}
