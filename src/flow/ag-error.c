/* ag-error.c: how the flow library reports failure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-error.h"

#include <stdarg.h>
#include <stdio.h>

AgStatus
ag_flow_error_set (AgFlowError *error, AgStatus status, const char *format, ...)
{
  if (error != NULL)
    {
      va_list args;

      error->status = status;
      va_start (args, format);
      vsnprintf (error->message, sizeof error->message, format, args);
      va_end (args);
    }
  return status;
}
