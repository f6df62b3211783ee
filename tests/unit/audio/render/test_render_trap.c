/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sound thread neither allocates nor frees, takes no lock and does not call the system. It runs here under a
 * seccomp filter that kills the process at any call but write and exit, in a program whose malloc, free and
 * pthread_mutex_lock stop it on this thread, while another thread does to the renderer all that it may do. Built
 * without sanitizers, which would call the system on their own; the sources are the same ones. Once more under
 * ThreadSanitizer, without the traps: then the two threads are watched for what they both touch without order.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audio/render/render.h"
#include "tests/unit/audio/render/noise.h"
#include "tests/unit/test.h"

#define RATE   48000
#define INPUTS 6
#define BLOCK  1024

#if !defined(__SANITIZE_THREAD__)
/* --- the traps ------------------------------------------------------------------------------------------------- */

#define KINDS 140 /* of programs that are played one after another */

static _Thread_local bool is_sound_thread;
static int (*real_lock)(pthread_mutex_t *);

static void trap(const char *what)
{
    if (!is_sound_thread)
        return;
    ssize_t ignored = write(STDERR_FILENO, what, strlen(what));
    (void)ignored;
    (void)syscall(SYS_getppid); /* the kernel's trap ends it */
}

/* glibc's own, under the names that it exports for those who replace them. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *old);

void *malloc(size_t size)
{
    trap("malloc on the sound thread\n");
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    trap("calloc on the sound thread\n");
    return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    trap("realloc on the sound thread\n");
    return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    trap("aligned_alloc on the sound thread\n");
    return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size)
{
    trap("memalign on the sound thread\n");
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **ret, size_t alignment, size_t size)
{
    trap("posix_memalign on the sound thread\n");
    *ret = __libc_memalign(alignment, size);
    return *ret ? 0 : ENOMEM;
}

void free(void *old)
{
    trap("free on the sound thread\n");
    __libc_free(old);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    trap("pthread_mutex_lock on the sound thread\n");
    return real_lock ? real_lock(mutex) : 0; /* before main() there is one thread */
}

static void forbid_system_calls(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        _exit(77);
    is_sound_thread = true;
}

static void exit_with(int status)
{
    _exit(status);
}
#else
#define KINDS 24 /* each takes ten times as long */

static void trap(const char *what)
{
    (void)what;
    abort();
}

static void forbid_system_calls(void)
{
}

/* ThreadSanitizer's status, if it has found something. */
static void exit_with(int status)
{
    exit(status);
}
#endif

/* --- the sound thread ------------------------------------------------------------------------------------------ */

struct stage {
    struct render *render;
    void (*misdeed)(void); /* to see that the traps are set */
    atomic_bool is_over;
    atomic_uint rate;
    float in[INPUTS][BLOCK], out[RENDER_OUTPUTS_MAX][BLOCK];
};

static struct stage stage;

static void *play(void *userdata)
{
    static const size_t blocks[] = {1, 32, 64, 441, 1024, 7, 256, 0};
    const float *in[RENDER_BUSES_MAX][LAYOUT_CHANNELS_MAX] = {{NULL}};
    float *out[RENDER_OUTPUTS_MAX];
    struct stage *s = userdata;

    for (size_t c = 0; c < INPUTS; c++)
        in[0][c] = in[1][c % 2] = s->in[c];
    for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
        out[o] = s->out[o];
    forbid_system_calls();
    if (s->misdeed)
        s->misdeed();
    for (size_t turn = 0; !atomic_load(&s->is_over); turn++) {
        in[0][0] = turn % 16 == 9 ? NULL : s->in[0];
        render_process(s->render, in, out, blocks[turn % 8], atomic_load(&s->rate));
        for (size_t o = 0; o < RENDER_OUTPUTS_MAX; o++)
            for (size_t i = 0; i < blocks[turn % 8]; i++)
                if (!(fabsf(out[o][i]) <= 0.9F))
                    trap("above the ceiling\n");
    }
#if !defined(__SANITIZE_THREAD__)
    (void)syscall(SYS_exit, 0);
#endif
    return NULL;
}

/* --- the control thread ---------------------------------------------------------------------------------------- */

static float ir[INPUTS * 2 * 300];
static const struct virtual_filters filters = {
    .inputs = INPUTS, .taps = 300, .rate = RATE, .ir = ir, .latency_frames = 9};
static float meter[32768];

