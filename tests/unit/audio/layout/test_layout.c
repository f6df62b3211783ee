/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/layout/layout.h"

#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static struct layout parsed(const char *text)
{
    struct layout layout = {.count = 0};
    assert_int_equal(layout_parse(text, &layout), 0);
    return layout;
}

static void every_channel_name_parses_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUT_CHANNEL_COUNT; i++) {
        enum layout_channel channel;
        assert_int_equal(layout_channel_parse(layout_channel_name((enum layout_channel)i), &channel), 0);
        assert_int_equal(channel, i);
    }
}

static void a_name_out_of_range_is_a_question_mark(void **state)
{
    (void)state;
    assert_string_equal(layout_channel_name(LAYOUT_CHANNEL_COUNT), "?");
}

static void other_names_and_other_cases_are_unknown(void **state)
{
    static const char *const names[] = {"", "fl", "FLC", "F", "FL ", "AUX16", "UNK"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        enum layout_channel channel = LAYOUT_RC;
        assert_int_equal(layout_channel_parse(names[i], &channel), LAYOUT_E_UNKNOWN);
        assert_int_equal(channel, LAYOUT_RC);
    }
}

static void mirror_images_stand_at_opposite_angles(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAYOUT_CHANNEL_COUNT; i++) {
        enum layout_channel channel = (enum layout_channel)i, mirror = layout_channel_mirror(channel);
        const struct layout_position *a = layout_channel_position(channel), *b = layout_channel_position(mirror);
        assert_int_equal(layout_channel_mirror(mirror), channel);
        assert_int_equal(a->role, b->role);
        assert_true(a->elevation_deg == b->elevation_deg);
        if (mirror == channel)
            assert_int_equal(a->side, LAYOUT_SIDE_CENTRE);
        else
            assert_true(a->azimuth_deg == -b->azimuth_deg);
        assert_true((a->azimuth_deg > 0 && a->azimuth_deg < 180) == (a->side == LAYOUT_SIDE_LEFT));
    }
}

static void a_51_programme_has_its_channels_in_the_usual_order(void **state)
{
    struct layout layout;
    (void)state;
    assert_int_equal(layout_named("5.1", &layout), 0);
    struct layout same = parsed("FL FR FC LFE SL SR");
    assert_memory_equal(&layout, &same, sizeof layout);
    assert_string_equal(layout_name(&same), "5.1");
}

static void every_named_layout_is_found_by_name_and_by_channels(void **state)
{
    (void)state;
    assert_true(layout_names() >= 5);
    for (size_t i = 0; i < layout_names(); i++) {
        struct layout layout;
        assert_int_equal(layout_named(layout_name_at(i), &layout), 0);
        assert_string_equal(layout_name(&layout), layout_name_at(i));
        struct layout again = {.count = 0};
        for (size_t c = 0; c < layout.count; c++)
            assert_int_equal(layout_add(&again, layout.channels[c]), 0); /* all distinct */
    }
    assert_null(layout_name_at(layout_names()));
}

/* "5.1.2": five around, one for bass, two above. */
static void a_name_in_numbers_counts_the_channels(void **state)
{
    static const char *const expected[] = {"2.1",   "3.0", "4.1", "5.0", "5.1",   "5.1.2", "5.1.2-front",
                                           "5.1.4", "6.1", "7.0", "7.1", "7.1.2", "7.1.4"};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(expected); i++) {
        struct layout layout;
        assert_int_equal(layout_named(expected[i], &layout), 0);
        size_t around = 0, bass = 0, above = 0;
        for (size_t c = 0; c < layout.count; c++) {
            const struct layout_position *position = layout_channel_position(layout.channels[c]);
            bass += position->role == LAYOUT_ROLE_LFE;
            above += position->elevation_deg > 0;
            around += position->role != LAYOUT_ROLE_LFE && position->elevation_deg == 0;
        }
        const char *name = expected[i];
        assert_int_equal(around, name[0] - '0');
        assert_int_equal(bass, name[2] - '0');
        assert_int_equal(above, name[3] == '.' ? name[4] - '0' : 0);
    }
}

/* In the order of PipeWire's audio.position and of BS.2051: whoever sends raw channels counts on it. */
static void channels_of_named_layouts_stand_in_the_usual_order(void **state)
{
    static const char order[] = "MONO FL FR FC LFE RC SL SR RL RR TFL TFR TSL TSR TRL TRR";
    const struct layout usual = parsed(order);
    (void)state;
    for (size_t i = 0; i < layout_names(); i++) {
        struct layout layout;
        assert_int_equal(layout_named(layout_name_at(i), &layout), 0);
        for (size_t c = 1; c < layout.count; c++)
            assert_true(layout_find(&usual, layout.channels[c]) > layout_find(&usual, layout.channels[c - 1]));
    }
}

/* ITU-R BS.2051-3, systems A, B, I and J. */
static void channels_stand_where_the_recommendation_has_them(void **state)
{
    static const struct {
        enum layout_channel channel;
        float azimuth, elevation;
    } places[] = {
        {LAYOUT_FL, 30, 0},  {LAYOUT_FC, 0, 0},    {LAYOUT_SL, 110, 0},  {LAYOUT_RL, 135, 0},
        {LAYOUT_RC, 180, 0}, {LAYOUT_TFL, 45, 35}, {LAYOUT_TSL, 90, 35}, {LAYOUT_TRL, 135, 35},
    };
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(places); i++) {
        const struct layout_position *p = layout_channel_position(places[i].channel);
        assert_true(p->azimuth_deg == places[i].azimuth && p->elevation_deg == places[i].elevation);
    }
}

