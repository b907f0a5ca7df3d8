/* ag-own-slider.h: a slider from two sets of photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Photos with something and photos without it give a direction in latent space: the difference of
 * their means. How good it is, is told from photos that were left out of the estimate. Pure
 * functions, for any thread.
 */
#pragma once

#include <stdatomic.h>

#include "ag-direction.h"
#include "ag-model.h"

G_BEGIN_DECLS

/* Photos that each set needs at least. */
#define AG_OWN_SLIDER_MIN_PHOTOS 5

/**
 * AgOwnSliderOverlap:
 * @name: of another attribute of the model
 * @cosine: between the two directions, -1 to 1
 */
typedef struct
{
  char *name;
  double cosine;
} AgOwnSliderOverlap;

/**
 * AgOwnSlider:
 * @attribute: the direction
 * @n_with: photos that were used
 * @n_without: likewise
 * @unusable: (element-type utf8): why others were not, as sentences that name the file
 * @score: of photos that were left out of the estimate, a tenth at a time
 * @reliability: expected cosine between this direction and the one that endless photos would give,
 *   0 to 1
 * @n_needed: photos in each set for a reliability of 0.7; 0 if they tell nothing of a difference
 * @overlaps: (element-type AgOwnSliderOverlap): with the other sliders, the strongest first
 */
typedef struct
{
  AgModelAttribute *attribute;
  guint n_with, n_without;
  GPtrArray *unusable;
  AgDirectionScore score;
  double reliability;
  guint n_needed;
  GArray *overlaps;
} AgOwnSlider;

/**
 * ag_own_slider_make:
 * @name: of the slider
 * @with: (element-type GFile): photos with it
 * @without: (element-type GFile): and without
 * @progress: (nullable): called on this thread after each photo
 *
 * The face of each photo is found and levelled where this build can do that; else, and for faces
 * that are cut out already, the middle is taken.
 *
 * Returns: (transfer full): or %NULL with @error, if a set has too few photos that can be read
 */
AgOwnSlider *ag_own_slider_make (AgModel *model,
                                 const char *name,
                                 GPtrArray *with,
                                 GPtrArray *without,
                                 void (*progress) (int done, int total, gpointer data),
                                 gpointer data,
                                 const atomic_bool *cancel,
                                 GError **error);

void ag_own_slider_free (AgOwnSlider *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgOwnSlider, ag_own_slider_free)

/**
 * ag_own_slider_save:
 * @slider: (nullable): to be added; one of the same name is replaced
 * @names: (nullable): new names of the model's attributes in their order
 * @file: of the copy; not the model's own
 *
 * Writes a copy of the model with the slider in it.
 */
gboolean ag_own_slider_save (AgModel *model,
                             const AgOwnSlider *slider,
                             const char *const *names,
                             GFile *file,
                             GError **error);

G_END_DECLS
