/* ag-attribute-names.c: what the attributes of a model are called on screen
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Neutral words for what the data's annotators saw; the sliders change looks, not people.
 */
#include "ag-attribute-names.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *name, *title;
} attributes[] = {
  { "Age_60_Plus", N_ ("Age 60 and over") },
  { "Bald", N_ ("Bald") },
  { "Bangs", N_ ("Bangs") },
  { "Black_Hair", N_ ("Black hair") },
  { "Blond_Hair", N_ ("Blond hair") },
  { "Brown_Hair", N_ ("Brown hair") },
  { "Bushy_Eyebrows", N_ ("Bushy eyebrows") },
  { "Eyeglasses", N_ ("Eyeglasses") },
  { "Facial_Hair", N_ ("Facial hair") },
  { "Gray_Hair", N_ ("Gray hair") },
  { "Heavy_Makeup", N_ ("Make-up") },
  { "Male", N_ ("Masculine") },
  { "Mouth_Slightly_Open", N_ ("Mouth open") },
  { "Mustache", N_ ("Mustache") },
  { "Narrow_Eyes", N_ ("Narrow eyes") },
  { "No_Beard", N_ ("No beard") },
  { "Pale_Skin", N_ ("Light skin") },
  { "Receding_Hairline", N_ ("Receding hairline") },
  { "Smiling", N_ ("Smiling") },
  { "Straight_Hair", N_ ("Straight hair") },
  { "Wavy_Hair", N_ ("Wavy hair") },
  { "Wearing_Hat", N_ ("Hat") },
  { "Wearing_Lipstick", N_ ("Lipstick") },
  { "Young", N_ ("Young") },
};

char *
ag_attribute_get_title (const char *name)
{
  g_autofree char *lower = NULL;
  char *title;

  for (gsize i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (g_strcmp0 (attributes[i].name, name) == 0)
      return g_strdup (_ (attributes[i].title));
  if (*name == '\0')
    return g_strdup (name);
  /* "Pointy_Nose": "Pointy nose". */
  lower = g_utf8_strdown (g_utf8_next_char (name), -1);
  title = g_strdup_printf ("%.*s%s", (int) (g_utf8_next_char (name) - name), name, lower);
  return g_strdelimit (title, "_", ' ');
}

char *
ag_class_get_title (const char *name)
{
  static const struct
  {
    const char *name, *title;
  } classes[] = {
    { "Female_Under_40", N_ ("Feminine, under 40") },
    { "Female_40_To_59", N_ ("Feminine, 40 to 59") },
    { "Female_60_Plus", N_ ("Feminine, 60 and over") },
    { "Male_Under_40", N_ ("Masculine, under 40") },
    { "Male_40_To_59", N_ ("Masculine, 40 to 59") },
    { "Male_60_Plus", N_ ("Masculine, 60 and over") },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (classes); i++)
    if (g_strcmp0 (classes[i].name, name) == 0)
      return g_strdup (_ (classes[i].title));
  return g_strdup (name);
}
