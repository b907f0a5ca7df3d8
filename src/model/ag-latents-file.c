/* ag-latents-file.c: latents and preprocessed images as safetensors files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-latents-file.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-model.h"
#include "ag-safetensors.h"

/* One part of every vector: [height][width][channels] numbers that begin at @offset in vectors
 * that are @stride long. */
typedef struct
{
  int n, height, width, channels;
  gsize offset, stride;
} Part;

static Part
level_part (const AgGlowConfig *config, int level, int n)
{
  AgGlowLevel l = ag_glow_config_level (config, level);
  Part part = {
    n, l.height, l.width, l.eps_channels, l.eps_offset, ag_glow_config_n_dims (config)
  };
  return part;
}

static Part
image_part (const AgGlowConfig *config, int n)
{
  Part part = { n, config->image_height,          config->image_width, config->channels,
                0, ag_glow_config_n_dims (config) };
  return part;
}

/* Copies between [n][stride] with the channels last and [n,C,H,W]. */
static void
convert (const Part *part, float *last, float *first, gboolean to_first)
{
  gsize n_pixels = (gsize) part->height * (gsize) part->width;
  gsize channels = (gsize) part->channels;

  for (gsize i = 0; i < (gsize) part->n; i++)
    for (gsize p = 0; p < n_pixels; p++)
      for (gsize c = 0; c < channels; c++)
        {
          float *a = &last[i * part->stride + part->offset + p * channels + c];
          float *b = &first[(i * channels + c) * n_pixels + p];
          if (to_first)
            *b = *a;
          else
            *a = *b;
        }
}

static void
add_part (AgSafetensorsWriter *writer, const char *name, const Part *part, const float *vectors)
{
  const gint64 dims[] = { part->n, part->channels, part->height, part->width };
  float *values = g_new (float, (gsize) dims[0] * (gsize) (dims[1] * dims[2] * dims[3]));

  convert (part, (float *) vectors, values, TRUE);
  ag_safetensors_writer_take (writer, name, AG_DTYPE_F32, values, AG_DTYPE_F32, 4, dims);
}

/* Returns the tensor if it fits @part; part->n is taken from the file if it is 0. */
static const AgSafetensor *
find_part (AgSafetensors *file, const char *name, Part *part, GError **error)
{
  const gint64 dims[] = { part->n > 0 ? part->n : -1, part->channels, part->height, part->width };
  const AgSafetensor *tensor = ag_safetensors_require (file, name, 4, dims, error);

  if (!tensor)
    return NULL;
  if (tensor->dims[0] < 1 || tensor->dims[0] > G_MAXINT)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, _ ("%s: it is empty"),
                   ag_safetensors_get_name (file));
      return NULL;
    }
  part->n = (int) tensor->dims[0];
  return tensor;
}

static gboolean
set_no_memory (AgSafetensors *file, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("%s: there is not enough memory for it"),
               ag_safetensors_get_name (file));
  return FALSE;
}

static gboolean
read_part (AgSafetensors *file,
           const AgSafetensor *tensor,
           const Part *part,
           float *vectors,
           GError **error)
{
  g_autofree float *values = g_try_new (float, tensor->count);

  if (!values)
    return set_no_memory (file, error);
  ag_safetensor_read_float (tensor, values);
  for (gsize i = 0; i < tensor->count; i++)
    if (!isfinite (values[i]))
      {
        g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT,
                     _ ("%s: the tensor “%s” has numbers that are not finite"),
                     ag_safetensors_get_name (file), tensor->name);
        return FALSE;
      }
  convert (part, vectors, values, FALSE);
  return TRUE;
}

/* One tensor per level. */
static void
add_levels (AgSafetensorsWriter *writer,
            const char *prefix,
            const AgGlowConfig *config,
            int n,
            const float *vectors)
{
  for (int i = 0; i < config->levels; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d", prefix, i);
      Part part = level_part (config, i, n);

      add_part (writer, name, &part, vectors);
    }
}

