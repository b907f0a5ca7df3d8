/* ag-attribute-names.h: what the attributes of a model are called on screen
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ag_attribute_get_title:
 * @name: as in the attribute table, for example "Gray_Hair"
 *
 * Returns: (transfer full): translated if it is one of CelebA's or of the bundled model's; others
 *   with their underscores made spaces
 */
char *ag_attribute_get_title (const char *name);

/**
 * ag_class_get_title:
 * @name: of a class of a model, for example "Female_60_Plus"
 *
 * Returns: (transfer full): translated if it is one that is read from UTKFace's names; others as
 *   they are, as they name somebody's folders
 */
char *ag_class_get_title (const char *name);

G_END_DECLS
