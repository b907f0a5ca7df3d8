/* harness.h: runs the built afterglow-cli on files made for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "ag-image.h"
#include "ag-model.h"

/* What a run of the program left. */
typedef struct
{
  int status;
  char *out, *err;
} Run;

/* A folder that is removed at the end, with a model in it (additive, 16×16, two levels, attributes
 * Bright and Warm) and, under data/, 60 small pictures with their attribute table. */
const char *harness_folder (void);

/* A path in that folder; kept until the end. */
const char *harness_path (const char *name);

/* Runs afterglow-cli with these arguments, ended by NULL. */
Run *run (const char *command, ...) G_GNUC_NULL_TERMINATED;
void run_free (Run *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

/* Status 1, nothing on stdout, and "afterglow-cli: ..." with @file and @words on stderr. */
void assert_failed (const Run *self, const char *file, const char *words);

/* Status 2 with the usage. */
void assert_usage (const Run *self);

/* Status 0 and stdout one JSON object. */
JsonObject *assert_json (const Run *self);

/* Pictures of @n_bytes bytes of pixels from a formula. */
AgImage *harness_picture (int width, int height, int number);
void harness_save (AgImage *image, const char *name);

/* Writes a file of the folder. */
void harness_write (const char *name, const void *data, gsize size);
AgImage *harness_load (const char *name);
GBytes *harness_read (const char *name);

/* A model like the harness's, class-conditional if @classes > 0. */
AgModel *harness_model (int classes);

void add_basic_tests (void);
void add_bad_input_tests (void);
void add_blend_tests (void);
void add_data_tests (void);
void add_edit_tests (void);
void add_photo_tests (void);
void add_receipt_tests (void);
void add_train_tests (void);
