/* test-session.h: what the tests of src/session share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

/* Only reached when something is broken; sanitizers slow things down. */
#define TEST_DEADLINE_US (120 * G_USEC_PER_SEC)

/* How often a thing that is waited for is looked for. Not without a pause, which would take a
 * processor from the worker that makes it. */
#define TEST_POLL_US 500

/* Turns the main loop until @reached says so; FALSE if it never does. */
gboolean test_wait_until (gboolean (*reached) (gpointer data), gpointer data);

void test_worker_add (void);
void test_edit_state_add (void);
void test_edit_preview_add (void);
void test_edit_session_add (void);
void test_edit_controls_add (void);
void test_edit_receipts_add (void);
void test_edit_region_add (void);
void test_edit_work_add (void);
void test_edit_faces_add (void);
void test_blend_add (void);
void test_blend_files_add (void);
void test_sample_add (void);
void test_own_slider_add (void);
void test_face_refine_add (void);
void test_grey_photo_add (void);
void test_train_session_add (void);
void test_train_kill_add (void);
void test_face_crops_add (void);
