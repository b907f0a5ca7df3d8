/* ag-packed-images.c: CIFAR-10 and MNIST files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CIFAR-10, binary version: records of 3,073 bytes, a label and 32×32 pixels in planes of red,
 * green and blue. MNIST's IDX: big-endian 32-bit numbers, a magic (2051 images, 2049 labels), the
 * count and, for images, rows and columns; then bytes.
 */
#include "ag-packed-images.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define SIZE          32
#define CIFAR_PIXELS  (SIZE * SIZE * 3)
#define CIFAR_RECORD  (1 + CIFAR_PIXELS)
#define N_CLASSES     10
#define IDX_IMAGES    2051
#define IDX_LABELS    2049
#define MAX_FILE_SIZE (G_GINT64_CONSTANT (1) * 1024 * 1024 * 1024)

static void
packed_file_free (gpointer data)
{
  AgPackedFile *file = data;

  g_free (file->name);
  g_clear_pointer (&file->images, g_bytes_unref);
  g_clear_pointer (&file->classes, g_bytes_unref);
  g_free (file);
}

void
ag_packed_images_free (AgPackedImages *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->files);
  g_free (self);
}

/* Reads @file, unpacking it if its name says so, up to a size that no such file has. */
static GBytes *
read_bytes (GFile *file, const char *name, GError **error)
{
  g_autoptr (GInputStream) stream = G_INPUT_STREAM (g_file_read (file, NULL, error));
  g_autoptr (GOutputStream) out = g_memory_output_stream_new (NULL, 0, g_try_realloc, g_free);
  gssize n;
  gint64 total = 0;
  g_autofree guint8 *buffer = g_malloc (1 << 18);

  if (stream == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (g_str_has_suffix (name, ".gz"))
    {
      g_autoptr (GConverter) unpack =
        G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      GInputStream *unpacked = g_converter_input_stream_new (stream, unpack);

      g_object_unref (stream);
      stream = unpacked;
    }
  while ((n = g_input_stream_read (stream, buffer, 1 << 18, NULL, error)) > 0)
    {
      total += n;
      if (total > MAX_FILE_SIZE)
        {
          g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                       _ ("%s: larger than such a file can be"), name);
          return NULL;
        }
      if (!g_output_stream_write_all (out, buffer, (gsize) n, NULL, NULL, error))
        {
          g_prefix_error (error, "%s: ", name);
          return NULL;
        }
    }
  if (n < 0)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  if (!g_output_stream_close (out, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}

static gboolean
check_classes (GBytes *bytes, int n, int stride, const char *name, GError **error)
{
  const guint8 *classes = g_bytes_get_data (bytes, NULL);

  for (int i = 0; i < n; i++)
    if (classes[(gsize) i * (gsize) stride] >= N_CLASSES)
      {
        g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                     _ ("%s: image %d has the label %d; there are only 0 to 9"), name, i,
                     classes[(gsize) i * (gsize) stride]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
add_cifar (AgPackedImages *self, GFile *file, const char *name, gboolean held_out, GError **error)
{
  g_autoptr (GBytes) bytes = read_bytes (file, name, error);
  AgPackedFile *packed;
  gsize size;

  if (bytes == NULL)
    return FALSE;
  size = g_bytes_get_size (bytes);
  if (size == 0 || size % CIFAR_RECORD != 0)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                   _ ("%s: %zu bytes are not a whole number of CIFAR-10 images"), name, size);
      return FALSE;
    }
  if (!check_classes (bytes, (int) (size / CIFAR_RECORD), CIFAR_RECORD, name, error))
    return FALSE;
  packed = g_new0 (AgPackedFile, 1);
  packed->name = g_strdup (name);
  packed->n = (int) (size / CIFAR_RECORD);
  packed->height = packed->width = SIZE;
  packed->channels = 3;
  packed->skip = 1;
  packed->images = g_bytes_ref (bytes);
  packed->classes = g_bytes_ref (bytes);
  packed->class_stride = CIFAR_RECORD;
  packed->held_out = held_out;
  g_ptr_array_add (self->files, packed);
  self->n += packed->n;
  return TRUE;
}

/* Checks the header of an IDX file and gives what is behind it. */
static GBytes *
read_idx (GFile *file, const char *name, guint32 magic, int n_dims, guint32 *dims, GError **error)
{
  g_autoptr (GBytes) bytes = read_bytes (file, name, error);
  const guint8 *data;
  gsize size, header = 4 + 4 * (gsize) n_dims;
  guint64 expected = 1;
  guint32 word;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &size);
  if (size < header || (memcpy (&word, data, 4), GUINT32_FROM_BE (word) != magic))
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT, _ ("%s: not an IDX file"),
                   name);
      return NULL;
    }
  for (int i = 0; i < n_dims; i++)
    {
      memcpy (&word, data + 4 + 4 * i, 4);
      dims[i] = GUINT32_FROM_BE (word);
      /* Each is below 2^24 here, so that the product of three fits. */
      if (dims[i] == 0 || dims[i] >= 1 << 24 || (expected *= dims[i]) > MAX_FILE_SIZE)
        {
          g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                       _ ("%s: the sizes in its header are not possible"), name);
          return NULL;
        }
    }
  if (size - header != expected)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                   _ ("%s: holds %zu bytes where its header says %" PRIu64), name, size - header,
                   expected);
      return NULL;
    }
  return g_bytes_new_from_bytes (bytes, header, size - header);
}

