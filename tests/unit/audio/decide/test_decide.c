/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <math.h>
#include <string.h>

#include "tests/unit/test.h"

#define M3 0.70710678

static struct layout layout_of(const char *text)
{
    struct layout layout = {.count = 0};
    assert_int_equal(layout_parse(text, &layout), 0);
    return layout;
}

static struct decision decided_by(const struct layout *source, const struct layout *sink, enum decide_lfe lfe)
{
    struct decide_policy policy;
    struct speakers speakers;
    struct decision d;

    decide_policy_default(&policy);
    policy.lfe = lfe;
    speakers_nominal(sink, &speakers);
    decide(source, &speakers, &policy, &d);
    return d;
}

static struct decision decided(const char *source, const char *speakers, enum decide_lfe lfe)
{
    struct layout a = layout_of(source), b = layout_of(speakers);
    return decided_by(&a, &b, lfe);
}

static const char SURROUND[] = "FL FR FC LFE SL SR";

static void assert_row(const struct decision *d, size_t output, const double row[6])
{
    for (size_t i = 0; i < 6; i++)
        assert_true(fabs((double)d->matrix.w[output][i] - row[i]) < 1e-6);
}

/* --- the rows of ITU-R BS.775-3 Annex 4 ----------------------------------------------------------------------------
 */

static void two_speakers_get_lo_ro(void **state)
{
    (void)state;
    struct decision d = decided(SURROUND, "FL FR", DECIDE_LFE_MINUS6);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_row(&d, 0, (const double[6]){1, 0, M3, .5, M3, 0});
    assert_row(&d, 1, (const double[6]){0, 1, M3, .5, 0, M3});
    assert_int_equal(d.lost.count, 0);
    assert_true(fabs(d.worst_gain_db - 20 * log10(1 + 2 * M3 + .5)) < 1e-5);
    assert_int_equal(d.latency_frames, 0);
}

static void the_order_of_the_speakers_is_that_of_the_rows(void **state)
{
    (void)state;
    struct decision d = decided(SURROUND, "FR FL", DECIDE_LFE_MINUS6);
    assert_row(&d, 0, (const double[6]){0, 1, M3, .5, 0, M3});
}

static void four_speakers_get_two_two(void **state)
{
    static const char *const quads[] = {"FL FR RL RR", "FL FR SL SR"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct decision d = decided(SURROUND, quads[i], DECIDE_LFE_MINUS6);
        assert_int_equal(d.mode, DECIDE_QUAD);
        assert_row(&d, 0, (const double[6]){1, 0, M3, .5, 0, 0});
        assert_row(&d, 1, (const double[6]){0, 1, M3, .5, 0, 0});
        assert_row(&d, 2, (const double[6]){0, 0, 0, 0, 1, 0});
        assert_row(&d, 3, (const double[6]){0, 0, 0, 0, 0, 1});
    }
}

static void one_speaker_gets_one_zero(void **state)
{
    static const char *const monos[] = {"MONO", "FC", "FL"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct decision d = decided(SURROUND, monos[i], DECIDE_LFE_MINUS6);
        assert_int_equal(d.mode, DECIDE_MONO);
        assert_row(&d, 0, (const double[6]){M3, M3, 1, .5, .5, .5});
    }
}

static void a_dropped_lfe_is_named_as_lost(void **state)
{
    (void)state;
    struct decision d = decided(SURROUND, "FL FR", DECIDE_LFE_DROP);
    assert_row(&d, 0, (const double[6]){1, 0, M3, 0, M3, 0});
    assert_int_equal(d.lost.count, 1);
    assert_int_equal(d.lost.channels[0], LAYOUT_LFE);
    assert_non_null(strstr(d.reason, "LFE"));
}

static void a_subwoofer_plays_the_lfe_under_any_policy(void **state)
{
    (void)state;
    struct decision d = decided(SURROUND, SURROUND, DECIDE_LFE_DROP);
    assert_int_equal(d.mode, DECIDE_DISCRETE);
    assert_int_equal(d.lost.count, 0);
}

static void a_51_programme_is_discrete_on_rear_labelled_51_speakers(void **state)
{
    (void)state;
    struct decision d = decided(SURROUND, "FL FR FC LFE RL RR", DECIDE_LFE_MINUS6);
    assert_int_equal(d.mode, DECIDE_DISCRETE);
}

static void a_second_surround_pair_joins_the_first_at_minus_3_db(void **state)
{
    (void)state;
    struct decision d = decided("FL FR FC LFE SL SR RL RR", "FL FR RL RR", DECIDE_LFE_MINUS6);
    assert_int_equal(d.mode, DECIDE_QUAD);
    assert_true(fabs((double)d.matrix.w[2][6] - 1) < 1e-6);
    assert_true(fabs((double)d.matrix.w[2][4] - M3) < 1e-6);
}

