/* SPDX-License-Identifier: Apache-2.0 */
/* A dump of radios: messages of <u16 little-endian length><attributes>. Each goes to every parser of the family. */
#include <stdlib.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/link/choose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct wiphy_table table;

static void feed(const uint8_t *attributes, size_t size, struct wiphy_interfaces *interfaces)
{
    char country[3] = "";
    size_t before = table.count;

    /* A copy of its own size, so that the sanitizer sees one octet too many. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return;
    if (size > 0)
        memcpy(copy, attributes, size);
    if (wiphy_parse(&table, copy, size) < 0 && table.count != before)
        abort(); /* an error must change nothing */
    (void)wiphy_parse_interface(interfaces, copy, size);
    if (wiphy_parse_country(copy, size, country) == 0 && strlen(country) != 2)
        abort();
    free(copy);
}

static void judge(const struct wiphy_interfaces *interfaces)
{
    static const uint32_t channels[LINK_BANDS_] = {6, 36, 5};
    struct link_config config = {.country = "DE", .width_mhz = 160, .min_streams = 2};
    struct choose_result result;

    for (unsigned int band = 0; band < LINK_BANDS_; band++) {
        config.band = (enum link_band)band;
        config.channel = channels[band];
        choose_radio(&(struct choose_input){.config = &config, .radios = &table, .interfaces = interfaces}, &result);
        if (result.reason == FASCIA_REASON_NONE && (result.ifindex == 0 || result.plan.width_mhz < 20))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wiphy_interfaces interfaces = {.count = 0};
    struct fascia_reader r;

    memset(&table, 0, sizeof table);
    fascia_reader_init(&r, data, size);
    while (fascia_reader_left(&r) > 0) {
        size_t length = fascia_read_le16(&r);
        size_t left = fascia_reader_left(&r);
        const uint8_t *attributes = fascia_read_bytes(&r, length < left ? length : left);
        if (attributes)
            feed(attributes, length < left ? length : left, &interfaces);
    }
    judge(&interfaces);
    return 0;
}
