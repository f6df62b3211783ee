/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/seccomp.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audio/virtual/convolver.h"
#include "audio/virtual/fft.h"
#include "audio/virtual/filters.h"
#include "tests/unit/test.h"

#define CHANNELS 12
#define FRAMES   1600
#define TAPS     700

static float input[CHANNELS][FRAMES], output[CHANNELS][FRAMES];
static double expected[CHANNELS][FRAMES];
static float response[CHANNELS * CHANNELS][TAPS];
static unsigned seed;

/* Numerical Recipes' generator: the same noise on every run. */
static float noise(void)
{
    seed = seed * 1664525U + 1013904223U;
    return (float)(seed >> 8) / 8388608.0F - 1.0F;
}

struct shape {
    size_t inputs, outputs, taps, partition;
};

static struct convolver *make(const struct shape *s)
{
    const float *ir[CHANNELS * CHANNELS];
    struct convolver *c = NULL;

    for (size_t i = 0; i < s->inputs * s->outputs; i++) {
        for (size_t t = 0; t < s->taps; t++)
            response[i][t] = noise();
        ir[i] = response[i];
    }
    assert_int_equal(convolver_new(s->inputs, s->outputs, s->taps, s->partition, ir, &c), 0);
    return c;
}

static void make_noise(void)
{
    for (size_t i = 0; i < CHANNELS; i++)
        for (size_t t = 0; t < FRAMES; t++)
            input[i][t] = noise();
}

static void run(struct convolver *c, const struct shape *s, size_t from, size_t frames)
{
    const float *in[CHANNELS] = {NULL};
    float *out[CHANNELS] = {NULL};

    for (size_t i = 0; i < s->inputs; i++)
        in[i] = input[i] + from;
    for (size_t i = 0; i < s->outputs; i++)
        out[i] = output[i] + from;
    convolver_process(c, in, out, frames);
}

static void expect(const struct shape *s, size_t frames)
{
    memset(expected, 0, sizeof expected);
    for (size_t i = 0; i < s->inputs; i++)
        for (size_t o = 0; o < s->outputs; o++)
            for (size_t t = 0; t < s->taps; t++)
                for (size_t n = t; n < frames; n++)
                    expected[o][n] += (double)response[i * s->outputs + o][t] * (double)input[i][n - t];
}

static void assert_as_expected(const struct shape *s, size_t frames)
{
    double largest = 0, error = 0;

    for (size_t o = 0; o < s->outputs; o++) {
        for (size_t n = 0; n < frames; n++) {
            largest = fmax(largest, fabs(expected[o][n]));
            error = fmax(error, fabs(expected[o][n] - (double)output[o][n]));
        }
    }
    assert_true(error <= 1e-5 * largest);
}

static const struct shape shapes[] = {
    {1, 1, 1, 32},    {1, 2, 31, 32},    {2, 1, 33, 32},  {3, 3, 128, 64},
    {12, 2, 100, 32}, {2, 2, TAPS, 256}, {4, 5, 64, 128},
};

static void blocks_of_any_length_equal_direct_convolution_without_latency(void **state)
{
    static const size_t blocks[] = {1, 7, 33, 64, 480, 1024};
    enum { HEARD = 1100 };
    (void)state;

    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        const struct shape *s = &shapes[k];
        struct convolver *c = make(s);
        make_noise();
        expect(s, HEARD);
        for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++) {
            convolver_reset(c);
            for (size_t n = 0; n < HEARD; n += blocks[b])
                run(c, s, n, HEARD - n < blocks[b] ? HEARD - n : blocks[b]);
            assert_as_expected(s, HEARD);
        }
        convolver_free(c);
    }
}

static void the_length_of_blocks_may_change_at_any_time(void **state)
{
    const struct shape s = {3, 2, 200, 64};
    static const size_t blocks[] = {64, 64, 1, 63, 128, 7, 0, 500, 64, 33, 31, 256};
    struct convolver *c = make(&s);
    size_t n = 0;
    (void)state;

    make_noise();
    for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; n += blocks[b], b++)
        run(c, &s, n, blocks[b]);
    expect(&s, n);
    assert_as_expected(&s, n);
    convolver_free(c);
}