gboolean
ag_latents_save (GFile *file,
                 const AgGlowConfig *config,
                 int n,
                 const float *eps,
                 const float *low,
                 const double *bits_per_dim,
                 GError **error)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  const gint64 count = n;

  ag_safetensors_writer_set_metadata (writer, "format", "afterglow-latents");
  add_levels (writer, "eps", config, n, eps);
  if (low)
    add_levels (writer, "low", config, n, low);
  ag_safetensors_writer_add (writer, "bits_per_dim", AG_DTYPE_F64, bits_per_dim, AG_DTYPE_F64, 1,
                             &count);
  return ag_safetensors_writer_write (writer, file, error);
}

static gboolean
read_bits_per_dim (AgSafetensors *file, int n, double **bits_per_dim, GError **error)
{
  const gint64 count = n;
  const AgSafetensor *tensor;

  *bits_per_dim = NULL;
  if (!ag_safetensors_find (file, "bits_per_dim"))
    return TRUE;
  tensor = ag_safetensors_require (file, "bits_per_dim", 1, &count, error);
  if (!tensor)
    return FALSE;
  *bits_per_dim = g_new (double, n);
  ag_safetensor_read_double (tensor, *bits_per_dim);
  return TRUE;
}

/* All levels must be there and have the same number of latents (of the file if *n is 0) before
 * memory is taken. */
static gboolean
check_levels (AgSafetensors *file,
              const char *prefix,
              const AgGlowConfig *config,
              int *n,
              GError **error)
{
  g_autofree char *beyond = g_strdup_printf ("%s.%d", prefix, config->levels);

  for (int i = 0; i < config->levels; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d", prefix, i);
      Part part = level_part (config, i, *n);
      if (!find_part (file, name, &part, error))
        return FALSE;
      *n = part.n;
    }
  if (!ag_safetensors_find (file, beyond))
    return TRUE;
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT,
               _ ("%s: it has more levels than the model"), ag_safetensors_get_name (file));
  return FALSE;
}

static float *
read_levels (AgSafetensors *file,
             const char *prefix,
             const AgGlowConfig *config,
             int *n,
             GError **error)
{
  g_autofree float *vectors = NULL;

  if (!check_levels (file, prefix, config, n, error))
    return NULL;
  vectors = g_try_new (float, (gsize) (*n) * ag_glow_config_n_dims (config));
  if (!vectors)
    {
      set_no_memory (file, error);
      return NULL;
    }
  for (int i = 0; i < config->levels; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d", prefix, i);
      Part part = level_part (config, i, *n);

      if (!read_part (file, ag_safetensors_find (file, name), &part, vectors, error))
        return NULL;
    }
  return g_steal_pointer (&vectors);
}

float *
ag_latents_load (GFile *file,
                 const AgGlowConfig *config,
                 int *n,
                 float **low,
                 double **bits_per_dim,
                 GError **error)
{
  g_autoptr (AgSafetensors) source = ag_safetensors_open (file, error);
  g_autofree float *eps = NULL, *rest = NULL;

  *n = 0;
  if (!source || !(eps = read_levels (source, "eps", config, n, error)))
    return NULL;
  if (low && ag_safetensors_find (source, "low.0") &&
      !(rest = read_levels (source, "low", config, n, error)))
    return NULL;
  if (bits_per_dim && !read_bits_per_dim (source, *n, bits_per_dim, error))
    return NULL;
  if (low)
    *low = g_steal_pointer (&rest);
  return g_steal_pointer (&eps);
}

gboolean
ag_values_save (GFile *file, const AgGlowConfig *config, int n, const float *values, GError **error)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  Part part = image_part (config, n);

  add_part (writer, "image", &part, values);
  return ag_safetensors_writer_write (writer, file, error);
}

float *
ag_values_load (GFile *file, const AgGlowConfig *config, int *n, GError **error)
{
  g_autoptr (AgSafetensors) source = ag_safetensors_open (file, error);
  Part part = image_part (config, 0);
  const AgSafetensor *tensor = source ? find_part (source, "image", &part, error) : NULL;
  g_autofree float *values = NULL;

  if (!tensor)
    return NULL;
  values = g_try_new (float, tensor->count);
  if (!values)
    {
      set_no_memory (source, error);
      return NULL;
    }
  if (!read_part (source, tensor, &part, values, error))
    return NULL;
  *n = part.n;
  return g_steal_pointer (&values);
}
