/* ag-application.c: the program: command line, about, one window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-application.h"

#include <glib/gi18n-lib.h>

#include "ag-application-train.h"
#include "ag-config.h"
#include "ag-data.h"
#include "ag-window.h"

struct _AgApplication
{
  AdwApplication parent_instance;

  AgApplicationTrain *train;
};

G_DEFINE_FINAL_TYPE (AgApplication, ag_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "model", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Edit with this model"), N_ ("FILE") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[PHOTO…]") },
  { NULL },
};

static const struct
{
  const char *action;
  const char *accels[4];
} accels[] = {
  { "app.quit", { "<Control>q" } },
  { "window.close", { "<Control>w" } },
  { "win.show-help-overlay", { "<Control>question", "F1" } },
  { "win.open", { "<Control>o" } },
  { "win.paste", { "<Control>v" } },
  { "win.copy", { "<Control>c" } },
  { "win.save", { "<Control>s" } },
  { "win.export", { "<Control><Shift>e" } },
  { "win.save-look", { "<Control>l" } },
  { "win.undo", { "<Control>z" } },
  { "win.redo", { "<Control><Shift>z", "<Control>y" } },
  { "win.reset", { "<Control>r" } },
  { "win.adjust-face", { "<Control>e" } },
  { "win.draw-faces", { "<Control>d" } },
  { "win.search", { "<Control>f" } },
  { "win.brush", { "<Control>m" } },
  { "win.overlay(-2)", { "<Control>i" } },
  { "win.overlay(-3)", { "<Control><Shift>i" } },
  { "win.show-history", { "<Control>h" } },
  { "win.toggle-panel", { "F9" } },
  { "win.view('edit')", { "<Alt>1" } },
  { "win.view('blend')", { "<Alt>2" } },
  { "win.view('sample')", { "<Alt>3" } },
  { "win.view('train')", { "<Alt>4" } },
  { "win.choose-face", { "<Control>g" } },
  { "win.split", { "<Control>b" } },
  { "win.zoom-in", { "<Control>plus", "<Control>equal", "<Control>KP_Add" } },
  { "win.zoom-out", { "<Control>minus", "<Control>KP_Subtract" } },
  { "win.zoom-to(0.0)", { "<Control>0", "<Control>KP_0" } },
  { "win.zoom-to(1.0)", { "<Control>1", "<Control>KP_1" } },
};

/* What a report of a problem needs. */
static char *
describe_system (AgApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));
  const AgGlowConfig *config = NULL;
  AgModel *model = NULL;

  if (window != NULL && AG_IS_WINDOW (window) && ag_window_get_session (AG_WINDOW (window)) != NULL)
    model = ag_edit_session_get_model (ag_window_get_session (AG_WINDOW (window)));
  if (model != NULL)
    config = ag_glow_config (model->glow);
  return g_strdup_printf (
    "Afterglow %s\nGTK %u.%u.%u, libadwaita %u.%u.%u, GLib %u.%u.%u\n"
    "Processors: %u\nModel: %d × %d pixels, %u attributes\n",
    AG_VERSION, gtk_get_major_version (), gtk_get_minor_version (), gtk_get_micro_version (),
    adw_get_major_version (), adw_get_minor_version (), adw_get_micro_version (),
    glib_major_version, glib_minor_version, glib_micro_version, g_get_num_processors (),
    config != NULL ? config->image_width : 0, config != NULL ? config->image_height : 0,
    model != NULL ? model->attributes->len : 0);
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *parent = gtk_application_get_active_window (GTK_APPLICATION (user_data));
  static const char *const developers[] = { "The Afterglow developers", NULL };
  static const char *const papers[] = {
    "NICE https://arxiv.org/abs/1410.8516",
    "Real NVP https://arxiv.org/abs/1605.08803",
    "Glow https://arxiv.org/abs/1807.03039",
    NULL,
  };
  GtkWidget *about = g_object_new (
    ADW_TYPE_ABOUT_WINDOW, "transient-for", parent, "application-name", _ ("Afterglow"),
    "application-icon", AG_APP_ID, "version", AG_VERSION, "developer-name",
    _ ("The Afterglow developers"), "developers", developers, "comments",
    _ ("Edits faces in photographs with a model that can be inverted exactly: what you do not "
       "change stays as it was. Everything is computed on this machine.\n\nThe picture that comes "
       "out is an invention: do not use it to tell who somebody is, or to deceive."),
    "copyright", _ ("© The Afterglow developers"), "license-type", GTK_LICENSE_GPL_3_0,
    "translator-credits", _ ("translator-credits"), "debug-info-filename", "afterglow.txt", NULL);
  g_autofree char *details = describe_system (AG_APPLICATION (user_data));

  adw_about_window_add_credit_section (ADW_ABOUT_WINDOW (about), _ ("Built on the Work of"),
                                       (const char **) papers);
  adw_about_window_set_debug_info (ADW_ABOUT_WINDOW (about), details);
  gtk_window_present (GTK_WINDOW (about));
}

