/* ag-import-openai.c: models of the program published with the Glow paper
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arrays under the variable names of its graph (github.com/openai/glow, model.py and tfops.py):
 *
 *   model/L/K/actnorm_center/b, actnorm_scale/logs       y = (x + b) exp (3 logs)
 *   model/L/K/invconv/W, or P, L, sign_S, log_S, U, or shuffle/indices, or nothing: reversed
 *   model/L/K/f1/l_1/W [3,3,c+1,w], l_2/W [1,1,w,w]      each with actnorm_center, actnorm_scale
 *   model/L/K/f1/l_last/W [3,3,w+1,out], b, logs
 *   model/poolL/conv/W [3,3,c+1,2c], b, logs             the split after level L
 *   model/prior/p/W [3,3,2C+1,2C], b, logs               if the top prior is learned
 *   model/prior/y_emb/W [classes,2C], b, logs            if it is conditional
 *
 * The last input channel of every 3×3 convolution is the indicator of the padding, which is our
 * edge kernel; all else is already as we have it.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-import.h"

/* Splits W [3,3,in+1,out] into a weight and an edge kernel; @weight may be %NULL for the top prior,
 * whose input is zero. */
static gboolean
import_conv (AgArchive *archive,
             const char *name,
             int in,
             const AgTensor *weight,
             const AgTensor *edge,
             GError **error)
{
  gsize out = (gsize) edge->dims[2];
  const gint64 dims[] = { 3, 3, in + 1, edge->dims[2] };
  g_autofree char *full = g_strconcat (name, "/W", NULL);
  g_autofree ag_real *values = ag_archive_read (archive, full, 4, dims, error);

  if (!values)
    return FALSE;
  for (gsize tap = 0; tap < 9; tap++)
    {
      const ag_real *from = values + tap * (gsize) (in + 1) * out;
      for (gsize i = 0; weight && i < (gsize) in * out; i++)
        weight->values[tap * (gsize) in * out + i] = from[i];
      for (gsize o = 0; o < out; o++)
        edge->values[tap * out + o] = from[(gsize) in * out + o];
    }
  return TRUE;
}

/* A convolution that starts at zero: edge, bias and scale, and but for the prior a weight. */
static gboolean
import_zero_conv (AgArchive *archive,
                  AgGlow *glow,
                  const char *name,
                  const char *ours,
                  int in,
                  gboolean has_weight,
                  GError **error)
{
  const AgTensor *weight = has_weight ? ag_import_tensor (glow, "%s.weight", ours) : NULL;

  return import_conv (archive, name, in, weight, ag_import_tensor (glow, "%s.edge", ours), error) &&
         ag_import_vector (archive, ag_import_tensor (glow, "%s.bias", ours), error, "%s/b",
                           name) &&
         ag_import_vector (archive, ag_import_tensor (glow, "%s.logs", ours), error, "%s/logs",
                           name);
}

static gboolean
import_actnorm (AgArchive *archive,
                AgGlow *glow,
                const char *name,
                const char *ours,
                GError **error)
{
  return ag_import_vector (archive, ag_import_tensor (glow, "%s.bias", ours), error,
                           "%s/actnorm_center/b", name) &&
         ag_import_vector (archive, ag_import_tensor (glow, "%s.logs", ours), error,
                           "%s/actnorm_scale/logs", name);
}

/* For each row of a permutation matrix, or each number of a vector, an index. */
static gboolean
take_indices (AgArchive *archive,
              const char *name,
              const ag_real *values,
              gsize n,
              gboolean is_matrix,
              int32_t *index,
              GError **error)
{
  for (gsize i = 0; i < n; i++)
    {
      gsize found = n;

      if (!is_matrix && values[i] >= 0 && values[i] < (ag_real) n)
        found = (gsize) values[i];
      for (gsize k = 0; is_matrix && k < n; k++)
        if (values[i * n + k] != 0)
          found = found == n && values[i * n + k] == 1 ? k : n + 1;
      if (found >= n)
        return ag_archive_corrupt (archive, error, _ ("“%s” is not a permutation"), name);
      index[i] = (int32_t) found;
    }
  return TRUE;
}

static gboolean
import_index (AgArchive *archive,
              const char *name,
              const AgTensor *index,
              gboolean is_matrix,
              GError **error)
{
  const gint64 n = (gint64) index->count;
  const gint64 dims[] = { n, n };
  g_autofree ag_real *values = ag_archive_read (archive, name, is_matrix ? 2 : 1, dims, error);

  return values && take_indices (archive, name, values, (gsize) n, is_matrix, index->index, error);
}

