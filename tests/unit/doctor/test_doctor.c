/* SPDX-License-Identifier: Apache-2.0 */
/* Each fault of doctor.def: a machine that is well but for one thing has exactly that fault. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#include "tests/unit/doctor/good_machine.h"
#include "tests/unit/test.h"

/* A change of the good machine, and the fault that it must bring. */
#define BREAK(name, statement)                                                                                         \
    static void break_##name(struct good_machine *m)                                                                   \
    {                                                                                                                  \
        struct doctor_facts *f = &m->facts;                                                                            \
        (void)f;                                                                                                       \
        statement;                                                                                                     \
    }

#define HOLDER(...) ((struct doctor_holder){__VA_ARGS__})
#define OWNER(...)  (f->owners[0] = (struct doctor_owner){__VA_ARGS__}, f->owners_count = 1)

BREAK(option, f->kernel.options[DOCTOR_OPTION_PACKET] = DOCTOR_OPTION_ABSENT)
BREAK(unreadable, f->kernel.source[0] = '\0'; memset(f->kernel.options, 0, sizeof f->kernel.options))
BREAK(without, f->kernel.options[DOCTOR_OPTION_SND] = DOCTOR_OPTION_UNKNOWN;
      f->kernel.probed[DOCTOR_OPTION_SND] = DOCTOR_NO)
BREAK(module_missing, f->kernel.options[DOCTOR_OPTION_CFG80211] = DOCTOR_OPTION_MODULE;
      f->kernel.modules[DOCTOR_OPTION_CFG80211] = DOCTOR_MODULE_MISSING)
BREAK(module_idle, f->kernel.options[DOCTOR_OPTION_PACKET] = DOCTOR_OPTION_MODULE;
      f->kernel.modules[DOCTOR_OPTION_PACKET] = DOCTOR_MODULE_AVAILABLE)
BREAK(database, f->regulatory.database = DOCTOR_NO)
BREAK(signature, f->regulatory.signature = DOCTOR_NO)
BREAK(world, strcpy(f->regulatory.country, "00"))
BREAK(country, strcpy(f->regulatory.country, "US"))
BREAK(own_country, f->radios.list[0].self_managed = true; strcpy(f->radios.list[0].country, "US"))
BREAK(firmware, strcpy(f->firmware.failed[0], "ath10k failed to load firmware"); f->firmware.failed_count = 1)
BREAK(driver, strcpy(f->firmware.no_driver[0][0], "PCI 0000:01:00.0"); f->firmware.no_driver_count = 1)
BREAK(nl80211, f->radios.nl80211 = DOCTOR_NO)
BREAK(radio, f->radios.reason = FASCIA_REASON_NO_AP_MODE)
BREAK(soft, f->switches[0].soft = true)
BREAK(hard, f->switches[0].hard = true)
BREAK(nm, OWNER(.kind = DOCTOR_OWNER_NETWORK_MANAGER, .holder = {.pid = 5}))
BREAK(networkd, OWNER(.kind = DOCTOR_OWNER_NETWORKD); f->interfaces[0].networkd = DOCTOR_YES)
BREAK(connman, OWNER(.kind = DOCTOR_OWNER_CONNMAN))
BREAK(iwd, OWNER(.kind = DOCTOR_OWNER_IWD))
BREAK(supplicant, OWNER(.kind = DOCTOR_OWNER_SUPPLICANT, .interface = "wlan0"))
BREAK(hostapd, OWNER(.kind = DOCTOR_OWNER_HOSTAPD, .holder = {.pid = 5}))
BREAK(dhcpcd, OWNER(.kind = DOCTOR_OWNER_DHCPCD))
BREAK(in_use, f->interfaces[0].in_use = true)
BREAK(power_save, f->interfaces[0].in_use = true; f->interfaces[0].power_save = DOCTOR_YES;
      OWNER(.kind = DOCTOR_OWNER_HOSTAPD, .holder = {.ours = true}))
