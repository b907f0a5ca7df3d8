/* ag-checkpoint.c: a training run on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ag-safetensors.h"
#include "ag-trainer-options.h"

#define FORMAT   "1"
#define CURRENT  "checkpoint.safetensors"
#define PREVIOUS "checkpoint.previous.safetensors"

#ifdef AG_FLOW_DOUBLE
#define REAL_DTYPE AG_DTYPE_F64
#else
#define REAL_DTYPE AG_DTYPE_F32
#endif

/* The counters as a table. */
typedef struct
{
  const char *key;
  gsize offset;
  gboolean is_double;
} Counter;

#define COUNTER(member, is_double)                                                                 \
  {                                                                                                \
    "state." #member, G_STRUCT_OFFSET (AgTrainCounters, member), is_double                         \
  }

static const Counter counters[] = {
  COUNTER (step, FALSE),
  COUNTER (reported_step, FALSE),
  COUNTER (seconds, TRUE),
  COUNTER (rate_scale, TRUE),
  COUNTER (rollbacks, FALSE),
  COUNTER (furthest_step, FALSE),
  COUNTER (sum_bits_per_dim, TRUE),
  COUNTER (sum_steps, FALSE),
  COUNTER (learning_rate, TRUE),
  COUNTER (gradient_norm, TRUE),
  COUNTER (recent_bits_per_dim, TRUE),
  COUNTER (held_out_bits_per_dim, TRUE),
  COUNTER (best_bits_per_dim, TRUE),
  COUNTER (best_step, FALSE),
  COUNTER (rising, FALSE),
  COUNTER (keeps_boundaries, FALSE),
  COUNTER (log_size, FALSE),
};

/* Writing */

static void
set_text (AgSafetensorsWriter *writer, const char *key, const char *value)
{
  if (value != NULL)
    ag_safetensors_writer_set_metadata (writer, key, value);
}

static void
set_integer (AgSafetensorsWriter *writer, const char *key, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" PRIu64, value);

  ag_safetensors_writer_set_metadata (writer, key, text);
}

/* 17 digits bring every double back to the bit. */
static void
set_double (AgSafetensorsWriter *writer, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  ag_safetensors_writer_set_metadata (writer, key, g_ascii_dtostr (text, sizeof text, value));
}

static void
add_counters (const AgTrainCounters *state, AgSafetensorsWriter *writer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      const void *member = G_STRUCT_MEMBER_P (state, counters[i].offset);

      if (counters[i].is_double)
        set_double (writer, counters[i].key, *(const double *) member);
      else
        set_integer (writer, counters[i].key, *(const guint64 *) member);
    }
}

static void
add_options (const AgTrainerOptions *options, AgSafetensorsWriter *writer)
{
  int n;
  const AgOption *table = ag_trainer_options_table (&n);

  for (int i = 0; i < n; i++)
    {
      g_autofree char *key = g_strconcat ("option.", table[i].name, NULL);
      set_double (writer, key, ag_option_get (&table[i], options));
    }
  set_integer (writer, "option.steps", (guint64) options->steps);
  set_double (writer, "option.epochs", options->epochs);
  set_double (writer, "option.minutes", options->minutes);
}

static void
add_vector (AgSafetensorsWriter *writer, const char *name, const ag_real *vector, size_t n)
{
  gint64 dims[1] = { (gint64) n };

  if (vector != NULL)
    ag_safetensors_writer_add (writer, name, REAL_DTYPE, vector, REAL_DTYPE, 1, dims);
}

/* A second name for the current checkpoint, so that there is a checkpoint.safetensors at any
 * moment. Where the file system has no links it is renamed, and for a moment only the second name
 * exists; ag_checkpoint_read() looks there. */
static gboolean
keep_previous (GFile *run, GError **error)
{
  g_autofree char *folder = g_file_get_path (run);
  g_autofree char *current = g_build_filename (folder, CURRENT, NULL);
  g_autofree char *previous = g_build_filename (folder, PREVIOUS, NULL);
  g_autofree char *between = g_build_filename (folder, "." PREVIOUS ".link", NULL);
  int code;

  g_unlink (between);
  if (link (current, between) == 0)
    {
      if (g_rename (between, previous) == 0)
        return TRUE;
      code = errno;
      g_unlink (between);
      errno = code;
    }
  else if (errno == ENOENT || g_rename (current, previous) == 0)
    {
      return TRUE;
    }
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "%s: %s", PREVIOUS,
               g_strerror (errno));
  return FALSE;
}

/* The new one is written under a name of its own first: if there is no room for it, both of the
 * old ones stay. */
