/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "platform/config/config.h"
#include "stack/address/table.h"

/*
 * Sections are copied from objects of static storage into a zeroed whole: the octets of a configuration are compared
 * and hashed, padding included.
 */

static const struct link_config link_defaults = {
    .enabled = true,
    .ssid = "fascia",
    .band = LINK_BAND_5GHZ,
    .channel = 36,
    .width_mhz = 80,
    .security = LINK_SECURITY_WPA3_SAE,
    .max_stations = 1,
    .min_streams = 2,
    .isolate = true,
    .bss_transition = true,
    .leave_debounce_ms = 1000,
    .interworking = {.venue_group = 10, .venue_type = 1}, /* IEEE 802.11-2020, table 9-64: vehicular, automobile */
    .accessory = {.flags = -1},
    .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"},
};

static const struct address_config address_defaults = {
    .enabled = true,
    .nd = ADDRESS_ND_NONE,
    .own_iid = "eui64",
    .key_file = "/var/lib/fascia/address/key",
    .max_peers = ADDRESS_PEERS_DEFAULT,
};

static const struct audio_config audio_defaults = {
    .enabled = true,
    .source = "5.1",
    .layout = "auto",
    .spatial =
        {
            .min_speakers = 6, /* what the public question of docs/audio.md names */
            .policy = {{DECIDE_DISCRETE, -1},
                       {DECIDE_PARTIAL, -1},
                       {DECIDE_QUAD, -1},
                       {DECIDE_VIRTUAL, -1},
                       {DECIDE_STEREO, -1},
                       {DECIDE_MONO, -1},
                       {DECIDE_REFUSE, -1}},
            .policy_count = 7,
            .coefficients = "bs775",
            .makeup_db = {[DECIDE_MONO] = 1.7}, /* measured: docs/audio.md */
        },
    .lfe = DECIDE_LFE_MINUS6,
    .limiter = {.ceiling_dbtp = -1, .lookahead_ms = 1.5, .release_ms = 100},
    .classes =
        {
            [STREAM_NAVIGATION] = {.sink_name = "fascia.navigation", .layout = "stereo"},
            [STREAM_ASSISTANT] = {.sink_name = "fascia.assistant", .layout = "mono"},
            [STREAM_TELEPHONY] = {.sink_name = "fascia.telephony", .layout = "mono"},
            [STREAM_RINGTONE] = {.sink_name = "fascia.ringtone", .layout = "stereo"},
            [STREAM_ALERT] = {.sink_name = "fascia.alert", .layout = "stereo"},
            [STREAM_SAFETY] = {.sink_name = "fascia.safety", .layout = "stereo"},
        },
    .network = {.port = 5004, /* RFC 3551, section 8 */
                .payload_type = 96,
                .encoding = AUDIO_L16,
                .rate = 48000,
                .layout = "5.1",
                .stream = STREAM_MEDIA,
                .buffer_ms = 60,
                .buffer_max_ms = 240},
    .sink_name = "fascia.projection",
    .store = "/var/lib/fascia/audio/volumes",
    .pipewire = {.manage = AUDIO_MANAGE_ADOPT, .program = "pipewire"},
};

static const struct aware_config aware_defaults = {
    .supplicant = {.manage = AWARE_MANAGE_SPAWN, .program = "wpa_supplicant"},
    .nmi = "nan0",
    .ndi = "ndi0",
    .master_preference = 10,
    .schedule = {"2437:0e000000", "5180:f0ffffff"}, /* slots 1 to 3, and 4 to 31; slot 0 is the discovery window */
    .schedule_count = 2,
    .idle_s = 60,
    .pairing_s = 120,
    .pin_digits = 6,
    .nik_lifetime_s = 31536000, /* a year: a car stands longer than the engine's 12 hours */
    .peers_max = 16,
    .store = "/var/lib/fascia/aware/pairings",
};

