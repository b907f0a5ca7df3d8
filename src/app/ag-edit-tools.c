/* ag-edit-tools.c: what is done on the photo itself: pointing, pulling, brushing, overlays
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-tools.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-patch.h"

/* How many attributes a click shows first. */
#define N_FIRST 3

/* How far to pull, in logical pixels, for one unit of a slider. */
#define PULL_LENGTH 140.0

/* Overlays at their strongest. */
#define INFLUENCE_ALPHA 0.7
#define SURPRISE_ALPHA  0.8
#define MASK_ALPHA      0.55

struct AgEditTools
{
  AgCanvas *canvas;
  AgEditPanel *panel;
  GtkLabel *hint;
  AgEditSession *session;

  gboolean brief;
  AgEditBrush brush;
  double brush_size;
  int overlay;
  guint pointed; /* attribute under the pointer or the panel's; G_MAXUINT: none */
  guint pulled;
  double pulled_from;
  double clicked_x, clicked_y; /* what is still to be found out what acts there; NAN: nothing */
};

/* Overlays: a colour whose opacity, and for surprise hue, is the map's. */

typedef enum
{
  MAP_INFLUENCE,
  MAP_SURPRISE,
  MAP_MASK,
} Map;

static void
paint_map (Map map, guint8 value, guint8 rgba[4])
{
  double v = value / 255.0;

  switch (map)
    {
    case MAP_INFLUENCE:
      rgba[0] = 53;
      rgba[1] = 132;
      rgba[2] = 228;
      rgba[3] = (guint8) (255 * INFLUENCE_ALPHA * v);
      break;
    case MAP_SURPRISE: /* from yellow to red */
      rgba[0] = 246;
      rgba[1] = (guint8) (211 * (1 - v));
      rgba[2] = 20;
      rgba[3] = (guint8) (255 * SURPRISE_ALPHA * v);
      break;
    case MAP_MASK: /* what is left out is in the dark */
      rgba[0] = rgba[1] = rgba[2] = 0;
      rgba[3] = (guint8) (255 * MASK_ALPHA * (1 - v));
      break;
    }
}

/* As edits do, maps fade out towards the square's edge. */
static double
fade (int i, int size)
{
  double edge = (MIN (i, size - 1 - i) + 0.5) / size / AG_PATCH_FEATHER;

  edge = MIN (edge, 1);
  return edge * edge * (3 - 2 * edge);
}

static GdkTexture *
map_texture (Map map, GBytes *bytes, int size)
{
  const guint8 *values = g_bytes_get_data (bytes, NULL);
  gsize n = (gsize) size * (gsize) size;
  guint8 *pixels = g_malloc (n * 4);
  g_autoptr (GBytes) rgba = g_bytes_new_take (pixels, n * 4);

  for (gsize i = 0; i < n; i++)
    {
      guint8 *rgba_pixel = pixels + 4 * i;
      double strength = fade ((int) i % size, size) * fade ((int) i / size, size);

      paint_map (map, values[i], rgba_pixel);
      rgba_pixel[3] = (guint8) (rgba_pixel[3] * strength);
    }
  return gdk_memory_texture_new (size, size, GDK_MEMORY_R8G8B8A8, rgba, (gsize) size * 4);
}

static GBytes *
get_map (AgEditTools *self, Map *map, int *size)
{
  GBytes *mask;

  if (self->brush != AG_EDIT_BRUSH_OFF)
    {
      *map = MAP_MASK;
      mask = ag_edit_session_get_mask (self->session, size);
      return mask != NULL ? g_bytes_ref (mask) : NULL;
    }
  if (self->overlay == AG_EDIT_OVERLAY_INFLUENCE)
    {
      *map = MAP_INFLUENCE;
      return self->pointed != G_MAXUINT
               ? ag_edit_session_get_influence (self->session, self->pointed, size)
               : NULL;
    }
  if (self->overlay == AG_EDIT_OVERLAY_NONE)
    return NULL;
  *map = MAP_SURPRISE;
  return ag_edit_session_get_surprise (self->session, self->overlay, size);
}

static void
update_overlay (AgEditTools *self)
{
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) bytes = NULL;
  AgAlignment square;
  Map map;
  int size;

  if (self->session == NULL)
    return;
  bytes = get_map (self, &map, &size);
  if (bytes != NULL && ag_edit_session_get_square (self->session, &square))
    texture = map_texture (map, bytes, size);
  ag_canvas_set_overlay (self->canvas, texture, texture != NULL ? &square : NULL);
}

