/* ag-name-labels.c: attributes that the names of images tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-name-labels.h"

#include "ag-class-labels.h"

static AgAttributeTable *
table_new (const AgImageFiles *files)
{
  AgAttributeTable *self = g_new0 (AgAttributeTable, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->n_files = (int) files->names->len;
  return self;
}

static AgAttributeTable *
find_utkface (const AgImageFiles *files)
{
  static const char *const names[] = { "Male", "Young", "Age_60_Plus" };
  AgAttributeTable *self;
  guint n = files->names->len;
  gboolean male;
  int age;

  if (!ag_utkface_is_likely (files))
    return NULL;
  self = table_new (files);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_ptr_array_add (self->names, g_strdup (names[i]));
  self->values = g_new0 (gint8, (gsize) n * G_N_ELEMENTS (names));
  for (guint i = 0; i < n; i++)
    if (ag_utkface_read (g_ptr_array_index (files->names, i), &age, &male))
      {
        gint8 *values = self->values + (gsize) i * G_N_ELEMENTS (names);

        values[0] = male ? 1 : -1;
        values[1] = age < 40 ? 1 : -1;
        values[2] = age >= 60 ? 1 : -1;
      }
  return self;
}

static AgAttributeTable *
find_classes (const AgImageFiles *files)
{
  g_autoptr (AgClassLabels) labels = ag_class_labels_find_folders (files);
  AgAttributeTable *self;
  guint first;

  if (labels == NULL)
    return NULL;
  self = table_new (files);
  first = labels->names->len == 2 ? 1 : 0;
  for (guint c = first; c < labels->names->len; c++)
    g_ptr_array_add (self->names, g_strdup (g_ptr_array_index (labels->names, c)));
  self->values = g_new (gint8, (gsize) files->names->len * self->names->len);
  for (guint i = 0; i < files->names->len; i++)
    for (guint a = 0; a < self->names->len; a++)
      self->values[(gsize) i * self->names->len + a] =
        labels->classes[i] == (int) (a + first) ? 1 : -1;
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
