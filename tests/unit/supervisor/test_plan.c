/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/plan.h"

#include <linux/capability.h>
#include <stdio.h>

#include "tests/unit/supervisor/sample.h"
#include "tests/unit/test.h"

#define NET ((UINT64_C(1) << CAP_NET_ADMIN) | (UINT64_C(1) << CAP_NET_RAW))

static void assert_order(const struct plan *plan, const char *expected)
{
    char order[256];
    struct fascia_text text;

    fascia_text_init(&text, order, sizeof order);
    for (size_t i = 0; i < plan->units_count; i++)
        fascia_text_add(&text, "%s%s", i == 0 ? "" : " ", plan->units[i].name);
    assert_string_equal(order, expected);
}

static void everything_starts_in_the_decided_order(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_order(&plan, "fascia-addr hostapd fascia-link pipewire fascia-audio");
    assert_int_equal(plan.functions_count, 3);
}

static void hostapd_runs_without_interface_as_the_link_user(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    const struct plan_unit *hostapd = &plan.units[plan_find(&plan, "hostapd")];
    assert_string_equal(hostapd->program, "hostapd");
    assert_int_equal(hostapd->args_count, 2);
    assert_string_equal(hostapd->args[0], "-g");
    assert_string_equal(hostapd->args[1], "/run/fascia/link/global");
    assert_string_equal(hostapd->user, "fascia-link");
    assert_true(hostapd->capabilities == NET);
    assert_int_equal(hostapd->readiness, SUPERVISOR_READY_SOCKET);
    assert_string_equal(hostapd->target, "/run/fascia/link/global");
    assert_string_equal(hostapd->private_dir, "/run/fascia/link");
    assert_int_equal(hostapd->missing, FASCIA_REASON_HOSTAPD_MISSING);
}

static void only_addr_and_hostapd_have_capabilities(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_true(plan.units[plan_find(&plan, "fascia-addr")].capabilities == NET);
    assert_true(plan.units[plan_find(&plan, "fascia-link")].capabilities == 0);
    assert_true(plan.units[plan_find(&plan, "pipewire")].capabilities == 0);
    assert_true(plan.units[plan_find(&plan, "fascia-audio")].capabilities == 0);
}

static void services_get_the_configuration_file(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    const struct plan_unit *link = &plan.units[plan_find(&plan, "fascia-link")];
    assert_string_equal(link->args[0], "--config");
    assert_string_equal(link->args[1], "/etc/fascia.yaml");
    assert_int_equal(link->readiness, SUPERVISOR_READY_NOTIFY);
    assert_true(link->publishes);
}

static void an_adopted_daemon_is_not_in_the_plan_and_no_need(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.link.hostapd.manage = LINK_MANAGE_ADOPT;
    s.audio.pipewire.manage = AUDIO_MANAGE_ADOPT;
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_order(&plan, "fascia-addr fascia-link fascia-audio");
    assert_int_equal(plan.units[plan_find(&plan, "fascia-link")].needs_count, 1);
    assert_int_equal(plan.units[plan_find(&plan, "fascia-audio")].needs_count, 0);
}

static void a_disabled_function_has_no_unit_but_stays_listed(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.link.enabled = false;
    s.address.enabled = false;
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_order(&plan, "pipewire fascia-audio");
    assert_int_equal(plan.functions_count, 3);
    assert_false(plan.functions[0].enabled);
    assert_true(plan.functions[2].enabled);
}

static void a_spawned_pipewire_and_its_client_share_a_private_runtime_dir(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_string_equal(plan.units[plan_find(&plan, "pipewire")].environment[0], "XDG_RUNTIME_DIR=/run/fascia/audio");
    assert_string_equal(plan.units[plan_find(&plan, "fascia-audio")].environment[0],
                        "XDG_RUNTIME_DIR=/run/fascia/audio");
    assert_string_equal(plan.units[plan_find(&plan, "pipewire")].args[1], "/etc/pw.conf");
}

static void an_adopted_pipewire_is_met_where_the_configuration_says(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.audio.pipewire.manage = AUDIO_MANAGE_ADOPT;
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_int_equal(plan.units[plan_find(&plan, "fascia-audio")].environment_count, 0);

    assert_int_equal(
        fascia_text_copy(s.audio.pipewire.runtime_dir, sizeof s.audio.pipewire.runtime_dir, "/run/user/1000"), 0);
    assert_int_equal(plan_make(&s.input, &plan), 0);
    assert_string_equal(plan.units[plan_find(&plan, "fascia-audio")].environment[0], "XDG_RUNTIME_DIR=/run/user/1000");
}

static void a_runtime_dir_too_long_for_a_socket_is_an_error(void **state)
{
    char dir[PLAN_RUNTIME_DIR_MAX + 2];
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    memset(dir, 'x', sizeof dir);
    dir[0] = '/';
    dir[PLAN_RUNTIME_DIR_MAX + 1] = '\0';
    s.input.runtime_dir = dir;
    assert_int_equal(plan_make(&s.input, &plan), PLAN_E_TOO_LONG);
    dir[PLAN_RUNTIME_DIR_MAX] = '\0';
    assert_int_equal(plan_make(&s.input, &plan), 0);
}

