/* painted.h: pictures made by formula
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-image.h"

/* Red rises along x, green along y, blue is flat: what every smooth resampling reproduces. */
AgImage *painted_ramp (int width, int height);

/* Noise, in which any pixel that moved or changed shows. */
AgImage *painted_noise (int width, int height);

/* A plain face with the eyes at (left_x, eye_y) and (right_x, eye_y), on grey. */
AgImage *painted_face (int width, int height, double left_x, double right_x, double eye_y);

void add_alignment_tests (void);
void add_finder_tests (void);
void add_patch_tests (void);
