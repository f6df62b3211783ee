/* SPDX-License-Identifier: Apache-2.0 */
#include <json-c/json.h>
#include <math.h>
#include <string.h>

#include "tests/unit/test.h"
#include "tools/fasciactl/audio_explain.h"

static struct audio_question question_of(const char *source, const char *speakers)
{
    struct audio_question question;

    assert_int_equal(layout_named(source, &question.source), 0);
    assert_int_equal(speakers_preset(speakers, &question.speakers), 0);
    decide_policy_default(&question.policy);
    return question;
}

/* Of all layouts on all presets: the rules tell the whole way to what was taken. */
static void every_rule_before_the_one_taken_has_a_reason(void **state)
{
    struct audio_answer answer;
    (void)state;

    for (size_t s = 0; s < layout_names(); s++) {
        for (size_t p = 0; p < speakers_presets(); p++) {
            struct audio_question question = question_of(layout_name_at(s), speakers_preset_at(p));
            bool taken = false;

            audio_explain(&question, &answer);
            for (size_t i = 0; i < question.policy.count; i++) {
                bool is_taken = answer.rules[i].result == RULE_TAKEN;
                assert_int_equal(is_taken, question.policy.rules[i].mode == answer.decision.mode);
                assert_int_equal(answer.rules[i].result == RULE_NOT_TRIED, taken);
                assert_int_equal(answer.rules[i].why[0] != '\0', !taken && !is_taken);
                taken |= is_taken;
            }
            assert_true(taken);
        }
    }
}

static void a_speaker_s_worst_gain_is_the_sum_of_its_row(void **state)
{
    struct audio_question question = question_of("5.1", "2");
    struct audio_answer answer;
    (void)state;

    audio_explain(&question, &answer);
    assert_int_equal(answer.decision.mode, DECIDE_STEREO);
    assert_true(fabs(answer.worst_db[0] - 9.2864) < 0.01); /* 1 + .7071 + .5 + .7071 */
    assert_true(fabs(answer.worst_db[0] - answer.decision.worst_gain_db) < 0.001);
    question = question_of("stereo", "5.1");
    audio_explain(&question, &answer);
    assert_true(answer.worst_db[2] <= -200); /* FC is silent */
}

static void the_json_names_speakers_rules_and_what_is_lost(void **state)
{
    struct audio_question question = question_of("7.1.4", "4");
    struct audio_answer answer;
    struct json_object *part = NULL;
    (void)state;

    question.policy.lfe = DECIDE_LFE_DROP;
    audio_explain(&question, &answer);
    struct json_object *json = audio_explain_json(&question, &answer);
    assert_non_null(json);
    assert_true(json_object_object_get_ex(json, "matrix", &part));
    assert_int_equal(json_object_array_length(part), 4);
    assert_int_equal(json_object_array_length(json_object_array_get_idx(part, 0)), 12);
    assert_true(json_object_object_get_ex(json, "lost_channels", &part));
    assert_string_equal(json_object_to_json_string(part), "[ \"LFE\" ]");
    assert_true(json_object_object_get_ex(json, "rules", &part));
    assert_int_equal(json_object_array_length(part), question.policy.count);
    assert_int_equal(json_object_put(json), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rule_before_the_one_taken_has_a_reason),
        cmocka_unit_test(a_speaker_s_worst_gain_is_the_sum_of_its_row),
        cmocka_unit_test(the_json_names_speakers_rules_and_what_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
