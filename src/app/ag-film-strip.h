/* ag-film-strip.h: what lies along a path, small, and how likely it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A row of pictures and a curve of bits/dim below each other, with a mark at the position. Where
 * the curve rises above the straight line between its ends, which is less likely, it is drawn in
 * another colour.
 *
 * Signal: `picked` (double): somebody has pressed or dragged at that position, 0 to 1.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-image.h"

G_BEGIN_DECLS

#define AG_TYPE_FILM_STRIP (ag_film_strip_get_type ())
G_DECLARE_FINAL_TYPE (AgFilmStrip, ag_film_strip, AG, FILM_STRIP, GtkWidget)

/* As in a blend session; a multiple of many numbers, and one. */
#define AG_FILM_STRIP_N_POINTS 61

/**
 * ag_film_strip_set_point:
 * @image: (nullable): %NULL as long as it is not known
 * @bits_per_dim: NaN as long as that is not known
 */
void ag_film_strip_set_point (AgFilmStrip *self, guint point, AgImage *image, double bits_per_dim);
void ag_film_strip_clear (AgFilmStrip *self);
void ag_film_strip_set_position (AgFilmStrip *self, double position);

/**
 * ag_film_strip_count_shown:
 *
 * Returns: how many of the row's pictures there are
 */
guint ag_film_strip_count_shown (AgFilmStrip *self);

G_END_DECLS
