/* ag-sample-session.c: a grid of faces drawn from seeds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-sample-session-private.h"

#include <math.h>
#include <string.h>

#include "ag-codec.h"

#define N_GRID_ROWS         4
#define FIRST_SEED          101 /* not those of the shelf */
#define DEFAULT_TEMPERATURE 0.7 /* the paper's choice for good-looking samples */

static const double column_temperatures[AG_SAMPLE_N_COLUMNS] = {
  0, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 1
};

enum
{
  SIGNAL_FACE_CHANGED,
  SIGNAL_CHANGED,
  SIGNAL_ORDER_CHANGED,
  SIGNAL_PROGRESS,
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgSampleSession, ag_sample_session, G_TYPE_OBJECT)

static void
face_clear (AgSampleFace *face)
{
  g_clear_pointer (&face->key, g_bytes_unref);
  g_clear_pointer (&face->shown, g_bytes_unref);
  g_clear_pointer (&face->frame, ag_frame_unref);
  memset (face, 0, sizeof *face);
}

static void
ag_sample_session_dispose (GObject *object)
{
  ag_sample_session_close (AG_SAMPLE_SESSION (object));
  G_OBJECT_CLASS (ag_sample_session_parent_class)->dispose (object);
}

static void
ag_sample_session_finalize (GObject *object)
{
  AgSampleSession *self = AG_SAMPLE_SESSION (object);

  for (guint i = 0; i < AG_SAMPLE_MAX_FACES; i++)
    face_clear (&self->faces[i]);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  g_clear_pointer (&self->cache, ag_frame_cache_free);
  g_clear_pointer (&self->seeds, g_array_unref);
  g_clear_object (&self->edit);
  G_OBJECT_CLASS (ag_sample_session_parent_class)->finalize (object);
}

static void
ag_sample_session_class_init (AgSampleSessionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_sample_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_sample_session_finalize;

  signals[SIGNAL_FACE_CHANGED] = g_signal_new ("face-changed", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                               NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_CHANGED] =
    g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ORDER_CHANGED] =
    g_signal_new ("order-changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROGRESS] =
    g_signal_new ("progress", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ag_sample_session_init (AgSampleSession *self)
{
  const guint first = FIRST_SEED;

  self->cache = ag_frame_cache_new (AG_FRAME_CACHE_SIZE);
  self->seeds = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->seeds, first);
  self->temperature = DEFAULT_TEMPERATURE;
  for (guint l = 0; l < AG_MAX_LEVELS; l++)
    self->factors[l] = 1;
}

void
ag_sample_session_emit_face (AgSampleSession *self, guint index)
{
  for (guint place = 0; place < self->n_faces; place++)
    if (self->order[place] == index)
      g_signal_emit (self, signals[SIGNAL_FACE_CHANGED], 0, place);
}

void
ag_sample_session_emit_progress (AgSampleSession *self)
{
  if (!self->closed)
    g_signal_emit (self, signals[SIGNAL_PROGRESS], 0);
}

void
ag_sample_session_problem (AgSampleSession *self, const char *message)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, message);
}

/* Settings. */

static void
set_sample (AgSampleSession *self, guint index)
{
  AgSampleFace *face = &self->faces[index];
  guint n_columns = ag_sample_session_get_n_columns (self);
  gboolean columns = self->layout == AG_SAMPLE_COLUMNS;
  double temperature = columns ? column_temperatures[index % n_columns] : self->temperature;
  guint64 seed = ag_sample_session_get_seed (self) + (columns ? index / n_columns : index);
  AgSample sample = { .seed = seed, .class_label = (int) self->class_label };

  for (guint l = 0; l < AG_MAX_LEVELS; l++)
    sample.temperature[l] = temperature * self->factors[l];
  /* Another seed's picture is no step on the way to this one's. */
  if (face->key != NULL && face->sample.seed != seed)
    {
      g_clear_pointer (&face->frame, ag_frame_unref);
      g_clear_pointer (&face->shown, g_bytes_unref);
      face->beyond = FALSE;
    }
  face->sample = sample;
  g_clear_pointer (&face->key, g_bytes_unref);
  face->key = g_bytes_new (&sample, sizeof sample);
}

