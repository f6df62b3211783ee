/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/pcap/pcap.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_radiotap.h"
#include "stack/aware/nan_show.h"
#include "stack/base/bytes.h"
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/aware_keys.h"
#include "tools/fasciactl/aware_mic.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl aware decode [--keys FILE] [--json] CAPTURE\n"
    "\n"
    "Explains the Wi-Fi Aware frames of a capture (pcap or pcapng; 802.11 frames, with radiotap or without): "
    "discovery\n"
    "beacons, service discovery, action and PASN authentication frames, with every attribute and field, then how many\n"
    "there were of what. Needs no root and no running fascia.\n"
    "\n"
    "  --keys FILE  check the MICs of data path set-ups: \"MIC ok\", \"MIC wrong\", \"no key\". For its owner alone\n"
    "               (mode 0600). A key a line; addresses and nonces come out of the capture:\n"
    "                 pmk <64 hexadecimal digits> [service <name>]\n"
    "                 passphrase <text> service <name> publisher <address of its NMI>\n"
    "                 # a comment\n"
    "               For a service whose name is not known: service-id <12 hexadecimal digits>\n"
    "  --json       one object a frame and a line, and a last one with the numbers\n"
    "\n"
    "Exit status: 0 shown, 1 shown, and a frame was malformed or a MIC wrong, 3 it cannot be done, or not to the "
    "end.\n";

enum { STATUS_FOUND_WRONG = 1 };

#define FRAME_MAX 2352 /* IEEE 802.11-2020, 9.2.4.7.1: body of 2304 octets; header and security add less than 48 */

/* How many of what. */
struct counts {
    uint64_t packets, foreign_link, cut, bad_fcs;
    uint64_t kinds[NAN_KINDS_], encrypted, malformed, other;
    uint64_t attributes[UINT8_MAX + 1], malformed_attributes;
    uint64_t verdicts[AWARE_VERDICTS_];
};

struct decode {
    struct aware_mic *mic; /* NULL without keys */
    bool json;
    int64_t begin_ns; /* of the first packet */
    struct counts counts;
    char *buffer; /* NAN_SHOW_SIZE octets */
};

static const char *kind_name(enum nan_kind kind)
{
    static const char *const names[NAN_KINDS_] = {
        [NAN_KIND_SDF] = "SDF",
        [NAN_KIND_NAF] = "NAF",
        [NAN_KIND_BEACON] = "beacon",
        [NAN_KIND_AUTHENTICATION] = "authentication",
    };
    return names[kind];
}

/* The 802.11 frame in a packet. False when there is none. */
static bool frame_of(const struct pcap_packet *packet, struct nan_octets *ret_frame, bool *ret_bad_fcs)
{
    struct nan_radiotap radiotap;

    *ret_bad_fcs = false;
    if (packet->link_type == PCAP_LINK_RADIOTAP) {
        if (nan_radiotap_parse(packet->data, packet->size, &radiotap) != 0)
            return false;
        *ret_frame = radiotap.frame;
        *ret_bad_fcs = radiotap.bad_fcs;
        return true;
    }
    if (packet->link_type != PCAP_LINK_IEEE802_11 || packet->size < packet->fcs_size)
        return false;
    *ret_frame = (struct nan_octets){.data = packet->data, .size = packet->size - packet->fcs_size};
    return true;
}

static void show_time(const struct decode *decode, struct nan_show *show, const struct pcap_packet *packet)
{
    int64_t since = packet->time_ns - decode->begin_ns;

    if (decode->json) {
        nan_show_uint(show, "number", packet->number);
        nan_show_uint(show, "time_ns", (uint64_t)(packet->time_ns > 0 ? packet->time_ns : 0));
        return;
    }
    fascia_text_add(show->text, "#%llu  %s%lld.%06lld  ", (unsigned long long)packet->number, since < 0 ? "-" : "",
                    (long long)llabs(since / 1000000000), (long long)llabs(since / 1000 % 1000000));
}