/* The program ends with its last window; what trains is saved. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  ag_application_train_quit (AG_APPLICATION (user_data)->train);
  for (GList *link = windows; link != NULL; link = link->next)
    gtk_window_close (link->data);
}

static AgWindow *
get_window (AgApplication *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) recovery = NULL;
  AgWindow *made;

  /* A dialog of it may be the active one. */
  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self)); link != NULL;
       link = link->next)
    if (AG_IS_WINDOW (link->data))
      return link->data;
  made = ag_window_new (GTK_APPLICATION (self));
  ag_window_set_train_session (made, ag_application_train_get_session (self->train));
  path = g_build_filename (g_get_user_state_dir (), "afterglow", "recovery", NULL);
  recovery = g_file_new_for_path (path);
  ag_window_set_recovery_folder (made, recovery);
  return made;
}

/* The window, with a model in it: @model, or the bundled one if there was no window. */
static AgWindow *
get_window_with_model (AgApplication *self, GFile *model)
{
  gboolean first = gtk_application_get_active_window (GTK_APPLICATION (self)) == NULL;
  AgWindow *window = get_window (self);
  g_autoptr (GFile) bundled = first && model == NULL ? ag_data_find_model () : NULL;

  if (model != NULL || bundled != NULL)
    ag_window_load_model (window, model != NULL ? model : bundled);
  return window;
}

/* From the notification that a run has ended. The window may be gone, and so may the program have
 * been: then it has been started for this. */
static void
show_train (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AgApplication *self = AG_APPLICATION (user_data);
  AgWindow *window = get_window_with_model (self, NULL);

  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "train");
  ag_train_page_show_run_named (ag_window_get_train_page (window),
                                g_variant_get_string (parameter, NULL));
}

static void
ag_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (get_window_with_model (AG_APPLICATION (application), NULL)));
}

static void
ag_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  AgWindow *window = get_window_with_model (AG_APPLICATION (application), NULL);

  for (int i = 0; i < n_files; i++)
    ag_window_open_file (window, files[i]);
  gtk_window_present (GTK_WINDOW (window));
}

static int
ag_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  g_autofree const char **names = NULL;
  g_autofree char *model = NULL;
  g_autoptr (GFile) model_file = NULL;
  AgWindow *window;

  if (g_variant_dict_lookup (dict, "model", "^ay", &model))
    model_file = g_application_command_line_create_file_for_arg (command_line, model);
  window = get_window_with_model (AG_APPLICATION (application), model_file);
  if (g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &names))
    for (guint i = 0; names[i] != NULL; i++)
      {
        g_autoptr (GFile) file =
          g_application_command_line_create_file_for_arg (command_line, names[i]);

        ag_window_open_file (window, file);
      }
  gtk_window_present (GTK_WINDOW (window));
  return 0;
}

static int
ag_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  if (!g_variant_dict_contains (dict, "version"))
    return -1;
  g_print ("afterglow %s\n", AG_VERSION);
  return 0;
}

static void
ag_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "about", show_about },
    { "quit", quit },
    { "show-train", show_train, "s" },
  };

  G_APPLICATION_CLASS (ag_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries),
                                   application);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), accels[i].action,
                                           accels[i].accels);
  gtk_window_set_default_icon_name (AG_APP_ID);
  AG_APPLICATION (application)->train = ag_application_train_new (GTK_APPLICATION (application));
}

static void
ag_application_shutdown (GApplication *application)
{
  g_clear_pointer (&AG_APPLICATION (application)->train, ag_application_train_free);
  G_APPLICATION_CLASS (ag_application_parent_class)->shutdown (application);
}

static void
ag_application_class_init (AgApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = ag_application_startup;
  application_class->shutdown = ag_application_shutdown;
  application_class->activate = ag_application_activate;
  application_class->open = ag_application_open;
  application_class->command_line = ag_application_command_line;
  application_class->handle_local_options = ag_application_handle_local_options;
}

static void
ag_application_init (AgApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[PHOTO…]"));
}

AgApplication *
ag_application_new (void)
{
  return g_object_new (AG_TYPE_APPLICATION, "application-id", AG_APP_ID, "resource-base-path",
                       "/io/github/afterglow/Afterglow", "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN, NULL);
}
