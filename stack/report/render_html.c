/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/render_html.h"

#include <inttypes.h>
#include <string.h>

/* One page, no script, no reference to anything else. Void elements are closed, so that it is XML as well. */

static const char style[] =
    ":root{color-scheme:light dark;--bg:#f6f7f9;--card:#ffffff;--fg:#1b2330;--soft:#5b6675;--line:#dde2e8;"
    "--cell:#eef1f5;--heat:#1f6feb;--other:#b35900;--good:#1a7f4b;--warn:#9a6700;--bad:#c4314b;--info:#6b7a8d}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1b212a;--fg:#e4e9f0;--soft:#9aa7b6;--line:#303946;"
    "--cell:#252d38;--heat:#2f81f7;--other:#f0a35e;--good:#4ac182;--warn:#e3b341;--bad:#ff7b8a;--info:#8b9aad}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\","
    "sans-serif}\n"
    "main{max-width:1060px;margin:0 auto;padding:24px 20px 40px}\n"
    "section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px 20px 18px;"
    "margin-top:16px}\n"
    "h1{font-size:22px;margin:0}h2{font-size:17px;margin:0 0 10px}h3{font-size:15px;margin:18px 0 4px}p{margin:6px 0}\n"
    ".banner{border-left:10px solid var(--info)}.banner .verdict{font-size:34px;font-weight:700;line-height:1.2}\n"
    ".banner.pass{border-left-color:var(--good)}.banner.warn{border-left-color:var(--warn)}"
    ".banner.fail{border-left-color:var(--bad)}\n"
    ".soft,.note,.empty{color:var(--soft)}.note{font-size:13px}\n"
    ".counts span{display:inline-block;margin-right:18px}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(230px,1fr));gap:12px}\n"
    ".card{border:1px solid var(--line);border-radius:8px;padding:10px 14px;overflow-wrap:anywhere}\n"
    ".card h3{margin:0;font-size:15px}.card p{font-size:13px}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);"
    "overflow-wrap:anywhere}\n"
    "th{font-weight:600}thead th{color:var(--soft);font-size:13px}.keys th{width:160px;color:var(--soft);"
    "font-weight:400}\n"
    "td.num,th.num{text-align:right;padding-right:18px}tr:last-child>td,tr:last-child>th{border-bottom:0}\n"
    ".nowrap{white-space:nowrap;overflow-wrap:normal}.mono{font-family:ui-monospace,\"DejaVu Sans "
    "Mono\",Consolas,monospace;font-size:13px}\n"
    ".tag{display:inline-block;min-width:76px;text-align:center;border-radius:5px;padding:1px 8px;font-size:12px;"
    "font-weight:700;letter-spacing:.04em;border:1px solid currentColor}\n"
    ".good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}.info{color:var(--info)}\n"
    "details{margin-top:8px}summary{cursor:pointer;color:var(--soft)}\n"
    ".source{font-size:13px;color:var(--soft);margin-top:2px}\n"
    ".figures{display:flex;flex-wrap:wrap;gap:28px;margin-top:12px}figure{margin:0}figcaption{font-size:13px;"
    "color:var(--soft);margin-bottom:4px}figure{max-width:100%;overflow-x:auto}\n"
    "svg{max-width:100%;height:auto;display:block}svg text{fill:var(--fg);font-size:12px}"
    "svg .axis{fill:var(--soft)}svg .value{font-size:13px;font-variant-numeric:tabular-nums}svg "
    ".label{font-size:11px}\n"
    "svg .grid{stroke:var(--line)}svg .lane{stroke:var(--info);stroke-opacity:.45}svg .cell{fill:var(--cell)}"
    "svg .heat{fill:var(--heat)}svg circle{fill:currentColor;stroke:var(--card)}svg "
    ".state{fill:currentColor;fill-opacity:.7}\n"
    "svg .bar{fill:currentColor;fill-opacity:.5}svg .open{fill:none;stroke:currentColor;stroke-dasharray:4 3}"
    "svg .budget{stroke:var(--fg);stroke-width:2}svg .cross{fill:none;stroke:currentColor;stroke-width:3}"
    "svg text.bad{fill:var(--bad);font-weight:700}\n"
    "svg .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}svg .tx{stroke:var(--heat)}"
    "svg .rx{stroke:var(--other);stroke-dasharray:7 3}.compare td{min-width:110px}.compare td:first-child{width:52%}\n"
    "svg .ring{fill:none;stroke:var(--line);stroke-width:2}svg .leader{fill:none;stroke:var(--info);stroke-opacity:.55}"
    "svg .speaker{fill:var(--heat)}svg .above{fill:var(--card);stroke:var(--heat);stroke-width:2.5;"
    "stroke-linejoin:round}svg .sub{fill:var(--other)}svg .ceiling{stroke:currentColor;stroke-dasharray:4 3}\n"
    "@media (max-width:700px){main{padding:12px 8px 24px}section{padding:12px 12px 14px}.keys th{width:110px}"
    ".verdicts,.verdicts tbody,.verdicts tr{display:block}.verdicts thead{display:none}.verdicts "
    "td{border:0;padding:3px "
    "8px 3px 0}.verdicts td:nth-child(3){display:block}.verdicts tr{border-bottom:1px solid var(--line);padding:6px 0}"
    ".streams th:nth-child(2),.streams td:nth-child(2){display:none}.streams td,.streams th{overflow-wrap:normal}"
    "figure svg{max-width:none}}\n"
    "@media print{body{background:#fff}tr,figure,.card,.banner{break-inside:avoid}h2,h3{break-after:avoid}}\n";

