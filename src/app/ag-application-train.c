/* ag-application-train.c: training that outlives the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-application-train.h"

#include <glib/gi18n-lib.h>

struct AgApplicationTrain
{
  GtkApplication *application;
  AgTrainSession *session;
  gboolean holds, quits;
  guint cookie; /* of the wish not to suspend; 0 for none */
};

static void
release (AgApplicationTrain *self)
{
  if (self->cookie != 0)
    gtk_application_uninhibit (self->application, self->cookie);
  self->cookie = 0;
  if (self->holds)
    g_application_release (G_APPLICATION (self->application));
  self->holds = FALSE;
}

static void
active_changed (AgApplicationTrain *self)
{
  if (!ag_train_session_is_active (self->session) || self->quits)
    {
      release (self);
      return;
    }
  if (!self->holds)
    g_application_hold (G_APPLICATION (self->application));
  self->holds = TRUE;
  if (self->cookie == 0)
    self->cookie = gtk_application_inhibit (
      self->application, gtk_application_get_active_window (self->application),
      GTK_APPLICATION_INHIBIT_SUSPEND, _ ("A model is being trained"));
}

static gboolean
is_watched (AgApplicationTrain *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window != NULL && gtk_window_is_active (window);
}

static void
run_ended (AgApplicationTrain *self, AgTrainRun *run)
{
  AgTrainRunState state = ag_train_run_get_state (run);
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *title = NULL;

  if ((state == AG_TRAIN_RUN_PAUSED && ag_train_run_get_message (run) == NULL) || is_watched (self))
    return;
  title = g_strdup_printf (state == AG_TRAIN_RUN_FINISHED ? _ ("“%s” Has Finished Training")
                           : state == AG_TRAIN_RUN_PAUSED ? _ ("“%s” Has Paused")
                                                          : _ ("“%s” Cannot Go On"),
                           ag_train_run_get_name (run));
  notification = g_notification_new (title);
  if (ag_train_run_get_message (run) != NULL)
    g_notification_set_body (notification, ag_train_run_get_message (run));
  g_notification_set_default_action_and_target (notification, "app.show-train", "s",
                                                ag_train_run_get_name (run));
  g_application_send_notification (G_APPLICATION (self->application), ag_train_run_get_name (run),
                                   notification);
}

AgApplicationTrain *
ag_application_train_new (GtkApplication *application)
{
  AgApplicationTrain *self = g_new0 (AgApplicationTrain, 1);
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "afterglow", "runs", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  self->application = application;
  self->session = ag_train_session_new (folder, &error);
  if (self->session == NULL)
    {
      g_warning ("%s", error->message);
      return self;
    }
  g_signal_connect_swapped (self->session, "notify::active", G_CALLBACK (active_changed), self);
  g_signal_connect_swapped (self->session, "ended", G_CALLBACK (run_ended), self);
  return self;
}

void
ag_application_train_free (AgApplicationTrain *self)
{
  if (self == NULL)
    return;
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      ag_train_session_close (self->session);
    }
  release (self);
  g_clear_object (&self->session);
  g_free (self);
}

AgTrainSession *
ag_application_train_get_session (AgApplicationTrain *self)
{
  return self->session;
}

void
ag_application_train_quit (AgApplicationTrain *self)
{
  self->quits = TRUE;
  release (self);
}
