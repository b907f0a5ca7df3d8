/* ag-edit-session-recovery.c: work that survives a crash
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A second after the last change, what has been done to each face is written into one file, as
 * receipts with the addresses of their photos; a picture that came from nowhere, like one that was
 * pasted, is written beside it once. The file is removed when the session is closed: if it is there
 * when a session begins, the one before ended otherwise. It then waits under another name for
 * somebody to say whether it is wanted.
 *
 *     { "format": "afterglow-work", "faces": [
 *       { "name": "me.jpg", "uri": "file:///…", "seed": 0, "receipt": {…} } ] }
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-edit-session-work.h"
#include "ag-file.h"
#include "ag-json.h"

#define FORMAT    "afterglow-work"
#define WORK_NAME "work.json"
#define LEFT_NAME "left.json"

#define SAVE_AFTER_MS 1000
#define MAX_FILE      (16 * 1024 * 1024)
#define MAX_FACES     1000

/* Something that was left over. */
typedef struct
{
  char *name;
  GFile *file; /* nullable */
  guint64 seed;
  AgReceipt *receipt;
} Left;

static void
left_free (gpointer data)
{
  Left *left = data;

  g_clear_object (&left->file);
  ag_receipt_free (left->receipt);
  g_free (left->name);
  g_free (left);
}

/* Writing. */

typedef struct
{
  AgEditSession *session; /* main loop only */
  GFile *file;
  char *text; /* nullable: nothing is to be kept */
  AgImage *image;
  GError *error;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_clear_object (&keeping->file);
  g_clear_pointer (&keeping->image, ag_image_unref);
  g_clear_error (&keeping->error);
  g_free (keeping->text);
  g_free (keeping);
}

static void
keeping_run (gpointer data, const atomic_bool *cancel)
{
  Keeping *keeping = data;

  if (keeping->image != NULL)
    ag_image_save (keeping->image, keeping->file, 0, NULL, NULL, &keeping->error);
  else if (keeping->text != NULL)
    ag_atomic_file_replace (keeping->file, keeping->text, strlen (keeping->text), &keeping->error);
  else
    g_file_delete (keeping->file, NULL, NULL);
}

static void
keeping_done (gpointer data)
{
  Keeping *keeping = data;

  /* Once is enough: the disk will still be full in a second. */
  if (keeping->error == NULL || keeping->session->recovery_failed)
    return;
  keeping->session->recovery_failed = TRUE;
  ag_edit_session_problem (keeping->session, keeping->error->message);
}

static const AgWorkerJobKind keeping_kind = { keeping_run, keeping_done, keeping_free };

static Keeping *
keeping_new (AgEditSession *self, const char *name)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->session = self;
  keeping->file = g_file_get_child (self->recovery_folder, name);
  return keeping;
}

/* The file of a picture that has none; written the first time. */
static GFile *
keep_picture (AgEditSession *self, AgEditFace *face)
{
  GFile *file = g_object_get_data (G_OBJECT (face), "afterglow-kept");
  g_autofree char *name = NULL;
  Keeping *keeping;

  if (file == NULL)
    {
      name = g_strdup_printf ("picture-%" G_GINT64_FORMAT ".png", g_get_real_time ());
      keeping = keeping_new (self, name);
      keeping->image = ag_image_ref (ag_edit_face_get_photo (face));
      file = g_object_ref (keeping->file);
      g_object_set_data_full (G_OBJECT (face), "afterglow-kept", file, g_object_unref);
      ag_worker_push (self->files, &keeping_kind, keeping);
    }
  return file;
}

