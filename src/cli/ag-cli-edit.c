/* ag-cli-edit.c: `edit`: change a face in a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the command line says becomes a look; ag-cli-edit-photos.c gives it to the photos.
 */
#include "ag-cli-edit.h"

#include <glib/gi18n.h>
#include <string.h>

#include "ag-edit-session-work.h"

/* What the command line says. */
typedef struct
{
  char *output, *look, *eyes, *strength_text, *temperature_text, *class_text;
  char **settings, **locked;
  gboolean whole, no_refine, no_receipt;
  int quality;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->output);
  g_free (options->look);
  g_free (options->eyes);
  g_free (options->strength_text);
  g_free (options->temperature_text);
  g_free (options->class_text);
  g_strfreev (options->settings);
  g_strfreev (options->locked);
}

static gboolean
find_attribute (AgModel *model, const char *name, guint *index)
{
  for (guint a = 0; a < model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      if (g_ascii_strcasecmp (attribute->name, name) == 0)
        {
          *index = a;
          return TRUE;
        }
    }
  return FALSE;
}

static char *
list_attributes (AgModel *model)
{
  GString *names = g_string_new (NULL);

  for (guint a = 0; a < model->attributes->len; a++)
    g_string_append_printf (
      names, "%s%s", a > 0 ? ", " : "",
      ((const AgModelAttribute *) g_ptr_array_index (model->attributes, a))->name);
  return g_string_free (names, FALSE);
}

/* The attribute of that name, or a message of which there are. */
static const AgModelAttribute *
get_attribute (AgCli *cli, const AgCliEdit *edit, const char *name)
{
  g_autofree char *known = NULL;
  guint index;

  if (find_attribute (edit->model, name, &index))
    return g_ptr_array_index (edit->model->attributes, index);
  known = list_attributes (edit->model);
  if (edit->model->attributes->len == 0)
    ag_cli_note (cli, _ ("%s: has no attributes; `afterglow-cli directions` adds them"),
                 edit->model_path);
  else
    ag_cli_note (cli, _ ("%s: has no attribute “%s”; it has %s"), edit->model_path, name, known);
  cli->status = AG_CLI_FAILED;
  return NULL;
}

/* One NAME=VALUE. */
static gboolean
parse_setting (AgCli *cli, AgCliEdit *edit, const char *setting)
{
  const char *equals = strchr (setting, '=');
  const AgModelAttribute *attribute;
  g_autofree char *name = NULL;
  double value;

  if (!equals || !ag_cli_parse_number (equals + 1, &value))
    {
      cli->status = ag_cli_usage_error (cli, _ ("--set: “%s” is not NAME=VALUE"), setting);
      return FALSE;
    }
  name = g_strndup (setting, (gsize) (equals - setting));
  attribute = get_attribute (cli, edit, name);
  if (!attribute)
    return FALSE;
  ag_look_set_value (edit->look, attribute->name, value);
  return TRUE;
}

/* One number for all levels, or one for each. */
static gboolean
parse_levels (AgCli *cli,
              const char *option,
              const char *text,
              gboolean single_allowed,
              int n_levels,
              double *numbers)
{
  g_autofree double *parsed = NULL;
  int n = 0;

  if (!text)
    return TRUE;
  parsed = ag_cli_parse_numbers (text, &n);
  if (!parsed || (n != n_levels && !(n == 1 && single_allowed)))
    {
      cli->status = ag_cli_usage_error (
        cli, _ ("%s: %d numbers with commas between, the finest level first"), option, n_levels);
      return FALSE;
    }
  for (int level = 0; level < n_levels; level++)
    numbers[level] = parsed[n == 1 ? 0 : level];
  return TRUE;
}

static gboolean
parse_locked (AgCli *cli, AgCliEdit *edit, char **names)
{
  g_autoptr (GStrvBuilder) locked = g_strv_builder_new ();

  g_strv_builder_addv (locked, (const char **) edit->look->locked);
  for (gsize i = 0; names && names[i]; i++)
    {
      const AgModelAttribute *attribute = get_attribute (cli, edit, names[i]);

      if (!attribute)
        return FALSE;
      g_strv_builder_add (locked, attribute->name);
    }
  g_strfreev (edit->look->locked);
  edit->look->locked = g_strv_builder_end (locked);
  return TRUE;
}

