/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render.h"

#define WIDTH 100

enum colour { COLOUR_NONE, COLOUR_BOLD, COLOUR_DIM, COLOUR_GOOD, COLOUR_WARN, COLOUR_BAD };

static const char *const escapes[] = {
    [COLOUR_NONE] = "",           [COLOUR_BOLD] = "\033[1m",    [COLOUR_DIM] = "\033[2m",
    [COLOUR_GOOD] = "\033[1;32m", [COLOUR_WARN] = "\033[1;33m", [COLOUR_BAD] = "\033[1;31m",
};

static const enum colour verdict_colours[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = COLOUR_GOOD,    [REPORT_VERDICT_WARN] = COLOUR_WARN,   [REPORT_VERDICT_FAIL] = COLOUR_BAD,
    [REPORT_VERDICT_UNKNOWN] = COLOUR_WARN, [REPORT_VERDICT_SKIPPED] = COLOUR_DIM,
};

static const char *const verdict_marks[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = "PASS",       [REPORT_VERDICT_WARN] = "WARN",    [REPORT_VERDICT_FAIL] = "FAIL",
    [REPORT_VERDICT_UNKNOWN] = "UNKNOWN", [REPORT_VERDICT_SKIPPED] = "skip",
};

static const enum colour state_colours[FASCIA_FUNCTION_STATES_] = {
    [FASCIA_FUNCTION_OFF] = COLOUR_DIM,   [FASCIA_FUNCTION_STARTING] = COLOUR_WARN,
    [FASCIA_FUNCTION_FULL] = COLOUR_GOOD, [FASCIA_FUNCTION_DEGRADED] = COLOUR_WARN,
    [FASCIA_FUNCTION_SAFE] = COLOUR_WARN, [FASCIA_FUNCTION_FAILED] = COLOUR_BAD,
};

static void coloured(struct report_out *out, enum colour colour, const char *text, size_t width)
{
    report_put(out, out->colour ? escapes[colour] : "");
    report_pad(out, text, width);
    report_put(out, out->colour && colour != COLOUR_NONE ? "\033[0m" : "");
}

static void heading(struct report_out *out, const char *title, const char *rest)
{
    report_put(out, "\n");
    coloured(out, COLOUR_BOLD, title, 0);
    if (rest[0] != '\0')
        report_add(out, "  %s", rest);
    report_put(out, "\n");
}

static void rule(struct report_out *out)
{
    for (size_t i = 0; i < WIDTH; i++)
        report_put(out, "=");
    report_put(out, "\n");
}

/* Octets of a piece that is at most `columns` wide, breaking after a space when there is one. */
static size_t piece_of(const char *text, size_t columns)
{
    size_t used = 0, at = 0, space = 0;

    while (text[at] != '\0') {
        size_t next = at + 1;
        while (((unsigned char)text[next] & 0xc0) == 0x80)
            next++;
        if (used++ == columns)
            return space > 0 ? space : at;
        if (text[at] == ' ')
            space = next;
        at = next;
    }
    return at;
}

/* Writes a paragraph whose first line begins at column `indent`; every further one is indented by it. */
static void wrapped(struct report_out *out, const char *text, size_t indent)
{
    char piece[4 * WIDTH + 1];

    do {
        size_t n = piece_of(text, WIDTH - indent);
        if (n >= sizeof piece)
            n = sizeof piece - 1;
        size_t shown = n;
        while (shown > 0 && text[shown - 1] == ' ')
            shown--;
        memcpy(piece, text, shown);
        piece[shown] = '\0';
        report_put(out, piece);
        report_put(out, "\n");
        text += n;
        if (*text != '\0')
            report_pad(out, "", indent);
    } while (*text != '\0');
}

/* A formatted paragraph at column 2. */
__attribute__((format(printf, 2, 3))) static void paragraph(struct report_out *out, const char *format, ...)
{
    char line[1024] = "";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line, sizeof line, format, args);
    va_end(args);
    report_put(out, "  ");
    wrapped(out, line, 2);
}

