/* SPDX-License-Identifier: Apache-2.0 */
/* What is done about a unit that ends again and again. */
#include <signal.h>

#include "tests/unit/supervisor/machine.h"
#include "tests/unit/test.h"

static void dies(const char *unit, const char *fact)
{
    machine_end(unit, 1, 0);
    for (int i = 0; i < 10 && machine_unit(unit)->state == UNIT_BACKOFF; i++)
        machine_pass(100);
    if (machine_unit(unit)->state == UNIT_STARTING)
        machine_notify(unit, fact);
}

static void link_dies(void)
{
    dies("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
}

static void audio_dies(void)
{
    dies("fascia-audio", "READY=1\nX_FASCIA_FACT=audio FULL none");
}

static void group(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000, .group = 2};
}

static void the_group_is_restarted_with_it_and_nobody_else(void **state)
{
    (void)state;
    machine_setup(group);
    machine_bring_up();
    link_dies();
    machine_forget();
    machine_end("fascia-link", 1, 0);
    machine_end("hostapd", 0, SIGTERM);
    machine_ready("hostapd");
    machine_pass(200);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_expect("1100 signal 15 hostapd 102\n"
                   "1100 * unit-died fascia-link ended with status 1; restart in 200 ms\n"
                   "1100 * escalated fascia-link ended 2 times: group (function link)\n"
                   "1100 * dependency-lost fascia-link needs hostapd: notify\n"
                   "1100 * function-changed link FULL -> FAILED (service-down): fascia-link ended with status 1\n"
                   "1100 unprobe hostapd\n"
                   "1100 spawn hostapd\n"
                   "1100 probe hostapd\n"
                   "1100 * unit-stopped hostapd ended by signal 15 (Terminated)\n"
                   "1100 * unit-starting hostapd restart 1\n"
                   "1100 * unit-ready hostapd pid 107 after 0 ms\n"
                   "1100 * dependency-back fascia-link has hostapd again\n"
                   "1300 spawn fascia-link\n"
                   "1300 * unit-starting fascia-link restart 2\n"
                   "1300 * unit-ready fascia-link pid 108 after 0 ms\n"
                   "1300 * function-changed link FAILED -> FULL\n");
    assert_int_equal(machine_record("hostapd")->crashes.count, 0); /* it was asked to end */
}

static void radio(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000, .radio_reset = 2};
}

static void the_radio_that_the_service_named_is_reset(void **state)
{
    (void)state;
    machine_setup(radio);
    machine_bring_up();
    machine_notify("fascia-audio", "X_FASCIA_RADIO=phy9"); /* not its business */
    machine_notify("fascia-link", "X_FASCIA_RADIO=phy3");
    link_dies();
    assert_false(machine_traced(" radio-reset phy3\n"));
    link_dies();
    link_dies();
    assert_int_equal(machine_count(" radio-reset phy3\n"), 1); /* once */
}

static void without_a_name_every_radio_is_reset_and_for_audio_none(void **state)
{
    (void)state;
    machine_setup(radio);
    machine_bring_up();
    audio_dies();
    audio_dies();
    assert_false(machine_traced("radio-reset"));
    link_dies();
    link_dies();
    assert_int_equal(machine_count("radio-reset all"), 1);
}

static void degrade(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000, .degrade = 2};
}

static void the_function_is_degraded_until_the_crashes_are_forgotten(void **state)
{
    (void)state;
    machine_setup(degrade);
    machine_bring_up();
    audio_dies();
    machine_assert_functions("link FULL, address FULL, audio FULL");
    audio_dies();
    machine_assert_functions("link FULL, address FULL, audio DEGRADED (crash-loop)");
    machine_live(60000);
    machine_assert_functions("link FULL, address FULL, audio DEGRADED (crash-loop)"); /* one is still known */
    machine_forget();
    machine_live(60000);
    machine_assert_functions("link FULL, address FULL, audio FULL");
    machine_expect("121000 * function-changed audio DEGRADED -> FULL\n");
}

static void safe(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000, .safe = 2};
}

