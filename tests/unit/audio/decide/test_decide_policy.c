/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "tests/unit/test.h"

static char message[160];

static int checked(const struct decide_policy *policy)
{
    struct fascia_text text;
    fascia_text_init(&text, message, sizeof message);
    return decide_policy_check(policy, &text);
}

static struct decide_policy default_policy(void)
{
    struct decide_policy policy;
    decide_policy_default(&policy);
    return policy;
}

static void every_mode_has_a_name_that_parses_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < DECIDE_MODES_; i++) {
        enum decide_mode mode;
        assert_int_equal(decide_mode_parse(decide_mode_name((enum decide_mode)i), &mode), 0);
        assert_int_equal(mode, i);
    }
    enum decide_mode mode = DECIDE_LTRT;
    assert_int_equal(decide_mode_parse("Stereo", &mode), -ENOENT);
    assert_int_equal(mode, DECIDE_LTRT);
    assert_string_equal(decide_mode_name(DECIDE_MODES_), "?");
}

static void the_default_policy_has_all_modes_but_ltrt_without_a_threshold(void **state)
{
    static const enum decide_mode order[] = {DECIDE_DISCRETE, DECIDE_PARTIAL, DECIDE_QUAD,  DECIDE_VIRTUAL,
                                             DECIDE_STEREO,   DECIDE_MONO,    DECIDE_REFUSE};
    (void)state;
    struct decide_policy policy = default_policy();
    assert_int_equal(policy.count, FASCIA_ARRAY_SIZE(order));
    for (size_t i = 0; i < policy.count; i++) {
        assert_int_equal(policy.rules[i].mode, order[i]);
        assert_int_equal(policy.rules[i].min_speakers, 0);
    }
    assert_int_equal(policy.min_speakers, 6);
    assert_string_equal(policy.coefficients.name, "bs775");
    assert_int_equal(policy.lfe, DECIDE_LFE_MINUS6);
    assert_false(policy.crosstalk || policy.upmix);
    assert_int_equal(checked(&policy), 0);
}

static void what_is_wrong_with_a_policy_is_said_in_one_sentence(void **state)
{
    (void)state;
    struct decide_policy policy = default_policy();
    policy.rules[3].mode = DECIDE_QUAD;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "the policy has quad twice");

    policy = default_policy();
    policy.rules[1].mode = DECIDE_MODES_;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "rule 2 of the policy has no mode");

    policy = default_policy();
    policy.rules[1].min_speakers = 17;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "partial asks for 17 speakers; there are 16 at most");

    policy = default_policy();
    policy.count = DECIDE_MODES_ + 1;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "the policy has 9 rules; there are 8 modes");

    policy = default_policy();
    policy.min_speakers = 99;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "min_speakers is 99; there are 16 speakers at most");

    policy = default_policy();
    policy.lfe = DECIDE_LFES_;
    assert_int_equal(checked(&policy), -EINVAL);

    policy = default_policy();
    policy.coefficients.rear = -1;
    assert_int_equal(checked(&policy), -EINVAL);
    assert_string_equal(message, "the weight rear of bs775 is not within 0 … 2");
}

static void gains_that_are_no_numbers_or_too_large_are_errors(void **state)
{
    static const float wrong[] = {24.1F, -25, NAN, INFINITY};
    (void)state;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(wrong); i++) {
        struct decide_policy policy = default_policy();
        policy.dialogue_db = wrong[i];
        assert_int_equal(checked(&policy), -EINVAL);
        assert_string_equal(message, "the dialogue gain is not within -24 … 24 dB");
        policy = default_policy();
        policy.lfe_db = wrong[i];
        assert_int_equal(checked(&policy), -EINVAL);
        policy = default_policy();
        policy.makeup_db[DECIDE_VIRTUAL] = wrong[i];
        assert_int_equal(checked(&policy), -EINVAL);
    }
    struct decide_policy policy = default_policy();
    policy.virtual_cost.worst_gain_db = NAN;
    assert_int_equal(checked(&policy), -EINVAL);
}

static void four_sets_of_coefficients_are_known_and_right(void **state)
{
    static const char *const names[] = {"bs775", "bs2127", "android", "pipewire"};
    struct coefficients c;
    struct fascia_text text;
    (void)state;
    assert_int_equal(coefficients_presets(), FASCIA_ARRAY_SIZE(names));
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(names); i++) {
        assert_string_equal(coefficients_preset_at(i), names[i]);
        assert_int_equal(coefficients_preset(names[i], &c), 0);
        assert_string_equal(c.name, names[i]);
        fascia_text_init(&text, message, sizeof message);
        assert_int_equal(coefficients_check(&c, &text), 0);
    }
    assert_null(coefficients_preset_at(FASCIA_ARRAY_SIZE(names)));
    assert_int_equal(coefficients_preset("dolby", &c), COEFFICIENTS_E_UNKNOWN);
    assert_string_equal(c.name, "pipewire"); /* untouched */
}

static void a_weight_out_of_range_is_named(void **state)
{
    static const float wrong[] = {-0.1F, 2.1F, NAN, INFINITY};
    struct coefficients good;
    (void)state;
    assert_int_equal(coefficients_preset("bs775", &good), 0);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(wrong); i++) {
        float *const weights[] = {&good.centre,        &good.lfe,       &good.surround,        &good.rear,
                                  &good.join,          &good.top_front, &good.top_rear,        &good.top_rear_behind,
                                  &good.top_rear_side, &good.top_side,  &good.top_side_behind, &good.mono,
                                  &good.single};
        for (size_t w = 0; w < FASCIA_ARRAY_SIZE(weights); w++) {
            const float before = *weights[w];
            struct fascia_text text;
            fascia_text_init(&text, message, sizeof message);
            *weights[w] = wrong[i];
            assert_int_equal(coefficients_check(&good, &text), COEFFICIENTS_E_RANGE);
            assert_true(strlen(message) > 0);
            *weights[w] = before;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode_has_a_name_that_parses_back),
        cmocka_unit_test(the_default_policy_has_all_modes_but_ltrt_without_a_threshold),
        cmocka_unit_test(what_is_wrong_with_a_policy_is_said_in_one_sentence),
        cmocka_unit_test(gains_that_are_no_numbers_or_too_large_are_errors),
        cmocka_unit_test(four_sets_of_coefficients_are_known_and_right),
        cmocka_unit_test(a_weight_out_of_range_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
