/* ag-arena.h: one block of memory for many arrays
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A builder function takes all its arrays from an arena and is run twice: once with no memory
 * behind it, which only adds up the sizes, and once for real. So what is estimated is what is
 * allocated, and nothing is allocated while numbers are being crunched.
 */
#pragma once

#include <stddef.h>
#include <stdlib.h>

#include "ag-kernels.h"

typedef struct
{
  char *base; /* NULL while counting */
  size_t used;
} AgArena;

static inline void *
ag_arena_take_bytes (AgArena *arena, size_t size)
{
  void *taken = arena->base != NULL ? arena->base + arena->used : NULL;

  arena->used += (size + 63) / 64 * 64;
  return taken;
}

/* With the slack that the kernels may read past the end. */
static inline ag_real *
ag_arena_take (AgArena *arena, size_t count)
{
  return ag_arena_take_bytes (arena, (count + AG_KERNELS_SLACK) * sizeof (ag_real));
}

/* Zeroed memory for what was counted; base stays NULL if there is none. */
static inline void
ag_arena_allocate (AgArena *arena)
{
  size_t size = arena->used + 64;
  char *memory = calloc (1, size);

  /* The allocation's own address is kept just before the aligned base. */
  arena->base = NULL;
  arena->used = 0;
  if (memory != NULL)
    {
      arena->base = memory + 64 - (size_t) memory % 64;
      ((char **) (void *) arena->base)[-1] = memory;
    }
}

static inline void
ag_arena_free (AgArena *arena)
{
  if (arena->base != NULL)
    free (((char **) (void *) arena->base)[-1]);
  arena->base = NULL;
}
