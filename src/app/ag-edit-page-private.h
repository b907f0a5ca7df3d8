/* ag-edit-page-private.h: what the files of the Edit view share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-edit-page.c has the page and keeps up with the session; ag-edit-page-modes.c what the photo
 * is shown for, which the properties of the page say.
 */
#pragma once

#include "ag-brush-bar.h"
#include "ag-edit-page.h"
#include "ag-edit-tools.h"
#include "ag-likelihood-view.h"
#include "ag-shelf.h"
#include "ag-toast-area.h"
#include "ag-view-layout.h"

G_BEGIN_DECLS

struct _AgEditPage
{
  GtkWidget parent_instance;

  AgShelf *shelf;
  AgViewLayout *layout;
  AgToastArea *toasts;
  AgCanvas *canvas;
  AgEditPanel *panel;
  GtkWidget *adjust_button, *adjust_label;
  GtkRevealer *hint;
  GtkLabel *hint_label;
  GtkWidget *original_badge, *empty, *waiting;
  GtkMenuButton *zoom_button, *overlay_button;
  GtkRevealer *brush_revealer;
  AgBrushBar *brush_bar;
  GtkLabel *pointer_hint;
  GtkSpinner *spinner;
  AgLikelihoodView *likelihood;
  GtkWidget *stage_bar;
  GtkWidget *likelihood_place; /* itself it is seen when it is known */

  AgEditSession *session;
  AgEditTools *tools;
  GtkWidget *faces_button;
  gboolean adjusting, comparing, split, brushing, choosing;
  int overlay;
  gboolean had_face;
  int stage_width;
  int likelihood_width;                    /* of its place, at least, when that was last seen */
  guint rearrange;                         /* idle source */
  gboolean awaiting;                       /* the picture of the face that was chosen */
  guint patience;                          /* timeout */
  AgImage *stale_picture, *stale_original; /* while awaiting: the last face's */
  GdkTexture *picture, *original;
  AgImage *picture_image, *original_image; /* what they were made of, for comparing only */
};

/* After the picture that the modes are about has come to be seen. */
void ag_edit_page_update_modes (AgEditPage *self);

/* After the brush was taken, changed or put away. */
void ag_edit_page_update_brush (AgEditPage *self);

/* When the brush's bar or the hint has come or gone. */
void ag_edit_page_child_revealed (GtkRevealer *revealer);

G_END_DECLS
