/* ag-dataset-duplicates.c: what becomes of images that are the same to the eye
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

static const char *const names[] = { "keep", "together", "leave-out" };

const char *
ag_dataset_duplicates_name (AgDatasetDuplicates duplicates)
{
  return names[duplicates];
}

gboolean
ag_dataset_duplicates_parse (const char *name, AgDatasetDuplicates *duplicates)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i], name) == 0)
      {
        *duplicates = (AgDatasetDuplicates) i;
        return TRUE;
      }
  return FALSE;
}

void
ag_dataset_find_alike (AgDataset *self)
{
  g_autofree gboolean *valid = g_new (gboolean, (gsize) self->n_found);

  for (int i = 0; i < self->n_found; i++)
    valid[i] = self->reasons[i] == NULL;
  self->alike = g_new (int, (gsize) self->n_found);
  ag_near_duplicates_find (self->looks, valid, self->n_found, self->alike);
  g_clear_pointer (&self->looks, g_free);
  /* What is like one that is like another belongs to that: the first of them all. */
  for (int i = 0; i < self->n_found; i++)
    if (self->alike[i] >= 0 && self->alike[self->alike[i]] >= 0)
      self->alike[i] = self->alike[self->alike[i]];
}

gboolean *
ag_dataset_choose_alike (AgDataset *self)
{
  gboolean *left_out = g_new0 (gboolean, (gsize) self->n_found);
  g_autofree guint8 *seen = NULL;

  if (self->alike == NULL)
    return left_out;
  /* Of the images that look alike, by the first of them: bit p for one of part p. */
  seen = g_new0 (guint8, (gsize) self->n_found);
  for (int i = 0; i < self->n_found; i++)
    if (self->reasons[i] == NULL && ag_dataset_get_given_part (self, i) > 0)
      seen[self->alike[i] >= 0 ? self->alike[i] : i] |= 8;
  for (int i = 0; i < self->n_found; i++)
    {
      int part = ag_dataset_get_given_part (self, i);
      guint8 *of_first = &seen[self->alike[i] >= 0 ? self->alike[i] : i];

      if (self->reasons[i] != NULL)
        continue;
      left_out[i] =
        (part == 0 && (*of_first & 8)) ||
        (self->duplicates == AG_DATASET_DUPLICATES_LEAVE_OUT && (*of_first & 1 << part));
      *of_first |= (guint8) (1 << part);
    }
  return left_out;
}