/* The look of a file, as far as the model can do it. */
static gboolean
load_look (AgCli *cli, AgCliEdit *edit, const char *path)
{
  int n_levels = ag_glow_config (edit->model->glow)->levels;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (AgEditState) state = ag_edit_state_new (edit->model->attributes->len);
  g_autoptr (AgLook) suited = NULL;
  g_autofree char *missing = NULL;
  AgLook *look = ag_look_load (file, &error);

  if (!look)
    {
      cli->status = ag_cli_fail (cli, error);
      return FALSE;
    }
  ag_look_free (edit->look);
  edit->look = look;
  suited = ag_look_copy (look);
  /* Temperatures per level, which the application lacks, are no difficulty here. */
  if (look->n_levels == n_levels)
    for (int level = 0; level < n_levels; level++)
      suited->temperature[level] = 1;
  missing = ag_look_apply (suited, edit->model, state, 1);
  if (missing)
    {
      ag_cli_note (cli, _ ("%s: the model cannot do all of this look; it lacks %s"), path, missing);
      cli->status = AG_CLI_FAILED;
      return FALSE;
    }
  for (int level = look->n_levels; level < n_levels; level++)
    {
      look->strength[level] = look->strength[0];
      look->temperature[level] = look->temperature[0];
    }
  return TRUE;
}

static gboolean
parse_edit (AgCli *cli, const Options *options, AgCliEdit *edit)
{
  const AgGlowConfig *config = ag_glow_config (edit->model->glow);
  g_autofree int *classes = NULL;

  if (options->look && !load_look (cli, edit, options->look))
    return FALSE;
  edit->look->n_levels = config->levels;
  for (gsize i = 0; options->settings && options->settings[i]; i++)
    if (!parse_setting (cli, edit, options->settings[i]))
      return FALSE;
  if (!parse_levels (cli, "--level-strength", options->strength_text, FALSE, config->levels,
                     edit->look->strength) ||
      !parse_levels (cli, "--temperature", options->temperature_text, TRUE, config->levels,
                     edit->look->temperature) ||
      !parse_locked (cli, edit, options->locked) ||
      !ag_cli_parse_classes (cli, edit->model, options->class_text, 1, &classes))
    return FALSE;
  edit->photo_class = classes ? classes[0] : -1;
  return TRUE;
}

/* More of NAME=VALUE after the first; anything else is a photo. */
static gboolean
is_setting (const char *argument)
{
  const char *equals = strchr (argument, '=');
  double value;

  return equals && ag_cli_parse_number (equals + 1, &value) &&
         !g_file_test (argument, G_FILE_TEST_EXISTS);
}

/* A photo, or those of a folder in the order of their names. */
static gboolean
add_photos (const char *path, GPtrArray *photos, gboolean *folder, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (GPtrArray) files = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_ptr_array_add (photos, g_strdup (path));
      return TRUE;
    }
  *folder = TRUE;
  files = ag_edit_session_list_photos (file, error);
  for (guint i = 0; files && i < files->len; i++)
    {
      g_autofree char *base = g_file_get_basename (files->pdata[i]);

      g_ptr_array_add (photos, g_build_filename (path, base, NULL));
    }
  if (files && files->len == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: there are no photos in it"),
                 path);
  return files && files->len > 0;
}

