/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_text.h"

static const enum text_colour state_colours[FASCIA_FUNCTION_STATES_] = {
    [FASCIA_FUNCTION_OFF] = TEXT_DIM,       [FASCIA_FUNCTION_STARTING] = TEXT_WARN, [FASCIA_FUNCTION_FULL] = TEXT_GOOD,
    [FASCIA_FUNCTION_DEGRADED] = TEXT_WARN, [FASCIA_FUNCTION_SAFE] = TEXT_WARN,     [FASCIA_FUNCTION_FAILED] = TEXT_BAD,
};

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
    text_wrapped(out, line, 24);
}

/* What concerns all functions, when it is not as usual. */
static void text_supervisor(const struct report_facts *facts, struct report_out *out)
{
    if (facts->phase[0] != '\0' && strcmp(facts->phase, "RUNNING") != 0)
        text_paragraph(out, "fasciad is %s", facts->phase);
    if (facts->black_box_state[0] != '\0' && strcmp(facts->black_box_state, "ok") != 0)
        text_paragraph(out, "black box%s%s: %s", facts->black_box_path[0] != '\0' ? " " : "", facts->black_box_path,
                       facts->black_box_state);
}

void report_text_function(const struct report_facts *facts, const struct report_function *function,
                          struct report_out *out)
{
    enum fascia_reason reason = FASCIA_REASON_NONE;
    bool known = fascia_reason_parse(function->reason, &reason) == 0 && reason != FASCIA_REASON_NONE;
    char line[512];
    struct fascia_text text;

    report_put(out, "  ");
    report_pad(out, function->name, 12);
    text_coloured(out, state_colours[function->state], fascia_function_state_name(function->state), 10);
    fascia_text_init(&text, line, sizeof line);
    if (function->reason[0] != '\0' && strcmp(function->reason, "none") != 0)
        fascia_text_add(&text, "%s: ", function->reason);
    fascia_reason_explain(known ? reason : FASCIA_REASON_NONE, function->detail, &text);
    text_wrapped(out, line, 24);
    if (known) {
        report_put(out, "                        -> ");
        text_wrapped(out, fascia_reason_remedy(reason), 27);
    }
    text_ladder(facts, function, out);
}

static void text_functions(const struct report_facts *facts, struct report_out *out)
{
    text_heading(out, "FUNCTIONS", "");
    text_supervisor(facts, out);
    for (size_t i = 0; i < facts->functions_count; i++)
        report_text_function(facts, &facts->functions[i], out);
}

static void text_units(const struct report_facts *facts, struct report_out *out)
{
    text_heading(out, "PROCESSES", "");
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
    text_heading(out, "REQUIREMENTS", report_profile_of(report)->title);
    for (size_t i = 0; i < report_judgement_of(report)->findings_count; i++) {
        const struct report_finding *finding = &report_judgement_of(report)->findings[i];
        char line[REPORT_EVIDENCE_SIZE + 16];
        struct fascia_text text;

        report_put(out, "  ");
        text_coloured(out, text_verdict_colours[finding->verdict], text_verdict_marks[finding->verdict], 9);
        report_pad(out, report_level_name(finding->requirement->level), 13);
        report_pad(out, finding->requirement->id, 23);
        if (report_columns(finding->requirement->id) > 22)
            report_put(out, "\n                                               ");
        fascia_text_init(&text, line, sizeof line);
        fascia_text_add(&text, "%s [%zu]", finding->evidence, i + 1);
        text_wrapped(out, line, 47);
    }
}

