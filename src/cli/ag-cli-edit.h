/* ag-cli-edit.h: what the parts of `edit` share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli.h"
#include "ag-look.h"

G_BEGIN_DECLS

/**
 * AgCliEdit:
 * @model: and where it was read from
 * @look: what is to be done to each photo
 * @photo_class: of the photos; -1 without classes
 * @output: a picture for one photo, otherwise a folder
 * @eyes: (nullable): argument of --eyes
 * @whole: whether the largest square in the middle is wanted
 * @refine: whether the model corrects where the face was found
 * @quality: of JPEG and WebP; 0 for the usual one
 * @receipts: whether PNGs get one
 */
typedef struct
{
  AgModel *model;
  const char *model_path;
  AgLook *look;
  int photo_class;
  const char *output;
  const char *eyes;
  gboolean whole, refine;
  int quality;
  gboolean receipts;
} AgCliEdit;

/**
 * ag_cli_edit_photos:
 *
 * Edits photos and writes them.
 *
 * Returns: exit status
 */
int ag_cli_edit_photos (AgCli *cli, const AgCliEdit *edit, char **paths, int n);

G_END_DECLS
