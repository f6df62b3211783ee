/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_ERROR_H
#define FASCIA_STACK_BASE_ERROR_H

/*
 * The error convention of the whole tree.
 *
 *   0          success
 *   negative   -errno: something outside failed (system call, memory, peer). Forward it.
 *   positive   MODULE_E_NAME: a result of that API which its caller must handle. Named in that module's
 * header.
 *
 * Output parameters are called ret_x and are written on success only. `bool` is for predicates. Code below
 * tools/ does not log what it returns: the caller that stops the forwarding logs once.
 */

/** True for "something outside failed"; such a value is forwarded. */
#define FASCIA_FATAL(r) ((r) < 0)

#endif
