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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_order(&plan, "fascia-addr hostapd fascia-link pipewire fascia-audio");
    assert_int_equal(plan.functions_count, 3);
}

static void hostapd_runs_without_interface_as_the_link_user(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *hostapd = &plan.units[plan_find(&plan, "hostapd")];
    assert_string_equal(hostapd->program, "hostapd");
    assert_int_equal(hostapd->args_count, 2);
    assert_string_equal(hostapd->args[0], "-g");
    assert_string_equal(hostapd->args[1], "/run/fascia/link/global");
    assert_string_equal(hostapd->user, "fascia-link");
    assert_true(hostapd->capabilities == NET);
    assert_int_equal(hostapd->readiness, SUPERVISOR_READY_CONTROL);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *link = &plan.units[plan_find(&plan, "fascia-link")];
    assert_string_equal(link->args[0], "--config");
    assert_string_equal(link->args[1], "/etc/fascia.yaml");
    assert_int_equal(link->readiness, SUPERVISOR_READY_NOTIFY);
    assert_true(link->publishes);
}

static void an_adopted_daemon_that_cannot_be_probed_is_not_in_the_plan(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.link.hostapd.manage = LINK_MANAGE_ADOPT;
    s.audio.pipewire.manage = AUDIO_MANAGE_ADOPT;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *pipewire = &plan.units[plan_find(&plan, "pipewire")];
    assert_string_equal(pipewire->environment[0], "XDG_RUNTIME_DIR=/run/fascia/audio");
    assert_string_equal(pipewire->environment[1], "PIPEWIRE_RUNTIME_DIR=/run/fascia/audio");
    assert_string_equal(plan.units[plan_find(&plan, "fascia-audio")].environment[0],
                        "XDG_RUNTIME_DIR=/run/fascia/audio");
    assert_string_equal(pipewire->args[1], "/etc/pw.conf");
}

static void an_adopted_pipewire_is_met_where_the_configuration_says(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.audio.pipewire.manage = AUDIO_MANAGE_ADOPT;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_int_equal(plan.units[plan_find(&plan, "fascia-audio")].environment_count, 0);

    (void)fascia_text_copy(s.audio.pipewire.runtime_dir, sizeof s.audio.pipewire.runtime_dir, "/run/user/1000");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *audio = &plan.units[plan_find(&plan, "fascia-audio")];
    assert_string_equal(audio->environment[0], "XDG_RUNTIME_DIR=/run/user/1000");
    assert_string_equal(audio->needs[0].unit, "pipewire");
    const struct plan_unit *pipewire = &plan.units[plan_find(&plan, "pipewire")];
    assert_int_equal(pipewire->manage, SUPERVISOR_MANAGE_ADOPT);
    assert_int_equal(pipewire->readiness, SUPERVISOR_READY_SOCKET);
    assert_string_equal(pipewire->target, "/run/user/1000/pipewire-0");
    assert_string_equal(pipewire->program, "");
}

static void an_adopted_hostapd_is_watched_over_its_control_socket(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.link.hostapd.manage = LINK_MANAGE_ADOPT;
    (void)fascia_text_copy(s.link.hostapd.control, sizeof s.link.hostapd.control, "/run/hostapd/global");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *hostapd = &plan.units[plan_find(&plan, "hostapd")];
    assert_int_equal(hostapd->manage, SUPERVISOR_MANAGE_ADOPT);
    assert_int_equal(hostapd->readiness, SUPERVISOR_READY_CONTROL);
    assert_string_equal(hostapd->target, "/run/hostapd/global");
    assert_true(hostapd->capabilities == 0);
}

static void the_configuration_adds_units_and_functions(void **state)
{
    struct supervisor_unit_config *unit = NULL;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.supervisor.limits = (struct supervisor_limits){.processes = 64, .files = 1024};
    unit = sample_add_unit(&s, "mixer", "mixer");
    sample_add_need(unit, "tuner", SUPERVISOR_REACTION_RESTART); /* written down later */
    unit->limits.memory_mb = 32;
    unit->limits.processes = 8;
    (void)fascia_text_copy(unit->args[unit->args_count++], sizeof unit->args[0], "--quiet");
    unit = sample_add_unit(&s, "tuner", "audio");
    unit->ready = SUPERVISOR_READY_NOTIFY;
    unit->on_suspend = SUPERVISOR_SUSPEND_STOP;

    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_order(&plan, "fascia-addr hostapd fascia-link pipewire fascia-audio tuner mixer");
    assert_int_equal(plan.functions_count, 4);
    assert_string_equal(plan.functions[3].name, "mixer");
    assert_true(plan.functions[3].enabled);
    const struct plan_unit *mixer = &plan.units[plan_find(&plan, "mixer")];
    assert_int_equal(mixer->needs[0].on_loss, SUPERVISOR_REACTION_RESTART);
    assert_string_equal(mixer->args[0], "--quiet");
    assert_true(mixer->limits.memory_mb == 32 && mixer->limits.processes == 8 && mixer->limits.files == 1024);
    assert_true(mixer->watchdog_ms == 0); /* who is ready by being executed gives no sign of life */
    assert_false(mixer->publishes);
    const struct plan_unit *tuner = &plan.units[plan_find(&plan, "tuner")];
    assert_true(tuner->watchdog_ms == 10000);
    assert_true(tuner->publishes);
    assert_false(tuner->fact_expected);
    assert_int_equal(tuner->on_suspend, SUPERVISOR_SUSPEND_STOP);
}

