/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/doctor/judge.h"

/* The radio: regulatory domain, firmware, choice, switches, owners, power saving. */

static bool is_link_off(struct doctor_judge *judge, enum doctor_check check)
{
    if (judge->config->link->enabled)
        return false;
    doctor_note(judge, check, DOCTOR_VERDICT_SKIPPED, "link.enabled is false");
    return true;
}

static void judge_country(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    const char *wanted = judge->config->link->country, *now = facts->regulatory.country;
    bool other_radio = facts->radios.count == 0;

    if (wanted[0] == '\0')
        return;
    for (size_t i = 0; i < facts->radios.count; i++) {
        const struct doctor_radio *radio = &facts->radios.list[i];
        other_radio = other_radio || !radio->self_managed;
        if (radio->self_managed && radio->country[0] != '\0' && strcmp(radio->country, wanted) != 0)
            doctor_fault(judge, DOCTOR_CAUSE_OWN_COUNTRY, radio->name, wanted, "country of %s: %s", radio->name,
                         radio->country);
    }
    if (!other_radio || now[0] == '\0' || strcmp(now, wanted) == 0)
        return;
    if (strcmp(now, "00") == 0)
        doctor_fault(judge, DOCTOR_CAUSE_WORLD, wanted, "", "country in force: 00");
    else
        doctor_fault(judge, DOCTOR_CAUSE_OTHER_COUNTRY, now, wanted, "country in force: %s; link.country: %s", now,
                     wanted);
}

void doctor_judge_regulatory(struct doctor_judge *judge)
{
    const struct doctor_regulatory *regulatory = &judge->facts->regulatory;

    if (is_link_off(judge, DOCTOR_CHECK_REGULATORY))
        return;
    if (regulatory->database == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_DATABASE, "", "", "no regulatory.db in the firmware folders");
    else if (regulatory->database == DOCTOR_YES && regulatory->signature == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_SIGNATURE, regulatory->folder, "", "%s/regulatory.db without .p7s",
                     regulatory->folder);
    judge_country(judge);
    if (doctor_is_well(judge, DOCTOR_CHECK_REGULATORY))
        doctor_note(judge, DOCTOR_CHECK_REGULATORY,
                    regulatory->database == DOCTOR_UNKNOWN ? DOCTOR_VERDICT_UNKNOWN : DOCTOR_VERDICT_OK,
                    "database in %s, country in force: %s", regulatory->folder,
                    regulatory->country[0] != '\0' ? regulatory->country : "not known");
}

void doctor_judge_firmware(struct doctor_judge *judge)
{
    const struct doctor_firmware *firmware = &judge->facts->firmware;

    for (size_t i = 0; i < firmware->failed_count; i++)
        doctor_fault(judge, DOCTOR_CAUSE_FIRMWARE_MISSING, firmware->failed[i], "", "kernel log: %s",
                     firmware->failed[i]);
    for (size_t i = 0; i < firmware->no_driver_count; i++)
        doctor_fault(judge, DOCTOR_CAUSE_NO_DRIVER, firmware->no_driver[i][0], firmware->no_driver[i][1],
                     "%s [%s] is not bound to a driver", firmware->no_driver[i][0], firmware->no_driver[i][1]);
    if (firmware->log_readable != DOCTOR_YES)
        doctor_note(judge, DOCTOR_CHECK_FIRMWARE,
                    firmware->log_readable == DOCTOR_NO ? DOCTOR_VERDICT_SKIPPED : DOCTOR_VERDICT_UNKNOWN,
                    "the kernel log cannot be read here");
    else if (doctor_is_well(judge, DOCTOR_CHECK_FIRMWARE))
        doctor_note(judge, DOCTOR_CHECK_FIRMWARE, DOCTOR_VERDICT_OK,
                    "no failed firmware in the kernel log, no Wi-Fi device without driver");
}

