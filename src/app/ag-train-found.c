/* ag-train-found.c: what a folder of pictures holds, in rows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-found.h"

#include <glib/gi18n-lib.h>

#include "ag-attribute-names.h"
#include "ag-train-words.h"

/* Files and attributes that are named one by one. */
#define MAX_LISTED 50

void
ag_train_set_row (AdwActionRow *row, const char *title, const char *subtitle)
{
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_action_row_set_subtitle (row, safe_subtitle);
}

static void
add_listed (AgTrainFound *self, AdwExpanderRow *expander, const char *title, const char *subtitle)
{
  AdwActionRow *row = ADW_ACTION_ROW (adw_action_row_new ());

  ag_train_set_row (row, title, subtitle);
  adw_action_row_set_title_lines (row, 3);
  g_object_set_data (G_OBJECT (row), "expander", expander);
  adw_expander_row_add_row (expander, GTK_WIDGET (row));
  g_ptr_array_add (self->listed, row);
}

static void
set_expander (AdwExpanderRow *row, const char *title, const char *subtitle)
{
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe_subtitle = g_markup_escape_text (subtitle ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_expander_row_set_subtitle (row, safe_subtitle);
  gtk_widget_set_visible (GTK_WIDGET (row), TRUE);
}

static void
add_more (AgTrainFound *self, AdwExpanderRow *row, guint n)
{
  g_autofree char *text = NULL;

  if (n <= MAX_LISTED)
    return;
  text = g_strdup_printf (ngettext ("and %u more", "and %u more", n - MAX_LISTED), n - MAX_LISTED);
  add_listed (self, row, text, NULL);
}

static void
show_skipped (AgTrainFound *self, AdwExpanderRow *row, GPtrArray *skipped, const char *title)
{
  guint n = skipped->len;

  if (n == 0)
    return;
  set_expander (row, title, ngettext ("It is left out", "They are left out", n));
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    add_listed (self, row, ((const AgDatasetSkipped *) g_ptr_array_index (skipped, i))->reason,
                NULL);
  add_more (self, row, n);
}

static void
show_unreadable (AgTrainFound *self, const AgInspection *inspection)
{
  guint n = inspection->unreadable->len;
  g_autofree char *title =
    g_strdup_printf (ngettext ("%u cannot be read", "%u cannot be read", n), n);

  show_skipped (self, self->unreadable_row, inspection->unreadable, title);
}

static void
show_without (AgTrainFound *self, const AgInspection *inspection)
{
  guint n = inspection->without->len;
  g_autofree char *title = g_strdup_printf (ngettext ("%u shows no face", "%u show no face", n), n);

  show_skipped (self, self->without_row, inspection->without, title);
}

static void
show_twins (AgTrainFound *self, const AgInspection *inspection)
{
  guint n = inspection->twins->len;
  g_autofree char *title =
    g_strdup_printf (ngettext ("%u looks like another", "%u look like others", n), n);

  if (n == 0)
    return;
  set_expander (self->twins_row, title, _ ("All of them stay on one side: trained on or held out"));
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    {
      const AgInspectedTwin *twin = g_ptr_array_index (inspection->twins, i);
      g_autofree char *of = g_strdup_printf (_ ("Like %s"), twin->of);

      add_listed (self, self->twins_row, twin->name, of);
    }
  add_more (self, self->twins_row, n);
}

static char *
describe_labels (const AgInspection *inspection)
{
  switch (inspection->labels)
    {
    case AG_INSPECTION_TABLE:
      return g_strdup_printf (_ ("From %s; each becomes a slider"), inspection->table);
    case AG_INSPECTION_CLASS_FOLDERS:
      return g_strdup (_ ("One for each folder; each becomes a slider"));
    case AG_INSPECTION_UTKFACE:
      return g_strdup (_ ("From the names of the files; each becomes a slider"));
    case AG_INSPECTION_NO_LABELS:
    case AG_INSPECTION_CLASSES:
      break;
    }
  return g_strdup ("");
}

static void
show_attributes (AgTrainFound *self, const AgInspection *inspection)
{
  guint n = inspection->attributes->len;
  g_autofree char *title = g_strdup_printf (ngettext ("%u attribute", "%u attributes", n), n);
  g_autofree char *subtitle = describe_labels (inspection);

  if (n == 0)
    return;
  set_expander (self->attributes_row, title, subtitle);
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    {
      const AgInspectedAttribute *attribute = g_ptr_array_index (inspection->attributes, i);
      g_autofree char *name = ag_attribute_get_title (attribute->name);
      g_autofree char *counts =
        g_strdup_printf (_ ("%d with, %d without"), attribute->n_with, attribute->n_without);

      add_listed (self, self->attributes_row, name, counts);
    }
  add_more (self, self->attributes_row, n);
}

static void
show_classes (AgTrainFound *self, const AgInspection *inspection)
{
  guint n = inspection->classes->len;
  g_autofree char *title = g_strdup_printf (ngettext ("%u class", "%u classes", n), n);

  if (n == 0)
    return;
  set_expander (self->classes_row, title, _ ("The model can learn each apart, see Advanced"));
  for (guint i = 0; i < MIN (n, MAX_LISTED); i++)
    {
      const AgInspectedClass *inspected = g_ptr_array_index (inspection->classes, i);
      g_autofree char *name = ag_class_get_title (inspected->name);
      g_autofree char *number = ag_train_format_count ((guint64) inspected->n);
      g_autofree char *count =
        g_strdup_printf (ngettext ("%s picture", "%s pictures", (gulong) inspected->n), number);

      add_listed (self, self->classes_row, name, count);
    }
  add_more (self, self->classes_row, n);
}

static char *
describe_found (const AgInspection *inspection)
{
  g_autofree char *count = ag_train_format_count ((guint64) inspection->n_readable);

  if (inspection->kind == AG_DATASET_CIFAR10)
    return g_strdup_printf (_ ("CIFAR-10: %s pictures in ten classes"), count);
  if (inspection->kind == AG_DATASET_MNIST)
    return g_strdup_printf (_ ("MNIST: %s digits"), count);
  return g_strdup_printf (ngettext ("%s picture", "%s pictures", (gulong) inspection->n_readable),
                          count);
}

static char *
describe_sizes (const AgInspection *inspection)
{
  g_autofree char *apart = NULL;

  if (inspection->n_readable == 0)
    return g_strdup ("");
  if (inspection->n_set_apart > 0)
    {
      g_autofree char *count = ag_train_format_count ((guint64) inspection->n_set_apart);

      apart = g_strdup_printf (_ (", %s of them set apart by the data"), count);
    }
  if (inspection->min_width == inspection->max_width &&
      inspection->min_height == inspection->max_height)
    return g_strdup_printf (_ ("%d × %d pixels%s"), inspection->min_width, inspection->min_height,
                            apart ? apart : "");
  return g_strdup_printf (_ ("From %d × %d to %d × %d pixels%s"), inspection->min_width,
                          inspection->min_height, inspection->max_width, inspection->max_height,
                          apart ? apart : "");
}

void
ag_train_found_clear (AgTrainFound *self)
{
  for (guint i = 0; i < self->listed->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->listed, i);

      adw_expander_row_remove (g_object_get_data (G_OBJECT (row), "expander"), row);
    }
  g_ptr_array_set_size (self->listed, 0);
  gtk_widget_set_visible (GTK_WIDGET (self->unreadable_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->without_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->twins_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->attributes_row), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->classes_row), FALSE);
}

void
ag_train_found_show (AgTrainFound *self, const AgInspection *inspection)
{
  g_autofree char *title = describe_found (inspection), *subtitle = describe_sizes (inspection);

  ag_train_found_clear (self);
  ag_train_set_row (self->found_row, title, subtitle);
  show_unreadable (self, inspection);
  show_without (self, inspection);
  show_twins (self, inspection);
  show_attributes (self, inspection);
  show_classes (self, inspection);
}
