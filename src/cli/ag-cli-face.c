/* ag-cli-face.c: where the face is, for the commands that need to know
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-cli-face.h"

#include <glib/gi18n.h>

#include "ag-face-finder.h"
#include "ag-face-refine.h"

static gboolean
align_by_hand (AgCli *cli, const char *text, AgAlignment *alignment)
{
  g_autofree double *numbers = NULL;
  int n = 0;

  numbers = ag_cli_parse_numbers (text, &n);
  if (numbers && n == 4)
    {
      AgEyes eyes = { numbers[0], numbers[1], numbers[2], numbers[3] };

      if (ag_alignment_from_eyes (&eyes, alignment))
        return TRUE;
    }
  cli->status = ag_cli_usage_error (
    cli, _ ("--eyes: four numbers with commas between, x and y of the left eye in the picture, "
            "then of the right one"));
  return FALSE;
}

/* The largest face; FALSE if none is seen or it cannot be looked for. */
static gboolean
find_eyes (AgCli *cli, AgImage *photo, const char *name, AgEyes *eyes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgFaceFinder) finder = NULL;
  g_autoptr (GArray) faces = NULL;
  const AgFace *face;

  if (!ag_face_finder_is_supported ())
    return FALSE;
  finder = ag_face_finder_new (&error);
  faces = finder ? ag_face_finder_find (finder, photo, &error) : NULL;
  if (!faces)
    {
      ag_cli_note (cli, "%s", error->message);
      return FALSE;
    }
  if (faces->len == 0)
    {
      if (photo->width != photo->height)
        ag_cli_note (cli, _ ("%s: no face found; the middle of the photo is taken, or give --eyes"),
                     name);
      return FALSE;
    }
  face = &g_array_index (faces, AgFace, 0);
  if (faces->len > 1)
    ag_cli_note (cli, _ ("%s: %u faces found; the largest one is taken, or give --eyes"), name,
                 faces->len);
  *eyes = face->eyes;
  return !ag_eyes_fill_square (eyes, photo);
}

/* FALSE if nothing was found, or with @error if it was interrupted. */
static gboolean
align_by_finder (AgCli *cli,
                 AgCodec *refiner,
                 AgImage *photo,
                 const char *name,
                 AgAlignment *alignment,
                 GError **error)
{
  AgEyes eyes;

  if (!find_eyes (cli, photo, name, &eyes) ||
      (refiner && ag_codec_get_config (refiner)->classes == 0 &&
       !ag_face_refine (refiner, photo, &eyes, ag_cli_cancel_flag (), error)))
    return FALSE;
  return ag_alignment_from_eyes (&eyes, alignment);
}

gboolean
ag_cli_face_align (AgCli *cli,
                   AgCodec *refiner,
                   AgImage *photo,
                   const char *name,
                   const char *eyes,
                   gboolean whole,
                   AgAlignment *alignment)
{
  g_autoptr (GError) error = NULL;

  if (eyes)
    return align_by_hand (cli, eyes, alignment);
  if (whole || !align_by_finder (cli, refiner, photo, name, alignment, &error))
    ag_alignment_from_centre (photo->width, photo->height, alignment);
  if (error)
    cli->status = ag_cli_fail (cli, error);
  return error == NULL;
}
