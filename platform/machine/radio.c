/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <linux/nl80211.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/machine/tree.h"
#include "platform/nl80211/nl80211.h"
#include "stack/aware/gate.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"
#include "stack/link/choose.h"

/* Radios as the kernel describes them, which one fascia-link would choose, their switches, the regulatory database. */

static const char *mode_name(uint32_t type)
{
    switch (type) {
    case NL80211_IFTYPE_STATION:
        return "station";
    case NL80211_IFTYPE_AP:
        return "AP";
    case NL80211_IFTYPE_P2P_CLIENT:
        return "P2P client";
    case NL80211_IFTYPE_P2P_GO:
        return "P2P group owner";
    case NL80211_IFTYPE_MONITOR:
        return "monitor";
    case NL80211_IFTYPE_MESH_POINT:
        return "mesh point";
    case NL80211_IFTYPE_ADHOC:
        return "ad hoc";
    default:
        return "another type";
    }
}

static void note_interfaces(struct machine *machine, const struct wiphy_interfaces *interfaces)
{
    struct doctor_facts *facts = machine->facts;

    for (size_t i = 0; i < interfaces->count && facts->interfaces_count < DOCTOR_LIST_MAX; i++) {
        const struct wiphy_interface *it = &interfaces->list[i];
        char path[DOCTOR_PATH_SIZE];
        if (it->ifindex == 0)
            continue;
        struct doctor_interface *to = &facts->interfaces[facts->interfaces_count++];
        machine_copy(to->name, sizeof to->name, it->name);
        machine_copy(to->mode, sizeof to->mode, mode_name(it->type));
        to->in_use = it->frequency_mhz != 0;
        (void)snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/disable_ipv6", it->name);
        to->ipv6_disabled = machine_flag(machine, path);
    }
}

static void choose(struct machine *machine, const struct wiphy_table *table, const struct wiphy_interfaces *interfaces)
{
    struct doctor_radios *radios = &machine->facts->radios;
    struct choose_input input = {.config = machine->request->config->link, .radios = table, .interfaces = interfaces};
    struct choose_result result = {.reason = FASCIA_REASON_NO_RADIO};

    for (size_t i = 0; i < table->count; i++) {
        const struct wiphy *radio = &table->radios[i];
        if (nl80211_is_blocked(radio->name))
            input.blocked |= 1U << i;
        if (radios->count == DOCTOR_LIST_MAX)
            continue;
        struct doctor_radio *to = &radios->list[radios->count++];
        machine_copy(to->name, sizeof to->name, radio->name);
        machine_copy(to->country, sizeof to->country, radio->country);
        to->self_managed = radio->self_managed;
    }
    choose_radio(&input, &result);
    radios->chosen_known = true;
    radios->reason = result.reason;
    machine_copy(radios->detail, sizeof radios->detail, result.detail);
    machine_copy(radios->chosen, sizeof radios->chosen, result.wiphy_name);
}

/* Of radios that cannot, the one that gets furthest tells most. */
static void look_at_gates(struct machine *machine, const struct wiphy_table *table)
{
    struct doctor_radios *radios = &machine->facts->radios;
    enum aware_gate furthest = AWARE_GATE_NAN;
    const char *name = "";

    for (size_t i = 0; i < table->count; i++) {
        struct aware_gates gates;
        aware_gates_of(&table->radios[i], NULL, &gates);
        enum aware_gate shut = aware_gates_first_shut(&gates, true);
        if (name[0] == '\0' || shut > furthest) {
            furthest = shut;
            name = table->radios[i].name;
        }
    }
    radios->aware = table->count > 0 && furthest == AWARE_GATES_ ? DOCTOR_YES : DOCTOR_NO;
    if (radios->aware == DOCTOR_NO)
        (void)snprintf(radios->aware_missing, sizeof radios->aware_missing, "%s%s%s", name, name[0] ? ": " : "",
                       name[0] ? aware_gate_text(furthest) : "there is no radio");
}

static void ask_kernel(struct machine *machine)
{
    _cleanup_(nl80211_close) struct nl80211 *nl = NULL;
    _cleanup_(freep) struct wiphy_table *table = NULL; /* large */
    struct wiphy_interfaces interfaces = {.count = 0};

    int r = nl80211_open(&nl);
    machine->facts->radios.nl80211 = r == 0 ? DOCTOR_YES : r == -ENOENT ? DOCTOR_NO : DOCTOR_UNKNOWN;
    table = calloc(1, sizeof *table);
    if (r == -ENOENT && table)
        look_at_gates(machine, table); /* no radio */
    if (r < 0 || !table)
        return;
    r = nl80211_dump_wiphys(nl, table);
    if (r == 0)
        r = nl80211_dump_interfaces(nl, &interfaces);
    if (r < 0)
        return;
    note_interfaces(machine, &interfaces);
    choose(machine, table, &interfaces);
    look_at_gates(machine, table);
    (void)nl80211_country(nl, 0, false, machine->facts->regulatory.country);
}

static bool look_at_switch(struct machine *machine, const char *name, void *userdata)
{
    struct doctor_facts *facts = machine->facts;
    char path[MACHINE_PATH_SIZE];
    (void)userdata;

    if (facts->switches_count == DOCTOR_LIST_MAX || strlen(name) > 32)
        return false;
    struct doctor_switch *to = &facts->switches[facts->switches_count++];
    machine_copy(to->name, sizeof to->name, name);
    (void)snprintf(path, sizeof path, "/sys/class/rfkill/%s/name", name);
    machine_read_line(machine, to->device, sizeof to->device, path);
    (void)snprintf(path, sizeof path, "/sys/class/rfkill/%s/type", name);
    machine_read_line(machine, to->type, sizeof to->type, path);
    (void)snprintf(path, sizeof path, "/sys/class/rfkill/%s/soft", name);
    to->soft = machine_flag(machine, path) == DOCTOR_YES;
    (void)snprintf(path, sizeof path, "/sys/class/rfkill/%s/hard", name);
    to->hard = machine_flag(machine, path) == DOCTOR_YES;
    return true;
}

/* Where the kernel looks: drivers/base/firmware_loader. A kernel may also have it built in, which then shows by a
 * country that is in force. */
static void find_database(struct machine *machine)
{
    static const char *const folders[] = {"/lib/firmware/updates", "/lib/firmware", "/usr/lib/firmware"};
    struct doctor_regulatory *regulatory = &machine->facts->regulatory;
    char own[DOCTOR_PATH_SIZE], path[MACHINE_PATH_SIZE];

    regulatory->database = DOCTOR_NO;
    machine_read_line(machine, own, sizeof own, "/sys/module/firmware_class/parameters/path");
    for (size_t i = 0; i <= sizeof folders / sizeof folders[0]; i++) {
        const char *folder = i == 0 ? own : folders[i - 1];
        (void)snprintf(path, sizeof path, "%s/regulatory.db", folder);
        if (folder[0] == '\0' || machine_has(machine, path) != DOCTOR_YES)
            continue;
        regulatory->database = DOCTOR_YES;
        machine_copy(regulatory->folder, sizeof regulatory->folder, folder);
        (void)snprintf(path, sizeof path, "%s/regulatory.db.p7s", folder);
        regulatory->signature = machine_has(machine, path);
        return;
    }
}

void machine_radio(struct machine *machine)
{
    struct doctor_facts *facts = machine->facts;

    find_database(machine);
    facts->switches_known = machine_each(machine, "/sys/class/rfkill", look_at_switch, NULL) == 0;
    if (machine->live) {
        machine_waiting(machine, "the kernel's description of the radios");
        ask_kernel(machine);
    }
}
