/* ag-train-facts.c: the numbers of a training run in tiles
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-facts.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-train-words.h"

/* What is shown in tiles. */
enum
{
  FACT_TRAINING,
  FACT_HELD_OUT,
  FACT_BEST,
  FACT_RATE,
  FACT_TIME,
  FACT_LEFT,
  FACT_LEARNING_RATE,
  FACT_GRADIENT,
  FACT_DRIFT,
  FACT_MEMORY,
};

static void
set_fact (GtkLabel **labels, int fact, char *text)
{
  gtk_label_set_text (labels[fact], text);
  g_free (text);
}

void
ag_train_facts_show (GtkLabel **labels, AgTrainRun *run)
{
  const AgTrainerProgress *progress = ag_train_run_get_progress (run);
  guint64 memory = ag_train_run_get_memory (run);
  gboolean runs = ag_train_run_get_state (run) == AG_TRAIN_RUN_RUNNING;

  set_fact (labels, FACT_TRAINING, ag_train_format_bits (progress->train_bits_per_dim));
  set_fact (labels, FACT_HELD_OUT, ag_train_format_bits (progress->held_out_bits_per_dim));
  set_fact (labels, FACT_BEST, ag_train_format_bits (progress->best_held_out_bits_per_dim));
  set_fact (labels, FACT_RATE,
            runs && progress->images_per_second > 0
              ? g_strdup_printf ("%.1f", progress->images_per_second)
              : g_strdup ("–"));
  set_fact (labels, FACT_TIME, ag_train_format_time (progress->seconds));
  set_fact (labels, FACT_LEFT, ag_train_format_time (runs ? progress->seconds_left : NAN));
  set_fact (labels, FACT_LEARNING_RATE,
            ag_train_format_number (progress->step > 0 ? progress->learning_rate : NAN));
  set_fact (labels, FACT_GRADIENT,
            ag_train_format_number (runs && progress->step > 0 ? progress->gradient_norm : NAN));
  set_fact (labels, FACT_DRIFT,
            ag_train_format_number (runs && progress->step > 0 ? progress->drift : NAN));
  set_fact (labels, FACT_MEMORY, memory > 0 ? g_format_size (memory) : g_strdup ("–"));
  /* What is only known while it is trained says nothing afterwards. */
  for (int i = 0; i < AG_TRAIN_N_FACTS; i++)
    gtk_widget_set_visible (
      gtk_widget_get_ancestor (GTK_WIDGET (labels[i]), GTK_TYPE_FLOW_BOX_CHILD),
      ag_train_run_is_active (run) || !g_str_equal (gtk_label_get_text (labels[i]), "–"));
}

void
ag_train_facts_add (GtkFlowBox *box_of_facts, GtkLabel **labels)
{
  static const char *const titles[AG_TRAIN_N_FACTS] = {
    N_ ("Training, bits/dim"),
    N_ ("Held out, bits/dim"),
    N_ ("Best held out"),
    N_ ("Pictures a second"),
    N_ ("Time trained"),
    N_ ("Time left"),
    N_ ("Learning rate"),
    N_ ("Gradient norm"),
    N_ ("Drift"),
    N_ ("Memory"),
  };
  static const char *const tips[AG_TRAIN_N_FACTS] = {
    [FACT_TRAINING] = N_ ("How many bits a number of a picture takes: the fewer, the better"),
    [FACT_HELD_OUT] = N_ ("The same for pictures that are not trained on"),
    [FACT_DRIFT] = N_ ("How far off recomputed pictures are, of 1; 0 where nothing is recomputed"),
  };

  for (int i = 0; i < AG_TRAIN_N_FACTS; i++)
    {
      GtkWidget *child = gtk_flow_box_child_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
      GtkWidget *title = gtk_label_new (_ (titles[i]));

      labels[i] = GTK_LABEL (gtk_label_new ("–"));
      gtk_label_set_xalign (GTK_LABEL (title), 0);
      gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (labels[i], 0);
      gtk_widget_add_css_class (title, "dim-label");
      gtk_widget_add_css_class (title, "caption");
      gtk_widget_add_css_class (GTK_WIDGET (labels[i]), "numeric");
      gtk_widget_add_css_class (GTK_WIDGET (labels[i]), "title-4");
      gtk_box_append (GTK_BOX (box), title);
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (labels[i]));
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child), box);
      gtk_widget_set_focusable (child, FALSE);
      if (tips[i] != NULL)
        gtk_widget_set_tooltip_text (child, _ (tips[i]));
      gtk_flow_box_append (box_of_facts, child);
    }
}
