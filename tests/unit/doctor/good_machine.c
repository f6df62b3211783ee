/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/doctor/good_machine.h"

#include <stdio.h>
#include <string.h>

static void good_kernel(struct doctor_kernel *kernel)
{
    (void)snprintf(kernel->release, sizeof kernel->release, "6.1.0");
    (void)snprintf(kernel->source, sizeof kernel->source, "/proc/config.gz");
    for (size_t i = 0; i < DOCTOR_OPTIONS_; i++) {
        kernel->options[i] = DOCTOR_OPTION_BUILTIN;
        (void)snprintf(kernel->chosen[i], sizeof kernel->chosen[i], "%s", doctor_option_names((enum doctor_option)i));
        kernel->chosen[i][strcspn(kernel->chosen[i], "|")] = '\0';
    }
}

static void good_radio(struct doctor_facts *f)
{
    f->regulatory = (struct doctor_regulatory){
        .database = DOCTOR_YES, .signature = DOCTOR_YES, .folder = "/lib/firmware", .country = "DE"};
    f->firmware.log_readable = DOCTOR_YES;
    f->radios.nl80211 = DOCTOR_YES;
    f->radios.count = 1;
    f->radios.list[0] = (struct doctor_radio){.name = "phy0", .country = "DE"};
    f->radios.chosen_known = true;
    (void)snprintf(f->radios.chosen, sizeof f->radios.chosen, "phy0");
    f->switches_known = true;
    f->switches_count = 2;
    f->switches[0] = (struct doctor_switch){.name = "rfkill0", .device = "phy0", .type = "wlan"};
    f->switches[1] = (struct doctor_switch){.name = "rfkill1", .device = "hci0", .type = "bluetooth"};
    f->interfaces_count = 1;
    f->interfaces[0] = (struct doctor_interface){
        .name = "wlan0", .mode = "station", .power_save = DOCTOR_NO, .ipv6_disabled = DOCTOR_NO};
    f->processes_known = true;
}

static void good_peers(struct doctor_facts *f)
{
    f->sockets_count = 1;
    f->sockets[0] = (struct doctor_socket){
        .path = "/run/fascia/link/global", .what = "the control socket of hostapd", .state = DOCTOR_SOCKET_ABSENT};
    f->ports_count = 2;
    f->ports[0] = (struct doctor_port){.tcp = true, .number = 7000, .what = "control", .held = DOCTOR_NO};
    f->ports[1] = (struct doctor_port){.number = 5353, .mdns = true, .what = "mDNS", .held = DOCTOR_NO};
    f->hostapd.program = (struct doctor_program){.found = DOCTOR_YES, .path = "/usr/sbin/hostapd", .version = "2.10"};
    f->hostapd.sae = f->hostapd.interworking = f->hostapd.wnm = f->hostapd.ax = DOCTOR_YES;
    f->supplicant.program = (struct doctor_program){.found = DOCTOR_YES, .path = "/sbin/wpa", .version = "2.12"};
    f->supplicant.nan = DOCTOR_YES;
    f->pipewire = (struct doctor_pipewire){.socket = "/run/user/1/pipewire-0",
                                           .state = DOCTOR_PIPEWIRE_ANSWERS,
                                           .version = "0.3.65",
                                           .sinks = 1,
                                           .session_manager = DOCTOR_YES};
    f->bluez = (struct doctor_bluez){.name_owned = DOCTOR_YES,
                                     .holder = {.pid = 7},
                                     .version = "5.66",
                                     .adapters = {"hci0"},
                                     .powered = {DOCTOR_YES},
                                     .adapters_count = 1,
                                     .adapters_known = true};
    f->bus =
        (struct doctor_bus){.reachable = DOCTOR_YES, .policy = DOCTOR_YES, .policy_path = "/usr/share/dbus-1/system.d"};
}

static void good_host(struct doctor_facts *f)
{
    f->ipv6 = (struct doctor_ipv6){.available = DOCTOR_YES, .all = DOCTOR_NO, .preset = DOCTOR_NO};
    f->firewall.readable = DOCTOR_YES;
    f->accounts_count = 1;
    f->accounts[0] = (struct doctor_account){.name = "fascia-link", .role = "link", .exists = DOCTOR_YES};
    f->folders_count = 2;
    f->folders[0] = (struct doctor_folder){
        .path = "/run/fascia", .key = "runtime_dir", .state = DOCTOR_FOLDER_THERE, .mode = 0755, .owner = "root"};
    f->folders[1] = (struct doctor_folder){.path = "/run/fascia/link",
                                           .key = "runtime_dir",
                                           .state = DOCTOR_FOLDER_THERE,
                                           .mode = 0700,
                                           .owner = "fascia-link",
                                           .private_to = true,
                                           .wanted = "fascia-link"};
    f->privileges = (struct doctor_privileges){
        .asked = DOCTOR_YES, .who = "fasciad (pid 9)", .bounding = UINT64_MAX, .effective = UINT64_MAX};
    f->clock = (struct doctor_clock){
        .known = true, .now_s = DOCTOR_CLOCK_FLOOR_S + 86400, .synchronised = DOCTOR_YES, .source = "tsc"};
    f->entropy = DOCTOR_YES;
}

struct good_machine *good_machine(void)
{
    static struct good_machine m; /* large */

    memset(&m, 0, sizeof m);
    good_kernel(&m.facts.kernel);
    good_radio(&m.facts);
    good_peers(&m.facts);
    good_host(&m.facts);
    m.link = (struct link_config){.enabled = true, .country = "DE", .security = LINK_SECURITY_WPA3_SAE};
    m.link.bss_transition = true;
    m.link.interworking.enabled = true;
    m.address.enabled = true;
    m.audio = (struct audio_config){.enabled = true};
    m.aware = (struct aware_config){.enabled = false};
    m.config = (struct doctor_config){.link = &m.link,
                                      .address = &m.address,
                                      .audio = &m.audio,
                                      .supervisor = &m.supervisor,
                                      .aware = &m.aware,
                                      .bus = "system",
                                      .runtime_dir = "/run/fascia"};
    return &m;
}

void good_machine_judge(struct good_machine *m)
{
    doctor_judge(&m->facts, &m->config, DOCTOR_CHECKS_ALL, &m->findings);
}

const struct doctor_finding *good_machine_find(const struct good_machine *m, enum doctor_cause cause)
{
    for (size_t i = 0; i < m->findings.count; i++) {
        if (m->findings.list[i].cause_id == cause)
            return &m->findings.list[i];
    }
    return NULL;
}

size_t good_machine_faults(const struct good_machine *m)
{
    size_t count = 0;

    for (size_t i = 0; i < m->findings.count; i++)
        count += m->findings.list[i].cause_id != DOCTOR_CAUSE_NONE;
    return count;
}
