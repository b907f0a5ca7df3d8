/* ag-blend-page-private.h: what the files of the Blend view share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-blend-page.c has the view and its controls, -faces.c the choice of faces, -out.c what goes
 * out.
 */
#pragma once

#include "ag-blend-pad.h"
#include "ag-blend-page.h"
#include "ag-class-row.h"
#include "ag-control-row.h"
#include "ag-export-bar.h"
#include "ag-face-tile.h"
#include "ag-film-strip.h"
#include "ag-shelf.h"
#include "ag-toast-area.h"

G_BEGIN_DECLS

struct _AgBlendPage
{
  GtkWidget parent_instance;

  GtkWidget *layout;
  GtkWidget *panel;
  AgShelf *shelf;
  AgToastArea *toasts;
  GtkStack *stack;
  AgFaceTile *picture;
  AgFilmStrip *strip;
  GtkScale *scrubber;
  GtkWidget *bar;
  GtkLabel *caption;
  GtkButton *play_button;
  GtkBox *face_rows;
  GtkWidget *add_button, *swap_button;
  GtkWidget *pad_box;
  AgBlendPad *pad;
  GtkBox *down_box;
  GtkDropDown *kind;
  GtkSwitch *likelier;
  AgClassRow *classes;
  GtkWidget *mix_expander;
  GtkBox *mix_box;
  GtkBox *speed_box;
  GtkSwitch *ping_pong;
  GtkDropDown *format, *size;
  GtkSpinButton *n_frames;
  AgExportBar *export_bar;

  AgEditSession *session;
  AgBlendSession *blend;
  GCancellable *cancellable;
  GtkDropDown *faces[AG_BLEND_MAX_FACES];
  GtkWidget *rows[AG_BLEND_MAX_FACES];
  AgControlRow *down, *speed;
  GPtrArray *levels; /* of AgControlRow, which the box owns */
  gboolean updating;
  guint show_faces; /* idle source */

  guint tick;
  gint64 last_tick;
  double playhead; /* 0 to 1 and, on the way back, to 2 */
};

void ag_blend_page_message (AgBlendPage *self, const char *text);

/* In ag-blend-page-faces.c. */
void ag_blend_page_build_faces (AgBlendPage *self);
void ag_blend_page_update_faces (AgBlendPage *self);

/* Has the rows list the session's shelf, or nothing. */
void ag_blend_page_list_faces (AgBlendPage *self, GListModel *faces);

/* In ag-blend-page-out.c. */
void ag_blend_page_install_out (GtkWidgetClass *widget_class);
void ag_blend_page_update_progress (AgBlendPage *self);

G_END_DECLS
