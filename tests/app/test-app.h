/* test-app.h: what the tests of src/app share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-window.h"

/* Only reached when something is broken; sanitizers slow things down. */
#define TEST_DEADLINE_US (120 * G_USEC_PER_SEC)

/* How often a thing that is waited for is looked for. Not without a pause, which would take a
 * processor from the worker that makes it. */
#define TEST_POLL_US 500

typedef gboolean (*TestPredicate) (gpointer data);

/* Turns the main loop until @reached says so; FALSE if it never does. */
gboolean test_wait_until (TestPredicate reached, gpointer data);

/* A window on the tiny model, presented and settled. */
typedef struct
{
  char *folder;
  AgWindow *window;
  AgEditSession *session;
  AgEditPage *page;
} TestWindow;

void test_window_set_up (TestWindow *t, gconstpointer data);
void test_window_tear_down (TestWindow *t, gconstpointer data);

/* Turns the main loop until nothing is under way and the latest picture is drawn. */
void test_window_settle (TestWindow *t);

/* The first of that type within a widget, which may be itself, depth first; NULL if there is none.
 */
GtkWidget *test_find (GtkWidget *widget, GType type);

/* Drops them on a widget, which has to take them. */
void test_drop_files (GtkWidget *widget, GSList *files);

/* What is on the screen, as the renderer draws it: four bytes per pixel. */
GBytes *test_window_draw (GtkWidget *widget);

void test_widgets_add (void);
void test_controls_add (void);
void test_slider_dialog_add (void);
void test_train_add (void);
void test_window_add (void);
void test_views_add (void);
void test_edit_view_add (void);
void test_toasts_add (void);
void test_bad_files_add (void);
void test_resources_add (void);
