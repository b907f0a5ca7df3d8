/* ag-brush-bar.c: what the brush does, and how large it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-brush-bar.h"

struct _AgBrushBar
{
  GtkBox parent_instance;

  GtkToggleButton *paint, *erase;
  GtkRange *size;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AgBrushBar, ag_brush_bar, GTK_TYPE_BOX)

static void
changed (AgBrushBar *self)
{
  g_signal_emit (self, changed_signal, 0);
}

static void
ag_brush_bar_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AG_TYPE_BRUSH_BAR);
  G_OBJECT_CLASS (ag_brush_bar_parent_class)->dispose (object);
}

static void
ag_brush_bar_class_init (AgBrushBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_brush_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/brush-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AgBrushBar, paint);
  gtk_widget_class_bind_template_child (widget_class, AgBrushBar, erase);
  gtk_widget_class_bind_template_child (widget_class, AgBrushBar, size);
  gtk_widget_class_bind_template_callback (widget_class, changed);
  changed_signal = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
ag_brush_bar_init (AgBrushBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AgEditBrush
ag_brush_bar_get_brush (AgBrushBar *self)
{
  g_return_val_if_fail (AG_IS_BRUSH_BAR (self), AG_EDIT_BRUSH_OFF);
  return gtk_toggle_button_get_active (self->erase) ? AG_EDIT_BRUSH_ERASE : AG_EDIT_BRUSH_PAINT;
}

double
ag_brush_bar_get_size (AgBrushBar *self)
{
  g_return_val_if_fail (AG_IS_BRUSH_BAR (self), 0);
  return gtk_range_get_value (self->size);
}
