/* ag-inspection.c: what a folder holds, before anything is trained on it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-inspection.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-dataset-private.h"
#include "ag-near-duplicates.h"
#include "ag-work-share.h"

typedef struct
{
  AgDataset *dataset;
  const AgDatasetCrop *crop;
  int *widths, *heights; /* 0 where an image cannot be read */
  int *sides;            /* of the part that is wanted; 0 where there is none */
  char **reasons;        /* why one of these is 0 */
  AgPictureLook *looks;
} Work;

static void
skipped_free (gpointer data)
{
  AgDatasetSkipped *skipped = data;

  g_free (skipped->name);
  g_free (skipped->reason);
  g_free (skipped);
}

static void
twin_free (gpointer data)
{
  AgInspectedTwin *twin = data;

  g_free (twin->name);
  g_free (twin->of);
  g_free (twin);
}

static void
attribute_free (gpointer data)
{
  AgInspectedAttribute *attribute = data;

  g_free (attribute->name);
  g_free (attribute);
}

static void
class_free (gpointer data)
{
  AgInspectedClass *inspected = data;

  g_free (inspected->name);
  g_free (inspected);
}

void
ag_inspection_free (AgInspection *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->sides);
  g_ptr_array_unref (self->unreadable);
  g_ptr_array_unref (self->without);
  g_ptr_array_unref (self->twins);
  g_ptr_array_unref (self->attributes);
  g_ptr_array_unref (self->classes);
  g_ptr_array_unref (self->notes);
  g_free (self->table);
  g_free (self->table_problem);
  g_free (self->partition);
  g_free (self);
}

