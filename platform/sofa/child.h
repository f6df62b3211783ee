/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_CHILD_H
#define FASCIA_PLATFORM_SOFA_CHILD_H

#include <stddef.h>

/*
 * Runs a function where it can do no harm: in a child process without descriptors, that may allocate memory, write its
 * answer, end, and nothing else (seccomp), within limits of time and memory.
 *
 * The child is a fork, not another program: it is the same binary wherever that is installed. A process with several
 * threads may do that as long as the child's only use of the C library is malloc (which glibc and musl keep usable) and
 * pure functions.
 */

struct child_limits {
    size_t answer_bytes; /* more is cut off, by the death of the child */
    size_t data_bytes;   /* of memory, all in all; not under sanitizers, which reserve more than there is */
    unsigned seconds;    /* of processor time, and on the wall clock */
};

/** In the child: writes to `answer`. */
typedef void (*child_work)(int answer, void *user);

/**
 * Returns 0 and what was written (for free(); NULL if nothing was) once the child has ended, and how: `ret_signal` is 0
 * or the signal that it died of. -ETIMEDOUT: it was killed after `seconds`. Or another negative errno.
 */
int child_run(child_work work, void *user, const struct child_limits *limits, void **ret_answer, size_t *ret_size,
              int *ret_signal);

#endif
