/* ag-blend-page.c: the Blend view: the way from one face to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-page-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-edit-panel.h"
#include "ag-panel-fit.h"
#include "ag-steady-knob.h"
#include "ag-view-layout.h"

/* Positions are rounded to these, so that dragging back and forth meets what is known. */
#define N_POSITIONS 240

/* Larger ones are magnified when they are drawn. */
#define MAX_PICTURE_SIZE 640

/* How long the way takes at a speed of 1. */
#define SECONDS 2.0

enum
{
  SIGNAL_EDIT,
  SIGNAL_MESSAGE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgBlendPage, ag_blend_page, GTK_TYPE_WIDGET)

void
ag_blend_page_message (AgBlendPage *self, const char *text)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

/* What the session has. */

static void
update_caption (AgBlendPage *self)
{
  double t = ag_blend_session_get_t (self->blend);
  double bits =
    ag_blend_session_get_point_bits (self->blend, (guint) lround (t * (AG_BLEND_N_POINTS - 1)));
  g_autofree char *text = NULL;

  if (ag_blend_session_is_beyond (self->blend))
    text = g_strdup (_ ("The model draws no picture here"));
  else if (isnan (bits))
    text = g_strdup_printf (_ ("%.0f %%"), 100 * t);
  else
    /* Translators: how far the way is gone, and bits per dimension, a unit of likelihood */
    text = g_strdup_printf (_ ("%.0f %% · %.2f bits/dim"), 100 * t, bits);
  gtk_label_set_text (self->caption, text);
}

static void
picture_changed (AgBlendPage *self)
{
  ag_face_tile_set_image (self->picture, ag_blend_session_get_picture (self->blend));
  ag_face_tile_set_dimmed (self->picture, ag_blend_session_is_beyond (self->blend) ||
                                            !ag_blend_session_is_ready (self->blend));
  update_caption (self);
}

static void
point_changed (AgBlendPage *self, guint point)
{
  g_autoptr (AgImage) image = ag_blend_session_get_point_image (self->blend, point);

  ag_film_strip_set_point (self->strip, point, image,
                           ag_blend_session_get_point_bits (self->blend, point));
  if (point == (guint) lround (ag_blend_session_get_t (self->blend) * (AG_BLEND_N_POINTS - 1)))
    update_caption (self);
}

static void
path_changed (AgBlendPage *self)
{
  ag_film_strip_clear (self->strip);
  for (guint i = 0; i < AG_BLEND_N_POINTS; i++)
    point_changed (self, i);
}

static void
row_changed (AgBlendPage *self, AgControlRow *row)
{
  guint level;

  if (self->updating || self->blend == NULL)
    return;
  if (row == self->down)
    ag_blend_session_set_position (self->blend, ag_blend_session_get_t (self->blend),
                                   ag_control_row_get_value (row));
  else if (g_ptr_array_find (self->levels, row, &level))
    ag_blend_session_set_mix (self->blend, level, ag_control_row_get_value (row));
}

static void
build_levels (AgBlendPage *self)
{
  guint n = ag_blend_session_get_n_levels (self->blend);

  if (self->levels->len == n)
    return;
  for (guint i = 0; i < self->levels->len; i++)
    gtk_box_remove (self->mix_box, g_ptr_array_index (self->levels, i));
  g_ptr_array_set_size (self->levels, (int) n);
  /* Coarse ones first, as one works. */
  for (guint i = n; i-- > 0;)
    {
      g_autofree char *title = ag_edit_panel_get_level_title (i, n);
      AgControlRow *row = ag_control_row_new (title, -1, 1);

      ag_control_row_set_hard_limits (row, -1, 1);
      ag_control_row_set_neutral (row, 0, TRUE);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed), self);
      gtk_box_append (self->mix_box, GTK_WIDGET (row));
      self->levels->pdata[i] = row;
    }
}

/* Without two faces there is no way to go along, but a page that says so. */
static void
show_way (AgBlendPage *self, gboolean shown)
{
  gtk_stack_set_visible_child_name (self->stack, shown ? "picture" : "empty");
  /* The page has a button; the picture has none. */
  ag_toast_area_set_yields (self->toasts, !shown);
  gtk_widget_set_visible (GTK_WIDGET (self->strip), shown);
  gtk_widget_set_visible (GTK_WIDGET (self->scrubber), shown);
  gtk_widget_set_visible (self->bar, shown);
  gtk_widget_set_sensitive (self->swap_button, shown);
}