gboolean
ag_checkpoint_write (const AgCheckpoint *checkpoint, GFile *run, GError **error)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GFile) next = g_file_get_child (run, "checkpoint.next.safetensors");
  g_autofree char *next_path = g_file_get_path (next);
  g_autoptr (GFile) current = g_file_get_child (run, CURRENT);
  g_autofree char *current_path = g_file_get_path (current);
  const AgTrainState *state = checkpoint->state;

  ag_model_add_to_writer (checkpoint->model, writer, AG_MODEL_STORAGE_F32);
  add_vector (writer, "optimizer.m", state->m, state->n);
  add_vector (writer, "optimizer.v", state->v, state->n);
  add_vector (writer, "average.parameters", state->average, state->n);
  set_text (writer, "run.format", FORMAT);
  set_text (writer, "run.data", checkpoint->data);
  set_text (writer, "run.labels", checkpoint->labels);
  set_text (writer, "run.preset", checkpoint->preset);
  set_integer (writer, "run.n_training", checkpoint->n_training);
  set_integer (writer, "run.fingerprint", checkpoint->fingerprint);
  add_options (&checkpoint->options, writer);
  add_counters (&state->counters, writer);
  if (!ag_safetensors_writer_write (writer, next, error))
    return FALSE;
  if (!keep_previous (run, error))
    {
      g_unlink (next_path);
      return FALSE;
    }
  if (g_rename (next_path, current_path) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "%s: %s", CURRENT,
               g_strerror (errno));
  g_unlink (next_path);
  return FALSE;
}

/* Reading */

static gboolean
corrupt (GError **error, const char *name, const char *what)
{
  g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_CHECKPOINT,
               _ ("%s: %s is missing or damaged"), name, what);
  return FALSE;
}

static gboolean
get_integer (AgSafetensors *file, const char *key, guint64 *value)
{
  const char *text = ag_safetensors_get_metadata (file, key);

  return text && g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, value, NULL);
}

static gboolean
get_double (AgSafetensors *file, const char *key, double *value)
{
  const char *text = ag_safetensors_get_metadata (file, key);
  char *end;

  if (text == NULL || *text == '\0')
    return FALSE;
  *value = g_ascii_strtod (text, &end);
  return *end == '\0';
}

static gboolean
read_counters (AgSafetensors *file, const char *name, AgTrainCounters *state, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    {
      void *member = G_STRUCT_MEMBER_P (state, counters[i].offset);
      gboolean ok = counters[i].is_double ? get_double (file, counters[i].key, member)
                                          : get_integer (file, counters[i].key, member);

      if (!ok)
        return corrupt (error, name, counters[i].key);
    }
  if (!(state->seconds >= 0 && state->rate_scale > 0 && state->rate_scale <= 1) ||
      state->step > G_MAXINT64)
    return corrupt (error, name, "state");
  return TRUE;
}

static gboolean
read_options (AgSafetensors *file, const char *name, AgTrainerOptions *options, GError **error)
{
  int n;
  const AgOption *table = ag_trainer_options_table (&n);
  guint64 steps;

  ag_trainer_options_init (options);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *key = g_strconcat ("option.", table[i].name, NULL);
      double value = table[i].before;

      if ((isnan (value) || ag_safetensors_get_metadata (file, key) != NULL) &&
          !get_double (file, key, &value))
        return corrupt (error, name, key);
      if (!(value >= table[i].min && value <= table[i].max))
        return corrupt (error, name, key);
      ag_option_set (&table[i], options, value);
    }
  if (!get_integer (file, "option.steps", &steps) || steps > G_MAXINT64 ||
      !get_double (file, "option.epochs", &options->epochs) ||
      !get_double (file, "option.minutes", &options->minutes))
    return corrupt (error, name, "option.steps");
  options->steps = (gint64) steps;
  return ag_trainer_options_check (options, error);
}

static gboolean
read_vector (AgSafetensors *file,
             const char *name,
             const char *key,
             ag_real *out,
             size_t n,
             GError **error)
{
  const AgSafetensor *tensor = ag_safetensors_find (file, key);

  if (tensor == NULL || tensor->dtype != REAL_DTYPE || tensor->rank != 1 || tensor->count != n)
    return corrupt (error, name, key);
#ifdef AG_FLOW_DOUBLE
  ag_safetensor_read_double (tensor, out);
#else
  ag_safetensor_read_float (tensor, out);
#endif
  for (size_t i = 0; i < n; i++)
    if (!isfinite (out[i]))
      return corrupt (error, name, key);
  return TRUE;
}

static gboolean
read_state (AgSafetensors *file, const char *name, AgCheckpoint *self, GError **error)
{
  AgTrainState *state = ag_train_state_new (self->model->glow, self->options.average > 0);

  if (state == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s: not enough memory"), name);
      return FALSE;
    }
  self->state = state;
  return read_vector (file, name, "optimizer.m", state->m, state->n, error) &&
         read_vector (file, name, "optimizer.v", state->v, state->n, error) &&
         (state->average == NULL ||
          read_vector (file, name, "average.parameters", state->average, state->n, error)) &&
         read_counters (file, name, &state->counters, error);
}

