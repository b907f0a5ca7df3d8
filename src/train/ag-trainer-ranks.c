/* ag-trainer-ranks.c: what the processes of a run tell each other before and between its steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ag-pixel-store.h"
#include "ag-trainer-options.h"

gboolean
ag_trainer_is_first (AgTrainer *self)
{
  return ag_ranks_get_rank (self->options.ranks) == 0;
}

/* Options. The pointers in those that are sent are of no use to who receives them. */

typedef struct
{
  AgTrainerOptions asked, resolved;
  guint64 n_training, fingerprint;
  guint64 data_length, classes_length;
} OptionsMessage;

/* What belongs to the machine may be another one on each. */
static gboolean
is_of_machine (const AgOption *option)
{
  return strcmp (option->name, "threads") == 0 || strcmp (option->name, "memory-limit") == 0;
}

static GError *
differ (const char *name, const char *ours, const char *first)
{
  return g_error_new (AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS,
                      _ ("was started with %s %s, process 0 with %s"), name, ours, first);
}

static char *
name_value (const AgOption *option, double value)
{
  return value == AG_UNSET ? g_strdup (_ ("(not given)")) : ag_option_get_text (option, value);
}

static GError *
compare_options (const AgTrainerOptions *ours, const AgTrainerOptions *first)
{
  int n;
  const AgOption *table = ag_trainer_options_table (&n);
  const struct
  {
    const char *name;
    double ours, first;
  } ends[] = { { "resume", ours->resume, first->resume },
               { "steps", (double) ours->steps, (double) first->steps },
               { "epochs", ours->epochs, first->epochs },
               { "minutes", ours->minutes, first->minutes } };

  for (int i = 0; i < n; i++)
    {
      double value = ag_option_get (&table[i], ours), its = ag_option_get (&table[i], first);
      g_autofree char *value_text = NULL, *its_text = NULL;

      if (is_of_machine (&table[i]) || value == its)
        continue;
      value_text = name_value (&table[i], value);
      its_text = name_value (&table[i], its);
      return differ (table[i].name, value_text, its_text);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *value_text = g_strdup_printf ("%g", ends[i].ours);
      g_autofree char *its_text = g_strdup_printf ("%g", ends[i].first);

      if (ends[i].ours != ends[i].first)
        return differ (ends[i].name, value_text, its_text);
    }
  return NULL;
}

static void
take_options (AgTrainer *self, const AgTrainerOptions *asked, const AgTrainerOptions *first)
{
  AgTrainerOptions *options = &self->options;

  *options = *first;
  options->data = self->data;
  options->labels = self->labels;
  options->run = self->run;
  options->from = NULL;
  self->preset = g_strdup ("");
  options->ranks = asked->ranks;
  options->faces = asked->faces;
  options->preset = self->preset;
  if (asked->n_threads != AG_UNSET)
    options->n_threads = asked->n_threads;
  if (asked->memory_limit != AG_UNSET)
    options->memory_limit = asked->memory_limit;
}

/* The folder of images as process 0 names it: a run that goes on remembers it. */
static gboolean
share_data (AgTrainer *self, guint64 length, GError **error)
{
  g_autofree char *path = g_malloc0 (length + 1);
  g_autofree char *ours = self->data ? g_file_get_path (self->data) : NULL;

  if (ag_trainer_is_first (self))
    memcpy (path, ours, length);
  if (!ag_ranks_share (self->options.ranks, 0, path, length, error))
    return FALSE;
  if (self->data == NULL)
    self->data = g_file_new_for_path (path);
  self->options.data = self->data;
  return TRUE;
}

