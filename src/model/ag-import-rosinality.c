/* ag-import-rosinality.c: models of the PyTorch port by rosinality
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state dict with the names of its modules (github.com/rosinality/glow-pytorch, model.py):
 *
 *   blocks.L.flows.K.actnorm.loc, .scale                 y = scale (x + loc), scale of any sign
 *   blocks.L.flows.K.invconv.weight [out,in,1,1], or w_p, w_l, w_u, w_s, s_sign
 *   blocks.L.flows.K.coupling.net.0, .2                  convolutions [out,in,y,x] with bias
 *   blocks.L.flows.K.coupling.net.4.conv, .scale         (conv (x padded with ones) + bias)
 *                                                        * exp (3 scale)
 *   blocks.L.prior.conv, .scale                          the split, or at the last level the top
 *
 * What differs from ours, and how it is turned into it:
 *
 *   - padding with ones is padding with zeros and an edge kernel that is the sum of the weights
 * over the input channels;
 *   - of an affine coupling's outputs the first half is the log-scale and the second the shift; of
 * a split's the first is the mean and the second the log-deviation; ours are interleaved;
 *   - its matrix of a 1×1 convolution is the transpose of ours. The transpose of P L U is not of
 *     that form, so it is factored anew. Where only some levels are factored (the published code
 *     does that to the last block), all are kept as plain matrices.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-import.h"

/* Where output @o of ours comes from in theirs. */
typedef int (*OutputOrder) (int o, int n_out);

static int
same_order (int o, int n_out)
{
  return o;
}

/* shift, log-scale, … from all log-scales, all shifts */
static int
affine_order (int o, int n_out)
{
  return o % 2 == 0 ? n_out / 2 + o / 2 : o / 2;
}

/* mean, log-deviation, … from all means, all log-deviations */
static int
split_order (int o, int n_out)
{
  return o % 2 == 0 ? o / 2 : n_out / 2 + o / 2;
}

/* [out,in,3,3] to [3,3,in,out]; the parts that are not wanted are %NULL. */
static gboolean
import_conv (AgArchive *archive,
             const char *name,
             int in,
             int out,
             OutputOrder order,
             const AgTensor *weight,
             const AgTensor *edge,
             GError **error)
{
  const gint64 dims[] = { out, in, 3, 3 };
  g_autofree char *full = g_strconcat (name, ".weight", NULL);
  g_autofree ag_real *values = ag_archive_read (archive, full, 4, dims, error);

  if (!values)
    return FALSE;
  for (int tap = 0; tap < 9; tap++)
    for (int o = 0; o < out; o++)
      {
        const ag_real *from = values + (gsize) order (o, out) * (gsize) in * 9 + tap;
        double sum = 0;

        for (int i = 0; i < in; i++)
          {
            ag_real value = from[(gsize) i * 9];
            sum += (double) value;
            if (weight)
              weight->values[((gsize) tap * (gsize) in + (gsize) i) * (gsize) out + (gsize) o] =
                value;
          }
        if (edge)
          edge->values[(gsize) tap * (gsize) out + (gsize) o] = (ag_real) sum;
      }
  return TRUE;
}

static gboolean
import_ordered (AgArchive *archive,
                const char *name,
                OutputOrder order,
                const AgTensor *to,
                GError **error)
{
  const gint64 count = (gint64) to->count;
  g_autofree ag_real *values = ag_archive_read (archive, name, 1, &count, error);

  for (int o = 0; values && o < (int) count; o++)
    to->values[o] = values[order (o, (int) count)];
  return values != NULL;
}

/* Its ZeroConv2d */
static gboolean
import_zero_conv (AgArchive *archive,
                  AgGlow *glow,
                  const char *name,
                  const char *ours,
                  int in,
                  OutputOrder order,
                  gboolean has_weight,
                  GError **error)
{
  const AgTensor *edge = ag_import_tensor (glow, "%s.edge", ours);
  g_autofree char *conv = g_strconcat (name, ".conv", NULL);
  g_autofree char *bias = g_strconcat (name, ".conv.bias", NULL);
  g_autofree char *scale = g_strconcat (name, ".scale", NULL);

  return import_conv (archive, conv, in, edge->dims[2], order,
                      has_weight ? ag_import_tensor (glow, "%s.weight", ours) : NULL, edge,
                      error) &&
         import_ordered (archive, bias, order, ag_import_tensor (glow, "%s.bias", ours), error) &&
         import_ordered (archive, scale, order, ag_import_tensor (glow, "%s.logs", ours), error);
}

