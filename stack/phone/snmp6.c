/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/snmp6.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "stack/base/text.h"

static bool is_nd(int64_t type)
{
    return type >= 133 && type <= 137;
}

static bool is_mld(int64_t type)
{
    return (type >= 130 && type <= 132) || type == 143;
}

static int take_counter(struct phone_snmp6 *counters, const char *name, int64_t value, bool *seen_total)
{
    static const char by_type[] = "Icmp6OutType";
    int64_t type = 0;

    if (strcmp(name, "Icmp6OutMsgs") == 0) {
        counters->icmp6_out = (uint64_t)value;
        *seen_total = true;
    }
    if (strncmp(name, by_type, sizeof by_type - 1) != 0)
        return 0;
    if (fascia_text_to_i64(name + sizeof by_type - 1, 0, 255, &type) < 0)
        return -EBADMSG;
    if (is_nd(type))
        counters->nd_out += (uint64_t)value;
    if (is_mld(type))
        counters->mld_out += (uint64_t)value;
    return 0;
}

int phone_snmp6_parse(const char *text, size_t size, struct phone_snmp6 *ret_counters)
{
    struct phone_snmp6 counters = {0};
    bool seen_total = false;

    if (size > PHONE_SNMP6_SIZE)
        return -EMSGSIZE;
    while (size > 0) {
        char line[128], name[64], number[32];
        const char *newline = memchr(text, '\n', size);
        size_t n = newline ? (size_t)(newline - text) : size;

        if (n >= sizeof line || memchr(text, '\0', n))
            return -EBADMSG;
        memcpy(line, text, n);
        line[n] = '\0';
        for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;)
            *tab = ' ';

        const char *at = line;
        int64_t value = 0;
        if (fascia_text_word(&at, name, sizeof name) == 0 && strncmp(name, "Icmp6Out", 8) == 0) {
            if (fascia_text_word(&at, number, sizeof number) < 0 ||
                fascia_text_to_i64(number, 0, INT64_MAX / 512, &value) < 0 ||
                take_counter(&counters, name, value, &seen_total) < 0)
                return -EBADMSG;
        }
        text += newline ? n + 1 : n;
        size -= newline ? n + 1 : n;
    }
    if (!seen_total)
        return -EBADMSG;
    *ret_counters = counters;
    return 0;
}