static void safety_lasts_until_an_operator_starts_it(void **state)
{
    (void)state;
    machine_setup(safe);
    machine_bring_up();
    link_dies();
    machine_forget();
    machine_end("fascia-link", 1, 0);
    machine_end("hostapd", 0, SIGTERM);
    machine_live(300000); /* forgetting the crashes does not end it */
    machine_assert_functions("link SAFE (crash-loop), address FULL, audio FULL");
    machine_expect("1100 signal 15 hostapd 102\n"
                   "1100 * unit-died fascia-link ended with status 1; restart in 200 ms\n"
                   "1100 * escalated fascia-link ended 2 times: safe (function link)\n"
                   "1100 * unit-stopped fascia-link ended with status 1\n"
                   "1100 * function-changed link FULL -> SAFE (crash-loop): stopped, because it ended again and again\n"
                   "1100 unprobe hostapd\n"
                   "1100 * unit-stopped hostapd ended by signal 15 (Terminated)\n");
    /* The order to stop one more thing is none to start the rest. */
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_STOP, "hostapd"), 0);
    assert_int_equal(machine_unit("fascia-link")->state, UNIT_IDLE);
    machine_assert_functions("link SAFE (crash-loop), address FULL, audio FULL");
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_START, "hostapd"), 0);
    machine_ready("hostapd");
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    machine_assert_functions("link FULL, address FULL, audio FULL");
}

static void reboot_off(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000};
}

static void reboot_on(struct sample *s)
{
    s->supervisor.escalation = (struct escalation_config){.age_ms = 60000, .reboot = 3};
}

static void a_reboot_is_asked_for_only_when_it_is_configured(void **state)
{
    (void)state;
    machine_setup(reboot_off);
    machine_bring_up();
    for (int i = 0; i < 12; i++)
        audio_dies();
    assert_false(machine_traced("reboot"));
    assert_false(machine_traced("escalated"));

    machine_setup(reboot_on);
    machine_bring_up();
    for (int i = 0; i < 6; i++)
        audio_dies();
    assert_int_equal(machine_count(" reboot\n"), 1);
    assert_true(machine_traced("* escalated fascia-audio ended 3 times: reboot (function audio)"));
}

static void the_shipped_escalation_goes_level_by_level(void **state)
{
    (void)state;
    machine_setup(sample_add_escalation);
    machine_bring_up();
    for (int i = 0; i < 3; i++)
        link_dies();
    assert_false(machine_traced("escalated"));
    machine_end("fascia-link", 1, 0);
    assert_true(machine_traced("fascia-link ended 4 times: group"));
    machine_end("hostapd", 0, SIGTERM);
    machine_ready("hostapd");
    machine_live(2000);
    machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    for (int i = 0; i < 8; i++) {
        machine_end("fascia-link", 1, 0);
        for (int k = 0; k < 11 && machine_unit("fascia-link")->state == UNIT_BACKOFF; k++)
            machine_live(1000);
        if (machine_unit("fascia-link")->state == UNIT_STARTING)
            machine_notify("fascia-link", "READY=1\nX_FASCIA_FACT=link FULL none");
    }
    assert_true(machine_traced("fascia-link ended 6 times: radio-reset"));
    assert_true(machine_traced("fascia-link ended 8 times: degrade"));
    assert_true(machine_traced("fascia-link ended 12 times: safe"));
    machine_assert_functions("link SAFE (crash-loop), address FULL, audio FULL");
    assert_int_equal(machine_unit("hostapd")->state, UNIT_STOPPING);
    assert_false(machine_traced("reboot"));
}

static void an_order_clears_the_count(void **state)
{
    (void)state;
    machine_setup(safe);
    machine_bring_up();
    link_dies();
    assert_int_equal(machine_record("fascia-link")->crashes.count, 1);
    assert_int_equal(machine_command(SUPERVISOR_COMMAND_RESTART, "fascia-link"), 0);
    assert_int_equal(machine_record("fascia-link")->crashes.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_group_is_restarted_with_it_and_nobody_else),
        cmocka_unit_test(the_radio_that_the_service_named_is_reset),
        cmocka_unit_test(without_a_name_every_radio_is_reset_and_for_audio_none),
        cmocka_unit_test(the_function_is_degraded_until_the_crashes_are_forgotten),
        cmocka_unit_test(safety_lasts_until_an_operator_starts_it),
        cmocka_unit_test(a_reboot_is_asked_for_only_when_it_is_configured),
        cmocka_unit_test(the_shipped_escalation_goes_level_by_level),
        cmocka_unit_test(an_order_clears_the_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