/* A sink that is back takes over at once; while none works the driver must know that no prompt will be heard. */
static const struct ladder_config audio_ladder = {
    .function = "audio",
    .steps = {{.name = "preferred-sink",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_COMPUTED,
               .until = LADDER_UNTIL_FULL,
               .budget_ms = 1500,
               .attempts = 1,
               .hmi = "audio.preferred-sink"},
              {.name = "fallback-sink",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_COMPUTED,
               .until = LADDER_UNTIL_FULL,
               .budget_ms = 5000,
               .attempts = 1,
               .hmi = "audio.fallback-sink"},
              {.name = "mute",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_SAFE,
               .until = LADDER_UNTIL_FULL,
               .attempts = 1,
               .hmi = "audio.muted"}},
    .steps_count = 3,
};

/* A flap of 300 ms is not shown; then three tries of 5, 10 and 20 s; then the phone stays on Bluetooth for a minute. */
static const struct ladder_config link_ladder = {
    .function = "link",
    .steps = {{.name = "keep",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_HELD,
               .until = LADDER_UNTIL_USABLE,
               .attempts = 1},
              {.name = "debounce",
               .action = LADDER_ACTION_NONE,
               .shows = LADDER_SHOWS_HELD,
               .until = LADDER_UNTIL_USABLE,
               .budget_ms = 300,
               .attempts = 1},
              {.name = "renegotiate",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_COMPUTED,
               .until = LADDER_UNTIL_USABLE,
               .budget_ms = 5000,
               .budget_max_ms = 20000,
               .attempts = 3,
               .hmi = "link.renegotiating"},
              {.name = "bluetooth-only",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_COMPUTED,
               .until = LADDER_UNTIL_USABLE,
               .budget_ms = 60000,
               .attempts = 1,
               .hmi = "link.bluetooth-only"},
              {.name = "safe",
               .action = LADDER_ACTION_APPLY,
               .shows = LADDER_SHOWS_SAFE,
               .until = LADDER_UNTIL_USABLE,
               .attempts = 1,
               .hmi = "link.safe"}},
    .steps_count = 5,
};

static const struct boot_stage_config stages[] = {
    {.stage = "address", .wait_for = "address", .within_ms = 20000},
    {.stage = "audio", .wait_for = "audio", .within_ms = 20000},
    {.stage = "link", .wait_for = "link", .within_ms = 30000},
};

static void supervisor_defaults(struct supervisor_config *s)
{
    s->start_timeout_ms = 20000;
    s->stop_timeout_ms = 5000;
    s->stop_budget_ms = 15000;
    s->watchdog_ms = 10000;
    s->backoff_first_ms = 100;
    s->backoff_max_ms = 10000;
    s->backoff_reset_ms = 10000;
    (void)fascia_text_copy(s->cgroup, sizeof s->cgroup, "auto");
    s->limits.processes = 64;
    s->limits.files = 1024;
    (void)fascia_text_copy(s->black_box.path, sizeof s->black_box.path, "/var/lib/fascia/black-box");
    s->black_box.size_kb = 1024;
    s->black_box.boots = 8;
    s->escalation.age_ms = 60000;
    s->escalation.group = 4;
    s->escalation.radio_reset = 6;
    s->escalation.degrade = 8;
    s->escalation.safe = 12;
    memcpy(&s->ladders[0], &audio_ladder, sizeof audio_ladder);
    memcpy(&s->ladders[1], &link_ladder, sizeof link_ladder);
    s->ladders_count = 2;
    memcpy(s->stages, stages, sizeof stages);
    s->stages_count = sizeof stages / sizeof stages[0];
}

void config_defaults(struct fascia_config *ret_config)
{
    memset(ret_config, 0, sizeof *ret_config);
    (void)fascia_text_copy(ret_config->bus, sizeof ret_config->bus, "system");
    (void)fascia_text_copy(ret_config->runtime_dir, sizeof ret_config->runtime_dir, "/run/fascia");
    (void)fascia_text_copy(ret_config->profile, sizeof ret_config->profile, "carplay-r10");
    ret_config->log_level = FASCIA_LOG_INFO;
    memcpy(&ret_config->link, &link_defaults, sizeof link_defaults);
    memcpy(&ret_config->address, &address_defaults, sizeof address_defaults);
    memcpy(&ret_config->audio, &audio_defaults, sizeof audio_defaults);
    memcpy(&ret_config->aware, &aware_defaults, sizeof aware_defaults);
    supervisor_defaults(&ret_config->supervisor);
}
