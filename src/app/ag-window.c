/* ag-window.c: the main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

#include "ag-data.h"
#include "ag-toast-area.h"
#include "ag-view-layout.h"

/* What "draw more faces" adds to the shelf. */
#define N_MORE_FACES 8

#define TOAST_SECONDS 6

/* How long a face that was taken off the shelf, say, can be put back by the message of it. */
#define UNDO_SECONDS 12

/* With fewer logical pixels not even the buttons of a narrow window have room in Edit. */
#define TIGHT_WIDTH 420

/* The class that GTK gives a button meanwhile. */
#define PRESSED_BY_KEY "keyboard-activating"

/* In characters; longer messages have several lines. */
#define TOAST_WIDTH 34

G_DEFINE_FINAL_TYPE (AgWindow, ag_window, ADW_TYPE_APPLICATION_WINDOW)

void
ag_window_add_toast (AgWindow *self, AdwToast *toast)
{
  AgToastArea *area = NULL;

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->pages), "views") == 0)
    area = ag_toast_area_find (adw_view_stack_get_visible_child (self->views));
  if (area != NULL)
    ag_toast_area_add (area, toast);
  else
    adw_toast_overlay_add_toast (self->toasts, toast);
}

void
ag_window_toast (AgWindow *self, const char *text)
{
  AdwToast *toast = adw_toast_new ("");
  GtkWidget *label = gtk_label_new (text);

  /* A message that is cut off would not say what is wrong. */
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), TOAST_WIDTH);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  g_free (self->last_toast);
  self->last_toast = g_strdup (text);
  adw_toast_set_timeout (toast, TOAST_SECONDS);
  /* At once: after others had their time nobody would know what it is about. */
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  ag_window_add_toast (self, toast);
}

AdwToast *
ag_window_add_undo_toast (AgWindow *self, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, _ ("_Undo"));
  adw_toast_set_timeout (toast, UNDO_SECONDS);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  /* It would come back after this one: after ten faces were removed, for two minutes. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
  g_set_weak_pointer (&self->undo_toast, toast);
  ag_window_add_toast (self, toast);
  return toast;
}

/* Keeping up with the session. */

static void
update_actions (AgWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  AgEditFace *face = ag_edit_session_get_face (self->session);
  gboolean busy, can_undo, can_redo, neutral;

  g_object_get (self->session, "busy", &busy, "can-undo", &can_undo, "can-redo", &can_redo,
                "neutral", &neutral, NULL);
  gtk_widget_action_set_enabled (widget, "win.undo", can_undo);
  gtk_widget_action_set_enabled (widget, "win.redo", can_redo);
  gtk_widget_action_set_enabled (widget, "win.reset", !neutral);
  gtk_widget_action_set_enabled (widget, "win.save", face != NULL && !busy);
  gtk_widget_action_set_enabled (widget, "win.export", face != NULL && !busy);
  gtk_widget_action_set_enabled (widget, "win.copy", face != NULL && !busy);
  gtk_widget_action_set_enabled (widget, "win.remove-face", face != NULL);
  gtk_widget_action_set_enabled (widget, "win.continue",
                                 ag_edit_session_can_continue (self->session));
  gtk_widget_action_set_enabled (widget, "win.draw-faces",
                                 ag_edit_session_get_model (self->session) != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->compare_button), !neutral);
}

/* Only seen where there is no room for the switcher of views. */
static void
update_title (AgWindow *self)
{
  AgEditFace *face = self->session != NULL ? ag_edit_session_get_face (self->session) : NULL;
  const char *title = face != NULL ? ag_edit_face_get_name (face) : _ ("Afterglow");

  /* What does not fit beside the buttons is left out of the header bar. */
  adw_view_switcher_title_set_title (self->title, self->narrow ? "" : title);
}

