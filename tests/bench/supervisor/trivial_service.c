/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service of bench_supervisor.py: notes when it began to run, and waits to be killed.
 *
 *   trivial_service --stamp FILE                  FILE is a `struct stamp`
 *   trivial_service --exec FILE PROGRAM [ARG...]  notes the time and becomes PROGRAM: the birth of a supervisor
 *
 * s6 and runit decide on the arguments themselves, but start a service in its folder: without the first one FILE is
 * "stamp" there.
 */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Read by the benchmark: three little words in the machine's order. */
struct stamp {
    _Atomic uint64_t starts; /* written last */
    uint64_t at_ns;          /* CLOCK_MONOTONIC at the first instruction of main */
    uint64_t pid;
};

static int note(const char *path, uint64_t at_ns)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0)
        return -1;
    struct stamp *stamp = mmap(NULL, sizeof *stamp, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (stamp == MAP_FAILED)
        return -1;
    stamp->at_ns = at_ns;
    stamp->pid = (uint64_t)getpid();
    stamp->starts++;
    return 0;
}

int main(int argc, char **argv)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    uint64_t at_ns = (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;

    if (argc > 3 && strcmp(argv[1], "--exec") == 0) {
        if (note(argv[2], at_ns) < 0)
            return 111;
        (void)execv(argv[3], argv + 3);
        return 127;
    }
    if (note(argc > 2 && strcmp(argv[1], "--stamp") == 0 ? argv[2] : "stamp", at_ns) < 0)
        return 111;
    if (access("notification-fd", F_OK) == 0) /* what s6 calls readiness; only now, so it costs no time */
        (void)!write(3, "\n", 1);
    for (;;)
        (void)pause();
}