/* How far the function's ladder has come down; nothing on its first step. */
static void text_ladder(const struct report_facts *facts, const struct report_function *function,
                        struct report_out *out)
{
    const struct report_ladder *ladder = report_facts_fallen(facts, function->name);
    char line[160];
    struct fascia_text text;

    if (ladder == NULL)
        return;
    fascia_text_init(&text, line, sizeof line);
    fascia_text_add(&text, "ladder: step %s, attempt %u", ladder->step, ladder->attempt);
    if (ladder->hmi[0] != '\0')
        fascia_text_add(&text, "; the HMI shows %s", ladder->hmi);
    report_put(out, "                        ");
    wrapped(out, line, 24);
}

/* What concerns all functions, when it is not as usual. */
static void text_supervisor(const struct report_facts *facts, struct report_out *out)
{
    if (facts->phase[0] != '\0' && strcmp(facts->phase, "RUNNING") != 0)
        paragraph(out, "fasciad is %s", facts->phase);
    if (facts->black_box_state[0] != '\0' && strcmp(facts->black_box_state, "ok") != 0)
        paragraph(out, "black box%s%s: %s", facts->black_box_path[0] != '\0' ? " " : "", facts->black_box_path,
                  facts->black_box_state);
}

static void text_functions(const struct report_facts *facts, struct report_out *out)
{
    heading(out, "FUNCTIONS", "");
    text_supervisor(facts, out);
    for (size_t i = 0; i < facts->functions_count; i++) {
        const struct report_function *function = &facts->functions[i];
        enum fascia_reason reason = FASCIA_REASON_NONE;
        bool known = fascia_reason_parse(function->reason, &reason) == 0 && reason != FASCIA_REASON_NONE;
        char line[512];
        struct fascia_text text;

        report_put(out, "  ");
        report_pad(out, function->name, 12);
        coloured(out, state_colours[function->state], fascia_function_state_name(function->state), 10);
        fascia_text_init(&text, line, sizeof line);
        if (function->reason[0] != '\0' && strcmp(function->reason, "none") != 0)
            fascia_text_add(&text, "%s: ", function->reason);
        fascia_text_add(&text, "%s%s%s", known ? fascia_reason_cause(reason) : "",
                        known && function->detail[0] != '\0' ? " " : "", function->detail);
        wrapped(out, line, 24);
        if (known) {
            report_put(out, "                        -> ");
            wrapped(out, fascia_reason_remedy(reason), 27);
        }
        text_ladder(facts, function, out);
    }
}

static void text_units(const struct report_facts *facts, struct report_out *out)
{
    heading(out, "PROCESSES", "");
    for (size_t i = 0; i < facts->units_count; i++) {
        const struct report_unit *unit = &facts->units[i];
        report_put(out, "  ");
        report_pad(out, unit->name, 16);
        report_pad(out, unit->state, 10);
        if (unit->pid != 0)
            report_add(out, "pid %-8u", unit->pid);
        else
            report_pad(out, "", 12);
        report_add(out, "%u restart%s\n", unit->restarts, unit->restarts == 1 ? "" : "s");
    }
}

static void text_requirements(const struct report *report, struct report_out *out)
{
    heading(out, "REQUIREMENTS", report->profile->title);
    for (size_t i = 0; i < report->judgement->findings_count; i++) {
        const struct report_finding *finding = &report->judgement->findings[i];
        char line[REPORT_EVIDENCE_SIZE + 16];
        struct fascia_text text;

        report_put(out, "  ");
        coloured(out, verdict_colours[finding->verdict], verdict_marks[finding->verdict], 9);
        report_pad(out, report_level_name(finding->requirement->level), 13);
        report_pad(out, finding->requirement->id, 23);
        if (report_columns(finding->requirement->id) > 22)
            report_put(out, "\n                                               ");
        fascia_text_init(&text, line, sizeof line);
        fascia_text_add(&text, "%s [%zu]", finding->evidence, i + 1);
        wrapped(out, line, 47);
    }
}