static gboolean
import_actnorm (AgArchive *archive,
                AgGlow *glow,
                const char *name,
                const char *ours,
                GError **error)
{
  const AgTensor *logs = ag_import_tensor (glow, "%s.logs", ours);
  const AgTensor *sign = ag_import_tensor (glow, "%s.sign", ours);

  if (!ag_import_vector (archive, ag_import_tensor (glow, "%s.bias", ours), error, "%s.loc",
                         name) ||
      !ag_import_vector (archive, logs, error, "%s.scale", name))
    return FALSE;
  for (size_t i = 0; i < logs->count; i++)
    {
      double scale = (double) logs->values[i];
      if (scale == 0)
        return ag_archive_corrupt (archive, error, _ ("“%s.scale” has a zero"), name);
      sign->values[i] = scale < 0 ? -1 : 1;
      logs->values[i] = (ag_real) (log (fabs (scale)) / 3);
    }
  return TRUE;
}

/* w_p (w_l + I) (w_u + diag (s_sign exp (w_s))), of w_l and w_u only the strict triangles. */
static gboolean
multiply_lu (AgArchive *archive, const char *name, int n, double *product, GError **error)
{
  static const char *const parts[] = { ".w_p", ".w_l", ".w_u", ".w_s", ".s_sign" };
  const gint64 dims[] = { n, n };
  g_autofree double *inner = g_new0 (double, (gsize) n *(gsize) n);
  ag_real *values[5] = { NULL };
  gboolean ok = TRUE;

  for (int i = 0; i < 5 && ok; i++)
    {
      g_autofree char *full = g_strconcat (name, parts[i], NULL);
      values[i] = ag_archive_read (archive, full, i < 3 ? 2 : 1, dims, error);
      ok = values[i] != NULL;
    }
  for (int i = 0; i < n && ok; i++)
    for (int o = 0; o < n; o++)
      for (int k = 0; k <= MIN (i, o); k++)
        {
          double l = k == i ? 1.0 : (double) values[1][i * n + k];
          double u = k == o ? (double) values[4][k] * exp ((double) values[3][k])
                            : (double) values[2][k * n + o];
          inner[i * n + o] += l * u;
        }
  for (int i = 0; i < n && ok; i++)
    for (int k = 0; k < n; k++)
      for (int o = 0; values[0][i * n + k] != 0 && o < n; o++)
        product[i * n + o] += (double) values[0][i * n + k] * inner[k * n + o];
  for (int i = 0; i < 5; i++)
    g_free (values[i]);
  return ok;
}

static gboolean
import_permutation (AgArchive *archive, AgGlow *glow, int level, int step, GError **error)
{
  int n = ag_glow_level (glow, level).channels;
  const gint64 dims[] = { n, n, 1, 1 };
  g_autofree char *name = g_strdup_printf ("blocks.%d.flows.%d.invconv", level, step);
  g_autofree char *full = g_strconcat (name, ".weight", NULL);
  g_autofree double *theirs = g_new0 (double, (gsize) n *(gsize) n);
  g_autofree ag_real *ours = g_new (ag_real, (gsize) n * (gsize) n);
  AgFlowError flow_error;

  if (ag_archive_find (archive, full))
    {
      g_autofree ag_real *values = ag_archive_read (archive, full, 4, dims, error);
      if (!values)
        return FALSE;
      for (int i = 0; i < n * n; i++)
        theirs[i] = (double) values[i];
    }
  else if (!multiply_lu (archive, name, n, theirs, error))
    return FALSE;

  for (int o = 0; o < n; o++)
    for (int i = 0; i < n; i++)
      ours[i * n + o] = (ag_real) theirs[o * n + i];
  if (ag_glow_set_permutation_weight (glow, level, step, ours, &flow_error) == AG_OK)
    return TRUE;
  return ag_archive_corrupt (archive, error, "%s", flow_error.message);
}

