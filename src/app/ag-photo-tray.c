/* ag-photo-tray.c: a box that photos are dropped into
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-photo-tray.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-file-dialogs.h"

#define THUMBNAIL 48
/* Photos that are shown; all of them count. */
#define MAX_SHOWN 60

struct _AgPhotoTray
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkLabel *title, *count;
  GtkFlowBox *pictures;
  GPtrArray *files;
  GCancellable *cancellable;
};

enum
{
  PROP_TITLE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint changed_signal;

G_DEFINE_FINAL_TYPE (AgPhotoTray, ag_photo_tray, GTK_TYPE_WIDGET)

static void
update (AgPhotoTray *self)
{
  guint n = self->files->len;
  g_autofree char *text = n == 0 ? g_strdup (_ ("Drop photos here"))
                                 : g_strdup_printf (ngettext ("%u photo", "%u photos", n), n);

  gtk_label_set_text (self->count, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "tray.clear", n > 0);
  g_signal_emit (self, changed_signal, 0);
}

static void
thumbnail_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) picture = data;
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new_from_stream_finish (result, NULL);
  g_autoptr (GdkPixbuf) upright = NULL;
  g_autoptr (GdkTexture) texture = NULL;

  if (pixbuf == NULL)
    return;
  upright = gdk_pixbuf_apply_embedded_orientation (pixbuf);
  texture = gdk_texture_new_for_pixbuf (upright);
  gtk_picture_set_paintable (GTK_PICTURE (picture), GDK_PAINTABLE (texture));
}

static void
show_photo (AgPhotoTray *self, GFile *file)
{
  GtkWidget *picture = gtk_picture_new ();
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *name = g_filename_display_name (base);

  gtk_widget_set_size_request (picture, THUMBNAIL, THUMBNAIL);
  gtk_widget_set_tooltip_text (picture, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (picture), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_flow_box_append (self->pictures, picture);
  /* It is the cell around it that has the focus. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (picture)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  stream = g_file_read (file, NULL, NULL);
  if (stream != NULL)
    gdk_pixbuf_new_from_stream_at_scale_async (G_INPUT_STREAM (stream), THUMBNAIL * 2,
                                               THUMBNAIL * 2, TRUE, self->cancellable,
                                               thumbnail_ready, g_object_ref (picture));
}

static gboolean
is_photo (const char *name)
{
  static const char *const suffixes[] = { ".jpg", ".jpeg", ".png", ".webp" };
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (name[0] != '.' && g_str_has_suffix (lower, suffixes[i]))
      return TRUE;
  return FALSE;
}

static void
add_photo (AgPhotoTray *self, GFile *file)
{
  for (guint i = 0; i < self->files->len; i++)
    if (g_file_equal (g_ptr_array_index (self->files, i), file))
      return;
  g_ptr_array_add (self->files, g_object_ref (file));
  if (self->files->len <= MAX_SHOWN)
    show_photo (self, file);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
add_folder (AgPhotoTray *self, GFile *folder)
{
  g_autoptr (GDir) dir =
    g_file_peek_path (folder) ? g_dir_open (g_file_peek_path (folder), 0, NULL) : NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_photo (name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GFile) file = g_file_get_child (folder, g_ptr_array_index (names, i));

      add_photo (self, file);
    }
}

static void
add_any (AgPhotoTray *self, GFile *file)
{
  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    add_folder (self, file);
  else
    add_photo (self, file);
}

void
ag_photo_tray_add (AgPhotoTray *self, GFile *file)
{
  add_any (self, file);
  update (self);
}

GPtrArray *
ag_photo_tray_get_files (AgPhotoTray *self)
{
  return self->files;
}

static gboolean
dropped (AgPhotoTray *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  for (GSList *link = files; link != NULL; link = link->next)
    add_any (self, link->data);
  update (self);
  return files != NULL;
}

static void
chosen (GListModel *files, gpointer data)
{
  AgPhotoTray *self = data;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      add_any (self, file);
    }
  update (self);
}

static void
add (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_file_dialogs_open_photos (GTK_WINDOW (gtk_widget_get_root (widget)), NULL, chosen, widget);
}

static void
clear (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgPhotoTray *self = AG_PHOTO_TRAY (widget);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->pictures))) != NULL)
    gtk_flow_box_remove (self->pictures, child);
  g_ptr_array_set_size (self->files, 0);
  update (self);
}

static void
ag_photo_tray_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  gtk_label_set_text (AG_PHOTO_TRAY (object)->title, g_value_get_string (value));
}

static void
ag_photo_tray_dispose (GObject *object)
{
  AgPhotoTray *self = AG_PHOTO_TRAY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_photo_tray_parent_class)->dispose (object);
}

static void
ag_photo_tray_class_init (AgPhotoTrayClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_photo_tray_dispose;
  G_OBJECT_CLASS (klass)->set_property = ag_photo_tray_set_property;
  props[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, "", G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, props);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "tray.add", NULL, add);
  gtk_widget_class_install_action (widget_class, "tray.clear", NULL, clear);
  changed_signal = g_signal_new ("changed", AG_TYPE_PHOTO_TRAY, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_button (const char *icon, const char *action, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_add_css_class (button, "flat");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip,
                                  -1);
  return button;
}

static void
fill_head (AgPhotoTray *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->count = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_label_set_xalign (self->count, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->count), "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (texts), GTK_WIDGET (self->count));
  gtk_box_append (GTK_BOX (head), texts);
  gtk_box_append (GTK_BOX (head), make_button ("ag-add-symbolic", "tray.add", _ ("Add Photos")));
  gtk_box_append (GTK_BOX (head),
                  make_button ("edit-clear-all-symbolic", "tray.clear", _ ("Take All Out")));
  gtk_box_append (GTK_BOX (self->box), head);
}

static void
ag_photo_tray_init (AgPhotoTray *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->files = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->pictures = GTK_FLOW_BOX (gtk_flow_box_new ());
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (self->box, "card");
  gtk_widget_add_css_class (self->box, "photo-tray");
  fill_head (self);
  gtk_flow_box_set_selection_mode (self->pictures, GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (self->pictures, 12);
  gtk_flow_box_set_homogeneous (self->pictures, TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->pictures), GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->pictures));
  gtk_widget_set_size_request (scroller, -1, 2 * THUMBNAIL + 30);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), scroller);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
  update (self);
}
