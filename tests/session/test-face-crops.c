/* test-face-crops.c: the faces of many photos, found once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-face-crops.h"

#include <string.h>

#include "painted.h"
#include "test-images.h"
#include "test-session.h"

#define N_FACES 4
#define SIZE    32

/* Photos of faces and two of none. */
static char *
make_photos (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) ramp = painted_ramp (300, 200);

  for (int i = 0; i < N_FACES; i++)
    {
      g_autofree char *name = g_strdup_printf ("face %d.png", i);
      g_autoptr (AgImage) face = painted_face (320, 240, 135 + i, 185 + i, 100 + i);

      test_save (folder, name, face);
    }
  test_save (folder, "ramp\n1.png", ramp);
  test_save (folder, "ramp-2.png", ramp);
  return folder;
}

/* How many photos of @path have a face, as a data set sees them; -1 where none can be found. */
static int
count_faces (const char *path, int size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (AgFaceCrops) faces = ag_face_crops_new (&error);
  g_autoptr (AgDataset) dataset = NULL;
  AgDatasetOptions options;

  if (faces == NULL)
    {
      g_test_skip (error->message);
      return -1;
    }
  ag_dataset_options_init (&options);
  options.height = options.width = size;
  options.duplicates = AG_DATASET_DUPLICATES_KEEP;
  options.crop = ag_face_crops_get_crop (faces);
  dataset = ag_dataset_load (folder, &options, NULL, NULL, NULL, &error);
  if (dataset == NULL)
    {
      g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
      return 0;
    }
  for (int i = 0; i < ag_dataset_get_n_skipped (dataset); i++)
    g_test_message ("%s", ag_dataset_get_skipped (dataset, i)->reason);
  return ag_dataset_get_n_images (dataset);
}

static char *
get_cache (const char *folder)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
  g_autofree char *name = g_strconcat (sum, ".faces", NULL);

  return g_build_filename (g_get_user_cache_dir (), "afterglow", "faces", name, NULL);
}

static void
test_finds (void)
{
  char *folder = make_photos ();

  if (count_faces (folder, SIZE) >= 0)
    {
      g_assert_cmpint (count_faces (folder, SIZE), ==, N_FACES);
      /* Eyes 50 pixels apart are those of a face of 188. */
      g_assert_cmpint (count_faces (folder, 256), ==, 0);
    }
  test_folder_free (folder);
}

/* What has been written down is believed until the photo changes; what makes no sense is not. */
static void
test_cache (void)
{
  char *folder = make_photos ();
  g_autofree char *cache = get_cache (folder), *text = NULL;
  g_autoptr (AgImage) ramp = painted_ramp (301, 200);
  g_autoptr (GString) changed = NULL;
  const char *wrong[] = { "", "afterglow faces 1\n1 2 3\n", "something else", "\xff\xfe" };
  g_autoptr (GError) error = NULL;

  if (count_faces (folder, SIZE) < 0)
    {
      test_folder_free (folder);
      return;
    }
  g_assert_true (g_file_get_contents (cache, &text, NULL, &error));
  g_assert_no_error (error);
  changed = g_string_new (text);
  /* No photo has a face any more, says the cache. */
  for (char *line = strchr (changed->str, '\n'); line[1] != '\0'; line = strchr (line + 1, '\n'))
    {
      char *has_face = strchr (strchr (line + 1, ' ') + 1, ' ') + 1;

      *has_face = '0';
    }
  g_assert_true (g_file_set_contents (cache, changed->str, -1, &error));
  g_assert_cmpint (count_faces (folder, SIZE), ==, 0);
  /* One that is no face any more is looked at again, and so is one that has become one. */
  {
    g_autoptr (AgImage) face = painted_face (320, 240, 136, 186, 101);

    test_save (folder, "ramp-2.png", face);
  }
  test_save (folder, "face 0.png", ramp);
  g_assert_cmpint (count_faces (folder, SIZE), ==, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_true (g_file_set_contents (cache, wrong[i], -1, &error));
      g_assert_cmpint (count_faces (folder, SIZE), ==, N_FACES);
    }
  test_folder_free (folder);
}

/* The crop has the eyes where the model wants them. */
static void
test_levels (void)
{
  g_autoptr (AgFaceFinder) finder = ag_face_finder_new (NULL);
  g_autoptr (AgImage) photo = painted_face (320, 240, 135, 185, 100);
  AgAlignment alignment;
  AgEyes eyes;

  if (finder == NULL)
    {
      g_test_skip ("faces cannot be found here");
      return;
    }
  g_assert_true (ag_face_align (finder, photo, &alignment));
  ag_alignment_get_eyes (&alignment, &eyes);
  g_assert_cmpfloat_with_epsilon (eyes.left_x, 135, 12);
  g_assert_cmpfloat_with_epsilon (eyes.right_x, 185, 12);
  g_assert_cmpfloat_with_epsilon (eyes.left_y, 100, 12);
}

void
test_face_crops_add (void)
{
  g_test_add_func ("/session/face-crops/finds", test_finds);
  g_test_add_func ("/session/face-crops/cache", test_cache);
  g_test_add_func ("/session/face-crops/levels", test_levels);
}