static void
settings_changed (AgBlendPage *self)
{
  gboolean ready = ag_blend_session_is_ready (self->blend);
  double t = ag_blend_session_get_t (self->blend), v = ag_blend_session_get_v (self->blend);
  g_autofree char *text = g_strdup_printf (_ ("%.0f %%"), 100 * t);

  self->updating = TRUE;
  build_levels (self);
  ag_blend_page_update_faces (self);
  gtk_range_set_value (GTK_RANGE (self->scrubber), t);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scrubber),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
  ag_film_strip_set_position (self->strip, t);
  ag_blend_pad_set_position (self->pad, t, v);
  ag_control_row_set_value (self->down, v);
  gtk_drop_down_set_selected (self->kind, ag_blend_session_get_kind (self->blend));
  gtk_switch_set_active (self->likelier, ag_blend_session_get_likelier (self->blend));
  ag_class_row_set_model (self->classes, ag_edit_session_get_model (self->session),
                          _ ("The First Face’s"));
  ag_class_row_set_class (self->classes, ag_blend_session_get_class (self->blend));
  for (guint i = 0; i < self->levels->len; i++)
    ag_control_row_set_value (g_ptr_array_index (self->levels, i),
                              ag_blend_session_get_mix (self->blend, i));
  show_way (self, ag_blend_session_get_n_faces (self->blend) >= 2);
  gtk_widget_set_sensitive (GTK_WIDGET (self->scrubber), ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "blend.play", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "blend.keep", ready);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "blend.edit", ready);
  ag_blend_page_update_progress (self);
  update_caption (self);
  self->updating = FALSE;
}

/* Moving along. */

static void
go_to (AgBlendPage *self, double t, double v)
{
  if (self->blend != NULL)
    ag_blend_session_set_position (self->blend, round (t * N_POSITIONS) / N_POSITIONS, v);
}

static void
scrubbed (AgBlendPage *self)
{
  if (!self->updating && self->blend != NULL)
    go_to (self, gtk_range_get_value (GTK_RANGE (self->scrubber)),
           ag_blend_session_get_v (self->blend));
}