static void speakers_that_no_mode_fits_are_refused_with_all_weights_zero(void **state)
{
    static const char *const odd[] = {"LFE", "LFE LFE2"};
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct decision d = decided(SURROUND, odd[i], DECIDE_LFE_MINUS6);
        assert_int_equal(d.mode, DECIDE_REFUSE);
        for (size_t o = 0; o < LAYOUT_CHANNELS_MAX; o++)
            for (size_t c = 0; c < LAYOUT_CHANNELS_MAX; c++)
                assert_true(d.matrix.w[o][c] == 0);
        assert_int_equal(d.lost.count, 6);
        assert_true(strlen(d.reason) > 0);
    }
}

static void no_speaker_and_no_channel_are_refused(void **state)
{
    struct layout none = {.count = 0}, stereo = layout_of("FL FR");
    struct decision d;
    (void)state;
    d = decided_by(&none, &stereo, DECIDE_LFE_DROP);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    d = decided_by(&stereo, &none, DECIDE_LFE_DROP);
    assert_int_equal(d.mode, DECIDE_REFUSE);
    assert_int_equal(d.lost.count, 2);
}

static void the_lfe_alone_under_drop_is_no_discrete_programme(void **state)
{
    (void)state;
    struct decision d = decided("LFE", "FL FR", DECIDE_LFE_DROP);
    assert_int_equal(d.mode, DECIDE_STEREO);
    assert_int_equal(d.lost.count, 1);
}

/* --- what holds for all pairs of layouts ---------------------------------------------------------------------------
 */

/* Every named layout, and some that have no name. */
static size_t all_layouts(struct layout *list, size_t size)
{
    static const char *const more[] = {"FL",    "FC",       "LFE",         "FR FL",    "FL FR RR RL", "FL FR FC",
                                       "RL RR", "FL FR RC", "FL FR FC RC", "MONO LFE", "SL SR RL RR", "FL FR LFE"};
    size_t n = 0;

    for (size_t i = 0; i < layout_names(); i++)
        assert_int_equal(layout_named(layout_name_at(i), &list[n++]), 0);
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++)
        list[n++] = layout_of(more[i]);
    assert_true(n <= size);
    return n;
}

typedef void (*property_fn)(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                            const struct decision *d);

static void for_all_pairs(property_fn property)
{
    struct layout list[64];
    size_t n = all_layouts(list, 64);

    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < n; b++)
            for (enum decide_lfe lfe = DECIDE_LFE_MINUS6; lfe < DECIDE_LFES_; lfe++) {
                struct decision d;
                d = decided_by(&list[a], &list[b], lfe);
                property(&list[a], &list[b], lfe, &d);
            }
}

static double power(const struct decision *d, size_t input)
{
    double sum = 0;
    for (size_t o = 0; o < d->matrix.outputs; o++)
        sum += pow((double)d->matrix.w[o][input], 2);
    return sum;
}

static void check_lost(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                       const struct decision *d)
{
    (void)speakers;
    for (size_t i = 0; i < source->count; i++) {
        bool reported = layout_find(&d->lost, source->channels[i]) >= 0;
        assert_int_equal(power(d, i) == 0, reported);
        if (reported && d->mode != DECIDE_REFUSE)
            assert_true(source->channels[i] == LAYOUT_LFE && lfe == DECIDE_LFE_DROP);
    }
}

static void no_channel_is_lost_unless_the_policy_says_so_and_the_record_names_it(void **state)
{
    (void)state;
    for_all_pairs(check_lost);
}

static void check_power(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                        const struct decision *d)
{
    (void)speakers;
    (void)lfe;
    for (size_t i = 0; i < source->count; i++) {
        double p = power(d, i);
        assert_true(p < 1 + 1e-6);
        if (layout_find(&d->lost, source->channels[i]) < 0)
            assert_true(p > 0.25 - 1e-6);
    }
}

static void each_channel_keeps_its_power_within_6_db_and_is_never_raised(void **state)
{
    (void)state;
    for_all_pairs(check_power);
}

static bool is_symmetric(const struct layout *layout)
{
    for (size_t i = 0; i < layout->count; i++)
        if (layout_find(layout, layout_channel_mirror(layout->channels[i])) < 0)
            return false;
    return true;
}

static void check_symmetry(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                           const struct decision *d)
{
    (void)lfe;
    if (!is_symmetric(source) || !is_symmetric(speakers))
        return;
    for (size_t o = 0; o < speakers->count; o++)
        for (size_t i = 0; i < source->count; i++) {
            int mo = layout_find(speakers, layout_channel_mirror(speakers->channels[o]));
            int mi = layout_find(source, layout_channel_mirror(source->channels[i]));
            assert_true(d->matrix.w[o][i] == d->matrix.w[mo][mi]);
        }
}

static void left_and_right_are_treated_alike(void **state)
{
    (void)state;
    for_all_pairs(check_symmetry);
}

