/* test-images.c: folders and pictures for the tests of data sets and training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-images.h"

#include <math.h>

#include <glib/gstdio.h>

#include "ag-random.h"

char *
test_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("afterglow-test-XXXXXX", &error);

  g_assert_no_error (error);
  return path;
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) || !g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_unlink (path);
      return;
    }
  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL);
      remove_all (full);
    }
  g_rmdir (path);
}

void
test_folder_free (char *path)
{
  remove_all (path);
  g_free (path);
}

void
test_write_bytes (const char *folder, const char *name, const void *bytes, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, bytes, (gssize) size, &error);
  g_assert_no_error (error);
}

void
test_write (const char *folder, const char *name, const char *text)
{
  test_write_bytes (folder, name, text, strlen (text));
}

void
test_remove (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  remove_all (path);
}

static double
draw_uniform (int seed, int index)
{
  return (double) (ag_random_bits ((guint64) seed, 77, (guint64) index) >> 11) * 0x1p-53;
}

static gboolean
in_oval (double x, double y, double centre_x, double centre_y, double radius_x, double radius_y)
{
  return hypot ((x - centre_x) / radius_x, (y - centre_y) / radius_y) < 1;
}

AgImage *
test_draw_face (int seed, gboolean smiles, int width, int height)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);
  double wall[3], skin = 0.5 + 0.4 * draw_uniform (seed, 0);
  double centre = 0.5 + 0.06 * (draw_uniform (seed, 1) - 0.5);
  double size = 0.3 + 0.06 * draw_uniform (seed, 2);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);

  for (int c = 0; c < 3; c++)
    wall[c] = 0.2 + 0.5 * draw_uniform (seed, 3 + c);
  for (int row = 0; row < height; row++)
    for (int column = 0; column < width; column++)
      {
        double x = (column + 0.5) / width, y = (row + 0.5) / height;
        double bend = smiles ? 4 * (x - centre) * (x - centre) : 0;
        gboolean is_dark = in_oval (x, y, centre - 0.13, 0.46, 0.05, 0.03) ||
                           in_oval (x, y, centre + 0.13, 0.46, 0.05, 0.03) ||
                           (fabs (x - centre) < 0.12 && fabs (y + bend - 0.72) < 0.025);
        gboolean is_face = in_oval (x, y, centre, 0.55, size, 1.25 * size);

        for (int c = 0; c < 3; c++)
          {
            double value = is_face ? skin * (1 - 0.15 * c) : wall[c] * (0.8 + 0.3 * y);

            *pixels++ = (guint8) (255 * fmin (is_face && is_dark ? 0.1 : value, 1));
          }
      }
  return ag_image_new (width, height, bytes);
}

void
test_save (const char *folder, const char *name, AgImage *image)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  ag_image_save (image, file, 0, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
test_save_faces (const char *folder, int n, int width, int height)
{
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AgImage) face = test_draw_face (i, i % 3 == 0, width, height);
      g_autofree char *name = g_strdup_printf ("face-%03d.png", i);

      test_save (folder, name, face);
    }
}

AgDataset *
test_load (const char *path, int size, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  AgDatasetOptions options;

  ag_dataset_options_init (&options);
  options.height = options.width = size;
  return ag_dataset_load (folder, &options, NULL, NULL, NULL, error);
}
