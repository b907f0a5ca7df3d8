/* ag-face-crops.c: the faces of many photos, found once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of the cache has a heading and then a line for each photo: when it was changed and how
 * large it is, whether there is a face, the four numbers of its alignment, and the name, escaped.
 */
#include "ag-face-crops.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/* A face square that a file of the cache may name, in pixels. */
#define MAX_SIDE 200000.0

/* New finds after which they are written down, so that not many are lost to a power cut. */
#define SAVE_EVERY 100

#define HEADING   "afterglow faces 1"
#define MAX_BYTES (256 * 1024 * 1024)

typedef struct
{
  gint64 time, size; /* of the photo: microseconds, bytes */
  gboolean has_face;
  AgAlignment alignment;
} Found;

/* What is known of a folder of photos. */
typedef struct
{
  GHashTable *found; /* of Found by name */
  guint n_new;
} Folder;

struct AgFaceCrops
{
  AgDatasetCrop crop;
  pthread_mutex_t mutex;
  /* Guarded by mutex: */
  GPtrArray *finders;  /* that no thread uses now */
  GHashTable *folders; /* of Folder by path */
};

/* One photo */

gboolean
ag_face_align (AgFaceFinder *finder, AgImage *photo, AgAlignment *alignment)
{
  g_autoptr (GArray) faces = ag_face_finder_find (finder, photo, NULL);
  const AgFace *face;

  if (faces == NULL || faces->len == 0)
    return FALSE;
  face = &g_array_index (faces, AgFace, 0);
  if (ag_eyes_fill_square (&face->eyes, photo))
    ag_alignment_from_centre (photo->width, photo->height, alignment);
  else if (!ag_alignment_from_eyes (&face->eyes, alignment))
    return FALSE;
  return TRUE;
}

/* The cache */

static char *
get_cache_path (const char *folder)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, folder, -1);
  g_autofree char *name = g_strconcat (sum, ".faces", NULL);

  return g_build_filename (g_get_user_cache_dir (), "afterglow", "faces", name, NULL);
}

static gboolean
read_double (char **text, double *value)
{
  char *end;

  *value = g_ascii_strtod (*text, &end);
  if (end == *text || *end != ' ' || !isfinite (*value))
    return FALSE;
  *text = end + 1;
  return TRUE;
}

static gboolean
read_integer (char **text, gint64 *value)
{
  char *end;

  *value = g_ascii_strtoll (*text, &end, 10);
  if (end == *text || *end != ' ')
    return FALSE;
  *text = end + 1;
  return TRUE;
}

static gboolean
is_possible (const AgAlignment *alignment)
{
  double side = ag_alignment_get_side (alignment);

  return side >= 1 && side <= MAX_SIDE && fabs (alignment->x) <= MAX_SIDE &&
         fabs (alignment->y) <= MAX_SIDE;
}

/* A line that is none is passed over: the photo is looked at again. */
static void
read_line (Folder *folder, char *line)
{
  g_autofree char *name = NULL;
  Found found = { 0 };
  gint64 has_face;

  if (!read_integer (&line, &found.time) || !read_integer (&line, &found.size) ||
      !read_integer (&line, &has_face) || !read_double (&line, &found.alignment.x) ||
      !read_double (&line, &found.alignment.y) || !read_double (&line, &found.alignment.ux) ||
      !read_double (&line, &found.alignment.uy))
    return;
  found.has_face = has_face == 1;
  if (found.has_face && !is_possible (&found.alignment))
    return;
  name = g_strcompress (line);
  g_hash_table_insert (folder->found, g_steal_pointer (&name), g_memdup2 (&found, sizeof found));
}

static void
folder_free (gpointer data)
{
  Folder *folder = data;

  g_hash_table_unref (folder->found);
  g_free (folder);
}

static Folder *
folder_open (const char *path)
{
  Folder *folder = g_new0 (Folder, 1);
  g_autofree char *cache = get_cache_path (path);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  GStatBuf info;

  folder->found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (g_stat (cache, &info) != 0 || info.st_size > MAX_BYTES ||
      !g_file_get_contents (cache, &text, NULL, NULL))
    return folder;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 1; lines[0] != NULL && strcmp (lines[0], HEADING) == 0 && lines[i] != NULL; i++)
    read_line (folder, lines[i]);
  return folder;
}

static void
append_double (GString *text, double value)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text, g_ascii_dtostr (digits, sizeof digits, value));
  g_string_append_c (text, ' ');
}

static void
folder_save (Folder *folder, const char *path)
{
  g_autofree char *cache = get_cache_path (path);
  g_autofree char *parent = g_path_get_dirname (cache);
  g_autoptr (GString) text = g_string_new (HEADING "\n");
  GHashTableIter iter;
  gpointer name, value;

  if (folder->n_new == 0)
    return;
  folder->n_new = 0;
  g_hash_table_iter_init (&iter, folder->found);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Found *found = value;
      g_autofree char *escaped = g_strescape (name, NULL);

      g_string_append_printf (text, "%" PRId64 " %" PRId64 " %d ", found->time, found->size,
                              found->has_face);
      append_double (text, found->alignment.x);
      append_double (text, found->alignment.y);
      append_double (text, found->alignment.ux);
      append_double (text, found->alignment.uy);
      g_string_append (text, escaped);
      g_string_append_c (text, '\n');
    }
  g_mkdir_with_parents (parent, 0700);
  g_file_set_contents_full (cache, text->str, (gssize) text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                            0600, NULL);
}

