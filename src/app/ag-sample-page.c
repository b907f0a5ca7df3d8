/* ag-sample-page.c: the Sample view: a grid of faces drawn from a seed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-sample-page-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-edit-panel.h"
#include "ag-panel-fit.h"
#include "ag-toast-area.h"
#include "ag-view-layout.h"

enum
{
  SIGNAL_EDIT,
  SIGNAL_BLEND,
  SIGNAL_MESSAGE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgSamplePage, ag_sample_page, GTK_TYPE_WIDGET)

/* The faces. */

static char *
describe_face (AgSamplePage *self, guint place)
{
  const AgSample *sample = ag_sample_session_get_sample (self->samples, place);
  AgFrame *frame = ag_sample_session_get_frame (self->samples, place);
  guint n_columns = ag_sample_session_get_n_columns (self->samples);
  double temperature = ag_sample_session_get_layout (self->samples) == AG_SAMPLE_COLUMNS
                         ? ag_sample_session_get_column_temperature (place % n_columns)
                         : ag_sample_session_get_temperature (self->samples);

  if (ag_sample_session_is_beyond (self->samples, place))
    return g_strdup_printf (_ ("Seed %u · the model draws no picture at temperature %.2f"),
                            (guint) sample->seed, temperature);
  if (frame == NULL || isnan (frame->bits_per_dim))
    return g_strdup_printf (_ ("Seed %u · temperature %.2f"), (guint) sample->seed, temperature);
  return g_strdup_printf (_ ("Seed %u · temperature %.2f · %.2f bits/dim"), (guint) sample->seed,
                          temperature, frame->bits_per_dim);
}

static void
update_caption (AgSamplePage *self)
{
  g_autofree char *text = NULL;

  if (ag_sample_session_get_n_faces (self->samples) == 0)
    return;
  text = describe_face (self, ag_sample_session_get_chosen (self->samples));
  gtk_label_set_text (self->caption, text);
}

static void
face_changed (AgSamplePage *self, guint place)
{
  g_autoptr (AgImage) image = NULL;
  g_autofree char *text = NULL;
  AgFaceTile *tile;

  if (place >= self->tiles->len)
    return;
  tile = g_ptr_array_index (self->tiles, place);
  image = ag_sample_session_get_image (self->samples, place);
  text = describe_face (self, place);
  ag_face_tile_set_image (tile, image);
  ag_face_tile_set_dimmed (tile, ag_sample_session_is_beyond (self->samples, place));
  ag_face_tile_set_caption (tile, text);
  /* It is the child around it that has the focus. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (GTK_WIDGET (tile))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  if (place == ag_sample_session_get_chosen (self->samples))
    gtk_label_set_text (self->caption, text);
}

static void
build_columns (AgSamplePage *self)
{
  gboolean columns = ag_sample_session_get_layout (self->samples) == AG_SAMPLE_COLUMNS;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->columns))) != NULL)
    gtk_grid_remove (self->columns, child);
  gtk_widget_set_visible (GTK_WIDGET (self->columns), columns);
  for (guint i = 0; columns && i < AG_SAMPLE_N_COLUMNS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%g", ag_sample_session_get_column_temperature (i));
      GtkWidget *label = gtk_label_new (text);

      gtk_widget_add_css_class (label, "caption");
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_set_hexpand (label, TRUE);
      gtk_grid_attach (self->columns, label, (int) i, 0, 1, 1);
    }
}

static void
order_changed (AgSamplePage *self)
{
  guint n = ag_sample_session_get_n_faces (self->samples);
  guint n_columns = ag_sample_session_get_n_columns (self->samples);
  guint chosen = ag_sample_session_get_chosen (self->samples);

  while (self->tiles->len > n)
    {
      gtk_flow_box_remove (self->grid, g_ptr_array_index (self->tiles, self->tiles->len - 1));
      g_ptr_array_set_size (self->tiles, (int) self->tiles->len - 1);
    }
  while (self->tiles->len < n)
    {
      GtkWidget *tile = ag_face_tile_new ();

      gtk_flow_box_append (self->grid, tile);
      g_ptr_array_add (self->tiles, tile);
    }
  gtk_flow_box_set_max_children_per_line (self->grid, n_columns);
  gtk_flow_box_set_min_children_per_line (self->grid, n_columns);
  gtk_aspect_frame_set_ratio (self->frame, (float) n_columns / (float) (n / n_columns));
  build_columns (self);
  for (guint i = 0; i < n; i++)
    face_changed (self, i);
  gtk_flow_box_select_child (self->grid,
                             gtk_flow_box_get_child_at_index (self->grid, (int) chosen));
  update_caption (self);
}

static void
selection_changed (AgSamplePage *self)
{
  g_autoptr (GList) selected = gtk_flow_box_get_selected_children (self->grid);

  if (selected == NULL || self->samples == NULL)
    return;
  ag_sample_session_set_chosen (self->samples,
                                (guint) gtk_flow_box_child_get_index (selected->data));
  update_caption (self);
}

static void
child_activated (AgSamplePage *self)
{
  (void) gtk_widget_activate_action (GTK_WIDGET (self), "sample.edit", NULL);
}

/* Tab leaves the grid, as it does elsewhere; within it there are the arrow keys. */
static gboolean
grid_key_pressed (AgSamplePage *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      return gtk_widget_child_focus (self->bar, GTK_DIR_TAB_FORWARD) ||
             gtk_widget_child_focus (self->panel, GTK_DIR_TAB_FORWARD);
    case GDK_KEY_ISO_Left_Tab:
      return gtk_widget_child_focus (GTK_WIDGET (self->shelf), GTK_DIR_TAB_BACKWARD);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* Settings. */

static void
update_seeds (AgSamplePage *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sample.back",
                                 ag_sample_session_can_go_back (self->samples));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "sample.forward",
                                 ag_sample_session_can_go_forward (self->samples));
  gtk_spin_button_set_value (self->seed, ag_sample_session_get_seed (self->samples));
}

