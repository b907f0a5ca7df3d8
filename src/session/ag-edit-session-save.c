/* ag-edit-session-save.c: rendering at full resolution and saving
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine's worker renders, that of files writes. A GTask here only carries a result on the main
 * loop.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-file.h"

/* Larger photos are not copied but rendered. */
#define MAX_COPY_SIZE (512u * 1024 * 1024)

/* Rendering at full resolution. */

void
ag_edit_session_render_async (AgEditSession *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  AgEditSubject *subject;
  AgImage *photo;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ag_edit_session_render_async);

  subject = self->face != NULL ? ag_edit_face_get_subject (self->face) : NULL;
  if (self->closed || self->face == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             _ ("There is no picture yet"));
  else if (ag_edit_session_is_neutral (self))
    {
      photo = ag_edit_face_get_photo (self->face);
      g_task_return_pointer (task, ag_image_ref (photo != NULL ? photo : subject->face),
                             (GDestroyNotify) ag_image_unref);
    }
  else if (subject == NULL || ag_edit_face_get_pending (self->face) != 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s",
                             _ ("The face is still being looked at"));
  else
    ag_edit_session_push_export (self, task);
}

AgImage *
ag_edit_session_render_finish (AgEditSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Saving. */

typedef struct
{
  GTask *task; /* main loop only */
  GCancellable *cancellable;
  GFile *file;
  GFile *source;     /* to be copied if it is of the same kind; nullable */
  char *source_hash; /* of its content when it was opened */
  GBytes *content;   /* that content, if it was kept; nullable */
  char *receipt;     /* nullable */
  int quality;
  AgImage *image;
  GError *error;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  /* Dropped before it was done. */
  if (saving->task != NULL)
    g_task_return_new_error (saving->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&saving->task);
  g_clear_object (&saving->cancellable);
  g_clear_object (&saving->file);
  g_clear_object (&saving->source);
  g_free (saving->source_hash);
  g_clear_pointer (&saving->content, g_bytes_unref);
  g_free (saving->receipt);
  g_clear_pointer (&saving->image, ag_image_unref);
  g_clear_error (&saving->error);
  g_free (saving);
}

/* "png", "jpeg" or "webp" by the extension; NULL for others. */
static const char *
get_kind (GFile *file)
{
  static const char *const kinds[][2] = {
    { ".png", "png" }, { ".jpg", "jpeg" }, { ".jpeg", "jpeg" }, { ".webp", "webp" }
  };
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *lower = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  for (gsize i = 0; lower != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_suffix (lower, kinds[i][0]))
      return kinds[i][1];
  return NULL;
}

/* The kind by the first bytes, as names may lie. */
static const char *
get_content_kind (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size > 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return "png";
  if (size > 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return "jpeg";
  if (size > 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return "webp";
  return NULL;
}

/* The photo's file as it was opened; NULL if it was not kept and is gone, another by now, or too
 * large. Its pixels still are at hand then. */
static GBytes *
get_source (Saving *saving)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *hash = NULL;

  if (saving->content != NULL)
    return g_bytes_ref (saving->content);
  bytes = ag_file_read (saving->source, MAX_COPY_SIZE, saving->cancellable, NULL);
  if (bytes == NULL)
    return NULL;
  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return g_strcmp0 (hash, saving->source_hash) == 0 ? g_steal_pointer (&bytes) : NULL;
}

static gboolean
copy_source (Saving *saving, gboolean *copied, GError **error)
{
  g_autoptr (GBytes) bytes = saving->source != NULL ? get_source (saving) : NULL;

  *copied = bytes != NULL && g_strcmp0 (get_content_kind (bytes), get_kind (saving->file)) == 0;
  return !*copied || ag_atomic_file_replace (saving->file, g_bytes_get_data (bytes, NULL),
                                             g_bytes_get_size (bytes), error);
}

static void
save_run (gpointer data, const atomic_bool *cancel)
{
  Saving *saving = data;
  const char *text[] = { AG_RECEIPT_KEYWORD, saving->receipt, NULL };
  gboolean with_receipt =
    saving->receipt != NULL && g_strcmp0 (get_kind (saving->file), "png") == 0;
  gboolean copied;

  if (copy_source (saving, &copied, &saving->error) && !copied)
    (void) ag_image_save (saving->image, saving->file, saving->quality, with_receipt ? text : NULL,
                          saving->cancellable, &saving->error);
}

static void
save_done (gpointer data)
{
  Saving *saving = data;
  g_autoptr (GTask) task = g_steal_pointer (&saving->task);

  if (saving->error != NULL)
    g_task_return_error (task, g_steal_pointer (&saving->error));
  else
    g_task_return_boolean (task, TRUE);
}

static const AgWorkerJobKind save_kind = { save_run, save_done, saving_free };

static void
save_rendered (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgEditSession *self = AG_EDIT_SESSION (source);
  Saving *saving = user_data;

  saving->image = ag_edit_session_render_finish (self, result, &saving->error);
  if (saving->image == NULL)
    {
      save_done (saving);
      saving_free (saving);
    }
  else
    ag_worker_push (self->files, &save_kind, saving);
}

static void
save_completed (GTask *task, GParamSpec *pspec, gpointer user_data)
{
  AG_EDIT_SESSION (g_task_get_source_object (task))->n_exporting--;
}

AgReceipt *
ag_edit_session_make_receipt (AgEditSession *self, AgEditFace *face)
{
  const AgEditState *state = ag_edit_history_get (ag_edit_face_get_history (face));
  AgEditSubject *subject = ag_edit_face_get_subject (face);
  AgImage *photo = ag_edit_face_get_photo (face);
  AgModel *model = ag_edit_session_get_model (self);
  AgReceipt *receipt;

  if (model == NULL || state->n_values != model->attributes->len)
    return NULL;
  /* What is shown and saved is where the model ends, not what lies beyond. */
  if (face == self->face && ag_edit_limit_covers (self->limit, subject, state))
    state = self->limit->at;
  receipt = ag_receipt_new (
    ag_look_from_state (NULL, model, state, ag_edit_face_get_neutral_temperature (face)));
  receipt->model_name = g_strdup (ag_edit_engine_get_name (self->engine));
  receipt->model_hash = g_strdup (ag_edit_engine_get_hash (self->engine));
  receipt->photo_name = g_strdup (ag_edit_face_get_name (face));
  receipt->photo_hash = g_strdup (ag_edit_face_get_photo_hash (face));
  receipt->mask = state->mask != NULL ? g_bytes_ref (state->mask) : NULL;
  receipt->photo_class = subject != NULL ? subject->class_label : state->class_label;
  receipt->width = receipt->height = 1;
  ag_alignment_from_centre (1, 1, &receipt->alignment);
  if (photo != NULL)
    {
      receipt->width = photo->width;
      receipt->height = photo->height;
      (void) ag_alignment_from_eyes (&state->eyes, &receipt->alignment);
    }
  return receipt;
}

void
ag_edit_session_set_quality (AgEditSession *self, int quality)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (quality >= 0 && quality <= 100);
  self->quality = quality;
}

void
ag_edit_session_set_receipts (AgEditSession *self, gboolean receipts)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  self->no_receipts = !receipts;
}

