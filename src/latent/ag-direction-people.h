/* ag-direction-people.h: what an attribute changes in images of one and the same person
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder; belongs to one thread at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

typedef struct AgDirectionPeople AgDirectionPeople;

/* Returns %NULL if memory cannot be had; it holds four vectors of N doubles per attribute. */
AgDirectionPeople *ag_direction_people_new (guint n_attributes, gsize n_dims);

void ag_direction_people_free (AgDirectionPeople *self);

/* Images of one person follow each other. @eps is finite. */
void ag_direction_people_add (AgDirectionPeople *self,
                              guint person,
                              const float *eps,
                              const gint8 *labels);

/* The mean over people of: mean of the images with @attribute − mean of those without.
 *
 * @variance: (out) (array): of that mean
 *
 * Returns how many people have both; below 2 nothing is written. */
guint ag_direction_people_difference (AgDirectionPeople *self,
                                      guint attribute,
                                      double *mean,
                                      double *variance);

G_END_DECLS
