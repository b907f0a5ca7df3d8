/* ag-edit-page.c: the Edit view: shelf, photo, sliders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-edit-page-private.h"
#include "ag-texture.h"

/* Below the photo, a stage of fewer logical pixels does with few words, with smaller gaps, and
 * without the name of what acts under the pointer. */
#define WORDS_WIDTH 600
#define GAPS_WIDTH  480
#define HINT_WIDTH  380

/* How long the last face's picture stays while the next one's is not there. */
#define PATIENCE_MILLISECONDS 300

enum
{
  PROP_0,
  PROP_ADJUSTING,
  PROP_COMPARING,
  PROP_SPLIT,
  PROP_BRUSHING,
  PROP_CHOOSING,
  PROP_OVERLAY,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AgEditPage, ag_edit_page, GTK_TYPE_WIDGET)

/* Layout. */

/* What acts under the pointer takes the room of what is known anyway. How much room words take
 * depends on the language. */
static void
hint_changed (AgEditPage *self)
{
  gboolean hint = *gtk_label_get_text (self->pointer_hint) != '\0';
  int natural = 0;

  ag_likelihood_view_set_narrow (self->likelihood, hint);
  if (!hint)
    gtk_widget_measure (self->stage_bar, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL,
                        NULL);
  if (natural > self->stage_width)
    ag_likelihood_view_set_narrow (self->likelihood, TRUE);
}

static void
show_zoom (AgEditPage *self)
{
  g_autofree char *text = NULL;
  gboolean fitted;
  double zoom = ag_canvas_get_zoom (self->canvas, &fitted);

  /* Translators: how large the photo is shown, like 100 % */
  text = g_strdup_printf (_ ("%.0f %%"), 100 * zoom);
  gtk_menu_button_set_label (self->zoom_button, text);
}

static int
get_least_width (GtkWidget *widget)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

/* The likelihood is not what keeps a window from becoming narrower. */
static void
make_room (AgEditPage *self)
{
  GtkWidget *place = self->likelihood_place;
  gboolean shown = gtk_widget_get_visible (place);
  int least = get_least_width (self->stage_bar);

  if (shown)
    self->likelihood_width = get_least_width (place);
  else
    least += self->likelihood_width;
  gtk_widget_set_visible (place, least < self->stage_width);
}

static gboolean
rearrange (gpointer data)
{
  AgEditPage *self = data;

  self->rearrange = 0;
  show_zoom (self);
  gtk_widget_set_visible (self->adjust_label, self->stage_width >= WORDS_WIDTH);
  ag_edit_tools_set_brief (self->tools, self->stage_width < WORDS_WIDTH);
  gtk_widget_set_visible (GTK_WIDGET (self->pointer_hint), self->stage_width >= HINT_WIDTH);
  if (self->stage_width < GAPS_WIDTH)
    gtk_widget_add_css_class (self->stage_bar, "tight");
  else
    gtk_widget_remove_css_class (self->stage_bar, "tight");
  hint_changed (self);
  make_room (self);
  return G_SOURCE_REMOVE;
}

/* Widgets must not be changed in the middle of a layout, so that follows right after it. */
static void
queue_rearrange (AgEditPage *self)
{
  if (self->rearrange == 0)
    self->rearrange = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rearrange, self, NULL);
}

/* The session. */

static gboolean
update_texture (GdkTexture **texture, AgImage **made_of, AgImage *image)
{
  if (*made_of == image)
    return FALSE;
  g_clear_object (texture);
  g_clear_pointer (made_of, ag_image_unref);
  if (image != NULL)
    {
      *made_of = ag_image_ref (image);
      *texture = ag_texture_new (image);
    }
  return TRUE;
}

static void
show_eyes (AgEditPage *self)
{
  int width = 0, height = 0;
  AgEyes eyes;

  /* What is still seen is another picture. */
  if (self->awaiting)
    return;
  (void) ag_edit_session_get_picture_size (self->session, &width, &height);
  ag_canvas_set_photo (self->canvas, width, height,
                       ag_edit_session_get_eyes (self->session, &eyes) ? &eyes : NULL);
}