gboolean
ag_edit_session_get_receipts (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);
  return !self->no_receipts;
}

/* What the face was made from, and what of it goes into the file. */
static void
describe_source (AgEditSession *self, Saving *saving)
{
  gboolean neutral = ag_edit_session_is_neutral (self);
  g_autoptr (AgReceipt) receipt = NULL;

  if (neutral && ag_edit_face_get_file (self->face) != NULL)
    {
      saving->source = g_object_ref (ag_edit_face_get_file (self->face));
      saving->source_hash = g_strdup (ag_edit_face_get_photo_hash (self->face));
      if (ag_edit_face_get_content (self->face) != NULL)
        saving->content = g_bytes_ref (ag_edit_face_get_content (self->face));
    }
  if (neutral || self->no_receipts || ag_edit_face_get_photo (self->face) == NULL)
    return;
  receipt = ag_edit_session_make_receipt (self, self->face);
  if (receipt != NULL)
    saving->receipt = ag_receipt_to_text (receipt);
}

void
ag_edit_session_save_async (AgEditSession *self,
                            GFile *file,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  Saving *saving;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (G_IS_FILE (file));

  saving = g_new0 (Saving, 1);
  saving->file = g_object_ref (file);
  saving->cancellable = g_object_ref (cancellable != NULL ? cancellable : self->cancellable);
  saving->quality = self->quality;
  if (self->face != NULL)
    describe_source (self, saving);

  saving->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (saving->task, ag_edit_session_save_async);
  g_signal_connect (saving->task, "notify::completed", G_CALLBACK (save_completed), NULL);
  self->n_exporting++;
  ag_edit_session_render_async (self, cancellable, save_rendered, saving);
}

gboolean
ag_edit_session_save_finish (AgEditSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
