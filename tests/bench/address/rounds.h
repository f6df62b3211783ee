/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_BENCH_ADDRESS_ROUNDS_H
#define FASCIA_TESTS_BENCH_ADDRESS_ROUNDS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What bench_address.py runs inside a network namespace. Each program prints one line per round, nanoseconds. */

static inline int64_t now_ns(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/** Prints to standard error and ends the process. */
_Noreturn void die(const char *what, int error);

/** A decimal argument in [min, max], or the end of the process. */
unsigned int number(const char *text, unsigned int min, unsigned int max);

/**
 * Connects and sends one octet; returns once the peer's kernel has acknowledged it. `keep_trying`: an address that is
 * not usable yet is tried again after a millisecond, for `limit_ns`. Dies when it does not work out.
 */
void first_byte(const struct sockaddr_in6 *peer, bool keep_trying, int64_t limit_ns);

/* The programs; argv[0] is the name. */
int run_serve(int argc, char **argv);
int run_fascia(int argc, char **argv);
int run_kernel(int argc, char **argv);
int run_many(int argc, char **argv);
int run_single(int argc, char **argv);

#endif
