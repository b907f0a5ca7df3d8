/* ag-blend-remake.c: a blend made again from its receipt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-remake.h"

#include <glib/gi18n-lib.h>

#include "ag-blend-export.h"
#include "ag-blend-face.h"
#include "ag-image-sheet.h"
#include "ag-mixture.h"

#define BATCH 8

typedef struct
{
  AgEditEngine *engine;
  const AgGlowConfig *config;
  const AgBlendReceipt *receipt;
  const char *name;
  const atomic_bool *cancel;
} Remake;

static gboolean
check_model (Remake *remake, GError **error)
{
  const AgBlendReceipt *receipt = remake->receipt;
  int classes = remake->config->classes;

  if (receipt->n_levels == remake->config->levels &&
      (classes > 0 ? receipt->class_label >= 0 && receipt->class_label < classes
                   : receipt->class_label < 0))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: its receipt does not suit this model"), remake->name);
  return FALSE;
}

static AgEditSubject *
describe_photo (Remake *remake, const AgReceipt *edit, AgImage *photo, GError **error)
{
  int class_label = edit->photo_class < remake->config->classes ? edit->photo_class : -1;

  if (photo->width == edit->width && photo->height == edit->height)
    return ag_edit_engine_encode (remake->engine, photo, &edit->alignment, class_label,
                                  remake->cancel, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: %d×%d pixels, but the receipt is about a photo of %d×%d"), edit->photo_name,
               photo->width, photo->height, edit->width, edit->height);
  return NULL;
}

static AgEditSubject *
draw_sample (Remake *remake, const AgSample *sample, GError **error)
{
  gsize n_dims = ag_glow_config_n_dims (remake->config);
  float *numbers = g_new (float, n_dims);
  g_autoptr (GBytes) eps = g_bytes_new_take (numbers, n_dims * sizeof (float));

  ag_mixture_sample_eps (ag_edit_engine_get_model (remake->engine), sample->seed,
                         sample->temperature, numbers);
  return ag_edit_engine_adopt (remake->engine, eps, 1,
                               MIN (sample->class_label, MAX (remake->config->classes - 1, 0)),
                               remake->cancel, error);
}

static AgEditSubject *
remake_face (Remake *remake, const AgBlendReceiptFace *face, AgImage *photo, GError **error)
{
  AgModel *model = ag_edit_engine_get_model (remake->engine);
  g_autoptr (AgEditState) state = ag_edit_state_new (model->attributes->len);
  g_autoptr (AgEditSubject) subject = NULL;
  g_autofree char *missing = NULL;

  if (face->kind == AG_BLEND_FACE_PHOTO)
    subject = describe_photo (remake, face->edit, photo, error);
  else if (face->kind == AG_BLEND_FACE_DRAWN)
    subject = draw_sample (remake, &face->sample, error);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: its receipt does not say what “%s” was made from"), remake->name,
                 face->edit->photo_name);
  if (subject == NULL)
    return NULL;
  missing = ag_look_apply (face->edit->look, model, state, 1);
  if (missing != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: the receipt asks for what this model does not have: %s"), remake->name,
                   missing);
      return NULL;
    }
  ag_edit_state_set_mask (state, face->edit->mask);
  return ag_blend_face_settle (remake->engine, subject, state, remake->receipt->class_label,
                               remake->cancel, error);
}

static AgImage *
draw (Remake *remake, AgEditSubject *const *subjects, GError **error)
{
  const AgBlendReceipt *receipt = remake->receipt;
  g_autoptr (AgCodec) codec =
    ag_codec_new_shared (ag_edit_engine_get_codec (remake->engine), BATCH, 0, error);
  g_autofree AgBlendPoint *points =
    ag_blend_receipt_make_points (receipt, remake->config, subjects);
  g_autoptr (GPtrArray) images = NULL;
  AgBlendExport what = {
    .points = points, .n_points = receipt->places->len, .subjects = subjects, .size = receipt->size
  };

  if (codec == NULL)
    return NULL;
  images = ag_blend_export_draw (&what, codec, BATCH, NULL, NULL, remake->cancel, error);
  if (images == NULL)
    return NULL;
  return ag_image_sheet ((AgImage *const *) images->pdata, images->len, images->len, 0, error);
}

AgImage *
ag_blend_remake (AgEditEngine *engine,
                 const AgBlendReceipt *receipt,
                 AgImage *const *photos,
                 const char *name,
                 const atomic_bool *cancel,
                 GError **error)
{
  Remake remake = { engine, ag_glow_config (ag_edit_engine_get_model (engine)->glow), receipt, name,
                    cancel };
  AgEditSubject *subjects[AG_BLEND_MAX_FACES] = { NULL };
  AgImage *image = NULL;
  gboolean made = check_model (&remake, error);

  for (guint k = 0; made && k < receipt->n_faces; k++)
    {
      subjects[k] = remake_face (&remake, &receipt->faces[k], photos[k], error);
      made = subjects[k] != NULL;
    }
  if (made)
    image = draw (&remake, subjects, error);
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    ag_edit_subject_unref (subjects[k]);
  return image;
}
