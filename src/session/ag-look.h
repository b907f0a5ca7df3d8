/* ag-look.h: what the controls say, with a name and without a face
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A look is a set of slider values that can be saved and given to other faces. Attributes are
 * called by their names in the model, so that a look suits every model that has them. As a file it
 * is a JSON object:
 *
 *     { "format": "afterglow-look", "version": 1, "name": "Sunday",
 *       "values": { "Smiling": 0.6 }, "level_strength": [1, 1, 0.5], "temperature": [1, 1, 1],
 *       "locked": ["Eyeglasses"] }
 *
 * A look belongs to one thread at a time.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "ag-edit-state.h"
#include "ag-model.h"

G_BEGIN_DECLS

/**
 * AgLookValue:
 * @attribute: its name in the model
 * @value: of its slider, not 0
 */
typedef struct
{
  char *attribute;
  double value;
} AgLookValue;

/**
 * AgLook:
 * @name: (nullable): what it is called
 * @file: (nullable): where it was read from or written to
 * @values: (element-type AgLookValue):
 * @locked: (array zero-terminated=1): names of attributes
 * @n_levels: of the model it was made with
 * @strength: of each level, the finest first
 * @temperature: of each level, as a factor of what leaves a face unchanged
 */
typedef struct
{
  char *name;
  GFile *file;
  GArray *values;
  char **locked;
  int n_levels;
  double strength[AG_MAX_LEVELS], temperature[AG_MAX_LEVELS];
} AgLook;

AgLook *ag_look_new (const char *name);
AgLook *ag_look_copy (const AgLook *look);
void ag_look_free (AgLook *look);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgLook, ag_look_free)

/**
 * ag_look_set_value:
 * @value: 0 to leave the attribute out
 */
void ag_look_set_value (AgLook *look, const char *attribute, double value);

/**
 * ag_look_from_state:
 * @neutral_temperature: at which the face of @state is unchanged
 *
 * Returns: (transfer full):
 */
AgLook *ag_look_from_state (const char *name,
                            AgModel *model,
                            const AgEditState *state,
                            double neutral_temperature);

/**
 * ag_look_apply:
 * @state: (inout): of a face of @model; its eyes and mask stay
 * @neutral_temperature: at which that face is unchanged
 *
 * Makes the controls say what the look says; those it does not name become neutral.
 *
 * Returns: (transfer full) (nullable): what of the look the model or the controls cannot do, as a
 *   list with commas
 */
char *
ag_look_apply (const AgLook *look, AgModel *model, AgEditState *state, double neutral_temperature);

/**
 * ag_look_build:
 *
 * Adds the members "values", "level_strength", "temperature" and "locked" to the open object.
 */
void ag_look_build (const AgLook *look, JsonBuilder *json);

/**
 * ag_look_parse:
 * @look: (inout): a new one
 *
 * Reads these members; absent ones are neutral.
 *
 * Returns: whether they are what they should be
 */
gboolean ag_look_parse (AgLook *look, JsonObject *object);

/**
 * ag_look_load:
 *
 * Errors name the file and the defect.
 */
AgLook *ag_look_load (GFile *file, GError **error);

/**
 * ag_look_save:
 * @folder: made if it is not there
 *
 * Writes the look under a file name made from its name, in place of one of the same name.
 */
gboolean ag_look_save (AgLook *look, GFile *folder, GError **error);

/**
 * ag_look_delete:
 *
 * Removes the look's file.
 */
gboolean ag_look_delete (AgLook *look, GError **error);

/**
 * ag_looks_get_folder:
 *
 * Returns: (transfer full): where looks are kept, in the user's data
 */
GFile *ag_looks_get_folder (void);

/**
 * ag_looks_list:
 *
 * Returns: (transfer full) (element-type AgLook): those in @folder by name; files that are none are
 *   passed over. None if there is no such folder; %NULL with @error if it cannot be read
 */
GPtrArray *ag_looks_list (GFile *folder, GError **error);

G_END_DECLS
