/* ag-import.c: turning other programs' checkpoints into models
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Both published training programs reduce images to five bits unless told otherwise. */
#define DEFAULT_N_BITS 5

const AgArray *
ag_import_has (AgArchive *archive, const char *format, ...)
{
  g_autofree char *name = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  return ag_archive_find (archive, name);
}

const AgTensor *
ag_import_tensor (AgGlow *glow, const char *format, ...)
{
  g_autofree char *name = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  return ag_glow_find_tensor (glow, name);
}

gboolean
ag_import_vector (AgArchive *archive, const AgTensor *to, GError **error, const char *format, ...)
{
  const gint64 count = (gint64) to->count;
  g_autofree char *name = NULL;
  g_autofree ag_real *values = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  values = ag_archive_read (archive, name, 1, &count, error);
  if (!values)
    return FALSE;
  memcpy (to->values, values, to->count * sizeof *values);
  return TRUE;
}

static void
set_signs (AgGlow *glow)
{
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, i);
      if (g_str_has_suffix (tensor->name, ".sign"))
        for (size_t k = 0; k < tensor->count; k++)
          tensor->values[k] = 1;
    }
}

/* Shapes in a small file may claim a huge model; the numbers it holds cannot. What we add to those
 * in the file (edge kernels, scales of 1) is less than sixteen times as many. */
static gboolean
check_n_parameters (AgArchive *archive, const AgGlowConfig *config, GError **error)
{
  gsize in_file = 0;

  for (guint i = 0; i < archive->arrays->len; i++)
    in_file += ((AgArray *) archive->arrays->pdata[i])->count;
  if (ag_glow_config_n_parameters (config) / 16 > in_file)
    return ag_archive_corrupt (archive, error,
                               _ ("it holds fewer numbers than its architecture needs"));
  return TRUE;
}

AgGlow *
ag_import_new_glow (AgArchive *archive,
                    AgGlowConfig *config,
                    const AgImportOptions *options,
                    GError **error)
{
  AgFlowError flow_error;
  AgGlow *glow;

  if (options->image_size <= 0)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                   _ ("%s: the file does not say for which image size the model is; it has to be "
                      "given (--image-size)"),
                   archive->name);
      return NULL;
    }
  config->image_height = config->image_width = options->image_size;
  config->n_bits = options->n_bits > 0 ? options->n_bits : DEFAULT_N_BITS;
  if (ag_glow_config_check (config, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, archive->name);
      return NULL;
    }
  if (!check_n_parameters (archive, config, error))
    return NULL;
  if (ag_glow_new_zero (config, &glow, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, archive->name);
      return NULL;
    }
  set_signs (glow);
  return glow;
}

AgGlow *
ag_import_glow (GFile *file, const AgImportOptions *options, GError **error)
{
  g_autoptr (AgArchive) archive = ag_archive_open (file, error);
  AgFlowError flow_error;
  AgGlow *glow = NULL;

  if (!archive)
    return NULL;
  if (ag_archive_is_torch (archive))
    glow = ag_torch_scan (archive, error) ? ag_import_rosinality (archive, options, error) : NULL;
  else
    glow = ag_npz_scan (archive, error) ? ag_import_openai (archive, options, error) : NULL;
  if (glow && ag_glow_check (glow, &flow_error) != AG_OK)
    {
      ag_archive_corrupt (archive, error, "%s", flow_error.message);
      g_clear_pointer (&glow, ag_glow_free);
    }
  return glow;
}

AgModel *
ag_model_import (GFile *file, int image_size, int n_bits, GError **error)
{
  AgImportOptions options = { .image_size = image_size, .n_bits = n_bits };
  AgGlow *glow = ag_import_glow (file, &options, error);
  g_autofree char *base = g_file_get_basename (file);
  AgModel *model;

  if (!glow)
    return NULL;
  model = ag_model_new (glow);
  g_hash_table_insert (model->facts, g_strdup ("imported_from"),
                       g_filename_display_name (base ? base : ""));
  return model;
}
