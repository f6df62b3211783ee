/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/target.h"

#include <errno.h>
#include <stdio.h>

#include "audio/route/sound_state.h"
#include "tests/unit/test.h"

static struct graph g; /* some hundred kilobytes */

static void add_sink(uint32_t id, const char *name, int32_t priority)
{
    struct graph_node node = {.id = id, .client = GRAPH_ID_NONE, .priority = priority, .is_sink = true};
    (void)snprintf(node.name, sizeof node.name, "%s", name);
    graph_put_node(&g, &node);
}

enum { HEAD_UNIT = 1 << 0, AMPLIFIER = 1 << 1, HDMI = 1 << 2 };

/* What is there; the projection sink and one of our own client always are. */
static void set_graph(unsigned sinks)
{
    graph_init(&g);
    add_sink(1, "fascia.projection", 9999);
    graph_put_node(&g, &(struct graph_node){.id = 2, .client = 77, .priority = 9998, .is_sink = true, .name = "ours"});
    if (sinks & HEAD_UNIT)
        add_sink(10, "head-unit", 100);
    if (sinks & AMPLIFIER)
        add_sink(11, "amplifier", 50);
    if (sinks & HDMI)
        add_sink(12, "hdmi", 200);
}

static struct target_wish wish_for(const char *preferred, const char *fallback, enum target_step step)
{
    return (struct target_wish){
        .preferred = preferred, .fallback = fallback, .not_this = "fascia.projection", .ours = 77, .step = step};
}

static void the_choice_follows_what_is_there_the_step_and_the_configuration(void **state)
{
    const enum target_step PREFERRED = TARGET_STEP_PREFERRED, FALLBACK = TARGET_STEP_FALLBACK, MUTE = TARGET_STEP_MUTE;
    const struct {
        const char *preferred, *fallback;
        enum target_step step;
        unsigned there;
        uint32_t id;
        enum target_role role;
        const char *explanation;
    } cases[] = {
        /* the preferred one wins in every step, whatever its priority */
        {"head-unit", "", PREFERRED, HEAD_UNIT | HDMI, 10, TARGET_PREFERRED, ""},
        {"head-unit", "", FALLBACK, HEAD_UNIT | HDMI, 10, TARGET_PREFERRED, ""},
        {"head-unit", "hdmi", FALLBACK, HEAD_UNIT | HDMI, 10, TARGET_PREFERRED, ""},
        {"head-unit", "", MUTE, HEAD_UNIT | HDMI, 10, TARGET_PREFERRED, ""},
        /* without it, each step does as it is called */
        {"head-unit", "", PREFERRED, AMPLIFIER | HDMI, GRAPH_ID_NONE, TARGET_ABSENT, "head-unit"},
        {"head-unit", "", FALLBACK, AMPLIFIER | HDMI, 12, TARGET_FALLBACK, "in place of head-unit"},
        {"head-unit", "amplifier", FALLBACK, AMPLIFIER | HDMI, 11, TARGET_FALLBACK, "in place of head-unit"},
        {"head-unit", "", MUTE, AMPLIFIER | HDMI, GRAPH_ID_NONE, TARGET_MUTED, "until there is head-unit"},
        {"head-unit", "amplifier", MUTE, AMPLIFIER, GRAPH_ID_NONE, TARGET_MUTED, "until there is head-unit"},
        /* a configured fallback is the only one */
        {"head-unit", "amplifier", FALLBACK, HDMI, GRAPH_ID_NONE, TARGET_ABSENT, "head-unit; nor is there amplifier"},
        {"head-unit", "", FALLBACK, 0, GRAPH_ID_NONE, TARGET_ABSENT, "head-unit; nor is there another sink"},
        /* without a preferred one the best is preferred, and none is another one */
        {"", "", PREFERRED, HEAD_UNIT | AMPLIFIER, 10, TARGET_PREFERRED, ""},
        {"", "", FALLBACK, AMPLIFIER, 11, TARGET_PREFERRED, ""},
        {"", "amplifier", FALLBACK, HEAD_UNIT | AMPLIFIER, 10, TARGET_PREFERRED, ""},
        {"", "", PREFERRED, 0, GRAPH_ID_NONE, TARGET_ABSENT, "there is no Audio/Sink"},
        {"", "", FALLBACK, 0, GRAPH_ID_NONE, TARGET_ABSENT, "there is no Audio/Sink"},
        {"", "", MUTE, 0, GRAPH_ID_NONE, TARGET_MUTED, "until there is a sink"},
        /* ours is never played to */
        {"fascia.projection", "ours", FALLBACK, 0, GRAPH_ID_NONE, TARGET_ABSENT,
         "fascia.projection; nor is there ours"},
    };
    (void)state;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct target_wish wish = wish_for(cases[i].preferred, cases[i].fallback, cases[i].step);
        enum target_role role = TARGET_ROLES_;
        char explanation[128];
        struct fascia_text text;

        set_graph(cases[i].there);
        const struct graph_node *node = target_choose(&g, &wish, &role);
        fascia_text_init(&text, explanation, sizeof explanation);
        target_explain(&wish, role, &text);
        if ((node ? node->id : GRAPH_ID_NONE) != cases[i].id || role != cases[i].role)
            fail_msg("case %zu: id %u, role %d", i, node ? node->id : GRAPH_ID_NONE, (int)role);
        assert_string_equal(explanation, cases[i].explanation);
    }
}

