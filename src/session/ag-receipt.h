/* ag-receipt.h: how an exported picture was made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Exported PNGs carry a receipt: a JSON object in a text chunk, from which, with the photo and the
 * model, the picture can be made again (ag_edit_render()). Of the photo and the model it has names
 * without folders, and hashes.
 *
 *     { "format": "afterglow-receipt", "version": 2,
 *       "model": { "name": "faces-64.safetensors", "sha256": "…" },
 *       "photo": { "name": "me.jpg", "sha256": "…", "width": 4000, "height": 3000 },
 *       "alignment": [x, y, ux, uy],
 *       "values": {…}, "level_strength": […], "temperature": […], "locked": […],
 *       "mask": "…", "class": 3 }
 *
 * where values and so on are as in a look (ag-look.h) and mask, if there is one, is base64 of zlib
 * of its bytes (ag-mask.h). Version 1 had masks of 128 by 128, which acted at the model's
 * resolution; they are read as they were meant. A receipt belongs to one thread at a time.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "ag-alignment.h"
#include "ag-look.h"

G_BEGIN_DECLS

/* Of the text chunk. */
#define AG_RECEIPT_KEYWORD "Afterglow receipt"

/**
 * AgReceipt:
 * @look: what the controls said
 * @model_name: file name
 * @model_hash: SHA-256 in hexadecimal
 * @photo_name: file name
 * @photo_hash: (nullable): SHA-256 of the photo's file; %NULL for one that was no file
 * @width: of the photo, upright, in pixels
 * @height: likewise
 * @alignment: of the face square in it
 * @mask: (nullable): where the edit acts
 * @coarse_mask: whether it is one of version 1
 * @photo_class: of a class-conditional model; -1 for none
 */
typedef struct
{
  AgLook *look;
  char *model_name, *model_hash;
  char *photo_name, *photo_hash;
  int width, height;
  AgAlignment alignment;
  GBytes *mask;
  gboolean coarse_mask;
  int photo_class;
} AgReceipt;

/**
 * ag_receipt_new:
 * @look: (transfer full):
 */
AgReceipt *ag_receipt_new (AgLook *look);
AgReceipt *ag_receipt_copy (const AgReceipt *receipt);
void ag_receipt_free (AgReceipt *receipt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgReceipt, ag_receipt_free)

/**
 * ag_receipt_build:
 *
 * Adds the receipt's members to the open object.
 */
void ag_receipt_build (const AgReceipt *receipt, JsonBuilder *json);

char *ag_receipt_to_text (const AgReceipt *receipt);

/**
 * ag_receipt_parse:
 * @text: from a stranger
 * @name: of its file, for the error
 */
AgReceipt *ag_receipt_parse (const char *text, const char *name, GError **error);

/**
 * ag_receipt_read:
 * @object: holds a receipt's members
 * @defect: (out) (optional) (transfer none): what is wrong
 *
 * Returns: (transfer full) (nullable): %NULL if they are not what they should be
 */
AgReceipt *ag_receipt_read (JsonObject *object, const char **defect);

/**
 * ag_receipt_from_image:
 * @name: of its file, for the error
 *
 * Returns: (transfer full): the receipt of a picture, or %NULL with G_IO_ERROR_NOT_FOUND if it has
 *   none, with G_IO_ERROR_INVALID_DATA if it is damaged
 */
AgReceipt *ag_receipt_from_image (AgImage *image, const char *name, GError **error);

/**
 * ag_receipt_build_head:
 *
 * Adds what receipts of all formats begin with to the open object: "format", "version", "model".
 */
void ag_receipt_build_head (JsonBuilder *json,
                            const char *format,
                            int version,
                            const char *model_name,
                            const char *model_hash);

/**
 * ag_receipt_read_model:
 * @object: a receipt's of any format
 * @name: (out) (transfer full):
 * @hash: (out) (transfer full):
 *
 * Returns: whether it says which model it is about; nothing is put out if not
 */
gboolean ag_receipt_read_model (JsonObject *object, char **name, char **hash);

/**
 * ag_receipt_suits_file:
 *
 * Returns: whether a picture of that name can hold a receipt, of whatever kind: PNGs can
 */
gboolean ag_receipt_suits_file (GFile *file);

/**
 * ag_receipt_hash_file:
 *
 * Returns: (transfer full): SHA-256 of a file
 */
char *ag_receipt_hash_file (GFile *file, GError **error);

G_END_DECLS
