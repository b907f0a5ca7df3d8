/* ag-edit-session-batch.c: a look given to many photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs on the worker for files, one photo after the other, with a codec of one thread: what
 * somebody is looking at meanwhile goes on at nearly its usual speed, and photos that are opened
 * come between.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-edit-render.h"
#include "ag-edit-session-work.h"
#include "ag-face-refine.h"
#include "ag-file.h"

#define MAX_PHOTO ((gsize) 1024 * 1024 * 1024)

/* The whole batch; handed from job to job. */
typedef struct
{
  AgEditSession *session; /* main loop only */
  AgEditEngine *engine;
  GTask *task; /* main loop only */
  GCancellable *cancellable;
  AgLookProgress progress; /* main loop only */
  gpointer progress_data;
  AgLook *look;
  AgEditState *state; /* what the look comes to */
  GPtrArray *files;
  GFile *folder;
  int quality;
  gboolean receipts;
  GPtrArray *problems; /* of char * */
  guint next, n_written;
  AgCodec *codec;
  AgFaceFinder *finder;
  gulong handler;
  atomic_bool cancelled;
} Batch;

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  if (batch->task != NULL)
    g_task_return_new_error (batch->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&batch->task);
  g_cancellable_disconnect (batch->cancellable, batch->handler);
  g_clear_object (&batch->cancellable);
  g_clear_object (&batch->folder);
  g_clear_pointer (&batch->engine, ag_edit_engine_unref);
  g_clear_pointer (&batch->look, ag_look_free);
  g_clear_pointer (&batch->state, ag_edit_state_free);
  g_clear_pointer (&batch->files, g_ptr_array_unref);
  g_clear_pointer (&batch->problems, g_ptr_array_unref);
  g_clear_pointer (&batch->codec, ag_codec_free);
  g_clear_pointer (&batch->finder, ag_face_finder_free);
  g_free (batch);
}

/* The largest face, where the model thinks that it is; a square picture in which none is seen is
 * taken for a face square. */
static gboolean
find_face (Batch *batch, AgImage *photo, const char *name, AgAlignment *alignment, GError **error)
{
  g_autoptr (GArray) faces = NULL;

  if (ag_face_finder_is_supported ())
    {
      if (batch->finder == NULL)
        batch->finder = ag_face_finder_new (error);
      if (batch->finder == NULL ||
          (faces = ag_face_finder_find (batch->finder, photo, error)) == NULL)
        return FALSE;
    }
  if (faces != NULL && faces->len > 0)
    {
      AgEyes eyes = g_array_index (faces, AgFace, 0).eyes;

      if (!ag_face_refine (batch->codec, photo, &eyes, &batch->cancelled, error))
        return FALSE;
      if (ag_alignment_from_eyes (&eyes, alignment))
        return TRUE;
    }
  if (photo->width == photo->height)
    {
      ag_alignment_from_centre (photo->width, photo->height, alignment);
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: no face found"), name);
  return FALSE;
}

static gboolean
check_size (Batch *batch, AgImage *photo, const char *name, GError **error)
{
  int size = ag_codec_get_config (batch->codec)->image_width;

  if (photo->width >= size && photo->height >= size)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: the picture is too small: %d × %d pixels, the model needs at least %d × %d"),
               name, photo->width, photo->height, size, size);
  return FALSE;
}

/* The photo's extension if it is a picture's; NULL otherwise. */
static const char *
get_extension (const char *base)
{
  static const char *const known[] = { ".png", ".jpg", ".jpeg", ".webp" };
  const char *dot = strrchr (base, '.');

  for (gsize i = 0; dot != NULL && i < G_N_ELEMENTS (known); i++)
    if (g_ascii_strcasecmp (dot, known[i]) == 0)
      return dot;
  return NULL;
}

/* A name in the folder that is not taken: nothing is written over. */
static GFile *
choose_output (Batch *batch, const char *base)
{
  const char *extension = get_extension (base);
  gsize length = extension != NULL ? (gsize) (extension - base) : strlen (base);
  g_autofree char *stem = g_strndup (base, length);
  g_autofree char *plain = g_strconcat (stem, extension != NULL ? extension : ".png", NULL);
  GFile *output = g_file_get_child (batch->folder, plain);

  for (guint i = 2; g_file_query_exists (output, NULL); i++)
    {
      g_autofree char *name =
        g_strdup_printf ("%s-%u%s", stem, i, extension != NULL ? extension : ".png");

      g_object_unref (output);
      output = g_file_get_child (batch->folder, name);
    }
  return output;
}