BREAK(taken, f->sockets[0].state = DOCTOR_SOCKET_HELD; f->sockets[0].holder = HOLDER(.pid = 5, .name = "x"))
BREAK(nobody, f->sockets[0].adopted = true)
BREAK(stale, f->sockets[0].state = DOCTOR_SOCKET_STALE)
BREAK(no_socket, f->sockets[0].state = DOCTOR_SOCKET_OTHER_FILE)
BREAK(port, f->ports[0].held = DOCTOR_YES; f->ports[0].asked = true)
BREAK(usual_port, f->ports[0].held = DOCTOR_YES)
BREAK(no_hostapd, f->hostapd.program.found = DOCTOR_NO)
BREAK(old_hostapd, strcpy(f->hostapd.program.version, "2.9"))
BREAK(sae, f->hostapd.sae = DOCTOR_NO)
BREAK(interworking, f->hostapd.interworking = DOCTOR_NO)
BREAK(wnm, f->hostapd.wnm = DOCTOR_NO)
BREAK(ax, f->hostapd.ax = DOCTOR_NO)
BREAK(hostapd_version, f->hostapd.program.version[0] = '\0')
BREAK(nan, f->supplicant.nan = DOCTOR_NO)
BREAK(nan_old, strcpy(f->supplicant.program.version, "2.11"))
BREAK(nan_running, f->supplicant.running_says_nan = DOCTOR_NO; strcpy(f->supplicant.answered, "USD"))
BREAK(nan_radio, m->aware.enabled = true; f->radios.aware = DOCTOR_NO;
      strcpy(f->radios.aware_missing, "phy0: kernel: no NAN_DATA"))
BREAK(no_supplicant, f->supplicant.program.found = DOCTOR_NO)
BREAK(no_ipv6, f->ipv6.available = DOCTOR_NO)
BREAK(ipv6_boot, strcpy(f->ipv6.disabled_by, "ipv6.disable=1"))
BREAK(ipv6_all, f->ipv6.all = DOCTOR_YES)
BREAK(ipv6_interface, f->interfaces[0].ipv6_disabled = DOCTOR_YES)
BREAK(firewall, strcpy(f->firewall.dropping, "inet filter input"))
BREAK(no_pipewire, f->pipewire.state = DOCTOR_PIPEWIRE_NO_SOCKET)
BREAK(refused_pipewire, f->pipewire.state = DOCTOR_PIPEWIRE_REFUSED)
BREAK(pipewire_program, f->pipewire.state = DOCTOR_PIPEWIRE_NO_SOCKET; f->pipewire.program.found = DOCTOR_NO;
      m->audio.pipewire.manage = AUDIO_MANAGE_SPAWN)
BREAK(pipewire_silent, f->pipewire.state = DOCTOR_PIPEWIRE_SILENT)
BREAK(pipewire_old, strcpy(f->pipewire.version, "0.3.48"))
BREAK(no_sink, f->pipewire.sinks = 0)
BREAK(wrong_sink, strcpy(m->audio.sink, "amp"); f->pipewire.configured_sink = DOCTOR_NO)
BREAK(no_manager, f->pipewire.session_manager = DOCTOR_NO)
BREAK(no_bluez, f->bluez.name_owned = DOCTOR_NO)
BREAK(no_adapter, f->bluez.adapters_count = 0)
BREAK(adapter_off, f->bluez.powered[0] = DOCTOR_NO)
BREAK(no_bus, f->bus.reachable = DOCTOR_NO)
BREAK(no_policy, f->bus.policy = DOCTOR_NO)
BREAK(no_account, f->accounts[0].exists = DOCTOR_NO)
BREAK(open_folder, f->folders[0].mode = 0777)
BREAK(private_folder, f->folders[1].mode = 0750)
BREAK(folder_owner, strcpy(f->folders[1].owner, "root"))
BREAK(no_folder, f->folders[0].state = DOCTOR_FOLDER_NO_PARENT)
BREAK(read_only, f->folders[0].read_only = true)
BREAK(file, f->folders[0].state = DOCTOR_FOLDER_OTHER_FILE)
BREAK(capability, f->privileges.bounding &= ~(UINT64_C(1) << CAP_NET_ADMIN))
BREAK(past, f->clock.now_s = 0)
BREAK(free_clock, f->clock.synchronised = DOCTOR_NO)
BREAK(unstable, f->firmware.clock_unstable = DOCTOR_YES)
BREAK(jiffies, strcpy(f->clock.source, "jiffies"))
BREAK(entropy, f->entropy = DOCTOR_NO)