static void
show_pictures (AgEditPage *self, AgImage *picture, AgImage *original)
{
  AgEditViewport of_picture, of_original;
  gboolean changed = update_texture (&self->picture, &self->picture_image, picture);

  changed = update_texture (&self->original, &self->original_image, original) || changed;
  if (!changed)
    return;
  ag_edit_session_get_picture_viewports (self->session, &of_picture, &of_original);
  ag_canvas_set_pictures (self->canvas, self->picture, &of_picture, self->original, &of_original);
}

static void
stop_awaiting (AgEditPage *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  self->awaiting = FALSE;
  gtk_widget_set_visible (self->waiting, FALSE);
  show_eyes (self);
  ag_edit_page_update_modes (self);
}

/* The last face's picture is seen until the next one's is there, unless that takes long. */
static void
picture_changed (AgEditPage *self)
{
  AgImage *picture = ag_edit_session_get_picture (self->session);
  AgImage *original = ag_edit_session_get_original (self->session);

  if (self->awaiting)
    {
      if (picture == self->stale_picture || original == self->stale_original)
        return;
      stop_awaiting (self);
    }
  show_pictures (self, picture, original);
}

static gboolean
lose_patience (gpointer data)
{
  AgEditPage *self = data;

  self->patience = 0;
  show_pictures (self, NULL, NULL);
  gtk_widget_set_visible (self->waiting, TRUE);
  return G_SOURCE_REMOVE;
}

static void
start_awaiting (AgEditPage *self)
{
  AgImage *picture = ag_edit_session_get_picture (self->session);
  AgImage *original = ag_edit_session_get_original (self->session);

  g_clear_pointer (&self->stale_picture, ag_image_unref);
  g_clear_pointer (&self->stale_original, ag_image_unref);
  self->stale_picture = picture != NULL ? ag_image_ref (picture) : NULL;
  self->stale_original = original != NULL ? ag_image_ref (original) : NULL;
  self->awaiting = TRUE;
  if (self->patience == 0 && !gtk_widget_get_visible (self->waiting))
    self->patience = g_timeout_add (PATIENCE_MILLISECONDS, lose_patience, self);
}

static void
busy_changed (AgEditPage *self)
{
  gboolean busy, empty;

  g_object_get (self->session, "busy", &busy, NULL);
  empty = !busy && self->had_face && ag_edit_session_get_face (self->session) == NULL;
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_set_visible (self->empty, empty);
  if (ag_edit_session_get_face (self->session) == NULL)
    gtk_widget_set_visible (self->waiting, busy);
  /* There are buttons on it, and none on a photo. */
  ag_toast_area_set_yields (self->toasts, empty);
}

static void
build_overlay_menu (AgEditPage *self)
{
  g_autoptr (GMenuModel) menu =
    ag_edit_tools_new_overlay_menu (ag_edit_session_get_n_levels (self->session));

  gtk_menu_button_set_menu_model (self->overlay_button, menu);
}

/* The faces of a photo are offered when it is first seen. */
static gboolean
is_new (AgEditFace *face)
{
  static const char seen[] = "ag-edit-page-seen";
  gboolean new = g_object_get_data (G_OBJECT (face), seen) == NULL;

  g_object_set_data (G_OBJECT (face), seen, GINT_TO_POINTER (TRUE));
  return new;
}

static void
face_changed (AgEditPage *self)
{
  AgEditFace *face = ag_edit_session_get_face (self->session);
  gboolean photo = face != NULL && ag_edit_face_get_photo (face) != NULL;

  if (face != NULL)
    start_awaiting (self);
  else
    {
      show_pictures (self, NULL, NULL);
      stop_awaiting (self);
    }
  ag_canvas_set_zoom (self->canvas, 0);
  /* Before the first has been drawn nothing is missing. */
  self->had_face = self->had_face || face != NULL;
  busy_changed (self);
  gtk_widget_set_visible (self->adjust_button, photo);
  gtk_widget_set_visible (self->faces_button,
                          ag_edit_session_get_n_photo_faces (self->session) > 1);
  ag_edit_page_set_adjusting (self, photo && !ag_edit_face_get_eyes_found (face));
  ag_edit_page_set_choosing (self, photo && is_new (face));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  face != NULL ? ag_edit_face_get_name (face) : "", -1);
}

/* The canvas. */

static void
canvas_resized (AgEditPage *self, int width, int height)
{
  self->stage_width = gtk_widget_get_width (GTK_WIDGET (self->canvas));
  queue_rearrange (self);
  if (self->session != NULL)
    ag_edit_session_set_display_size (self->session, width, height);
}