static void
face_changed (AgWindow *self)
{
  AgEditFace *face = ag_edit_session_get_face (self->session);

  gtk_window_set_title (GTK_WINDOW (self),
                        face != NULL ? ag_edit_face_get_name (face) : _ ("Afterglow"));
  update_title (self);
  update_actions (self);
}

/* A spinner goes on where nobody sees it, and has the window drawn sixty times a second. */
static void
show_page (AgWindow *self, const char *page)
{
  gtk_spinner_set_spinning (self->loading, g_str_equal (page, "loading"));
  gtk_stack_set_visible_child_name (self->pages, page);
}

static void
state_changed (AgWindow *self)
{
  const char *page = "views";

  if (ag_edit_session_get_model (self->session) == NULL)
    switch (ag_edit_session_get_state (self->session))
      {
      case AG_EDIT_SESSION_EMPTY:
      case AG_EDIT_SESSION_LOADING:
        page = "loading";
        break;
      case AG_EDIT_SESSION_FAILED:
        page = "failed";
        adw_status_page_set_description (self->failure_page,
                                         ag_edit_session_get_failure (self->session));
        break;
      case AG_EDIT_SESSION_READY:
        break;
      }
  show_page (self, page);
  update_actions (self);
}

static void
problem (AgWindow *self, const char *message)
{
  /* The page says it already. */
  if (ag_edit_session_get_model (self->session) == NULL &&
      ag_edit_session_get_state (self->session) == AG_EDIT_SESSION_LOADING)
    return;
  ag_window_toast (self, message);
}

/* Actions. */

static void
undo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_session_undo (AG_WINDOW (widget)->session);
}

static void
redo (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_session_redo (AG_WINDOW (widget)->session);
}

static void
undo_from_toast (AgWindow *self)
{
  ag_edit_session_undo (self->session);
}

static void
reset (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  AdwToast *toast;

  if (ag_edit_session_is_neutral (self->session))
    return;
  ag_edit_session_reset (self->session);
  toast = ag_window_add_undo_toast (self, _ ("Every slider was put back"));
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_from_toast), self,
                           G_CONNECT_SWAPPED);
}

static void
draw_faces (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_session_draw_faces (AG_WINDOW (widget)->session, N_MORE_FACES);
}

/* Holding C shows the original, wherever the focus is. */

static gboolean
key_pressed (AgWindow *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  const GdkModifierType others = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;

  if ((keyval != GDK_KEY_c && keyval != GDK_KEY_C) || (modifiers & others) != 0 ||
      GTK_IS_EDITABLE (gtk_window_get_focus (GTK_WINDOW (self))) ||
      !ag_window_shows_view (self, "edit") ||
      !gtk_widget_get_sensitive (GTK_WIDGET (self->compare_button)))
    return GDK_EVENT_PROPAGATE;
  ag_hold_button_set_held (self->compare_button, TRUE);
  return GDK_EVENT_STOP;
}

static void
key_released (AgWindow *self, guint keyval)
{
  if (keyval == GDK_KEY_c || keyval == GDK_KEY_C)
    ag_hold_button_set_held (self->compare_button, FALSE);
}

/* The window itself. */

/* The header bar has what the view that is seen can do; where there is little room, not what the
 * history and the line between original and edited do as well, nor what is in the menu too. */
static void
view_changed (AgWindow *self)
{
  gboolean edit = ag_window_shows_view (self, "edit");

  gtk_widget_set_visible (self->undo_button, edit);
  gtk_widget_set_visible (self->redo_button, edit && !self->narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->history_button), edit);
  gtk_widget_set_visible (GTK_WIDGET (self->compare_button), edit && !self->narrow);
  gtk_widget_set_visible (self->export_button, !edit || !self->tight);
  ag_window_update_panel_button (self);
  if (self->session != NULL)
    update_actions (self);
}

