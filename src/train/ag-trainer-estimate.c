/* ag-trainer-estimate.c: what a training run will take, before it is begun
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-estimate.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "ag-optimizer.h"
#include "ag-pixel-store.h"
#include "ag-trainer-options.h"
#include "ag-trainer-private.h"

/* Seconds that are measured, and steps at least: the first few find cold caches. */
#define MEASURE_SECONDS 3.0
#define MIN_STEPS       2

/* Other programs that have more than this share of the processors make the clock useless. The time
 * that our threads ran is then what a step takes, but for the moments in which they wait for each
 * other. */
#define QUIET        0.1
#define WAITING_COST 1.05

/* Looking at an image costs about a third of learning from it: no backward pass. */
#define EVALUATION_COST 0.35

/* What is taken besides vectors and images: threads, libraries, files on their way to the disk. */
#define BASE_BYTES (32 * 1024 * 1024)

static AgGlowConfig
make_config (const AgTrainerOptions *options, int n_classes)
{
  return (AgGlowConfig){
    .image_height = options->image_size,
    .image_width = options->image_size,
    .channels = options->channels,
    .levels = options->levels,
    .depth = options->depth,
    .width = options->width,
    .coupling = (AgCoupling) options->coupling,
    .permutation = (AgPermutation) options->permutation,
    .n_bits = options->n_bits,
    .classes = options->conditional ? n_classes : 0,
  };
}

static int
count_threads (const AgTrainerOptions *options)
{
  return options->n_threads > 0 ? options->n_threads : (int) sysconf (_SC_NPROCESSORS_ONLN);
}

/* As ag_gradient_new() decides. */
static gboolean
uses_stored (const AgTrainerOptions *options, const AgGlowConfig *config, guint64 limit)
{
  return options->gradient == AG_GRADIENT_STORED ||
         (options->gradient == AG_GRADIENT_AUTO &&
          ag_gradient_memory (config, options->batch, AG_GRADIENT_STORED,
                              count_threads (options)) <= limit);
}

static guint64
gradient_bytes (const AgTrainerOptions *options, const AgGlowConfig *config, guint64 limit)
{
  AgGradientMode mode =
    uses_stored (options, config, limit) ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED;

  return ag_gradient_memory (config, options->batch, mode, count_threads (options));
}

/* As ag_trainer_steps_by_parts() says; processes that train together are not known of here. */
static gboolean
has_gradient_vector (const AgTrainerOptions *options, const AgGlowConfig *config, guint64 limit)
{
  return options->clip > 0 || !options->scaling || uses_stored (options, config, limit);
}

/* The model, its average, one of them folded to be evaluated, two moments, and the gradient. */
static guint64
count_bytes (const AgTrainerOptions *options, guint64 n_training, int n_classes, guint64 available)
{
  AgGlowConfig config = make_config (options, n_classes);
  guint64 n = ag_glow_config_n_parameters (&config), n_dims = ag_glow_config_n_dims (&config);
  guint64 limit = options->memory_limit > 0 ? (guint64) options->memory_limit / 2 : available / 2;
  guint64 images = n_training * n_dims;
  guint64 n_vectors =
    4 + (options->average > 0 ? 1 : 0) + (has_gradient_vector (options, &config, limit) ? 1 : 0);
  guint64 vectors = n_vectors * n * sizeof (ag_real);
  guint64 batches = 6 * (guint64) options->batch * n_dims * sizeof (ag_real);

  return gradient_bytes (options, &config, limit) + vectors + batches + MIN (images, limit) +
         BASE_BYTES;
}

/* Half the batch, again and again; then less width, then smaller pictures. */
static gboolean
find_what_fits (AgTrainerOptions *options, guint64 n_training, int n_classes, guint64 available)
{
  while (count_bytes (options, n_training, n_classes, available) > available)
    {
      int unit = 1 << options->levels;

      if (options->batch > 1)
        options->batch /= 2;
      else if (options->gradient != AG_GRADIENT_REVERSED)
        options->gradient = AG_GRADIENT_REVERSED;
      else if (options->width > 32)
        options->width /= 2;
      else if (options->image_size / 2 >= unit && options->image_size / 2 % unit == 0)
        options->image_size /= 2;
      else
        return FALSE;
    }
  return TRUE;
}