/* All of the picture is asked for by the size it is shown at. */
static void
view_changed (AgEditPage *self)
{
  AgEditViewport viewport;
  gboolean part = ag_canvas_get_viewport (self->canvas, &viewport);

  if (self->session != NULL)
    ag_edit_session_set_viewport (self->session, part ? &viewport : NULL);
  queue_rearrange (self);
}

void
ag_edit_page_update_brush (AgEditPage *self)
{
  ag_edit_tools_set_brush (
    self->tools, self->brushing ? ag_brush_bar_get_brush (self->brush_bar) : AG_EDIT_BRUSH_OFF,
    ag_brush_bar_get_size (self->brush_bar));
}

static void
eyes_moved (AgEditPage *self)
{
  AgEyes eyes;

  ag_canvas_get_eyes (self->canvas, &eyes);
  ag_edit_session_set_eyes (self->session, &eyes);
}

static void
face_chosen (AgEditPage *self, guint index)
{
  ag_edit_session_choose_photo_face (self->session, index);
  ag_edit_page_set_adjusting (self, FALSE);
  ag_edit_page_set_choosing (self, FALSE);
}

static void
hint_done (AgEditPage *self)
{
  AgEditFace *face = ag_edit_session_get_face (self->session);

  if (face != NULL && self->adjusting)
    ag_edit_face_set_eyes_found (face, TRUE);
  (void) ag_edit_page_leave_mode (self);
}

static void
ag_edit_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AgEditPage *self = AG_EDIT_PAGE (object);

  switch (id)
    {
    case PROP_ADJUSTING:
      g_value_set_boolean (value, self->adjusting);
      break;
    case PROP_COMPARING:
      g_value_set_boolean (value, self->comparing);
      break;
    case PROP_SPLIT:
      g_value_set_boolean (value, self->split);
      break;
    case PROP_BRUSHING:
      g_value_set_boolean (value, self->brushing);
      break;
    case PROP_CHOOSING:
      g_value_set_boolean (value, self->choosing);
      break;
    case PROP_OVERLAY:
      g_value_set_int (value, self->overlay);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ag_edit_page_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AgEditPage *self = AG_EDIT_PAGE (object);

  switch (id)
    {
    case PROP_ADJUSTING:
      ag_edit_page_set_adjusting (self, g_value_get_boolean (value));
      break;
    case PROP_COMPARING:
      ag_edit_page_set_comparing (self, g_value_get_boolean (value));
      break;
    case PROP_SPLIT:
      ag_edit_page_set_split (self, g_value_get_boolean (value));
      break;
    case PROP_BRUSHING:
      ag_edit_page_set_brushing (self, g_value_get_boolean (value));
      break;
    case PROP_CHOOSING:
      ag_edit_page_set_choosing (self, g_value_get_boolean (value));
      break;
    case PROP_OVERLAY:
      ag_edit_page_set_overlay (self, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ag_edit_page_dispose (GObject *object)
{
  AgEditPage *self = AG_EDIT_PAGE (object);

  g_clear_handle_id (&self->rearrange, g_source_remove);
  g_clear_handle_id (&self->patience, g_source_remove);
  ag_edit_page_set_session (self, NULL);
  g_clear_pointer (&self->tools, ag_edit_tools_free);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_EDIT_PAGE);
  g_clear_object (&self->picture);
  g_clear_object (&self->original);
  g_clear_pointer (&self->picture_image, ag_image_unref);
  g_clear_pointer (&self->original_image, ag_image_unref);
  g_clear_pointer (&self->stale_picture, ag_image_unref);
  g_clear_pointer (&self->stale_original, ag_image_unref);
  G_OBJECT_CLASS (ag_edit_page_parent_class)->dispose (object);
}

static void
ag_edit_page_class_init (AgEditPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ag_edit_page_get_property;
  object_class->set_property = ag_edit_page_set_property;
  object_class->dispose = ag_edit_page_dispose;

  properties[PROP_ADJUSTING] = g_param_spec_boolean ("adjusting", NULL, NULL, FALSE, flags);
  properties[PROP_COMPARING] = g_param_spec_boolean ("comparing", NULL, NULL, FALSE, flags);
  properties[PROP_SPLIT] = g_param_spec_boolean ("split", NULL, NULL, FALSE, flags);
  properties[PROP_BRUSHING] = g_param_spec_boolean ("brushing", NULL, NULL, FALSE, flags);
  properties[PROP_CHOOSING] = g_param_spec_boolean ("choosing", NULL, NULL, FALSE, flags);
  properties[PROP_OVERLAY] =
    g_param_spec_int ("overlay", NULL, NULL, AG_EDIT_OVERLAY_NONE, 64, AG_EDIT_OVERLAY_NONE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (AG_TYPE_BRUSH_BAR);
  g_type_ensure (AG_TYPE_LIKELIHOOD_VIEW);
  g_type_ensure (AG_TYPE_SHELF);
  g_type_ensure (AG_TYPE_VIEW_LAYOUT);
  g_type_ensure (AG_TYPE_CANVAS);
  g_type_ensure (AG_TYPE_EDIT_PANEL);
  g_type_ensure (AG_TYPE_TOAST_AREA);
  gtk_widget_class_set_css_name (widget_class, "editpage");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/edit-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, shelf);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, layout);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, canvas);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, panel);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, adjust_button);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, adjust_label);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, faces_button);
  gtk_widget_class_bind_template_callback (widget_class, face_chosen);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, hint);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, hint_label);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, original_badge);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, empty);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, zoom_button);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, overlay_button);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, brush_revealer);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, brush_bar);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, pointer_hint);
  gtk_widget_class_bind_template_callback (widget_class, ag_edit_page_update_brush);
  gtk_widget_class_bind_template_callback (widget_class, ag_edit_page_child_revealed);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, waiting);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, likelihood);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, likelihood_place);
  gtk_widget_class_bind_template_child (widget_class, AgEditPage, stage_bar);
  gtk_widget_class_bind_template_callback (widget_class, canvas_resized);
  gtk_widget_class_bind_template_callback (widget_class, view_changed);
  gtk_widget_class_bind_template_callback (widget_class, ag_edit_page_show_panel);
  gtk_widget_class_bind_template_callback (widget_class, eyes_moved);
  gtk_widget_class_bind_template_callback (widget_class, hint_done);
}