static gboolean
rearrange (gpointer data)
{
  AgWindow *self = data;

  self->rearrange = 0;
  update_title (self);
  gtk_stack_set_visible_child_name (self->open_label, self->narrow ? "narrow" : "wide");
  view_changed (self);
  return G_SOURCE_REMOVE;
}

/* Widgets must not be changed in the middle of a layout, so the rest follows right after it. */
static void
ag_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgWindow *self = AG_WINDOW (widget);
  gboolean narrow = width < AG_VIEW_LAYOUT_NARROW, tight = width < TIGHT_WIDTH;

  GTK_WIDGET_CLASS (ag_window_parent_class)->size_allocate (widget, width, height, baseline);
  if (narrow == self->narrow && tight == self->tight)
    return;
  self->narrow = narrow;
  self->tight = tight;
  if (self->rearrange == 0)
    self->rearrange = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rearrange, self, NULL);
}

static void
remember_size (AgWindow *self)
{
  int width, height;

  if (self->settings == NULL)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_int (self->settings, "window-width", width);
  g_settings_set_int (self->settings, "window-height", height);
  g_settings_set_boolean (self->settings, "window-maximized",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
}

static void
restore_size (AgWindow *self)
{
  if (self->settings == NULL)
    return;
  gtk_window_set_default_size (GTK_WINDOW (self),
                               g_settings_get_int (self->settings, "window-width"),
                               g_settings_get_int (self->settings, "window-height"));
  if (g_settings_get_boolean (self->settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static gboolean
close_idle (gpointer data)
{
  gtk_window_close (data);
  return G_SOURCE_REMOVE;
}

/* The button that looks pressed now by a key, a mnemonic or accessibility: it acts when GTK has
 * shown it so for a quarter of a second. */
static GtkWidget *
find_pressed (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (gtk_widget_has_css_class (widget, PRESSED_BY_KEY))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_pressed (child);
  return found;
}

static void
released (GtkWidget *button, GParamSpec *spec, AgWindow *self)
{
  if (gtk_widget_has_css_class (button, PRESSED_BY_KEY))
    return;
  g_signal_handlers_disconnect_by_func (button, released, self);
  /* It is about to act. */
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, close_idle, g_object_ref (self), g_object_unref);
}

/* What has been asked for before is done before the window goes: a picture that is being saved is
 * saved, a training that is to start has started. */
static gboolean
ag_window_close_request (GtkWindow *window)
{
  AgWindow *self = AG_WINDOW (window);
  GtkWidget *button = find_pressed (GTK_WIDGET (self));

  if (button != NULL)
    {
      g_signal_handlers_disconnect_by_func (button, released, self);
      g_signal_connect_object (button, "notify::css-classes", G_CALLBACK (released), self, 0);
      return GDK_EVENT_STOP;
    }
  self->closing = TRUE;
  if (self->n_saving > 0)
    return GDK_EVENT_STOP;
  return GTK_WINDOW_CLASS (ag_window_parent_class)->close_request (window);
}

static void
ag_window_unmap (GtkWidget *widget)
{
  remember_size (AG_WINDOW (widget));
  GTK_WIDGET_CLASS (ag_window_parent_class)->unmap (widget);
}

static void
ag_window_dispose (GObject *object)
{
  AgWindow *self = AG_WINDOW (object);

  g_clear_handle_id (&self->rearrange, g_source_remove);
  g_clear_object (&self->panel_binding);
  g_cancellable_cancel (self->cancellable);
  if (self->train_page != NULL)
    ag_window_set_train_session (self, NULL);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      ag_window_set_views_session (self, NULL);
      ag_edit_session_close (self->session);
    }
  if (self->edit_page != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->edit_page, self);
      ag_edit_page_set_session (self->edit_page, NULL);
      ag_history_popover_set_session (self->history, NULL);
      ag_window_remove_edit_toggles (self);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_WINDOW);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ag_window_parent_class)->dispose (object);
}

