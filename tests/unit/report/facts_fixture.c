/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/report/facts_fixture.h"

#include <string.h>

/* Half a minute: idle at first, then both streams. */
static void good_history(struct report_series *series)
{
    for (size_t i = 0; i < 30; i++)
        series->samples[i] = (struct report_sample){
            .t_ms = 7000 + (int64_t)i * 1000,
            .tx_rate_kbps = i < 5 ? 24000 : 1201000,
            .rx_rate_kbps = i < 5 ? 6000 : 864700,
            .nss = {i < 5 ? 1 : 2, i < 5 ? 0 : 2},
            .signal_dbm = -30 - (int32_t)(i % 3),
            .has_signal = true,
            .retries = (uint32_t)(i % 4),
            .airtime_permille = REPORT_NOT_OFFERED,
        };
    series->count = 30;
}

static void good_link(struct report_link *link)
{
    *link = (struct report_link){
        .answered = true,
        .mode = "ap",
        .ssid = "fascia",
        .country = "DE",
        .security = "wpa3-sae",
        .standard = "802.11ax",
        .wiphy = "phy0",
        .interface = "wlan0",
        .bssid = "02:00:00:00:00:00",
        .mimo_class = "2x2",
        .channel = 36,
        .frequency_mhz = 5180,
        .width_mhz = 80,
        .interface_index = 3,
        .radios = 1,
        .streams = {2, 2},
        .antennas = {3, 3, 3, 3},
        .bands = {{.name = "5GHz",
                   .mimo_class = "2x2",
                   .effective = {2, 2},
                   .limit_tx = "mcs-map",
                   .limit_rx = "mcs-map",
                   .standard = "802.11ax",
                   .width_mhz = 80,
                   .width_startable_mhz = 80,
                   .has_channels = true,
                   .channels = 25,
                   .startable = 9,
                   .radar = 16,
                   .streams = {{2, 2}, {2, 2}, {2, 2}, {0, 0}}}},
        .bands_count = 1,
        .capability = {.known = true, .country = "DE", .ap = true, .station = true, .radar_detection = true},
        .survey = {{.frequency_mhz = 5180,
                    .in_use = true,
                    .has_noise = true,
                    .noise_dbm = -92,
                    .has_time = true,
                    .active_ms = 10000,
                    .busy_ms = 1200}},
        .survey_count = 1,
        .peers = {{.mac = "02:00:00:00:01:00",
                   .address = "fe80::ff:fe00:100%wlan0",
                   .standard = "802.11ax",
                   .nss = {2, 2},
                   .tx_rate_kbps = 1201000,
                   .rx_rate_kbps = 864700,
                   .signal_dbm = -30,
                   .has_signal = true,
                   .tx = {.width_mhz = 80, .gi_ns = 800, .mcs = 11, .has_mcs = true},
                   .rx = {.width_mhz = 80, .gi_ns = 800, .mcs = 8, .has_mcs = true},
                   .counted = true,
                   .tx_packets = 4000,
                   .retries = 12,
                   .connected_s = 33}},
        .peers_count = 1,
    };
    good_history(&link->peers[0].history);
}

static void good_address(struct report_address *address)
{
    *address = (struct report_address){
        .answered = true,
        .interfaces = {{.name = "wlan0",
                        .nd = "none",
                        .mac = "02:00:00:00:00:00",
                        .address = "fe80::ff:fe00:0%wlan0",
                        .index = 3,
                        .peers = 1,
                        .packets = 3971}},
        .interfaces_count = 1,
        .peers = {{.interface_index = 3, .mac = "02:00:00:00:01:00", .address = "fe80::ff:fe00:100%wlan0"}},
        .peers_count = 1,
    };
}

static void good_audio(struct report_audio *audio)
{
    *audio = (struct report_audio){
        .answered = true,
        .speakers = {"FL", "FR"},
        .speakers_count = 2,
        .source = "5.1",
        .channels = {"FL", "FR", "FC", "LFE", "SL", "SR"},
        .channels_count = 6,
        .mode = "stereo",
        .mode_reason = "two speakers",
        .has_matrix = true,
        .matrix = {{1, 0, .70711, .5, .70711, 0}, {0, 1, .70711, .5, 0, .70711}},
        .worst_gain_db = 9.3,
        .latency_frames = 256,
        .rate = 48000,
        .projection_sink = "fascia.projection",
        .target_sink = "null2",
    };
}

static void good_records(struct report_facts *facts)
{
    facts->phone = (struct report_phone){
        .attached = true,
        .joined = true,
        .bssid = "02:00:00:00:00:00",
        .key_mgmt = "SAE",
        .frequency_mhz = 5180,
        .own_mac = "02:00:00:00:01:00",
        .own_address = "fe80::ff:fe00:100%wlan1",
        .to_head_unit = {.measured = true, .ok = true, .bytes = 4194304, .ms = 1480},
        .from_head_unit = {.measured = true, .ok = true, .bytes = 4194304, .ms = 1312},
        .has_nd = true,
        .started_us = 8000000,
        .events = {{0, "started"}, {3390, "connected 02:00:00:00:00:00"}},
        .events_count = 2,
    };
    facts->sound = (struct report_sound){.attached = true,
                                         .rate = 48000,
                                         .seconds = 1.0,
                                         .speakers = {"FR", "FL"}, /* another order than the matrix */
                                         .speakers_count = 2,
                                         .channels_count = facts->audio.channels_count};
    for (size_t j = 0; j < facts->audio.channels_count; j++) {
        struct report_sound_channel *channel = &facts->sound.channels[j];
        memcpy(channel->name, facts->audio.channels[j], sizeof channel->name);
        channel->gains[0] = facts->audio.matrix[1][j];
        channel->gains[1] = facts->audio.matrix[0][j];
        channel->known[0] = channel->known[1] = true;
    }
}

void facts_of_good_unit(struct report_facts *facts)
{
    static const struct report_function functions[] = {
        {.name = "link", .state = FASCIA_FUNCTION_FULL, .reason = "none"},
        {.name = "address", .state = FASCIA_FUNCTION_FULL, .reason = "none"},
        {.name = "audio", .state = FASCIA_FUNCTION_FULL, .reason = "none"},
    };
    static const struct report_event events[] = {
        {.t_ms = 3, .name = "fasciad-started", .source = "fasciad", .detail = "/etc/fascia/fascia.yaml"},
        {.t_ms = 1900, .name = "link-up", .source = "fascia-link", .detail = "channel 36"},
        {.t_ms = 1910, .name = "function-changed", .source = "fasciad", .detail = "link STARTING -> FULL: up"},
        {.t_ms = 6400, .name = "station-joined", .source = "fascia-link", .detail = "02:00:00:00:01:00"},
    };

    memset(facts, 0, sizeof *facts);
    facts->supervisor_answered = true;
    facts->started_us = 5000000;
    memcpy(facts->functions, functions, sizeof functions);
    facts->functions_count = 3;
    memcpy(facts->events, events, sizeof events);
    facts->events_count = 4;
    facts->units[0] = (struct report_unit){.name = "hostapd", .state = "READY", .pid = 101};
    facts->units_count = 1;
    good_link(&facts->link);
    good_address(&facts->address);
    good_audio(&facts->audio);
    good_records(facts);
}
