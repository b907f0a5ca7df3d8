/* ag-cli-face.h: where the face is, for the commands that need to know
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-alignment.h"
#include "ag-cli.h"
#include "ag-codec.h"

G_BEGIN_DECLS

/**
 * ag_cli_face_align:
 * @refiner: (nullable): of the model that corrects where the face was found (ag-face-refine.h), if
 *   it is one without classes
 * @name: of the photo, for messages
 * @eyes: (nullable): argument of --eyes
 * @whole: whether the largest square in the middle is wanted
 * @alignment: (out):
 *
 * Without either: the largest face that the face finder sees. A photo that is already a face
 * square is taken whole, and so is the middle of one in which no face is seen, with a note.
 *
 * Returns: %FALSE after a message was printed and cli->status set
 */
gboolean ag_cli_face_align (AgCli *cli,
                            AgCodec *refiner,
                            AgImage *photo,
                            const char *name,
                            const char *eyes,
                            gboolean whole,
                            AgAlignment *alignment);

G_END_DECLS
