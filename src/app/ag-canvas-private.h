/* ag-canvas-private.h: what the files of the canvas share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-canvas.c has the widget and draws it; ag-canvas-input.c has the pointer, fingers and keys;
 * ag-canvas-eyes.c the handles on the eyes; ag-canvas-faces.c the faces to choose from;
 * ag-canvas-view.c the arithmetic of zooming.
 */
#pragma once

#include "ag-canvas-view.h"
#include "ag-canvas.h"

G_BEGIN_DECLS

typedef enum
{
  AG_CANVAS_LEFT_EYE,
  AG_CANVAS_RIGHT_EYE,
  AG_CANVAS_N_EYES,
} AgCanvasEye;

/* What a drag with the primary button does. */
typedef enum
{
  AG_CANVAS_DRAG_NONE,
  AG_CANVAS_DRAG_UNDECIDED,
  AG_CANVAS_DRAG_SQUARE,
  AG_CANVAS_DRAG_SPLIT,
  AG_CANVAS_DRAG_PAN,
  AG_CANVAS_DRAG_PULL,
  AG_CANVAS_DRAG_BRUSH,
} AgCanvasDrag;

typedef struct
{
  GdkTexture *texture;
  AgEditViewport viewport;
} AgCanvasLayer;

struct _AgCanvas
{
  GtkWidget parent_instance;

  AgCanvasView view;
  AgCanvasLayer picture, original;
  AgCanvasLayer whole_picture, whole_original; /* beneath them while they do not reach */
  gboolean adjusting, comparing, split;
  GtkWidget *split_scale;

  gboolean has_eyes;
  AgEyes eyes, dragged_from;
  GtkWidget *handles[AG_CANVAS_N_EYES];

  GdkTexture *overlay;
  AgAlignment overlay_square;

  gboolean pull;
  double brush; /* radius in pixels of the picture; 0: none */
  gboolean pointer_inside;

  GArray *frames; /* around the faces to choose from */

  AgCanvasDrag drag;
  double press_x, press_y;     /* of the drag, on the canvas */
  double dragged_x, dragged_y; /* of it, what has been dealt with */
  double pointer_x, pointer_y;
  double mouse_x, mouse_y; /* where it was last; the keys move the pointer from there */
  double pinch_from;       /* the zoom it began at */
};

enum
{
  AG_CANVAS_SIGNAL_RESIZED,
  AG_CANVAS_SIGNAL_VIEW_CHANGED,
  AG_CANVAS_SIGNAL_DRAG_BEGUN,
  AG_CANVAS_SIGNAL_EYES_MOVED,
  AG_CANVAS_SIGNAL_DRAG_ENDED,
  AG_CANVAS_SIGNAL_HOVERED,
  AG_CANVAS_SIGNAL_CLICKED,
  AG_CANVAS_SIGNAL_PULLED,
  AG_CANVAS_SIGNAL_BRUSHED,
  AG_CANVAS_SIGNAL_FACE_CHOSEN,
  AG_CANVAS_N_SIGNALS,
};

void ag_canvas_emit (AgCanvas *self, guint signal);
void ag_canvas_emit_at (AgCanvas *self, guint signal, double x, double y);
void ag_canvas_emit_face_chosen (AgCanvas *self, guint index);
void ag_canvas_emit_pulled (AgCanvas *self, double x, double y, double dx);

gboolean ag_canvas_has_picture (AgCanvas *self);
gboolean ag_canvas_has_handles (AgCanvas *self);

/* After the view was changed. */
void ag_canvas_view_changed (AgCanvas *self);

/* In ag-canvas-eyes.c. */
void ag_canvas_init_handles (AgCanvas *self);
void ag_canvas_place_handles (AgCanvas *self);
void ag_canvas_draw_square (AgCanvas *self, GtkSnapshot *snapshot);
gboolean ag_canvas_is_in_square (AgCanvas *self, double x, double y);
/* Moves both eyes to where they were when the drag began, and by that. */
void ag_canvas_drag_square (AgCanvas *self, double dx, double dy);

/* In ag-canvas-faces.c. */
void ag_canvas_init_faces (AgCanvas *self);
void ag_canvas_clear_faces (AgCanvas *self);
void ag_canvas_place_faces (AgCanvas *self);
void ag_canvas_snapshot_faces (AgCanvas *self, GtkSnapshot *snapshot);

/* In ag-canvas-input.c. */
void ag_canvas_install_input (GtkWidgetClass *widget_class);
void ag_canvas_init_input (AgCanvas *self);

G_END_DECLS