static void text_streams(const struct report_link *link, struct report_out *out)
{
    if (link->bands_count == 0)
        return;
    report_put(out, "  streams, TX x RX   ");
    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        report_pad(out, report_phy_name((enum report_phy)phy), phy + 1 < REPORT_PHYS_ ? 8 : 0);
    report_put(out, "\n");
    for (size_t i = 0; i < link->bands_count; i++) {
        report_put(out, "    ");
        report_pad(out, link->bands[i].name, 17);
        for (size_t phy = 0; phy < REPORT_PHYS_; phy++) {
            char text[24];
            report_pad(out, report_streams_text(&link->bands[i].streams[phy], text), phy + 1 < REPORT_PHYS_ ? 8 : 0);
        }
        report_put(out, "\n");
    }
}

static void text_peers(const struct report_link *link, struct report_out *out)
{
    if (link->peers_count == 0)
        report_put(out, "  no phone is associated\n");
    else
        report_put(out, "  phone              NSS    TX Mbit/s  RX Mbit/s  signal    address\n");
    for (size_t i = 0; i < link->peers_count; i++) {
        const struct report_peer *peer = &link->peers[i];
        char text[24];
        report_add(out, "  %-17s  ", peer->mac);
        report_pad(out, report_streams_text(&peer->nss, text), 7);
        report_add(out, "%9.1f  %9.1f  ", peer->tx_rate_kbps / 1000.0, peer->rx_rate_kbps / 1000.0);
        if (peer->has_signal)
            report_add(out, "%4d dBm  ", peer->signal_dbm);
        else
            report_put(out, "       -  ");
        report_add(out, "%s\n", peer->address[0] != '\0' ? peer->address : "-");
    }
}

static void text_link(const struct report_facts *facts, struct report_out *out)
{
    const struct report_link *link = &facts->link;

    heading(out, "LINK", link->answered ? "" : "the link service does not answer");
    if (!link->answered)
        return;
    if (link->mode[0] == '\0')
        report_put(out, "  down\n");
    else
        paragraph(out, "%s \"%s\" on channel %u (%u MHz), %u MHz wide, %s, %s, country %s", link->mode, link->ssid,
                  link->channel, link->frequency_mhz, link->width_mhz, link->standard, link->security, link->country);
    if (link->wiphy[0] != '\0')
        paragraph(out, "radio %s (of %u), interface %s, %s: %s", link->wiphy, link->radios, link->interface,
                  link->bssid, link->mimo_class);
    text_streams(link, out);
    for (size_t i = 0; i < link->notes_count; i++) {
        report_put(out, "  note: ");
        wrapped(out, link->notes[i], 8);
    }
    text_peers(link, out);
}

static void text_address(const struct report_facts *facts, struct report_out *out)
{
    const struct report_address *address = &facts->address;

    heading(out, "ADDRESS", address->answered ? "" : "the address service does not answer");
    if (address->interfaces_count > 0)
        report_put(out, "  interface   nd      ND sent  MLD sent  of packets  peers  address\n");
    else if (address->answered)
        report_put(out, "  no interface is addressed\n");
    for (size_t i = 0; i < address->interfaces_count; i++) {
        const struct report_interface *interface = &address->interfaces[i];
        report_put(out, "  ");
        report_pad(out, interface->name, 12);
        report_pad(out, interface->nd, 6);
        report_add(out, "%9" PRIu64 " %9" PRIu64 " %11" PRIu64 " %6u  %s\n", interface->nd_packets,
                   interface->mld_packets, interface->packets, interface->peers,
                   interface->address[0] != '\0' ? interface->address : "-");
    }
    for (size_t i = 0; i < address->peers_count; i++)
        report_add(out, "  peer %s  %s\n", address->peers[i].mac, address->peers[i].address);
}