static void
set_playing (AgBlendPage *self, gboolean playing)
{
  const char *label = playing ? _ ("Pause") : _ ("Play");

  if (!playing && self->tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
      self->tick = 0;
    }
  gtk_button_set_icon_name (self->play_button, playing ? "media-playback-pause-symbolic"
                                                       : "media-playback-start-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->play_button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label, -1);
}

static void
strip_picked (AgBlendPage *self, double position)
{
  set_playing (self, FALSE);
  if (self->blend != NULL && ag_blend_session_is_ready (self->blend))
    go_to (self, position, ag_blend_session_get_v (self->blend));
}

static void
pad_moved (AgBlendPage *self, double t, double v)
{
  set_playing (self, FALSE);
  go_to (self, t, round (v * N_POSITIONS) / N_POSITIONS);
}

/* One point of the path after the other; they are computed ahead. */
static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  AgBlendPage *self = AG_BLEND_PAGE (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double seconds = (double) (now - self->last_tick) / G_USEC_PER_SEC;
  double period = gtk_switch_get_active (self->ping_pong) ? 2 : 1, t;

  self->last_tick = now;
  self->playhead =
    fmod (self->playhead + seconds * ag_control_row_get_value (self->speed) / SECONDS, period);
  t = self->playhead <= 1 ? self->playhead : 2 - self->playhead;
  ag_blend_session_set_position (self->blend,
                                 round (t * (AG_BLEND_N_POINTS - 1)) / (AG_BLEND_N_POINTS - 1),
                                 ag_blend_session_get_v (self->blend));
  return G_SOURCE_CONTINUE;
}

static void
play (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgBlendPage *self = AG_BLEND_PAGE (widget);
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  if (self->tick != 0)
    {
      set_playing (self, FALSE);
      return;
    }
  if (self->blend == NULL || !ag_blend_session_is_ready (self->blend) || clock == NULL)
    return;
  set_playing (self, TRUE);
  self->playhead = fmod (ag_blend_session_get_t (self->blend), 1);
  self->last_tick = gdk_frame_clock_get_frame_time (clock);
  self->tick = gtk_widget_add_tick_callback (widget, on_tick, NULL, NULL);
}

/* Whoever moves the scrubber takes over. */
static gboolean
scrub_begun (AgBlendPage *self)
{
  set_playing (self, FALSE);
  return GDK_EVENT_PROPAGATE;
}

/* Controls. */

static void
kind_chosen (AgBlendPage *self)
{
  if (!self->updating && self->blend != NULL)
    ag_blend_session_set_kind (self->blend, (AgPathKind) gtk_drop_down_get_selected (self->kind));
}

static void
likelier_switched (AgBlendPage *self)
{
  if (!self->updating && self->blend != NULL)
    ag_blend_session_set_likelier (self->blend, gtk_switch_get_active (self->likelier));
}

static void
class_chosen (AgBlendPage *self)
{
  if (self->blend != NULL)
    ag_blend_session_set_class (self->blend, ag_class_row_get_class (self->classes));
}

/* Another face of the shelf, one that is not blended yet. */
static void
add_clicked (AgBlendPage *self)
{
  GListModel *faces = ag_edit_session_get_faces (self->session);
  guint n = ag_blend_session_get_n_faces (self->blend);

  for (guint i = 0; i < g_list_model_get_n_items (faces); i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (faces, i);
      guint k = 0;

      while (k < n && ag_blend_session_get_face (self->blend, k) != face)
        k++;
      if (k < n)
        continue;
      ag_blend_session_set_face (self->blend, n, face);
      return;
    }
}

static void
swap_clicked (AgBlendPage *self)
{
  g_autoptr (AgEditFace) first = NULL;

  if (self->blend == NULL || ag_blend_session_get_n_faces (self->blend) < 2)
    return;
  first = g_object_ref (ag_blend_session_get_face (self->blend, 0));
  ag_blend_session_set_face (self->blend, 0, ag_blend_session_get_face (self->blend, 1));
  ag_blend_session_set_face (self->blend, 1, first);
}

/* The widget. */

static void
ag_blend_page_map (GtkWidget *widget)
{
  AgBlendPage *self = AG_BLEND_PAGE (widget);

  GTK_WIDGET_CLASS (ag_blend_page_parent_class)->map (widget);
  if (self->blend != NULL)
    ag_blend_session_set_active (self->blend, TRUE);
}

static void
ag_blend_page_unmap (GtkWidget *widget)
{
  AgBlendPage *self = AG_BLEND_PAGE (widget);

  set_playing (self, FALSE);
  if (self->blend != NULL)
    ag_blend_session_set_active (self->blend, FALSE);
  GTK_WIDGET_CLASS (ag_blend_page_parent_class)->unmap (widget);
}

static void
picture_resized (AgBlendPage *self, int size)
{
  if (self->blend != NULL)
    ag_blend_session_set_display_size (self->blend, MIN (size, MAX_PICTURE_SIZE));
}

static void
ag_blend_page_dispose (GObject *object)
{
  AgBlendPage *self = AG_BLEND_PAGE (object);

  ag_blend_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_BLEND_PAGE);
  g_clear_pointer (&self->levels, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_blend_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, layout);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, panel);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, shelf);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, picture);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, strip);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, scrubber);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, bar);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, caption);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, play_button);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, face_rows);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, swap_button);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, pad_box);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, pad);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, down_box);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, kind);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, likelier);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, classes);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, mix_expander);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, mix_box);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, speed_box);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, ping_pong);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, format);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, size);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, n_frames);
  gtk_widget_class_bind_template_child (widget_class, AgBlendPage, export_bar);
  gtk_widget_class_bind_template_callback (widget_class, scrubbed);
  gtk_widget_class_bind_template_callback (widget_class, scrub_begun);
  gtk_widget_class_bind_template_callback (widget_class, picture_resized);
  gtk_widget_class_bind_template_callback (widget_class, strip_picked);
  gtk_widget_class_bind_template_callback (widget_class, pad_moved);
  gtk_widget_class_bind_template_callback (widget_class, kind_chosen);
  gtk_widget_class_bind_template_callback (widget_class, likelier_switched);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen);
  gtk_widget_class_bind_template_callback (widget_class, add_clicked);
  gtk_widget_class_bind_template_callback (widget_class, swap_clicked);
}