const struct html_tag html_verdict_tags[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = {"PASS", "good"},       [REPORT_VERDICT_WARN] = {"WARN", "warn"},
    [REPORT_VERDICT_FAIL] = {"FAIL", "bad"},        [REPORT_VERDICT_UNKNOWN] = {"UNKNOWN", "warn"},
    [REPORT_VERDICT_SKIPPED] = {"SKIPPED", "info"},
};

static const char *const state_classes[FASCIA_FUNCTION_STATES_] = {
    [FASCIA_FUNCTION_OFF] = "info",      [FASCIA_FUNCTION_STARTING] = "warn", [FASCIA_FUNCTION_FULL] = "good",
    [FASCIA_FUNCTION_DEGRADED] = "warn", [FASCIA_FUNCTION_SAFE] = "warn",     [FASCIA_FUNCTION_FAILED] = "bad",
};

void html_element(struct report_out *out, const char *open, const char *text, const char *close)
{
    report_put(out, open);
    report_escape(out, text);
    report_put(out, close);
}

void html_empty(struct report_out *out, const char *text)
{
    html_element(out, "<p class=\"empty\">", text, "</p>\n");
}

static void html_counts(const struct report_judgement *judgement, struct report_out *out)
{
    report_put(out, "<p class=\"counts\">");
    for (unsigned int i = 0; i < REPORT_VERDICTS_; i++)
        report_add(out, "<span><strong>%zu</strong> %s</span>", judgement->counts[i],
                   report_verdict_name((enum report_verdict)i));
    report_put(out, "</p>\n");
}