static void
ag_window_finalize (GObject *object)
{
  AgWindow *self = AG_WINDOW (object);

  g_clear_object (&self->cancellable);
  g_free (self->last_toast);
  g_clear_weak_pointer (&self->undo_toast);
  G_OBJECT_CLASS (ag_window_parent_class)->finalize (object);
}

static void
ag_window_class_init (AgWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_window_finalize;
  widget_class->unmap = ag_window_unmap;
  widget_class->size_allocate = ag_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = ag_window_close_request;

  g_type_ensure (AG_TYPE_EDIT_PAGE);
  g_type_ensure (AG_TYPE_HISTORY_POPOVER);
  g_type_ensure (AG_TYPE_BLEND_PAGE);
  g_type_ensure (AG_TYPE_SAMPLE_PAGE);
  g_type_ensure (AG_TYPE_TRAIN_PAGE);
  g_type_ensure (AG_TYPE_HOLD_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/window.ui");
  gtk_widget_class_bind_template_child (widget_class, AgWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, loading);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, views);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, sample_page);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, train_page);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, blend_page);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, undo_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, redo_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, panel_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, export_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, open_label);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, open_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, failure_page);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, edit_page);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, compare_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, history);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, history_button);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, recent_menu);
  gtk_widget_class_bind_template_child (widget_class, AgWindow, drop_frame);
  gtk_widget_class_bind_template_callback (widget_class, view_changed);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, key_released);

  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo);
  gtk_widget_class_install_action (widget_class, "win.redo", NULL, redo);
  gtk_widget_class_install_action (widget_class, "win.reset", NULL, reset);
  gtk_widget_class_install_action (widget_class, "win.draw-faces", NULL, draw_faces);
  ag_window_install_file_actions (widget_class);
  ag_window_install_train_actions (widget_class);
  ag_window_install_edit_actions (widget_class);
  ag_window_install_continue_actions (widget_class);
  ag_window_install_view_actions (widget_class);
}

static void
ag_window_init (AgWindow *self)
{
  g_autoptr (GError) error = NULL;

  self->cancellable = g_cancellable_new ();
  self->settings = ag_data_new_settings ();
  gtk_widget_init_template (GTK_WIDGET (self));
  restore_size (self);
  ag_window_init_drops (self);
  ag_window_add_edit_toggles (self);
  ag_window_init_looks (self, ag_edit_panel_get_looks (ag_edit_page_get_panel (self->edit_page)));
  g_object_bind_property (self->compare_button, "held", self->edit_page, "comparing",
                          G_BINDING_DEFAULT);

  self->session = ag_edit_session_new (&error);
  if (self->session == NULL)
    {
      adw_status_page_set_description (self->failure_page, error->message);
      show_page (self, "failed");
      return;
    }
  ag_edit_page_set_session (self->edit_page, self->session);
  ag_history_popover_set_session (self->history, self->session);
  ag_window_init_continue (self);
  ag_window_set_views_session (self, self->session);
  g_signal_connect_swapped (self->session, "notify::state", G_CALLBACK (state_changed), self);
  g_signal_connect_swapped (self->session, "notify::face", G_CALLBACK (face_changed), self);
  g_signal_connect_swapped (self->session, "notify::busy", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->session, "notify::can-undo", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->session, "notify::can-redo", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->session, "notify::neutral", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->session, "problem", G_CALLBACK (problem), self);
  state_changed (self);
}

AgWindow *
ag_window_new (GtkApplication *application)
{
  return g_object_new (AG_TYPE_WINDOW, "application", application, NULL);
}

void
ag_window_load_model (AgWindow *self, GFile *file)
{
  g_return_if_fail (AG_IS_WINDOW (self));

  if (self->session != NULL)
    ag_edit_session_load_model (self->session, file);
}

AgEditSession *
ag_window_get_session (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->session;
}

AgEditPage *
ag_window_get_edit_page (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->edit_page;
}

const char *
ag_window_get_last_toast (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->last_toast;
}