static void a_disabled_function_is_enabled_by_a_unit_for_it(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    s.audio.enabled = false;
    (void)sample_add_unit(&s, "player", "audio");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_int_equal(plan.functions_count, 3);
    assert_true(plan.functions[plan_find_function(&plan, "audio")].enabled);
}

static void a_reaction_is_changed_only_on_an_edge_that_there_is(void **state)
{
    const char *about = NULL;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    sample_react(&s, "fascia-link", "hostapd", SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_int_equal(plan.units[plan_find(&plan, "fascia-link")].needs[1].on_loss, SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan.units[plan_find(&plan, "fascia-link")].needs[0].on_loss, SUPERVISOR_REACTION_DEGRADE);

    sample_react(&s, "fascia-link", "pipewire", SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_UNKNOWN);
    assert_string_equal(about, "pipewire");
    sample_init(&s);
    sample_react(&s, "ghost", "hostapd", SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_UNKNOWN);
    assert_string_equal(about, "ghost");
}

static void ladders_and_stages_name_what_is_there(void **state)
{
    const char *about = NULL;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    sample_add_ladders(&s);
    sample_add_stage(&s, "ap", "hostapd", 1000);
    sample_add_stage(&s, "sound", "audio", 1000);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    sample_add_stage(&s, "tea", "teapot", 1000);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_UNKNOWN);
    assert_string_equal(about, "teapot");
    sample_init(&s);
    sample_add_ladders(&s);
    (void)fascia_text_copy(s.supervisor.ladders[0].function, sizeof s.supervisor.ladders[0].function, "tea");
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_UNKNOWN);
    assert_string_equal(about, "tea");
}

static void names_are_taken_once_and_what_is_needed_is_there(void **state)
{
    const char *about = NULL;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    (void)sample_add_unit(&s, "hostapd", "link");
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_DUPLICATE);
    assert_string_equal(about, "hostapd");

    sample_init(&s);
    sample_add_need(sample_add_unit(&s, "mixer", "mixer"), "ghost", SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_UNKNOWN);
    assert_string_equal(about, "mixer");

    sample_init(&s);
    sample_add_need(sample_add_unit(&s, "a", "a"), "b", SUPERVISOR_REACTION_HOLD);
    sample_add_need(sample_add_unit(&s, "b", "b"), "a", SUPERVISOR_REACTION_HOLD);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_CYCLE);
    assert_string_equal(about, "a");
}

static void as_many_units_as_a_configuration_may_add_fit(void **state)
{
    struct sample s;
    struct plan plan;
    char name[8] = "ua";
    (void)state;

    sample_init(&s);
    for (int i = 0; i < SUPERVISOR_UNITS_MAX; i++, name[1]++)
        (void)sample_add_unit(&s, name, "audio");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_int_equal(plan.units_count, 5 + SUPERVISOR_UNITS_MAX);
    assert_true(PLAN_UNITS_MAX >= 5 + SUPERVISOR_UNITS_MAX);
}

static void more_functions_than_fit_are_an_error(void **state)
{
    const char *about = NULL;
    struct sample s;
    struct plan plan;
    char name[8] = "f0";
    (void)state;

    sample_init(&s);
    for (int i = 3; i < PLAN_FUNCTIONS_MAX; i++, name[1]++)
        (void)sample_add_unit(&s, name, name);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    (void)sample_add_unit(&s, name, name);
    assert_int_equal(plan_make(&s.input, &plan, &about), PLAN_E_TOO_LONG);
    assert_string_equal(about, name);
}

/* The units, one bit each in plan order, whose fingerprint differs from that of the sample. */
static unsigned int changed_by(void (*change)(struct sample *))
{
    struct plan before, after;
    struct sample s;
    unsigned int changed = 0;

    sample_init(&s);
    assert_int_equal(plan_make(&s.input, &before, NULL), 0);
    change(&s);
    assert_int_equal(plan_make(&s.input, &after, NULL), 0);
    for (size_t i = 0; i < before.units_count; i++)
        changed |= before.units[i].fingerprint == after.units[i].fingerprint ? 0 : 1U << i;
    return changed;
}

