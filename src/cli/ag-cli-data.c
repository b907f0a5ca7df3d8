/* ag-cli-data.c: folders of pictures for the commands that look at many
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-cli-data.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ag-face-crops.h"
#include "ag-file.h"
#include "ag-trainer.h"

/* Of the files passed over, this many are named. */
#define MAX_NAMED 5

void
ag_cli_data_options_clear (AgCliDataOptions *options)
{
  g_clear_pointer (&options->folder, g_free);
  g_clear_pointer (&options->labels, g_free);
  g_clear_pointer (&options->crop, g_free);
  g_clear_pointer (&options->class_text, g_free);
}

gboolean
ag_cli_data_check (AgCli *cli, const AgCliDataOptions *options)
{
  AgTrainerCrop crop;

  if (!options->folder)
    cli->status = ag_cli_usage_error (cli, _ ("--data DIR is missing"));
  else if (!(options->held_out >= 0 && options->held_out <= 0.5))
    cli->status = ag_cli_usage_error (cli, _ ("--held-out: a share from 0 to 0.5"));
  else if (options->crop && !ag_trainer_crop_parse (options->crop, &crop))
    cli->status = ag_cli_usage_error (cli, _ ("--crop: centre or faces"));
  else
    return TRUE;
  return FALSE;
}

/* What is to be seen of the pictures: the model's file says what it was trained on. */
static AgTrainerCrop
choose_crop (AgModel *model, const AgCliDataOptions *options)
{
  const char *trained = g_hash_table_lookup (model->facts, "crop");
  AgTrainerCrop crop = AG_TRAINER_CROP_CENTRE;

  if (options->crop)
    ag_trainer_crop_parse (options->crop, &crop);
  else if (trained)
    ag_trainer_crop_parse (trained, &crop);
  return crop;
}

static void
show_progress (int done, int total, gpointer data)
{
  ag_cli_progress (data, _ ("reading %d of %d"), done, total);
}

static void
tell_skipped (AgCli *cli, AgDataset *dataset)
{
  int n = ag_dataset_get_n_skipped (dataset);

  for (int i = 0; i < MIN (n, MAX_NAMED); i++)
    ag_cli_note (cli, "%s", ag_dataset_get_skipped (dataset, i)->reason);
  if (n > MAX_NAMED)
    ag_cli_note (cli,
                 ngettext ("%d more file was passed over", "%d more files were passed over",
                           (gulong) (n - MAX_NAMED)),
                 n - MAX_NAMED);
}

/* What the model's file says of the images it was trained on, so that none of those that it has
 * seen is taken for one that was held out. */
static void
recall_duplicates (AgModel *model, AgDatasetOptions *options)
{
  const char *trained = g_hash_table_lookup (model->facts, "near_duplicates");

  if (trained)
    ag_dataset_duplicates_parse (trained, &options->duplicates);
}

AgDataset *
ag_cli_data_load (AgCli *cli, AgModel *model, const AgCliDataOptions *options, GError **error)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (GFile) folder = ag_cli_file (options->folder);
  g_autoptr (GFile) labels = options->labels ? ag_cli_file (options->labels) : NULL;
  g_autoptr (AgFaceCrops) faces = NULL;
  AgDatasetOptions dataset_options;
  AgDataset *dataset;

  if (choose_crop (model, options) == AG_TRAINER_CROP_FACES)
    {
      faces = ag_face_crops_new (error);
      if (!faces)
        {
          g_prefix_error (error, "--crop faces: ");
          return NULL;
        }
    }

  ag_dataset_options_init (&dataset_options);
  dataset_options.height = config->image_height;
  dataset_options.width = config->image_width;
  dataset_options.channels = config->channels;
  dataset_options.held_out = options->held_out;
  dataset_options.seed = (guint64) options->seed;
  dataset_options.labels = labels;
  dataset_options.n_threads = MIN (cli->threads, 64);
  recall_duplicates (model, &dataset_options);
  dataset_options.crop = faces ? ag_face_crops_get_crop (faces) : NULL;
  dataset_options.by_class = config->classes > 0 && !options->class_text;
  dataset_options.classes = (const char *const *) model->class_names;
  dataset =
    ag_dataset_load (folder, &dataset_options, show_progress, cli, ag_cli_cancel_flag (), error);
  if (dataset)
    tell_skipped (cli, dataset);
  return dataset;
}

gboolean
ag_cli_data_is_part (const char *part)
{
  return g_str_equal (part, "all") || g_str_equal (part, "training") ||
         g_str_equal (part, "held-out");
}

int *
ag_cli_data_select (AgDataset *dataset, const char *part, int *n, GError **error)
{
  g_autofree char *name = NULL;
  const int *indices;
  int *images;

  if (!part || g_str_equal (part, "all"))
    {
      *n = ag_dataset_get_n_images (dataset);
      images = g_new (int, *n);
      for (int i = 0; i < *n; i++)
        images[i] = i;
      return images;
    }
  indices = ag_dataset_get_indices (
    dataset, g_str_equal (part, "training") ? AG_DATASET_TRAINING : AG_DATASET_HELD_OUT, n);
  if (*n > 0)
    return g_memdup2 (indices, (gsize) *n * sizeof (int));
  name = ag_file_name (ag_dataset_get_folder (dataset));
  g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
               _ ("%s: no image belongs to the part “%s”"), name, part);
  return NULL;
}

gboolean
ag_cli_data_classes (AgCli *cli,
                     AgModel *model,
                     AgDataset *dataset,
                     const char *class_text,
                     const int *images,
                     int n,
                     int **classes)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);

  if (class_text || config->classes == 0 || ag_dataset_get_n_classes (dataset) == 0)
    return ag_cli_parse_classes (cli, model, class_text, n, classes);
  /* A model of a time when classes had no names. */
  if (ag_dataset_get_n_classes (dataset) > config->classes)
    {
      ag_cli_note (cli, _ ("the data has %d classes, the model %d"),
                   ag_dataset_get_n_classes (dataset), config->classes);
      cli->status = AG_CLI_FAILED;
      return FALSE;
    }
  *classes = g_new (int, n);
  for (int i = 0; i < n; i++)
    (*classes)[i] = ag_dataset_get_class (dataset, images[i]);
  return TRUE;
}
