/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "stack/doctor/judge.h"

/* The host: IPv6, packet filter, accounts, folders, rights, clock, random numbers. */

void doctor_judge_ipv6(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    const struct doctor_ipv6 *ipv6 = &facts->ipv6;

    if (!judge->config->link->enabled && !judge->config->address->enabled) {
        doctor_note(judge, DOCTOR_CHECK_IPV6, DOCTOR_VERDICT_SKIPPED, "address.enabled is false");
        return;
    }
    if (ipv6->disabled_by[0] != '\0')
        doctor_fault(judge, DOCTOR_CAUSE_IPV6_DISABLED_BOOT, ipv6->disabled_by, "", "%s", ipv6->disabled_by);
    else if (ipv6->available == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_IPV6_NONE, "", "", "no /proc/net/if_inet6");
    if (ipv6->all == DOCTOR_YES)
        doctor_fault(judge, DOCTOR_CAUSE_IPV6_DISABLED, "all", "", "net.ipv6.conf.all.disable_ipv6 = 1");
    if (ipv6->preset == DOCTOR_YES)
        doctor_fault(judge, DOCTOR_CAUSE_IPV6_DISABLED, "default", "", "net.ipv6.conf.default.disable_ipv6 = 1");
    for (size_t i = 0; i < facts->interfaces_count; i++) {
        const struct doctor_interface *it = &facts->interfaces[i];
        if (it->ipv6_disabled == DOCTOR_YES)
            doctor_fault(judge, DOCTOR_CAUSE_IPV6_DISABLED, it->name, "", "net.ipv6.conf.%s.disable_ipv6 = 1",
                         it->name);
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_IPV6))
        doctor_note(judge, DOCTOR_CHECK_IPV6,
                    ipv6->available == DOCTOR_YES ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    ipv6->available == DOCTOR_YES ? "there, and disabled nowhere" : "it was not asked for");
}

void doctor_judge_firewall(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    const struct doctor_firewall *firewall = &facts->firewall;

    if (firewall->readable == DOCTOR_NO)
        doctor_note(judge, DOCTOR_CHECK_FIREWALL, DOCTOR_VERDICT_SKIPPED, "nftables are shown to root only");
    else if (firewall->readable == DOCTOR_UNKNOWN)
        doctor_note(judge, DOCTOR_CHECK_FIREWALL, DOCTOR_VERDICT_UNKNOWN,
                    "the kernel has no nftables that could be asked");
    else if (firewall->dropping[0] != '\0')
        doctor_fault(judge, DOCTOR_CAUSE_FIREWALL_DROPS, firewall->dropping,
                     facts->interfaces_count > 0 ? facts->interfaces[0].name : "wlan0", "%s: policy drop",
                     firewall->dropping);
    else
        doctor_note(judge, DOCTOR_CHECK_FIREWALL, DOCTOR_VERDICT_OK,
                    "%u nftables chains on input, none with policy drop", firewall->chains);
}

void doctor_judge_accounts(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int known = 0;

    for (size_t i = 0; i < facts->accounts_count; i++) {
        const struct doctor_account *account = &facts->accounts[i];
        known += account->exists != DOCTOR_UNKNOWN;
        if (account->exists == DOCTOR_NO)
            doctor_fault(judge, DOCTOR_CAUSE_NO_ACCOUNT, account->name, account->role, "no account %s", account->name);
    }
    if (facts->accounts_count == 0)
        doctor_note(judge, DOCTOR_CHECK_ACCOUNTS, DOCTOR_VERDICT_OK, "the services run as fasciad itself does");
    else if (doctor_is_well(judge, DOCTOR_CHECK_ACCOUNTS))
        doctor_note(judge, DOCTOR_CHECK_ACCOUNTS, known > 0 ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    "%u accounts looked for, all there", known);
}

static void judge_folder(struct doctor_judge *judge, const struct doctor_folder *folder)
{
    char mode[16];

    switch (folder->state) {
    case DOCTOR_FOLDER_UNKNOWN:
    case DOCTOR_FOLDER_ABSENT:
        return;
    case DOCTOR_FOLDER_NO_PARENT:
        doctor_fault(judge, DOCTOR_CAUSE_FOLDER_NONE, folder->path, "", "%s (%s): not there", folder->path,
                     folder->key);
        return;
    case DOCTOR_FOLDER_OTHER_FILE:
        doctor_fault(judge, DOCTOR_CAUSE_FOLDER_NO_FOLDER, folder->path, folder->key, "%s (%s): not a folder",
                     folder->path, folder->key);
        return;
    case DOCTOR_FOLDER_THERE:
        break;
    }
    (void)snprintf(mode, sizeof mode, "%04o", folder->mode);
    if (folder->read_only)
        doctor_fault(judge, DOCTOR_CAUSE_FOLDER_READ_ONLY, folder->path, folder->key, "%s: read-only", folder->path);
    if ((folder->mode & (folder->private_to ? 077U : 022U)) != 0)
        doctor_fault(judge, DOCTOR_CAUSE_FOLDER_WRITABLE, folder->path, mode, "%s: mode %s, owner %s", folder->path,
                     mode, folder->owner);
    if (folder->private_to && folder->wanted[0] != '\0' && strcmp(folder->owner, folder->wanted) != 0)
        doctor_fault(judge, DOCTOR_CAUSE_FOLDER_OWNER, folder->path, folder->owner, "%s: owner %s instead of %s",
                     folder->path, folder->owner, folder->wanted);
}

