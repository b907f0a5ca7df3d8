/* ag-trainer-classes.c: the classes of a class-conditional model and those of the images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A class is known by its name: when a folder of images gets another class, or loses one, the
 * numbers of all behind it change, and a run that goes on would learn cats to be dogs.
 */
#include "ag-trainer-private.h"

#include <glib/gi18n-lib.h>

void
ag_trainer_ask_for_classes (AgTrainer *self, AgDatasetOptions *options)
{
  options->by_class = self->options.conditional != 0;
  options->classes = (const char *const *) self->classes;
}

gboolean
ag_trainer_take_classes (AgTrainer *self, GError **error)
{
  int n;

  if (!self->options.conditional)
    return TRUE;
  n = ag_dataset_get_n_classes (self->dataset);
  if (n == 0)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                           _ ("A class-conditional model needs pictures with classes"));
      return FALSE;
    }
  if (self->classes == NULL)
    {
      self->classes = g_new0 (char *, (gsize) n + 1);
      for (int i = 0; i < n; i++)
        self->classes[i] = g_strdup (ag_dataset_get_class_name (self->dataset, i));
    }
  return TRUE;
}

void
ag_trainer_name_classes (AgTrainer *self, AgModel *model)
{
  if (model->class_names == NULL)
    model->class_names = g_strdupv (self->classes);
}