static void html_banner(const struct report *report, struct report_out *out)
{
    const struct report_profile *profile = report_profile_of(report);
    const struct report_judgement *judgement = report_judgement_of(report);
    bool several = report->comparison->columns_count > 1;

    report_add(out, "<section class=\"banner %s\">\n", report_verdict_name(judgement->overall));
    if (report->facts->described.is)
        html_element(out, "<p class=\"warn\"><strong>Offline: the radio ", report->facts->described.radio,
                     " was judged as it is described. Nothing was measured on a running unit.</strong></p>\n");
    if (several)
        report_add(out, "<h1>%zu profiles side by side</h1>\n", report->comparison->columns_count);
    else
        html_element(out, "<h1>", profile->title, "</h1>\n");
    report_add(out, "<div class=\"verdict %s\">%s</div>\n", html_verdict_tags[judgement->overall].class,
               html_verdict_tags[judgement->overall].word);
    html_element(out, "<p>", judgement->headline, "</p>\n");
    html_counts(judgement, out);
    if (!several)
        html_element(out, "<p class=\"soft\">", profile->about, "</p>\n");
    const char *by = "<p class=\"note\">Profile ";
    if (several)
        by = judgement->overall == REPORT_VERDICT_PASS ? "<p class=\"note\">All pass; the figures are by the profile "
                                                       : "<p class=\"note\">That is the worst of them, by the profile ";
    html_element(out, by, profile->name, "");
    html_element(out, ", fascia ", report->version, "");
    html_element(out, ", made ", report->generated, "</p>\n</section>\n");
}

/* How far the function's ladder has come down. */
static void html_ladder(const struct report_ladder *ladder, struct report_out *out)
{
    html_element(out, "<p>Ladder: step <span class=\"mono\">", ladder->step, "</span>");
    report_add(out, ", attempt %u", ladder->attempt);
    if (ladder->hmi[0] != '\0')
        html_element(out, "; the HMI shows <span class=\"mono\">", ladder->hmi, "</span>");
    report_put(out, "</p>");
}

static void html_function(const struct report_facts *facts, const struct report_function *function,
                          struct report_out *out)
{
    const struct report_ladder *ladder = report_facts_fallen(facts, function->name);
    enum fascia_reason reason = FASCIA_REASON_NONE;

    html_element(out, "<div class=\"card\"><h3>", function->name, "</h3>\n");
    report_add(out, "<span class=\"tag %s\">%s</span>", state_classes[function->state],
               fascia_function_state_name(function->state));
    if (function->reason[0] != '\0' && strcmp(function->reason, "none") != 0)
        html_element(out, " <span class=\"mono\">", function->reason, "</span>");
    if (function->detail[0] != '\0')
        html_element(out, "<p class=\"soft\">", function->detail, "</p>");
    if (fascia_reason_parse(function->reason, &reason) == 0 && reason != FASCIA_REASON_NONE) {
        html_element(out, "<p>", fascia_reason_cause(reason), "</p>");
        html_element(out, "<p><strong>Remedy:</strong> ", fascia_reason_remedy(reason), "</p>");
    }
    if (ladder != NULL)
        html_ladder(ladder, out);
    report_put(out, "</div>\n");
}

static void html_functions(const struct report_facts *facts, struct report_out *out)
{
    report_put(out, "<section>\n<h2>Functions</h2>\n<div class=\"cards\">\n");
    for (size_t i = 0; i < facts->functions_count; i++)
        html_function(facts, &facts->functions[i], out);
    report_put(out, "</div>\n");
    if (facts->units_count > 0) {
        report_put(out, "<details><summary>Processes</summary>\n<table><thead><tr><th>process</th><th>state</th>"
                        "<th class=\"num\">pid</th><th class=\"num\">restarts</th></tr></thead>\n<tbody>\n");
        for (size_t i = 0; i < facts->units_count; i++) {
            html_element(out, "<tr><td>", facts->units[i].name, "</td>");
            html_element(out, "<td>", facts->units[i].state, "</td>");
            report_add(out, "<td class=\"num\">%u</td><td class=\"num\">%u</td></tr>\n", facts->units[i].pid,
                       facts->units[i].restarts);
        }
        report_put(out, "</tbody></table></details>\n");
    }
    report_put(out, "</section>\n");
}