/* The names of the classes, which only process 0 reads out of a model, each with its zero. */
static gboolean
share_classes (AgTrainer *self, GByteArray *names, guint64 length, GError **error)
{
  g_autofree char *bytes = g_malloc0 (length + 1);
  g_autoptr (GPtrArray) classes = NULL;

  if (length == 0)
    return TRUE;
  if (ag_trainer_is_first (self))
    memcpy (bytes, names->data, length);
  if (!ag_ranks_share (self->options.ranks, 0, bytes, length, error))
    return FALSE;
  classes = g_ptr_array_new ();
  for (const char *name = bytes; name < bytes + length; name += strlen (name) + 1)
    g_ptr_array_add (classes, g_strdup (name));
  g_ptr_array_add (classes, NULL);
  g_strfreev (self->classes);
  self->classes = (char **) g_ptr_array_free (g_steal_pointer (&classes), FALSE);
  return TRUE;
}

static GByteArray *
collect_classes (AgTrainer *self)
{
  GByteArray *names = g_byte_array_new ();

  for (int i = 0; self->classes != NULL && self->classes[i] != NULL; i++)
    g_byte_array_append (names, (const guint8 *) self->classes[i],
                         (guint) strlen (self->classes[i]) + 1);
  return names;
}

/* One thread for each processor that this process may use, unless there are more processes. */
static int
count_threads (AgRanks *ranks)
{
  long processors = sysconf (_SC_NPROCESSORS_ONLN) / ag_ranks_get_local_size (ranks);

  return (int) CLAMP (processors, 1, (long) g_get_num_processors ());
}

static void
take_part (AgTrainer *self)
{
  int size = ag_ranks_get_size (self->options.ranks);
  int rank = ag_ranks_get_rank (self->options.ranks);
  int batch = self->options.batch;

  self->first = batch / size * rank + MIN (rank, batch % size);
  self->share = batch / size + (rank < batch % size ? 1 : 0);
}

static gboolean
check_batch (AgTrainer *self, GError **error)
{
  int size = ag_ranks_get_size (self->options.ranks), batch = self->options.batch;

  take_part (self);
  if (size == 1)
    return TRUE;
  if (batch < size)
    {
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                   _ ("batch is %d, the images of all processes together; for %d processes it must "
                      "be at least that many"),
                   batch, size);
      return FALSE;
    }
  ag_trainer_notice (self, _ ("Training in %d processes"), size);
  if (batch % size != 0)
    ag_trainer_notice (self,
                       _ ("%d images per step cannot be divided evenly among %d processes: those "
                          "with one less will wait for the others"),
                       batch, size);
  return TRUE;
}

gboolean
ag_trainer_share_options (AgTrainer *self, const AgTrainerOptions *asked, GError **error)
{
  AgRanks *ranks = self->options.ranks;
  gboolean is_first = ag_trainer_is_first (self);
  g_autofree char *path = is_first ? g_file_get_path (self->data) : NULL;
  OptionsMessage message = { .asked = *asked, .resolved = self->options };
  g_autoptr (GByteArray) names = NULL;

  if (self->model != NULL)
    self->classes = g_strdupv (self->model->class_names);
  names = collect_classes (self);
  if (ag_ranks_get_size (ranks) == 1)
    return check_batch (self, error);
  message.n_training = self->n_training;
  message.fingerprint = self->fingerprint;
  message.data_length = path ? strlen (path) : 0;
  message.classes_length = names->len;
  if (!ag_ranks_share (ranks, 0, &message, sizeof message, error) ||
      !ag_ranks_agree (ranks, is_first ? NULL : compare_options (asked, &message.asked), error))
    return FALSE;
  if (!is_first)
    take_options (self, asked, &message.resolved);
  self->n_training = message.n_training;
  self->fingerprint = message.fingerprint;
  if (asked->n_threads == AG_UNSET || asked->n_threads == 0)
    self->options.n_threads = count_threads (ranks);
  return share_data (self, message.data_length, error) &&
         share_classes (self, names, message.classes_length, error) && check_batch (self, error);
}

/* Images */

gboolean
ag_trainer_compare_images (AgTrainer *self, GError **error)
{
  guint64 first[2] = { self->n_training, self->fingerprint };
  GError *problem = NULL;

  if (!ag_ranks_share (self->options.ranks, 0, first, sizeof first, error))
    return FALSE;
  if (first[0] != self->n_training || first[1] != self->fingerprint)
    {
      g_autofree char *name = g_file_get_parse_name (self->data);

      problem = g_error_new (AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS,
                             _ ("%s: these are other images than those of process 0 (%" PRIu64
                                " to train on here, %" PRIu64 " there)"),
                             name, self->n_training, first[0]);
    }
  return ag_ranks_agree (self->options.ranks, problem, error);
}

