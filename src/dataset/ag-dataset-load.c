/* ag-dataset-load.c: what a folder holds, and with which labels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

static void
skipped_free (gpointer data)
{
  AgDatasetSkipped *skipped = data;

  g_free (skipped->name);
  g_free (skipped->reason);
  g_free (skipped);
}

static gboolean
find_images (AgDataset *self, const atomic_bool *cancel, GError **error)
{
  g_autofree char *path = g_file_get_path (self->folder);
  g_autofree char *name = g_file_get_parse_name (self->folder);

  if (path == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, G_IO_ERROR,
                   path && g_file_test (path, G_FILE_TEST_EXISTS) ? G_IO_ERROR_NOT_DIRECTORY
                                                                  : G_IO_ERROR_NOT_FOUND,
                   _ ("%s: not a folder on this computer"), name);
      return FALSE;
    }
  if (!ag_packed_images_find (path, &self->packed, error))
    return FALSE;
  if (self->packed != NULL)
    {
      self->n_found = self->packed->n;
      self->class_labels = ag_class_labels_read_packed (self->packed, path);
      return TRUE;
    }
  self->files = ag_image_files_find (path, cancel, error);
  if (self->files == NULL)
    return FALSE;
  if (self->files->names->len == 0)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
                   _ ("%s: no JPEG, PNG or WebP pictures in this folder"), name);
      return FALSE;
    }
  self->n_found = (int) MIN (self->files->names->len, G_MAXINT / 2);
  self->class_labels = ag_class_labels_find (self->files);
  return TRUE;
}

/* The only file in the folder whose name has this beginning and end; the first by name if there
 * are several and @only is FALSE. */
static GFile *
find_table (AgDataset *self, const char *prefix, const char *suffix, gboolean only)
{
  g_autoptr (GDir) dir = g_dir_open (self->files->root, 0, NULL);
  g_autofree char *best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (name[0] == '.' || !g_str_has_prefix (name, prefix) || !g_str_has_suffix (name, suffix))
        continue;
      if (best != NULL && only)
        return NULL;
      if (best == NULL || strcmp (name, best) < 0)
        {
          g_free (best);
          best = g_strdup (name);
        }
    }
  return best ? g_file_get_child (self->folder, best) : NULL;
}

/* The table that was given, or one that is in the folder. */
static GFile *
choose_labels (AgDataset *self, GFile *given)
{
  g_autoptr (GFile) table = NULL;

  if (given != NULL)
    return g_object_ref (given);
  table = find_table (self, "list_attr", ".txt", FALSE);
  if (table != NULL)
    return g_steal_pointer (&table);
  table = find_table (self, "", ".csv", TRUE);
  return table && ag_attribute_table_is_likely (table) ? g_steal_pointer (&table) : NULL;
}

