/* tiny-model.h: a model small enough to be made in a test, and photos for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "ag-image.h"

#define TINY_SIZE 16

/* The sliders of the tiny model: two that work and one that leads out of the range of pixels. */
enum
{
  TINY_SMILING,
  TINY_EYEGLASSES,
  TINY_FAR,
  TINY_N_ATTRIBUTES,
};

/* Writes the model into @folder; the file. */
GFile *tiny_model_save (const char *folder);

/* The same with classes. */
#define TINY_N_CLASSES 3
GFile *tiny_model_save_classes (const char *folder);

/* A smooth picture, different for each @seed. */
AgImage *tiny_photo_new (int width, int height, guint seed);

/* The same, written as @name into @folder. */
GFile *tiny_photo_save (const char *folder, const char *name, int width, int height, guint seed);

/* A new folder for the test's files, and its removal with what is in it. */
char *tiny_folder_new (void);
void tiny_folder_remove (char *folder);