/* The three addresses of a frame, whatever else it is. */
static void show_addresses(struct nan_show *show, struct nan_octets frame)
{
    struct fascia_mac to, from, cluster;
    struct fascia_reader r;

    fascia_reader_init(&r, frame.data, frame.size);
    fascia_read_skip(&r, 4);
    fascia_read_copy(&r, to.octets, sizeof to.octets);
    fascia_read_copy(&r, from.octets, sizeof from.octets);
    fascia_read_copy(&r, cluster.octets, sizeof cluster.octets);
    if (!fascia_reader_ok(&r))
        return;
    nan_show_mac(show, "from", &from);
    nan_show_mac(show, "to", &to);
    nan_show_mac(show, "cluster", &cluster);
}

static void show_kind(struct nan_show *show, const struct nan_frame *frame)
{
    nan_show_word(show, "kind", kind_name(frame->kind));
    switch (frame->kind) {
    case NAN_KIND_NAF:
        nan_show_bits(show, "category", frame->category);
        nan_show_named(show, "subtype", frame->subtype, nan_subtype_name(frame->subtype));
        break;
    case NAN_KIND_SDF:
        nan_show_bits(show, "category", frame->category);
        break;
    case NAN_KIND_BEACON:
        nan_show_uint(show, "interval_tu", frame->beacon_interval);
        break;
    case NAN_KIND_AUTHENTICATION:
        nan_show_uint(show, "sequence", frame->auth_sequence);
        nan_show_uint(show, "status", frame->auth_status);
        break;
    case NAN_KINDS_:
        break;
    }
}

static void show_verdict(struct decode *decode, struct nan_show *show, uint64_t number, const struct nan_frame *frame)
{
    enum nan_key_message message = NAN_KEY_OTHER;

    if (decode->mic == NULL)
        return;
    enum aware_verdict verdict = aware_mic_check(decode->mic, number, frame, &message);
    decode->counts.verdicts[verdict]++;
    if (verdict == AWARE_NO_CODE)
        return;
    if (decode->json) {
        nan_show_word(show, "key_message", nan_key_message_name(message));
        nan_show_word(show, "mic", aware_verdict_name(verdict));
    } else {
        fascia_text_add(show->text, "\n  %s: %s", nan_key_message_name(message), aware_verdict_name(verdict));
    }
}

static void count_attributes(struct counts *counts, const struct nan_frame *frame)
{
    struct nan_attr attr;
    struct nan_walk walk;

    nan_walk_init(&walk, frame);
    while (nan_attr_next(&walk, &attr))
        counts->attributes[attr.id]++;
}

static const char *error_of(const struct pcap_packet *packet, struct nan_octets octets, int result)
{
    if (octets.size > FRAME_MAX)
        return "is longer than a frame can be";
    return packet->cut ? "was not captured whole" : nan_explain(result);
}

/* One frame in words. Returns 0 or a negative errno of the output. */
static int show_frame(struct decode *decode, const struct pcap_packet *packet, struct nan_octets octets, int result,
                      const struct nan_frame *frame)
{
    struct counts *counts = &decode->counts;
    struct fascia_text text;
    struct nan_show show;

    fascia_text_init(&text, decode->buffer, NAN_SHOW_SIZE);
    nan_show_init(&show, &text, decode->json);
    if (decode->json)
        nan_show_open(&show, NULL, NULL);
    show_time(decode, &show, packet);
    show_addresses(&show, octets);
    nan_show_uint(&show, "size", octets.size);
    if (result == 0 && octets.size <= FRAME_MAX) {
        counts->kinds[frame->kind]++;
        count_attributes(counts, frame);
        show_kind(&show, frame);
        counts->malformed_attributes += nan_show_attributes(&show, frame);
        show_verdict(decode, &show, packet->number, frame);
    } else if (result == NAN_E_ENCRYPTED) {
        counts->encrypted++;
        nan_show_word(&show, "kind", "encrypted");
    } else {
        counts->malformed++;
        nan_show_word(&show, "kind", "malformed");
        nan_show_word(&show, "error", error_of(packet, octets, result));
        nan_show_octets(&show, "octets", octets.data, octets.size);
    }
    if (decode->json)
        nan_show_close(&show);
    fascia_text_add(&text, decode->json ? "\n" : "\n\n");
    if (!fascia_text_ok(&text))
        return -EMSGSIZE;
    return fwrite(text.start, 1, text.used, stdout) == text.used ? 0 : -EIO;
}