void doctor_judge_folders(struct doctor_judge *judge)
{
    const struct doctor_facts *facts = judge->facts;
    unsigned int known = 0;

    for (size_t i = 0; i < facts->folders_count; i++) {
        judge_folder(judge, &facts->folders[i]);
        known += facts->folders[i].state != DOCTOR_FOLDER_UNKNOWN;
    }
    if (doctor_is_well(judge, DOCTOR_CHECK_FOLDERS))
        doctor_note(judge, DOCTOR_CHECK_FOLDERS, known > 0 ? DOCTOR_VERDICT_OK : DOCTOR_VERDICT_UNKNOWN,
                    "%u folders are as they should be", known);
}

static const struct {
    unsigned int number;
    const char *name;
} capabilities[] = {
    {CAP_NET_ADMIN, "CAP_NET_ADMIN"}, {CAP_NET_RAW, "CAP_NET_RAW"}, {CAP_SETUID, "CAP_SETUID"},
    {CAP_SETGID, "CAP_SETGID"},       {CAP_SETPCAP, "CAP_SETPCAP"}, {CAP_CHOWN, "CAP_CHOWN"},
    {CAP_KILL, "CAP_KILL"},
};

void doctor_judge_privileges(struct doctor_judge *judge)
{
    const struct doctor_privileges *privileges = &judge->facts->privileges;
    char missing[DOCTOR_LINE_SIZE];
    struct fascia_text text;

    if (privileges->asked != DOCTOR_YES) {
        doctor_note(judge, DOCTOR_CHECK_PRIVILEGES,
                    privileges->asked == DOCTOR_NO ? DOCTOR_VERDICT_SKIPPED : DOCTOR_VERDICT_UNKNOWN,
                    "no fasciad runs, and from an ordinary account nothing can be said about one");
        return;
    }
    fascia_text_init(&text, missing, sizeof missing);
    for (size_t i = 0; i < sizeof capabilities / sizeof capabilities[0]; i++) {
        uint64_t bit = UINT64_C(1) << capabilities[i].number;
        if ((privileges->bounding & privileges->effective & bit) == 0)
            fascia_text_add(&text, "%s%s", missing[0] != '\0' ? " " : "", capabilities[i].name);
    }
    if (missing[0] != '\0')
        doctor_fault(judge, DOCTOR_CAUSE_NO_CAPABILITY, privileges->who, missing, "%s: without %s", privileges->who,
                     missing);
    else
        doctor_note(judge, DOCTOR_CHECK_PRIVILEGES, DOCTOR_VERDICT_OK, "%s has the capabilities that it hands on",
                    privileges->who);
}

/* Civil date of a day number since 1970 (the algorithm of H. Hinnant's "chrono-compatible low-level date algorithms").
 */
static void date_text(int64_t seconds, char *to, size_t size)
{
    struct fascia_text text;
    int64_t days = seconds / 86400 - (seconds % 86400 < 0), z = days + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097, yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;
    int64_t year = yoe + era * 400 + (month <= 2), day = doy - (153 * mp + 2) / 5 + 1;

    fascia_text_init(&text, to, size);
    fascia_text_add(&text, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, day);
}

static bool is_coarse(const char *source)
{
    return strcmp(source, "jiffies") == 0 || strcmp(source, "refined-jiffies") == 0;
}

void doctor_judge_clock(struct doctor_judge *judge)
{
    const struct doctor_clock *clock = &judge->facts->clock;
    bool unstable = judge->facts->firmware.clock_unstable == DOCTOR_YES;
    char date[32];

    if (!clock->known) {
        doctor_note(judge, DOCTOR_CHECK_CLOCK, DOCTOR_VERDICT_UNKNOWN, "it was not read");
        return;
    }
    date_text(clock->now_s, date, sizeof date);
    if (clock->now_s < DOCTOR_CLOCK_FLOOR_S)
        doctor_fault(judge, DOCTOR_CAUSE_CLOCK_PAST, date, "", "it is %s", date);
    else if (clock->synchronised == DOCTOR_NO)
        doctor_fault(judge, DOCTOR_CAUSE_CLOCK_FREE, "", "", "%s, and the kernel says: not synchronised", date);
    if (is_coarse(clock->source) || unstable)
        doctor_fault(judge, DOCTOR_CAUSE_CLOCK_UNSTABLE, clock->source,
                     unstable ? ", after it called another one unstable" : "", "clock source %s", clock->source);
    if (doctor_is_well(judge, DOCTOR_CHECK_CLOCK))
        doctor_note(judge, DOCTOR_CHECK_CLOCK, DOCTOR_VERDICT_OK, "%s, %s, clock source %s", date,
                    clock->synchronised == DOCTOR_YES ? "synchronised" : "synchronised or not is not known",
                    clock->source[0] != '\0' ? clock->source : "not known");
}

void doctor_judge_entropy(struct doctor_judge *judge)
{
    switch (judge->facts->entropy) {
    case DOCTOR_UNKNOWN:
        doctor_note(judge, DOCTOR_CHECK_ENTROPY, DOCTOR_VERDICT_UNKNOWN, "it was not asked");
        break;
    case DOCTOR_NO:
        doctor_fault(judge, DOCTOR_CAUSE_NO_ENTROPY, "", "", "getrandom would wait");
        break;
    case DOCTOR_YES:
        doctor_note(judge, DOCTOR_CHECK_ENTROPY, DOCTOR_VERDICT_OK, "the kernel has them");
        break;
    }
}