static char *
make_receipt (Batch *batch,
              GBytes *bytes,
              AgImage *photo,
              const char *name,
              const AgAlignment *alignment,
              int class_label)
{
  g_autoptr (AgReceipt) receipt = ag_receipt_new (
    ag_look_from_state (NULL, ag_edit_engine_get_model (batch->engine), batch->state, 1));

  receipt->model_name = g_strdup (ag_edit_engine_get_name (batch->engine));
  receipt->model_hash = g_strdup (ag_edit_engine_get_hash (batch->engine));
  receipt->photo_name = g_strdup (name);
  receipt->photo_hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  receipt->width = photo->width;
  receipt->height = photo->height;
  receipt->alignment = *alignment;
  receipt->photo_class = class_label;
  return ag_receipt_to_text (receipt);
}

static gboolean
write_picture (Batch *batch,
               GFile *file,
               GBytes *bytes,
               AgImage *photo,
               AgImage *edited,
               const char *receipt,
               GError **error)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autoptr (GFile) output = choose_output (batch, base);
  const char *extension = get_extension (base);
  const char *text[] = { AG_RECEIPT_KEYWORD, receipt, NULL };
  gboolean with_receipt =
    batch->receipts && (extension == NULL || g_ascii_strcasecmp (extension, ".png") == 0);

  /* Nothing changed: the photo as it was. */
  if (edited == photo && extension != NULL)
    return ag_atomic_file_replace (output, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                                   error);
  return ag_image_save (edited, output, batch->quality, with_receipt ? text : NULL,
                        batch->cancellable, error);
}

static gboolean
edit_file (Batch *batch, GFile *file, GError **error)
{
  g_autofree char *name = ag_file_name (file), *receipt = NULL;
  g_autoptr (GBytes) bytes = ag_file_read (file, MAX_PHOTO, batch->cancellable, error);
  g_autoptr (AgImage) photo = NULL, edited = NULL;
  double temperature[AG_MAX_LEVELS], bits_per_dim;
  AgEditRecipe recipe = { .values = batch->state->values,
                          .locked = batch->state->locked,
                          .strength = batch->state->strength,
                          .temperature = temperature };
  AgAlignment alignment;
  int class_label;

  for (int level = 0; level < AG_MAX_LEVELS; level++)
    temperature[level] = batch->state->temperature;
  if (batch->codec == NULL)
    batch->codec = ag_edit_engine_new_codec (batch->engine, 1, error);
  if (batch->codec == NULL || bytes == NULL ||
      (photo = ag_image_load_bytes (bytes, name, error)) == NULL ||
      !check_size (batch, photo, name, error) ||
      !find_face (batch, photo, name, &alignment, error) ||
      !ag_edit_find_class (batch->codec, photo, &alignment, &class_label, &batch->cancelled, error))
    return FALSE;
  if (class_label >= 0)
    recipe.classes = &class_label;
  edited = ag_edit_render (batch->codec, photo, &alignment, &recipe, name, &bits_per_dim,
                           &batch->cancelled, error);
  if (edited == NULL)
    return FALSE;
  receipt = make_receipt (batch, bytes, photo, name, &alignment, class_label);
  return write_picture (batch, file, bytes, photo, edited, receipt, error);
}

static void
batch_run (gpointer data, const atomic_bool *cancel)
{
  Batch *batch = data;
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (batch->cancellable))
    return;
  if (edit_file (batch, g_ptr_array_index (batch->files, batch->next), &error))
    batch->n_written++;
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_ptr_array_add (batch->problems, g_strdup (error->message));
}

static void push_next (Batch *batch);

/* The batch goes from job to job; each job owns only a pointer to it. */
typedef struct
{
  Batch *batch;
} Link;

static void
link_run (gpointer data, const atomic_bool *cancel)
{
  batch_run (((Link *) data)->batch, cancel);
}

static void
link_done (gpointer data)
{
  Batch *batch = g_steal_pointer (&((Link *) data)->batch);

  batch->next++;
  if (batch->progress != NULL)
    batch->progress (batch->next, batch->files->len, batch->progress_data);
  push_next (batch);
}

static void
link_free (gpointer data)
{
  Link *link = data;

  if (link->batch != NULL)
    {
      link->batch->session->n_exporting--;
      batch_free (link->batch);
    }
  g_free (link);
}

static const AgWorkerJobKind link_kind = { link_run, link_done, link_free };

