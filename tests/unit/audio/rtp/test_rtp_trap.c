/* SPDX-License-Identifier: Apache-2.0 */
/* What the sound thread does: it is watched while it allocates, and killed by the kernel at its first system call. */
#include <errno.h>
#include <linux/seccomp.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/audio/rtp/stream.h"
#include "tests/unit/test.h"

static bool is_watching;
static unsigned allocations;

#if defined(__SANITIZE_ADDRESS__)
int __sanitizer_install_malloc_and_free_hooks(void (*)(const volatile void *, size_t), void (*)(const volatile void *));

static void on_malloc(const volatile void *p, size_t size)
{
    (void)p;
    (void)size;
    allocations += is_watching;
}

static void on_free(const volatile void *p)
{
    (void)p;
    allocations += is_watching;
}

static void watch(void)
{
    assert_true(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) != 0);
}
#else
/* Every library of the program takes these. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void __libc_free(void *);

void *malloc(size_t size)
{
    allocations += is_watching;
    return __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    allocations += is_watching;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    allocations += is_watching;
    return __libc_realloc(p, size);
}

void free(void *p)
{
    allocations += is_watching;
    __libc_free(p);
}

static void watch(void)
{
}
#endif

static struct stream s;

/* Everything that the sound thread has a path for: start, flow, losses, a break, another source, the end. */
static void pull_through(unsigned channels)
{
    static uint8_t packets[400][1500];
    static size_t sizes[400];
    float *out[RTP_CHANNELS_MAX];
    unsigned sent = 0;

    stream_init(&s, channels);
    s.packet_frames = 48;
    stream_open(&s);
    for (unsigned i = 0; i < 400; i++) {
        s.ssrc = i < 200 ? 1 : 2;
        sizes[i] = stream_packet(&s, (uint16_t)i, i * 48, i * UINT64_C(48), packets[i]);
    }
    for (size_t c = 0; c < RTP_CHANNELS_MAX; c++)
        out[c] = s.out[c];
    is_watching = true;
    for (int64_t now = 0; now < 1200000; now += 5333) {
        for (; sent < 400 && sent * 1000 <= now; sent++)
            if (sent % 9 != 4 && !(sent > 300 && sent < 330))
                (void)rtp_receiver_put(s.receiver, packets[sent], sizes[sent], 1, now);
        rtp_receiver_pull(s.receiver, out, 256, 48000, now);
    }
    is_watching = false;
}

static void nothing_is_allocated_or_freed(void **state)
{
    (void)state;
    watch();
    for (unsigned channels = 1; channels <= 12; channels += channels < 2 ? 1 : 2) {
        pull_through(channels);
        assert_int_equal(allocations, 0);
        const struct rtp_receiver_status status = stream_status(&s);
        assert_true(status.concealed_frames > 0 && status.underruns > 0 && status.packets > 200);
        stream_close(&s);
    }
    is_watching = true; /* and it would have been seen */
    void *volatile p = malloc(1);
    free(p);
    is_watching = false;
    assert_true(allocations > 0);
}

static void the_system_is_not_called(void **state)
{
    int status = 0;
    (void)state;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        stream_init(&s, 6);
        stream_open(&s);
        stream_run(&s, 0.01); /* tables, and pages of the stack */
        if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
            _exit(77);
        stream_run(&s, 1);
        (void)syscall(SYS_exit, s.before[0] != 0 ? 0 : 1); /* exit_group() is not allowed */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_allocated_or_freed),
        cmocka_unit_test(the_system_is_not_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
