/* ag-cli-align.c: `align`: find, level and crop faces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include "ag-alignment.h"
#include "ag-cli-config.h"
#include "ag-cli.h"
#include "ag-face-finder.h"
#include "ag-face-refine.h"
#include "ag-file.h"
#include "ag-image.h"

#define MODEL "faces-64.safetensors"

typedef struct
{
  AgCli *cli;
  AgFaceFinder *finder;
  GFile *folder;
  AgCodec *codec; /* nullable: for refining */
  int size;
  gboolean all;
  GHashTable *written; /* names in the folder */
} Work;

/* The photo's own name as a PNG, with a number where a face of that name has been written. */
static GFile *
output_file (Work *work, const char *name)
{
  const char *dot = strrchr (name, '.');
  g_autofree char *stem =
    g_strndup (name, dot && dot > name ? (gsize) (dot - name) : strlen (name));
  char *output = g_strconcat (stem, ".png", NULL);

  for (int i = 2; g_hash_table_contains (work->written, output); i++)
    {
      g_free (output);
      output = g_strdup_printf ("%s-%d.png", stem, i);
    }
  g_hash_table_add (work->written, output);
  return g_file_get_child (work->folder, output);
}

static gboolean
write_face (Work *work,
            const char *name,
            AgImage *photo,
            const AgFace *face,
            JsonBuilder *json,
            GError **error)
{
  g_autoptr (GFile) file = output_file (work, name);
  g_autofree char *output = g_file_get_basename (file);
  g_autoptr (AgImage) crop = NULL;
  AgAlignment alignment;

  if (!ag_alignment_from_eyes (&face->eyes, &alignment))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: no face found"), name);
      return FALSE;
    }
  crop = ag_alignment_crop (&alignment, photo, work->size);
  if (!ag_image_save (crop, file, 0, NULL, NULL, error))
    return FALSE;
  json_builder_begin_object (json);
  ag_cli_json_string (json, "file", name);
  ag_cli_json_string (json, "output", output);
  ag_cli_json_doubles (json, "left_eye", (double[]){ face->eyes.left_x, face->eyes.left_y }, 2);
  ag_cli_json_doubles (json, "right_eye", (double[]){ face->eyes.right_x, face->eyes.right_y }, 2);
  json_builder_set_member_name (json, "eyes_found");
  json_builder_add_boolean_value (json, face->eyes_found);
  ag_cli_json_double (json, "outside",
                      ag_alignment_get_outside (&alignment, photo->width, photo->height));
  json_builder_end_object (json);
  ag_cli_print (work->cli, _ ("%s: eyes at %.1f, %.1f and %.1f, %.1f"), name, face->eyes.left_x,
                face->eyes.left_y, face->eyes.right_x, face->eyes.right_y);
  return TRUE;
}

static gboolean
align_photo (Work *work, const char *path, JsonBuilder *json, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autofree char *base = g_file_get_basename (file), *name = g_filename_display_name (base);
  g_autoptr (AgImage) photo = ag_image_load (file, NULL, error);
  g_autoptr (GArray) faces = NULL;

  if (!photo || !(faces = ag_face_finder_find (work->finder, photo, error)))
    return FALSE;
  if (faces->len == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: no face found"), path);
      return FALSE;
    }
  for (guint i = 0; i < (work->all ? faces->len : 1); i++)
    if ((work->codec && !ag_face_refine (work->codec, photo, &g_array_index (faces, AgFace, i).eyes,
                                         ag_cli_cancel_flag (), error)) ||
        !write_face (work, name, photo, &g_array_index (faces, AgFace, i), json, error))
      return FALSE;
  return TRUE;
}

static int
align_all (Work *work, int n, char **paths)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();
  int status = 0;

  json_builder_set_member_name (json, "faces");
  json_builder_begin_array (json);
  for (int i = 0; i < n && !atomic_load (ag_cli_cancel_flag ()); i++)
    {
      g_autoptr (GError) error = NULL;

      ag_cli_progress (work->cli, _ ("aligning %d of %d"), i + 1, n);
      /* One photo without a face does not stop the others. */
      if (!align_photo (work, paths[i], json, &error))
        status = ag_cli_fail (work->cli, error);
    }
  json_builder_end_array (json);
  ag_cli_json_end (work->cli, json);
  return status;
}

/* The model that refines: the one that was named, or the one that came with the program. */
static gboolean
load_codec (AgCli *cli, const char *path, AgCodec **codec, GError **error)
{
  g_autofree char *installed = g_build_filename (AG_PKGDATADIR, "models", MODEL, NULL);
  g_autofree char *in_tree = g_build_filename (AG_SOURCE_DATADIR, "models", MODEL, NULL);
  g_autoptr (AgModel) model = NULL;
  const AgGlowConfig *config;

  if (!path)
    path = g_file_test (installed, G_FILE_TEST_EXISTS) ? installed : in_tree;
  model = ag_cli_load_model (path, error);
  if (!model)
    return FALSE;
  config = ag_glow_config (model->glow);
  if (config->image_width != config->image_height || config->classes > 0)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                   _ ("%s: only models of square pictures without classes can edit faces"), path);
      return FALSE;
    }
  *codec = ag_codec_new (model, 1, cli->threads, error);
  return *codec != NULL;
}

int
ag_cli_align (AgCli *cli, int argc, char **argv)
{
  Work work = { .cli = cli, .size = 128 };
  g_autofree char *output = NULL, *model = NULL;
  gboolean no_refine = FALSE;
  const GOptionEntry entries[] = {
    { "size", 0, 0, G_OPTION_ARG_INT, &work.size,
      N_ ("Pixels per side of the crops; 128 if not given"), "N" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &work.all, N_ ("All faces of a photo instead of the largest"),
      NULL },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &model,
      N_ ("The model that says where faces are likeliest; the bundled one if not given"), "MODEL" },
    { "no-refine", 0, 0, G_OPTION_ARG_NONE, &no_refine,
      N_ ("Leave the eyes where the face finder saw them"), NULL },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("The folder for the crops"), "DIR" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = NULL;
  g_autoptr (AgFaceFinder) finder = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (GHashTable) written = NULL;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 1, -1))
    return cli->status;
  if (!output)
    return ag_cli_usage_error (cli, _ ("-o DIR is missing"));
  if (work.size < 1 || work.size > 4096)
    return ag_cli_usage_error (cli, _ ("--size: a number from 1 to 4096"));
  folder = ag_cli_file (output);
  finder = ag_face_finder_new (&error);
  if (!finder || (!no_refine && !load_codec (cli, model, &codec, &error)) ||
      !ag_cli_make_folder (folder, &error))
    return ag_cli_fail (cli, error);
  written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  work.finder = finder;
  work.codec = codec;
  work.folder = folder;
  work.written = written;
  return align_all (&work, argc - 1, argv + 1);
}
