/* ag-covariates.c: what else images differ in, to be kept out of attributes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where, say, all photos of one collection are bluish and most of its people wear glasses, a plain
 * difference between those with and without glasses turns pictures blue.
 */
#include "ag-covariates.h"

#include <math.h>
#include <string.h>

/* A group of file names must hold this share of the images to count as a source. */
#define MIN_GROUP_SHARE 0.01

/* The letters a file's name begins with, if something else follows. */
static char *
name_group (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  gsize n = 0;

  while (g_ascii_isalpha (name[n]))
    n++;
  return n > 0 && name[n] != '.' && name[n] != '\0' ? g_strndup (name, n) : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The sources that are large enough, by name so that their order is always the same. */
static void
find_groups (AgCovariates *self, AgDataset *dataset)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  int n = ag_dataset_get_n_images (dataset);
  GHashTableIter iter;
  gpointer key, value;

  for (int i = 0; i < n; i++)
    {
      char *group = name_group (ag_dataset_get_name (dataset, i));
      gpointer count = group ? g_hash_table_lookup (counts, group) : NULL;

      if (group)
        g_hash_table_insert (counts, group, GINT_TO_POINTER (GPOINTER_TO_INT (count) + 1));
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (GPOINTER_TO_INT (value) >= MIN_GROUP_SHARE * n)
      g_ptr_array_add (self->names, g_strdup (key));
  g_ptr_array_sort (self->names, compare_names);
}

AgCovariates *
ag_covariates_new (AgDataset *dataset, gboolean backdrop)
{
  AgCovariates *self = g_new0 (AgCovariates, 1);
  int n = ag_dataset_get_n_images (dataset);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->group = g_new (int, n);
  find_groups (self, dataset);
  /* Many groups are no sources but a way of naming. */
  if (self->names->len > AG_MAX_COVARIATE_GROUPS)
    g_ptr_array_set_size (self->names, 0);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *group = name_group (ag_dataset_get_name (dataset, i));
      guint index;

      self->group[i] =
        group && g_ptr_array_find_with_equal_func (self->names, group, g_str_equal, &index)
          ? (int) index
          : -1;
    }
  self->n_groups = MAX (0, (int) self->names->len - 1);
  self->backdrop = backdrop;
  self->n = 3 + (backdrop ? 3 * AG_N_BACKDROP_PATCHES : 0) + (guint) self->n_groups;
  return self;
}

void
ag_covariates_free (AgCovariates *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->names);
  g_free (self->group);
  g_free (self);
}

/* Shares of the picture's width and height. */
typedef struct
{
  double left, top, right, bottom;
} Patch;

static const Patch whole = { 0, 0, 1, 1 };

/* Upper corners, and the sides beside the face: where a portrait shows its backdrop. */
static const Patch backdrop_patches[AG_N_BACKDROP_PATCHES] = { { 0, 0, 0.16, 0.1 },
                                                               { 0.84, 0, 1, 0.1 },
                                                               { 0, 0.31, 0.08, 0.69 },
                                                               { 0.92, 0.31, 1, 0.69 } };

static void
mean_colour (const ag_real *x, int height, int width, int channels, const Patch *patch, double *out)
{
  int left = (int) lround (patch->left * width), top = (int) lround (patch->top * height);
  int right = MAX ((int) lround (patch->right * width), left + 1);
  int bottom = MAX ((int) lround (patch->bottom * height), top + 1);
  double sum[3] = { 0 };

  for (int i = top; i < bottom; i++)
    for (int j = left; j < right; j++)
      for (int c = 0; c < 3; c++)
        sum[c] += (double) x[(i * width + j) * channels + (channels == 3 ? c : 0)];
  for (int c = 0; c < 3; c++)
    out[c] = sum[c] / ((right - left) * (bottom - top));
}

void
ag_covariates_get_colours (const ag_real *x, int height, int width, int channels, double *out)
{
  mean_colour (x, height, width, channels, &whole, out);
  for (int p = 0; p < AG_N_BACKDROP_PATCHES; p++)
    mean_colour (x, height, width, channels, &backdrop_patches[p], out + 3 + 3 * p);
}

void
ag_covariates_get (const AgCovariates *self, AgDataset *dataset, int image, double *out)
{
  int height = ag_dataset_get_height (dataset), width = ag_dataset_get_width (dataset);
  int channels = ag_dataset_get_channels (dataset);
  gsize n = (gsize) height * (gsize) width * (gsize) channels;
  int n_colours = self->backdrop ? AG_N_COVARIATE_COLOURS : 3;
  const guint8 *bytes = ag_dataset_get_bytes (dataset, image);
  g_autofree ag_real *x = g_new (ag_real, n);
  double colours[AG_N_COVARIATE_COLOURS];

  for (gsize i = 0; i < n; i++)
    x[i] = (ag_real) (bytes[i] / 255.0);
  ag_covariates_get_colours (x, height, width, channels, colours);
  memcpy (out, colours, (gsize) n_colours * sizeof *out);
  for (int g = 0; g < self->n_groups; g++)
    out[n_colours + g] = self->group[image] == g;
}