static void nothing(struct sample *s)
{
    (void)s;
}

static void another_channel(struct sample *s)
{
    s->link.channel = 44;
}

static void another_bus(struct sample *s)
{
    s->input.bus = "session";
}

static void another_reaction(struct sample *s)
{
    sample_react(s, "fascia-link", "hostapd", SUPERVISOR_REACTION_HOLD);
}

static void another_start_time(struct sample *s)
{
    s->supervisor.start_timeout_ms++;
}

static void a_fingerprint_changes_with_what_its_unit_is_made_from(void **state)
{
    enum { ADDR = 1, HOSTAPD = 2, LINK = 4, PIPEWIRE = 8, AUDIO = 16 };
    (void)state;

    assert_int_equal(changed_by(nothing), 0);
    assert_int_equal(changed_by(another_channel), LINK);
    assert_int_equal(changed_by(another_bus), ADDR | LINK | AUDIO);
    assert_int_equal(changed_by(another_reaction), LINK);
    assert_int_equal(changed_by(another_start_time), 0); /* taken over by who runs */
}

static void names_are_those_of_the_configuration(void **state)
{
    (void)state;
    assert_string_equal(supervisor_manage_name(SUPERVISOR_MANAGE_ADOPT), "adopt");
    assert_string_equal(supervisor_readiness_name(SUPERVISOR_READY_BUS_NAME), "bus-name");
    assert_string_equal(supervisor_reaction_name(SUPERVISOR_REACTION_RESTART), "restart");
    assert_string_equal(supervisor_manage_name(SUPERVISOR_MANAGES_), "?");
    assert_string_equal(supervisor_readiness_name(SUPERVISOR_READINESSES_), "?");
    assert_string_equal(supervisor_reaction_name(SUPERVISOR_REACTIONS_), "?");
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), PLAN_E_TOO_LONG);
    dir[PLAN_RUNTIME_DIR_MAX] = '\0';
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), PLAN_E_TOO_LONG);
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

/* A configuration with Wi-Fi Aware switched on. */
static void sample_with_aware(struct sample *s, struct aware_config *aware)
{
    *aware = (struct aware_config){.enabled = true,
                                   .supplicant = {.manage = AWARE_MANAGE_SPAWN, .program = "wpa_supplicant"},
                                   .store = "/var/lib/fascia/aware/pairings"};
    sample_init(s);
    s->input.aware = aware;
    (void)fascia_text_copy(s->supervisor.users.aware, sizeof s->supervisor.users.aware, "fascia-aware");
}

static void aware_comes_after_the_link_has_chosen_its_interface(void **state)
{
    struct aware_config aware;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_with_aware(&s, &aware);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_order(&plan, "fascia-addr hostapd fascia-link wpa_supplicant fascia-aware pipewire fascia-audio");
    assert_int_equal(plan.functions_count, 4);
    assert_true(plan.functions[plan_find_function(&plan, "aware")].enabled);

    s.link.enabled = false;
    s.address.enabled = false;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_order(&plan, "wpa_supplicant fascia-aware pipewire fascia-audio");
    assert_int_equal(plan.units[1].needs_count, 1);

    aware.enabled = false;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_order(&plan, "pipewire fascia-audio");
    assert_false(plan.functions[plan_find_function(&plan, "aware")].enabled);
}

static void the_keys_of_aware_are_in_a_folder_of_an_account_without_capabilities(void **state)
{
    struct aware_config aware;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_with_aware(&s, &aware);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *unit = &plan.units[plan_find(&plan, "fascia-aware")];
    assert_true(unit->capabilities == 0);
    assert_string_equal(unit->user, "fascia-aware");
    assert_string_equal(unit->private_dir, "/run/fascia/aware");
    assert_string_equal(unit->state_dir, "/var/lib/fascia/aware");
    const struct plan_unit *engine = &plan.units[plan_find(&plan, "wpa_supplicant")];
    assert_true(engine->capabilities == NET);
    assert_string_equal(engine->user, "fascia-aware");
    assert_string_equal(engine->args[0], "-g");
    assert_string_equal(engine->args[1], "/run/fascia/aware/global");
    assert_int_equal(engine->readiness, SUPERVISOR_READY_CONTROL);
    assert_string_equal(engine->state_dir, "");

    (void)fascia_text_copy(aware.store, sizeof aware.store, "/pairings");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_string_equal(plan.units[plan_find(&plan, "fascia-aware")].state_dir, ""); /* not the root itself */
}

