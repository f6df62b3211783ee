/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tools/fasciactl/audio_bars.h"
#include "tools/fasciactl/audio_walk.h"

#define SILENT (-120.0)

static void expect(const double *heard, size_t count, enum walk_verdict verdict, size_t other)
{
    size_t loudest = SIZE_MAX;

    assert_string_equal(walk_verdict_name(walk_judge(heard, count, 0, -20, &loudest)), walk_verdict_name(verdict));
    if (verdict == WALK_SWAPPED || verdict == WALK_LEAKS)
        assert_int_equal(loudest, other);
}

static void a_speaker_is_right_when_it_alone_is_heard(void **state)
{
    (void)state;
    expect((const double[]){-20, SILENT, SILENT}, 3, WALK_OK, 0);
    expect((const double[]){-31.9, SILENT, SILENT}, 3, WALK_OK, 0); /* the configuration may make it quieter */
    expect((const double[]){-20, -50.1, SILENT}, 3, WALK_OK, 0);
    expect((const double[]){-20}, 1, WALK_OK, 0);
}

static void a_speaker_that_is_not_heard_is_missing(void **state)
{
    (void)state;
    expect((const double[]){SILENT, SILENT}, 2, WALK_MISSING, 0);
    expect((const double[]){-32.1, SILENT}, 2, WALK_MISSING, 0);
    expect((const double[]){SILENT, -60}, 2, WALK_MISSING, 0); /* noise elsewhere is no swap */
    expect((const double[]){SILENT}, 1, WALK_MISSING, 0);
}

static void crossed_wires_name_the_other_speaker(void **state)
{
    (void)state;
    expect((const double[]){SILENT, SILENT, -20}, 3, WALK_SWAPPED, 2);
    expect((const double[]){-21, -19, SILENT}, 3, WALK_SWAPPED, 1);
}

static void one_that_is_heard_besides_is_a_leak(void **state)
{
    (void)state;
    expect((const double[]){-20, -60, -49.9}, 3, WALK_LEAKS, 2);
    expect((const double[]){-20, -20, SILENT}, 3, WALK_LEAKS, 1); /* as loud there: no swap, but two wires on one */
}

static const char *bar(double rms, double peak, size_t width)
{
    static char buffer[64];
    struct fascia_text text;

    fascia_text_init(&text, buffer, sizeof buffer);
    bars_add(&text, &(struct report_sound_level){.peak_db = peak, .rms_db = rms}, -1, width);
    return buffer;
}

static void a_bar_fills_from_60_db_down_and_marks_the_peak(void **state)
{
    (void)state;
    assert_string_equal(bar(SILENT, SILENT, 6), "      ");
    assert_string_equal(bar(-30, -20, 6), "===|  ");
    assert_string_equal(bar(-60, -60, 6), "      ");
    assert_string_equal(bar(-10, -1, 6), "=====!"); /* at the ceiling */
    assert_string_equal(bar(20, 20, 6), "=====!");  /* beyond the edge */
    assert_string_equal(bar(-30, -30, 6), "==|   ");
    assert_string_equal(bar(-90, -90, 6), "      "); /* below the edge */
    assert_string_equal(bar(NAN, NAN, 6), "      ");
}

static struct report_levels full(void)
{
    struct report_levels levels = {.known = true,
                                   .speakers_count = REPORT_CHANNELS_MAX,
                                   .classes_count = REPORT_CLASSES_MAX,
                                   .reduction_db = -120,
                                   .momentary = -119.9,
                                   .short_term = -119.9,
                                   .integrated = -119.9,
                                   .true_peak_db = -119.9};

    for (size_t i = 0; i < REPORT_CHANNELS_MAX; i++) {
        (void)snprintf(levels.speakers[i], sizeof levels.speakers[i], "WWWWWWW");
        levels.speaker[i] = (struct report_sound_level){-119.9, -119.9};
    }
    for (size_t i = 0; i < REPORT_CLASSES_MAX; i++) {
        (void)snprintf(levels.classes[i], sizeof levels.classes[i], "WWWWWWWWWWWWWWW");
        levels.class[i] = (struct report_sound_level){-119.9, -119.9};
    }
    return levels;
}