static const struct {
    void (*change)(struct good_machine *m);
    enum doctor_cause cause;
    enum doctor_verdict verdict;
    const char *remedy; /* a part of it, with what it is about put in */
} cases[] = {
#define CASE(name, cause, verdict, remedy)                                                                             \
    {                                                                                                                  \
        break_##name, DOCTOR_CAUSE_##cause, DOCTOR_VERDICT_##verdict, remedy                                           \
    }
    CASE(option, OPTION_MISSING, PROBLEM, "CONFIG_PACKET=y"),
    CASE(unreadable, KERNEL_UNREADABLE, UNKNOWN, "/boot/config-6.1.0"),
    CASE(without, KERNEL_WITHOUT, PROBLEM, "CONFIG_SND=y"),
    CASE(module_missing, MODULE_MISSING, PROBLEM, "modprobe cfg80211"),
    CASE(module_idle, MODULE_NOT_LOADED, WARNING, "modprobe af_packet"),
    CASE(database, NO_DATABASE, PROBLEM, "wireless-regdb"),
    CASE(signature, NO_SIGNATURE, WARNING, "regulatory.db.p7s"),
    CASE(world, WORLD, WARNING, "iw reg set DE"),
    CASE(country, OTHER_COUNTRY, PROBLEM, "iw reg set DE"),
    CASE(own_country, OWN_COUNTRY, WARNING, "ccode=DE"),
    CASE(firmware, FIRMWARE_MISSING, PROBLEM, "linux-firmware"),
    CASE(driver, NO_DRIVER, PROBLEM, "driver"),
    CASE(nl80211, NO_NL80211, PROBLEM, "modprobe cfg80211"),
    CASE(radio, RADIO_NONE, PROBLEM, "link.band"),
    CASE(soft, BLOCKED_SOFT, PROBLEM, "rfkill unblock 0 "),
    CASE(hard, BLOCKED_HARD, PROBLEM, "switch"),
    CASE(nm, OWNER_NETWORK_MANAGER, PROBLEM, "unmanaged-devices=interface-name:wlan0"),
    CASE(networkd, OWNER_NETWORKD, PROBLEM, "Name=wlan0"),
    CASE(connman, OWNER_CONNMAN, PROBLEM, "NetworkInterfaceBlacklist=wlan0"),
    CASE(iwd, OWNER_IWD, PROBLEM, "--nointerfaces=wlan0"),
    CASE(supplicant, OWNER_SUPPLICANT, PROBLEM, "interface_remove wlan0"),
    CASE(hostapd, OWNER_HOSTAPD, PROBLEM, "kill 5"),
    CASE(dhcpcd, OWNER_DHCPCD, WARNING, "denyinterfaces wlan0"),
    CASE(in_use, OWNER_UNKNOWN, WARNING, "iw dev"),
    CASE(power_save, POWER_SAVE_ON, WARNING, "iw dev wlan0 set power_save off"),
    CASE(taken, SOCKET_TAKEN, PROBLEM, "runtime_dir"),
    CASE(nobody, SOCKET_NOBODY, PROBLEM, "manage: spawn"),
    CASE(stale, SOCKET_STALE, WARNING, "rm /run/fascia/link/global"),
    CASE(no_socket, SOCKET_NO_SOCKET, PROBLEM, "rm /run/fascia/link/global"),
    CASE(port, PORT_TAKEN, PROBLEM, "another port"),
    CASE(usual_port, PORT_USED, WARNING, "Stop it"),
    CASE(no_hostapd, HOSTAPD_NONE, PROBLEM, "link.hostapd.program"),
    CASE(old_hostapd, HOSTAPD_OLD, PROBLEM, "2.10"),
    CASE(sae, HOSTAPD_FEATURE, PROBLEM, "CONFIG_SAE=y"),
    CASE(interworking, HOSTAPD_FEATURE, PROBLEM, "CONFIG_INTERWORKING=y"),
    CASE(wnm, HOSTAPD_FEATURE, PROBLEM, "CONFIG_WNM_AP=y"),
    CASE(ax, HOSTAPD_FEATURE, WARNING, "CONFIG_IEEE80211AX=y"),
    CASE(hostapd_version, HOSTAPD_VERSION, UNKNOWN, "/usr/sbin/hostapd -v"),
    CASE(nan, NO_NAN, WARNING, "CONFIG_NAN=y"),
    CASE(nan_old, NO_NAN, WARNING, "2.12"),
    CASE(nan_running, NO_NAN, WARNING, "CONFIG_NAN=y"),
    CASE(nan_radio, NO_AWARE_RADIO, PROBLEM, "fasciactl radio"),
    CASE(no_supplicant, NO_SUPPLICANT, WARNING, "wpa_supplicant"),
    CASE(no_ipv6, IPV6_NONE, PROBLEM, "CONFIG_IPV6"),
    CASE(ipv6_boot, IPV6_DISABLED_BOOT, PROBLEM, "ipv6.disable=1"),
    CASE(ipv6_all, IPV6_DISABLED, PROBLEM, "sysctl -w net.ipv6.conf.all.disable_ipv6=0"),
    CASE(ipv6_interface, IPV6_DISABLED, PROBLEM, "net.ipv6.conf.wlan0.disable_ipv6=0"),
    CASE(firewall, FIREWALL_DROPS, WARNING, "nft insert rule inet filter input iifname wlan0 "),
    CASE(no_pipewire, PIPEWIRE_NONE, PROBLEM, "audio.pipewire.runtime_dir"),
    CASE(refused_pipewire, PIPEWIRE_NONE, PROBLEM, "audio.pipewire.runtime_dir"),
    CASE(pipewire_program, PIPEWIRE_NO_PROGRAM, PROBLEM, "audio.pipewire.program"),
    CASE(pipewire_silent, PIPEWIRE_SILENT, PROBLEM, "restart pipewire"),
    CASE(pipewire_old, PIPEWIRE_OLD, PROBLEM, "0.3.65"),
    CASE(no_sink, PIPEWIRE_NO_SINK, PROBLEM, "aplay -l"),
    CASE(wrong_sink, PIPEWIRE_NO_SINK, PROBLEM, "pw-cli ls Node"),
    CASE(no_manager, PIPEWIRE_NO_MANAGER, WARNING, "wireplumber"),
    CASE(no_bluez, BLUEZ_NONE, WARNING, "bluetooth"),
    CASE(no_adapter, NO_ADAPTER, WARNING, "btusb"),
    CASE(adapter_off, ADAPTER_OFF, WARNING, "power on"),
    CASE(no_bus, NO_BUS, PROBLEM, "dbus"),
    CASE(no_policy, NO_POLICY, PROBLEM, "org.fascia.conf"),
    CASE(no_account, NO_ACCOUNT, PROBLEM, "useradd --system --no-create-home fascia-link"),
    CASE(open_folder, FOLDER_WRITABLE, PROBLEM, "chmod go-w /run/fascia"),
    CASE(private_folder, FOLDER_WRITABLE, PROBLEM, "/run/fascia/link"),
    CASE(folder_owner, FOLDER_OWNER, PROBLEM, "rm -r /run/fascia/link"),
    CASE(no_folder, FOLDER_NONE, WARNING, "mkdir -p -m 0755 /run/fascia"),
    CASE(read_only, FOLDER_READ_ONLY, PROBLEM, "runtime_dir"),
    CASE(file, FOLDER_NO_FOLDER, PROBLEM, "runtime_dir"),
    CASE(capability, NO_CAPABILITY, PROBLEM, "CAP_NET_ADMIN"),
    CASE(past, CLOCK_PAST, PROBLEM, "timedatectl"),
    CASE(free_clock, CLOCK_FREE, WARNING, "timesyncd"),
    CASE(unstable, CLOCK_UNSTABLE, WARNING, "clocksource="),
    CASE(jiffies, CLOCK_UNSTABLE, WARNING, "clocksource="),
    CASE(entropy, NO_ENTROPY, PROBLEM, "trust_cpu"),
};

