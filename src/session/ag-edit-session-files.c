/* ag-edit-session-files.c: opening photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files have a worker of their own, so that the other one stays free for what somebody is looking
 * at. A photo may be opened to go on with an edit that a receipt tells of: one that this program
 * has exported, or that was left by a crash.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-blend-receipt.h"
#include "ag-face-finder.h"
#include "ag-file.h"
#include "ag-recent.h"

/* Where no face was found it is taken to fill this much of the photo. */
#define GUESSED_SHARE 0.62

#define MAX_PHOTO ((gsize) 2000 * 1000 * 1000)

/* The file itself is kept, so that it can be given again when it has been deleted or changed
 * meanwhile; of a photo that is a few hundredths of what its pixels take. Not the rare huge one. */
#define MAX_KEPT ((gsize) 64 * 1024 * 1024)

typedef struct
{
  AgEditSession *session; /* to be touched on the main loop only */
  GCancellable *cancellable;
  GFile *file;           /* nullable */
  gboolean search;       /* whether the photo of the receipt has to be found */
  GFile *beside;         /* nullable: the exported picture that it might be beside */
  AgEditFace *replaced;  /* main loop only; nullable: the face whose place this one takes */
  AgReceipt *receipt;    /* nullable: to go on from */
  gboolean no_questions; /* whether a photo that is not found is just told of */
  gboolean any;          /* whether the photo may be another than the receipt's */
  AgImage *image;
  GBytes *content; /* of the file; nullable */
  char *name, *hash;
  AgEyes eyes;
  gboolean eyes_found;
  GArray *faces; /* of AgFace; nullable */
  GError *error;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_clear_object (&opening->cancellable);
  g_clear_object (&opening->file);
  g_clear_object (&opening->replaced);
  g_clear_object (&opening->beside);
  g_clear_pointer (&opening->receipt, ag_receipt_free);
  g_clear_pointer (&opening->image, ag_image_unref);
  g_clear_pointer (&opening->content, g_bytes_unref);
  g_clear_pointer (&opening->faces, g_array_unref);
  g_clear_error (&opening->error);
  g_free (opening->name);
  g_free (opening->hash);
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

  guess_eyes (opening->image, &opening->eyes);
  if (!ag_face_finder_is_supported ())
    return;
  /* Without a finder, or a face, the handles are there to place the eyes. */
  finder = ag_face_finder_new (NULL);
  if (finder != NULL)
    opening->faces = ag_face_finder_find (finder, opening->image, NULL);
  if (opening->faces != NULL && opening->faces->len > 0)
    {
      const AgFace *face = &g_array_index (opening->faces, AgFace, 0);

      opening->eyes = face->eyes;
      opening->eyes_found = face->eyes_found;
    }
}

/* Where the photo of an exported picture might be: beside it, or where photos were opened from.
 * Asks the disk, which may be slow or far away, about each recent photo. */
static GPtrArray *
list_candidates (Opening *opening)
{
  const char *photo_name = opening->receipt->photo_name;
  GPtrArray *candidates = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) recent = ag_recent_list ();
  g_autoptr (GFile) folder = opening->beside != NULL ? g_file_get_parent (opening->beside) : NULL;

  /* A name from a stranger's file is no path. */
  if (folder != NULL && strchr (photo_name, '/') == NULL)
    g_ptr_array_add (candidates, g_file_get_child (folder, photo_name));
  for (guint i = 0; i < recent->len; i++)
    {
      GFile *file = g_ptr_array_index (recent, i);
      g_autofree char *name = ag_file_name (file);

      if (g_str_equal (name, photo_name))
        g_ptr_array_add (candidates, g_object_ref (file));
    }
  return candidates;
}

/* The content of the first candidate that is the photo of the receipt; NULL if none is. */
static GBytes *
find_photo (Opening *opening)
{
  g_autoptr (GPtrArray) candidates = list_candidates (opening);

  for (guint i = 0; i < candidates->len; i++)
    {
      GFile *file = g_ptr_array_index (candidates, i);
      GBytes *bytes = ag_file_read (file, MAX_PHOTO, opening->cancellable, NULL);
      g_autofree char *hash =
        bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;

      if (bytes != NULL && g_strcmp0 (hash, opening->receipt->photo_hash) == 0)
        {
          g_set_object (&opening->file, file);
          return bytes;
        }
      g_clear_pointer (&bytes, g_bytes_unref);
    }
  return NULL;
}