static int show_packet(struct decode *decode, const struct pcap_packet *packet)
{
    struct counts *counts = &decode->counts;
    struct nan_octets octets = {0};
    struct nan_frame frame;
    bool bad_fcs = false;

    if (counts->packets++ == 0)
        decode->begin_ns = packet->time_ns;
    counts->cut += packet->cut;
    if (!frame_of(packet, &octets, &bad_fcs)) {
        counts->foreign_link++;
        return 0;
    }
    if (bad_fcs) { /* what the air has damaged says nothing of who sent it */
        counts->bad_fcs++;
        return 0;
    }
    int result = nan_frame_parse(octets.data, octets.size, &frame);
    if (result == NAN_E_OTHER) {
        counts->other++;
        return 0;
    }
    return show_frame(decode, packet, octets, result, &frame);
}

/* The first pass: which key is whose. */
static int learn(struct aware_mic *mic, const char *path)
{
    _cleanup_(pcap_close) struct pcap *pcap = NULL;
    struct pcap_packet packet;

    int result = pcap_open(path, &pcap);
    while (result == 0 && (result = pcap_next(pcap, &packet)) == 0) {
        struct nan_octets octets;
        struct nan_frame frame;
        bool bad_fcs = false;
        if (!frame_of(&packet, &octets, &bad_fcs) || bad_fcs || nan_frame_parse(octets.data, octets.size, &frame) != 0)
            continue;
        int r = aware_mic_learn(mic, packet.number, &frame);
        if (r < 0)
            return r;
    }
    return result < 0 ? result : 0; /* the second pass tells of the others */
}

static void sum_attributes(const struct counts *counts, struct nan_show *show)
{
    nan_show_list(show, "attributes");
    for (unsigned int id = 0; id <= UINT8_MAX; id++) {
        const char *name = nan_attr_name((uint8_t)id);
        if (counts->attributes[id] == 0)
            continue;
        nan_show_open(show, NULL, "attribute");
        nan_show_bits(show, "id", id);
        if (show->json)
            nan_show_word(show, "name", name != NULL ? name : "");
        nan_show_uint(show, "count", counts->attributes[id]);
        if (!nan_is_decoded((uint8_t)id))
            nan_show_flag(show, "not_decoded", true);
        if (!show->json)
            fascia_text_add(show->text, " (%s)", name != NULL ? name : "not known");
        nan_show_close(show);
    }
    nan_show_list_end(show);
}

static int sum_up(const struct decode *decode)
{
    const struct counts *counts = &decode->counts;
    struct fascia_text text;
    struct nan_show show;

    fascia_text_init(&text, decode->buffer, NAN_SHOW_SIZE);
    nan_show_init(&show, &text, decode->json);
    nan_show_open(&show, NULL, NULL);
    if (decode->json)
        nan_show_open(&show, "summary", NULL);
    nan_show_uint(&show, "packets", counts->packets);
    for (unsigned int kind = 0; kind < NAN_KINDS_; kind++)
        nan_show_uint(&show, kind_name((enum nan_kind)kind), counts->kinds[kind]);
    nan_show_uint(&show, "encrypted", counts->encrypted);
    nan_show_uint(&show, "malformed", counts->malformed);
    nan_show_uint(&show, "malformed_attributes", counts->malformed_attributes);
    nan_show_uint(&show, "other", counts->other);
    nan_show_uint(&show, "not_802.11", counts->foreign_link);
    nan_show_uint(&show, "bad_fcs", counts->bad_fcs);
    nan_show_uint(&show, "cut", counts->cut);
    if (decode->mic != NULL) {
        nan_show_uint(&show, "mic_ok", counts->verdicts[AWARE_MIC_OK]);
        nan_show_uint(&show, "mic_wrong", counts->verdicts[AWARE_MIC_WRONG]);
        nan_show_uint(&show, "no_key", counts->verdicts[AWARE_NO_KEY]);
        nan_show_uint(&show, "no_request", counts->verdicts[AWARE_NO_START]);
    }
    sum_attributes(counts, &show);
    if (decode->json) {
        nan_show_close(&show);
        nan_show_close(&show);
    }
    fascia_text_add(&text, "\n");
    return fwrite(text.start, 1, text.used, stdout) == text.used && fflush(stdout) == 0 ? 0 : -EIO;
}