void doctor_judge_radio(struct doctor_judge *judge)
{
    const struct doctor_radios *radios = &judge->facts->radios;

    if (is_link_off(judge, DOCTOR_CHECK_RADIO))
        return;
    if (radios->nl80211 == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_NO_NL80211, "", "", "no generic netlink family nl80211");
    else if (!radios->chosen_known)
        doctor_note(judge, DOCTOR_CHECK_RADIO, DOCTOR_VERDICT_UNKNOWN, "the kernel was not asked for its radios");
    else if (radios->reason != FASCIA_REASON_NONE)
        doctor_fault(judge, DOCTOR_CAUSE_RADIO_NONE, fascia_reason_cause(radios->reason),
                     fascia_reason_remedy(radios->reason), "%zu radio%s; %s", radios->count,
                     radios->count == 1 ? "" : "s", radios->detail);
    else
        doctor_note(judge, DOCTOR_CHECK_RADIO, DOCTOR_VERDICT_OK, "%s would be chosen: %s", radios->chosen,
                    radios->detail);
}

/* rfkill(8) wants the number alone. */
static const char *number_of(const char *name)
{
    return strncmp(name, "rfkill", 6) == 0 ? name + 6 : name;
}

void doctor_judge_rfkill(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int seen = 0;

    for (size_t i = 0; i < facts->switches_count; i++) {
        const struct doctor_switch *it = &facts->switches[i];
        char what[DOCTOR_LINE_SIZE];
        struct fascia_text text;
        bool wlan = strcmp(it->type, "wlan") == 0;
        if ((!wlan && strcmp(it->type, "bluetooth") != 0) || (wlan && !judge->config->link->enabled))
            continue;
        seen++;
        fascia_text_init(&text, what, sizeof what);
        fascia_text_add(&text, "The %s radio %s", wlan ? "Wi-Fi" : "Bluetooth", it->device);
        enum doctor_verdict verdict = wlan ? DOCTOR_VERDICT_PROBLEM : DOCTOR_VERDICT_WARNING;
        if (it->hard)
            doctor_fault_as(judge, verdict, DOCTOR_CAUSE_BLOCKED_HARD, what, it->name, "%s (%s): hard", it->name,
                            it->device);
        else if (it->soft)
            doctor_fault_as(judge, verdict, DOCTOR_CAUSE_BLOCKED_SOFT, what, number_of(it->name), "%s (%s): soft",
                            it->name, it->device);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_RFKILL))
        doctor_note(judge, DOCTOR_CHECK_RFKILL, facts->switches_known ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    facts->switches_known ? "%u switches, none blocks" : "there is no /sys/class/rfkill (%u switches)",
                    seen);
}

/* The interface that an owner is asked to leave: the one that it names, else the first wireless one. */
static const char *interface_of(const struct doctor_facts *facts, const struct doctor_owner *owner)
{
    if (owner->interface[0] != '\0')
        return owner->interface;
    return facts->interfaces_count > 0 ? facts->interfaces[0].name : "wlan0";
}

/* With several wireless interfaces it is enough that one may be taken. Without any, what is configured is unknown. */
static bool may_take(const struct doctor_facts *facts, bool network_manager, const char **ret_interface)
{
    for (size_t i = 0; i < facts->interfaces_count; i++) {
        const struct doctor_interface *it = &facts->interfaces[i];
        enum doctor_know takes = network_manager ? it->network_manager : it->networkd;
        if (takes == DOCTOR_YES || (network_manager && takes == DOCTOR_UNKNOWN)) {
            *ret_interface = it->name;
            return true;
        }
    }
    return false;
}

