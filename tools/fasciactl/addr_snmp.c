/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/addr_snmp.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/text.h"

static void add(struct addr_snmp *snmp, const char *key, uint64_t value)
{
    static const char *const nd[] = {"Icmp6OutRouterSolicits", "Icmp6OutRouterAdvertisements",
                                     "Icmp6OutNeighborSolicits", "Icmp6OutNeighborAdvertisements", "Icmp6OutRedirects"};
    static const char *const mld[] = {"Icmp6OutGroupMembQueries", "Icmp6OutGroupMembResponses",
                                      "Icmp6OutGroupMembReductions", "Icmp6OutMLDv2Reports"};

    for (size_t i = 0; i < sizeof nd / sizeof nd[0]; i++)
        snmp->nd += strcmp(nd[i], key) == 0 ? value : 0;
    for (size_t i = 0; i < sizeof mld / sizeof mld[0]; i++)
        snmp->mld += strcmp(mld[i], key) == 0 ? value : 0;
}

int addr_snmp_read(uint32_t ifindex, const char *name, struct addr_snmp *ret_snmp)
{
    char here[IF_NAMESIZE], path[64], line[128], key[64], digits[24];
    struct addr_snmp snmp = {0};
    int64_t value = 0;
    struct fascia_text text;
    bool same = false;

    if (!if_indextoname(ifindex, here) || strcmp(here, name) != 0)
        return -ENODEV;
    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "/proc/net/dev_snmp6/%s", here);
    FILE *file = fopen(path, "re");
    if (!file)
        return errno == ENOENT ? -ENODEV : -errno;
    while (fgets(line, sizeof line, file)) {
        const char *at = line;
        for (char *c = line; *c != '\0'; c++)
            *c = (char)(*c == '\t' || *c == '\n' ? ' ' : *c);
        if (fascia_text_word(&at, key, sizeof key) != 0 || fascia_text_word(&at, digits, sizeof digits) != 0 ||
            fascia_text_to_i64(digits, 0, INT64_MAX, &value) != 0)
            continue;
        same = same || (strcmp(key, "ifIndex") == 0 && value == ifindex);
        add(&snmp, key, (uint64_t)value);
    }
    (void)fclose(file);
    if (!same)
        return -ENODEV;
    *ret_snmp = snmp;
    return 0;
}
