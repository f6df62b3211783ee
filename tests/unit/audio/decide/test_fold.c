/* SPDX-License-Identifier: Apache-2.0 */
/* Where a channel goes that has no speaker: docs/audio.md, "Where a channel without a speaker goes". */
#include "audio/decide/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static struct layout parsed(const char *text)
{
    struct layout layout = {.count = 0};

    if (layout_named(text, &layout) != 0)
        assert_int_equal(layout_parse(text, &layout), 0);
    return layout;
}

/* "FL .7071 FR .7071": all other weights are zero. */
static float weight_in(const char *column, enum layout_channel to)
{
    char word[16], number[16];

    while (fascia_text_word(&column, word, sizeof word) == 0) {
        assert_int_equal(fascia_text_word(&column, number, sizeof number), 0);
        if (strcmp(word, layout_channel_name(to)) == 0)
            return strtof(number, NULL);
    }
    return 0;
}

struct way {
    const char *source, *speakers, *channel;
    const char *column;
};

static void assert_ways(const char *set, bool encode, const struct way *ways, size_t count)
{
    struct coefficients weights;

    assert_int_equal(coefficients_preset(set, &weights), 0);
    for (size_t i = 0; i < count; i++) {
        const struct layout source = parsed(ways[i].source), targets = parsed(ways[i].speakers);
        const struct fold fold = {.source = &source, .targets = &targets, .weights = &weights, .encode = encode};
        struct fold_column column;
        enum layout_channel channel;
        assert_int_equal(layout_channel_parse(ways[i].channel, &channel), 0);
        fold_channel(&fold, channel, &column);
        for (size_t to = 0; to < LAYOUT_CHANNEL_COUNT; to++)
            if (fabsf(column.w[to] - weight_in(ways[i].column, (enum layout_channel)to)) > 1e-4F)
                fail_msg("%s: %s of %s on %s is %f in %s", set, ways[i].channel, ways[i].source, ways[i].speakers,
                         (double)column.w[to], layout_channel_name((enum layout_channel)to));
    }
}