static int
check_and_run (AgCli *cli, Options *options, AgCliEdit *edit, char **arguments)
{
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GStrvBuilder) settings = g_strv_builder_new ();
  g_autoptr (GError) error = NULL;
  const AgGlowConfig *config;
  gboolean folder = FALSE;

  if (options->settings)
    g_strv_builder_addv (settings, (const char **) options->settings);
  for (gsize i = 0; arguments[i]; i++)
    if (is_setting (arguments[i]))
      g_strv_builder_add (settings, arguments[i]);
    else if (!add_photos (arguments[i], photos, &folder, &error))
      return ag_cli_fail (cli, error);
  g_strfreev (options->settings);
  options->settings = g_strv_builder_end (settings);

  if (photos->len == 0)
    return ag_cli_usage_error (cli, _ ("PHOTO is missing"));
  if (!options->output || ((photos->len > 1 || folder) && ag_cli_is_picture (options->output)))
    return ag_cli_usage_error (
      cli, _ ("-o: a file that ends in .png, .jpg or .webp, or for several photos a folder"));
  if (photos->len == 1 && !folder && !ag_cli_is_picture (options->output) &&
      strrchr (options->output, '.') != NULL && !g_file_test (options->output, G_FILE_TEST_IS_DIR))
    return ag_cli_usage_error (cli, _ ("-o: a file that ends in .png, .jpg or .webp"));
  if (options->quality < 0 || options->quality > 100)
    return ag_cli_usage_error (cli, _ ("--quality: a number from 1 to 100"));
  if (options->eyes && photos->len > 1)
    return ag_cli_usage_error (cli, _ ("--eyes: only for one photo"));
  if (!ag_cli_check_output (options->output, &error) ||
      !(edit->model = ag_cli_load_model (edit->model_path, &error)))
    return ag_cli_fail (cli, error);
  config = ag_glow_config (edit->model->glow);
  if (config->image_width != config->image_height)
    {
      ag_cli_note (cli, _ ("%s: edits faces only with a model of square pictures"),
                   edit->model_path);
      return AG_CLI_FAILED;
    }
  edit->look = ag_look_new (NULL);
  edit->output = options->output;
  edit->eyes = options->eyes;
  edit->whole = options->whole;
  edit->refine = !options->no_refine;
  edit->quality = options->quality;
  edit->receipts = !options->no_receipt;
  if (!parse_edit (cli, options, edit))
    return cli->status;
  return ag_cli_edit_photos (cli, edit, (char **) photos->pdata, (int) photos->len);
}

int
ag_cli_edit (AgCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  AgCliEdit edit = { 0 };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      N_ ("Move an attribute; 1 is the distance between those with and those without it"),
      "NAME=VALUE" },
    { "look", 0, 0, G_OPTION_ARG_FILENAME, &options.look, N_ ("Do what a saved look says"),
      "FILE" },
    { "lock", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.locked,
      N_ ("Keep the others from changing an attribute"), "NAME" },
    { "level-strength", 0, 0, G_OPTION_ARG_STRING, &options.strength_text,
      N_ ("How strongly each level takes part, the finest first"), "A,B,..." },
    { "temperature", 'T', 0, G_OPTION_ARG_STRING, &options.temperature_text,
      N_ ("Below 1 the face becomes more ordinary, above 1 less; or one for each level"), "T" },
    { "eyes", 0, 0, G_OPTION_ARG_STRING, &options.eyes,
      N_ ("Where the eyes are in the photo's pixels, instead of looking for them"), "X,Y,X,Y" },
    { "whole", 0, 0, G_OPTION_ARG_NONE, &options.whole,
      N_ ("Take the largest square in the middle instead of looking for a face"), NULL },
    { "no-refine", 0, 0, G_OPTION_ARG_NONE, &options.no_refine,
      N_ ("Leave the eyes where the face finder saw them"), NULL },
    { "quality", 0, 0, G_OPTION_ARG_INT, &options.quality, N_ ("Of JPEG and WebP, 1 to 100"), "Q" },
    { "no-receipt", 0, 0, G_OPTION_ARG_NONE, &options.no_receipt,
      N_ ("Do not write into a PNG how it was made"), NULL },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.class_text, N_ ("Class of the photo"), "K" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("The picture to write, or a folder"), "PNG|JPEG|DIR" },
    G_OPTION_ENTRY_NULL,
  };
  int status;

  if (ag_cli_parse (cli, entries, &argc, &argv, 2, -1))
    {
      g_auto (GStrv) arguments = g_new0 (char *, argc);

      for (int i = 2; i < argc; i++)
        arguments[i - 2] = g_strdup (argv[i]);
      edit.model_path = argv[1];
      status = check_and_run (cli, &options, &edit, arguments);
    }
  else
    status = cli->status;
  g_clear_pointer (&edit.model, ag_model_unref);
  g_clear_pointer (&edit.look, ag_look_free);
  options_clear (&options);
  return status;
}
