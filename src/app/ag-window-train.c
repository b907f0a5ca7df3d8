/* ag-window-train.c: the window and the training that goes on behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>

#include "ag-slider-dialog.h"
#include "ag-window-private.h"

static void
open_model (AgWindow *self, GFile *file)
{
  ag_window_load_model (self, file);
  adw_view_stack_set_visible_child_name (self->views, "edit");
}

/* Pictures are computed: somebody edits. */
static void
interact (AgWindow *self)
{
  if (self->train_session != NULL)
    ag_train_session_interact (self->train_session);
}

static void
update_attention (AgWindow *self)
{
  AdwViewStackPage *page = adw_view_stack_get_page (self->views, GTK_WIDGET (self->train_page));

  adw_view_stack_page_set_needs_attention (
    page, self->train_session != NULL && ag_train_session_is_active (self->train_session));
}

static void
run_ended (AgWindow *self, AgTrainRun *run)
{
  g_autofree char *text = NULL;

  if (ag_train_run_get_state (run) == AG_TRAIN_RUN_FINISHED)
    text = g_strdup_printf (_ ("“%s” has finished training"), ag_train_run_get_name (run));
  else if (ag_train_run_get_state (run) == AG_TRAIN_RUN_FAILED)
    text = g_strdup_printf (_ ("“%s” cannot go on: %s"), ag_train_run_get_name (run),
                            ag_train_run_get_message (run));
  if (text != NULL)
    ag_window_toast (self, text);
}

void
ag_window_set_train_session (AgWindow *self, AgTrainSession *session)
{
  g_return_if_fail (AG_IS_WINDOW (self));

  if (self->train_session == session)
    return;
  if (self->train_session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->train_session, self);
      g_signal_handlers_disconnect_by_data (self->train_page, self);
      if (self->session != NULL)
        g_signal_handlers_disconnect_by_func (self->session, interact, self);
    }
  g_set_object (&self->train_session, session);
  ag_train_page_set_session (self->train_page, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "notify::active", G_CALLBACK (update_attention), self);
  g_signal_connect_swapped (session, "ended", G_CALLBACK (run_ended), self);
  g_signal_connect_swapped (self->train_page, "open-model", G_CALLBACK (open_model), self);
  g_signal_connect_swapped (self->train_page, "message", G_CALLBACK (ag_window_toast), self);
  if (self->session != NULL)
    {
      g_signal_connect_swapped (self->session, "controls-changed", G_CALLBACK (interact), self);
      g_signal_connect_swapped (self->session, "picture-changed", G_CALLBACK (interact), self);
    }
  update_attention (self);
}

AgTrainPage *
ag_window_get_train_page (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->train_page;
}

static void
show_train (AgWindow *self)
{
  adw_view_stack_set_visible_child_name (self->views, "train");
}

static void
train_new (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);

  show_train (self);
  ag_train_page_new_run (self->train_page, NULL);
}

/* A slider of one's own, in a copy of the model that is edited with. */
static void
make_slider (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  AgModel *model = self->session ? ag_edit_session_get_model (self->session) : NULL;
  AgSliderDialog *dialog;

  if (model == NULL)
    return;
  dialog = ag_slider_dialog_new (GTK_WINDOW (self), model);
  g_signal_connect_object (dialog, "saved", G_CALLBACK (open_model), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ag_window_install_train_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.train-new", NULL, train_new);
  gtk_widget_class_install_action (widget_class, "win.make-slider", NULL, make_slider);
}