/* Pointing. */

static void
set_pointed (AgEditTools *self, guint pointed)
{
  if (self->pointed == pointed)
    return;
  self->pointed = pointed;
  if (self->overlay == AG_EDIT_OVERLAY_INFLUENCE)
    update_overlay (self);
}

static void
show_hint (AgEditTools *self, guint index)
{
  AgControlRow *row = ag_edit_panel_get_row (self->panel, index);
  g_autofree char *text = NULL;

  if (index != G_MAXUINT && row != NULL && self->brief)
    text = g_strdup_printf ("%s ↔", ag_control_row_get_title (row));
  else if (index != G_MAXUINT && row != NULL)
    /* Translators: %s is an attribute, like Smiling */
    text = g_strdup_printf (_ ("%s acts here: drag sideways"), ag_control_row_get_title (row));
  gtk_label_set_text (self->hint, text != NULL ? text : "");
}

/* The attribute that acts most at that point of the picture; G_MAXUINT if none does. */
static guint
get_first (AgEditTools *self, double x, double y)
{
  guint first;

  if (self->session == NULL || isnan (x) || self->brush != AG_EDIT_BRUSH_OFF ||
      ag_edit_session_rank_at (self->session, x, y, 1, &first) < 1)
    return G_MAXUINT;
  return first;
}

static void
hovered (AgEditTools *self, double x, double y)
{
  guint first = get_first (self, x, y);

  ag_canvas_set_pull (self->canvas, first != G_MAXUINT);
  show_hint (self, first);
  if (!isnan (x))
    set_pointed (self, first);
}

/* A face may be clicked before it is known of all attributes where they act in it. */
static void
show_clicked (AgEditTools *self)
{
  guint indices[N_FIRST];
  guint n;

  if (isnan (self->clicked_x) || !ag_edit_session_get_influence_ready (self->session))
    return;
  n = ag_edit_session_rank_at (self->session, self->clicked_x, self->clicked_y, N_FIRST, indices);
  self->clicked_x = NAN;
  ag_edit_panel_show_first (self->panel, indices, n);
}

static void
clicked (AgEditTools *self, double x, double y)
{
  self->clicked_x = self->session != NULL && self->brush == AG_EDIT_BRUSH_OFF ? x : NAN;
  self->clicked_y = y;
  if (isnan (self->clicked_x))
    ag_edit_panel_show_first (self->panel, NULL, 0);
  show_clicked (self);
}

static void
attribute_hovered (AgEditTools *self, guint index)
{
  set_pointed (self, index);
}

/* Pulling and brushing: what is done between press and release is one step of the history. */

static void
drag_begun (AgEditTools *self)
{
  self->pulled = G_MAXUINT;
  self->clicked_x = NAN;
  if (self->session != NULL)
    ag_edit_session_begin_drag (self->session);
}

static void
drag_ended (AgEditTools *self)
{
  if (self->session != NULL)
    ag_edit_session_end_drag (self->session);
}

static void
pulled (AgEditTools *self, double x, double y, double dx)
{
  AgControlRow *row;

  if (self->session == NULL)
    return;
  if (self->pulled == G_MAXUINT)
    {
      self->pulled = get_first (self, x, y);
      if (self->pulled == G_MAXUINT)
        return;
      self->pulled_from = ag_edit_session_get_value (self->session, self->pulled);
    }
  row = ag_edit_panel_get_row (self->panel, self->pulled);
  if (row != NULL)
    gtk_range_set_value (GTK_RANGE (ag_control_row_get_slider (row)),
                         self->pulled_from + dx / PULL_LENGTH);
}

static double
get_radius (AgEditTools *self)
{
  AgAlignment square;

  if (self->session == NULL || !ag_edit_session_get_square (self->session, &square))
    return 0;
  return self->brush_size * ag_alignment_get_side (&square);
}

static void
brushed (AgEditTools *self, double x, double y)
{
  double radius = get_radius (self);

  if (radius > 0)
    ag_edit_session_brush (self->session, x, y, radius,
                           self->brush == AG_EDIT_BRUSH_PAINT ? 1 : -1);
}

static void
update_brush (AgEditTools *self)
{
  ag_canvas_set_brush (self->canvas, self->brush != AG_EDIT_BRUSH_OFF ? get_radius (self) : 0);
}

/* The session. */

static void
influence_changed (AgEditTools *self)
{
  update_brush (self);
  update_overlay (self);
  show_clicked (self);
}

