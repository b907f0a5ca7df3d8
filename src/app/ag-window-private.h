/* ag-window-private.h: what the files of the window share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-window.c has the window, its pages and what acts on the session; ag-window-views.c what
 * goes from one view to another; ag-window-files.c what comes in and goes out: dialogs, drops, the
 * clipboard; ag-window-edit.c the commands of the Edit view, ag-window-train.c those of Train.
 */
#pragma once

#include "ag-blend-page.h"
#include "ag-history-popover.h"
#include "ag-hold-button.h"
#include "ag-looks-popover.h"
#include "ag-sample-page.h"
#include "ag-window.h"

G_BEGIN_DECLS

struct _AgWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkStack *pages;
  GtkSpinner *loading;
  AdwViewSwitcherTitle *title;
  AdwViewStack *views;
  GtkWidget *open_button;
  GtkStack *open_label;
  AdwStatusPage *failure_page;
  AgEditPage *edit_page;
  AgBlendPage *blend_page;
  AgSamplePage *sample_page;
  AgTrainPage *train_page;
  GtkWidget *undo_button, *redo_button;
  AgHoldButton *compare_button;
  AgHistoryPopover *history;
  GtkMenuButton *history_button;
  GMenu *recent_menu;
  GtkWidget *drop_frame;
  GtkWidget *panel_button, *export_button;
  GBinding *panel_binding; /* to the layout of the view that is seen */
  gboolean narrow, tight;
  guint rearrange; /* idle source */

  AgEditSession *session;
  AgTrainSession *train_session; /* nullable: the application's */
  GSettings *settings;           /* nullable */
  GCancellable *cancellable;
  guint n_saving;
  gboolean closing; /* as soon as what is being saved is saved */
  char *last_toast;
  AdwToast *undo_toast; /* weak: the latest offer to undo something */
};

void ag_window_toast (AgWindow *self, const char *text);

/* Shows one where it covers no control of the view. */
void ag_window_add_toast (AgWindow *self, AdwToast *toast);

/* Says what was done and offers to undo it, in place of an offer before. For the caller to connect
 * to "button-clicked"; not owned by it. */
AdwToast *ag_window_add_undo_toast (AgWindow *self, const char *text);

/* In ag-window-views.c. */

/* Which view is seen: "edit", "sample" and so on. */
gboolean ag_window_shows_view (AgWindow *self, const char *name);

/* Saves what is seen in a view other than Edit: @single the picture itself, otherwise all that the
 * view exports. Returns whether it was such a view. */
gboolean ag_window_save_view (AgWindow *self, gboolean single);
void ag_window_install_view_actions (GtkWidgetClass *widget_class);

/* After another view is seen, or the window has become narrow or wide. */
void ag_window_update_panel_button (AgWindow *self);

/* Ties the views other than Edit to the session, or with %NULL loosens them. */
void ag_window_set_views_session (AgWindow *self, AgEditSession *session);

/* In ag-window-files.c. */
void ag_window_install_file_actions (GtkWidgetClass *widget_class);
void ag_window_init_drops (AgWindow *self);

/* In ag-window-continue.c. */
void ag_window_install_continue_actions (GtkWidgetClass *widget_class);
void ag_window_init_continue (AgWindow *self);

/* In ag-window-looks.c. */
void ag_window_init_looks (AgWindow *self, AgLooksPopover *popover);

/* In ag-window-edit.c. */
void ag_window_install_edit_actions (GtkWidgetClass *widget_class);
void ag_window_add_edit_toggles (AgWindow *self);
void ag_window_remove_edit_toggles (AgWindow *self);

/* In ag-window-train.c. */
void ag_window_install_train_actions (GtkWidgetClass *widget_class);

G_END_DECLS