static void
row_changed (AgSamplePage *self, AgControlRow *row)
{
  double value = ag_control_row_get_value (row);
  guint level;

  if (row == self->temperature)
    ag_sample_session_set_temperature (self->samples, value);
  else if (g_ptr_array_find (self->levels, row, &level))
    ag_sample_session_set_level_factor (self->samples, level, value);
}

static void
build_levels (AgSamplePage *self)
{
  guint n = ag_sample_session_get_n_levels (self->samples);

  if (self->levels->len == n)
    return;
  for (guint i = 0; i < self->levels->len; i++)
    gtk_box_remove (self->levels_box, g_ptr_array_index (self->levels, i));
  g_ptr_array_set_size (self->levels, (int) n);
  /* Coarse ones first, as one works. */
  for (guint i = n; i-- > 0;)
    {
      g_autofree char *title = ag_edit_panel_get_level_title (i, n);
      AgControlRow *row = ag_control_row_new (title, 0, 2);

      ag_control_row_set_neutral (row, 1, FALSE);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed), self);
      gtk_box_append (self->levels_box, GTK_WIDGET (row));
      self->levels->pdata[i] = row;
    }
}

static void
settings_changed (AgSamplePage *self)
{
  gboolean columns = ag_sample_session_get_layout (self->samples) == AG_SAMPLE_COLUMNS;

  self->updating = TRUE;
  update_seeds (self);
  build_levels (self);
  ag_class_row_set_model (self->classes, ag_sample_session_get_model (self->samples), NULL);
  ag_control_row_set_value (self->temperature, ag_sample_session_get_temperature (self->samples));
  gtk_widget_set_sensitive (GTK_WIDGET (self->temperature), !columns);
  gtk_widget_set_sensitive (self->sort_row, !columns);
  for (guint i = 0; i < self->levels->len; i++)
    ag_control_row_set_value (g_ptr_array_index (self->levels, i),
                              ag_sample_session_get_level_factor (self->samples, i));
  gtk_drop_down_set_selected (self->arrangement, columns ? 1 : 0);
  gtk_switch_set_active (self->sort, ag_sample_session_get_sorted (self->samples));
  ag_class_row_set_class (self->classes, (int) ag_sample_session_get_class (self->samples));
  ag_sample_page_update_progress (self);
  update_caption (self);
  self->updating = FALSE;
}

static void
seed_typed (AgSamplePage *self)
{
  if (!self->updating && self->samples != NULL)
    ag_sample_session_set_seed (self->samples,
                                (guint) gtk_spin_button_get_value_as_int (self->seed));
}

static void
arrangement_chosen (AgSamplePage *self)
{
  if (!self->updating && self->samples != NULL)
    ag_sample_session_set_layout (self->samples, gtk_drop_down_get_selected (self->arrangement) == 1
                                                   ? AG_SAMPLE_COLUMNS
                                                   : AG_SAMPLE_GRID);
}

static void
sort_switched (AgSamplePage *self)
{
  if (!self->updating && self->samples != NULL)
    ag_sample_session_set_sorted (self->samples, gtk_switch_get_active (self->sort));
}

static void
class_chosen (AgSamplePage *self)
{
  if (self->samples != NULL)
    ag_sample_session_set_class (self->samples, (guint) ag_class_row_get_class (self->classes));
}

static void
new_seed (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgSamplePage *self = AG_SAMPLE_PAGE (widget);

  if (self->samples != NULL)
    ag_sample_session_set_seed (self->samples,
                                (guint) g_random_int_range (0, AG_SAMPLE_MAX_SEED + 1));
}

static void
go_back (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_sample_session_go_back (AG_SAMPLE_PAGE (widget)->samples);
}

static void
go_forward (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_sample_session_go_forward (AG_SAMPLE_PAGE (widget)->samples);
}

static void
problem (AgSamplePage *self, const char *message)
{
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, message);
}

/* The widget. */

