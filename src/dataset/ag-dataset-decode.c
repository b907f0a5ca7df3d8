/* ag-dataset-decode.c: decodes the images of a data set on threads of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ag-image.h"

#define MAX_THREADS 64

typedef struct
{
  AgDataset *dataset;
  atomic_int next, done;
  atomic_bool stop;

  pthread_mutex_t mutex;
  pthread_cond_t ended;
  int running; /* threads; guarded by mutex */
} Decoding;

static AgImage *
load_image (AgDataset *self, int index, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  if (self->packed != NULL)
    return ag_packed_images_get_image (self->packed, index);
  path = g_build_filename (self->files->root, g_ptr_array_index (self->files->names, index), NULL);
  file = g_file_new_for_path (path);
  return ag_image_load (file, NULL, error);
}

static void
store_pixels (AgDataset *self, int index, AgImage *image)
{
  const guint8 *rgb = ag_image_get_pixels (image);
  guint8 *out = self->pixels.bytes + (gsize) index * self->image_bytes;

  if (self->channels == 3)
    memcpy (out, rgb, self->image_bytes);
  else
    for (gsize i = 0; i < self->image_bytes; i++)
      out[i] = (guint8) ((77 * rgb[3 * i] + 150 * rgb[3 * i + 1] + 29 * rgb[3 * i + 2] + 128) >> 8);
  self->hashes[index] = ag_dataset_hash (AG_DATASET_HASH_START, out, self->image_bytes);
}

static void
decode_one (AgDataset *self, int index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = load_image (self, index, &error);
  g_autoptr (AgImage) fitted = NULL;

  if (image == NULL)
    {
      self->reasons[index] = g_strdup (error->message);
      return;
    }
  if (image->width < self->width || image->height < self->height)
    {
      g_autofree char *name =
        self->files ? g_filename_display_name (g_ptr_array_index (self->files->names, index))
                    : g_strdup (self->packed->kind == AG_DATASET_MNIST ? "MNIST" : "CIFAR-10");

      self->reasons[index] =
        g_strdup_printf (_ ("%s: %d×%d pixels, smaller than the %d×%d that are needed"), name,
                         image->width, image->height, self->width, self->height);
      return;
    }
  fitted = ag_image_fit (image, self->width, self->height);
  store_pixels (self, index, fitted);
}

static void *
decode_thread (void *data)
{
  Decoding *decoding = data;
  int index;

  while (!atomic_load (&decoding->stop) &&
         (index = atomic_fetch_add (&decoding->next, 1)) < decoding->dataset->n_found)
    {
      decode_one (decoding->dataset, index);
      atomic_fetch_add (&decoding->done, 1);
    }
  pthread_mutex_lock (&decoding->mutex);
  decoding->running--;
  pthread_cond_signal (&decoding->ended);
  pthread_mutex_unlock (&decoding->mutex);
  return NULL;
}

/* Waits for the threads; tells of progress and looks at @cancel every tenth of a second. */
static void
watch_decoding (Decoding *decoding,
                AgDatasetProgress progress,
                gpointer data,
                const atomic_bool *cancel)
{
  pthread_mutex_lock (&decoding->mutex);
  while (decoding->running > 0)
    {
      struct timespec until;

      clock_gettime (CLOCK_MONOTONIC, &until);
      until.tv_nsec += 100 * 1000 * 1000;
      until.tv_sec += until.tv_nsec / 1000000000;
      until.tv_nsec %= 1000000000;
      if (pthread_cond_timedwait (&decoding->ended, &decoding->mutex, &until) == 0)
        continue;
      if (cancel != NULL && atomic_load (cancel))
        atomic_store (&decoding->stop, true);
      pthread_mutex_unlock (&decoding->mutex);
      if (progress != NULL)
        progress (atomic_load (&decoding->done), decoding->dataset->n_found, data);
      pthread_mutex_lock (&decoding->mutex);
    }
  pthread_mutex_unlock (&decoding->mutex);
}

gboolean
ag_dataset_decode (AgDataset *self,
                   int n_threads,
                   AgDatasetProgress progress,
                   gpointer data,
                   const atomic_bool *cancel,
                   GError **error)
{
  Decoding decoding = { .dataset = self };
  pthread_t threads[MAX_THREADS];
  pthread_condattr_t attributes;
  int n_started = 0, code = 0;

  if (n_threads <= 0)
    n_threads = (int) sysconf (_SC_NPROCESSORS_ONLN);
  n_threads = CLAMP (n_threads, 1, MIN (MAX_THREADS, self->n_found));
  pthread_mutex_init (&decoding.mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&decoding.ended, &attributes);
  pthread_condattr_destroy (&attributes);

  decoding.running = n_threads;
  for (; n_started < n_threads && code == 0; n_started += code == 0)
    code = pthread_create (&threads[n_started], NULL, decode_thread, &decoding);
  if (code != 0)
    {
      pthread_mutex_lock (&decoding.mutex);
      decoding.running -= n_threads - n_started;
      pthread_mutex_unlock (&decoding.mutex);
    }
  if (n_started > 0)
    watch_decoding (&decoding, progress, data, cancel);
  for (int i = 0; i < n_started; i++)
    pthread_join (threads[i], NULL);
  pthread_cond_destroy (&decoding.ended);
  pthread_mutex_destroy (&decoding.mutex);

  if (n_started == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Cannot start a thread: %s"),
                   g_strerror (code));
      return FALSE;
    }
  if (atomic_load (&decoding.stop) || (cancel != NULL && atomic_load (cancel)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Stopped"));
      return FALSE;
    }
  if (progress != NULL)
    progress (self->n_found, self->n_found, data);
  return TRUE;
}