static void a_good_machine_has_no_fault_and_a_line_for_each_check(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    good_machine_judge(m);
    for (size_t i = 0; i < m->findings.count; i++) {
        if (m->findings.list[i].verdict != DOCTOR_VERDICT_OK && m->findings.list[i].check != DOCTOR_CHECK_POWER_SAVE)
            fail_msg("%s: %s", doctor_check_id(m->findings.list[i].check), m->findings.list[i].seen);
    }
    assert_int_equal(m->findings.count, DOCTOR_CHECKS_);
    assert_int_equal(doctor_overall(&m->findings), DOCTOR_VERDICT_OK);
}

static void one_thing_that_is_wrong_is_exactly_one_fault_with_its_remedy(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct good_machine *m = good_machine();
        cases[i].change(m);
        good_machine_judge(m);
        const struct doctor_finding *finding = good_machine_find(m, cases[i].cause);
        if (!finding || good_machine_faults(m) != 1)
            fail_msg("%s: %zu faults", doctor_cause_id(cases[i].cause), good_machine_faults(m));
        if (finding->verdict != cases[i].verdict || !strstr(finding->remedy, cases[i].remedy) ||
            finding->seen[0] == '\0' || strchr(finding->remedy, '{') || strchr(finding->cause, '{'))
            fail_msg("%s: %s / %s / %s", doctor_cause_id(cases[i].cause), doctor_verdict_name(finding->verdict),
                     finding->cause, finding->remedy);
    }
}