static void make_recipe(unsigned kind, struct render_recipe *r)
{
    memset(r, 0, sizeof *r);
    r->rate = RATE;
    r->outputs = kind % 5 == 4 ? 12 : kind % 5 == 3 ? 4 : 2;
    for (size_t b = 0; b < 2; b++) {
        r->weights[b] = (struct matrix_weights){.outputs = r->outputs, .inputs = b == 0 ? INPUTS : 2};
        for (size_t o = 0; o < r->outputs; o++)
            for (size_t i = 0; i < r->weights[b].inputs; i++)
                r->weights[b].w[o][i] = (float)((o + i + kind) % 4) / 2;
    }
    if (kind % 3 == 1) {
        r->filters = &filters;
        r->filters_right = 1;
        r->partition = kind % 2 == 0 ? 64 : 0;
    }
    if (kind % 4 == 2) {
        r->upmix = true;
        r->upmix_in_right = 1;
        r->upmix_out_right = 1;
    }
    if (kind % 7 > 3) {
        tuning_flat(r->outputs, &r->tuning);
        r->tuning.speaker[0] = (struct tuning_speaker){.delay_ms = 3, .bass = true, .eq_count = 1};
        r->tuning.speaker[0].eq[0] = (struct tuning_eq){TUNING_PEAK, 100, 1, kind % 2 == 0 ? 6 : -6};
        r->tuning.speaker[1].low_hz = 100;
    }
}

static void wait_for_cycles(unsigned count)
{
    const unsigned begin = render_cycles(stage.render);

    while (render_cycles(stage.render) - begin < count)
        (void)sched_yield();
}

static int do_everything(void)
{
    struct render_levels levels;
    size_t channels = 0, heard = 0;

    for (unsigned kind = 0; kind < KINDS; kind++) {
        struct render_recipe recipe;
        struct render_program *program = NULL;
        make_recipe(kind, &recipe);
        int e = render_program_new(stage.render, &recipe, &program, NULL);
        if (e < 0 && !(e == -ENOTSUP && recipe.filters))
            return 1;
        if (kind % 11 == 10) {
            render_program_free(program);
            program = NULL;
        }
        render_play(stage.render, program);
        render_set_gain(stage.render, kind % 2, kind % 3 == 0 ? -130 : -3.0 * (kind % 5), kind * 3);
        render_test(stage.render, kind % 9 == 8 ? kind % 12 : RENDER_TEST_NONE, 440, -20);
        atomic_store(&stage.rate, kind % 50 == 49 ? 96000 : RATE);
        wait_for_cycles(kind % 4 == 0 ? 120 : 3);
        render_levels(stage.render, &levels);
        heard += levels.output[0].peak > 0.01F;
        while (render_tap(stage.render, meter, sizeof meter / sizeof meter[0], &channels) > 0)
            continue;
        render_collect(stage.render);
    }
    return heard > KINDS / 3 ? 0 : 2;
}

/* In a child: what it does, or how it died. */
static int run(void (*misdeed)(void))
{
    const struct render_options options = {
        .buses = 2, .inputs = {INPUTS, 2}, .ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 20};
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        pthread_t thread;
        stage.misdeed = misdeed;
        atomic_store(&stage.rate, RATE);
        if (render_new(&options, &stage.render) != 0 || pthread_create(&thread, NULL, play, &stage) != 0)
            _exit(3);
        int result = do_everything();
        atomic_store(&stage.is_over, true);
        (void)pthread_join(thread, NULL);
        render_free(stage.render);
        exit_with(result);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip(); /* this kernel has no seccomp */
    return status;
}

/* --- the test ----------------------------------------------------------------------------------------------------- */

#if !defined(__SANITIZE_THREAD__)
static void calls_the_system(void)
{
    (void)syscall(SYS_getpid);
}

static void allocates(void)
{
    void *volatile p = malloc(10);
    (void)p;
}

static void frees(void)
{
    void *volatile nothing = NULL; /* so that the compiler does not leave it out */
    free(nothing);
}

static void locks(void)
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    (void)pthread_mutex_lock(&mutex);
}

static void the_traps_are_set(void **state)
{
    void (*const misdeeds[])(void) = {calls_the_system, allocates, frees, locks};
    (void)state;
    for (size_t i = 0; i < sizeof misdeeds / sizeof misdeeds[0]; i++) {
        int status = run(misdeeds[i]);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
    }
}
#endif

static void the_sound_thread_trips_none_of_them_whatever_the_other_one_does(void **state)
{
    (void)state;
    int status = run(NULL);
    if (status != 0)
        fail_msg("exit %d, signal %d", WIFEXITED(status) ? WEXITSTATUS(status) : 0,
                 WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#if !defined(__SANITIZE_THREAD__)
        cmocka_unit_test(the_traps_are_set),
#endif
        cmocka_unit_test(the_sound_thread_trips_none_of_them_whatever_the_other_one_does),
    };
    uint32_t seed = 1;

#if !defined(__SANITIZE_THREAD__)
    void *lock = dlsym(RTLD_NEXT, "pthread_mutex_lock");
    memcpy(&real_lock, &lock, sizeof lock);
#endif
    for (size_t i = 0; i < INPUTS * 2 * 300; i++)
        ir[i] = 0.02F * noise(&seed);
    for (size_t c = 0; c < INPUTS; c++)
        for (size_t i = 0; i < BLOCK; i++)
            stage.in[c][i] = i % 100 == 99 ? NAN : i % 100 == 98 ? 1e-41F : 2 * noise(&seed);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
