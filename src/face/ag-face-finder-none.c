/* ag-face-finder-none.c: the face finder of a build without OpenCV
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>

#include "ag-face-finder.h"

bool
ag_face_finder_is_supported (void)
{
  return false;
}

AgFaceFinder *
ag_face_finder_new (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("this build cannot find faces by itself"));
  return NULL;
}

void
ag_face_finder_free (AgFaceFinder *self)
{
}

GArray *
ag_face_finder_find (AgFaceFinder *self, AgImage *photo, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("this build cannot find faces by itself"));
  return NULL;
}