/* W = P (L + I) (U + diag (sign_S exp (log_S))), with only the strict triangles of L and U. */
static gboolean
import_lu (AgArchive *archive, AgGlow *glow, const char *name, const char *ours, GError **error)
{
  const AgTensor *lu = ag_import_tensor (glow, "%s.lu", ours);
  gsize n = (gsize) lu->dims[0];
  const gint64 dims[] = { (gint64) n, (gint64) n };
  g_autofree char *name_p = g_strconcat (name, "/P", NULL);
  g_autofree char *name_l = g_strconcat (name, "/L", NULL);
  g_autofree char *name_u = g_strconcat (name, "/U", NULL);
  g_autofree char *name_s = g_strconcat (name, "/log_S", NULL);
  g_autofree ag_real *l = ag_archive_read (archive, name_l, 2, dims, error);
  g_autofree ag_real *u = l ? ag_archive_read (archive, name_u, 2, dims, error) : NULL;
  g_autofree ag_real *s = u ? ag_archive_read (archive, name_s, 1, dims, error) : NULL;

  if (!s ||
      !import_index (archive, name_p, ag_import_tensor (glow, "%s.index", ours), TRUE, error) ||
      !ag_import_vector (archive, ag_import_tensor (glow, "%s.sign", ours), error, "%s/sign_S",
                         name))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    for (gsize k = 0; k < n; k++)
      lu->values[i * n + k] = i == k ? s[i] : i > k ? l[i * n + k] : u[i * n + k];
  return TRUE;
}