static void text_address(const struct report_facts *facts, struct report_out *out)
{
    const struct report_address *address = &facts->address;

    text_heading(out, "ADDRESS",
                 text_absence(facts, address->answered, "address", "the address service does not answer"));
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
        if (interface->offender[0] != '\0')
            report_add(out, "    first offender: %s\n", interface->offender);
    }
    for (size_t i = 0; i < address->peers_count; i++)
        report_add(out, "  peer %s  %s\n", address->peers[i].mac, address->peers[i].address);
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
    text_heading(out, "PHONE", "as the phone saw it");
    if (!phone->joined)
        report_put(out, "  did not join\n");
    else
        report_add(out, "  joined %s at %u MHz with %s\n", phone->bssid, phone->frequency_mhz, phone->key_mgmt);
    text_paragraph(out, "own       %s  %s", phone->own_mac, phone->own_address);
    text_paragraph(out, "head unit %s  %s", phone->head_unit_mac, phone->head_unit_address);
    text_transfer("to the head unit", &phone->to_head_unit, out);
    text_transfer("from the head unit", &phone->from_head_unit, out);
    for (size_t i = 0; !phone->merged && i < phone->events_count; i++)
        text_paragraph(out, "%9" PRId64 "  %s", phone->events[i].t_ms, phone->events[i].text);
}

#define TIMELINE_HEAD 20
#define TIMELINE_TAIL 60

static void text_timeline(const struct report_facts *facts, struct report_out *out)
{
    size_t count = facts->events_count;

    text_heading(out, "TIMELINE", "ms since the supervisor started");
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
        text_wrapped(out, event->detail, 47);
    }
}

static void text_boot(const struct report_facts *facts, struct report_out *out)
{
    if (!facts->boot.known)
        return;
    text_heading(out, "BOOT", "since the kernel's start");
    report_text_boot(facts, TEXT_WIDTH, out);
}

static void text_sources(const struct report *report, struct report_out *out)
{
    text_heading(out, "SOURCES", "of the rules, and how well their wording is known");
    for (size_t i = 0; i < report_judgement_of(report)->findings_count; i++) {
        const struct report_requirement *requirement = report_judgement_of(report)->findings[i].requirement;
        char line[768];
        struct fascia_text text;
        report_add(out, "  [%zu]%s ", i + 1, i < 9 ? " " : "");
        fascia_text_init(&text, line, sizeof line);
        fascia_text_add(&text, "%s (%s): %s", requirement->title, report_wording_text(requirement->wording),
                        requirement->source);
        text_wrapped(out, line, 7);
    }
}

/* Which verdict this is, and what it is about. */
static void text_head(const struct report *report, struct report_out *out)
{
    const struct report_judgement *judgement = report_judgement_of(report);

    text_rule(out);
    report_put(out, " ");
    text_coloured(out, text_verdict_colours[judgement->overall], text_verdict_marks[judgement->overall], 7);
    report_pad(out, report_profile_of(report)->name, 24);
    for (unsigned int i = 0; i < REPORT_VERDICTS_; i++)
        report_add(out, " %zu %s%s", judgement->counts[i], report_verdict_name((enum report_verdict)i),
                   i + 1 < REPORT_VERDICTS_ ? "," : "\n");
    report_put(out, "        ");
    text_wrapped(out, judgement->headline, 8);
    report_add(out, "        fascia %s, %s\n", report->version, report->generated);
    if (report->facts->described.is)
        report_put(out, " OFFLINE: a description was judged. Nothing was measured on a running unit.\n");
    text_rule(out);
}

/* Of a described radio there is nothing to show here. */
static void text_unit(const struct report_facts *facts, struct report_out *out)
{
    text_address(facts, out);
    report_text_aware(facts, out);
    report_text_sound(facts, out);
    text_phone(facts, out);
    text_boot(facts, out);
    text_timeline(facts, out);
}

void report_text(const struct report *report, struct report_out *out)
{
    bool several = report->comparison->columns_count > 1, described = report->facts->described.is;

    text_head(report, out);
    if (!described)
        text_functions(report->facts, out);
    if (several)
        text_comparison(report->comparison, out);
    else
        text_requirements(report, out);
    text_link(report->facts, out);
    if (!described)
        text_unit(report->facts, out);
    if (several)
        text_comparison_sources(report->comparison, out);
    else
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
    report_text_aware(facts, out);
    report_text_sound(facts, out);
}

/* --- shared with the other renderers --- */

const struct report_profile *report_profile_of(const struct report *report)
{
    return report->comparison->columns[report->comparison->worst].profile;
}

const struct report_judgement *report_judgement_of(const struct report *report)
{
    return report->comparison->columns[report->comparison->worst].judgement;
}

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