static void
push_next (Batch *batch)
{
  AgEditSession *self = batch->session;
  Link *link;

  if (batch->next < batch->files->len && !g_cancellable_is_cancelled (batch->cancellable))
    {
      link = g_new0 (Link, 1);
      link->batch = batch;
      ag_worker_push (self->files, &link_kind, link);
      return;
    }
  self->n_exporting--;
  if (g_cancellable_is_cancelled (batch->cancellable))
    batch_free (batch);
  else
    {
      g_autoptr (GTask) task = g_steal_pointer (&batch->task);

      g_task_return_int (task, batch->n_written);
      batch_free (batch);
    }
}

static void
cancel_batch (GCancellable *cancellable, gpointer data)
{
  atomic_store (&((Batch *) data)->cancelled, true);
}

void
ag_edit_session_apply_look_to_files_async (AgEditSession *self,
                                           const AgLook *look,
                                           GPtrArray *files,
                                           GFile *folder,
                                           AgLookProgress progress,
                                           gpointer progress_data,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *missing = NULL;
  Batch *batch;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (look != NULL && files != NULL && G_IS_FILE (folder));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ag_edit_session_apply_look_to_files_async);
  if (self->closed || self->engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                               _ ("There is no model yet"));
      return;
    }
  batch = g_new0 (Batch, 1);
  batch->session = self;
  batch->engine = ag_edit_engine_ref (self->engine);
  batch->cancellable = cancellable != NULL ? g_object_ref (cancellable) : g_cancellable_new ();
  batch->progress = progress;
  batch->progress_data = progress_data;
  batch->look = ag_look_copy (look);
  batch->state = ag_edit_state_new (ag_edit_session_get_n_values (self));
  batch->files = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < files->len; i++)
    g_ptr_array_add (batch->files, g_object_ref (g_ptr_array_index (files, i)));
  batch->folder = g_object_ref (folder);
  batch->quality = self->quality;
  batch->receipts = !self->no_receipts;
  batch->problems = g_ptr_array_new_with_free_func (g_free);
  missing = ag_look_apply (look, ag_edit_session_get_model (self), batch->state, 1);
  if (missing != NULL)
    g_ptr_array_add (batch->problems,
                     g_strdup_printf (_ ("%s: left out, since it is not to be had here: %s"),
                                      look->name != NULL ? look->name : _ ("Look"), missing));
  g_task_set_task_data (task, g_ptr_array_ref (batch->problems),
                        (GDestroyNotify) g_ptr_array_unref);
  batch->handler =
    g_cancellable_connect (batch->cancellable, G_CALLBACK (cancel_batch), batch, NULL);
  batch->task = g_steal_pointer (&task);
  self->n_exporting++;
  push_next (batch);
}

guint
ag_edit_session_apply_look_to_files_finish (AgEditSession *self,
                                            GAsyncResult *result,
                                            GPtrArray **problems,
                                            GError **error)
{
  gssize n_written;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);

  if (problems != NULL)
    {
      GPtrArray *all = g_task_get_task_data (G_TASK (result));

      *problems = all != NULL ? g_ptr_array_ref (all) : NULL;
    }
  n_written = g_task_propagate_int (G_TASK (result), error);
  return n_written > 0 ? (guint) n_written : 0;
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_file_get_basename (*(GFile *const *) a);
  g_autofree char *second = g_file_get_basename (*(GFile *const *) b);

  return strcmp (first, second);
}

GPtrArray *
ag_edit_session_list_photos (GFile *folder, GError **error)
{
  static const char *const extensions[] = { ".png", ".jpg", ".jpeg", ".webp" };
  g_autoptr (GPtrArray) photos = g_ptr_array_new_with_free_func (g_object_unref);
  GError *local_error = NULL;
  g_autoptr (GFileEnumerator) files = g_file_enumerate_children (
    folder, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NONE, NULL, &local_error);
  GFileInfo *info;
  GFile *file;

  while (files != NULL && g_file_enumerator_iterate (files, &info, &file, NULL, &local_error) &&
         info != NULL)
    {
      g_autofree char *lower = g_ascii_strdown (g_file_info_get_name (info), -1);

      for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
        if (g_str_has_suffix (lower, extensions[i]))
          g_ptr_array_add (photos, g_object_ref (file));
    }
  if (local_error != NULL)
    {
      ag_file_propagate_error (error, local_error, folder);
      return NULL;
    }
  g_ptr_array_sort (photos, compare_files);
  return g_steal_pointer (&photos);
}