static void aux_channels_are_told_apart_by_their_number_alone(void **state)
{
    (void)state;
    struct layout layout = parsed("AUX0 AUX15 AUX9");
    assert_int_equal(layout.channels[0], LAYOUT_AUX0);
    assert_int_equal(layout.channels[1], LAYOUT_AUX15);
    assert_int_equal(layout.channels[2], LAYOUT_AUX0 + 9);
    assert_true(layout_channel_is_aux(LAYOUT_AUX15));
    assert_false(layout_channel_is_aux(LAYOUT_LFE2));
    assert_int_equal(layout_channel_position(LAYOUT_AUX0)->role, LAYOUT_ROLE_AUX);
    assert_null(layout_name(&layout));
}

static void an_unknown_layout_name_is_refused(void **state)
{
    struct layout layout = {.count = 7};
    (void)state;
    assert_int_equal(layout_named("22.2", &layout), LAYOUT_E_UNKNOWN);
    assert_int_equal(layout.count, 7);
}

static void positions_parse_in_all_ways_that_people_write_them(void **state)
{
    static const char *const texts[] = {"FL,FR", "FL FR", "[ FL, FR ]", "[FL FR]", "  FL\t,,FR\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct layout layout = parsed(texts[i]);
        assert_string_equal(layout_name(&layout), "stereo");
    }
}

static void an_empty_list_a_duplicate_and_an_unknown_channel_are_different_errors(void **state)
{
    struct layout layout = {.count = 3};
    (void)state;
    assert_int_equal(layout_parse("", &layout), LAYOUT_E_COUNT);
    assert_int_equal(layout_parse("[ ]", &layout), LAYOUT_E_COUNT);
    assert_int_equal(layout_parse("FL FR FL", &layout), LAYOUT_E_DUPLICATE);
    assert_int_equal(layout_parse("FL AUX16", &layout), LAYOUT_E_UNKNOWN);
    assert_int_equal(layout_parse("FLFR", &layout), LAYOUT_E_UNKNOWN);
    assert_int_equal(layout.count, 3); /* untouched */
}

static void sixteen_channels_are_the_most(void **state)
{
    struct layout layout = parsed("FL FR FC LFE SL SR RL RR RC TFL TFR TSL TSR TRL TRR LFE2");
    (void)state;
    assert_int_equal(layout.count, LAYOUT_CHANNELS_MAX);
    assert_int_equal(layout_add(&layout, LAYOUT_AUX0), LAYOUT_E_COUNT);
    assert_int_equal(layout_parse("FL FR FC LFE SL SR RL RR RC TFL TFR TSL TSR TRL TRR LFE2 AUX0", &layout),
                     LAYOUT_E_COUNT);
    assert_int_equal(layout.count, LAYOUT_CHANNELS_MAX);
}

static void formatting_is_the_inverse_of_parsing(void **state)
{
    char buffer[128];
    struct fascia_text text;
    struct layout layout = parsed("RR,LFE,TSL");
    (void)state;
    fascia_text_init(&text, buffer, sizeof buffer);
    layout_format(&layout, &text);
    assert_string_equal(buffer, "RR LFE TSL");
}

static void a_lone_surround_pair_stands_for_the_other_one(void **state)
{
    struct layout rear = parsed("FL FR RL RR"), source = parsed("FL FR FC LFE SL SR");
    (void)state;
    assert_int_equal(layout_find_speaker(&rear, &source, LAYOUT_SL), 2);
    assert_int_equal(layout_find_speaker(&rear, &source, LAYOUT_FC), -1);
}

static void with_two_surround_pairs_each_speaker_belongs_to_its_own_label(void **state)
{
    struct layout rear = parsed("FL FR RL RR"), source = parsed("FL FR SL SR RL RR");
    (void)state;
    assert_int_equal(layout_find_speaker(&rear, &source, LAYOUT_RL), 2);
    assert_int_equal(layout_find_speaker(&rear, &source, LAYOUT_SL), -1);
}

static void order_does_not_matter_for_having_the_same_channels(void **state)
{
    struct layout a = parsed("FL FR RL"), b = parsed("RL FL FR"), c = parsed("FL FR"), d = parsed("FL FR RR");
    (void)state;
    assert_true(layout_same_channels(&a, &b));
    assert_false(layout_same_channels(&a, &c));
    assert_false(layout_same_channels(&a, &d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_channel_name_parses_back),
        cmocka_unit_test(a_name_out_of_range_is_a_question_mark),
        cmocka_unit_test(other_names_and_other_cases_are_unknown),
        cmocka_unit_test(mirror_images_stand_at_opposite_angles),
        cmocka_unit_test(a_51_programme_has_its_channels_in_the_usual_order),
        cmocka_unit_test(every_named_layout_is_found_by_name_and_by_channels),
        cmocka_unit_test(a_name_in_numbers_counts_the_channels),
        cmocka_unit_test(channels_of_named_layouts_stand_in_the_usual_order),
        cmocka_unit_test(channels_stand_where_the_recommendation_has_them),
        cmocka_unit_test(aux_channels_are_told_apart_by_their_number_alone),
        cmocka_unit_test(an_unknown_layout_name_is_refused),
        cmocka_unit_test(positions_parse_in_all_ways_that_people_write_them),
        cmocka_unit_test(an_empty_list_a_duplicate_and_an_unknown_channel_are_different_errors),
        cmocka_unit_test(sixteen_channels_are_the_most),
        cmocka_unit_test(formatting_is_the_inverse_of_parsing),
        cmocka_unit_test(a_lone_surround_pair_stands_for_the_other_one),
        cmocka_unit_test(with_two_surround_pairs_each_speaker_belongs_to_its_own_label),
        cmocka_unit_test(order_does_not_matter_for_having_the_same_channels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
