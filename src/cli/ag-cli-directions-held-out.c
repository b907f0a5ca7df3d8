/* ag-cli-directions-held-out.c: what the directions do on pictures they were not estimated from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-cli-directions.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ag-cli-latents.h"

gboolean
ag_cli_directions_is_wanted (GStrv wanted, const char *name)
{
  return !wanted || g_strv_contains ((const char *const *) wanted, name);
}

void
ag_cli_held_out_clear (AgCliHeldOut *self)
{
  g_free (self->bits_per_dim);
  g_free (self->classes);
  for (int method = 0; method < 2; method++)
    {
      for (guint a = 0; self->projections[method] && a < self->work->directions[method]->len; a++)
        g_free (self->projections[method][a]);
      g_free (self->projections[method]);
    }
}

static void
add_to_held_out (int position, int image, const float *eps, double bits_per_dim, gpointer data)
{
  AgCliHeldOut *self = data;
  AgCliDirections *work = self->work;
  gsize n_dims = ag_codec_get_n_dims (work->codec);

  self->bits_per_dim[position] = bits_per_dim;
  for (int method = 0; method < 2; method++)
    for (guint a = 0; a < work->directions[method]->len; a++)
      {
        const AgModelAttribute *attribute = g_ptr_array_index (work->directions[method], a);

        self->projections[method][a][position] =
          ag_direction_project (attribute->direction, eps, n_dims);
      }
}

gboolean
ag_cli_held_out_look (AgCliHeldOut *self, GError **error)
{
  AgCliDirections *work = self->work;
  const int *images = ag_dataset_get_indices (work->dataset, AG_DATASET_HELD_OUT, &self->n);

  if (!ag_cli_data_classes (work->cli, ag_codec_get_model (work->codec), work->dataset,
                            work->options->data.class_text, images, self->n, &self->classes))
    return FALSE;
  self->bits_per_dim = g_new (double, self->n + 1);
  for (int method = 0; method < 2; method++)
    {
      guint n = work->directions[method]->len;

      self->projections[method] = g_new0 (double *, n + 1);
      for (guint a = 0; a < n; a++)
        self->projections[method][a] = g_new (double, self->n + 1);
    }
  return ag_cli_encode_each (work->cli, work->codec, work->dataset, images, self->n, self->classes,
                             FALSE, add_to_held_out, self, error);
}

static AgDirectionScore
score (const AgCliHeldOut *self, int method, guint direction)
{
  AgCliDirections *work = self->work;
  const AgModelAttribute *attribute = g_ptr_array_index (work->directions[method], direction);
  int column = ag_dataset_find_attribute (work->dataset, attribute->name), n;
  const int *images = ag_dataset_get_indices (work->dataset, AG_DATASET_HELD_OUT, &n);
  g_autofree gint8 *labels = g_new (gint8, self->n + 1);

  for (int i = 0; i < self->n; i++)
    labels[i] = (gint8) ag_dataset_get_attribute (work->dataset, images[i], column);
  return ag_direction_score (self->projections[method][direction], labels, (guint) self->n);
}

static void
add_end (JsonBuilder *json, const char *key, double end)
{
  if (isfinite (end))
    ag_cli_json_double (json, key, end);
}

static void
report_attribute (const AgCliHeldOut *self, guint index, JsonBuilder *json)
{
  static const char *const method_names[] = { "mean", "joint" };
  AgCliDirections *work = self->work;
  const AgModelAttribute *attribute = g_ptr_array_index (work->directions[work->method], index);
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  double square = 0;

  for (gsize i = 0; i < n_dims; i++)
    square += (double) attribute->direction[i] * attribute->direction[i];
  json_builder_begin_object (json);
  ag_cli_json_string (json, "name", attribute->name);
  ag_cli_json_int (json, "positive", attribute->n_positive);
  ag_cli_json_int (json, "negative", attribute->n_negative);
  ag_cli_json_double (json, "length", sqrt (square));
  add_end (json, "lowest", attribute->lowest);
  add_end (json, "highest", attribute->highest);
  add_end (json, "farthest_down", attribute->farthest_down);
  add_end (json, "farthest_up", attribute->farthest_up);
  add_end (json, "most_change_down", attribute->most_change_down);
  add_end (json, "most_change_up", attribute->most_change_up);
  for (int m = 0; m < 2; m++)
    {
      AgDirectionScore s = score (self, m, index);

      json_builder_set_member_name (json, method_names[m]);
      json_builder_begin_object (json);
      ag_cli_json_double (json, "distance", s.distance);
      ag_cli_json_double (json, "effect_size", s.effect_size);
      ag_cli_json_double (json, "accuracy", s.accuracy);
      ag_cli_json_double (json, "auc", s.auc);
      json_builder_end_object (json);
      if (m == (int) work->method)
        ag_cli_print (work->cli,
                      _ ("%-18s %5d with, %5d without, held out: distance %.2f, effect size %.2f, "
                         "accuracy %.2f, AUC %.2f"),
                      attribute->name, attribute->n_positive, attribute->n_negative, s.distance,
                      s.effect_size, s.accuracy, s.auc);
    }
  json_builder_end_object (json);
}

void
ag_cli_held_out_report (const AgCliHeldOut *self,
                        GStrv wanted,
                        const char *output,
                        const AgLikelihoodStatistics *statistics)
{
  AgCliDirections *work = self->work;
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  ag_cli_json_string (json, "output", output);
  ag_cli_json_string (json, "method", work->method == AG_DIRECTION_JOINT ? "joint" : "mean");
  ag_cli_json_int (json, "images", ag_direction_estimator_get_count (work->estimator));
  ag_cli_json_int (json, "held_out", self->n);
  ag_cli_json_double (json, "held_out_bits_per_dim", statistics->mean);
  json_builder_set_member_name (json, "attributes");
  json_builder_begin_array (json);
  for (guint a = 0; a < work->directions[work->method]->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (work->directions[work->method], a);

      if (ag_cli_directions_is_wanted (wanted, attribute->name))
        report_attribute (self, a, json);
    }
  json_builder_end_array (json);
  ag_cli_json_end (work->cli, json);
}