static gboolean
build_face (AgEditSession *self, AgEditFace *face, JsonBuilder *json)
{
  AgEditHistory *history = ag_edit_face_get_history (face);
  GFile *file = ag_edit_face_get_file (face);
  g_autoptr (AgReceipt) receipt = NULL;
  g_autofree char *uri = NULL;

  if (ag_edit_history_get_present (history) == 0 ||
      (receipt = ag_edit_session_make_receipt (self, face)) == NULL)
    return FALSE;
  if (file == NULL && ag_edit_face_get_photo (face) != NULL)
    {
      file = keep_picture (self, face);
      /* Not the file's, but whatever is kept there is the picture. */
      g_clear_pointer (&receipt->photo_hash, g_free);
    }
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "name");
  json_builder_add_string_value (json, ag_edit_face_get_name (face));
  if (file != NULL)
    {
      uri = g_file_get_uri (file);
      json_builder_set_member_name (json, "uri");
      json_builder_add_string_value (json, uri);
    }
  json_builder_set_member_name (json, "seed");
  json_builder_add_int_value (json, (gint64) ag_edit_face_get_seed (face));
  json_builder_set_member_name (json, "receipt");
  json_builder_begin_object (json);
  ag_receipt_build (receipt, json);
  json_builder_end_object (json);
  json_builder_end_object (json);
  return TRUE;
}

static gboolean
keep_work (gpointer data)
{
  AgEditSession *self = data;
  g_autoptr (JsonBuilder) json = json_builder_new ();
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->faces)), n_kept = 0;
  Keeping *keeping;

  self->recovery_timeout = 0;
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "format");
  json_builder_add_string_value (json, FORMAT);
  json_builder_set_member_name (json, "faces");
  json_builder_begin_array (json);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (G_LIST_MODEL (self->faces), i);

      n_kept += build_face (self, face, json) ? 1 : 0;
    }
  json_builder_end_array (json);
  json_builder_end_object (json);
  keeping = keeping_new (self, WORK_NAME);
  if (n_kept > 0)
    keeping->text = ag_json_to_text (json);
  ag_worker_push (self->files, &keeping_kind, keeping);
  return G_SOURCE_REMOVE;
}

void
ag_edit_session_touch_recovery (AgEditSession *self)
{
  if (self->recovery_folder == NULL || self->closed)
    return;
  g_clear_handle_id (&self->recovery_timeout, g_source_remove);
  self->recovery_timeout = g_timeout_add (SAVE_AFTER_MS, keep_work, self);
}

/* Reading. */

static Left *
parse_face (JsonObject *object)
{
  JsonObject *member = ag_json_get_object (object, "receipt");
  const char *name = ag_json_get_string (object, "name");
  const char *uri = ag_json_get_string (object, "uri");
  g_autoptr (AgReceipt) receipt = NULL;
  Left *left;
  int seed = 0;

  if (name == NULL || member == NULL || (receipt = ag_receipt_read (member, NULL)) == NULL)
    return NULL;
  ag_json_get_int (object, "seed", 0, G_MAXINT, &seed);
  if (uri == NULL && seed == 0)
    return NULL;
  left = g_new0 (Left, 1);
  left->name = g_strdup (name);
  left->file = uri != NULL ? g_file_new_for_uri (uri) : NULL;
  left->seed = (guint64) seed;
  left->receipt = g_steal_pointer (&receipt);
  return left;
}

/* Adds what a file tells of; one that is damaged tells of nothing. */
static void
read_left (AgEditSession *self, GFile *file)
{
  g_autoptr (GBytes) bytes = ag_file_read (file, MAX_FILE, NULL, NULL);
  g_autofree char *text =
    bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
  g_autoptr (JsonNode) root = text != NULL ? ag_json_parse (text) : NULL;
  JsonObject *object = ag_json_as_object (root);
  JsonArray *array = object != NULL ? ag_json_get_array (object, "faces") : NULL;

  if (array == NULL || g_strcmp0 (ag_json_get_string (object, "format"), FORMAT) != 0)
    return;
  for (guint i = 0; i < json_array_get_length (array) && self->left->len < MAX_FACES; i++)
    {
      JsonObject *face = ag_json_as_object (json_array_get_element (array, i));
      Left *left = face != NULL ? parse_face (face) : NULL;

      if (left != NULL)
        g_ptr_array_add (self->left, left);
    }
}

