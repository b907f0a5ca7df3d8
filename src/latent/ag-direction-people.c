/* ag-direction-people.c: what an attribute changes in images of one and the same person
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction-people.h"

#include <string.h>

/* Of one attribute. */
typedef struct
{
  double *with, *without; /* [N]: sums over the images of the person at hand */
  guint n_with, n_without;
  double *sum, *square_sum; /* [N]: over people, of their differences */
  guint n;
} Difference;

struct AgDirectionPeople
{
  guint n_attributes;
  gsize n_dims;
  guint person;
  bool any;
  Difference *differences; /* [n_attributes] */
};

AgDirectionPeople *
ag_direction_people_new (guint n_attributes, gsize n_dims)
{
  AgDirectionPeople *self = g_new0 (AgDirectionPeople, 1);

  self->n_attributes = n_attributes;
  self->n_dims = n_dims;
  self->differences = g_new0 (Difference, n_attributes);
  for (guint a = 0; a < n_attributes; a++)
    {
      Difference *d = &self->differences[a];

      d->with = g_try_new0 (double, n_dims);
      d->without = g_try_new0 (double, n_dims);
      d->sum = g_try_new0 (double, n_dims);
      d->square_sum = g_try_new0 (double, n_dims);
      if (d->with && d->without && d->sum && d->square_sum)
        continue;
      ag_direction_people_free (self);
      return NULL;
    }
  return self;
}

void
ag_direction_people_free (AgDirectionPeople *self)
{
  if (!self)
    return;
  for (guint a = 0; a < self->n_attributes; a++)
    {
      g_free (self->differences[a].with);
      g_free (self->differences[a].without);
      g_free (self->differences[a].sum);
      g_free (self->differences[a].square_sum);
    }
  g_free (self->differences);
  g_free (self);
}

/* Counts the person at hand, of whom no more images come. */
static void
conclude (AgDirectionPeople *self)
{
  for (guint a = 0; a < self->n_attributes; a++)
    {
      Difference *d = &self->differences[a];

      if (d->n_with > 0 && d->n_without > 0)
        {
          for (gsize i = 0; i < self->n_dims; i++)
            {
              double difference = d->with[i] / d->n_with - d->without[i] / d->n_without;

              d->sum[i] += difference;
              d->square_sum[i] += difference * difference;
            }
          d->n++;
        }
      if (d->n_with > 0)
        memset (d->with, 0, self->n_dims * sizeof (double));
      if (d->n_without > 0)
        memset (d->without, 0, self->n_dims * sizeof (double));
      d->n_with = d->n_without = 0;
    }
  self->any = false;
}

void
ag_direction_people_add (AgDirectionPeople *self,
                         guint person,
                         const float *eps,
                         const gint8 *labels)
{
  if (self->any && person != self->person)
    conclude (self);
  self->person = person;
  self->any = true;
  for (guint a = 0; a < self->n_attributes; a++)
    {
      Difference *d = &self->differences[a];
      double *sum = labels[a] > 0 ? d->with : d->without;

      if (labels[a] == 0)
        continue;
      if (labels[a] > 0)
        d->n_with++;
      else
        d->n_without++;
      for (gsize i = 0; i < self->n_dims; i++)
        sum[i] += eps[i];
    }
}

guint
ag_direction_people_difference (AgDirectionPeople *self,
                                guint attribute,
                                double *mean,
                                double *variance)
{
  Difference *d = &self->differences[attribute];

  if (self->any)
    conclude (self);
  for (gsize i = 0; d->n >= 2 && i < self->n_dims; i++)
    {
      mean[i] = d->sum[i] / d->n;
      variance[i] = MAX (0, d->square_sum[i] / d->n - mean[i] * mean[i]) / (d->n - 1);
    }
  return d->n;
}
