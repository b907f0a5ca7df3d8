/* test-packed.c: CIFAR-10 and MNIST files, whole and defective
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-dataset.h"
#include "test-images.h"

#define RECORD 3073

/* The byte of a pixel in the files that are written here. */
static guint8
cifar_byte (int image, int channel, int y, int x)
{
  return (guint8) (image * 31 + channel * 67 + y * 5 + x * 3);
}

static void
write_cifar (const char *folder, const char *name, int n, gsize size, int label_offset)
{
  g_autofree guint8 *bytes = g_malloc0 (size + RECORD);

  for (int i = 0; i < n; i++)
    {
      guint8 *record = bytes + (gsize) i * RECORD;

      *record++ = (guint8) (i % 10 + label_offset);
      for (int c = 0; c < 3; c++)
        for (int y = 0; y < 32; y++)
          for (int x = 0; x < 32; x++)
            *record++ = cifar_byte (i, c, y, x);
    }
  test_write_bytes (folder, name, bytes, size);
}

static void
test_cifar (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  const guint8 *bytes;
  const int *held_out;
  int n;

  write_cifar (folder, "data_batch_1.bin", 3, 3 * RECORD, 0);
  write_cifar (folder, "data_batch_3.bin", 12, 12 * RECORD, 0);
  write_cifar (folder, "test_batch.bin", 2, 2 * RECORD, 0);
  dataset = test_load (folder, 32, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_kind (dataset), ==, AG_DATASET_CIFAR10);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, 17);
  g_assert_cmpint (ag_dataset_get_n_classes (dataset), ==, 10);
  g_assert_cmpint (ag_dataset_get_class (dataset, 3 + 11), ==, 1);
  g_assert_cmpstr (ag_dataset_get_name (dataset, 14), ==, "data_batch_3.bin:11");
  bytes = ag_dataset_get_bytes (dataset, 14);
  for (int y = 0; y < 32; y++)
    for (int x = 0; x < 32; x++)
      for (int c = 0; c < 3; c++)
        g_assert_cmpint (*bytes++, ==, cifar_byte (11, c, y, x));
  held_out = ag_dataset_get_indices (dataset, AG_DATASET_HELD_OUT, &n);
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpint (held_out[0], ==, 15);
  test_folder_free (folder);
}

static void
assert_corrupt (const char *folder, int size, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = test_load (folder, size, &error);

  g_assert_null (dataset);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_cifar_defects (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;

  write_cifar (folder, "data_batch_1.bin", 2, 2 * RECORD - 1, 0);
  assert_corrupt (folder, 32,
                  "data_batch_1.bin: 6145 bytes are not a whole number of CIFAR-10 images");
  write_cifar (folder, "data_batch_1.bin", 0, 0, 0);
  assert_corrupt (folder, 32,
                  "data_batch_1.bin: 0 bytes are not a whole number of CIFAR-10 images");
  write_cifar (folder, "data_batch_1.bin", 3, 3 * RECORD, 8);
  assert_corrupt (folder, 32, "data_batch_1.bin: image 2 has the label 10; there are only 0 to 9");
  write_cifar (folder, "data_batch_1.bin", 3, 3 * RECORD, 0);
  g_assert_null (test_load (folder, 64, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  test_folder_free (folder);
}

static void
add_word (GByteArray *array, guint32 word)
{
  guint32 big = GUINT32_TO_BE (word);

  g_byte_array_append (array, (const guint8 *) &big, 4);
}

static guint8
digit_byte (int image, int y, int x)
{
  return (guint8) (image * 41 + y * 7 + x + 1);
}

static GByteArray *
make_idx_images (guint32 n)
{
  GByteArray *array = g_byte_array_new ();

  add_word (array, 2051);
  add_word (array, n);
  add_word (array, 28);
  add_word (array, 28);
  for (int i = 0; i < (int) n; i++)
    for (int y = 0; y < 28; y++)
      for (int x = 0; x < 28; x++)
        {
          guint8 byte = digit_byte (i, y, x);
          g_byte_array_append (array, &byte, 1);
        }
  return array;
}

static GByteArray *
make_idx_labels (guint32 n)
{
  GByteArray *array = g_byte_array_new ();

  add_word (array, 2049);
  add_word (array, n);
  for (guint8 i = 0; i < n; i++)
    g_byte_array_append (array, &(guint8){ (guint8) (9 - i) }, 1);
  return array;
}

/* Writes @array, gzip-compressed if the name says so, without its last @less bytes. */
static void
write_idx (const char *folder, const char *name, GByteArray *array, gsize less)
{
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GConverter) pack =
    G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GOutputStream) out = g_converter_output_stream_new (memory, pack);
  g_autoptr (GError) error = NULL;

  if (!g_str_has_suffix (name, ".gz"))
    {
      test_write_bytes (folder, name, array->data, array->len - less);
      g_byte_array_unref (array);
      return;
    }
  g_output_stream_write_all (out, array->data, array->len, NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (out, NULL, &error);
  g_assert_no_error (error);
  test_write_bytes (folder, name, g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                    g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)) - less);
  g_byte_array_unref (array);
}

