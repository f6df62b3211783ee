/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SOFA_CHILD_H
#define FASCIA_PLATFORM_SOFA_CHILD_H

#include <stddef.h>
#include <sys/types.h>

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
    unsigned seconds;    /* of processor time */
};

struct child {
    pid_t pid;  /* 0: there is none */
    int end;    /* a descriptor that can be read when it has ended; -1: this kernel has none (before Linux 5.3) */
    int answer; /* what it writes, in memory */
    size_t answer_max;
};

/** In the child: writes to `answer`. */
typedef void (*child_work)(int answer, void *user);

/** Starts it; `user` need not live longer than this call. Returns 0 or a negative errno. Ends with one of the two
 * below. */
int child_start(child_work work, void *user, const struct child_limits *limits, struct child *ret_child);

/**
 * Waits until it has ended, `wait_ms` at most (0: `end` can be read already, or it is to be killed). Returns 0, what
 * was written (for free(); NULL if nothing was) and how it ended: `ret_signal` is 0 or the signal that it died of.
 * -ETIMEDOUT: it had not ended and was killed. Or another negative errno. In all cases there is no child any more.
 */
int child_finish(struct child *child, unsigned wait_ms, void **ret_answer, size_t *ret_size, int *ret_signal);

/** Nobody wants the answer any more. Idempotent; a zeroed one is none. */
void child_kill(struct child *child);

#endif
