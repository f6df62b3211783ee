/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions at the edges of what the modes ask for. */
#include "audio/decide/decide.h"

#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static struct decision decided(const char *source_name, const char *ports, const struct decide_policy *policy)
{
    struct layout source, sink;
    struct speakers speakers;
    struct decision d;

    assert_int_equal(layout_named(source_name, &source), 0);
    assert_int_equal(layout_parse(ports, &sink), 0);
    speakers_nominal(&sink, &speakers);
    decide(&source, &speakers, policy, &d);
    return d;
}

/* The centre alone, else both fronts, else what is nearest to the front: in the order of the ports below. */
static void one_sum_for_all_comes_from_where_it_is_heard_in_front(void **state)
{
    static const struct {
        const char *ports;
        float of_centre[4]; /* what each port plays of FC */
    } cases[] = {
        {"FL FR FC", {0, 0, 1}},
        {"FL FR SL SR", {.7071F, .7071F, 0, 0}},
        {"SL SR RL RR", {.7071F, .7071F, 0, 0}},
        {"RL RR TFL TFR", {0, 0, .7071F, .7071F}},
        {"RL RR SL RC", {0, 0, 0, 1}},
        {"FR RL", {1, 0}},
        {"RL SR", {0, 1}},
        {"TRL RR", {0, 1}},
    };
    struct decide_policy policy;
    (void)state;
    decide_policy_default(&policy);
    policy.rules[0].mode = DECIDE_MONO;
    policy.count = 1;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(cases); i++) {
        const struct decision d = decided("5.1", cases[i].ports, &policy);
        assert_int_equal(d.mode, DECIDE_MONO);
        for (size_t o = 0; o < d.matrix.outputs; o++)
            if (d.matrix.w[o][2] - cases[i].of_centre[o] > 1e-4F || d.matrix.w[o][2] - cases[i].of_centre[o] < -1e-4F)
                fail_msg("%s: port %zu plays %f", cases[i].ports, o, (double)d.matrix.w[o][2]);
    }
}

static void one_speaker_drops_the_lfe_as_any_other_cabin(void **state)
{
    struct decide_policy policy;
    (void)state;
    decide_policy_default(&policy);
    policy.lfe = DECIDE_LFE_DROP;
    struct decision d = decided("5.1", "FC", &policy);
    assert_int_equal(d.mode, DECIDE_MONO);
    assert_int_equal(d.lost.count, 1);
    assert_int_equal(d.lost.channels[0], LAYOUT_LFE);
    d = decided("5.1", "FC LFE", &policy);
    assert_int_equal(d.lost.count, 0);
    assert_true(d.matrix.w[0][3] == 0 && d.matrix.w[1][3] == 1);
}

/* Filters for a head are none for two loudspeakers, and the other way round. */
static void each_kind_of_filters_is_for_its_own_outputs(void **state)
{
    struct decide_policy policy;
    struct layout source, sink;
    struct speakers speakers;
    struct decision d;
    (void)state;
    assert_int_equal(layout_named("5.1", &source), 0);
    assert_int_equal(layout_named("stereo", &sink), 0);
    speakers_nominal(&sink, &speakers);
    for (unsigned has = 0; has < 8; has++) {
        decide_policy_default(&policy);
        policy.crosstalk = true;
        policy.virtual_cost.headphones = has & 1;
        policy.virtual_cost.crosstalk = has & 2;
        speakers.headphones = has & 4;
        decide(&source, &speakers, &policy, &d);
        const bool fits = has & 4 ? has & 1 : has & 2;
        assert_int_equal(d.mode, fits ? DECIDE_VIRTUAL : DECIDE_STEREO);
        assert_int_equal(d.filters, !fits     ? DECIDE_FILTERS_NONE
                                    : has & 4 ? DECIDE_FILTERS_HEADPHONES
                                              : DECIDE_FILTERS_CROSSTALK);
    }
}

static void one_channel_without_a_speaker_is_named_alone(void **state)
{
    struct decide_policy policy;
    (void)state;
    decide_policy_default(&policy);
    const struct decision d = decided("3.0", "FL FR", &policy);
    assert_non_null(strstr(d.reason, "not discrete: FC has no speaker"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sum_for_all_comes_from_where_it_is_heard_in_front),
        cmocka_unit_test(one_speaker_drops_the_lfe_as_any_other_cabin),
        cmocka_unit_test(each_kind_of_filters_is_for_its_own_outputs),
        cmocka_unit_test(one_channel_without_a_speaker_is_named_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