static void a_screen_keeps_to_the_width_and_counts_its_lines(void **state)
{
    struct report_levels levels = full();
    static char buffer[8192];
    struct fascia_text text;
    (void)state;

    for (size_t width = BARS_WIDTH_MIN; width <= 200; width++) {
        size_t height = width < 100 ? 23 : BARS_LINES_MAX, newlines = 0;
        fascia_text_init(&text, buffer, sizeof buffer);
        size_t lines = bars_screen(&levels, -1, width, height, &text);
        assert_true(fascia_text_ok(&text));
        assert_in_range(lines, 1, height);
        for (const char *at = buffer, *end; (end = strchr(at, '\n')) != NULL; at = end + 1, newlines++)
            assert_in_range(end - at, 1, width);
        assert_int_equal(newlines, lines);
    }
}

static void a_screen_without_room_says_how_many_rows_it_leaves_out(void **state)
{
    struct report_levels levels = full();
    static char buffer[8192];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, buffer, sizeof buffer);
    assert_int_equal(bars_screen(&levels, -1, 100, BARS_LINES_MAX, &text),
                     REPORT_CHANNELS_MAX + REPORT_CLASSES_MAX + 1);
    assert_null(strstr(buffer, "no room"));
    fascia_text_init(&text, buffer, sizeof buffer);
    assert_int_equal(bars_screen(&levels, -1, 100, 10, &text), 10);
    char more[64];
    (void)snprintf(more, sizeof more, "\n%d more: no room\nLUFS", REPORT_CHANNELS_MAX + REPORT_CLASSES_MAX - 8);
    assert_non_null(strstr(buffer, more));
}

static void a_narrow_screen_leaves_out_the_word_and_then_the_bar(void **state)
{
    struct report_levels levels = {.known = true,
                                   .speakers = {"FL"},
                                   .speaker = {{-6, -30}},
                                   .speakers_count = 1,
                                   .momentary = -19.2,
                                   .short_term = -19.2,
                                   .integrated = -20,
                                   .true_peak_db = -5.8};
    char buffer[512];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, buffer, sizeof buffer);
    assert_int_equal(bars_screen(&levels, -1, 39, 23, &text), 4);
    assert_string_equal(buffer, "FL          [======    | ] -30.0/  -6.0\n"
                                "LUFS momentary -19.2  short-term -19.2\n"
                                "integrated -20.0  dBTP  -5.8\n"
                                "limiter   0.0\n");
    fascia_text_init(&text, buffer, sizeof buffer);
    (void)bars_screen(&levels, -1, BARS_WIDTH_MIN, 23, &text);
    assert_memory_equal(buffer, "FL           -30.0/  -6.0\n", 26);
}

static void a_line_has_all_speakers_and_the_loudness(void **state)
{
    struct report_levels levels = {.known = true,
                                   .speakers = {"FL", "FR"},
                                   .speaker = {{-6, -18.25}, {SILENT, SILENT}},
                                   .speakers_count = 2,
                                   .reduction_db = -1.5,
                                   .momentary = -19.2,
                                   .short_term = SILENT,
                                   .integrated = -20,
                                   .true_peak_db = -5.8};
    char buffer[512];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, buffer, sizeof buffer);
    bars_line(&levels, &text);
    assert_string_equal(buffer, "FL -18.2/  -6.0  FR     -/     -  LUFS momentary -19.2  short-term     -  integrated "
                                "-20.0  dBTP  -5.8  limiter  -1.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_speaker_is_right_when_it_alone_is_heard),
        cmocka_unit_test(a_speaker_that_is_not_heard_is_missing),
        cmocka_unit_test(crossed_wires_name_the_other_speaker),
        cmocka_unit_test(one_that_is_heard_besides_is_a_leak),
        cmocka_unit_test(a_bar_fills_from_60_db_down_and_marks_the_peak),
        cmocka_unit_test(a_screen_keeps_to_the_width_and_counts_its_lines),
        cmocka_unit_test(a_screen_without_room_says_how_many_rows_it_leaves_out),
        cmocka_unit_test(a_narrow_screen_leaves_out_the_word_and_then_the_bar),
        cmocka_unit_test(a_line_has_all_speakers_and_the_loudness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
