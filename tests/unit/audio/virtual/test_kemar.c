/* SPDX-License-Identifier: Apache-2.0 */
/* Filters made of a head that was measured: the one that comes with libmysofa, where it is installed. */
#include <errno.h>

#include "platform/sofa/sofa.h"
#include "tests/unit/audio/virtual/head.h"

#define RATE 48000

static struct hrtf *kemar;

static int set_up(void **state)
{
    char sentence[200];
    struct fascia_text message;
    (void)state;

    fascia_text_init(&message, sentence, sizeof sentence);
    int r = sofa_read(NULL, RATE, &kemar, &message);
    return r == -ENOENT ? 0 : r;
}

static int tear_down(void **state)
{
    (void)state;
    hrtf_free(kemar);
    return 0;
}

static struct virtual_filters *headphones(struct layout *ret_source)
{
    struct virtual_filters *f = NULL;

    if (!kemar)
        skip();
    assert_int_equal(layout_named("7.1.4", ret_source), 0);
    assert_int_equal(virtual_headphones(kemar, ret_source, 1, &f), 0);
    return f;
}

static double level_db(const struct virtual_filters *f, size_t channel, size_t ear, double hz)
{
    return head_db(cabs(head_bin(virtual_filters_ir(f, channel, ear), f->taps, hz / RATE)));
}

static void the_left_ear_hears_more_of_the_left_and_the_right_one_the_mirror_image(void **state)
{
    struct layout source;
    (void)state;

    struct virtual_filters *f = headphones(&source);
    for (size_t n = 0; n < source.count; n++) {
        const float *left = virtual_filters_ir(f, n, 0), *right = virtual_filters_ir(f, n, 1);
        if (layout_channel_position(source.channels[n])->side != LAYOUT_SIDE_LEFT)
            continue;
        assert_true(head_energy(left, f->taps) > 2 * head_energy(right, f->taps));
        const int other = layout_find(&source, layout_channel_mirror(source.channels[n]));
        assert_true(other >= 0);
        for (size_t t = 0; t < f->taps; t++)
            assert_true(fabsf(left[t] - virtual_filters_ir(f, (size_t)other, 1)[t]) < 1e-3F);
    }
    virtual_filters_free(f);
}

/* In the measurement of the near ear at 30 degrees, 50 Hz are 22 dB below 1 kHz, and 2 kHz are 16 dB above. */
static void neither_the_bass_nor_the_tone_of_the_measurement_is_heard(void **state)
{
    struct layout source;
    (void)state;

    struct virtual_filters *f = headphones(&source);
    for (size_t n = 0; n < source.count; n++) {
        double bass = 0, middle = 0;
        if (layout_channel_position(source.channels[n])->role == LAYOUT_ROLE_LFE)
            continue;
        for (size_t ear = 0; ear < 2; ear++) {
            bass += level_db(f, n, ear, 60) / 2;
            middle += level_db(f, n, ear, 400) / 2;
        }
        assert_true(fabs(bass - middle) < 3);
    }
    assert_true(fabs(level_db(f, 0, 0, 3000) - level_db(f, 0, 0, 400)) < 4);
    assert_true(f->latency_frames <= 32 && f->taps <= 512);
    virtual_filters_free(f);
}

static void crosstalk_is_15_db_down_through_the_whole_measurement(void **state)
{
    const float place[2] = {30, -30};
    struct layout source;
    struct virtual_filters *f = NULL;
    (void)state;

    if (!kemar)
        skip();
    assert_int_equal(layout_named("quad-side", &source), 0);
    head_make_one_eared(kemar);
    assert_int_equal(virtual_crosstalk(kemar, &source, 1, place[0], place[1], &f), 0);
    assert_true(head_crosstalk(kemar, f, 2, 1, place) < -15);
    assert_true(head_crosstalk(kemar, f, 3, 0, place) < -15);
    virtual_filters_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_left_ear_hears_more_of_the_left_and_the_right_one_the_mirror_image),
        cmocka_unit_test(neither_the_bass_nor_the_tone_of_the_measurement_is_heard),
        cmocka_unit_test(crosstalk_is_15_db_down_through_the_whole_measurement),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
