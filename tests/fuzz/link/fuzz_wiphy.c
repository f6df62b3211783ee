/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dump of radios: messages of <u16 little-endian length><attributes>. Each goes to every parser of the family; then
 * each radio becomes a record under each standard, which must not promise more than it was told.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/link/capability.h"
#include "stack/link/choose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct wiphy_table table, before;

static void feed(const uint8_t *attributes, size_t size, struct wiphy_interfaces *interfaces)
{
    struct wiphy_regulatory regulatory;

    /* A copy of its own size, so that the sanitizer sees one octet too many. */
    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return;
    if (size > 0)
        memcpy(copy, attributes, size);
    before.count = table.count;
    memcpy(before.radios, table.radios, table.count * sizeof table.radios[0]);
    if (wiphy_parse(&table, copy, size) < 0 &&
        (table.count != before.count || memcmp(before.radios, table.radios, table.count * sizeof table.radios[0]) != 0))
        abort(); /* an error must change nothing */
    (void)wiphy_parse_interface(interfaces, copy, size);
    if (wiphy_parse_regulatory(copy, size, &regulatory) == 0 &&
        (strlen(regulatory.country) != 2 || regulatory.dfs_region > WIPHY_DFS_REGION_JP))
        abort();
    free(copy);
}

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* One direction of a role. */
struct direction {
    uint8_t effective, widest, modes[CAPABILITY_PHYS_];
    uint32_t used, available;
    enum capability_limit limit;
};

static void check_direction(const struct direction *d, enum link_standard standard)
{
    unsigned int used = (unsigned int)__builtin_popcount(d->used);
    unsigned int available = (unsigned int)__builtin_popcount(d->available);

    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++)
        check(d->modes[phy] == 0 || d->effective <= d->modes[phy]);
    check(used == 0 || d->effective <= used);
    check(available == 0 || d->effective <= available);
    check(d->effective <= 8 && d->widest <= d->effective);
    check((unsigned int)d->limit < CAPABILITY_LIMITS_);
    check(d->effective == 0 ? d->limit == CAPABILITY_LIMIT_UNKNOWN || d->limit == CAPABILITY_LIMIT_STANDARD
                            : d->limit != CAPABILITY_LIMIT_UNKNOWN);
    check(d->limit != CAPABILITY_LIMIT_STANDARD || standard != LINK_STANDARD_NEWEST);
    check(d->limit != CAPABILITY_LIMIT_CONFIGURED || used < available);
}

static void check_role(const struct capability_role *role, enum link_standard standard)
{
    struct direction tx = {.effective = role->effective.tx,
                           .widest = role->effective_widest.tx,
                           .used = role->antennas.used_tx,
                           .available = role->antennas.available_tx,
                           .limit = role->limit_tx};
    struct direction rx = {.effective = role->effective.rx,
                           .widest = role->effective_widest.rx,
                           .used = role->antennas.used_rx,
                           .available = role->antennas.available_rx,
                           .limit = role->limit_rx};

    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++) {
        const struct capability_mode *mode = &role->modes[phy];
        tx.modes[phy] = mode->streams.tx;
        rx.modes[phy] = mode->streams.rx;
        check(mode->present || (mode->width_mhz == 0 && mode->streams.tx == 0 && mode->streams.rx == 0));
        check(mode->streams.tx != 0 || mode->mcs_tx == -1);
        check(mode->mcs_rx >= -1 && mode->mcs_rx <= 13);
    }
    check_direction(&tx, standard);
    check_direction(&rx, standard);
    check((role->class[0] == '\0') == (tx.effective == 0 || rx.effective == 0));
    check(role->width_mhz == 0 || (role->width_mhz >= 20 && role->width_mhz <= 320));
}

static void check_record(const struct wiphy *wiphy, enum link_standard standard)
{
    struct capability record;

    capability_of(wiphy, standard, &record);
    for (unsigned int i = 0; i < WIPHY_BANDS_; i++) {
        const struct capability_band *band = &record.bands[i];
        check(band->startable + band->radar + band->listen_only + band->disabled == band->channels);
        check(band->radar_free + band->radar_seen <= band->radar);
        check(band->width_startable_mhz <= band->roles[WIPHY_ROLE_AP].width_mhz);
        for (unsigned int role = 0; role < WIPHY_ROLES_; role++) {
            if (band->roles[role].supported)
                check_role(&band->roles[role], standard);
            check(!band->roles[role].supported || (band->present && record.roles[role]));
        }
    }
    check(!record.radar_width_mhz || record.radar_detection);
    check(!(record.ap_and_station || record.ap_and_nan) || wiphy->combination_count > 0);
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
    for (size_t i = 0; i < table.count; i++) {
        for (unsigned int standard = 0; standard < LINK_STANDARDS_; standard++)
            check_record(&table.radios[i], (enum link_standard)standard);
    }
    judge(&interfaces);
    return 0;
}