static void every_fault_of_the_table_is_made_by_some_machine(void **state)
{
    (void)state;
    for (unsigned int cause = DOCTOR_CAUSE_NONE + 1; cause < DOCTOR_CAUSES_; cause++) {
        bool seen = false;
        for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
            seen = seen || cases[i].cause == cause;
        if (!seen)
            fail_msg("%s is tested by no case", doctor_cause_id((enum doctor_cause)cause));
    }
}

static void what_the_configuration_switches_off_is_not_judged(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->link.enabled = m->address.enabled = m->audio.enabled = false;
    m->facts.kernel.options[DOCTOR_OPTION_CFG80211] = DOCTOR_OPTION_ABSENT;
    m->facts.kernel.options[DOCTOR_OPTION_SND] = DOCTOR_OPTION_ABSENT;
    m->facts.kernel.options[DOCTOR_OPTION_IPV6] = DOCTOR_OPTION_ABSENT;
    m->facts.regulatory.database = DOCTOR_NO;
    m->facts.radios.nl80211 = DOCTOR_NO;
    m->facts.radios.aware = DOCTOR_NO; /* and aware.enabled is false by default */
    m->facts.switches[0].soft = true;
    m->facts.hostapd.program.found = DOCTOR_NO;
    m->facts.ipv6.available = DOCTOR_NO;
    m->facts.pipewire.state = DOCTOR_PIPEWIRE_NO_SOCKET;
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
}

static void nothing_known_is_no_fault_of_the_machine(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    memset(&m->facts, 0, sizeof m->facts);
    m->facts.pipewire.sinks = -1;
    good_machine_judge(m);
    assert_int_equal(doctor_overall(&m->findings), DOCTOR_VERDICT_OK);
    assert_int_equal(good_machine_faults(m), 1); /* that the kernel's configuration cannot be read */
    for (size_t i = 0; i < m->findings.count; i++)
        assert_true(m->findings.list[i].verdict <= DOCTOR_VERDICT_UNKNOWN);
}

static void what_fasciad_holds_is_not_taken(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.sockets[0].state = DOCTOR_SOCKET_HELD;
    m->facts.sockets[0].holder = HOLDER(.pid = 5, .name = "hostapd", .ours = true);
    m->facts.owners[0] = (struct doctor_owner){.kind = DOCTOR_OWNER_HOSTAPD, .holder = {.pid = 5, .ours = true}};
    m->facts.owners_count = 1;
    m->facts.interfaces[0].in_use = true;
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
}

static void who_cannot_be_seen_is_taken_for_fasciad_while_that_runs(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.sockets[0].state = DOCTOR_SOCKET_HELD;
    good_machine_judge(m);
    assert_non_null(good_machine_find(m, DOCTOR_CAUSE_SOCKET_TAKEN));
    m->facts.fasciad_runs = true;
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
    assert_int_equal(doctor_overall(&m->findings), DOCTOR_VERDICT_OK);
}

static void an_interface_that_is_left_alone_is_no_fault_of_network_manager(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.owners[0] = (struct doctor_owner){.kind = DOCTOR_OWNER_NETWORK_MANAGER, .holder = {.pid = 5}};
    m->facts.owners[1] = (struct doctor_owner){.kind = DOCTOR_OWNER_NETWORKD, .holder = {.pid = 6}};
    m->facts.owners[2] = (struct doctor_owner){.kind = DOCTOR_OWNER_SUPPLICANT, .holder = {.pid = 7}};
    m->facts.owners_count = 3;
    m->facts.interfaces[0].network_manager = DOCTOR_NO;
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
}

static void a_responder_may_share_the_port_of_multicast_dns(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.ports[1].held = DOCTOR_YES;
    m->facts.ports[1].holder = HOLDER(.pid = 5, .name = "avahi-daemon", .user = "avahi");
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
    m->facts.ports[1].holder = HOLDER(.pid = 5, .name = "other");
    good_machine_judge(m);
    assert_non_null(good_machine_find(m, DOCTOR_CAUSE_PORT_USED));
}