static gboolean
stands_in_order (AgSampleSession *self)
{
  for (guint i = 0; i < self->n_faces; i++)
    if (self->order[i] != i)
      return FALSE;
  return TRUE;
}

static void
reset_order (AgSampleSession *self)
{
  for (guint i = 0; i < AG_SAMPLE_MAX_FACES; i++)
    self->order[i] = i;
}

static void
update (AgSampleSession *self)
{
  guint n_faces = ag_sample_session_get_n_faces (self);
  gboolean reordered = n_faces != self->n_faces;

  if (self->closed)
    return;
  for (guint i = n_faces; i < self->n_faces; i++)
    face_clear (&self->faces[i]);
  self->n_faces = n_faces;
  if (reordered)
    {
      reset_order (self);
      self->next = 0;
      self->chosen = 0;
    }
  for (guint i = 0; i < n_faces; i++)
    set_sample (self, i);
  /* What has been computed before is shown at once; the rest when its turn comes. */
  ag_sample_session_hurry (self);
  if (reordered)
    g_signal_emit (self, signals[SIGNAL_ORDER_CHANGED], 0);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
model_changed (AgSampleSession *self)
{
  AgEditEngine *engine = ag_edit_session_get_engine (self->edit);

  if (engine == self->engine || self->closed)
    return;
  ag_sample_session_cancel (self);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  self->engine = engine != NULL ? ag_edit_engine_ref (engine) : NULL;
  ag_frame_cache_clear (self->cache);
  for (guint i = 0; i < AG_SAMPLE_MAX_FACES; i++)
    face_clear (&self->faces[i]);
  self->class_label = 0;
  reset_order (self);
  update (self);
  g_signal_emit (self, signals[SIGNAL_ORDER_CHANGED], 0);
}

AgSampleSession *
ag_sample_session_new (AgEditSession *edit)
{
  AgSampleSession *self = g_object_new (AG_TYPE_SAMPLE_SESSION, NULL);

  self->edit = g_object_ref (edit);
  g_signal_connect_object (edit, "notify::state", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  reset_order (self);
  update (self);
  model_changed (self);
  return self;
}

void
ag_sample_session_close (AgSampleSession *self)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  if (self->closed)
    return;
  ag_sample_session_cancel (self);
  ag_sample_session_cancel_export (self);
  self->closed = TRUE;
}

void
ag_sample_session_set_active (AgSampleSession *self, gboolean active)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  if (self->active == active || self->closed)
    return;
  self->active = active;
  if (active)
    ag_sample_session_pump (self);
  else
    ag_sample_session_cancel (self);
}

AgSampleLayout
ag_sample_session_get_layout (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), AG_SAMPLE_GRID);
  return self->layout;
}

void
ag_sample_session_set_layout (AgSampleSession *self, AgSampleLayout layout)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  if (self->layout == layout)
    return;
  ag_sample_session_cancel (self);
  self->layout = layout;
  update (self);
}

guint
ag_sample_session_get_n_columns (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 1);
  return self->layout == AG_SAMPLE_COLUMNS ? AG_SAMPLE_N_COLUMNS : N_GRID_ROWS;
}

guint
ag_sample_session_get_n_faces (AgSampleSession *self)
{
  return ag_sample_session_get_n_columns (self) * N_GRID_ROWS;
}

double
ag_sample_session_get_column_temperature (guint column)
{
  g_return_val_if_fail (column < AG_SAMPLE_N_COLUMNS, 1);
  return column_temperatures[column];
}

double
ag_sample_session_get_temperature (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 1);
  return self->temperature;
}