static void judge_one_owner(struct doctor_judge *judge, const struct doctor_owner *owner)
{
    static const enum doctor_cause causes[DOCTOR_OWNERS_] = {
        [DOCTOR_OWNER_NETWORK_MANAGER] = DOCTOR_CAUSE_OWNER_NETWORK_MANAGER,
        [DOCTOR_OWNER_NETWORKD] = DOCTOR_CAUSE_OWNER_NETWORKD,
        [DOCTOR_OWNER_CONNMAN] = DOCTOR_CAUSE_OWNER_CONNMAN,
        [DOCTOR_OWNER_IWD] = DOCTOR_CAUSE_OWNER_IWD,
        [DOCTOR_OWNER_SUPPLICANT] = DOCTOR_CAUSE_OWNER_SUPPLICANT,
        [DOCTOR_OWNER_HOSTAPD] = DOCTOR_CAUSE_OWNER_HOSTAPD,
        [DOCTOR_OWNER_DHCPCD] = DOCTOR_CAUSE_OWNER_DHCPCD,
    };
    const char *interface = interface_of(judge->facts, owner);
    char holder[DOCTOR_HOLDER_SIZE], kill[48];
    struct fascia_text text;

    if (owner->holder.ours)
        return;
    if ((owner->kind == DOCTOR_OWNER_NETWORK_MANAGER || owner->kind == DOCTOR_OWNER_NETWORKD) &&
        !may_take(judge->facts, owner->kind == DOCTOR_OWNER_NETWORK_MANAGER, &interface))
        return;
    /* One that was started for D-Bus, with no interface, holds nothing. */
    if (owner->kind == DOCTOR_OWNER_SUPPLICANT && owner->interface[0] == '\0')
        return;
    if (owner->kind == DOCTOR_OWNER_HOSTAPD) {
        fascia_text_init(&text, kill, sizeof kill);
        fascia_text_add(&text, "kill %lld", (long long)owner->holder.pid);
        interface = kill;
    }
    doctor_fault(judge, causes[owner->kind], doctor_holder_text(&owner->holder, holder), interface, "%s runs%s%s",
                 holder, owner->interface[0] != '\0' ? " with " : "", owner->interface);
}

void doctor_judge_owner(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    bool explained = false;

    if (is_link_off(judge, DOCTOR_CHECK_OWNER))
        return;
    for (size_t i = 0; i < facts->owners_count; i++) {
        judge_one_owner(judge, &facts->owners[i]);
        explained = explained || facts->owners[i].kind == DOCTOR_OWNER_HOSTAPD ||
                    facts->owners[i].kind == DOCTOR_OWNER_SUPPLICANT || facts->owners[i].kind == DOCTOR_OWNER_IWD;
    }
    for (size_t i = 0; i < facts->interfaces_count && !explained; i++) {
        const struct doctor_interface *it = &facts->interfaces[i];
        if (it->in_use)
            doctor_fault(judge, DOCTOR_CAUSE_OWNER_UNKNOWN, it->name, it->mode, "nl80211: %s is %s, on a channel",
                         it->name, it->mode);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_OWNER))
        doctor_note(judge, DOCTOR_CHECK_OWNER, facts->processes_known ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    facts->processes_known ? "nobody else takes the radio (%zu programs of that kind run)"
                                           : "the processes cannot be seen (%zu)",
                    facts->owners_count);
}

void doctor_judge_power_save(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int known = 0;

    if (is_link_off(judge, DOCTOR_CHECK_POWER_SAVE))
        return;
    for (size_t i = 0; i < facts->interfaces_count; i++) {
        const struct doctor_interface *it = &facts->interfaces[i];
        known += it->power_save != DOCTOR_UNKNOWN;
        /* An interface that nobody uses gets its setting when it is used. */
        if (it->power_save == DOCTOR_YES && it->in_use)
            doctor_fault(judge, DOCTOR_CAUSE_POWER_SAVE_ON, it->name, "", "%s (%s): power save on", it->name, it->mode);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_POWER_SAVE))
        doctor_note(judge, DOCTOR_CHECK_POWER_SAVE, known > 0 ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    known > 0 ? "off wherever an interface is in use (%u asked)" : "no interface says (%u)", known);
}
