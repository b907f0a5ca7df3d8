/* test-model.h: what the files of this test share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "ag-model.h"

void add_archive_tests (void);
void add_file_tests (void);
void add_image_tests (void);
void add_image_damage_tests (void);
void add_image_extra_tests (void);
void add_image_deep_tests (void);
void add_image_grey_tests (void);
void add_image_kept_tests (void);
void add_latents_tests (void);
void add_mixture_tests (void);
void add_model_file_tests (void);
void add_number_tests (void);
void add_safetensors_tests (void);
void add_vector_tests (void);
void add_vector_gradient_tests (void);

/* A new file name in a folder that remove_test_folder() removes at the end. */
GFile *new_test_file (const char *name);
void remove_test_folder (void);

/* Fails the test unless @error is of that kind and its message begins with "NAME: " and holds
 * @part; frees it. */
void assert_error_names (GError *error, GQuark domain, int code, GFile *file, const char *part);

/* Writes bytes to a new file. */
GFile *write_test_file (const char *name, const void *data, gsize size);

/* Changes one byte of a file in place. */
void poke_test_file (GFile *file, gsize at, char byte);

/* A small trained-looking model: every number random, every actnorm and convolution invertible. */
AgModel *new_test_model (const AgGlowConfig *config, gboolean extras);
