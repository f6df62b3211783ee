/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/join_options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/phone/exchange.h"
#include "tools/phone/options.h"

static const char help[] =
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
    "Exit status: 0 everything worked, 1 something did not (\"reason\" in the JSON), 2 usage.";

static int take_directions(const char *value, void *to)
{
    struct join_options *o = to;

    o->to = strcmp(value, "to") == 0 || strcmp(value, "both") == 0;
    o->from = strcmp(value, "from") == 0 || strcmp(value, "both") == 0;
    return o->to || o->from ? 0 : -EINVAL;
}

static int take_iid(const char *value, void *to)
{
    struct join_options *o = to;

    o->has_head_unit_iid = true;
    return address_iid_parse(value, &o->head_unit_iid);
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
    const struct phone_option options[] = {
        {"credentials", .text = &o.credentials},
        {"ssid", .text = &o.ssid},
        {"passphrase-file", .text = &o.passphrase_file},
        {"freq", .number = &o.freq_mhz, .min = 0, .max = 7200},
        {"radio", .text = &o.radio},
        {"head-unit-iid", .take = take_iid, .to = &o, .refusal = "is not 16 hexadecimal digits"},
        {"port", .number = &o.port, .min = 1, .max = UINT16_MAX},
        {"exchange", .number = &o.exchange, .min = 0, .max = EXCHANGE_MAX},
        {"directions", .take = take_directions, .to = &o, .refusal = "is none of both, to, from"},
        {"seconds", .number = &o.seconds, .min = 1, .max = 3600},
        {"stay", .flag = &o.stay},
        {"play", .number = &o.play_port, .min = 1, .max = UINT16_MAX},
        {"play-rate", .number = &o.play_rate, .min = 8000, .max = 192000},
        {"out", .text = &o.out},
        {"supplicant", .text = &o.supplicant},
        {"supplicant-log", .text = &o.supplicant_log},
    };

    int r = phone_options_parse(argc, argv, options, FASCIA_ARRAY_SIZE(options), help);
    if (r != 0)
        return r;
    if (!o.credentials && !(o.ssid && o.passphrase_file)) {
        (void)fprintf(stderr, "fascia-phone join: --credentials, or --ssid and --passphrase-file, is missing\n");
        return -EINVAL;
    }
    if (o.radio && strcmp(o.radio, "auto") == 0)
        o.radio = NULL;
    o.stay = o.stay || o.play_port != 0; /* it plays while it stays */
    *ret_options = o;
    return 0;
}
