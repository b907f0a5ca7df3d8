/* ag-recent.h: the photos that were opened last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A short list of addresses, one a line, in the user's state folder. Where it cannot be read or
 * written there are no recent photos: nothing else depends on it. Listing asks for each photo
 * whether it is still there, which on a disk that has gone takes long: not for the main loop's
 * thread. One thread at a time adds.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define AG_RECENT_MAX 12

/**
 * ag_recent_list:
 *
 * Returns: (transfer full) (element-type GFile): the last first; local ones that are gone are left
 *   out
 */
GPtrArray *ag_recent_list (void);

/**
 * ag_recent_add:
 *
 * Puts a photo first.
 */
void ag_recent_add (GFile *file);
void ag_recent_clear (void);

G_END_DECLS