/* With the mutex. */
static Folder *
get_folder (AgFaceCrops *self, const char *path)
{
  Folder *folder = g_hash_table_lookup (self->folders, path);

  if (folder == NULL)
    {
      folder = folder_open (path);
      g_hash_table_insert (self->folders, g_strdup (path), folder);
    }
  return folder;
}

/* Finding */

/* Returns whether it could be looked for. */
static gboolean
find (AgFaceCrops *self, AgImage *photo, Found *found)
{
  AgFaceFinder *finder = NULL;

  pthread_mutex_lock (&self->mutex);
  if (self->finders->len > 0)
    finder = g_ptr_array_steal_index_fast (self->finders, self->finders->len - 1);
  pthread_mutex_unlock (&self->mutex);
  if (finder == NULL)
    finder = ag_face_finder_new (NULL);
  if (finder == NULL)
    return FALSE;
  found->has_face = ag_face_align (finder, photo, &found->alignment);
  pthread_mutex_lock (&self->mutex);
  g_ptr_array_add (self->finders, finder);
  pthread_mutex_unlock (&self->mutex);
  return TRUE;
}

/* From the cache if the photo is as it was. Two threads never look for the same photo. */
static void
look_up (AgFaceCrops *self, AgImage *photo, const char *path, Found *found)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  const Found *known;
  Folder *folder;
  GStatBuf info;

  *found = (Found){ 0 };
  if (g_stat (path, &info) == 0)
    {
      found->time = (gint64) info.st_mtim.tv_sec * G_USEC_PER_SEC + info.st_mtim.tv_nsec / 1000;
      found->size = info.st_size;
    }
  pthread_mutex_lock (&self->mutex);
  known = g_hash_table_lookup (get_folder (self, parent)->found, name);
  if (known != NULL && known->time == found->time && known->size == found->size)
    {
      *found = *known;
      pthread_mutex_unlock (&self->mutex);
      return;
    }
  pthread_mutex_unlock (&self->mutex);
  if (!find (self, photo, found))
    return;
  pthread_mutex_lock (&self->mutex);
  folder = get_folder (self, parent);
  g_hash_table_insert (folder->found, g_steal_pointer (&name), g_memdup2 (found, sizeof *found));
  if (++folder->n_new >= SAVE_EVERY)
    folder_save (folder, parent);
  pthread_mutex_unlock (&self->mutex);
}

static double
measure (AgImage *photo, const char *path, gpointer data, char **reason)
{
  Found found;

  look_up (data, photo, path, &found);
  if (found.has_face)
    return ag_alignment_get_side (&found.alignment);
  *reason = g_strdup (_ ("no face was found"));
  return 0;
}

static AgImage *
crop (AgImage *photo, const char *path, int width, int height, gpointer data, char **reason)
{
  int size = MAX (width, height);
  g_autoptr (AgImage) square = NULL;
  Found found;

  look_up (data, photo, path, &found);
  if (!found.has_face)
    {
      *reason = g_strdup (_ ("no face was found"));
      return NULL;
    }
  if (ag_alignment_get_side (&found.alignment) < size)
    {
      *reason = g_strdup_printf (_ ("the face has %d pixels, fewer than the %d that are needed"),
                                 (int) ag_alignment_get_side (&found.alignment), size);
      return NULL;
    }
  square = ag_alignment_crop (&found.alignment, photo, size);
  return width == height ? g_steal_pointer (&square) : ag_image_fit (square, width, height);
}

AgFaceCrops *
ag_face_crops_new (GError **error)
{
  AgFaceFinder *finder = ag_face_finder_new (error);
  AgFaceCrops *self;

  if (finder == NULL)
    return NULL;
  self = g_new0 (AgFaceCrops, 1);
  self->crop = (AgDatasetCrop){ measure, crop, self };
  pthread_mutex_init (&self->mutex, NULL);
  self->finders = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_face_finder_free);
  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, folder_free);
  g_ptr_array_add (self->finders, finder);
  return self;
}

void
ag_face_crops_free (AgFaceCrops *self)
{
  GHashTableIter iter;
  gpointer path, folder;

  if (self == NULL)
    return;
  g_hash_table_iter_init (&iter, self->folders);
  while (g_hash_table_iter_next (&iter, &path, &folder))
    folder_save (folder, path);
  g_hash_table_unref (self->folders);
  g_ptr_array_unref (self->finders);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

const AgDatasetCrop *
ag_face_crops_get_crop (AgFaceCrops *self)
{
  return &self->crop;
}