static void text_levels(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;
    const struct report_sound *sound = &facts->sound;
    char text[16];

    report_put(out, "  level in dB         ");
    for (size_t j = 0; j < audio->channels_count; j++)
        report_add(out, "%7s", audio->channels[j]);
    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        report_add(out, "\n    at %-6s matrix  ", audio->speakers[i]);
        for (size_t j = 0; j < audio->channels_count; j++)
            report_add(out, "%7s", report_db_text(audio->matrix[i][j], text));
        size_t k = report_sound_speaker(sound, audio->speakers[i]);
        if (k == SIZE_MAX)
            continue;
        report_put(out, "\n            measured  ");
        for (size_t j = 0; j < audio->channels_count; j++) {
            const struct report_sound_channel *channel = report_sound_channel(sound, audio->channels[j]);
            bool known = channel != NULL && channel->known[k];
            report_add(out, "%7s", known ? report_db_text(channel->gains[k], text) : "?");
        }
    }
    report_put(out, "\n");
}

static void text_sound(const struct report_facts *facts, struct report_out *out)
{
    const struct report_audio *audio = &facts->audio;

    heading(out, "SOUND", audio->answered ? "" : "the audio service does not answer");
    if (!audio->answered)
        return;
    if (audio->mode[0] == '\0') {
        report_put(out, "  no programme is being rendered\n");
    } else {
        report_add(out, "  %s as %s on", audio->source, audio->mode);
        for (size_t i = 0; i < audio->speakers_count; i++)
            report_add(out, " %s", audio->speakers[i]);
        report_put(out, "; lost:");
        for (size_t i = 0; i < audio->lost_count; i++)
            report_add(out, " %s", audio->lost[i]);
        report_add(out, "%s; worst-case gain %+.1f dB; %u frames at %u Hz\n", audio->lost_count == 0 ? " none" : "",
                   audio->worst_gain_db, audio->latency_frames, audio->rate);
        report_put(out, "  ");
        wrapped(out, audio->mode_reason, 2);
    }
    if (audio->channels_count > 0)
        text_levels(facts, out);
}

static void text_transfer(const char *name, const struct report_transfer *transfer, struct report_out *out)
{
    if (transfer->measured)
        report_add(out, "  TCP %s: %s, %" PRIu64 " octets in %.0f ms\n", name, transfer->ok ? "ok" : "FAILED",
                   transfer->bytes, transfer->ms);
    else
        report_add(out, "  TCP %s: not tried\n", name);
}

static void text_phone(const struct report_facts *facts, struct report_out *out)
{
    const struct report_phone *phone = &facts->phone;

    if (!phone->attached)
        return;
    heading(out, "PHONE", "as the phone saw it");
    if (!phone->joined)
        report_put(out, "  did not join\n");
    else
        report_add(out, "  joined %s at %u MHz with %s\n", phone->bssid, phone->frequency_mhz, phone->key_mgmt);
    paragraph(out, "own       %s  %s", phone->own_mac, phone->own_address);
    paragraph(out, "head unit %s  %s", phone->head_unit_mac, phone->head_unit_address);
    text_transfer("to the head unit", &phone->to_head_unit, out);
    text_transfer("from the head unit", &phone->from_head_unit, out);
    for (size_t i = 0; !phone->merged && i < phone->events_count; i++)
        paragraph(out, "%9" PRId64 "  %s", phone->events[i].t_ms, phone->events[i].text);
}

#define TIMELINE_HEAD 20
#define TIMELINE_TAIL 60