static gboolean
check_format (AgSafetensors *tensors, const char *name, GError **error)
{
  const char *format = ag_safetensors_get_metadata (tensors, "run.format");

  if (g_strcmp0 (format, FORMAT) == 0)
    return TRUE;
  g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_CHECKPOINT,
               format ? _ ("%s: written by another version of this program")
                      : _ ("%s: not a checkpoint of a training run"),
               name);
  return FALSE;
}

static gboolean
read_data (AgSafetensors *tensors, const char *name, AgCheckpoint *self, GError **error)
{
  if (!get_integer (tensors, "run.n_training", &self->n_training) ||
      !get_integer (tensors, "run.fingerprint", &self->fingerprint))
    return corrupt (error, name, "run.fingerprint");
  self->data = g_strdup (ag_safetensors_get_metadata (tensors, "run.data"));
  self->labels = g_strdup (ag_safetensors_get_metadata (tensors, "run.labels"));
  self->preset = g_strdup (ag_safetensors_get_metadata (tensors, "run.preset"));
  return TRUE;
}

static AgCheckpoint *
read_file (GFile *run, const char *name, GError **error)
{
  g_autoptr (AgCheckpoint) self = g_new0 (AgCheckpoint, 1);
  g_autoptr (GFile) file = g_file_get_child (run, name);
  g_autoptr (AgSafetensors) tensors = ag_safetensors_open (file, error);

  if (tensors == NULL || !check_format (tensors, name, error))
    return NULL;
  self->model = ag_model_read (tensors, error);
  if (self->model == NULL || !read_options (tensors, name, &self->options, error) ||
      !read_state (tensors, name, self, error) || !read_data (tensors, name, self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static AgCheckpoint *
peek_file (GFile *run, const char *name, AgTrainCounters *counters_out, GError **error)
{
  g_autoptr (AgCheckpoint) self = g_new0 (AgCheckpoint, 1);
  g_autoptr (GFile) file = g_file_get_child (run, name);
  g_autoptr (AgSafetensors) tensors = ag_safetensors_open (file, error);

  if (tensors == NULL || !check_format (tensors, name, error) ||
      !read_options (tensors, name, &self->options, error) ||
      !read_counters (tensors, name, counters_out, error) ||
      !read_data (tensors, name, self, error))
    return NULL;
  return g_steal_pointer (&self);
}

AgCheckpoint *
ag_checkpoint_peek (GFile *run, AgTrainCounters *counters_out, GError **error)
{
  g_autoptr (GError) first = NULL;
  AgCheckpoint *self = peek_file (run, CURRENT, counters_out, &first);

  if (self == NULL)
    self = peek_file (run, PREVIOUS, counters_out, NULL);
  if (self == NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  return self;
}

gboolean
ag_checkpoint_look (GFile *run, gboolean *exists, GError **error)
{
  static const char *const names[] = { CURRENT, PREVIOUS };

  *exists = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (names) && !*exists; i++)
    {
      g_autofree char *path = g_build_filename (g_file_peek_path (run), names[i], NULL);
      GStatBuf info;

      *exists = g_stat (path, &info) == 0;
      if (!*exists && errno != ENOENT && errno != ENOTDIR)
        {
          g_autofree char *name = g_file_get_parse_name (run);

          g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "%s: %s", name,
                       g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
ag_checkpoint_exists (GFile *run)
{
  gboolean exists;

  return ag_checkpoint_look (run, &exists, NULL) && exists;
}

AgCheckpoint *
ag_checkpoint_read (GFile *run, char **problem, GError **error)
{
  g_autoptr (GError) first = NULL;
  AgCheckpoint *self = read_file (run, CURRENT, &first);

  *problem = NULL;
  if (self != NULL)
    return self;
  self = read_file (run, PREVIOUS, NULL);
  if (self != NULL)
    {
      *problem = g_strdup (first->message);
      return self;
    }
  g_propagate_error (error, g_steal_pointer (&first));
  return NULL;
}

AgCheckpoint *
ag_checkpoint_read_until (GFile *run, guint64 last_step, GError **error)
{
  static const char *const names[] = { CURRENT, PREVIOUS };
  g_autoptr (GError) first = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      AgTrainCounters found;
      g_autoptr (GError) problem = NULL;
      g_autoptr (AgCheckpoint) peeked = peek_file (run, names[i], &found, &problem);
      AgCheckpoint *self = NULL;

      if (peeked != NULL && found.step <= last_step)
        self = read_file (run, names[i], &problem);
      if (self != NULL)
        return self;
      if (first == NULL)
        first = g_steal_pointer (&problem);
    }
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("There is no checkpoint of step %" PRIu64 " or before"), last_step);
  return NULL;
}

void
ag_checkpoint_free (AgCheckpoint *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->state, ag_train_state_free);
  g_clear_pointer (&self->model, ag_model_unref);
  g_free (self->data);
  g_free (self->labels);
  g_free (self->preset);
  g_free (self);
}
