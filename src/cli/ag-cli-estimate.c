/* ag-cli-estimate.c: `train --estimate`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-cli-estimate.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "ag-face-crops.h"
#include "ag-inspection.h"

/* Other programs that have more than this share of the processors are told of. */
#define BUSY 0.15

static void
show_progress (int done, int total, gpointer data)
{
  ag_cli_progress (data, _ ("reading %d of %d"), done, total);
}

static void
tell_found (AgCli *cli, const AgInspection *inspection)
{
  if (inspection->unreadable->len > 0)
    ag_cli_note (cli,
                 ngettext ("%u picture cannot be read", "%u pictures cannot be read",
                           inspection->unreadable->len),
                 inspection->unreadable->len);
  if (inspection->without->len > 0)
    ag_cli_note (
      cli,
      ngettext ("%u picture shows no face", "%u pictures show no face", inspection->without->len),
      inspection->without->len);
  if (inspection->twins->len > 0)
    ag_cli_note (cli,
                 ngettext ("%u picture looks like another", "%u pictures look like others",
                           inspection->twins->len),
                 inspection->twins->len);
}

static void
report (AgCli *cli, guint64 n, const AgTrainerEstimate *estimate)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();
  g_autofree char *memory = g_format_size (estimate->memory);
  g_autofree char *available = g_format_size (estimate->available);

  ag_cli_json_int (json, "images", (gint64) n);
  ag_cli_json_int (json, "parameters", (gint64) estimate->parameters);
  ag_cli_json_int (json, "memory", (gint64) estimate->memory);
  ag_cli_json_int (json, "memory_available", (gint64) estimate->available);
  ag_cli_json_double (json, "images_per_s", estimate->images_per_second);
  ag_cli_json_double (json, "seconds", estimate->seconds);
  ag_cli_json_double (json, "others", estimate->others);
  if (estimate->advice)
    ag_cli_json_string (json, "advice", estimate->advice);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, _ ("images to train on  %" PRIu64), n);
  ag_cli_print (cli, _ ("parameters          %" PRIu64), estimate->parameters);
  ag_cli_print (cli, _ ("memory              %s of %s"), memory, available);
  if (estimate->advice)
    ag_cli_print (cli, "%s", estimate->advice);
  if (isfinite (estimate->images_per_second))
    ag_cli_print (cli, _ ("speed               %.1f images/s"), estimate->images_per_second);
  if (isfinite (estimate->seconds))
    ag_cli_print (cli, _ ("time                %d h %02d min"), (int) (estimate->seconds / 3600),
                  (int) (estimate->seconds / 60) % 60);
  if (isfinite (estimate->images_per_second) && estimate->others > BUSY)
    ag_cli_note (cli,
                 _ ("other programs have %.0f %% of the processors; it will be slower as long "
                    "as they run"),
                 100 * estimate->others);
}

gboolean
ag_cli_estimate_run (AgCli *cli, const char *data, AgTrainerOptions *options, GError **error)
{
  g_autoptr (GFile) folder = ag_cli_file (data);
  g_autoptr (AgInspection) inspection = NULL;
  g_autoptr (AgFaceCrops) faces = NULL;
  AgTrainerEstimate estimate;
  guint64 n;

  if (!ag_trainer_options_apply_preset (options, error))
    return FALSE;
  if (options->crop == AG_TRAINER_CROP_FACES && !(faces = ag_face_crops_new (error)))
    return FALSE;
  inspection =
    ag_inspect_folder (folder, options->labels, faces ? ag_face_crops_get_crop (faces) : NULL,
                       show_progress, cli, ag_cli_cancel_flag (), error);
  if (!inspection)
    return FALSE;
  tell_found (cli, inspection);
  if (options->conditional && inspection->classes->len == 0)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                           _ ("A class-conditional model needs pictures with classes"));
      return FALSE;
    }
  n = (guint64) ag_inspection_count (inspection, options->image_size);
  if (n == 0)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
                   _ ("%s: no image has %d pixels on each side"), data, options->image_size);
      return FALSE;
    }
  if (!ag_trainer_estimate (options, n, (int) inspection->classes->len, ag_cli_cancel_flag (),
                            &estimate, error))
    return FALSE;
  report (cli, n, &estimate);
  ag_trainer_estimate_clear (&estimate);
  return TRUE;
}