/* In each group one place less is left from line to line: the first that is there is taken. */
static void a_channel_goes_to_the_first_place_of_its_list_that_is_there(void **state)
{
    static const struct way ways[] = {
        {"7.1.4", "FC TFL TSL SL RL TRL FR", "FL", "FC .7071"},
        {"7.1.4", "TFL TSL SL RL TRL FR", "FL", "TFL 1"},
        {"7.1.4", "TSL SL RL TRL FR", "FL", "TSL 1"},
        {"7.1.4", "SL RL TRL FR", "FL", "SL 1"},
        {"7.1.4", "RL TRL FR", "FL", "RL 1"},
        {"7.1.4", "TRL FR", "FL", "TRL 1"},
        {"7.1.4", "TFL TSR SR", "FR", "TSR 1"},

        {"5.1", "FL FR TFL TFR", "FC", "FL .7071 FR .7071"},
        {"5.1", "FL TFL TFR", "FC", "FL 1"},
        {"5.1", "FR TFL TFR", "FC", "FR 1"},
        {"5.1", "TFL TFR SL SR TSL TSR", "FC", "TFL .7071 TFR .7071"},
        {"5.1", "SL SR TSL TSR RL RR", "FC", "SL .7071 SR .7071"},
        {"5.1", "TSL TSR RL RR TRL TRR", "FC", "TSL .7071 TSR .7071"},
        {"5.1", "RL RR TRL TRR", "FC", "RL .7071 RR .7071"},
        {"5.1", "TRL TRR RC", "FC", "TRL .7071 TRR .7071"},
        {"5.1", "MONO FL FR", "FC", "MONO 1"},
        {"AUX3", "FL FR SL SR", "AUX3", "FL .7071 FR .7071"},

        {"5.1", "LFE2 FL FR FC", "LFE", "LFE2 1"},
        {"FL LFE2", "LFE FL FR", "LFE2", "LFE 1"},
        {"5.1", "FL FR FC SL SR", "LFE", "FL .5 FR .5"},
        {"5.1", "FL FC SL SR", "LFE", "FC .5"},
        {"5.1", "FL SL SR", "LFE", "FL .5"},
        {"5.1", "FR SL SR", "LFE", "FR .5"},
        {"5.1", "SL SR RL RR", "LFE", "SL .5 SR .5"},
        {"5.1", "RL RR TFL TFR", "LFE", "RL .5 RR .5"},
        {"5.1", "TFL TFR TSL TSR", "LFE", "TFL .5 TFR .5"},
        {"5.1", "TSL TSR TRL TRR", "LFE", "TSL .5 TSR .5"},
        {"5.1", "TRL TRR RC", "LFE", "TRL .5 TRR .5"},

        {"5.1", "RL RC FL", "SL", "RL 1"}, /* a lone surround pair stands for the other one */
        {"7.1", "RL RC FL FC TRL TSL TFL", "SL", "RL .7071"},
        {"7.1", "RC FL FC TRL TSL TFL", "SL", "RC .7071"},
        {"7.1", "FL FC TRL TSL TFL", "SL", "FL .7071"},
        {"7.1", "FC TRL TSL TFL", "SL", "FC .5"},
        {"7.1", "TRL TSL TFL", "SL", "TRL 1"},
        {"7.1", "TSL TFL", "SL", "TSL 1"},
        {"7.1", "TFL FR", "SL", "TFL 1"},
        {"7.1", "SL RC FL FC TRL TSL TFL", "RL", "SL .7071"},
        {"7.1", "RC FL FC TRL TSL TFL", "RL", "RC .7071"},
        {"7.1", "FL FC TRL TSL TFL", "RL", "FL .7071"},
        {"7.1", "FC TRL TSL TFL", "RL", "FC .5"},
        {"7.1", "TRL TSL TFL", "RL", "TRL 1"},
        {"7.1", "TSL TFL", "RL", "TSL 1"},
        {"7.1", "TFL FR", "RL", "TFL 1"},
        {"7.1", "RL TFR TSR", "SR", "TSR 1"},

        {"6.1", "RL RR SL SR FL FR", "RC", "RL .7071 RR .7071"},
        {"6.1", "SL SR FL FR", "RC", "SL .7071 SR .7071"},
        {"6.1", "FL FR FC TRL TRR", "RC", "FL .5 FR .5"},
        {"6.1", "FC TRL TRR TSL TSR", "RC", "FC .7071"},
        {"6.1", "TRL TRR TSL TSR TFL TFR", "RC", "TRL .7071 TRR .7071"},
        {"6.1", "TSL TSR TFL TFR", "RC", "TSL .7071 TSR .7071"},
        {"6.1", "TFL TFR", "RC", "TFL .7071 TFR .7071"},

        {"5.1.2-front", "TSL FL FC TRL SL RL", "TFL", "TSL 1"},
        {"5.1.4", "TSL FL FC", "TFL", "TSL .7071"}, /* beside the rear ones, which go there as well */
        {"5.1.2-front", "FL FC TRL SL RL", "TFL", "FL 1"},
        {"5.1.2-front", "FC TRL SL RL", "TFL", "FC .7071"},
        {"5.1.2-front", "TRL SL RL", "TFL", "TRL 1"},
        {"5.1.2-front", "SL RL", "TFL", "SL 1"},
        {"5.1.2-front", "RL RR", "TFL", "RL 1"},

        {"5.1.2", "TFL TRL FL SL", "TSL", "TFL .7071 TRL .7071"},
        {"5.1.2", "TFL FL SL RL", "TSL", "TFL 1"},
        {"5.1.2", "TRL FL SL RL", "TSL", "TRL 1"},
        {"5.1.2", "FL SL RL FC", "TSL", "FL .7071 SL .7071"},
        {"5.1.2", "FL RL FC", "TSL", "FL .7071 RL .7071"},
        {"5.1.2", "FL FC", "TSL", "FL 1"},
        {"5.1.2", "SL RL FC", "TSL", "SL 1"},
        {"5.1.2", "RL FC", "TSL", "RL 1"},
        {"5.1.2", "FC RC", "TSL", "FC .7071"},

        {"7.1.4", "TSL RL SL RC TFL FL", "TRL", "TSL .7071"},
        {"TRL TRR", "TSL RL SL", "TRL", "TSL 1"},
        {"7.1.4", "RL SL RC TFL FL", "TRL", "RL 1"},
        {"7.1.4", "SL RC TFL FL", "TRL", "SL 1"},
        {"7.1.4", "RC TFL FL", "TRL", "RC .7071"},
        {"7.1.4", "TFL FL FC", "TRL", "TFL .7071"},
        {"7.1.4", "FL FC", "TRL", "FL .7071"},
        {"7.1.4", "FC FR", "TRL", "FC .5"},
    };
    (void)state;
    assert_ways("bs775", false, ways, FASCIA_ARRAY_SIZE(ways));
}

