/* ag-class-row.c: which class of a class-conditional model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-class-row.h"

#include <glib/gi18n-lib.h>

#include "ag-attribute-names.h"

struct _AgClassRow
{
  GtkBox parent_instance;

  GtkDropDown *list;
  AgModel *model; /* whose classes are shown, or NULL */
  int n;
  int first; /* class of the first item: 0 or -1 */
  gboolean updating;
};

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgClassRow, ag_class_row, GTK_TYPE_BOX)

static void
selected (AgClassRow *self)
{
  if (!self->updating)
    g_signal_emit (self, signals[SIGNAL_CHOSEN], 0);
}

static void
ag_class_row_finalize (GObject *object)
{
  g_clear_pointer (&AG_CLASS_ROW (object)->model, ag_model_unref);
  G_OBJECT_CLASS (ag_class_row_parent_class)->finalize (object);
}

static void
ag_class_row_class_init (AgClassRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ag_class_row_finalize;
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ag_class_row_init (AgClassRow *self)
{
  GtkWidget *label = gtk_label_new (_ ("Class"));

  self->list = GTK_DROP_DOWN (gtk_drop_down_new (NULL, NULL));
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (self), label);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->list));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Class"), -1);
  g_signal_connect_swapped (self->list, "notify::selected", G_CALLBACK (selected), self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ag_class_row_new (void)
{
  return g_object_new (AG_TYPE_CLASS_ROW, NULL);
}

static char *
get_title (AgModel *model, int class_label)
{
  return model->class_names ? ag_class_get_title (model->class_names[class_label])
                            : g_strdup_printf ("%d", class_label);
}

void
ag_class_row_set_model (AgClassRow *self, AgModel *model, const char *automatic)
{
  g_autoptr (GtkStringList) list = NULL;
  int n = model != NULL ? ag_glow_config (model->glow)->classes : 0;

  g_return_if_fail (AG_IS_CLASS_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (self->model == model)
    return;
  g_clear_pointer (&self->model, ag_model_unref);
  self->model = model ? ag_model_ref (model) : NULL;
  self->n = n;
  self->first = automatic != NULL ? -1 : 0;
  list = gtk_string_list_new (NULL);
  if (automatic != NULL)
    gtk_string_list_append (list, automatic);
  for (int i = 0; i < n; i++)
    gtk_string_list_take (list, get_title (model, i));
  self->updating = TRUE;
  gtk_drop_down_set_model (self->list, G_LIST_MODEL (list));
  self->updating = FALSE;
}

void
ag_class_row_set_class (AgClassRow *self, int class_label)
{
  g_return_if_fail (AG_IS_CLASS_ROW (self));

  if (class_label < self->first || class_label >= self->n)
    return;
  self->updating = TRUE;
  gtk_drop_down_set_selected (self->list, (guint) (class_label - self->first));
  self->updating = FALSE;
}

int
ag_class_row_get_class (AgClassRow *self)
{
  guint selected;

  g_return_val_if_fail (AG_IS_CLASS_ROW (self), -1);

  selected = gtk_drop_down_get_selected (self->list);
  return selected == GTK_INVALID_LIST_POSITION ? self->first : (int) selected + self->first;
}