/* The model */

gboolean
ag_trainer_choose_gradient (AgTrainer *self, GError **error)
{
  AgTrainerOptions *options = &self->options;
  int size = ag_ranks_get_size (options->ranks), local = ag_ranks_get_local_size (options->ranks);
  guint64 available = ag_memory_available () / (guint64) local;
  guint64 limit = (options->memory_limit > 0 ? (guint64) options->memory_limit : available) / 2;
  g_autofree int *all = g_new (int, size);

  if (options->gradient == AG_GRADIENT_AUTO)
    options->gradient =
      ag_gradient_memory (ag_glow_config (self->model->glow), self->share, AG_GRADIENT_STORED,
                          ag_pool_n_threads (self->pool)) <= limit
        ? AG_GRADIENT_STORED
        : AG_GRADIENT_REVERSED;
  if (!ag_ranks_gather (options->ranks, &options->gradient, sizeof *all, all, error))
    return FALSE;
  for (int i = 0; i < size; i++)
    options->gradient = MAX (options->gradient, all[i]);
  return TRUE;
}

static bool
agree_on_forward (bool is_good, void *data)
{
  AgTrainer *self = data;
  int size = ag_ranks_get_size (self->options.ranks);
  g_autofree bool *all = g_new (bool, size);

  if (!ag_ranks_gather (self->options.ranks, &is_good, sizeof is_good, all, &self->peers_error))
    return false;
  for (int i = 0; i < size; i++)
    is_good = is_good && all[i];
  return is_good;
}

static bool
sum_totals (const double *totals, ag_real *sums, size_t n, void *data)
{
  AgTrainer *self = data;

  return ag_ranks_sum (self->options.ranks, totals, sums, n, &self->peers_error);
}

void
ag_trainer_connect_gradient (AgTrainer *self)
{
  const AgGradientPeers peers = { self->options.batch, agree_on_forward, sum_totals, self };

  if (ag_ranks_get_size (self->options.ranks) > 1)
    ag_gradient_set_peers (self->gradient, &peers);
}

static gboolean
share_vector (AgTrainer *self, ag_real *x, GError **error)
{
  return ag_ranks_share (self->options.ranks, 0, x, self->state->n * sizeof *x, error);
}

/* What training does not change. */
static gboolean
share_buffers (AgTrainer *self, GError **error)
{
  for (int i = 0; i < ag_glow_n_tensors (self->model->glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (self->model->glow, i);
      void *bytes = tensor->index ? (void *) tensor->index : (void *) tensor->values;
      size_t size = tensor->index ? sizeof *tensor->index : sizeof *tensor->values;

      if (!tensor->trainable &&
          !ag_ranks_share (self->options.ranks, 0, bytes, tensor->count * size, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ag_trainer_share_state (AgTrainer *self, GError **error)
{
  AgTrainState *state = self->state;

  if (ag_ranks_get_size (self->options.ranks) == 1)
    return TRUE;
  return share_buffers (self, error) && share_vector (self, state->parameters, error) &&
         share_vector (self, state->m, error) && share_vector (self, state->v, error) &&
         (state->average == NULL || share_vector (self, state->average, error)) &&
         ag_trainer_share_counters (self, NULL, error);
}

gboolean
ag_trainer_share_counters (AgTrainer *self, gboolean *flag, GError **error)
{
  struct
  {
    AgTrainCounters counters;
    gboolean flag;
  } message = { self->state->counters, flag ? *flag : FALSE };

  if (!ag_ranks_share (self->options.ranks, 0, &message, sizeof message, error))
    return FALSE;
  self->state->counters = message.counters;
  if (flag != NULL)
    *flag = message.flag;
  return TRUE;
}