static void the_volumes_are_in_a_folder_of_the_sound_alone(void **state)
{
    struct sample s;
    struct plan plan;
    (void)state;

    sample_init(&s);
    (void)fascia_text_copy(s.audio.store, sizeof s.audio.store, "/var/lib/fascia/audio/volumes");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_string_equal(plan.units[plan_find(&plan, "fascia-audio")].state_dir, "/var/lib/fascia/audio");
    assert_string_equal(plan.units[plan_find(&plan, "pipewire")].state_dir, "");
    s.audio.store[0] = '\0'; /* store: none */
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_string_equal(plan.units[plan_find(&plan, "fascia-audio")].state_dir, "");
}

static void an_adopted_engine_is_watched_over_its_control_socket(void **state)
{
    struct aware_config aware;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_with_aware(&s, &aware);
    aware.supplicant.manage = AWARE_MANAGE_ADOPT;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_int_equal(plan_find(&plan, "wpa_supplicant"), -1);
    (void)fascia_text_copy(aware.supplicant.control, sizeof aware.supplicant.control, "/run/wpa_supplicant/global");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    const struct plan_unit *unit = &plan.units[plan_find(&plan, "wpa_supplicant")];
    assert_int_equal(unit->manage, SUPERVISOR_MANAGE_ADOPT);
    assert_string_equal(unit->target, "/run/wpa_supplicant/global");
    assert_int_equal(unit->readiness, SUPERVISOR_READY_CONTROL);
}

static void what_aware_reads_is_part_of_what_it_is_made_from(void **state)
{
    struct aware_config aware;
    struct sample s;
    struct plan plan;
    (void)state;

    sample_with_aware(&s, &aware);
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    uint64_t service = plan.units[plan_find(&plan, "fascia-aware")].fingerprint;
    uint64_t engine = plan.units[plan_find(&plan, "wpa_supplicant")].fingerprint;
    aware.pairing_s = 60;
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_true(plan.units[plan_find(&plan, "fascia-aware")].fingerprint != service);
    assert_true(plan.units[plan_find(&plan, "wpa_supplicant")].fingerprint == engine);
    aware.pairing_s = 0;
    (void)fascia_text_copy(s.link.country, sizeof s.link.country, "FR");
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    assert_true(plan.units[plan_find(&plan, "fascia-aware")].fingerprint != service);
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
    assert_int_equal(plan_make(&s.input, &plan, NULL), 0);
    plan.units[4].readiness = SUPERVISOR_READY_EXEC;
    fascia_text_init(&text, table, sizeof table);
    plan_format(&plan, &text);
    assert_true(fascia_text_ok(&text));
    assert_non_null(strstr(table, "1     fascia-addr   fascia-addr   NET_ADMIN,NET_RAW "));
    assert_non_null(
        strstr(table, "3     fascia-link   fascia-link   -                  fascia-addr:degrade,hostapd:notify "));
    assert_non_null(strstr(table, "control  hostapd -g /run/fascia/link/global\n"));
    assert_non_null(strstr(table, "5     fascia-audio  -   "));
    assert_non_null(strstr(table, "exec     fascia-audio"));
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
        cmocka_unit_test(an_adopted_daemon_that_cannot_be_probed_is_not_in_the_plan),
        cmocka_unit_test(a_disabled_function_has_no_unit_but_stays_listed),
        cmocka_unit_test(a_spawned_pipewire_and_its_client_share_a_private_runtime_dir),
        cmocka_unit_test(an_adopted_pipewire_is_met_where_the_configuration_says),
        cmocka_unit_test(an_adopted_hostapd_is_watched_over_its_control_socket),
        cmocka_unit_test(aware_comes_after_the_link_has_chosen_its_interface),
        cmocka_unit_test(the_keys_of_aware_are_in_a_folder_of_an_account_without_capabilities),
        cmocka_unit_test(the_volumes_are_in_a_folder_of_the_sound_alone),
        cmocka_unit_test(an_adopted_engine_is_watched_over_its_control_socket),
        cmocka_unit_test(what_aware_reads_is_part_of_what_it_is_made_from),
        cmocka_unit_test(the_configuration_adds_units_and_functions),
        cmocka_unit_test(a_disabled_function_is_enabled_by_a_unit_for_it),
        cmocka_unit_test(a_reaction_is_changed_only_on_an_edge_that_there_is),
        cmocka_unit_test(ladders_and_stages_name_what_is_there),
        cmocka_unit_test(names_are_taken_once_and_what_is_needed_is_there),
        cmocka_unit_test(as_many_units_as_a_configuration_may_add_fit),
        cmocka_unit_test(more_functions_than_fit_are_an_error),
        cmocka_unit_test(a_fingerprint_changes_with_what_its_unit_is_made_from),
        cmocka_unit_test(names_are_those_of_the_configuration),
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
