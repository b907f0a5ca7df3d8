/* ag-people.h: which images show the same person
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * AgPeople:
 * @n: how many images there are of people with several
 * @images: (array length=n): indices in the data set; those of one person follow each other
 * @person: (array length=n): for each of them a number of the person, ascending
 * @n_people: how many people with several images
 */
typedef struct
{
  int n, n_people;
  int *images;
  int *person;
} AgPeople;

/**
 * ag_people_find:
 * @dataset:
 * @images: (array length=n): those to look among
 * @pattern: a regular expression (PCRE), looked for in each image's file name, without folder;
 *   two images whose first group, or all of it if there is no group, reads the same show the same
 *   person: “^(ldn_[0-9]+)” for ldn_012n.jpg and ldn_012s.jpg
 *
 * Returns: (transfer full): or %NULL with @error if the pattern is none
 */
AgPeople *
ag_people_find (AgDataset *dataset, const int *images, int n, const char *pattern, GError **error);
void ag_people_free (AgPeople *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgPeople, ag_people_free)

G_END_DECLS