static void vector_instructions_give_the_bits_of_the_scalar_reference(void **state)
{
    static float reference[CHANNELS][FRAMES];
    (void)state;

    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        const struct shape *s = &shapes[k];
        struct convolver *c = make(s);
        make_noise();
        for (size_t level = SIMD_SCALAR; level <= SIMD_LEVELS_; level++) {
            convolver_limit(c, (enum simd_level)level);
            convolver_reset(c);
            run(c, s, 0, 640);
            run(c, s, 640, 7);
            if (level == SIMD_SCALAR)
                memcpy(reference, output, sizeof reference);
            for (size_t o = 0; o < s->outputs; o++)
                assert_memory_equal(output[o], reference[o], 647 * sizeof(float));
        }
        convolver_free(c);
    }
}

static void a_reset_forgets_what_was_heard(void **state)
{
    const struct shape s = {2, 2, 300, 64};
    struct convolver *c = make(&s);
    const float *in[2] = {NULL, NULL};
    float *out[2] = {output[0], output[1]};
    (void)state;

    make_noise();
    run(c, &s, 0, 100);
    convolver_reset(c);
    convolver_process(c, in, out, 500);
    for (size_t n = 0; n < 500; n++)
        assert_true(output[0][n] == 0 && output[1][n] == 0);
    convolver_free(c);
}

static void missing_inputs_outputs_and_responses_are_silence(void **state)
{
    const struct shape s = {2, 2, 40, 32};
    const float *ir[4] = {response[0], NULL, response[2], response[3]};
    struct convolver *c = NULL;
    (void)state;

    make_noise();
    convolver_free(make(&s)); /* for its responses */
    assert_int_equal(convolver_new(2, 2, 40, 32, ir, &c), 0);

    const float *in[2] = {NULL, input[1]};
    float *out[2] = {NULL, output[1]};
    output[0][0] = 42;
    convolver_process(c, in, out, 200);
    assert_true(output[0][0] == 42);
    out[0] = output[0];
    convolver_reset(c);
    convolver_process(c, in, out, 200);
    memset(input[0], 0, sizeof input[0]);
    expect(&s, 200);
    assert_as_expected(&s, 200);

    convolver_reset(c);
    make_noise();
    run(c, &s, 0, 200);
    memset(response[1], 0, sizeof response[1]);
    expect(&s, 200);
    assert_as_expected(&s, 200);
    convolver_free(c);
}