/* The file in one of the spellings that are about, with or without .gz. */
static GFile *
find_idx (const char *folder, const char *part, const char *what, char **name)
{
  static const char separators[] = { '-', '.' };

  for (gsize s = 0; s < G_N_ELEMENTS (separators); s++)
    for (gsize gz = 0; gz < 2; gz++)
      {
        g_autofree char *base =
          g_strdup_printf ("%s%c%s-ubyte%s", part, separators[s], what, gz ? ".gz" : "");
        g_autofree char *path = g_build_filename (folder, base, NULL);

        if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
          {
            *name = g_steal_pointer (&base);
            return g_file_new_for_path (path);
          }
      }
  return NULL;
}

static gboolean
add_mnist (AgPackedImages *self, const char *folder, gboolean held_out, GError **error)
{
  const char *prefix = held_out ? "t10k" : "train";
  g_autofree char *images_part = g_strconcat (prefix, "-images", NULL);
  g_autofree char *labels_part = g_strconcat (prefix, "-labels", NULL);
  g_autofree char *images_name = NULL, *labels_name = NULL;
  g_autoptr (GFile) images_file = find_idx (folder, images_part, "idx3", &images_name);
  g_autoptr (GFile) labels_file = find_idx (folder, labels_part, "idx1", &labels_name);
  g_autoptr (GBytes) images = NULL, labels = NULL;
  guint32 dims[3], n_labels;
  AgPackedFile *packed;

  if (images_file == NULL)
    return TRUE;
  images = read_idx (images_file, images_name, IDX_IMAGES, 3, dims, error);
  if (images == NULL)
    return FALSE;
  if (dims[1] > SIZE || dims[2] > SIZE)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                   _ ("%s: images of %u×%u pixels are not MNIST's"), images_name, dims[2], dims[1]);
      return FALSE;
    }
  if (labels_file != NULL)
    {
      labels = read_idx (labels_file, labels_name, IDX_LABELS, 1, &n_labels, error);
      if (labels == NULL)
        return FALSE;
      if (n_labels != dims[0])
        {
          g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_CORRUPT,
                       _ ("%s: holds %u labels for the %u images of %s"), labels_name, n_labels,
                       dims[0], images_name);
          return FALSE;
        }
      if (!check_classes (labels, (int) n_labels, 1, labels_name, error))
        return FALSE;
    }
  packed = g_new0 (AgPackedFile, 1);
  packed->name = g_steal_pointer (&images_name);
  packed->n = (int) dims[0];
  packed->height = (int) dims[1];
  packed->width = (int) dims[2];
  packed->channels = 1;
  packed->images = g_steal_pointer (&images);
  packed->classes = g_steal_pointer (&labels);
  packed->class_stride = 1;
  packed->held_out = held_out;
  g_ptr_array_add (self->files, packed);
  self->n += packed->n;
  return TRUE;
}

static gboolean
find_cifar (AgPackedImages *self, const char *folder, GError **error)
{
  for (int i = 1; i <= 6; i++)
    {
      g_autofree char *name =
        i <= 5 ? g_strdup_printf ("data_batch_%d.bin", i) : g_strdup ("test_batch.bin");
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) &&
          !add_cifar (self, file, name, i == 6, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ag_packed_images_find (const char *folder, AgPackedImages **packed, GError **error)
{
  g_autoptr (AgPackedImages) self = g_new0 (AgPackedImages, 1);

  *packed = NULL;
  self->files = g_ptr_array_new_with_free_func (packed_file_free);
  self->kind = AG_DATASET_CIFAR10;
  if (!find_cifar (self, folder, error))
    return FALSE;
  if (self->n == 0)
    {
      self->kind = AG_DATASET_MNIST;
      if (!add_mnist (self, folder, FALSE, error) || !add_mnist (self, folder, TRUE, error))
        return FALSE;
    }
  if (self->n > 0)
    *packed = g_steal_pointer (&self);
  return TRUE;
}

const AgPackedFile *
ag_packed_images_locate (const AgPackedImages *self, int image, int *index)
{
  const AgPackedFile *file = g_ptr_array_index (self->files, 0);

  for (guint i = 1; image >= file->n; i++)
    {
      image -= file->n;
      file = g_ptr_array_index (self->files, i);
    }
  *index = image;
  return file;
}

AgImage *
ag_packed_images_get_image (const AgPackedImages *self, int image)
{
  int index;
  const AgPackedFile *file = ag_packed_images_locate (self, image, &index);
  gsize plane = (gsize) file->height * (gsize) file->width;
  gsize record = (gsize) file->skip + plane * (gsize) file->channels;
  const guint8 *from = g_bytes_get_data (file->images, NULL);
  guint8 *pixels = g_malloc0 (SIZE * SIZE * 3);
  int top = (SIZE - file->height) / 2, left = (SIZE - file->width) / 2;
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, SIZE * SIZE * 3);

  from += (gsize) index * record + (gsize) file->skip;
  for (int y = 0; y < file->height; y++)
    for (int x = 0; x < file->width; x++)
      for (int c = 0; c < 3; c++)
        pixels[((y + top) * SIZE + x + left) * 3 + c] =
          from[(gsize) (file->channels == 3 ? c : 0) * plane + (gsize) (y * file->width + x)];
  return ag_image_new (SIZE, SIZE, bytes);
}

int
ag_packed_images_get_class (const AgPackedImages *self, int image)
{
  int index;
  const AgPackedFile *file = ag_packed_images_locate (self, image, &index);
  const guint8 *classes;

  if (file->classes == NULL)
    return -1;
  classes = g_bytes_get_data (file->classes, NULL);
  return classes[(gsize) index * (gsize) file->class_stride];
}