static void html_requirements(const struct report_judgement *judgement, struct report_out *out)
{
    report_put(out,
               "<section>\n<h2>Requirements</h2>\n<table class=\"verdicts\"><thead><tr><th>verdict</th><th>level</th>"
               "<th>requirement, measured evidence, source of the rule</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < judgement->findings_count; i++) {
        const struct report_finding *finding = &judgement->findings[i];
        const struct report_requirement *requirement = finding->requirement;
        report_add(out, "<tr><td class=\"nowrap\"><span class=\"tag %s\">%s</span></td><td class=\"nowrap\">%s</td>",
                   html_verdict_tags[finding->verdict].class, html_verdict_tags[finding->verdict].word,
                   report_level_name(requirement->level));
        html_element(out, "<td><strong>", requirement->title, "</strong>");
        html_element(out, " <span class=\"mono soft\">", requirement->id, "</span>");
        html_element(out, "<div>", finding->evidence, "</div>");
        html_element(out, "<div class=\"source\">Source (", report_wording_text(requirement->wording), "): ");
        html_element(out, "", requirement->source, "</div></td></tr>\n");
    }
    report_put(out, "</tbody></table>\n</section>\n");
}

void html_key(struct report_out *out, const char *key, const char *value)
{
    html_element(out, "<tr><th scope=\"row\">", key, "</th>");
    html_element(out, "<td>", value[0] != '\0' ? value : "-", "</td></tr>\n");
}

static void html_address(const struct report_facts *facts, struct report_out *out)
{
    const struct report_address *address = &facts->address;

    report_put(out, "<section>\n<h2>Address without Neighbor Discovery: the count</h2>\n");
    if (address->interfaces_count == 0)
        html_empty(out, address->answered                       ? "No interface is addressed."
                        : report_facts_is_off(facts, "address") ? "Addressing is switched off."
                                                                : "The address service does not answer.");
    else
        report_put(out, "<table><thead><tr><th>interface</th><th>nd</th><th>own address</th>"
                        "<th class=\"num\">ND sent</th><th class=\"num\">MLD sent</th>"
                        "<th class=\"num\">IPv6 packets sent</th><th class=\"num\">peers</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < address->interfaces_count; i++) {
        const struct report_interface *interface = &address->interfaces[i];
        bool clean = interface->nd_packets == 0 && interface->mld_packets == 0;
        html_element(out, "<tr><td>", interface->name, "</td>");
        html_element(out, "<td>", interface->nd, "</td>");
        html_element(out, "<td class=\"mono\">", interface->address[0] != '\0' ? interface->address : "-", "</td>");
        report_add(out,
                   "<td class=\"num %s\"><strong>%" PRIu64 "</strong></td><td class=\"num %s\"><strong>%" PRIu64
                   "</strong></td><td class=\"num\">%" PRIu64 "</td><td class=\"num\">%u</td></tr>\n",
                   clean ? "good" : "bad", interface->nd_packets, clean ? "good" : "bad", interface->mld_packets,
                   interface->packets, interface->peers);
    }
    report_put(out, address->interfaces_count > 0 ? "</tbody></table>\n" : "");
    for (size_t i = 0; i < address->interfaces_count; i++) {
        if (address->interfaces[i].offender[0] == '\0')
            continue;
        html_element(out, "<p class=\"bad\">First offender on ", address->interfaces[i].name, ": ");
        html_element(out, "", address->interfaces[i].offender, ".</p>\n");
    }
    for (size_t i = 0; i < address->peers_count; i++) {
        html_element(out, "<p>Peer <span class=\"mono\">", address->peers[i].mac, "</span> is ");
        html_element(out, "<span class=\"mono\">", address->peers[i].address,
                     "</span>: permanent neighbour and host route, nothing resolved.</p>\n");
    }
    report_put(out,
               "<p class=\"note\">Counted by the unit itself on the interface since it was prepared: ICMPv6 133-137 "
               "(Neighbor Discovery) and 130-132, 143 (MLD) that it sent.</p>\n</section>\n");
}