static void
ag_blend_page_class_init (AgBlendPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_blend_page_dispose;
  widget_class->map = ag_blend_page_map;
  widget_class->unmap = ag_blend_page_unmap;

  signals[SIGNAL_EDIT] = g_signal_new ("edit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, AG_TYPE_EDIT_FACE);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (AG_TYPE_CLASS_ROW);
  g_type_ensure (AG_TYPE_EXPORT_BAR);
  g_type_ensure (AG_TYPE_SHELF);
  g_type_ensure (AG_TYPE_TOAST_AREA);
  g_type_ensure (AG_TYPE_VIEW_LAYOUT);
  g_type_ensure (AG_TYPE_FACE_TILE);
  g_type_ensure (AG_TYPE_FILM_STRIP);
  g_type_ensure (AG_TYPE_BLEND_PAD);
  gtk_widget_class_set_css_name (widget_class, "blendpage");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/blend-page.ui");
  bind_template (widget_class);
  gtk_widget_class_install_action (widget_class, "blend.play", NULL, play);
  ag_blend_page_install_out (widget_class);
}

static AgControlRow *
add_row (AgBlendPage *self, GtkBox *box, const char *title, double lower, double upper, double at)
{
  AgControlRow *row = ag_control_row_new (title, lower, upper);

  ag_control_row_set_hard_limits (row, lower, upper);
  ag_control_row_set_neutral (row, at, FALSE);
  ag_control_row_set_value (row, at);
  g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed), self);
  gtk_box_append (box, GTK_WIDGET (row));
  return row;
}

static void
ag_blend_page_init (AgBlendPage *self)
{
  self->levels = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ag_panel_fit (self->panel);
  ag_steady_knob_add (GTK_RANGE (self->scrubber));
  self->down = add_row (self, self->down_box, _ ("Towards the Lower Faces"), 0, 1, 0);
  self->speed = add_row (self, self->speed_box, _ ("Speed"), 0.25, 4, 1);
  ag_blend_page_build_faces (self);
  set_playing (self, FALSE);
}

static void
let_go (AgBlendPage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->show_faces, g_source_remove);
  if (self->play_button != NULL)
    set_playing (self, FALSE);
  ag_blend_page_list_faces (self, NULL);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (ag_edit_session_get_faces (self->session), self);
  if (self->blend != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->blend, self);
      ag_blend_session_close (self->blend);
    }
  g_clear_object (&self->blend);
  g_clear_object (&self->session);
  if (self->shelf != NULL)
    ag_shelf_set_session (self->shelf, NULL);
}

void
ag_blend_page_set_session (AgBlendPage *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_BLEND_PAGE (self));

  if (self->session == session)
    return;
  let_go (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->cancellable = g_cancellable_new ();
  self->blend = ag_blend_session_new (session);
  ag_shelf_set_session (self->shelf, session);
  /* Before the lists, which select something by themselves when the shelf changes. */
  g_signal_connect_object (ag_edit_session_get_faces (session), "items-changed",
                           G_CALLBACK (ag_blend_page_update_faces), self, G_CONNECT_SWAPPED);
  ag_blend_page_list_faces (self, ag_edit_session_get_faces (session));
  g_signal_connect_swapped (self->blend, "picture-changed", G_CALLBACK (picture_changed), self);
  g_signal_connect_swapped (self->blend, "point-changed", G_CALLBACK (point_changed), self);
  g_signal_connect_swapped (self->blend, "path-changed", G_CALLBACK (path_changed), self);
  g_signal_connect_swapped (self->blend, "changed", G_CALLBACK (settings_changed), self);
  g_signal_connect_swapped (self->blend, "progress", G_CALLBACK (ag_blend_page_update_progress),
                            self);
  g_signal_connect_swapped (self->blend, "problem", G_CALLBACK (ag_blend_page_message), self);
  path_changed (self);
  settings_changed (self);
  ag_blend_session_set_active (self->blend, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

AgBlendSession *
ag_blend_page_get_blend (AgBlendPage *self)
{
  g_return_val_if_fail (AG_IS_BLEND_PAGE (self), NULL);
  return self->blend;
}

gboolean
ag_blend_page_get_playing (AgBlendPage *self)
{
  g_return_val_if_fail (AG_IS_BLEND_PAGE (self), FALSE);
  return self->tick != 0;
}