void
ag_edit_session_set_recovery_folder (AgEditSession *self, GFile *folder)
{
  g_autoptr (GFile) work = NULL, left = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (G_IS_FILE (folder));

  if (self->closed)
    return;
  g_set_object (&self->recovery_folder, folder);
  g_file_make_directory_with_parents (folder, NULL, NULL);
  work = g_file_get_child (folder, WORK_NAME);
  left = g_file_get_child (folder, LEFT_NAME);
  g_clear_pointer (&self->left, g_ptr_array_unref);
  self->left = g_ptr_array_new_with_free_func (left_free);
  /* The newer crash first; an older one that nobody has answered yet is not forgotten for it. */
  if (g_file_query_exists (work, NULL))
    {
      read_left (self, work);
      if (self->left->len > 0)
        g_file_move (work, left, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, NULL);
      else
        g_file_delete (work, NULL, NULL);
    }
  if (self->left->len == 0)
    read_left (self, left);
}

guint
ag_edit_session_get_n_recoverable (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);
  return self->left != NULL ? self->left->len : 0;
}

char *
ag_edit_session_get_recoverable_name (AgEditSession *self, guint index)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  g_return_val_if_fail (index < ag_edit_session_get_n_recoverable (self), NULL);
  return g_strdup (((const Left *) g_ptr_array_index (self->left, index))->name);
}

/* A face that the model draws is still on the shelf, or is drawn once more. */
static void
recover_drawn (AgEditSession *self, const Left *left)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->faces));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (G_LIST_MODEL (self->faces), i);

      if (ag_edit_face_get_seed (face) == left->seed)
        {
          ag_edit_session_apply_receipt (self, face, left->receipt);
          ag_edit_session_set_face (self, face);
          return;
        }
    }
  ag_edit_session_push_redraw (self, left->seed, left->receipt);
}

void
ag_edit_session_recover (AgEditSession *self)
{
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || self->engine == NULL || ag_edit_session_get_n_recoverable (self) == 0)
    return;
  left = g_steal_pointer (&self->left);
  for (guint i = left->len; i-- > 0;)
    {
      const Left *face = g_ptr_array_index (left, i);

      if (face->file != NULL)
        ag_edit_session_reopen (self, face->file, face->receipt);
      else
        recover_drawn (self, face);
    }
  /* From now on it is this session's work. */
  file = g_file_get_child (self->recovery_folder, LEFT_NAME);
  g_file_delete (file, NULL, NULL);
  ag_edit_session_touch_recovery (self);
}

void
ag_edit_session_discard_recoverable (AgEditSession *self)
{
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->recovery_folder == NULL || self->left == NULL)
    return;
  left = g_steal_pointer (&self->left);
  for (guint i = 0; i < left->len; i++)
    {
      const Left *face = g_ptr_array_index (left, i);

      /* Pictures that were kept here, never somebody's photo. */
      if (face->file != NULL && g_file_has_prefix (face->file, self->recovery_folder))
        g_file_delete (face->file, NULL, NULL);
    }
  file = g_file_get_child (self->recovery_folder, LEFT_NAME);
  g_file_delete (file, NULL, NULL);
}

void
ag_edit_session_end_recovery (AgEditSession *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->faces));
  g_autoptr (GFile) work = NULL;

  if (self->recovery_folder == NULL)
    return;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (G_LIST_MODEL (self->faces), i);
      GFile *kept = g_object_get_data (G_OBJECT (face), "afterglow-kept");

      /* One that was recovered has been opened from here. */
      if (kept == NULL && ag_edit_face_get_file (face) != NULL &&
          g_file_has_prefix (ag_edit_face_get_file (face), self->recovery_folder))
        kept = ag_edit_face_get_file (face);
      if (kept != NULL)
        g_file_delete (kept, NULL, NULL);
    }
  work = g_file_get_child (self->recovery_folder, WORK_NAME);
  g_file_delete (work, NULL, NULL);
}