static gboolean
check_receipt (Opening *opening)
{
  const AgReceipt *receipt = opening->receipt;

  if (opening->image->width == receipt->width && opening->image->height == receipt->height &&
      (opening->any || g_strcmp0 (opening->hash, receipt->photo_hash) == 0))
    return TRUE;
  g_set_error (&opening->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: this is not the photo that was edited"), opening->name);
  return FALSE;
}

static void
read_photo (Opening *opening)
{
  g_autoptr (GBytes) bytes = NULL;

  if (opening->search)
    bytes = find_photo (opening);
  else
    bytes = ag_file_read (opening->file, MAX_PHOTO, opening->cancellable, &opening->error);
  if (bytes == NULL)
    return;
  g_free (opening->name);
  opening->name = ag_file_name (opening->file);
  opening->hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  opening->image = ag_image_load_bytes (bytes, opening->name, &opening->error);
  if (g_bytes_get_size (bytes) <= MAX_KEPT)
    opening->content = g_steal_pointer (&bytes);
}

static void
open_run (gpointer data, const atomic_bool *cancel)
{
  Opening *opening = data;

  if (opening->image == NULL)
    read_photo (opening);
  if (opening->image == NULL || (opening->receipt != NULL && !check_receipt (opening)))
    return;
  find_eyes (opening);
  if (opening->receipt != NULL)
    {
      ag_alignment_get_eyes (&opening->receipt->alignment, &opening->eyes);
      opening->eyes_found = TRUE;
    }
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

/* The receipt of a picture that was opened; one that is damaged is none, but is told of. */
static AgReceipt *
get_receipt (AgEditSession *self, Opening *opening)
{
  g_autoptr (GError) error = NULL;
  AgReceipt *receipt = ag_receipt_from_image (opening->image, opening->name, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA))
    {
      g_autofree char *message =
        g_strdup_printf (_ ("%s. It was opened like any photo"), error->message);

      ag_edit_session_problem (self, message);
    }
  return receipt;
}

/* The list of recent photos is a file, too, and asks whether others are still there. */

static void
recent_run (gpointer data, const atomic_bool *cancel)
{
  ag_recent_add (data);
}

static const AgWorkerJobKind recent_kind = { recent_run, NULL, g_object_unref };

static void
add_face (AgEditSession *self, Opening *opening)
{
  g_autoptr (AgEditFace) face = ag_edit_face_new_photo (
    opening->name, opening->file, opening->image, &opening->eyes, opening->eyes_found);
  g_autoptr (AgReceipt) receipt = opening->receipt == NULL ? get_receipt (self, opening) : NULL;

  ag_edit_face_set_origin (face, opening->content, opening->hash, opening->faces, receipt);
  /* What a receipt says is not corrected, even where it says what the finder says. */
  if (opening->receipt != NULL)
    ag_edit_face_settle_eyes (face, &opening->eyes);
  ag_edit_session_add_photo (self, face);
  if (opening->file != NULL)
    (void) ag_worker_push (self->files, &recent_kind, g_object_ref (opening->file));
  if (opening->receipt != NULL)
    ag_edit_session_apply_receipt (self, face, opening->receipt);
  if (opening->replaced != NULL)
    ag_edit_session_remove_face (self, opening->replaced);
  if (receipt != NULL)
    g_signal_emit_by_name (self, "receipt-found", face);
  else if (ag_image_get_text (opening->image, AG_SAMPLE_KEYWORD) != NULL ||
           ag_image_get_text (opening->image, AG_BLEND_KEYWORD) != NULL)
    g_signal_emit_by_name (self, "view-receipt-found", face);
}

static void
tell_missing (AgEditSession *self, const char *name)
{
  g_autofree char *message = g_strdup_printf (
    /* Translators: %s is a file's name */
    _ ("%s is neither beside the picture nor among recent photos"), name);

  ag_edit_session_problem (self, message);
}

static void
open_done (gpointer data)
{
  Opening *opening = data;
  AgEditSession *self = opening->session;

  self->n_opening--;
  if (opening->error != NULL)
    {
      if (!g_error_matches (opening->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ag_edit_session_problem (self, opening->error->message);
    }
  else if (opening->image == NULL && opening->no_questions)
    tell_missing (self, opening->receipt->photo_name);
  else if (opening->image == NULL)
    g_signal_emit_by_name (self, "source-needed", opening->receipt->photo_name);
  else if (check_size (self, opening))
    add_face (self, opening);
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

void
ag_edit_session_reopen (AgEditSession *self, GFile *file, const AgReceipt *receipt)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->file = g_object_ref (file);
  opening->name = g_strdup (receipt->photo_name);
  opening->receipt = ag_receipt_copy (receipt);
  opening->any = receipt->photo_hash == NULL;
  open_start (self, opening);
}

void
ag_edit_session_take_up (AgEditSession *self, const AgReceipt *receipt, GFile *beside)
{
  Opening *opening;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->faces)); i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (G_LIST_MODEL (self->faces), i);
      const char *hash = ag_edit_face_get_photo_hash (face);

      if (hash != NULL && g_strcmp0 (hash, receipt->photo_hash) == 0)
        {
          ag_edit_session_apply_receipt (self, face, receipt);
          return;
        }
    }
  opening = g_new0 (Opening, 1);
  opening->receipt = ag_receipt_copy (receipt);
  opening->name = g_strdup (receipt->photo_name);
  opening->search = TRUE;
  g_set_object (&opening->beside, beside);
  opening->no_questions = TRUE;
  open_start (self, opening);
}

gboolean
ag_edit_session_can_continue (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);
  return self->face != NULL && ag_edit_face_get_receipt (self->face) != NULL;
}

void
ag_edit_session_continue (AgEditSession *self, GFile *source)
{
  const AgReceipt *receipt;
  Opening *opening;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || !ag_edit_session_can_continue (self))
    return;
  receipt = ag_edit_face_get_receipt (self->face);
  opening = g_new0 (Opening, 1);
  opening->receipt = ag_receipt_copy (receipt);
  opening->name = g_strdup (receipt->photo_name);
  opening->replaced = g_object_ref (self->face);
  /* Of a photo that was no file there is no hash: any of that size is taken. */
  opening->any = receipt->photo_hash == NULL;
  opening->search = source == NULL;
  g_set_object (&opening->file, source);
  g_set_object (&opening->beside, ag_edit_face_get_file (self->face));
  open_start (self, opening);
}
