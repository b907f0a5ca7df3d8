/* ag-name-labels.h: attributes that the names of images tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UTKFace names its files age_gender_race_date.jpg: they give Male, Young (below 40) and
 * Age_60_Plus. Images that lie in 2 to 64 folders, each directly in the folder that was chosen,
 * give an attribute for every folder, which its images have and the others do not; for two folders
 * one attribute is enough, that of the second by name.
 */
#pragma once

#include "ag-attribute-table.h"

G_BEGIN_DECLS

typedef enum
{
  AG_NAME_LABELS_NONE,
  AG_NAME_LABELS_CLASS_FOLDERS,
  AG_NAME_LABELS_UTKFACE,
} AgNameLabels;

/**
 * ag_name_labels_find:
 * @kind: (out):
 *
 * Returns: (nullable) (transfer full): a table; %NULL if the names tell nothing
 */
AgAttributeTable *ag_name_labels_find (const AgImageFiles *files, AgNameLabels *kind);

G_END_DECLS
