/* fixture.h: small models and latents for these tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-model.h"

/* 8×8 pixels in two levels: N = 192, of which level 0 holds the first 96. */
AgModel *fixture_model (int channels);

/* A model with @n attributes of random directions. */
AgModel *fixture_model_with_attributes (int n);

float *fixture_normal (guint64 seed, gsize n);

double fixture_dot (const float *a, const float *b, gsize n);

void add_codec_tests (void);
void add_direction_change_tests (void);
void add_direction_noise_tests (void);
void add_direction_tests (void);
void add_edit_tests (void);
void add_likelihood_tests (void);
void add_mixture_tests (void);
void add_path_tests (void);
void add_sanity_tests (void);
