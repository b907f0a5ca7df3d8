/* ag-export-bar.c: how far an export is, and a way to cancel it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-export-bar.h"

#include <glib/gi18n-lib.h>

/* What is done sooner would only have the view jump. */
#define PATIENCE_MILLISECONDS 400

struct _AgExportBar
{
  GtkWidget parent_instance;

  GtkRevealer *revealer;
  GtkWidget *content;
  GtkLabel *label;
  GtkProgressBar *progress;
  GtkWidget *cancel_button;

  gboolean exporting;
  guint patience;        /* timeout source */
  GtkWidget *begun_from; /* nullable, weak: what had the focus */
};

enum
{
  PROP_0,
  PROP_CANCEL_ACTION,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AgExportBar, ag_export_bar, GTK_TYPE_WIDGET)

static GtkWidget *
get_focus (AgExportBar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

static gboolean
lose_patience (gpointer data)
{
  AgExportBar *self = data;

  self->patience = 0;
  gtk_widget_set_visible (self->content, TRUE);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  /* A button that becomes insensitive loses the focus, and it would go anywhere. */
  if (get_focus (self) == NULL)
    (void) gtk_widget_grab_focus (self->cancel_button);
  return G_SOURCE_REMOVE;
}

static void
begin (AgExportBar *self)
{
  g_set_weak_pointer (&self->begun_from, get_focus (self));
  self->patience = g_timeout_add (PATIENCE_MILLISECONDS, lose_patience, self);
}

static void
end (AgExportBar *self)
{
  GtkWidget *focus = get_focus (self);

  g_clear_handle_id (&self->patience, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  if (self->begun_from != NULL && (focus == NULL || focus == self->cancel_button))
    (void) gtk_widget_grab_focus (self->begun_from);
  g_clear_weak_pointer (&self->begun_from);
}

/* What is folded away is not there for screen readers either. */
static void
child_revealed (AgExportBar *self)
{
  gtk_widget_set_visible (self->content, gtk_revealer_get_reveal_child (self->revealer) ||
                                           gtk_revealer_get_child_revealed (self->revealer));
}

static void
ag_export_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AgExportBar *self = AG_EXPORT_BAR (object);

  if (id == PROP_CANCEL_ACTION)
    g_value_set_string (value,
                        gtk_actionable_get_action_name (GTK_ACTIONABLE (self->cancel_button)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_export_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AgExportBar *self = AG_EXPORT_BAR (object);

  if (id == PROP_CANCEL_ACTION)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel_button),
                                    g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_export_bar_dispose (GObject *object)
{
  AgExportBar *self = AG_EXPORT_BAR (object);

  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_weak_pointer (&self->begun_from);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_EXPORT_BAR);
  G_OBJECT_CLASS (ag_export_bar_parent_class)->dispose (object);
}

static void
ag_export_bar_class_init (AgExportBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ag_export_bar_get_property;
  object_class->set_property = ag_export_bar_set_property;
  object_class->dispose = ag_export_bar_dispose;
  properties[PROP_CANCEL_ACTION] = g_param_spec_string ("cancel-action", NULL, NULL, NULL,
                                                        G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/export-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, AgExportBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, AgExportBar, content);
  gtk_widget_class_bind_template_child (widget_class, AgExportBar, label);
  gtk_widget_class_bind_template_child (widget_class, AgExportBar, progress);
  gtk_widget_class_bind_template_child (widget_class, AgExportBar, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, child_revealed);
}

static void
ag_export_bar_init (AgExportBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ag_export_bar_set_name (AgExportBar *self, const char *name)
{
  g_autofree char *text = NULL;

  g_return_if_fail (AG_IS_EXPORT_BAR (self));

  /* Translators: %s is a file's name */
  text = g_strdup_printf (_ ("Saving %s"), name);
  gtk_label_set_text (self->label, text);
}

void
ag_export_bar_set_progress (AgExportBar *self, double progress)
{
  g_return_if_fail (AG_IS_EXPORT_BAR (self));

  if (progress >= 0)
    gtk_progress_bar_set_fraction (self->progress, progress);
  if (self->exporting == (progress >= 0))
    return;
  self->exporting = progress >= 0;
  if (self->exporting)
    begin (self);
  else
    end (self);
}
