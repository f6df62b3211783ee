/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/join_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "stack/phone/exchange.h"

enum option_id {
    OPT_CREDENTIALS = 1,
    OPT_SSID,
    OPT_PASSPHRASE_FILE,
    OPT_FREQ,
    OPT_RADIO,
    OPT_HEAD_UNIT_IID,
    OPT_PORT,
    OPT_EXCHANGE,
    OPT_DIRECTIONS,
    OPT_SECONDS,
    OPT_STAY,
    OPT_PLAY,
    OPT_PLAY_RATE,
    OPT_OUT,
    OPT_SUPPLICANT,
    OPT_SUPPLICANT_LOG,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"credentials", required_argument, NULL, OPT_CREDENTIALS},
    {"ssid", required_argument, NULL, OPT_SSID},
    {"passphrase-file", required_argument, NULL, OPT_PASSPHRASE_FILE},
    {"freq", required_argument, NULL, OPT_FREQ},
    {"radio", required_argument, NULL, OPT_RADIO},
    {"head-unit-iid", required_argument, NULL, OPT_HEAD_UNIT_IID},
    {"port", required_argument, NULL, OPT_PORT},
    {"exchange", required_argument, NULL, OPT_EXCHANGE},
    {"directions", required_argument, NULL, OPT_DIRECTIONS},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"stay", no_argument, NULL, OPT_STAY},
    {"play", required_argument, NULL, OPT_PLAY},
    {"play-rate", required_argument, NULL, OPT_PLAY_RATE},
    {"out", required_argument, NULL, OPT_OUT},
    {"supplicant", required_argument, NULL, OPT_SUPPLICANT},
    {"supplicant-log", required_argument, NULL, OPT_SUPPLICANT_LOG},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static void print_help(void)
{
    (void)puts(
        "fascia-phone join: join the head unit's network as a phone would, and say what was seen\n"
        "\n"
        "  fascia-phone join --credentials DIR|FILE [options]\n"
        "\n"
        "  --credentials DIR|FILE  a folder with hostapd.conf and passphrase (<runtime_dir>/link), or one file in\n"
        "                          hostapd.conf syntax: ssid, wpa_key_mgmt, sae_password, hw_mode, channel\n"
        "  --ssid NAME             instead of, or besides, the name in there\n"
        "  --passphrase-file FILE  likewise the passphrase (never on the command line)\n"
        "  --freq MHZ              scan this channel only; 0: all (default: the one in the credentials)\n"
        "  --radio auto|NAME       radio to take, as `iw phy` names it (default auto: a free one, by capability)\n"
        "  --head-unit-iid HEX     interface identifier, 16 digits (default: EUI-64 of the BSSID)\n"
        "  --port N                TCP port, both ways (default 7000)\n"
        "  --exchange BYTES        verified each way (default 65536; 0: join only)\n"
        "  --directions both|to|from   who opens the connections: phone and head unit | phone | head unit\n"
        "  --seconds N             time for all of it (default 60)\n"
        "  --stay                  then remain joined and answer calls until SIGTERM\n"
        "  --play PORT             while it stays: plays a 5.1 programme (48 kHz, L16, payload type 96) as RTP to "
        "there\n"
        "  --play-rate HZ          of that (default 48000)\n"
        "  --out FILE              the JSON goes there, in one piece, when it is final (default: stdout)\n"
        "  --supplicant PROGRAM    default wpa_supplicant;   --supplicant-log FILE  keep its log\n"
        "\n"
        "It makes its own network namespace, moves a radio there, runs the real wpa_supplicant, and gives the radio\n"
        "back at the end. Needs root. On the head unit's side run `fascia-phone peer`.\n"
        "Exit status: 0 everything worked, 1 something did not (\"reason\" in the JSON), 2 usage.");
}

static int take_number(const char *name, const char *value, int64_t min, int64_t max, int64_t *ret_number)
{
    if (fascia_text_to_i64(value, min, max, ret_number) == 0)
        return 0;
    (void)fprintf(stderr, "fascia-phone join: --%s: '%s' is not a number from %lld to %lld\n", name, value,
                  (long long)min, (long long)max);
    return -EINVAL;
}

static int take_directions(const char *value, struct join_options *o)
{
    o->to = strcmp(value, "to") == 0 || strcmp(value, "both") == 0;
    o->from = strcmp(value, "from") == 0 || strcmp(value, "both") == 0;
    if (o->to || o->from)
        return 0;
    (void)fprintf(stderr, "fascia-phone join: --directions: '%s' is none of both, to, from\n", value);
    return -EINVAL;
}

static int take_iid(const char *value, struct join_options *o)
{
    o->has_head_unit_iid = true;
    if (address_iid_parse(value, &o->head_unit_iid) == 0)
        return 0;
    (void)fprintf(stderr, "fascia-phone join: --head-unit-iid: '%s' is not 16 hexadecimal digits\n", value);
    return -EINVAL;
}

static int take_option(int id, const char *value, struct join_options *o)
{
    switch (id) {
    case OPT_CREDENTIALS:
        o->credentials = value;
        return 0;
    case OPT_SSID:
        o->ssid = value;
        return 0;
    case OPT_PASSPHRASE_FILE:
        o->passphrase_file = value;
        return 0;
    case OPT_FREQ:
        return take_number("freq", value, 0, 7200, &o->freq_mhz);
    case OPT_RADIO:
        o->radio = strcmp(value, "auto") == 0 ? NULL : value;
        return 0;
    case OPT_HEAD_UNIT_IID:
        return take_iid(value, o);
    case OPT_PORT:
        return take_number("port", value, 1, UINT16_MAX, &o->port);
    case OPT_EXCHANGE:
        return take_number("exchange", value, 0, EXCHANGE_MAX, &o->exchange);
    case OPT_DIRECTIONS:
        return take_directions(value, o);
    case OPT_SECONDS:
        return take_number("seconds", value, 1, 3600, &o->seconds);
    case OPT_STAY:
        o->stay = true;
        return 0;
    case OPT_PLAY:
        o->stay = true;
        return take_number("play", value, 1, UINT16_MAX, &o->play_port);
    case OPT_PLAY_RATE:
        return take_number("play-rate", value, 8000, 192000, &o->play_rate);
    case OPT_OUT:
        o->out = value;
        return 0;
    case OPT_SUPPLICANT:
        o->supplicant = value;
        return 0;
    case OPT_SUPPLICANT_LOG:
        o->supplicant_log = value;
        return 0;
    case OPT_HELP:
        print_help();
        return 1;
    }
    return -EINVAL; /* getopt has said what it is */
}

int join_options_parse(int argc, char **argv, struct join_options *ret_options)
{
    struct join_options o = {
        .freq_mhz = -1,
        .port = 7000,
        .play_rate = 48000,
        .exchange = 65536,
        .to = true,
        .from = true,
        .seconds = 60,
        .supplicant = "wpa_supplicant",
    };
    int id = 0;

    optind = 1;
    while ((id = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        int r = take_option(id == 'h' ? OPT_HELP : id, optarg, &o);
        if (r != 0)
            return r;
    }
    if (optind < argc) {
        (void)fprintf(stderr, "fascia-phone join: '%s' is too much: see fascia-phone join --help\n", argv[optind]);
        return -EINVAL;
    }
    if (!o.credentials && !(o.ssid && o.passphrase_file)) {
        (void)fprintf(stderr, "fascia-phone join: --credentials, or --ssid and --passphrase-file, is missing\n");
        return -EINVAL;
    }
    *ret_options = o;
    return 0;
}