static void
ag_sample_page_map (GtkWidget *widget)
{
  AgSamplePage *self = AG_SAMPLE_PAGE (widget);

  GTK_WIDGET_CLASS (ag_sample_page_parent_class)->map (widget);
  if (self->samples != NULL)
    ag_sample_session_set_active (self->samples, TRUE);
}

static void
ag_sample_page_unmap (GtkWidget *widget)
{
  AgSamplePage *self = AG_SAMPLE_PAGE (widget);

  if (self->samples != NULL)
    ag_sample_session_set_active (self->samples, FALSE);
  GTK_WIDGET_CLASS (ag_sample_page_parent_class)->unmap (widget);
}

static void
ag_sample_page_dispose (GObject *object)
{
  AgSamplePage *self = AG_SAMPLE_PAGE (object);

  ag_sample_page_set_session (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_SAMPLE_PAGE);
  g_clear_pointer (&self->levels, g_ptr_array_unref);
  g_clear_pointer (&self->tiles, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_sample_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, layout);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, panel);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, shelf);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, frame);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, grid);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, columns);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, bar);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, caption);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, seed);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, arrangement);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, sort);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, sort_row);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, temperature_box);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, levels_box);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, classes);
  gtk_widget_class_bind_template_child (widget_class, AgSamplePage, export_bar);
  gtk_widget_class_bind_template_callback (widget_class, selection_changed);
  gtk_widget_class_bind_template_callback (widget_class, child_activated);
  gtk_widget_class_bind_template_callback (widget_class, grid_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, seed_typed);
  gtk_widget_class_bind_template_callback (widget_class, arrangement_chosen);
  gtk_widget_class_bind_template_callback (widget_class, sort_switched);
  gtk_widget_class_bind_template_callback (widget_class, class_chosen);
}

static void
ag_sample_page_class_init (AgSamplePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_sample_page_dispose;
  widget_class->map = ag_sample_page_map;
  widget_class->unmap = ag_sample_page_unmap;

  signals[SIGNAL_EDIT] = g_signal_new ("edit", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, AG_TYPE_EDIT_FACE);
  signals[SIGNAL_BLEND] = g_signal_new ("blend", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, AG_TYPE_EDIT_FACE);
  signals[SIGNAL_MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (AG_TYPE_CLASS_ROW);
  g_type_ensure (AG_TYPE_EXPORT_BAR);
  g_type_ensure (AG_TYPE_SHELF);
  g_type_ensure (AG_TYPE_TOAST_AREA);
  g_type_ensure (AG_TYPE_VIEW_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "samplepage");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/sample-page.ui");
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "sample.new-seed", NULL, new_seed);
  gtk_widget_class_install_action (widget_class, "sample.back", NULL, go_back);
  gtk_widget_class_install_action (widget_class, "sample.forward", NULL, go_forward);
  ag_sample_page_install_out (widget_class);
}

static void
ag_sample_page_init (AgSamplePage *self)
{
  self->levels = g_ptr_array_new ();
  self->tiles = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  ag_panel_fit (self->panel);
  gtk_spin_button_set_range (self->seed, 0, AG_SAMPLE_MAX_SEED);
  gtk_spin_button_set_increments (self->seed, 1, 16);
  self->temperature = ag_control_row_new (_ ("Temperature"), 0, AG_SAMPLE_MAX_TEMPERATURE);
  ag_control_row_set_neutral (self->temperature, 0.7, FALSE);
  g_signal_connect_swapped (self->temperature, "changed", G_CALLBACK (row_changed), self);
  gtk_box_append (self->temperature_box, GTK_WIDGET (self->temperature));
}

static void
let_go (AgSamplePage *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->samples != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->samples, self);
      ag_sample_session_close (self->samples);
    }
  g_clear_object (&self->samples);
  g_clear_object (&self->session);
  if (self->shelf != NULL)
    ag_shelf_set_session (self->shelf, NULL);
}

void
ag_sample_page_set_session (AgSamplePage *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_SAMPLE_PAGE (self));

  if (self->session == session)
    return;
  let_go (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->cancellable = g_cancellable_new ();
  self->samples = ag_sample_session_new (session);
  ag_shelf_set_session (self->shelf, session);
  g_signal_connect_swapped (self->samples, "face-changed", G_CALLBACK (face_changed), self);
  g_signal_connect_swapped (self->samples, "order-changed", G_CALLBACK (order_changed), self);
  g_signal_connect_swapped (self->samples, "changed", G_CALLBACK (settings_changed), self);
  g_signal_connect_swapped (self->samples, "progress", G_CALLBACK (ag_sample_page_update_progress),
                            self);
  g_signal_connect_swapped (self->samples, "problem", G_CALLBACK (problem), self);
  order_changed (self);
  settings_changed (self);
  ag_sample_session_set_active (self->samples, gtk_widget_get_mapped (GTK_WIDGET (self)));
}

AgSampleSession *
ag_sample_page_get_samples (AgSamplePage *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_PAGE (self), NULL);
  return self->samples;
}