static void outputs_may_lie_where_the_inputs_do(void **state)
{
    const struct shape s = {2, 2, 90, 32};
    struct convolver *c = make(&s);
    (void)state;

    make_noise();
    memcpy(output, input, sizeof output);
    const float *in[2] = {output[0], output[1]};
    float *out[2] = {output[0], output[1]};
    convolver_process(c, in, out, 333);
    expect(&s, 333);
    assert_as_expected(&s, 333);
    convolver_free(c);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    const float *ir[1] = {response[0]};
    struct convolver *c = NULL;
    (void)state;

    static const struct shape wrong[] = {
        {0, 1, 1, 64}, {1, 0, 1, 64}, {1, 1, 0, 64}, {65, 1, 1, 64},   {1, 65, 1, 64}, {1, 1, VIRTUAL_TAPS_MAX + 1, 64},
        {1, 1, 1, 0},  {1, 1, 1, 16}, {1, 1, 1, 48}, {1, 1, 1, 16384},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(convolver_new(wrong[i].inputs, wrong[i].outputs, wrong[i].taps, wrong[i].partition, ir, &c),
                         -EINVAL);
    assert_null(c);
    convolver_free(NULL);
}

static size_t allocations;

#if defined(__SANITIZE_ADDRESS__)
/* Of <sanitizer/allocator_interface.h>, which gcc's packages do not all have. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
                                              void (*on_free)(const volatile void *));

static void count_malloc(const volatile void *p, size_t size)
{
    (void)p;
    (void)size;
    allocations++;
}

static void count_free(const volatile void *p)
{
    (void)p;
}
#endif

/* A child in which the kernel allows nothing but read, write, exit and sigreturn. */
static int process_under_seccomp(struct convolver *c, const struct shape *s)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
        for (size_t n = 0; n < FRAMES - 300; n += 300) {
            run(c, s, n, 300);
            if (n == 600)
                convolver_reset(c);
        }
        (void)syscall(SYS_exit, 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void the_sound_thread_neither_allocates_nor_calls_the_system(void **state)
{
    (void)state;

    make_noise();
#if defined(__SANITIZE_ADDRESS__)
    (void)__sanitizer_install_malloc_and_free_hooks(count_malloc, count_free);
#endif
    for (size_t partition = CONVOLVER_PARTITION_MIN; partition <= CONVOLVER_PARTITION_MAX; partition *= 2) {
        const struct shape s = {2, 2, 40, partition}; /* each length of transform is another plan */
        struct convolver *c = make(&s);
#if defined(__SANITIZE_ADDRESS__)
        assert_true(allocations > 0); /* the trap is set */
#endif
        size_t before = allocations, used = mallinfo2().uordblks;
        run(c, &s, 0, FRAMES);
        convolver_reset(c);
        assert_true(allocations == before && mallinfo2().uordblks == used);
        assert_int_equal(process_under_seccomp(c, &s), 0);
        convolver_free(c);
    }
}

static void transforms_there_and_back_multiply_by_the_number_of_points(void **state)
{
    (void)state;

    for (size_t points = 16; points <= 4096; points *= 2) {
        struct fft *fft = NULL;
        float *a = fft_alloc(2 * points), *b = fft_alloc(2 * points), *c = fft_alloc(2 * points);
        assert_int_equal(fft_new(points, &fft), 0);
        for (size_t i = 0; i < 2 * points; i++)
            a[i] = noise();
        fft_forward(fft, a, b);
        fft_inverse(fft, b, c);
        for (size_t i = 0; i < 2 * points; i++)
            assert_true(fabsf(c[i] / (float)points - a[i]) < 1e-5F);
        /* A delayed impulse turns clockwise: forward is the transform with the negative sign. */
        memset(a, 0, 2 * points * sizeof *a);
        a[1] = 1;
        fft_forward(fft, a, b);
        assert_true(fabsf(b[points / 4]) < 1e-5F && fabsf(b[points + points / 4] + 1) < 1e-5F);
        fft_free(fft);
        free(a);
        free(b);
        free(c);
    }
}

static void a_build_without_transforms_says_so(void **state)
{
    const float *ir[1] = {response[0]};
    struct convolver *c = NULL;
    (void)state;

    assert_int_equal(convolver_new(1, 1, 1, 64, ir, &c), -ENOTSUP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_there_and_back_multiply_by_the_number_of_points),
        cmocka_unit_test(blocks_of_any_length_equal_direct_convolution_without_latency),
        cmocka_unit_test(the_length_of_blocks_may_change_at_any_time),
        cmocka_unit_test(vector_instructions_give_the_bits_of_the_scalar_reference),
        cmocka_unit_test(a_reset_forgets_what_was_heard),
        cmocka_unit_test(missing_inputs_outputs_and_responses_are_silence),
        cmocka_unit_test(outputs_may_lie_where_the_inputs_do),
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
        cmocka_unit_test(the_sound_thread_neither_allocates_nor_calls_the_system),
    };
    const struct CMUnitTest without[] = {
        cmocka_unit_test(sizes_that_cannot_be_are_refused),
        cmocka_unit_test(a_build_without_transforms_says_so),
    };

    if (strcmp(fft_library(), "none") == 0)
        return cmocka_run_group_tests(without, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
