/* ag-cascades.cpp: OpenCV's cascade classifiers, in C
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No exception leaves this file.
 */
#include "ag-cascades.h"

#include <new>
#include <opencv2/core/ocl.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

struct AgCascades
{
  cv::CascadeClassifier classifier;
};

AgCascades *
ag_cascades_new (const char *path)
{
  AgCascades *self = nullptr;

  try
    {
      /* A graphics driver is not worth loading for this, and the other processors belong to the
       * interface and the flow. */
      cv::ocl::setUseOpenCL (false);
      cv::setNumThreads (1);
      self = new AgCascades;
      if (self->classifier.load (path))
        return self;
    }
  catch (...)
    {
    }
  delete self;
  return nullptr;
}

void
ag_cascades_free (AgCascades *self)
{
  delete self;
}

int
ag_cascades_detect (AgCascades *self,
                    const unsigned char *grey,
                    int width,
                    int height,
                    double step,
                    int neighbours,
                    int min_size,
                    int max_size,
                    AgBox *boxes,
                    int max_boxes)
{
  try
    {
      /* OpenCV has no constant matrices; equalizeHist writes into another one. */
      const cv::Mat image (height, width, CV_8UC1, const_cast<unsigned char *> (grey));
      cv::Mat equalized;
      std::vector<cv::Rect> found;
      std::vector<int> support;
      int n = 0;

      cv::equalizeHist (image, equalized);
      self->classifier.detectMultiScale (equalized, found, support, step, neighbours, 0,
                                         cv::Size (min_size, min_size),
                                         cv::Size (max_size, max_size));
      for (std::size_t i = 0; i < found.size () && n < max_boxes; i++, n++)
        boxes[n] = { found[i].x, found[i].y, found[i].width, found[i].height, support[i] };
      return n;
    }
  catch (...)
    {
      return -1;
    }
}