void
ag_sample_session_set_temperature (AgSampleSession *self, double temperature)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (temperature >= 0);

  if (self->temperature == temperature)
    return;
  self->temperature = temperature;
  update (self);
}

double
ag_sample_session_get_level_factor (AgSampleSession *self, guint level)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self) && level < AG_MAX_LEVELS, 1);
  return self->factors[level];
}

void
ag_sample_session_set_level_factor (AgSampleSession *self, guint level, double factor)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self) && level < AG_MAX_LEVELS);
  g_return_if_fail (factor >= 0);

  if (self->factors[level] == factor)
    return;
  self->factors[level] = factor;
  update (self);
}

static const AgGlowConfig *
get_config (AgSampleSession *self)
{
  return self->engine != NULL ? ag_glow_config (ag_edit_engine_get_model (self->engine)->glow)
                              : NULL;
}

guint
ag_sample_session_get_n_levels (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 0);
  return self->engine != NULL ? (guint) get_config (self)->levels : 0;
}

AgModel *
ag_sample_session_get_model (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), NULL);
  return self->engine != NULL ? ag_edit_engine_get_model (self->engine) : NULL;
}

guint
ag_sample_session_get_n_classes (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 0);
  return self->engine != NULL ? (guint) get_config (self)->classes : 0;
}

guint
ag_sample_session_get_class (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 0);
  return self->class_label;
}

void
ag_sample_session_set_class (AgSampleSession *self, guint class_label)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (class_label < MAX (1, ag_sample_session_get_n_classes (self)));

  if (self->class_label == class_label)
    return;
  self->class_label = class_label;
  update (self);
}

/* Seeds. */

guint
ag_sample_session_get_seed (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 0);
  return g_array_index (self->seeds, guint, self->seed);
}

static void
seed_changed (AgSampleSession *self)
{
  ag_sample_session_cancel (self);
  if (!stands_in_order (self))
    {
      reset_order (self);
      g_signal_emit (self, signals[SIGNAL_ORDER_CHANGED], 0);
    }
  update (self);
}

void
ag_sample_session_set_seed (AgSampleSession *self, guint seed)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (seed <= AG_SAMPLE_MAX_SEED);

  if (ag_sample_session_get_seed (self) == seed)
    return;
  g_array_set_size (self->seeds, self->seed + 1);
  g_array_append_val (self->seeds, seed);
  self->seed++;
  seed_changed (self);
}

gboolean
ag_sample_session_can_go_back (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), FALSE);
  return self->seed > 0;
}

gboolean
ag_sample_session_can_go_forward (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), FALSE);
  return self->seed + 1 < self->seeds->len;
}

void
ag_sample_session_go_back (AgSampleSession *self)
{
  if (!ag_sample_session_can_go_back (self))
    return;
  self->seed--;
  seed_changed (self);
}

void
ag_sample_session_go_forward (AgSampleSession *self)
{
  if (!ag_sample_session_can_go_forward (self))
    return;
  self->seed++;
  seed_changed (self);
}

/* What the sheet or face of a receipt was set to, as far as the settings here can say it. */
void
ag_sample_session_go_to_receipt (AgSampleSession *self, const AgSampleReceipt *receipt)
{
  const AgSample *samples = &g_array_index (receipt->samples, AgSample, 0), *last;
  guint n = receipt->samples->len, n_levels;
  guint64 seed = samples[0].seed;
  double temperature = 0;

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  /* They may have been sorted; and the last of columns has them at their neutral temperature. */
  for (guint i = 0; i < n; i++)
    seed = MIN (seed, samples[i].seed);
  last = &samples[n - 1];
  n_levels = MIN ((guint) receipt->n_levels, ag_sample_session_get_n_levels (self));
  for (guint l = 0; l < n_levels; l++)
    temperature = MAX (temperature, last->temperature[l]);
  for (guint l = 0; l < n_levels; l++)
    self->factors[l] = temperature > 0 ? last->temperature[l] / temperature : 1;
  if (last->class_label < (int) ag_sample_session_get_n_classes (self))
    self->class_label = (guint) last->class_label;
  self->layout =
    n > 1 && receipt->n_columns == AG_SAMPLE_N_COLUMNS ? AG_SAMPLE_COLUMNS : AG_SAMPLE_GRID;
  if (self->layout == AG_SAMPLE_GRID)
    self->temperature = temperature;
  if (seed <= AG_SAMPLE_MAX_SEED && seed != ag_sample_session_get_seed (self))
    ag_sample_session_set_seed (self, (guint) seed);
  else
    seed_changed (self);
}

