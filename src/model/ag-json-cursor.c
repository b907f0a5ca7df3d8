/* ag-json-cursor.c: reading JSON of a known shape, strictly (RFC 8259)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-json-cursor.h"

static void
skip_space (AgJsonCursor *self)
{
  while (self->at < self->end &&
         (*self->at == ' ' || *self->at == '\t' || *self->at == '\n' || *self->at == '\r'))
    self->at++;
}

gboolean
ag_json_take (AgJsonCursor *self, char c)
{
  skip_space (self);
  if (self->at >= self->end || *self->at != c)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
take_hex4 (AgJsonCursor *self, guint *value)
{
  if (self->end - self->at < 4)
    return FALSE;
  *value = 0;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (*self->at++);
      if (digit < 0)
        return FALSE;
      *value = *value * 16 + (guint) digit;
    }
  return TRUE;
}

/* \uXXXX, or two of them that make a surrogate pair */
static gboolean
take_unicode (AgJsonCursor *self, GString *out)
{
  guint high, low;

  if (!take_hex4 (self, &high))
    return FALSE;
  if (high >= 0xd800 && high < 0xdc00)
    {
      if (self->end - self->at < 6 || self->at[0] != '\\' || self->at[1] != 'u')
        return FALSE;
      self->at += 2;
      if (!take_hex4 (self, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (high == 0 || (high >= 0xdc00 && high <= 0xdfff))
    return FALSE;
  g_string_append_unichar (out, high);
  return TRUE;
}

static gboolean
take_escape (AgJsonCursor *self, GString *out)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";

  if (self->at >= self->end)
    return FALSE;
  if (*self->at == 'u')
    {
      self->at++;
      return take_unicode (self, out);
    }
  for (int i = 0; from[i]; i++)
    if (*self->at == from[i])
      {
        self->at++;
        g_string_append_c (out, to[i]);
        return TRUE;
      }
  return FALSE;
}

char *
ag_json_take_string (AgJsonCursor *self)
{
  GString *out;

  if (!ag_json_take (self, '"'))
    return NULL;
  out = g_string_new (NULL);
  while (self->at < self->end)
    {
      char c = *self->at++;
      if (c == '"')
        return g_string_free (out, FALSE);
      if ((guchar) c < 0x20 || (c == '\\' && !take_escape (self, out)))
        break;
      if (c != '\\')
        g_string_append_c (out, c);
    }
  g_string_free (out, TRUE);
  return NULL;
}

gboolean
ag_json_take_size (AgJsonCursor *self, gint64 *value)
{
  const char *start;

  skip_space (self);
  start = self->at;
  *value = 0;
  while (self->at < self->end && g_ascii_isdigit (*self->at))
    {
      int digit = *self->at++ - '0';
      if (*value > (G_MAXINT64 - digit) / 10)
        return FALSE;
      *value = *value * 10 + digit;
    }
  /* Neither empty nor with leading zeros; a fraction or exponent fails at what must follow. */
  return self->at > start && (*start != '0' || self->at == start + 1);
}