static AgDataset *
load_grey (const char *path, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  AgDatasetOptions options;

  ag_dataset_options_init (&options);
  options.height = options.width = 32;
  options.channels = 1;
  return ag_dataset_load (folder, &options, NULL, NULL, NULL, error);
}

static void
test_mnist (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  const guint8 *bytes;
  int n;

  write_idx (folder, "train-images-idx3-ubyte.gz", make_idx_images (5), 0);
  write_idx (folder, "train-labels-idx1-ubyte.gz", make_idx_labels (5), 0);
  write_idx (folder, "t10k-images.idx3-ubyte", make_idx_images (2), 0);
  write_idx (folder, "t10k-labels.idx1-ubyte", make_idx_labels (2), 0);
  dataset = load_grey (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_kind (dataset), ==, AG_DATASET_MNIST);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, 7);
  g_assert_cmpint (ag_dataset_get_class (dataset, 3), ==, 6);
  g_assert_cmpint (ag_dataset_get_class (dataset, 6), ==, 8);
  ag_dataset_get_indices (dataset, AG_DATASET_HELD_OUT, &n);
  g_assert_cmpint (n, ==, 2);
  bytes = ag_dataset_get_bytes (dataset, 3);
  for (int y = 0; y < 32; y++)
    for (int x = 0; x < 32; x++)
      {
        gboolean inside = y >= 2 && y < 30 && x >= 2 && x < 30;
        g_assert_cmpint (*bytes++, ==, inside ? digit_byte (3, y - 2, x - 2) : 0);
      }
  test_folder_free (folder);
}

static void
test_mnist_defects (void)
{
  static const char images[] = "train-images-idx3-ubyte", labels[] = "train-labels-idx1-ubyte";
  char *folder = test_folder_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  GByteArray *array;

  write_idx (folder, images, make_idx_images (2), 1);
  assert_corrupt (folder, 32,
                  "train-images-idx3-ubyte: holds 1567 bytes where its header says 1568");
  write_idx (folder, images, make_idx_labels (2), 0);
  assert_corrupt (folder, 32, "train-images-idx3-ubyte: not an IDX file");
  array = make_idx_images (1);
  memset (array->data + 4, 0xff, 4);
  write_idx (folder, images, array, 0);
  assert_corrupt (folder, 32, "train-images-idx3-ubyte: the sizes in its header are not possible");
  write_idx (folder, images, make_idx_images (2), 0);
  write_idx (folder, labels, make_idx_labels (3), 0);
  assert_corrupt (folder, 32,
                  "train-labels-idx1-ubyte: holds 3 labels for the 2 images of "
                  "train-images-idx3-ubyte");

  /* Without labels there are images, but no classes. */
  test_remove (folder, labels);
  dataset = load_grey (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_classes (dataset), ==, 0);
  g_clear_pointer (&dataset, ag_dataset_unref);

  test_remove (folder, images);
  write_idx (folder, "train-images-idx3-ubyte.gz", make_idx_images (40), 30);
  g_assert_null (load_grey (folder, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "train-images-idx3-ubyte.gz: "));
  test_folder_free (folder);
}

static void
test_shared (void)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *cifar = NULL, *mnist = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) pictures = NULL, digits = NULL;

  if (shared == NULL || *shared == '\0')
    {
      g_test_skip ("no shared CIFAR-10 and MNIST");
      return;
    }
  cifar = g_build_filename (shared, "cifar10", NULL);
  mnist = g_build_filename (shared, "mnist", NULL);
  pictures = test_load (cifar, 32, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_images (pictures), ==, 12000);
  digits = load_grey (mnist, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_images (digits), ==, 70000);
  g_assert_cmpint (ag_dataset_get_class (digits, 0), ==, 5);
}

void
test_packed_add (void)
{
  g_test_add_func ("/dataset/packed/cifar", test_cifar);
  g_test_add_func ("/dataset/packed/cifar-defects", test_cifar_defects);
  g_test_add_func ("/dataset/packed/mnist", test_mnist);
  g_test_add_func ("/dataset/packed/mnist-defects", test_mnist_defects);
  g_test_add_func ("/dataset/packed/shared", test_shared);
}
