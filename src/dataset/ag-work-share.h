/* ag-work-share.h: looks at many images on several threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * ag_work_share:
 * @n: items
 * @n_threads: 0 for one per processor
 * @one: called once for every item from 0 to @n - 1, on any of the threads
 * @data: for @one
 * @progress: (nullable): called on the caller's thread, ten times a second and once at the end
 * @progress_data: for @progress
 * @cancel: (nullable): set it from any thread to make this return %G_IO_ERROR_CANCELLED
 *
 * Returns when all items are done.
 */
gboolean ag_work_share (int n,
                        int n_threads,
                        void (*one) (gpointer data, int item),
                        gpointer data,
                        AgDatasetProgress progress,
                        gpointer progress_data,
                        const atomic_bool *cancel,
                        GError **error);

G_END_DECLS