static void text_timeline(const struct report_facts *facts, struct report_out *out)
{
    size_t count = facts->events_count;

    heading(out, "TIMELINE", "ms since the supervisor started");
    for (size_t i = 0; i < count; i++) {
        const struct report_event *event = &facts->events[i];
        if (count > TIMELINE_HEAD + TIMELINE_TAIL && i == TIMELINE_HEAD) {
            report_add(out, "             ... %zu more; the JSON and HTML reports have them\n",
                       count - TIMELINE_HEAD - TIMELINE_TAIL);
            i = count - TIMELINE_TAIL;
            event = &facts->events[i];
        }
        report_add(out, "  %9" PRId64 "  ", event->t_ms);
        report_pad(out, event->name, 19);
        report_put(out, " ");
        report_pad(out, event->source, 13);
        report_put(out, " ");
        wrapped(out, event->detail, 47);
    }
}

static void text_boot(const struct report_facts *facts, struct report_out *out)
{
    if (!facts->boot.known)
        return;
    heading(out, "BOOT", "since the kernel's start");
    report_text_boot(facts, WIDTH, out);
}

static void text_sources(const struct report *report, struct report_out *out)
{
    heading(out, "SOURCES", "of the rules, and how well their wording is known");
    for (size_t i = 0; i < report->judgement->findings_count; i++) {
        const struct report_requirement *requirement = report->judgement->findings[i].requirement;
        char line[768];
        struct fascia_text text;
        report_add(out, "  [%zu]%s ", i + 1, i < 9 ? " " : "");
        fascia_text_init(&text, line, sizeof line);
        fascia_text_add(&text, "%s (%s): %s", requirement->title, report_wording_text(requirement->wording),
                        requirement->source);
        wrapped(out, line, 7);
    }
}

void report_text(const struct report *report, struct report_out *out)
{
    const struct report_judgement *judgement = report->judgement;

    rule(out);
    report_put(out, " ");
    coloured(out, verdict_colours[judgement->overall], verdict_marks[judgement->overall], 7);
    report_pad(out, report->profile->name, 24);
    for (unsigned int i = 0; i < REPORT_VERDICTS_; i++)
        report_add(out, " %zu %s%s", judgement->counts[i], report_verdict_name((enum report_verdict)i),
                   i + 1 < REPORT_VERDICTS_ ? "," : "\n");
    report_put(out, "        ");
    wrapped(out, judgement->headline, 8);
    report_add(out, "        fascia %s, %s\n", report->version, report->generated);
    rule(out);
    text_functions(report->facts, out);
    text_requirements(report, out);
    text_link(report->facts, out);
    text_address(report->facts, out);
    text_sound(report->facts, out);
    text_phone(report->facts, out);
    text_boot(report->facts, out);
    text_timeline(report->facts, out);
    text_sources(report, out);
    if (report->facts->cut > 0)
        report_add(out, "\n%zu entries or texts did not fit and were cut.\n", report->facts->cut);
}

void report_text_status(const struct report_facts *facts, struct report_out *out)
{
    text_functions(facts, out);
    text_units(facts, out);
    text_link(facts, out);
    text_address(facts, out);
    text_sound(facts, out);
}

/* --- shared with the other renderers --- */

const char *report_db_text(double gain, char to[static 16])
{
    double db = report_db(fabs(gain));

    if (db < -60.0)
        (void)snprintf(to, 16, ".");
    else
        (void)snprintf(to, 16, "%.1f", fabs(db) < 0.05 ? 0.0 : db);
    return to;
}

const char *report_streams_text(const struct report_streams *streams, char to[static 24])
{
    if (streams->tx == 0 && streams->rx == 0)
        (void)snprintf(to, 24, "-");
    else
        (void)snprintf(to, 24, "%ux%u", streams->tx, streams->rx);
    return to;
}

const char *report_phy_name(enum report_phy phy)
{
    static const char *const names[REPORT_PHYS_] = {
        [REPORT_PHY_HT] = "HT", [REPORT_PHY_VHT] = "VHT", [REPORT_PHY_HE] = "HE", [REPORT_PHY_EHT] = "EHT"};
    return (unsigned int)phy < REPORT_PHYS_ ? names[phy] : "?";
}