static void a_config_path_too_long_is_an_error(void **state)
{
    char path[PLAN_PATH_SIZE + 1];
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    memset(path, 'x', sizeof path);
    path[PLAN_PATH_SIZE] = '\0';
    s.input.config_path = path;
    assert_int_equal(plan_make(&s.input, &plan), PLAN_E_TOO_LONG);
}

static void put_unit(struct plan *plan, const char *name, const char *need)
{
    struct plan_unit *unit = &plan->units[plan->units_count++];

    assert_int_equal(fascia_text_copy(unit->name, sizeof unit->name, name), 0);
    if (need)
        assert_int_equal(
            fascia_text_copy(unit->needs[unit->needs_count++].unit, sizeof unit->needs[unit->needs_count++].unit, need),
            0);
}

static void units_move_behind_what_they_need_and_keep_their_order_otherwise(void **state)
{
    struct plan plan = {0};
    (void)state;

    put_unit(&plan, "d", "b");
    put_unit(&plan, "a", NULL);
    put_unit(&plan, "b", "c");
    put_unit(&plan, "c", NULL);
    assert_int_equal(plan_sort(&plan, NULL), 0);
    assert_order(&plan, "a c b d");
    assert_int_equal(plan_sort(&plan, NULL), 0);
    assert_order(&plan, "a c b d");
}

static void a_circle_is_an_error_that_names_a_unit_of_it(void **state)
{
    struct plan plan = {0};
    const char *unit = NULL;
    (void)state;

    put_unit(&plan, "a", NULL);
    put_unit(&plan, "b", "c");
    put_unit(&plan, "c", "b");
    assert_int_equal(plan_sort(&plan, &unit), PLAN_E_CYCLE);
    assert_string_equal(unit, "b");
    assert_order(&plan, "a b c");
    assert_int_equal(plan_sort(&plan, NULL), PLAN_E_CYCLE);
}

static void a_need_that_is_not_in_the_plan_is_an_error(void **state)
{
    struct plan plan = {0};
    const char *unit = NULL;
    (void)state;

    put_unit(&plan, "a", "ghost");
    assert_int_equal(plan_sort(&plan, &unit), PLAN_E_UNKNOWN);
    assert_string_equal(unit, "a");
    assert_int_equal(plan_sort(&plan, NULL), PLAN_E_UNKNOWN);
}

static void the_table_shows_order_user_capabilities_and_needs(void **state)
{
    char table[4096];
    struct sample s;
    struct plan plan;
    struct fascia_text text;
    (void)state;

    sample_init(&s);
    s.supervisor.users.audio[0] = '\0';
    assert_int_equal(plan_make(&s.input, &plan), 0);
    plan.units[4].readiness = SUPERVISOR_READY_EXEC;
    fascia_text_init(&text, table, sizeof table);
    plan_format(&plan, &text);
    assert_true(fascia_text_ok(&text));
    assert_non_null(strstr(table, "1     fascia-addr   fascia-addr   NET_ADMIN,NET_RAW "));
    assert_non_null(strstr(table, "3     fascia-link   fascia-link   -                  fascia-addr,hostapd "));
    assert_non_null(strstr(table, "socket  hostapd -g /run/fascia/link/global\n"));
    assert_non_null(strstr(table, "5     fascia-audio  -   "));
    assert_non_null(strstr(table, "exec    fascia-audio"));
}

static void an_unknown_capability_is_shown_by_its_number(void **state)
{
    char line[32];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, line, sizeof line);
    plan_format_capabilities(UINT64_C(1) << 63 | UINT64_C(1) << CAP_NET_RAW, &text);
    assert_string_equal(line, "NET_RAW,63");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_starts_in_the_decided_order),
        cmocka_unit_test(hostapd_runs_without_interface_as_the_link_user),
        cmocka_unit_test(only_addr_and_hostapd_have_capabilities),
        cmocka_unit_test(services_get_the_configuration_file),
        cmocka_unit_test(an_adopted_daemon_is_not_in_the_plan_and_no_need),
        cmocka_unit_test(a_disabled_function_has_no_unit_but_stays_listed),
        cmocka_unit_test(a_spawned_pipewire_and_its_client_share_a_private_runtime_dir),
        cmocka_unit_test(an_adopted_pipewire_is_met_where_the_configuration_says),
        cmocka_unit_test(a_runtime_dir_too_long_for_a_socket_is_an_error),
        cmocka_unit_test(a_config_path_too_long_is_an_error),
        cmocka_unit_test(units_move_behind_what_they_need_and_keep_their_order_otherwise),
        cmocka_unit_test(a_circle_is_an_error_that_names_a_unit_of_it),
        cmocka_unit_test(a_need_that_is_not_in_the_plan_is_an_error),
        cmocka_unit_test(the_table_shows_order_user_capabilities_and_needs),
        cmocka_unit_test(an_unknown_capability_is_shown_by_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