static void where_nothing_of_the_list_is_there_the_nearest_to_the_front_plays_it(void **state)
{
    static const struct way ways[] = {
        {"7.1.4", "RC FR", "FL", "RC .7071"}, /* rather in the middle than across */
        {"7.1.4", "FR SR", "FL", "FR .7071"},   {"7.1.4", "FL SL", "FR", "FL .7071"},
        {"7.1.4", "TFR SR", "SL", "TFR .7071"}, {"5.1", "SL RR", "FC", "SL 1"},
        {"5.1", "TFL SL RR", "FC", "TFL 1"},    {"5.1", "RC", "FC", "RC 1"},
        {"5.1", "RC", "LFE", "RC .5"},          {"5.1", "SL RR", "LFE", "SL .5"},
    };
    (void)state;
    assert_ways("bs775", false, ways, FASCIA_ARRAY_SIZE(ways));
}

static void sets_that_send_heights_elsewhere_do_so(void **state)
{
    static const struct way android[] = {
        {"5.1.2", "FL SL RL", "TSL", "SL 1"},
        {"5.1.2", "FL RL", "TSL", "RL 1"},
        {"5.1.2", "FL FR", "TSL", "FL .6057"},
    };
    static const struct way pipewire[] = {
        {"7.1.4", "SL FL RC", "TRL", "RC .7071"},
        {"7.1.4", "SL FL", "TRL", "FL .5"},
        {"7.1.4", "RL SL FL", "TRL", "RL .5"},
        {"TRL TRR", "RL SL FL", "TRL", "RL 1"}, /* alone there, it needs not make room */
        {"mono", "FL FR", "MONO", "FL 1 FR 1"},
        {"MONO SL SR", "FL FR", "MONO", "FL .7071 FR .7071"}, /* a centre among others */
    };
    (void)state;
    assert_ways("android", false, android, FASCIA_ARRAY_SIZE(android));
    assert_ways("pipewire", false, pipewire, FASCIA_ARRAY_SIZE(pipewire));
}

/* BS.2127: of two pairs on one, the side one stands half in front. */
static void two_pairs_on_one_are_split_by_where_they_stand(void **state)
{
    static const struct way ways[] = {
        {"7.1", "FL FR RL RR", "SL", "FL .7071 RL .7071"},
        {"7.1", "FL FR RL RR", "SR", "FR .7071 RR .7071"},
        {"7.1", "FL FR RL RR", "RR", "RR 1"},
        {"7.1", "FL FR SL SR", "RL", "SL 1"},
        {"7.1", "FL FR SL SR", "SR", "FR .7071 SR .7071"},
        {"5.1", "FL FR RL RR", "SL", "RL 1"},
        {"7.1", "FL FR SL SR RL RR", "SL", "SL 1"},
        {"7.1", "FL FR", "SL", "FL .7071"},
    };
    (void)state;
    assert_ways("bs2127", false, ways, FASCIA_ARRAY_SIZE(ways));
}

