/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Four octets of configuration, then a dump of radios: messages of <u16 little-endian length><attributes>. Whatever
 * radios tell, the choice is one that they told, and hostapd's file can be written for it.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/link/choose.h"
#include "stack/link/hostapd_conf.h"
#include "stack/link/nl80211_values.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 4 };

static void fill(const uint8_t head[static HEAD], struct link_config *config, struct choose_input *input)
{
    *config = (struct link_config){
        .ssid = "fascia",
        .country = "DE",
        .band = (enum link_band)(head[0] % LINK_BANDS_),
        .other_bands_count = 1,
        .other_bands = {(enum link_band)((head[0] + 1U) % LINK_BANDS_)},
        .channel = head[1],
        .width_mhz = INT64_C(20) << (head[2] & 3U),
        .standard = (enum link_standard)((head[2] >> 2) % LINK_STANDARDS_),
        .dfs = head[3] & 1,
        .max_stations = 1,
        .min_streams = 2,
    };
    if (head[3] & 2)
        config->channels[config->channels_count++] = 36;
    input->unmeasured = head[3] & 4;
    if (head[3] & 8)
        input->last = (struct choose_last){
            .band = (enum link_band)(head[3] >> 6) % LINK_BANDS_, .number = head[1], .width_mhz = 80};
}

static void check_plan(const struct wiphy *wiphy, const struct channel_plan *plan)
{
    enum wiphy_band band = wiphy_band_of(plan->band);

    if (plan->candidate_count > WIPHY_CHANNELS_MAX ||
        (plan->number == LINK_CHANNEL_AUTO) != (plan->candidate_count > 0))
        abort();
    for (size_t i = 0; i < plan->candidate_count; i++) {
        if (!wiphy_channel(wiphy, band, plan->candidates[i]) || (i && plan->candidates[i - 1] >= plan->candidates[i]))
            abort();
    }
    if (plan->number != LINK_CHANNEL_AUTO && !wiphy_channel(wiphy, band, plan->frequency_mhz))
        abort();
}

static void check_file(const struct link_config *config, const struct wiphy *wiphy, const struct choose_result *choice)
{
    static char octets[HOSTAPD_CONF_MAX];
    struct hostapd_conf_input input = {.config = config,
                                       .wiphy = wiphy,
                                       .plan = &choice->plan,
                                       .interface = choice->interface,
                                       .control_dir = "/run/fascia/link/ctrl",
                                       .eht = true};
    struct fascia_secret passphrase = {0};
    struct fascia_text text;

    (void)fascia_secret_set(&passphrase, "12345678", 8);
    fascia_text_init(&text, octets, sizeof octets);
    if (hostapd_conf_write(&input, &passphrase, &text) != 0)
        abort();
}

static void feed(struct wiphy_table *radios, const uint8_t *data, size_t size)
{
    while (size >= 2) {
        size_t length = (size_t)(data[0] | data[1] << 8);

        data += 2;
        size -= 2;
        if (length > size)
            length = size;
        (void)wiphy_parse(radios, data, length);
        data += length;
        size -= length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct wiphy_table radios;
    static struct wiphy_interfaces interfaces;
    struct link_config config;
    struct choose_input input = {.config = &config, .radios = &radios, .interfaces = &interfaces};
    struct choose_result choice;

    if (size < HEAD)
        return 0;
    memset(&radios, 0, sizeof radios);
    memset(&interfaces, 0, sizeof interfaces);
    fill(data, &config, &input);
    feed(&radios, data + HEAD, size - HEAD);
    for (size_t i = 0; i < radios.count; i++) {
        if (data[3] & 16)
            memcpy(radios.radios[i].country, "DE", 3);
        interfaces.list[interfaces.count++] = (struct wiphy_interface){.wiphy = radios.radios[i].index,
                                                                       .ifindex = (uint32_t)(3 + i),
                                                                       .type = NL80211_IFTYPE_STATION,
                                                                       .name = "wlan0"};
    }
    choose_radio(&input, &choice);
    if (choice.reason != FASCIA_REASON_NONE)
        return 0;
    check_plan(wiphy_find(&radios, choice.wiphy), &choice.plan);
    check_file(&config, wiphy_find(&radios, choice.wiphy), &choice);
    return 0;
}
