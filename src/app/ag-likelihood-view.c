/* ag-likelihood-view.c: how likely the face is to the model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-likelihood-view.h"

#include <glib/gi18n-lib.h>

struct _AgLikelihoodView
{
  GtkBox parent_instance;

  GtkWidget *title;
  GtkLevelBar *bar;
  GtkLabel *label;

  AgEditSession *session;
  gboolean narrow;
};

G_DEFINE_FINAL_TYPE (AgLikelihoodView, ag_likelihood_view, GTK_TYPE_BOX)

static char *
get_text (AgLikelihoodView *self, double bits_per_dim, double percentile)
{
  if (percentile < 0)
    /* Translators: bits per dimension, a unit of likelihood */
    return g_strdup_printf (_ ("%.2f bits/dim"), bits_per_dim);
  if (self->narrow)
    return g_strdup_printf (_ ("%.0f %%"), 100 - percentile);
  /* Translators: the same, after how many of 100 photos are less likely */
  return g_strdup_printf (_ ("%.0f %% · %.2f bits/dim"), 100 - percentile, bits_per_dim);
}

static void
update (AgLikelihoodView *self)
{
  double bits_per_dim = 0, percentile = -1;
  g_autofree char *text = NULL;
  g_autofree char *tooltip = NULL;

  if (self->session == NULL ||
      !ag_edit_session_get_likelihood (self->session, &bits_per_dim, &percentile))
    {
      gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
      return;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), percentile >= 0 && !self->narrow);
  text = get_text (self, bits_per_dim, percentile);
  gtk_label_set_text (self->label, text);
  if (percentile < 0)
    return;
  gtk_level_bar_set_value (self->bar, 100 - percentile);
  tooltip = g_strdup_printf (
    _ ("To the model this face is likelier than %.0f %% of the photos it was tested on: "
       "%.2f bits/dim"),
    100 - percentile, bits_per_dim);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
}

static void
ag_likelihood_view_dispose (GObject *object)
{
  ag_likelihood_view_set_session (AG_LIKELIHOOD_VIEW (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), AG_TYPE_LIKELIHOOD_VIEW);
  G_OBJECT_CLASS (ag_likelihood_view_parent_class)->dispose (object);
}

static void
ag_likelihood_view_class_init (AgLikelihoodViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_likelihood_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/likelihood.ui");
  gtk_widget_class_bind_template_child (widget_class, AgLikelihoodView, title);
  gtk_widget_class_bind_template_child (widget_class, AgLikelihoodView, bar);
  gtk_widget_class_bind_template_child (widget_class, AgLikelihoodView, label);
}

static void
ag_likelihood_view_init (AgLikelihoodView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ag_likelihood_view_set_session (AgLikelihoodView *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_LIKELIHOOD_VIEW (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session == NULL)
    return;
  g_signal_connect_swapped (session, "likelihood-changed", G_CALLBACK (update), self);
  update (self);
}

void
ag_likelihood_view_set_narrow (AgLikelihoodView *self, gboolean narrow)
{
  g_return_if_fail (AG_IS_LIKELIHOOD_VIEW (self));

  self->narrow = narrow;
  gtk_widget_set_visible (self->title, !narrow);
  update (self);
}