static void
ag_edit_page_init (AgEditPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->overlay = AG_EDIT_OVERLAY_NONE;
  g_signal_connect_swapped (self->pointer_hint, "notify::label", G_CALLBACK (hint_changed), self);
  self->tools = ag_edit_tools_new (self->canvas, self->panel, self->pointer_hint);
}

void
ag_edit_page_set_session (AgEditPage *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  ag_shelf_set_session (self->shelf, session);
  ag_edit_panel_set_session (self->panel, session);
  ag_likelihood_view_set_session (self->likelihood, session);
  if (self->tools != NULL)
    ag_edit_tools_set_session (self->tools, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "picture-changed", G_CALLBACK (picture_changed), self);
  g_signal_connect_swapped (session, "controls-changed", G_CALLBACK (show_eyes), self);
  g_signal_connect_swapped (session, "notify::state", G_CALLBACK (build_overlay_menu), self);
  g_signal_connect_swapped (session, "notify::face", G_CALLBACK (face_changed), self);
  g_signal_connect_swapped (session, "notify::busy", G_CALLBACK (busy_changed), self);
  g_signal_connect_swapped (session, "likelihood-changed", G_CALLBACK (queue_rearrange), self);
  build_overlay_menu (self);
  face_changed (self);
  /* Whatever it has is of its face. */
  stop_awaiting (self);
  picture_changed (self);
  busy_changed (self);
}

AgCanvas *
ag_edit_page_get_canvas (AgEditPage *self)
{
  g_return_val_if_fail (AG_IS_EDIT_PAGE (self), NULL);
  return self->canvas;
}

AgEditPanel *
ag_edit_page_get_panel (AgEditPage *self)
{
  g_return_val_if_fail (AG_IS_EDIT_PAGE (self), NULL);
  return self->panel;
}

void
ag_edit_page_show_panel (AgEditPage *self)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));
  /* A wide window shows it anyway, and folds it away when it becomes narrow. */
  if (ag_view_layout_get_narrow (self->layout))
    ag_view_layout_set_unfolded (self->layout, TRUE);
}
