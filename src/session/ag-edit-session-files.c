/* ag-edit-session-files.c: opening photos and saving pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files have a worker of their own, so that the other one stays free for what somebody is looking
 * at. A GTask here only carries a result on the main loop.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-face-finder.h"
#include "ag-file.h"

/* Where no face was found it is taken to fill this much of the photo. */
#define GUESSED_SHARE 0.62

/* Larger photos are not copied but rendered. */
#define MAX_COPY_SIZE (512u * 1024 * 1024)

typedef struct
{
  AgEditSession *session; /* to be touched on the main loop only */
  GCancellable *cancellable;
  GFile *file;
  AgImage *image;
  char *name;
  AgEyes eyes;
  gboolean eyes_found;
  GError *error;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->cancellable);
  g_clear_object (&opening->file);
  g_clear_pointer (&opening->image, ag_image_unref);
  g_clear_error (&opening->error);
  g_free (opening->name);
  g_free (opening);
}

/* Where eyes would be in a photo of which nothing is known: a small square picture is taken to be
 * a face square already, in others the face is a little above the middle. */
static void
guess_eyes (AgImage *image, AgEyes *eyes)
{
  AgAlignment alignment;
  double side = MIN (image->width, image->height);

  if (image->width == image->height && image->width <= 256)
    ag_alignment_from_centre (image->width, image->height, &alignment);
  else
    {
      side *= GUESSED_SHARE;
      alignment.x = (image->width - side) / 2;
      alignment.y = (image->height - side) * 0.45;
      alignment.ux = side;
      alignment.uy = 0;
    }
  ag_alignment_get_eyes (&alignment, eyes);
}

static void
find_eyes (Opening *opening)
{
  g_autoptr (AgFaceFinder) finder = NULL;
  g_autoptr (GArray) faces = NULL;

  guess_eyes (opening->image, &opening->eyes);
  if (!ag_face_finder_is_supported ())
    return;
  /* Without a finder, or a face, the handles are there to place the eyes. */
  finder = ag_face_finder_new (NULL);
  if (finder != NULL)
    faces = ag_face_finder_find (finder, opening->image, NULL);
  if (faces != NULL && faces->len > 0)
    {
      const AgFace *face = &g_array_index (faces, AgFace, 0);

      opening->eyes = face->eyes;
      opening->eyes_found = face->eyes_found;
    }
}

static void
open_run (gpointer data, const atomic_bool *cancel)
{
  Opening *opening = data;

  if (opening->image == NULL)
    opening->image = ag_image_load (opening->file, opening->cancellable, &opening->error);
  if (opening->image != NULL)
    find_eyes (opening);
}

static gboolean
check_size (AgEditSession *self, Opening *opening)
{
  AgModel *model = ag_edit_session_get_model (self);
  int size = model != NULL ? ag_glow_config (model->glow)->image_height : 1;
  g_autofree char *message = NULL;

  if (opening->image->width >= size && opening->image->height >= size)
    return TRUE;
  message = g_strdup_printf (
    _ ("%s: the picture is too small: %d × %d pixels, the model needs at least %d × %d"),
    opening->name, opening->image->width, opening->image->height, size, size);
  ag_edit_session_problem (self, message);
  return FALSE;
}

static void
open_done (gpointer data)
{
  Opening *opening = data;
  AgEditSession *self = opening->session;
  g_autoptr (AgEditFace) face = NULL;

  self->n_opening--;
  if (opening->error != NULL)
    {
      if (!g_error_matches (opening->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ag_edit_session_problem (self, opening->error->message);
    }
  else if (check_size (self, opening))
    {
      face = ag_edit_face_new_photo (opening->name, opening->file, opening->image, &opening->eyes,
                                     opening->eyes_found);
      ag_edit_session_add_photo (self, face);
    }
  if (self->face == NULL && g_list_model_get_n_items (G_LIST_MODEL (self->faces)) > 0)
    {
      g_autoptr (AgEditFace) first = g_list_model_get_item (G_LIST_MODEL (self->faces), 0);

      ag_edit_session_set_face (self, first);
    }
  ag_edit_session_notify_busy (self);
}

static const AgWorkerJobKind open_kind = { open_run, open_done, opening_free };

static void
open_start (AgEditSession *self, Opening *opening)
{
  if (self->closed)
    {
      opening_free (opening);
      return;
    }
  opening->session = self;
  opening->cancellable = g_object_ref (self->cancellable);
  self->n_opening++;
  ag_edit_session_notify_busy (self);
  ag_worker_push (self->files, &open_kind, opening);
}

void
ag_edit_session_open_file (AgEditSession *self, GFile *file)
{
  Opening *opening;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (G_IS_FILE (file));

  opening = g_new0 (Opening, 1);
  opening->file = g_object_ref (file);
  opening->name = ag_file_name (file);
  open_start (self, opening);
}

void
ag_edit_session_open_image (AgEditSession *self, const char *name, AgImage *image)
{
  Opening *opening;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (image != NULL);

  opening = g_new0 (Opening, 1);
  opening->image = ag_image_ref (image);
  opening->name = g_strdup (name);
  open_start (self, opening);
}

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
  GFile *source; /* to be copied if it is of the same kind; nullable */
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

static gboolean
copy_source (Saving *saving, gboolean *copied, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  *copied = FALSE;
  if (saving->source == NULL)
    return TRUE;
  /* If the photo is gone or too large, its pixels still are at hand. */
  bytes = ag_file_read (saving->source, MAX_COPY_SIZE, saving->cancellable, NULL);
  if (bytes == NULL || g_strcmp0 (get_content_kind (bytes), get_kind (saving->file)) != 0)
    return TRUE;
  *copied = TRUE;
  return ag_atomic_file_replace (saving->file, g_bytes_get_data (bytes, NULL),
                                 g_bytes_get_size (bytes), error);
}

static void
save_run (gpointer data, const atomic_bool *cancel)
{
  Saving *saving = data;
  gboolean copied;

  if (copy_source (saving, &copied, &saving->error) && !copied)
    (void) ag_image_save (saving->image, saving->file, 0, NULL, saving->cancellable,
                          &saving->error);
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
  if (self->face != NULL && ag_edit_face_get_file (self->face) != NULL &&
      ag_edit_session_is_neutral (self))
    saving->source = g_object_ref (ag_edit_face_get_file (self->face));

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