static void
face_changed (AgEditTools *self)
{
  self->pointed = G_MAXUINT;
  self->clicked_x = NAN;
  ag_canvas_set_pull (self->canvas, FALSE);
  show_hint (self, G_MAXUINT);
  ag_edit_panel_show_first (self->panel, NULL, 0);
  influence_changed (self);
}

AgEditTools *
ag_edit_tools_new (AgCanvas *canvas, AgEditPanel *panel, GtkLabel *hint)
{
  AgEditTools *self = g_new0 (AgEditTools, 1);

  self->canvas = canvas;
  self->panel = panel;
  self->hint = hint;
  self->overlay = AG_EDIT_OVERLAY_NONE;
  self->pointed = self->pulled = G_MAXUINT;
  self->clicked_x = NAN;
  g_signal_connect_swapped (canvas, "hovered", G_CALLBACK (hovered), self);
  g_signal_connect_swapped (canvas, "clicked", G_CALLBACK (clicked), self);
  g_signal_connect_swapped (canvas, "drag-begun", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (canvas, "drag-ended", G_CALLBACK (drag_ended), self);
  g_signal_connect_swapped (canvas, "pulled", G_CALLBACK (pulled), self);
  g_signal_connect_swapped (canvas, "brushed", G_CALLBACK (brushed), self);
  g_signal_connect_swapped (panel, "attribute-hovered", G_CALLBACK (attribute_hovered), self);
  return self;
}

void
ag_edit_tools_free (AgEditTools *self)
{
  if (self == NULL)
    return;
  ag_edit_tools_set_session (self, NULL);
  g_signal_handlers_disconnect_by_data (self->canvas, self);
  g_signal_handlers_disconnect_by_data (self->panel, self);
  g_free (self);
}

void
ag_edit_tools_set_session (AgEditTools *self, AgEditSession *session)
{
  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  self->clicked_x = NAN;
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "influence-changed", G_CALLBACK (influence_changed), self);
  g_signal_connect_swapped (session, "mask-changed", G_CALLBACK (update_overlay), self);
  g_signal_connect_swapped (session, "likelihood-changed", G_CALLBACK (update_overlay), self);
  g_signal_connect_swapped (session, "controls-changed", G_CALLBACK (influence_changed), self);
  g_signal_connect_swapped (session, "notify::face", G_CALLBACK (face_changed), self);
}

void
ag_edit_tools_set_brief (AgEditTools *self, gboolean brief)
{
  self->brief = brief;
}

void
ag_edit_tools_set_brush (AgEditTools *self, AgEditBrush brush, double size)
{
  self->brush = brush;
  self->brush_size = size;
  if (brush != AG_EDIT_BRUSH_OFF)
    self->clicked_x = NAN;
  influence_changed (self);
}

void
ag_edit_tools_set_overlay (AgEditTools *self, int overlay)
{
  self->overlay = overlay;
  update_overlay (self);
}

GMenuModel *
ag_edit_tools_new_overlay_menu (guint n_levels)
{
  g_autoptr (GMenu) surprise = g_menu_new ();
  g_autoptr (GMenu) plain = g_menu_new ();
  GMenu *menu = g_menu_new ();

  g_menu_append (plain, _ ("_Nothing"), "win.overlay(-3)");
  g_menu_append (plain, _ ("_Where the Attribute Acts"), "win.overlay(-2)");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (plain));
  g_menu_append (surprise, _ ("_All Together"), "win.overlay(-1)");
  for (guint level = n_levels; level-- > 0;)
    {
      g_autofree char *title = ag_edit_panel_get_level_title (level, n_levels);
      g_autofree char *action = g_strdup_printf ("win.overlay(%u)", level);

      g_menu_append (surprise, title, action);
    }
  g_menu_append_section (menu, _ ("What Surprises the Model"), G_MENU_MODEL (surprise));
  return G_MENU_MODEL (menu);
}

void
ag_edit_tools_offer_faces (AgEditTools *self, gboolean offer)
{
  guint n = offer ? ag_edit_session_get_n_photo_faces (self->session) : 0;
  g_autofree graphene_rect_t *boxes = g_new (graphene_rect_t, n + 1);

  for (guint i = 0; i < n; i++)
    {
      AgFace face;

      ag_edit_session_get_photo_face (self->session, i, &face);
      graphene_rect_init (&boxes[i], (float) face.x, (float) face.y, (float) face.width,
                          (float) face.height);
    }
  ag_canvas_set_faces (self->canvas, boxes, n,
                       n > 0 ? ag_edit_session_get_photo_face_index (self->session) : -1);
}
