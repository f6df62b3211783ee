/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/virtual/wish.h"

#include "tests/unit/audio/virtual/head.h"

#define RATE 48000

static struct speakers pair_at(float left_deg, float right_deg)
{
    struct speakers speakers;

    assert_int_equal(speakers_preset("2", &speakers), 0);
    speakers.at[0].azimuth_deg = left_deg;
    speakers.at[1].azimuth_deg = right_deg;
    return speakers;
}

static struct virtual_wish wish_for(enum decide_filters kind, uint32_t rate, const char *source, float left_deg,
                                    float right_deg)
{
    const struct speakers speakers = pair_at(left_deg, right_deg);
    struct virtual_wish wish;
    struct layout layout;

    assert_int_equal(layout_named(source, &layout), 0);
    virtual_wish_make(kind, rate, &layout, &speakers, &wish);
    return wish;
}

static bool is_another(enum decide_filters kind, uint32_t rate, const char *source, float left_deg, float right_deg)
{
    const struct virtual_wish usual = wish_for(DECIDE_FILTERS_CROSSTALK, RATE, "5.1", 30, -30);
    const struct virtual_wish other = wish_for(kind, rate, source, left_deg, right_deg);

    return !virtual_wish_equal(&usual, &other);
}

static void wishes_are_equal_when_their_filters_are(void **state)
{
    (void)state;
    assert_false(is_another(DECIDE_FILTERS_CROSSTALK, RATE, "5.1", 30, -30));
    assert_true(is_another(DECIDE_FILTERS_HEADPHONES, RATE, "5.1", 30, -30));
    assert_true(is_another(DECIDE_FILTERS_CROSSTALK, 44100, "5.1", 30, -30));
    assert_true(is_another(DECIDE_FILTERS_CROSSTALK, RATE, "5.1-rear", 30, -30));
    assert_true(is_another(DECIDE_FILTERS_CROSSTALK, RATE, "7.1", 30, -30));
    assert_true(is_another(DECIDE_FILTERS_CROSSTALK, RATE, "5.1", 20, -30));
    assert_true(is_another(DECIDE_FILTERS_CROSSTALK, RATE, "5.1", 30, -50));

    /* Headphones are where they are, wherever the cabin has its speakers. */
    const struct virtual_wish a = wish_for(DECIDE_FILTERS_HEADPHONES, RATE, "5.1", 30, -30);
    const struct virtual_wish b = wish_for(DECIDE_FILTERS_HEADPHONES, RATE, "5.1", 20, -50);
    assert_true(virtual_wish_equal(&a, &b));
}

static void the_cost_is_that_of_the_filters_that_were_made(void **state)
{
    static const enum decide_filters kinds[] = {DECIDE_FILTERS_HEADPHONES, DECIDE_FILTERS_CROSSTALK};
    struct hrtf *h = head_new(RATE);
    char sentence[160];
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        const struct virtual_wish wish = wish_for(kinds[i], RATE, "5.1", 30, -30);
        struct virtual_filters *filters = NULL;
        struct decide_virtual cost;
        struct fascia_text message;

        fascia_text_init(&message, sentence, sizeof sentence);
        assert_int_equal(virtual_wish_design(&wish, h, &filters, &message), 0);
        assert_string_equal(sentence, "");
        virtual_wish_cost(&wish, filters, &cost);
        assert_true(cost.headphones == (i == 0) && cost.crosstalk == (i == 1) && !cost.coming);
        assert_int_equal(cost.latency_frames, filters->latency_frames);
        assert_true(cost.worst_gain_db == (float)filters->worst_gain_db);
        virtual_filters_free(filters);
    }
    hrtf_free(h);
}

static void what_cannot_be_designed_is_said_in_one_sentence(void **state)
{
    const struct virtual_wish wish = wish_for(DECIDE_FILTERS_CROSSTALK, RATE, "5.1", 4, -4);
    struct virtual_filters *filters = NULL;
    struct hrtf *h = head_new(RATE);
    struct fascia_text message;
    char sentence[160];
    (void)state;

    fascia_text_init(&message, sentence, sizeof sentence);
    assert_true(virtual_wish_design(&wish, h, &filters, &message) < 0);
    assert_string_equal(sentence, "no crosstalk can be cancelled between loudspeakers at 4 and -4 degrees");
    assert_null(filters);
    hrtf_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wishes_are_equal_when_their_filters_are),
        cmocka_unit_test(the_cost_is_that_of_the_filters_that_were_made),
        cmocka_unit_test(what_cannot_be_designed_is_said_in_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