static AgInspection *
inspection_new (void)
{
  AgInspection *self = g_new0 (AgInspection, 1);

  self->sides = g_array_new (FALSE, FALSE, sizeof (int));
  self->unreadable = g_ptr_array_new_with_free_func (skipped_free);
  self->without = g_ptr_array_new_with_free_func (skipped_free);
  self->twins = g_ptr_array_new_with_free_func (twin_free);
  self->attributes = g_ptr_array_new_with_free_func (attribute_free);
  self->classes = g_ptr_array_new_with_free_func (class_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static const char *
name_of (AgDataset *dataset, int index)
{
  return dataset->files ? g_ptr_array_index (dataset->files->names, (guint) index) : "";
}

static void
measure (Work *work, int index, AgImage *image)
{
  g_autofree char *path = ag_dataset_get_path (work->dataset, index), *fault = NULL;

  if (work->crop == NULL || path == NULL)
    {
      work->sides[index] = MIN (image->width, image->height);
      return;
    }
  work->sides[index] = (int) work->crop->measure (image, path, work->crop->data, &fault);
  if (work->sides[index] == 0)
    {
      g_autofree char *name = g_filename_display_name (name_of (work->dataset, index));

      work->reasons[index] = g_strdup_printf ("%s: %s", name, fault ? fault : "");
    }
}

/* On one of several threads. */
static void
look_at (gpointer data, int index)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = ag_dataset_load_image (work->dataset, index, &error);

  if (image == NULL)
    {
      work->reasons[index] = g_strdup (error->message);
      return;
    }
  work->widths[index] = image->width;
  work->heights[index] = image->height;
  measure (work, index, image);
  if (work->looks != NULL)
    ag_picture_look_init (&work->looks[index], image);
}

static int
compare_sides (gconstpointer a, gconstpointer b)
{
  return *(const int *) a - *(const int *) b;
}

static void
take_sizes (AgInspection *self, const Work *work)
{
  gint64 smallest = G_MAXINT64, largest = 0;

  for (int i = 0; i < work->dataset->n_found; i++)
    {
      int width = work->widths[i], height = work->heights[i];
      gint64 area = (gint64) width * height;

      if (area == 0)
        continue;
      self->n_readable++;
      if (work->sides[i] > 0)
        g_array_append_val (self->sides, work->sides[i]);
      if (area < smallest)
        {
          smallest = area;
          self->min_width = width;
          self->min_height = height;
        }
      if (area > largest)
        {
          largest = area;
          self->max_width = width;
          self->max_height = height;
        }
    }
  g_array_sort (self->sides, compare_sides);
}

static void
take_unreadable (AgInspection *self, Work *work)
{
  for (int i = 0; i < work->dataset->n_found; i++)
    if (work->reasons[i] != NULL)
      {
        AgDatasetSkipped *skipped = g_new0 (AgDatasetSkipped, 1);

        skipped->name = g_filename_display_name (name_of (work->dataset, i));
        skipped->reason = g_strdup (work->reasons[i]);
        g_ptr_array_add (work->widths[i] > 0 ? self->without : self->unreadable, skipped);
      }
}

static void
take_twins (AgInspection *self, const Work *work)
{
  int n = work->dataset->n_found;
  g_autofree gboolean *valid = g_new (gboolean, (gsize) MAX (n, 0));
  g_autofree int *twins = g_new (int, (gsize) MAX (n, 0));

  if (work->looks == NULL)
    return;
  for (int i = 0; i < n; i++)
    valid[i] = work->sides[i] > 0;
  ag_near_duplicates_find (work->looks, valid, n, twins);
  for (int i = 0; i < n; i++)
    if (twins[i] >= 0)
      {
        AgInspectedTwin *twin = g_new0 (AgInspectedTwin, 1);

        twin->name = g_filename_display_name (name_of (work->dataset, i));
        twin->of = g_filename_display_name (name_of (work->dataset, twins[i]));
        g_ptr_array_add (self->twins, twin);
      }
}

static void
take_attributes (AgInspection *self, const Work *work)
{
  const AgAttributeTable *table = work->dataset->table;

  for (guint a = 0; table != NULL && a < table->names->len; a++)
    {
      AgInspectedAttribute *attribute = g_new0 (AgInspectedAttribute, 1);

      attribute->name = g_strdup (g_ptr_array_index (table->names, a));
      for (int i = 0; i < table->n_files; i++)
        {
          gint8 value = table->values[(gsize) i * table->names->len + a];

          attribute->n_with += work->widths[i] > 0 && value == 1;
          attribute->n_without += work->widths[i] > 0 && value == -1;
        }
      g_ptr_array_add (self->attributes, attribute);
    }
}

static void
take_classes (AgInspection *self, const Work *work)
{
  const AgClassLabels *labels = work->dataset->class_labels;

  if (labels == NULL)
    return;
  for (guint c = 0; c < labels->names->len; c++)
    {
      AgInspectedClass *inspected = g_new0 (AgInspectedClass, 1);

      inspected->name = g_strdup (g_ptr_array_index (labels->names, c));
      g_ptr_array_add (self->classes, inspected);
    }
  for (int i = 0; i < labels->n_images; i++)
    if (work->widths[i] > 0 && labels->classes[i] >= 0)
      ((AgInspectedClass *) g_ptr_array_index (self->classes, (guint) labels->classes[i]))->n++;
    else if (work->widths[i] > 0)
      self->n_classless++;
}

static char *
name_of_table (AgDataset *dataset, GFile *file)
{
  char *relative = g_file_get_relative_path (dataset->folder, file);

  return relative ? relative : g_file_get_parse_name (file);
}

static void
take_labels (AgInspection *self, const Work *work)
{
  AgDataset *dataset = work->dataset;

  if (dataset->packed != NULL)
    self->labels = AG_INSPECTION_CLASSES;
  else if (dataset->labels != NULL)
    self->labels = dataset->table != NULL ? AG_INSPECTION_TABLE : AG_INSPECTION_NO_LABELS;
  else if (dataset->name_labels == AG_NAME_LABELS_UTKFACE)
    self->labels = AG_INSPECTION_UTKFACE;
  else if (dataset->name_labels == AG_NAME_LABELS_CLASS_FOLDERS)
    self->labels = AG_INSPECTION_CLASS_FOLDERS;
  if (dataset->labels != NULL)
    self->table = name_of_table (dataset, dataset->labels);
  if (dataset->partition != NULL)
    self->partition = name_of_table (dataset, dataset->partition);
  for (int i = 0; dataset->file_parts != NULL && i < dataset->n_found; i++)
    self->n_set_apart += dataset->file_parts[i] != 0 && work->widths[i] > 0;
  for (guint i = 0; dataset->packed != NULL && i < dataset->packed->files->len; i++)
    {
      const AgPackedFile *file = g_ptr_array_index (dataset->packed->files, i);

      self->n_set_apart += file->held_out ? file->n : 0;
    }
}

static void
work_clear (Work *work)
{
  for (int i = 0; work->reasons != NULL && i < work->dataset->n_found; i++)
    g_free (work->reasons[i]);
  g_free (work->reasons);
  g_free (work->widths);
  g_free (work->heights);
  g_free (work->sides);
  g_free (work->looks);
  g_clear_pointer (&work->dataset, ag_dataset_unref);
}

static gboolean
work_run (Work *work,
          AgDatasetProgress progress,
          gpointer data,
          const atomic_bool *cancel,
          GError **error)
{
  gsize n = (gsize) work->dataset->n_found;

  work->widths = g_new0 (int, n);
  work->heights = g_new0 (int, n);
  work->sides = g_new0 (int, n);
  work->reasons = g_new0 (char *, n);
  /* Digits and tiny pictures are too alike to be told apart this way. */
  if (work->dataset->packed == NULL)
    work->looks = g_new0 (AgPictureLook, n);
  return ag_work_share ((int) n, 0, look_at, work, progress, data, cancel, error);
}

AgInspection *
ag_inspect_folder (GFile *folder,
                   GFile *labels,
                   const AgDatasetCrop *crop,
                   AgDatasetProgress progress,
                   gpointer data,
                   const atomic_bool *cancel,
                   GError **error)
{
  g_autoptr (AgInspection) self = inspection_new ();
  g_autoptr (GError) table_problem = NULL;
  Work work = { .dataset = ag_dataset_find (folder, labels, cancel, &table_problem, error),
                .crop = crop };
  gboolean ok;

  if (work.dataset == NULL)
    return NULL;
  ok = work_run (&work, progress, data, cancel, error);
  if (ok)
    {
      self->kind = ag_dataset_get_kind (work.dataset);
      self->n_found = work.dataset->n_found;
      take_sizes (self, &work);
      take_unreadable (self, &work);
      take_twins (self, &work);
      take_attributes (self, &work);
      take_classes (self, &work);
      take_labels (self, &work);
      if (table_problem != NULL)
        self->table_problem = g_strdup (table_problem->message);
      for (guint i = 0; i < work.dataset->notes->len; i++)
        g_ptr_array_add (self->notes, g_strdup (g_ptr_array_index (work.dataset->notes, i)));
    }
  work_clear (&work);
  return ok ? g_steal_pointer (&self) : NULL;
}

int
ag_inspection_count (const AgInspection *self, int size)
{
  guint low = 0, high = self->sides->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (g_array_index (self->sides, int, middle) < size)
        low = middle + 1;
      else
        high = middle;
    }
  return (int) (self->sides->len - low);
}