static void who_holds_a_port_is_named_as_far_as_it_is_known(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.ports[0].held = DOCTOR_YES;
    m->facts.ports[0].holder = HOLDER(.pid = 812, .name = "shairport-sync", .user = "pi");
    good_machine_judge(m);
    assert_string_equal(good_machine_find(m, DOCTOR_CAUSE_PORT_USED)->seen,
                        "TCP port 7000 (control): pid 812 (shairport-sync, user pi)");
    m->facts.ports[0].holder = HOLDER(.user = "pi");
    good_machine_judge(m);
    assert_string_equal(good_machine_find(m, DOCTOR_CAUSE_PORT_USED)->seen,
                        "TCP port 7000 (control): a process that only root can name (user pi)");
}

static void a_stack_of_its_own_does_without_mac80211(void **state)
{
    struct good_machine *m = good_machine();
    (void)state;

    m->facts.kernel.options[DOCTOR_OPTION_MAC80211] = DOCTOR_OPTION_ABSENT;
    good_machine_judge(m);
    assert_int_equal(good_machine_faults(m), 0);
    m->facts.radios.count = 0;
    good_machine_judge(m);
    assert_int_equal(good_machine_find(m, DOCTOR_CAUSE_OPTION_MISSING)->verdict, DOCTOR_VERDICT_WARNING);
}

static void versions_are_compared_by_their_numbers(void **state)
{
    static const struct {
        const char *version;
        bool enough;
    } rows[] = {{"2.10", true}, {"2.9", false},        {"2.9.9", false}, {"2.11-devel", true},
                {"3", true},    {"2.10-12+deb", true}, {"1.99", false}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct good_machine *m = good_machine();
        strcpy(m->facts.hostapd.program.version, rows[i].version);
        good_machine_judge(m);
        if ((good_machine_find(m, DOCTOR_CAUSE_HOSTAPD_OLD) == NULL) != rows[i].enough)
            fail_msg("%s", rows[i].version);
    }
}

static void the_day_is_said_in_words_that_a_calendar_knows(void **state)
{
    static const struct {
        int64_t seconds;
        const char *day;
    } rows[] = {{0, "it is 1970-01-01"}, {951782400, "it is 2000-02-29"}, {1709164800, "it is 2024-02-29"}};
    (void)state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct good_machine *m = good_machine();
        m->facts.clock.now_s = rows[i].seconds;
        good_machine_judge(m);
        assert_string_equal(good_machine_find(m, DOCTOR_CAUSE_CLOCK_PAST)->seen, rows[i].day);
    }
}

static void only_selected_checks_are_judged(void **state)
{
    struct good_machine *m = good_machine();
    enum doctor_check check = DOCTOR_CHECKS_;
    (void)state;

    assert_int_equal(doctor_check_parse("clock", &check), 0);
    doctor_judge(&m->facts, &m->config, DOCTOR_CHECK_BIT(check), &m->findings);
    assert_int_equal(m->findings.count, 1);
    assert_int_equal(m->findings.list[0].check, DOCTOR_CHECK_CLOCK);
    assert_int_equal(doctor_check_parse("clocks", &check), -EINVAL);
}

static void ids_are_unique_and_printable(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < DOCTOR_CAUSES_; i++) {
        for (unsigned int k = 0; k < i; k++)
            assert_string_not_equal(doctor_cause_id((enum doctor_cause)i), doctor_cause_id((enum doctor_cause)k));
    }
    for (unsigned int i = 0; i < DOCTOR_CHECKS_; i++) {
        const char *id = doctor_check_id((enum doctor_check)i);
        assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-"), strlen(id));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_machine_has_no_fault_and_a_line_for_each_check),
        cmocka_unit_test(one_thing_that_is_wrong_is_exactly_one_fault_with_its_remedy),
        cmocka_unit_test(every_fault_of_the_table_is_made_by_some_machine),
        cmocka_unit_test(what_the_configuration_switches_off_is_not_judged),
        cmocka_unit_test(nothing_known_is_no_fault_of_the_machine),
        cmocka_unit_test(what_fasciad_holds_is_not_taken),
        cmocka_unit_test(who_cannot_be_seen_is_taken_for_fasciad_while_that_runs),
        cmocka_unit_test(an_interface_that_is_left_alone_is_no_fault_of_network_manager),
        cmocka_unit_test(a_responder_may_share_the_port_of_multicast_dns),
        cmocka_unit_test(who_holds_a_port_is_named_as_far_as_it_is_known),
        cmocka_unit_test(a_stack_of_its_own_does_without_mac80211),
        cmocka_unit_test(versions_are_compared_by_their_numbers),
        cmocka_unit_test(the_day_is_said_in_words_that_a_calendar_knows),
        cmocka_unit_test(only_selected_checks_are_judged),
        cmocka_unit_test(ids_are_unique_and_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