static void the_steps_are_known_by_their_names_and_others_are_none(void **state)
{
    enum target_step step = TARGET_STEPS_;
    (void)state;

    assert_int_equal(target_step_parse("safe", &step), -ENOENT);
    assert_int_equal(target_step_parse("", &step), -ENOENT);
    assert_int_equal(target_step_parse("mute ", &step), -ENOENT);
    assert_int_equal(step, TARGET_STEPS_);
    assert_int_equal(target_step_parse("preferred-sink", &step), 0);
    assert_int_equal(step, TARGET_STEP_PREFERRED);
    assert_int_equal(target_step_parse("fallback-sink", &step), 0);
    assert_int_equal(step, TARGET_STEP_FALLBACK);
    assert_int_equal(target_step_parse("mute", &step), 0);
    assert_int_equal(step, TARGET_STEP_MUTE);
}

static void every_state_of_the_sound_path_has_its_fact_and_its_name(void **state)
{
    static const struct {
        enum sound_state state;
        const char *name, *function, *reason;
        bool audible;
    } cases[SOUND_STATES_] = {
        {SOUND_NO_PIPEWIRE, "no-pipewire", "FAILED", "no-pipewire", false},
        {SOUND_STARTING, "starting", "STARTING", "none", false},
        {SOUND_NO_SINK, "no-sink", "FAILED", "no-sink", false},
        {SOUND_MUTED, "muted", "FAILED", "muted", false},
        {SOUND_LAYOUT, "layout", "FAILED", "layout", false},
        {SOUND_REFUSED, "refused", "FAILED", "sound-refused", false},
        {SOUND_STALLED, "stalled", "DEGRADED", "sink-stalled", false},
        {SOUND_FALLBACK, "fallback", "DEGRADED", "fallback-sink", true},
        {SOUND_PLAYING, "playing", "FULL", "none", true},
    };
    (void)state;

    for (size_t i = 0; i < SOUND_STATES_; i++) {
        const struct sound_fact fact = sound_state_fact(cases[i].state);
        assert_string_equal(sound_state_name(cases[i].state), cases[i].name);
        assert_string_equal(fascia_function_state_name(fact.state), cases[i].function);
        assert_string_equal(fascia_reason_id(fact.reason), cases[i].reason);
        assert_int_equal(sound_state_is_audible(cases[i].state), cases[i].audible);
    }
    assert_string_equal(sound_state_name(SOUND_STATES_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_choice_follows_what_is_there_the_step_and_the_configuration),
        cmocka_unit_test(the_steps_are_known_by_their_names_and_others_are_none),
        cmocka_unit_test(every_state_of_the_sound_path_has_its_fact_and_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
