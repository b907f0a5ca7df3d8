/* test-dataset.h: the tests of src/dataset
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

void test_tables_add (void);
void test_folders_add (void);
void test_packed_add (void);
void test_batches_add (void);
void test_inspection_add (void);
void test_classes_add (void);
void test_covariates_add (void);
void test_duplicates_add (void);
