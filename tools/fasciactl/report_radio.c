/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/report_radio.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "platform/radio/radio.h"
#include "stack/base/cleanup.h"
#include "stack/link/capability.h"
#include "stack/report/facts_radio.h"
#include "tools/fasciactl/lookup.h"

bool report_radio_is_country(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

bool report_radio_is_band(const char *text)
{
    static const char *const bands[] = {"2.4GHz", "5GHz", "6GHz"};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(bands); i++) {
        if (strcmp(bands[i], text) == 0)
            return true;
    }
    return false;
}

int report_radio_load(const char *radio, const char *country, const char *band, struct report_facts *facts)
{
    static struct wiphy_table table; /* large */
    static struct capability capability;
    struct radio_about about = {0};
    char path[PATH_MAX] = "", message[RADIO_MESSAGE_SIZE] = "";

    int r = lookup_or_explain(&lookup_radios, radio, path);
    if (r < 0)
        return r;
    r = radio_load(path, &table, &about, message);
    if (r != 0) {
        (void)fprintf(stderr, "fasciactl: %s\n", message);
        return r < 0 ? r : -EINVAL;
    }
    if (table.count == 0) {
        (void)fprintf(stderr, "fasciactl: %s describes no radio\n", path);
        return -ENODEV;
    }
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &capability);
    report_facts_of_radio(
        facts, &(struct report_radio){.capability = &capability, .about = &about, .country = country, .band = band});
    return 0;
}
