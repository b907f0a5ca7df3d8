/* test-edit-region.c: where attributes act, the brush, and where a face is surprising
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-influence.h"
#include "ag-mask.h"
#include "edit-fixture.h"
#include "test-session.h"

/* Two attributes on a plain base: one changes a corner, the other everything a little more. */
static void
test_ranking (void)
{
  enum
  {
    SIZE = 32
  };
  float base[SIZE * SIZE] = { 0 }, corner[SIZE * SIZE] = { 0 }, all[SIZE * SIZE];
  g_autoptr (AgInfluence) influence = ag_influence_new (3, SIZE, 1);
  g_autoptr (GBytes) map = NULL;
  guint indices[3];
  int size;

  for (int i = 0; i < SIZE * SIZE; i++)
    {
      all[i] = -0.3f;
      if (i / SIZE < 8 && i % SIZE < 8)
        corner[i] = 0.2f;
    }
  g_assert_cmpuint (ag_influence_next (influence), ==, 0);
  ag_influence_add (influence, 0, base, all);
  ag_influence_add (influence, 1, base, corner);
  g_assert_cmpuint (ag_influence_next (influence), ==, 2);
  ag_influence_add (influence, 2, base, NULL);
  g_assert_cmpuint (ag_influence_next (influence), ==, 3);

  g_assert_cmpuint (ag_influence_rank (influence, 0.1, 0.1, 3, indices), ==, 2);
  g_assert_cmpuint (indices[0], ==, 1);
  g_assert_cmpuint (indices[1], ==, 0);
  g_assert_cmpuint (ag_influence_rank (influence, 0.1, 0.1, 1, indices), ==, 1);
  g_assert_cmpuint (indices[0], ==, 1);
  g_assert_cmpuint (ag_influence_rank (influence, 0.9, 0.9, 3, indices), ==, 1);
  g_assert_cmpuint (indices[0], ==, 0);
  g_assert_cmpuint (ag_influence_rank (influence, 1.1, 0.5, 3, indices), ==, 0);

  map = ag_influence_get_map (influence, 1, &size);
  g_assert_cmpint (size, ==, SIZE);
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (map, NULL))[0], ==, 255);
  g_assert_cmpuint (((const guint8 *) g_bytes_get_data (map, NULL))[SIZE * SIZE - 1], ==, 0);
}

/* The maps of a face come by themselves and are those of two decodes, whatever is being edited. */
static void
test_influence (EditFixture *f, gconstpointer data)
{
  g_autoptr (GBytes) before = NULL, after = NULL;
  int size;

  g_assert_true (ag_edit_session_get_influence_ready (f->session));
  before = ag_edit_session_get_influence (f->session, TINY_SMILING, &size);
  g_assert_nonnull (before);
  g_assert_cmpint (size, ==, TINY_SIZE);
  ag_edit_session_set_value (f->session, TINY_EYEGLASSES, 1);
  ag_edit_session_set_locked (f->session, TINY_EYEGLASSES, TRUE);
  edit_settle (f);
  after = ag_edit_session_get_influence (f->session, TINY_SMILING, &size);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_null (ag_edit_session_get_influence (f->session, TINY_N_ATTRIBUTES, &size));

  /* Another face has others. */
  {
    g_autoptr (AgEditFace) other =
      g_list_model_get_item (ag_edit_session_get_faces (f->session), 2);
    g_autoptr (GBytes) others = NULL;
    guint indices[TINY_N_ATTRIBUTES];

    ag_edit_session_set_face (f->session, other);
    edit_settle (f);
    others = ag_edit_session_get_influence (f->session, TINY_SMILING, &size);
    g_assert_false (g_bytes_equal (before, others));
    g_assert_cmpuint (ag_edit_session_rank_at (f->session, 8, 8, TINY_N_ATTRIBUTES, indices), >, 0);
    g_assert_cmpuint (ag_edit_session_rank_at (f->session, -1, 8, TINY_N_ATTRIBUTES, indices), ==,
                      0);
  }
}

