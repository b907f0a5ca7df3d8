/* ag-ranks.c: what the processes that train together make of messages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-ranks.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* An error on its way to the other processes. */
typedef struct
{
  char domain[64];
  gint32 code;
  char message[2048];
} Wire;

static void
pack (const GError *from, Wire *to)
{
  const char *end;

  memset (to, 0, sizeof *to);
  g_strlcpy (to->domain, g_quark_to_string (from->domain), sizeof to->domain);
  to->code = from->code;
  g_strlcpy (to->message, from->message, sizeof to->message);
  /* Cut between characters, not inside one. */
  if (!g_utf8_validate (to->message, -1, &end))
    to->message[end - to->message] = '\0';
}

/* Which process's error all get, -1 for none. */
static int
find_root (const gint32 *states, int size)
{
  int root = -1;

  for (int i = 0; i < size; i++)
    if (states[i] > 0 && (root < 0 || states[i] > states[root]))
      root = i;
  return root;
}

gboolean
ag_ranks_agree (AgRanks *self, GError *mine, GError **error)
{
  int size = ag_ranks_get_size (self), root;
  g_autoptr (GError) problem = mine;
  g_autofree gint32 *states = NULL;
  gint32 state;
  Wire wire;

  if (size == 1)
    {
      if (problem != NULL)
        g_propagate_error (error, g_steal_pointer (&problem));
      return mine == NULL;
    }
  state = problem == NULL ? 0 : g_error_matches (problem, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? 1 : 2;
  states = g_new (gint32, size);
  if (!ag_ranks_gather (self, &state, sizeof state, states, error))
    return FALSE;
  root = find_root (states, size);
  if (root < 0)
    return TRUE;
  memset (&wire, 0, sizeof wire);
  if (root == ag_ranks_get_rank (self))
    pack (problem, &wire);
  if (!ag_ranks_share (self, root, &wire, sizeof wire, error))
    return FALSE;
  if (root == 0)
    g_set_error_literal (error, g_quark_from_string (wire.domain), wire.code, wire.message);
  else
    g_set_error (error, g_quark_from_string (wire.domain), wire.code, _ ("process %d: %s"), root,
                 wire.message);
  return FALSE;
}
