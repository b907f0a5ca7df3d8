/* ag-name-labels.c: attributes that the names of images tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-name-labels.h"

#include <string.h>

#define MIN_CLASSES 2
#define MAX_CLASSES 64
/* Of the names, this share has to be in UTKFace's form: the original has some that are not. */
#define MIN_SHARE 0.95
#define MAX_AGE   130

static AgAttributeTable *
table_new (const AgImageFiles *files)
{
  AgAttributeTable *self = g_new0 (AgAttributeTable, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->n_files = (int) files->names->len;
  return self;
}

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

static gboolean
read_utkface (const char *path, int *age, gboolean *male)
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

static AgAttributeTable *
find_utkface (const AgImageFiles *files)
{
  static const char *const names[] = { "Male", "Young", "Age_60_Plus" };
  AgAttributeTable *self;
  guint n = files->names->len, n_known = 0;
  gboolean male;
  int age;

  for (guint i = 0; i < n; i++)
    n_known += read_utkface (g_ptr_array_index (files->names, i), &age, &male);
  if (n_known == 0 || n_known < MIN_SHARE * n)
    return NULL;
  self = table_new (files);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (self->names, g_strdup (names[i]));
  self->values = g_new0 (gint8, (gsize) n * G_N_ELEMENTS (names));
  for (guint i = 0; i < n; i++)
    if (read_utkface (g_ptr_array_index (files->names, i), &age, &male))
      {
        gint8 *values = self->values + (gsize) i * G_N_ELEMENTS (names);

        values[0] = male ? 1 : -1;
        values[1] = age < 40 ? 1 : -1;
        values[2] = age >= 60 ? 1 : -1;
      }
  return self;
}

/* The folder an image lies in; NULL if that is not directly in the root. */
static char *
class_of (const char *path)
{
  const char *slash = strchr (path, G_DIR_SEPARATOR);

  if (slash == NULL || strchr (slash + 1, G_DIR_SEPARATOR) != NULL)
    return NULL;
  return g_strndup (path, (gsize) (slash - path));
}

static AgAttributeTable *
find_classes (const AgImageFiles *files)
{
  g_autoptr (GPtrArray) classes = g_ptr_array_new_with_free_func (g_free); /* names are sorted */
  g_autofree int *class_of_file = g_new (int, files->names->len);
  AgAttributeTable *self;
  guint first;

  for (guint i = 0; i < files->names->len; i++)
    {
      g_autofree char *name = class_of (g_ptr_array_index (files->names, i));

      if (name == NULL)
        return NULL;
      if (classes->len == 0 || strcmp (g_ptr_array_index (classes, classes->len - 1), name) != 0)
        g_ptr_array_add (classes, g_steal_pointer (&name));
      if (classes->len > MAX_CLASSES)
        return NULL;
      class_of_file[i] = (int) classes->len - 1;
    }
  if (classes->len < MIN_CLASSES)
    return NULL;
  self = table_new (files);
  first = classes->len == 2 ? 1 : 0;
  for (guint c = first; c < classes->len; c++)
    g_ptr_array_add (self->names, g_filename_display_name (g_ptr_array_index (classes, c)));
  self->values = g_new (gint8, (gsize) files->names->len * self->names->len);
  for (guint i = 0; i < files->names->len; i++)
    for (guint a = 0; a < self->names->len; a++)
      self->values[(gsize) i * self->names->len + a] =
        class_of_file[i] == (int) (a + first) ? 1 : -1;
  return self;
}

AgAttributeTable *
ag_name_labels_find (const AgImageFiles *files, AgNameLabels *kind)
{
  AgAttributeTable *self = find_utkface (files);

  *kind = AG_NAME_LABELS_UTKFACE;
  if (self != NULL)
    return self;
  self = find_classes (files);
  *kind = self != NULL ? AG_NAME_LABELS_CLASS_FOLDERS : AG_NAME_LABELS_NONE;
  return self;
}