static gboolean
load_labels (AgDataset *self, GFile *given, GError **error)
{
  self->labels = choose_labels (self, given);
  if (self->labels == NULL)
    {
      self->table = ag_name_labels_find (self->files, &self->name_labels);
      return TRUE;
    }
  self->table = ag_attribute_table_load (self->labels, self->files, error);
  if (self->table == NULL)
    return FALSE;
  for (guint i = 0; i < self->table->notes->len; i++)
    g_ptr_array_add (self->notes, g_strdup (g_ptr_array_index (self->table->notes, i)));
  if (self->table->names->len == 0)
    {
      g_autofree char *name = g_file_get_basename (self->labels);
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE,
                   _ ("%s: no column of this table is an attribute (1 and -1, or 1 and 0)"), name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
load_tables (AgDataset *self, GFile *labels, GError **error)
{
  if (self->files == NULL)
    {
      if (labels == NULL)
        return TRUE;
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE,
                   _ ("%s: CIFAR-10 and MNIST come with labels of their own"),
                   g_file_peek_path (labels) ? g_file_peek_path (labels) : "");
      return FALSE;
    }
  if (!load_labels (self, labels, error))
    return FALSE;
  self->partition = find_table (self, "list_eval_partition", ".txt", FALSE);
  if (self->partition != NULL)
    {
      self->file_parts = ag_partition_table_load (self->partition, self->files, error);
      if (self->file_parts == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
note_left_out (AgDataset *self, int n)
{
  if (n > 0)
    g_ptr_array_add (
      self->notes,
      g_strdup_printf (ngettext ("%d picture is left out, because it looks like another",
                                 "%d pictures are left out, because they look like others",
                                 (gulong) n),
                       n));
}

static gboolean
collect_images (AgDataset *self, GError **error)
{
  g_autofree gboolean *left_out = ag_dataset_choose_alike (self);
  int n_left_out = 0;

  self->found = g_new (int, (gsize) self->n_found);
  for (int i = 0; i < self->n_found; i++)
    {
      AgDatasetSkipped *skipped;

      if (left_out[i])
        {
          n_left_out++;
          continue;
        }
      if (self->reasons[i] == NULL)
        {
          self->found[self->n_images++] = i;
          continue;
        }
      skipped = g_new0 (AgDatasetSkipped, 1);
      skipped->name = g_strdup (self->files ? g_ptr_array_index (self->files->names, i) : "");
      skipped->reason = g_strdup (self->reasons[i]);
      g_ptr_array_add (self->skipped, skipped);
    }
  if (self->n_images == 0)
    {
      g_autofree char *name = g_file_get_parse_name (self->folder);
      const AgDatasetSkipped *first = g_ptr_array_index (self->skipped, 0);

      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
                   ngettext ("%s: the only picture cannot be used (%s)",
                             "%s: none of the pictures can be used (the first: %s)", self->n_found),
                   name, first->reason);
      return FALSE;
    }
  note_left_out (self, n_left_out);
  return TRUE;
}

static void
name_packed_images (AgDataset *self)
{
  self->packed_names = g_new0 (char *, (gsize) self->n_images + 1);
  for (int i = 0; i < self->n_images; i++)
    {
      int index;
      const AgPackedFile *file = ag_packed_images_locate (self->packed, self->found[i], &index);

      self->packed_names[i] = g_strdup_printf ("%s:%d", file->name, index);
    }
}

static gboolean
check_options (const AgDatasetOptions *options, GError **error)
{
  if (options->height >= 1 && options->height <= 4096 && options->width >= 1 &&
      options->width <= 4096 && (options->channels == 1 || options->channels == 3) &&
      options->held_out >= 0 && options->held_out <= 0.5)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               _ ("Images of %d×%d pixels and %d channels with a held-out share of %g are not "
                  "possible"),
               options->width, options->height, options->channels, options->held_out);
  return FALSE;
}

AgDataset *
ag_dataset_find (GFile *folder,
                 GFile *labels,
                 const atomic_bool *cancel,
                 GError **table_problem,
                 GError **error)
{
  g_autoptr (AgDataset) self = g_new0 (AgDataset, 1);
  GError *problem = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->folder = g_object_ref (folder);
  self->skipped = g_ptr_array_new_with_free_func (skipped_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  if (!find_images (self, cancel, error))
    return NULL;
  if (!load_tables (self, labels, &problem))
    {
      g_propagate_error (table_problem ? table_problem : error, problem);
      if (table_problem == NULL)
        return NULL;
    }
  return g_steal_pointer (&self);
}

/* Images that a class-conditional model cannot be given. */
static void
leave_out_classless (AgDataset *self, const char *const *classes)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autofree int *foreign = NULL;

  if (self->class_labels == NULL)
    return;
  if (classes != NULL)
    names = ag_class_labels_arrange (self->class_labels, classes, &foreign);
  for (int i = 0; i < self->n_found; i++)
    {
      g_autofree char *name = NULL;

      if (self->class_labels->classes[i] >= 0)
        continue;
      name = ag_dataset_get_display_name (self, i);
      self->reasons[i] =
        names != NULL && foreign[i] >= 0
          ? g_strdup_printf (_ ("%s: the model has no class “%s”"), name,
                             (const char *) g_ptr_array_index (names, (guint) foreign[i]))
          : g_strdup_printf (_ ("%s: of which class it is, nothing tells"), name);
    }
}

AgDataset *
ag_dataset_load (GFile *folder,
                 const AgDatasetOptions *options,
                 AgDatasetProgress progress,
                 gpointer data,
                 const atomic_bool *cancel,
                 GError **error)
{
  g_autoptr (AgDataset) self = NULL;

  if (!check_options (options, error))
    return NULL;
  self = ag_dataset_find (folder, options->labels, cancel, NULL, error);
  if (self == NULL)
    return NULL;
  self->height = options->height;
  self->width = options->width;
  self->channels = options->channels;
  self->crop = options->crop;
  self->duplicates = options->duplicates;
  if (self->files != NULL && self->duplicates != AG_DATASET_DUPLICATES_KEEP)
    self->looks = g_new0 (AgPictureLook, (gsize) self->n_found);
  self->image_bytes = (gsize) self->height * (gsize) self->width * (gsize) self->channels;
  self->reasons = g_new0 (char *, (gsize) self->n_found);
  self->hashes = g_new0 (guint64, (gsize) self->n_found);
  if (options->by_class)
    leave_out_classless (self, options->classes);
  if (!ag_pixel_store_init (&self->pixels, (guint64) self->n_found * self->image_bytes,
                            options->memory_limit, error) ||
      !ag_dataset_decode (self, options->n_threads, progress, data, cancel, error))
    return NULL;
  self->crop = NULL;
  if (self->looks != NULL)
    ag_dataset_find_alike (self);
  if (!collect_images (self, error))
    return NULL;
  if (self->packed != NULL)
    name_packed_images (self);
  ag_dataset_split (self, options->held_out, options->seed);
  g_ptr_array_add (self->notes, NULL);
  return g_steal_pointer (&self);
}