static void
advise (AgTrainerEstimate *self, const AgTrainerOptions *options, guint64 n_training, int n_classes)
{
  self->advised = *options;
  if (!find_what_fits (&self->advised, n_training, n_classes, self->available))
    return;
  if (self->advised.image_size != options->image_size)
    self->advice =
      g_strdup_printf (_ ("Pictures of %d pixels would fit."), self->advised.image_size);
  else if (self->advised.width != options->width)
    self->advice = g_strdup_printf (_ ("A width of %d with one picture per step would fit."),
                                    self->advised.width);
  else if (self->advised.batch != options->batch)
    self->advice =
      g_strdup_printf (ngettext ("%d picture per step would fit.",
                                 "%d pictures per step would fit.", (gulong) self->advised.batch),
                       self->advised.batch);
  else
    self->advice = g_strdup (_ ("Recomputing activations instead of storing them would fit."));
}

typedef struct
{
  AgPool *pool;
  AgGlow *glow;
  AgGradient *gradient;
  ag_real *x, *vector /* NULL to step by parts */, *m, *v, *average;
  double *log_p;
  int *classes;
} Trial;

static void
trial_clear (Trial *trial)
{
  ag_gradient_free (trial->gradient);
  ag_glow_free (trial->glow);
  ag_pool_free (trial->pool);
  g_free (trial->x);
  g_free (trial->vector);
  g_free (trial->m);
  g_free (trial->v);
  g_free (trial->average);
  g_free (trial->log_p);
  g_free (trial->classes);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trial, trial_clear)

static gboolean
trial_init (Trial *trial,
            const AgTrainerOptions *options,
            const AgGlowConfig *config,
            guint64 available,
            const atomic_bool *cancel,
            AgFlowError *error)
{
  gsize n_values = (gsize) options->batch * ag_glow_config_n_dims (config), n;

  if (ag_pool_new (MAX (options->n_threads, 0), &trial->pool, error) != AG_OK ||
      ag_glow_new (config, 0, &trial->glow, error) != AG_OK ||
      ag_gradient_new (config, options->batch, (AgGradientMode) options->gradient, available / 2,
                       trial->pool, &trial->gradient, error) != AG_OK)
    return FALSE;
  ag_glow_parameters (trial->glow, &n);
  if (ag_gradient_mode (trial->gradient) == AG_GRADIENT_STORED || options->clip > 0 ||
      !options->scaling)
    trial->vector = g_new0 (ag_real, n);
  trial->m = g_new0 (ag_real, n);
  trial->v = g_new0 (ag_real, n);
  trial->average = options->average > 0 ? g_new0 (ag_real, n) : NULL;
  trial->log_p = g_new (double, (gsize) options->batch);
  trial->classes = config->classes > 0 ? g_new0 (int, (gsize) options->batch) : NULL;
  trial->x = g_new (ag_real, n_values);
  ag_random_uniform (0, 0, trial->x, n_values);
  for (gsize i = 0; i < n_values; i++)
    trial->x[i] -= (ag_real) 0.5;
  return ag_gradient_initialize (trial->gradient, trial->glow, trial->x, cancel, error) == AG_OK;
}

static gboolean
trial_step (Trial *trial, guint64 t, const atomic_bool *cancel, AgFlowError *error)
{
  AgOptimizerParts parts = { 0 };
  gsize n;
  AgOptimizerStep step = {
    .kind = AG_OPTIMIZER_ADAM,
    .parameters = ag_glow_parameters (trial->glow, &n),
    .m = trial->m,
    .v = trial->v,
    .average = trial->average,
    .t = t,
    .learning_rate = 1e-5,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .average_decay = 0.999,
    .scale = 1,
  };

  step.n = n;
  parts.step = step;
  if (trial->vector == NULL)
    return ag_gradient_run_by_parts (trial->gradient, trial->glow, trial->x, trial->classes,
                                     trial->log_p, ag_optimizer_take, &parts, cancel,
                                     error) == AG_OK;
  if (ag_gradient_run (trial->gradient, trial->glow, trial->x, trial->classes, trial->log_p,
                       trial->vector, NULL, cancel, error) != AG_OK)
    return FALSE;
  ag_vector_norm (trial->vector, n, trial->pool);
  ag_optimizer_run (&step, trial->vector, trial->pool);
  return TRUE;
}

/* Seconds that processors have worked since the system started, for anybody: user, nice and system
 * time, interrupts, and what the host of a virtual machine has taken. NAN where that is not known.
 */
static double
machine_seconds (void)
{
  guint64 t[8] = { 0 };
  FILE *file = fopen ("/proc/stat", "r");
  int n;

  if (file == NULL)
    return NAN;
  n = fscanf (file,
              "cpu %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
              " %" SCNu64,
              &t[0], &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]);
  fclose (file);
  return n == 8
           ? (double) (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) / (double) sysconf (_SC_CLK_TCK)
           : NAN;
}