static void check_place(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                        const struct decision *d)
{
    (void)lfe;
    /* A front channel can only stay in front where somebody plays there. */
    if (speakers->count < 2 || layout_find(speakers, LAYOUT_FL) < 0 || layout_find(speakers, LAYOUT_FR) < 0)
        return;
    for (size_t o = 0; o < speakers->count; o++)
        for (size_t i = 0; i < source->count; i++) {
            const struct layout_position *from = layout_channel_position(source->channels[i]);
            const struct layout_position *to = layout_channel_position(speakers->channels[o]);
            if (d->matrix.w[o][i] == 0)
                continue;
            bool crosses = (from->side == LAYOUT_SIDE_LEFT && to->side == LAYOUT_SIDE_RIGHT) ||
                           (from->side == LAYOUT_SIDE_RIGHT && to->side == LAYOUT_SIDE_LEFT);
            assert_false(crosses);
            if (from->role == LAYOUT_ROLE_FRONT || from->role == LAYOUT_ROLE_CENTRE)
                assert_true(to->role == LAYOUT_ROLE_FRONT || to->role == LAYOUT_ROLE_CENTRE);
        }
}

static void left_stays_left_and_fronts_stay_in_front(void **state)
{
    (void)state;
    for_all_pairs(check_place);
}

static void check_worst_gain(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                             const struct decision *d)
{
    double worst = 0;

    (void)lfe;
    assert_int_equal(d->matrix.outputs, speakers->count);
    assert_int_equal(d->matrix.inputs, source->count);
    for (size_t o = 0; o < speakers->count; o++) {
        double sum = 0;
        for (size_t i = 0; i < source->count; i++) {
            assert_true(d->matrix.w[o][i] >= 0);
            sum += (double)d->matrix.w[o][i];
        }
        worst = fmax(worst, sum);
    }
    assert_true(fabs(d->worst_gain_db - (worst > 0 ? 20 * log10(worst) : 0)) < 1e-9);
}

static void the_worst_gain_is_the_largest_row_sum(void **state)
{
    (void)state;
    for_all_pairs(check_worst_gain);
}

static void check_repeats(const struct layout *source, const struct layout *speakers, enum decide_lfe lfe,
                          const struct decision *d)
{
    struct decision again;

    again = decided_by(source, speakers, lfe);
    assert_int_equal(again.mode, d->mode);
    assert_memory_equal(&again.matrix.w, &d->matrix.w, sizeof d->matrix.w);
    assert_string_equal(again.reason, d->reason);
    assert_true(strlen(d->reason) > 0 && strlen(d->reason) < DECIDE_REASON_SIZE - 1);
}

static void the_same_question_gets_the_same_answer_in_one_whole_sentence(void **state)
{
    (void)state;
    for_all_pairs(check_repeats);
}

static void a_layout_to_itself_is_the_identity(void **state)
{
    struct layout list[64];
    size_t n = all_layouts(list, 64);
    (void)state;
    for (size_t a = 0; a < n; a++) {
        struct decision d;
        d = decided_by(&list[a], &list[a], DECIDE_LFE_MINUS6);
        assert_int_equal(d.mode, DECIDE_DISCRETE);
        for (size_t o = 0; o < list[a].count; o++)
            for (size_t i = 0; i < list[a].count; i++)
                assert_true(d.matrix.w[o][i] == (o == i ? 1.0F : 0.0F));
    }
}

static void a_mono_programme_is_centred(void **state)
{
    (void)state;
    struct decision d = decided("MONO", "FL FR RL RR", DECIDE_LFE_MINUS6);
    assert_true(fabs((double)d.matrix.w[0][0] - M3) < 1e-6);
    assert_true(d.matrix.w[0][0] == d.matrix.w[1][0]);
    assert_true(d.matrix.w[2][0] == 0 && d.matrix.w[3][0] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_speakers_get_lo_ro),
        cmocka_unit_test(the_order_of_the_speakers_is_that_of_the_rows),
        cmocka_unit_test(four_speakers_get_two_two),
        cmocka_unit_test(one_speaker_gets_one_zero),
        cmocka_unit_test(a_dropped_lfe_is_named_as_lost),
        cmocka_unit_test(a_subwoofer_plays_the_lfe_under_any_policy),
        cmocka_unit_test(a_51_programme_is_discrete_on_rear_labelled_51_speakers),
        cmocka_unit_test(a_second_surround_pair_joins_the_first_at_minus_3_db),
        cmocka_unit_test(speakers_that_no_mode_fits_are_refused_with_all_weights_zero),
        cmocka_unit_test(no_speaker_and_no_channel_are_refused),
        cmocka_unit_test(the_lfe_alone_under_drop_is_no_discrete_programme),
        cmocka_unit_test(no_channel_is_lost_unless_the_policy_says_so_and_the_record_names_it),
        cmocka_unit_test(each_channel_keeps_its_power_within_6_db_and_is_never_raised),
        cmocka_unit_test(left_and_right_are_treated_alike),
        cmocka_unit_test(left_stays_left_and_fronts_stay_in_front),
        cmocka_unit_test(the_worst_gain_is_the_largest_row_sum),
        cmocka_unit_test(the_same_question_gets_the_same_answer_in_one_whole_sentence),
        cmocka_unit_test(a_layout_to_itself_is_the_identity),
        cmocka_unit_test(a_mono_programme_is_centred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
