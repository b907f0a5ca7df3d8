/* test-images.h: folders and pictures for the tests of data sets and training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"
#include "ag-image.h"

/**
 * test_folder_new:
 *
 * Returns: (transfer full): path of a new, empty folder
 */
char *test_folder_new (void);

/**
 * test_folder_free:
 * @path: (transfer full): removed with all that is in it
 */
void test_folder_free (char *path);

/* Writes a file of text, or of bytes, into @folder; folders in @name are made. */
void test_write (const char *folder, const char *name, const char *text);
void test_write_bytes (const char *folder, const char *name, const void *bytes, gsize size);

void test_remove (const char *folder, const char *name);

/**
 * test_draw_face:
 * @seed: of colours, place and size
 * @smiles: whether the mouth is curved
 *
 * Returns: (transfer full): an oval with eyes and a mouth before a shaded wall
 */
AgImage *test_draw_face (int seed, gboolean smiles, int width, int height);

/* Saves a picture; its name says the format. */
void test_save (const char *folder, const char *name, AgImage *image);

/* Draws and saves @n faces as PNG, face-000.png and so on; every third smiles. */
void test_save_faces (const char *folder, int n, int width, int height);

/**
 * test_load:
 * @path: a folder
 * @size: of the model
 *
 * Loads with default options.
 */
AgDataset *test_load (const char *path, int size, GError **error);