/* Why a file could not be read, or not to its end. */
static int complain(const char *path, int result, uint64_t packets)
{
    if (result < 0)
        (void)fprintf(stderr, "fasciactl: %s: %s\n", path, strerror(-result));
    else if (packets > 0)
        (void)fprintf(stderr, "fasciactl: %s %s; the %llu packets before that were read\n", path, pcap_explain(result),
                      (unsigned long long)packets);
    else
        (void)fprintf(stderr, "fasciactl: %s %s\n", path, pcap_explain(result));
    return STATUS_IMPOSSIBLE;
}

static int show_all(struct decode *decode, const char *path)
{
    _cleanup_(pcap_close) struct pcap *pcap = NULL;
    struct pcap_packet packet;
    int r = 0;

    int result = pcap_open(path, &pcap);
    if (result != 0)
        return complain(path, result, 0);
    while (r == 0 && (result = pcap_next(pcap, &packet)) == 0)
        r = show_packet(decode, &packet);
    if (r == 0)
        r = sum_up(decode);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: standard output: %s\n", strerror(-r));
        return STATUS_IMPOSSIBLE;
    }
    if (result != PCAP_E_END)
        return complain(path, result, decode->counts.packets);
    const struct counts *counts = &decode->counts;
    if (decode->mic != NULL && aware_mic_exchanges(decode->mic) > AWARE_EXCHANGES_MAX)
        (void)fprintf(stderr, "fasciactl: of %zu data path set-ups only the first %d were checked\n",
                      aware_mic_exchanges(decode->mic), AWARE_EXCHANGES_MAX);
    return counts->malformed > 0 || counts->malformed_attributes > 0 || counts->verdicts[AWARE_MIC_WRONG] > 0
               ? STATUS_FOUND_WRONG
               : STATUS_OK;
}

static int decode_file(const char *path, const struct nan_key_file *keys, bool json)
{
    _cleanup_(aware_mic_free) struct aware_mic *mic = NULL;
    _cleanup_(freep) char *buffer = malloc(NAN_SHOW_SIZE);
    struct decode decode = {.json = json, .buffer = buffer};

    int r = buffer != NULL ? 0 : -ENOMEM;
    if (r == 0 && keys != NULL)
        r = aware_mic_new(keys, &mic);
    if (r == 0 && mic != NULL)
        r = learn(mic, path);
    if (r < 0)
        return complain(path, r, 0);
    decode.mic = mic;
    return show_all(&decode, path);
}

int aware_decode(struct fasciactl *ctl, int argc, char **argv)
{
    enum { KEYS = 1, JSON };
    static const struct option options[] = {
        {"keys", required_argument, NULL, KEYS}, {"json", no_argument, NULL, JSON}, {0}};
    static struct nan_key_file keys; /* large */
    const char *keys_path = NULL;
    bool json = false;
    int option = 0, status = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (option == KEYS)
            keys_path = optarg;
        else
            json = true;
    }
    if (option == -2)
        return status;
    if (optind + 1 != argc) {
        (void)fprintf(stderr, "fasciactl: %s takes one capture\nTry: fasciactl %s --help\n", argv[0], argv[0]);
        return STATUS_USAGE;
    }
    if (keys_path != NULL && aware_keys_read(keys_path, &keys) < 0)
        return STATUS_IMPOSSIBLE;
    status = decode_file(argv[optind], keys_path != NULL ? &keys : NULL, json);
    nan_key_file_wipe(&keys);
    return status;
}