/* Where nothing was painted the photo is as it was; painting all of it is the whole edit. */
static void
test_brush (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file G_GNUC_UNUSED = edit_open_photo (f);
  g_autoptr (AgImage) photo = ag_image_ref (ag_edit_session_get_picture (f->session));
  g_autoptr (AgImage) whole = NULL, part = NULL;
  int size, n_left = 0;
  double bits_whole, bits_part;

  ag_edit_session_set_value (f->session, TINY_SMILING, 2);
  edit_settle (f);
  whole = ag_image_ref (ag_edit_session_get_picture (f->session));
  g_assert_true (ag_edit_session_get_likelihood (f->session, &bits_whole, NULL));

  /* The left part of the square, which is 32 pixels from (24, 14). */
  ag_edit_session_begin_drag (f->session);
  for (int y = 16; y < 46; y += 2)
    ag_edit_session_brush (f->session, 30, y, 5, 1);
  ag_edit_session_end_drag (f->session);
  g_assert_nonnull (ag_edit_session_get_mask (f->session, &size));
  g_assert_cmpint (size, ==, AG_MASK_SIZE);
  edit_settle (f);
  part = ag_image_ref (ag_edit_session_get_picture (f->session));
  for (int y = 0; y < EDIT_PHOTO_HEIGHT; y++)
    for (int x = 0; x < EDIT_PHOTO_WIDTH; x++)
      {
        const gsize at = (gsize) (y * EDIT_PHOTO_WIDTH + x) * 3;
        gboolean differs =
          memcmp (ag_image_get_pixels (part) + at, ag_image_get_pixels (photo) + at, 3) != 0;

        /* Two pixels of the model, which are two of the photo each, beyond the dots. */
        if (x >= 35 + 6)
          g_assert_false (differs);
        else
          n_left += differs;
      }
  g_assert_cmpint (n_left, >, 20);
  g_assert_true (ag_edit_session_get_likelihood (f->session, &bits_part, NULL));
  g_assert_cmpfloat (bits_part, !=, bits_whole);

  /* One stroke is one step, and undo takes it back. */
  ag_edit_session_undo (f->session);
  g_assert_null (ag_edit_session_get_mask (f->session, &size));
  edit_settle (f);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), whole));

  /* Erasing first leaves the rest. */
  ag_edit_session_brush (f->session, 40, 30, 4, -1);
  edit_settle (f);
  g_assert_false (edit_same_pixels (ag_edit_session_get_picture (f->session), whole));
  ag_edit_session_brush (f->session, 40, 30, 100, -1);
  g_assert_true (ag_edit_session_is_neutral (f->session));
  ag_edit_session_brush (f->session, 40, 30, 100, 1);
  edit_settle (f);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), whole));
  ag_edit_session_clear_mask (f->session);
  g_assert_null (ag_edit_session_get_mask (f->session, &size));
}

static void
test_surprise (EditFixture *f, gconstpointer data)
{
  g_autoptr (GBytes) plain = NULL, far = NULL;
  gsize n;
  int size;
  guint sum_plain = 0, sum_far = 0;

  plain = ag_edit_session_get_surprise (f->session, 0, &size);
  g_assert_nonnull (plain);
  g_assert_cmpint (size, ==, TINY_SIZE / 2);
  ag_edit_session_set_temperature (f->session, 1.5);
  edit_settle (f);
  far = ag_edit_session_get_surprise (f->session, 0, &size);
  for (const guint8 *p = g_bytes_get_data (plain, &n), *end = p + n; p < end; p++)
    sum_plain += *p;
  for (const guint8 *p = g_bytes_get_data (far, &n), *end = p + n; p < end; p++)
    sum_far += *p;
  g_assert_cmpuint (sum_far, >, sum_plain);
  g_assert_null (ag_edit_session_get_surprise (f->session, 2, &size));
}

void
test_edit_region_add (void)
{
  g_test_add_func ("/edit-region/ranking", test_ranking);
#define ADD(name)                                                                                  \
  g_test_add ("/edit-region/" #name, EditFixture, NULL, edit_fixture_set_up, test_##name,          \
              edit_fixture_tear_down)
  ADD (influence);
  ADD (brush);
  ADD (surprise);
#undef ADD
}
