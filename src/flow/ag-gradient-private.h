/* ag-gradient-private.h: the working memory of training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-gradient.h"
#include "ag-prior.h"

/* What the backward pass of a step needs of its forward pass. */
typedef struct
{
  ag_real *out;       /* [P][C]: what the step gave */
  ag_real *hidden[2]; /* [P][ld_hidden]: after ReLU */
  ag_real *outputs;   /* [P][outputs]: of the conditioner, before the sigmoid */
} AgKept;

typedef struct
{
  /* See ag-gradient-sums.h: the sums of a block that is not complete, those of a block's head for
   * the next thread (NULL if shares are whole blocks), and the sums of all that are complete. */
  ag_real *open, *head;
  double *totals;
  bool has_totals[4];      /* by AgSumsGroup: whether anything is in them */
  unsigned phase;          /* counts the phases of sums in a run */
  atomic_uint handed_over; /* the phase whose head is done */
  AgPiece *pieces;         /* [tile rows] */
  AgTile tile;
  ag_real *d_taps; /* [tile rows][ld_columns] */
  ag_real **sums;  /* [tile rows] */
  ag_real *prior;  /* [tile rows][2C] */
  double *log_p;   /* [batch] */
  double drift;
} AgMember;

struct AgGradient
{
  AgArena arena;
  AgPool *pool;
  int batch;
  AgGradientPeers peers;
  AgGradientGuide guide;
  AgGradientMode mode;
  AgFold *fold;
  AgKept *kept;                   /* stored: [levels][depth]; reversed: one */
  ag_real *inputs[AG_MAX_LEVELS]; /* stored: [P][C]: after each squeeze */
  ag_real *tops[AG_MAX_LEVELS];   /* reversed: [P][C]: after each level's last step */
  AgArena boundary_arena;
  ag_real **boundaries;  /* [levels][depth] of [P][C]: kept outputs, or NULL */
  ag_real *flowing[2];   /* [P][C]: activations on their way */
  ag_real *d_flowing[2]; /* [P][C]: their gradients */
  ag_real *taps;         /* [P][ld_taps] */
  ag_real *d_outputs;    /* [P][outputs of a conditioner or a prior] */
  ag_real *d_columns;    /* [P][ld_columns]: gradients of gathered inputs; where taps were */
  double **linear;       /* of each step: [C][C], then [C]: gradients of matrix and bias */
  ag_real *part;         /* the gradient of a step's parameters or of a prior's */
  AgMember *members;     /* of each thread */
};

/* One ag_gradient_run() as the threads see it. */
typedef struct
{
  AgGradient *gradient;
  const AgGlow *glow;
  const ag_real *x;
  const int *classes;
  ag_real *parameters; /* the whole gradient, or with take a part */
  size_t first;        /* offset of the part; written by rank 0 before a barrier */
  AgGradientTake take; /* NULL if the whole is wanted */
  void *take_data;
  ag_real *input;
  int n_images; /* of the batch, with those of other processes */
  ag_real unit; /* 1 / (N ln 2 n_images): what one nat of one image weighs in the result */
  const atomic_bool *cancel;
  bool stop;      /* written by rank 0 before a barrier, read by all after it */
  bool diverged;  /* likewise */
  bool is_apart;  /* likewise: other processes have failed or are gone */
  bool is_agreed; /* whether the other processes know how the forward pass went */
} AgGradientRun;

/* Where the gradient of a tensor goes. */
static inline ag_real *
ag_gradient_of (const AgGradientRun *run, const AgTensor *tensor)
{
  return run->parameters + (tensor->offset - run->first);
}

static inline AgRows
ag_gradient_rows (const AgGradient *gradient, int level, AgTeam *team, int rank)
{
  const AgGlowLevel *shape = &gradient->fold->levels[level];
  AgRows rows = { .fold = gradient->fold,
                  .height = shape->height,
                  .width = shape->width,
                  .channels = shape->channels };

  ag_team_share (team, rank, gradient->batch * shape->height * shape->width,
                 ag_team_size (team) <= gradient->batch ? 1 : 6, &rows.begin, &rows.end);
  return rows;
}

/**
 * ag_gradient_step:
 * @kept: with hidden and outputs filled in; its out is only read in its first half
 * @x: [P][C]: the step's input
 * @gradient_in: gradient->d_flowing index that holds the gradient of the step's output; the other
 *   one holds that of its input afterwards
 *
 * The backward pass after ag_gradient_coupling(); all threads of the team.
 */
void ag_gradient_step (AgGradientRun *run,
                       const AgRows *rows,
                       int level,
                       int step,
                       const AgKept *kept,
                       const ag_real *x,
                       int gradient_in,
                       AgTeam *team,
                       int rank);

/* Backward through the coupling's arithmetic, before kept->out is changed: fills d_outputs and
 * makes d the gradient of the coupling's input, but for what comes through the conditioner. */
void ag_gradient_coupling (AgGradientRun *run,
                           const AgRows *rows,
                           const AgKept *kept,
                           ag_real *d,
                           int rank);

/* Backward through a level's prior: puts the gradient of what left into d, and adds through a
 * split's convolution to that of what stayed. A barrier must follow. */
void ag_gradient_prior (AgGradientRun *run,
                        const AgRows *rows,
                        int level,
                        const ag_real *y,
                        ag_real *d,
                        AgTeam *team,
                        int rank);

/* ag-gradient-guide.c: only if there is a guide */

/* Finds the distances of all images from y, the output of the last level; all threads of the team.
 * A barrier follows. */
void ag_gradient_guide (AgGradientRun *run, const ag_real *y, AgTeam *team, int rank);

/* What the guide adds to the gradient with respect to the eps of a row of the last level, in nats:
 * [channels]. */
void ag_gradient_guide_pull (const AgGradientRun *run, const AgRows *rows, int row, ag_real *pull);

/* ag-gradient-parts.c: but for the last, they do nothing without take. The part of a level's prior
 * has the number that the level's next step would have. */

/* Numbers in the largest part of any model of that shape. */
size_t ag_gradient_part_size (const AgGlowConfig *config);

/* A barrier must follow. */
void ag_gradient_begin_part (AgGradientRun *run, int level, int step, int rank);

void ag_gradient_end_part (AgGradientRun *run, int level, int step, AgTeam *team, int rank);

/* After the forward pass: makes sure that it went well, in other processes too. From here on
 * nothing stops the run. */
bool ag_gradient_commit (AgGradientRun *run, AgTeam *team, int rank);

/* From sums over M = diag (s) W and its bias to the parameters of a step's actnorm and permutation:
 * one step, one thread. */
void ag_gradient_unfold_linear (AgGradientRun *run, int level, int step, int rank);