static gboolean
import_permutation (AgArchive *archive, AgGlow *glow, int level, int step, GError **error)
{
  g_autofree char *name = g_strdup_printf ("model/%d/%d/invconv", level, step);
  g_autofree char *indices = g_strdup_printf ("model/%d/%d/shuffle/indices", level, step);
  g_autofree char *ours = g_strdup_printf ("level.%d.step.%d.permutation", level, step);
  const AgTensor *tensor;

  switch (ag_glow_config (glow)->permutation)
    {
    case AG_PERMUTATION_LU:
      return import_lu (archive, glow, name, ours, error);
    case AG_PERMUTATION_CONV:
      return ag_import_vector (archive, ag_import_tensor (glow, "%s.weight", ours), error, "%s/W",
                               name);
    case AG_PERMUTATION_SHUFFLE:
      return import_index (archive, indices, ag_import_tensor (glow, "%s.index", ours), FALSE,
                           error);
    case AG_PERMUTATION_REVERSE:
      tensor = ag_import_tensor (glow, "%s.index", ours);
      for (size_t i = 0; i < tensor->count; i++)
        tensor->index[i] = (int32_t) (tensor->count - 1 - i);
      return TRUE;
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
import_step (AgArchive *archive, AgGlow *glow, int level, int step, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (glow);
  g_autofree char *name = g_strdup_printf ("model/%d/%d", level, step);
  g_autofree char *l_1 = g_strconcat (name, "/f1/l_1", NULL);
  g_autofree char *l_2 = g_strconcat (name, "/f1/l_2", NULL);
  g_autofree char *l_last = g_strconcat (name, "/f1/l_last", NULL);
  g_autofree char *ours = g_strdup_printf ("level.%d.step.%d", level, step);
  g_autofree char *actnorm = g_strconcat (ours, ".actnorm", NULL);
  g_autofree char *actnorm1 = g_strconcat (ours, ".coupling.actnorm1", NULL);
  g_autofree char *actnorm2 = g_strconcat (ours, ".coupling.actnorm2", NULL);
  g_autofree char *conv3 = g_strconcat (ours, ".coupling.conv3", NULL);

  return import_actnorm (archive, glow, name, actnorm, error) &&
         import_permutation (archive, glow, level, step, error) &&
         import_conv (archive, l_1, ag_glow_level (glow, level).channels / 2,
                      ag_import_tensor (glow, "%s.coupling.conv1.weight", ours),
                      ag_import_tensor (glow, "%s.coupling.conv1.edge", ours), error) &&
         import_actnorm (archive, glow, l_1, actnorm1, error) &&
         ag_import_vector (archive, ag_import_tensor (glow, "%s.coupling.conv2.weight", ours),
                           error, "%s/W", l_2) &&
         import_actnorm (archive, glow, l_2, actnorm2, error) &&
         import_zero_conv (archive, glow, l_last, conv3, config->width, TRUE, error);
}

/* h = p(0) + (onehot W + b) exp (3 logs); either part may be missing. */
static gboolean
import_prior (AgArchive *archive, AgGlow *glow, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (glow);
  int n = 2 * ag_glow_level (glow, config->levels - 1).channels;
  const gint64 dims[] = { config->classes, n };
  g_autofree ag_real *w = NULL, *b = NULL, *logs = NULL;
  const AgTensor *classes;

  if (ag_import_has (archive, "model/prior/p/W") &&
      !import_zero_conv (archive, glow, "model/prior/p", "prior", n, FALSE, error))
    return FALSE;
  if (config->classes == 0)
    return TRUE;

  w = ag_archive_read (archive, "model/prior/y_emb/W", 2, dims, error);
  b = w ? ag_archive_read (archive, "model/prior/y_emb/b", 1, dims + 1, error) : NULL;
  logs = b ? ag_archive_read (archive, "model/prior/y_emb/logs", 1, dims + 1, error) : NULL;
  if (!logs)
    return FALSE;
  classes = ag_import_tensor (glow, "prior.class");
  for (int k = 0; k < config->classes; k++)
    for (int i = 0; i < n; i++)
      classes->values[(gsize) k * (gsize) n + (gsize) i] =
        (ag_real) ((double) (w[(gsize) k * (gsize) n + (gsize) i] + b[i]) *
                   exp (3.0 * (double) logs[i]));
  return TRUE;
}

/* What a whole number in a shape is, if it is a sensible one. */
static int
dimension (const AgArray *array, int index)
{
  gint64 size = array && index < array->rank ? array->dims[index] : 0;
  return size <= G_MAXINT / 2 ? (int) size : 0;
}

/* The shape of the model from names and shapes. */
static gboolean
find_config (AgArchive *archive, AgGlowConfig *config, GError **error)
{
  const AgArray *center = ag_import_has (archive, "model/0/0/actnorm_center/b");
  int channels = center && center->count <= G_MAXINT / 2 ? (int) center->count : 0;
  int out = dimension (ag_import_has (archive, "model/0/0/f1/l_last/W"), 3);

  while (ag_import_has (archive, "model/%d/0/actnorm_center/b", config->levels))
    config->levels++;
  while (ag_import_has (archive, "model/0/%d/actnorm_center/b", config->depth))
    config->depth++;
  config->width = dimension (ag_import_has (archive, "model/0/0/f1/l_1/W"), 3);
  if (channels == 0 || channels % 4 != 0 || config->width == 0 ||
      (out != channels && out != channels / 2))
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT,
                   _ ("%s: its arrays are not those of a Glow model"), archive->name);
      return FALSE;
    }
  for (int i = 0; i < config->levels; i++)
    if (ag_import_has (archive, "model/%d/%d/actnorm_center/b", i, config->depth))
      return ag_archive_corrupt (archive, error, _ ("its levels have different depths"));

  config->channels = channels / 4;
  config->coupling = out == channels ? AG_COUPLING_AFFINE : AG_COUPLING_ADDITIVE;
  config->permutation = ag_import_has (archive, "model/0/0/invconv/W")   ? AG_PERMUTATION_CONV
                        : ag_import_has (archive, "model/0/0/invconv/L") ? AG_PERMUTATION_LU
                        : ag_import_has (archive, "model/0/0/shuffle/indices")
                          ? AG_PERMUTATION_SHUFFLE
                          : AG_PERMUTATION_REVERSE;
  config->classes = dimension (ag_import_has (archive, "model/prior/y_emb/W"), 0);
  return TRUE;
}

static gboolean
import_all (AgArchive *archive, AgGlow *glow, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (glow);

  for (int level = 0; level < config->levels; level++)
    {
      for (int step = 0; step < config->depth; step++)
        if (!import_step (archive, glow, level, step, error))
          return FALSE;
      if (level < config->levels - 1)
        {
          g_autofree char *name = g_strdup_printf ("model/pool%d/conv", level);
          g_autofree char *ours = g_strdup_printf ("level.%d.split", level);
          if (!import_zero_conv (archive, glow, name, ours,
                                 ag_glow_level (glow, level).channels / 2, TRUE, error))
            return FALSE;
        }
    }
  return import_prior (archive, glow, error);
}

AgGlow *
ag_import_openai (AgArchive *archive, const AgImportOptions *options, GError **error)
{
  AgGlowConfig config = { 0 };
  AgGlow *glow = find_config (archive, &config, error)
                   ? ag_import_new_glow (archive, &config, options, error)
                   : NULL;

  if (glow && !import_all (archive, glow, error))
    g_clear_pointer (&glow, ag_glow_free);
  return glow;
}
