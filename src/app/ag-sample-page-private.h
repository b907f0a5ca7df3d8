/* ag-sample-page-private.h: what the files of the Sample view share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-sample-page.c has the view and its controls, -out.c what goes out.
 */
#pragma once

#include "ag-class-row.h"
#include "ag-control-row.h"
#include "ag-export-bar.h"
#include "ag-face-tile.h"
#include "ag-sample-page.h"
#include "ag-shelf.h"

G_BEGIN_DECLS

struct _AgSamplePage
{
  GtkWidget parent_instance;

  GtkWidget *layout;
  GtkWidget *panel;
  AgShelf *shelf;
  GtkAspectFrame *frame;
  GtkFlowBox *grid;
  GtkGrid *columns;
  GtkWidget *bar;
  GtkLabel *caption;
  GtkSpinButton *seed;
  GtkDropDown *arrangement;
  GtkSwitch *sort;
  GtkWidget *sort_row;
  GtkBox *temperature_box, *levels_box;
  AgClassRow *classes;
  AgExportBar *export_bar;

  AgEditSession *session;
  AgSampleSession *samples;
  GCancellable *cancellable;
  AgControlRow *temperature;
  GPtrArray *levels; /* of AgControlRow, which the box owns */
  GPtrArray *tiles;  /* of AgFaceTile, which the grid owns */
  gboolean updating;
};

/* In ag-sample-page-out.c. */
void ag_sample_page_install_out (GtkWidgetClass *widget_class);
void ag_sample_page_update_progress (AgSamplePage *self);

G_END_DECLS