static void html_transfer(struct report_out *out, const char *key, const struct report_transfer *transfer)
{
    report_add(out, "<tr><th scope=\"row\">%s</th>", key);
    if (transfer->measured)
        report_add(out, "<td><span class=\"%s\">%s</span>, %" PRIu64 " octets in %.0f ms</td></tr>\n",
                   transfer->ok ? "good" : "bad", transfer->ok ? "ok" : "failed", transfer->bytes, transfer->ms);
    else
        report_put(out, "<td>not tried</td></tr>\n");
}

static void html_phone(const struct report_phone *phone, struct report_out *out)
{
    if (!phone->attached)
        return;
    report_put(out, "<section>\n<h2>The phone's own view</h2>\n<table class=\"keys\">\n");
    html_key(out, "Joined", phone->joined ? "yes" : "no");
    html_key(out, "BSSID", phone->bssid);
    html_key(out, "Key management", phone->key_mgmt);
    html_key(out, "Own address", phone->own_address);
    html_key(out, "Head unit", phone->head_unit_address);
    html_transfer(out, "TCP to the unit", &phone->to_head_unit);
    html_transfer(out, "TCP from the unit", &phone->from_head_unit);
    report_put(out, "</table>\n");
    if (phone->events_count > 0 && !phone->merged) {
        report_put(out, "<details><summary>Its events (ms since it started)</summary>\n<table>\n");
        for (size_t i = 0; i < phone->events_count; i++) {
            report_add(out, "<tr><td class=\"num\">%" PRId64 "</td>", phone->events[i].t_ms);
            html_element(out, "<td>", phone->events[i].text, "</td></tr>\n");
        }
        report_put(out, "</table></details>\n");
    }
    report_put(out, "</section>\n");
}

static void html_timeline(const struct report_facts *facts, struct report_out *out)
{
    report_put(out, "<section>\n<h2>Timeline</h2>\n");
    if (facts->events_count == 0) {
        html_empty(out, "No event is remembered.");
    } else {
        report_svg_timeline(facts, out);
        report_put(out, "<details><summary>All events (ms since the supervisor started)</summary>\n<table>\n");
        for (size_t i = 0; i < facts->events_count; i++) {
            const struct report_event *event = &facts->events[i];
            report_add(out, "<tr><td class=\"num\">%" PRId64 "</td>", event->t_ms);
            html_element(out, "<td class=\"nowrap\">", event->name, "</td>");
            html_element(out, "<td class=\"nowrap\">", event->source, "</td>");
            html_element(out, "<td>", event->detail, "</td></tr>\n");
        }
        report_put(out, "</table></details>\n");
    }
    report_put(out, "</section>\n");
}

/* Of a described radio there is nothing to show here. */
static void html_unit(const struct report *report, struct report_out *out)
{
    html_address(report->facts, out);
    report_html_aware(report->facts, out);
    report_html_sound(report, out);
    html_phone(&report->facts->phone, out);
    report_html_boot(report->facts, out);
    html_timeline(report->facts, out);
}

void report_html(const struct report *report, struct report_out *out)
{
    bool described = report->facts->described.is;

    report_put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n");
    html_element(out, "<title>fascia report: ", report_profile_of(report)->name, "");
    report_add(out, " %s</title>\n<style>\n", html_verdict_tags[report_judgement_of(report)->overall].word);
    report_put(out, style);
    report_put(out, "</style>\n</head>\n<body>\n<main>\n");
    html_banner(report, out);
    if (!described)
        html_functions(report->facts, out);
    if (report->comparison->columns_count > 1)
        report_html_comparison(report->comparison, out);
    else
        html_requirements(report_judgement_of(report), out);
    report_html_link(report->facts, out);
    if (!described)
        html_unit(report, out);
    if (report->facts->cut > 0)
        report_add(out, "<p class=\"note\">%zu entries or texts did not fit and were cut.</p>\n", report->facts->cut);
    report_put(out, "</main>\n</body>\n</html>\n");
}
