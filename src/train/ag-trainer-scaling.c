/* ag-trainer-scaling.c: flows whose steps do not scale, as NICE's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * NICE (Dinh, Krueger & Bengio 2014) is additive couplings between halves that change places, and
 * one diagonal scaling behind them all. Here the scaling is that by the deviations of the priors:
 * a latent is divided by its deviation last of all, a number for each channel at the top. The
 * actnorms of the steps stay in the model, so that its file is like any other, and only shift:
 * their logs are zero when training begins and get no gradient.
 */
#include "ag-trainer-private.h"

#include <string.h>

AgStatus
ag_trainer_initialize_model (AgTrainer *self,
                             AgGradient *gradient,
                             const ag_real *x,
                             const atomic_bool *cancel,
                             AgFlowError *error)
{
  return self->options.scaling
           ? ag_gradient_initialize (gradient, self->model->glow, x, cancel, error)
           : ag_gradient_initialize_shifts (gradient, self->model->glow, x, cancel, error);
}

/* "level.0.step.1.actnorm.logs", not "level.0.step.1.coupling.actnorm1.logs". */
static gboolean
is_scale_of_step (const AgTensor *tensor)
{
  return g_str_has_suffix (tensor->name, ".actnorm.logs");
}

void
ag_trainer_hold_scales (AgTrainer *self)
{
  const AgGlow *glow = self->model->glow;

  if (self->options.scaling)
    return;
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, i);

      if (is_scale_of_step (tensor))
        memset (self->gradient_vector + tensor->offset, 0, tensor->count * sizeof (ag_real));
    }
}