static gboolean
import_coupling (AgArchive *archive, AgGlow *glow, int level, int step, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (glow);
  g_autofree char *name = g_strdup_printf ("blocks.%d.flows.%d.coupling.net", level, step);
  g_autofree char *conv1 = g_strconcat (name, ".0", NULL);
  g_autofree char *conv2 = g_strconcat (name, ".2.weight", NULL);
  g_autofree char *zero = g_strconcat (name, ".4", NULL);
  g_autofree char *ours = g_strdup_printf ("level.%d.step.%d.coupling", level, step);
  g_autofree char *conv3 = g_strconcat (ours, ".conv3", NULL);
  const AgTensor *weight = ag_import_tensor (glow, "%s.conv2.weight", ours);
  const gint64 w = config->width, dims[] = { w, w, 1, 1 };
  g_autofree ag_real *values = NULL;

  /* The inner convolutions are padded with zeros and have a bias where ours have an actnorm. */
  if (!import_conv (archive, conv1, ag_glow_level (glow, level).channels / 2, config->width,
                    same_order, ag_import_tensor (glow, "%s.conv1.weight", ours), NULL, error) ||
      !ag_import_vector (archive, ag_import_tensor (glow, "%s.actnorm1.bias", ours), error,
                         "%s.0.bias", name) ||
      !ag_import_vector (archive, ag_import_tensor (glow, "%s.actnorm2.bias", ours), error,
                         "%s.2.bias", name))
    return FALSE;
  values = ag_archive_read (archive, conv2, 4, dims, error);
  if (!values)
    return FALSE;
  for (gint64 o = 0; o < w; o++)
    for (gint64 i = 0; i < w; i++)
      weight->values[i * w + o] = values[o * w + i];
  return import_zero_conv (archive, glow, zero, conv3, config->width,
                           config->coupling == AG_COUPLING_AFFINE ? affine_order : same_order, TRUE,
                           error);
}

static gboolean
import_level (AgArchive *archive, AgGlow *glow, int level, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (glow);
  int channels = ag_glow_level (glow, level).channels;
  g_autofree char *prior = g_strdup_printf ("blocks.%d.prior", level);
  g_autofree char *split = g_strdup_printf ("level.%d.split", level);

  for (int step = 0; step < config->depth; step++)
    {
      g_autofree char *name = g_strdup_printf ("blocks.%d.flows.%d.actnorm", level, step);
      g_autofree char *ours = g_strdup_printf ("level.%d.step.%d.actnorm", level, step);
      if (!import_actnorm (archive, glow, name, ours, error) ||
          !import_permutation (archive, glow, level, step, error) ||
          !import_coupling (archive, glow, level, step, error))
        return FALSE;
    }
  if (level < config->levels - 1)
    return import_zero_conv (archive, glow, prior, split, channels / 2, split_order, TRUE, error);
  return import_zero_conv (archive, glow, prior, "prior", channels, same_order, FALSE, error);
}

/* Plain matrices unless every level is factored. */
static AgPermutation
find_permutation (AgArchive *archive, const AgGlowConfig *config)
{
  for (int level = 0; level < config->levels; level++)
    for (int step = 0; step < config->depth; step++)
      if (!ag_import_has (archive, "blocks.%d.flows.%d.invconv.w_l", level, step))
        return AG_PERMUTATION_CONV;
  return AG_PERMUTATION_LU;
}

static gboolean
find_config (AgArchive *archive, AgGlowConfig *config, GError **error)
{
  const AgArray *loc = ag_import_has (archive, "blocks.0.flows.0.actnorm.loc");
  const AgArray *net = ag_import_has (archive, "blocks.0.flows.0.coupling.net.0.bias");
  const AgArray *out = ag_import_has (archive, "blocks.0.flows.0.coupling.net.4.conv.bias");

  if (!loc || !net || !out || loc->count == 0 || loc->count % 4 != 0 || loc->count > 1000 ||
      net->count > G_MAXINT / 2 || (out->count != loc->count && out->count != loc->count / 2))
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT,
                   _ ("%s: its tensors are not those of a Glow model"), archive->name);
      return FALSE;
    }
  while (ag_import_has (archive, "blocks.%d.flows.0.actnorm.loc", config->levels))
    config->levels++;
  while (ag_import_has (archive, "blocks.0.flows.%d.actnorm.loc", config->depth))
    config->depth++;
  for (int i = 0; i < config->levels; i++)
    if (ag_import_has (archive, "blocks.%d.flows.%d.actnorm.loc", i, config->depth))
      return ag_archive_corrupt (archive, error, _ ("its levels have different depths"));
  config->channels = (int) loc->count / 4;
  config->width = (int) net->count;
  config->coupling = out->count == loc->count ? AG_COUPLING_AFFINE : AG_COUPLING_ADDITIVE;
  return TRUE;
}

AgGlow *
ag_import_rosinality (AgArchive *archive, const AgImportOptions *options, GError **error)
{
  AgGlowConfig config = { 0 };
  AgGlow *glow;

  if (!find_config (archive, &config, error))
    return NULL;
  config.permutation =
    options->force_conv ? AG_PERMUTATION_CONV : find_permutation (archive, &config);
  glow = ag_import_new_glow (archive, &config, options, error);
  for (int level = 0; glow && level < config.levels; level++)
    if (!import_level (archive, glow, level, error))
      g_clear_pointer (&glow, ag_glow_free);
  return glow;
}
