/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/sounding.h"
#include "tests/unit/test.h"

#define MS 1000

static void a_class_begins_with_the_first_sound_above_the_level(void **state)
{
    struct sounding s = {.sounds = false};
    (void)state;

    assert_false(sounding_turn(&s, STREAM_NAVIGATION, true, 0, 1 * MS));
    assert_false(sounding_turn(&s, STREAM_NAVIGATION, true, 0.000316F, 2 * MS)); /* -70.006 dB */
    assert_true(sounding_turn(&s, STREAM_NAVIGATION, true, 0.000317F, 3 * MS));
}

static void a_usual_pause_belongs_to_the_class_and_a_longer_one_ends_it(void **state)
{
    (void)state;

    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        const enum stream_class stream = (enum stream_class)c;
        const int64_t pause_us = (int64_t)sounding_pause_ms(stream) * MS;
        struct sounding s = {.sounds = false};

        assert_true(sounding_turn(&s, stream, true, 0.1F, 5 * MS));
        assert_true(sounding_turn(&s, stream, true, 0, 5 * MS + pause_us - 1));
        assert_true(sounding_turn(&s, stream, true, 0.1F, 5 * MS + pause_us));
        assert_true(sounding_turn(&s, stream, true, 0, 5 * MS + 2 * pause_us - 1));
        assert_false(sounding_turn(&s, stream, true, 0, 5 * MS + 2 * pause_us));
    }
}

static void a_stream_that_goes_ends_its_class_at_once(void **state)
{
    struct sounding s = {.sounds = false};
    (void)state;

    assert_true(sounding_turn(&s, STREAM_TELEPHONY, true, 0.1F, 5 * MS));
    assert_false(sounding_turn(&s, STREAM_TELEPHONY, false, 0.1F, 6 * MS));
    assert_false(sounding_turn(&s, STREAM_TELEPHONY, true, 0, 7 * MS)); /* and does not come back by itself */
}

/* As docs/audio.md has them. */
static void speech_and_ringing_have_longer_pauses_than_chimes(void **state)
{
    static const uint32_t expected_ms[STREAM_CLASSES + 1] = {
        [STREAM_MEDIA] = 2000,    [STREAM_NAVIGATION] = 700, [STREAM_ASSISTANT] = 5000, [STREAM_TELEPHONY] = 10000,
        [STREAM_RINGTONE] = 5000, [STREAM_ALERT] = 1000,     [STREAM_SAFETY] = 1000,    [STREAM_CLASSES] = 0,
    };
    (void)state;

    for (unsigned c = 0; c <= STREAM_CLASSES; c++)
        assert_int_equal(sounding_pause_ms((enum stream_class)c), expected_ms[c]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_class_begins_with_the_first_sound_above_the_level),
        cmocka_unit_test(a_usual_pause_belongs_to_the_class_and_a_longer_one_ends_it),
        cmocka_unit_test(a_stream_that_goes_ends_its_class_at_once),
        cmocka_unit_test(speech_and_ringing_have_longer_pauses_than_chimes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