/* The order. */

static int
compare_likelihood (gconstpointer a, gconstpointer b, gpointer data)
{
  AgSampleSession *self = data;
  guint i = *(const guint *) a, j = *(const guint *) b;
  AgFrame *frame_i = self->faces[i].frame, *frame_j = self->faces[j].frame;
  double of_i = frame_i != NULL ? frame_i->bits_per_dim : INFINITY;
  double of_j = frame_j != NULL ? frame_j->bits_per_dim : INFINITY;

  if (of_i != of_j)
    return of_i < of_j ? -1 : 1;
  return i < j ? -1 : i > j;
}

void
ag_sample_session_update_order (AgSampleSession *self)
{
  guint order[AG_SAMPLE_MAX_FACES];

  for (guint i = 0; i < AG_SAMPLE_MAX_FACES; i++)
    order[i] = i;
  /* Columns stand for something already. */
  if (self->sorted && self->layout == AG_SAMPLE_GRID)
    g_qsort_with_data (order, (int) self->n_faces, sizeof *order, compare_likelihood, self);
  if (memcmp (order, self->order, sizeof order) == 0)
    return;
  memcpy (self->order, order, sizeof order);
  g_signal_emit (self, signals[SIGNAL_ORDER_CHANGED], 0);
}

gboolean
ag_sample_session_get_sorted (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), FALSE);
  return self->sorted;
}

void
ag_sample_session_set_sorted (AgSampleSession *self, gboolean sorted)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  if (self->sorted == sorted)
    return;
  self->sorted = sorted;
  if (!sorted)
    ag_sample_session_update_order (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  ag_sample_session_pump (self);
}

/* Faces. */

static AgSampleFace *
get_face (AgSampleSession *self, guint place)
{
  return place < self->n_faces ? &self->faces[self->order[place]] : NULL;
}

void
ag_sample_session_set_chosen (AgSampleSession *self, guint place)
{
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (place < self->n_faces);
  self->chosen = self->order[place];
}

guint
ag_sample_session_get_chosen (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), 0);

  for (guint place = 0; place < self->n_faces; place++)
    if (self->order[place] == self->chosen)
      return place;
  return 0;
}

AgFrame *
ag_sample_session_get_frame (AgSampleSession *self, guint place)
{
  AgSampleFace *face;

  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), NULL);

  face = get_face (self, place);
  return face != NULL ? face->frame : NULL;
}

AgImage *
ag_sample_session_get_image (AgSampleSession *self, guint place)
{
  AgFrame *frame = ag_sample_session_get_frame (self, place);

  if (frame == NULL || self->engine == NULL)
    return NULL;
  return ag_codec_image_from_values (get_config (self), g_bytes_get_data (frame->values, NULL));
}

gboolean
ag_sample_session_is_beyond (AgSampleSession *self, guint place)
{
  AgSampleFace *face;

  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), FALSE);

  face = get_face (self, place);
  return face != NULL && face->beyond;
}

const AgSample *
ag_sample_session_get_sample (AgSampleSession *self, guint place)
{
  AgSampleFace *face;

  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), NULL);

  face = get_face (self, place);
  return face != NULL ? &face->sample : NULL;
}