static double
process_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

typedef struct
{
  double clock, process, machine;
} Times;

static Times
get_times (void)
{
  return (Times){ ag_trainer_clock (), process_seconds (), machine_seconds () };
}

/* The share of the processors that others had; their rounding may make it a little less than none.
 */
static double
find_others (const Times *begin, const Times *end)
{
  double all = (end->clock - begin->clock) * (double) sysconf (_SC_NPROCESSORS_ONLN);
  double share =
    (end->machine - begin->machine - (end->process - begin->process)) / fmax (all, 1e-3);

  return isfinite (share) ? CLAMP (share, 0, 1) : 0;
}

/* Seconds per step. */
static gboolean
measure (const AgTrainerOptions *options,
         const AgGlowConfig *config,
         guint64 available,
         const atomic_bool *cancel,
         double *seconds,
         double *others,
         GError **error)
{
  g_auto (Trial) trial = { 0 };
  AgFlowError flow_error;
  double elapsed = 0, threads, worked;
  Times begin, end;
  guint64 n = 0;
  gboolean ok = trial_init (&trial, options, config, available, cancel, &flow_error) &&
                trial_step (&trial, 1, cancel, &flow_error);

  begin = end = get_times ();
  while (ok && elapsed < MEASURE_SECONDS * (n < MIN_STEPS ? 4 : 1))
    {
      ok = trial_step (&trial, ++n + 1, cancel, &flow_error);
      end = get_times ();
      elapsed = end.clock - begin.clock;
    }
  if (!ok)
    ag_error_from_flow (error, &flow_error, _ ("Estimate"));
  threads = (double) MIN (count_threads (options), sysconf (_SC_NPROCESSORS_ONLN));
  worked = WAITING_COST * (end.process - begin.process) / threads;
  *others = find_others (&begin, &end);
  *seconds = (*others > QUIET ? fmin (elapsed, worked) : elapsed) / (double) MAX (n, 1);
  return ok;
}

/* Steps, and what comes between them. */
static void
fill_time (AgTrainerEstimate *self,
           const AgTrainerOptions *options,
           guint64 n_training,
           double step_seconds)
{
  guint64 last_step = ag_trainer_find_last_step (options, n_training);
  double per_image = step_seconds / options->batch, per_step = step_seconds, seconds = INFINITY;

  self->images_per_second = options->batch / step_seconds;
  if (options->held_out > 0)
    per_step +=
      EVALUATION_COST * per_image * options->evaluate_images / (double) options->evaluate_every;
  if (options->sample_every > 0)
    per_step +=
      EVALUATION_COST * per_image * options->sample_images / (double) options->sample_every;
  if (last_step != G_MAXUINT64)
    seconds = (double) last_step * per_step;
  if (options->minutes > 0)
    seconds = fmin (seconds, 60 * options->minutes);
  self->seconds = isfinite (seconds) ? seconds : NAN;
  if (isfinite (seconds))
    self->images = (guint64) llround (seconds / per_step * options->batch);
}

gboolean
ag_trainer_estimate (const AgTrainerOptions *options,
                     guint64 n_training,
                     int n_classes,
                     const atomic_bool *cancel,
                     AgTrainerEstimate *estimate,
                     GError **error)
{
  AgGlowConfig config = make_config (options, n_classes);
  AgFlowError flow_error;
  double step_seconds;

  *estimate = (AgTrainerEstimate){ .images_per_second = NAN, .seconds = NAN };
  if (!ag_trainer_options_check (options, error))
    return FALSE;
  if (ag_glow_config_check (&config, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("Estimate"));
      return FALSE;
    }
  estimate->parameters = ag_glow_config_n_parameters (&config);
  estimate->available = ag_memory_available ();
  estimate->memory = count_bytes (options, n_training, n_classes, estimate->available);
  estimate->fits = estimate->memory <= estimate->available;
  if (!estimate->fits)
    {
      advise (estimate, options, n_training, n_classes);
      return TRUE;
    }
  if (!measure (options, &config, estimate->available, cancel, &step_seconds, &estimate->others,
                error))
    return FALSE;
  fill_time (estimate, options, n_training, step_seconds);
  return TRUE;
}

void
ag_trainer_estimate_clear (AgTrainerEstimate *estimate)
{
  g_clear_pointer (&estimate->advice, g_free);
}
