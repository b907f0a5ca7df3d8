/* ag-class-labels.c: which image is of which class, for a class-conditional model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-class-labels.h"

#include <string.h>

#define MIN_CLASSES 2
#define MAX_CLASSES 64
/* Of the names, this share has to be in UTKFace's form. */
#define MIN_SHARE 0.95
#define MAX_AGE   130

#define N_PACKED 10

static AgClassLabels *
labels_new (int n_images)
{
  AgClassLabels *self = g_new0 (AgClassLabels, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->classes = g_new (int, (gsize) n_images + 1);
  self->n_images = n_images;
  return self;
}

void
ag_class_labels_free (AgClassLabels *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->names);
  g_free (self->classes);
  g_free (self);
}

/* Folders */

/* The folder an image lies in; NULL if that is not directly in the root. */
static char *
folder_of (const char *path)
{
  const char *slash = strchr (path, G_DIR_SEPARATOR);

  if (slash == NULL || strchr (slash + 1, G_DIR_SEPARATOR) != NULL)
    return NULL;
  return g_strndup (path, (gsize) (slash - path));
}

AgClassLabels *
ag_class_labels_find_folders (const AgImageFiles *files)
{
  g_autoptr (AgClassLabels) self = labels_new ((int) files->names->len);
  g_autofree char *last = NULL;

  /* The names are sorted: those of a folder stand together. */
  for (guint i = 0; i < files->names->len; i++)
    {
      g_autofree char *folder = folder_of (g_ptr_array_index (files->names, i));

      if (folder == NULL)
        return NULL;
      if (g_strcmp0 (folder, last) != 0)
        {
          g_ptr_array_add (self->names, g_filename_display_name (folder));
          g_free (last);
          last = g_steal_pointer (&folder);
        }
      if (self->names->len > MAX_CLASSES)
        return NULL;
      self->classes[i] = (int) self->names->len - 1;
    }
  return self->names->len >= MIN_CLASSES ? g_steal_pointer (&self) : NULL;
}

/* UTKFace */

/* A number of one to @digits digits and the @end after it. */
static gboolean
read_number (const char **text, int digits, char end, int *number)
{
  const char *p = *text;

  *number = 0;
  while (g_ascii_isdigit (*p) && p - *text < digits)
    *number = 10 * *number + (*p++ - '0');
  if (p == *text || *p != end)
    return FALSE;
  *text = p + 1;
  return TRUE;
}

gboolean
ag_utkface_read (const char *path, int *age, gboolean *male)
{
  const char *slash = strrchr (path, G_DIR_SEPARATOR);
  const char *p = slash ? slash + 1 : path;
  int gender, race;

  if (!read_number (&p, 3, '_', age) || !read_number (&p, 1, '_', &gender) ||
      !read_number (&p, 1, '_', &race) || !g_ascii_isdigit (*p))
    return FALSE;
  *male = gender == 0;
  return *age <= MAX_AGE && gender <= 1 && race <= 4;
}

gboolean
ag_utkface_is_likely (const AgImageFiles *files)
{
  guint n = files->names->len, n_known = 0;
  gboolean male;
  int age;

  for (guint i = 0; i < n; i++)
    n_known += ag_utkface_read (g_ptr_array_index (files->names, i), &age, &male);
  return n_known > 0 && n_known >= MIN_SHARE * n;
}

static AgClassLabels *
find_utkface (const AgImageFiles *files)
{
  static const char *const names[] = { "Female_Under_40", "Female_40_To_59", "Female_60_Plus",
                                       "Male_Under_40",   "Male_40_To_59",   "Male_60_Plus" };
  g_autoptr (AgClassLabels) self = labels_new ((int) files->names->len);
  int counts[G_N_ELEMENTS (names)] = { 0 }, places[G_N_ELEMENTS (names)];

  for (int i = 0; i < self->n_images; i++)
    {
      gboolean male;
      int age;

      self->classes[i] = -1;
      if (!ag_utkface_read (g_ptr_array_index (files->names, (guint) i), &age, &male))
        continue;
      self->classes[i] = (male ? 3 : 0) + (age < 40 ? 0 : age < 60 ? 1 : 2);
      counts[self->classes[i]]++;
    }
  for (gsize c = 0; c < G_N_ELEMENTS (names); c++)
    {
      places[c] = (int) self->names->len;
      if (counts[c] > 0)
        g_ptr_array_add (self->names, g_strdup (names[c]));
    }
  for (int i = 0; i < self->n_images; i++)
    if (self->classes[i] >= 0)
      self->classes[i] = places[self->classes[i]];
  return self->names->len >= MIN_CLASSES ? g_steal_pointer (&self) : NULL;
}

AgClassLabels *
ag_class_labels_find (const AgImageFiles *files)
{
  return ag_utkface_is_likely (files) ? find_utkface (files) : ag_class_labels_find_folders (files);
}

/* CIFAR-10 and MNIST */

/* The ten lines of batches.meta.txt; NULL if it is not there or holds something else. */
static char **
read_meta (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "batches.meta.txt", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL) || !g_utf8_validate (text, -1, NULL))
    return NULL;
  lines = g_strsplit (g_strstrip (text), "\n", -1);
  if (g_strv_length (lines) != N_PACKED)
    return NULL;
  for (int c = 0; c < N_PACKED; c++)
    if (*g_strstrip (lines[c]) == '\0')
      return NULL;
  return g_steal_pointer (&lines);
}

static char *
name_packed (AgDatasetKind kind, char **meta, int class_label)
{
  static const char *const cifar[N_PACKED] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                               "dog",      "frog",       "horse", "ship", "truck" };

  if (kind == AG_DATASET_MNIST)
    return g_strdup_printf ("%d", class_label);
  return g_strdup (meta ? meta[class_label] : cifar[class_label]);
}

AgClassLabels *
ag_class_labels_read_packed (const AgPackedImages *packed, const char *folder)
{
  g_autoptr (AgClassLabels) self = labels_new (packed->n);
  g_auto (GStrv) meta = packed->kind == AG_DATASET_CIFAR10 ? read_meta (folder) : NULL;
  gboolean has_labels = FALSE;

  for (int i = 0; i < packed->n; i++)
    {
      self->classes[i] = ag_packed_images_get_class (packed, i);
      has_labels |= self->classes[i] >= 0;
    }
  for (int c = 0; c < N_PACKED; c++)
    g_ptr_array_add (self->names, name_packed (packed->kind, meta, c));
  return has_labels ? g_steal_pointer (&self) : NULL;
}

/* A model's */

static int
find_name (const char *const *names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

GPtrArray *
ag_class_labels_arrange (AgClassLabels *self, const char *const *names, int **foreign)
{
  GPtrArray *before = self->names;

  *foreign = g_new (int, (gsize) self->n_images + 1);
  self->names = g_ptr_array_new_with_free_func (g_free);
  for (int c = 0; names[c] != NULL; c++)
    g_ptr_array_add (self->names, g_strdup (names[c]));
  for (int i = 0; i < self->n_images; i++)
    {
      int was = self->classes[i];

      (*foreign)[i] = -1;
      if (was < 0)
        continue;
      self->classes[i] = find_name (names, g_ptr_array_index (before, (guint) was));
      if (self->classes[i] < 0)
        (*foreign)[i] = was;
    }
  return before;
}
