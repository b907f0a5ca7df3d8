/* ag-cascades.h: OpenCV's cascade classifiers, in C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder; the only C++ of the project is behind it. An AgCascades belongs to one
 * thread at a time.
 */
#pragma once

#ifdef __cplusplus
extern "C"
{
#endif

  /**
   * AgBox:
   * @support: how many overlapping detections were merged into it
   *
   * In pixels.
   */
  typedef struct
  {
    int x, y, width, height;
    int support;
  } AgBox;

  typedef struct AgCascades AgCascades;

  /**
   * ag_cascades_new:
   * @path: of a cascade's .xml file
   *
   * Returns: (transfer full) (nullable): %NULL if it cannot be read or is no cascade
   */
  AgCascades *ag_cascades_new (const char *path);

  void ag_cascades_free (AgCascades *self);

  /**
   * ag_cascades_detect:
   * @grey: (array): [height][width]
   * @step: factor between one size looked for and the next, above 1
   * @neighbours: detections that must agree, at least
   * @min_size: smallest box, in pixels
   * @max_size: largest box
   * @boxes: (out) (array length=max_boxes):
   *
   * Returns: how many were found, at most @max_boxes; -1 if the library failed
   */
  int ag_cascades_detect (AgCascades *self,
                          const unsigned char *grey,
                          int width,
                          int height,
                          double step,
                          int neighbours,
                          int min_size,
                          int max_size,
                          AgBox *boxes,
                          int max_boxes);

#ifdef __cplusplus
}
#endif
