/* test-train.h: the tests of src/train
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-trainer.h"

void test_optimizer_add (void);
void test_options_add (void);
void test_estimate_add (void);
void test_run_log_add (void);
void test_trainer_add (void);
void test_trainer_classes_add (void);
void test_trainer_drift_add (void);
void test_trainer_failures_add (void);
void test_trainer_from_add (void);
void test_trainer_guide_add (void);
void test_trainer_kill_add (void);
void test_trainer_ranks_add (void);

/**
 * TestFolders:
 * @base: everything else is in it
 * @data: with pictures
 * @run: for a run; does not exist yet
 * @other: for another one
 * @notices: what a trainer has said, a line each, if test_take_notice() was among its callbacks
 */
typedef struct
{
  char *base, *data, *run, *other;
  GString *notices;
} TestFolders;

/* With 40 drawn faces of 16 pixels as @data. */
void test_folders_set_up (TestFolders *self, gconstpointer unused);
/* Without pictures yet. */
void test_folders_set_up_empty (TestFolders *self, gconstpointer unused);
void test_folders_tear_down (TestFolders *self, gconstpointer unused);

/* For AgTrainerCallbacks; @folders is what they have as data. */
void test_take_notice (const char *message, gpointer folders);

/**
 * test_options:
 * @data: path of a folder of images
 * @run: path
 *
 * Returns: options of a model that trains in a moment: 16 pixels, 2 levels, depth 2, width 16;
 *   their files belong to the test and are released by test_options_clear()
 */
AgTrainerOptions test_options (const char *data, const char *run, gint64 steps);
void test_options_clear (AgTrainerOptions *options);

/**
 * test_train:
 *
 * Makes a trainer and runs it to its end; fails the test if it does not get there.
 */
void test_train (const AgTrainerOptions *options);

/* Fails the test unless no trainer can be made of these options, with an error of those words. */
void test_assert_refused (const AgTrainerOptions *options, const char *words);

/**
 * test_make_guide:
 * @data: path of a folder of the faces of test_save_faces(), 40 of them
 *
 * Gives the faces labels, and makes a run whose model has directions for them, of random numbers,
 * so that it can guide another.
 */
void test_make_guide (const char *data, const char *run);

/**
 * test_log_text:
 *
 * Returns: (transfer full): the log of a run without what the clock decides
 */
char *test_log_text (const char *run);

/* Fails the test unless two runs have the same parameters, optimizer state, averages, counters and
 * log. */
void test_assert_same_run (const char *run, const char *other);
