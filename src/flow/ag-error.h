/* ag-error.h: how the flow library reports failure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every function that can fail returns an AgStatus and, where it is given one, fills in an
 * AgFlowError with an English sentence for logs and developers. On failure output arguments that
 * hand over ownership are set to NULL; output arrays hold unspecified numbers.
 */
#pragma once

/**
 * AgStatus:
 * @AG_OK: it worked
 * @AG_ERROR_ARGUMENT: a size, index or configuration is not valid
 * @AG_ERROR_MEMORY: memory could not be had
 * @AG_ERROR_CANCELLED: the caller's cancel flag was seen
 * @AG_ERROR_NOT_FINITE: a result is not finite
 * @AG_ERROR_SINGULAR: a matrix or scale cannot be inverted
 * @AG_ERROR_SYSTEM: the operating system refused, for example a thread
 * @AG_ERROR_PEERS: another process that works on the same batch failed or is gone
 */
typedef enum
{
  AG_OK = 0,
  AG_ERROR_ARGUMENT,
  AG_ERROR_MEMORY,
  AG_ERROR_CANCELLED,
  AG_ERROR_NOT_FINITE,
  AG_ERROR_SINGULAR,
  AG_ERROR_SYSTEM,
  AG_ERROR_PEERS,
} AgStatus;

/**
 * AgFlowError:
 * @status: the status that was returned with it
 * @message: what went wrong, without a final full stop
 *
 * Belongs to the caller, usually on the stack; it holds nothing to free. Only ever written on
 * failure.
 */
typedef struct
{
  AgStatus status;
  char message[224];
} AgFlowError;

/**
 * ag_flow_error_set:
 * @error: (nullable) (out): where to put it
 * @status: a status other than %AG_OK
 * @format: printf format of the message
 *
 * Returns: @status, so that a function can `return ag_flow_error_set (...)`
 */
AgStatus ag_flow_error_set (AgFlowError *error, AgStatus status, const char *format, ...)
  __attribute__ ((format (printf, 3, 4)));