/* ATSC A/52: what is behind is in the left one with the other sign; what is above in front is not behind. */
static void matrix_encoding_is_for_what_is_behind(void **state)
{
    static const struct way ways[] = {
        {"7.1.4", "FL FR", "SL", "FL -.7071 FR .7071"},
        {"7.1.4", "FL FR", "RR", "FL -.7071 FR .7071"},
        {"6.1", "FL FR", "RC", "FL -.7071 FR .7071"},
        {"7.1.4", "FL FR", "TRL", "FL -.7071 FR .7071"},
        {"7.1.4", "FL FR", "TFL", "FL 1"},
        {"7.1.4", "FL FR", "FC", "FL .7071 FR .7071"},
        {"7.1.4", "FL FR LFE", "LFE", "LFE 1"},
    };
    (void)state;
    assert_ways("bs775", true, ways, FASCIA_ARRAY_SIZE(ways));
}

static void a_set_can_weigh_the_pair_that_is_behind_another_by_itself(void **state)
{
    const struct layout targets = parsed("FL FR"), both = parsed("7.1"), rear = parsed("5.1-rear"),
                        right = parsed("FR SR RR");
    struct coefficients weights;
    struct fold_column column;
    (void)state;
    assert_int_equal(coefficients_preset("bs775", &weights), 0);
    weights.rear = 0.25F;
    struct fold fold = {.source = &both, .targets = &targets, .weights = &weights};
    fold_channel(&fold, LAYOUT_RL, &column);
    assert_true(column.w[LAYOUT_FL] == 0.25F);
    fold_channel(&fold, LAYOUT_RR, &column);
    assert_true(column.w[LAYOUT_FR] == 0.25F);
    fold_channel(&fold, LAYOUT_SL, &column);
    assert_true(column.w[LAYOUT_FL] == weights.surround);
    fold.source = &right;
    fold_channel(&fold, LAYOUT_RR, &column);
    assert_true(column.w[LAYOUT_FR] == 0.25F);
    fold.source = &rear; /* the only one is a surround, whatever its label */
    fold_channel(&fold, LAYOUT_RL, &column);
    assert_true(column.w[LAYOUT_FL] == weights.surround);
}

/* BS.775-3 Annex 4, "1/0"; of the LFE its own weight, once. */
static void one_speaker_gets_the_sum_of_both_sides(void **state)
{
    static const struct {
        const char *channel;
        float weight;
    } sums[] = {{"FL", .7071F}, {"FC", 1}, {"LFE", .5F}, {"SL", .5F}, {"RR", .5F}, {"TFL", .7071F}, {"TRL", .5F}};
    const struct layout source = parsed("7.1.4"), targets = parsed("FC"), alone = parsed("mono");
    struct coefficients weights;
    enum layout_channel channel;
    (void)state;
    assert_int_equal(coefficients_preset("bs775", &weights), 0);
    struct fold fold = {.source = &source, .targets = &targets, .weights = &weights};
    for (size_t i = 0; i < 2 * FASCIA_ARRAY_SIZE(sums); i++) {
        fold.encode = i % 2; /* which would let surrounds cancel */
        assert_int_equal(layout_channel_parse(sums[i / 2].channel, &channel), 0);
        assert_true(fabsf(fold_mono(&fold, channel) - sums[i / 2].weight) < 1e-4F);
    }
    fold.source = &alone;
    assert_true(fold_mono(&fold, LAYOUT_MONO) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_channel_goes_to_the_first_place_of_its_list_that_is_there),
        cmocka_unit_test(where_nothing_of_the_list_is_there_the_nearest_to_the_front_plays_it),
        cmocka_unit_test(sets_that_send_heights_elsewhere_do_so),
        cmocka_unit_test(two_pairs_on_one_are_split_by_where_they_stand),
        cmocka_unit_test(matrix_encoding_is_for_what_is_behind),
        cmocka_unit_test(a_set_can_weigh_the_pair_that_is_behind_another_by_itself),
        cmocka_unit_test(one_speaker_gets_the_sum_of_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
