/* SPDX-License-Identifier: Apache-2.0 */
/* Wi-Fi Aware in each kind of report: text, JSON, HTML. */
#include <inttypes.h>
#include <json-c/json.h>
#include <string.h>

#include "stack/report/render_html.h"
#include "stack/report/render_json.h"
#include "stack/report/render_text.h"

static const char *or_dash(const char *text)
{
    return text[0] != '\0' ? text : "-";
}

static const char *pairing_of(const struct report_aware_peer *peer)
{
    if (peer->must_pair_again)
        return "must pair again: the engine was restarted and has lost the pairing";
    if (peer->paired && !peer->remembered)
        return "paired, but not remembered: pair again";
    return peer->paired ? "paired" : "not paired";
}

/* A unit without it has no section. */
static bool has_aware(const struct report_facts *facts)
{
    const struct report_function *function = report_facts_function(facts, "aware");

    return facts->aware.answered || (function != NULL && function->state != FASCIA_FUNCTION_OFF);
}

/* --- text --- */

void report_text_aware(const struct report_facts *facts, struct report_out *out)
{
    const struct report_aware *aware = &facts->aware;

    if (!has_aware(facts))
        return;
    text_heading(out, "WI-FI AWARE", aware->answered ? "" : "the Wi-Fi Aware service does not answer");
    if (!aware->answered)
        return;
    text_paragraph(out, "engine %s%s%s%s%s; started %" PRIu64 " times", or_dash(aware->engine),
                   aware->radio_interface[0] != '\0' ? " on the radio of " : "", aware->radio_interface,
                   aware->cluster[0] != '\0' ? ", cluster " : "", aware->cluster, aware->run);
    for (size_t i = 0; i < aware->services_count; i++) {
        const struct report_aware_service *service = &aware->services[i];
        text_paragraph(out, "%-10s %s, %s%s", service->role, service->name, service->security,
                       service->running ? "" : "; not on the air");
    }
    for (size_t i = 0; i < aware->peers_count; i++) {
        const struct report_aware_peer *peer = &aware->peers[i];
        text_paragraph(out, "peer %s %s: %s, %s%s%s", or_dash(peer->nmi), peer->name, peer->state, pairing_of(peer),
                       peer->failure[0] != '\0' ? "; last failure: " : "", peer->failure);
    }
    for (size_t i = 0; i < aware->paths_count; i++) {
        const struct report_aware_path *path = &aware->paths[i];
        text_paragraph(out, "data path with %s: %s%s", path->nmi,
                       path->connected ? or_dash(path->address) : "not connected yet",
                       path->connected && path->cipher == 0 ? ", open" : "");
    }
}

/* --- JSON --- */

static struct json_object *json_services(const struct report_aware *aware)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < aware->services_count; i++) {
        struct json_object *row = json_object_new_object();
        json_add_text(row, "name", aware->services[i].name);
        json_add_text(row, "role", aware->services[i].role);
        json_add_text(row, "security", aware->services[i].security);
        json_add_bool(row, "running", aware->services[i].running);
        json_add_u64(row, "port", aware->services[i].port);
        (void)json_object_array_add(array, row);
    }
    return array;
}

static struct json_object *json_peers(const struct report_aware *aware)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < aware->peers_count; i++) {
        const struct report_aware_peer *peer = &aware->peers[i];
        struct json_object *row = json_object_new_object();
        json_add_u64(row, "id", peer->id);
        json_add_text(row, "name", peer->name);
        json_add_text(row, "nmi", peer->nmi);
        json_add_text(row, "state", peer->state);
        json_add_bool(row, "paired", peer->paired);
        json_add_bool(row, "remembered", peer->remembered);
        json_add_bool(row, "must_pair_again", peer->must_pair_again);
        json_add_text(row, "failure", peer->failure);
        (void)json_object_array_add(array, row);
    }
    return array;
}

static struct json_object *json_paths(const struct report_aware *aware)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < aware->paths_count; i++) {
        const struct report_aware_path *path = &aware->paths[i];
        struct json_object *row = json_object_new_object();
        json_add_text(row, "nmi", path->nmi);
        json_add_text(row, "role", path->role);
        json_add_bool(row, "connected", path->connected);
        json_add_u64(row, "cipher", path->cipher);
        json_add_text(row, "address", path->address);
        json_add_u64(row, "port", path->port);
        (void)json_object_array_add(array, row);
    }
    return array;
}

void report_json_add_aware(const struct report_facts *facts, struct json_object *object)
{
    const struct report_aware *aware = &facts->aware;

    if (!has_aware(facts))
        return;
    struct json_object *part = json_object_new_object();
    json_add_text(part, "engine", aware->engine);
    json_add_u64(part, "run", aware->run);
    json_add_text(part, "cluster", aware->cluster);
    json_add_text(part, "radio_interface", aware->radio_interface);
    json_add_text(part, "iid", aware->iid);
    json_add(part, "services", json_services(aware));
    json_add(part, "peers", json_peers(aware));
    json_add(part, "data_paths", json_paths(aware));
    json_add(object, "aware", part);
}

/* --- HTML --- */

static void html_peers(const struct report_aware *aware, struct report_out *out)
{
    if (aware->peers_count == 0)
        return;
    report_put(out,
               "<table><thead><tr><th>peer</th><th>address</th><th>state</th><th>pairing</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < aware->peers_count; i++) {
        const struct report_aware_peer *peer = &aware->peers[i];
        bool usable = !peer->paired || (peer->remembered && !peer->must_pair_again);
        html_element(out, "<tr><td>", or_dash(peer->name), "</td>");
        html_element(out, "<td class=\"mono\">", or_dash(peer->nmi), "</td>");
        html_element(out, "<td>", peer->state, "</td>");
        html_element(out, usable ? "<td>" : "<td class=\"bad\">", pairing_of(peer), "</td></tr>\n");
    }
    report_put(out, "</tbody></table>\n");
}

void report_html_aware(const struct report_facts *facts, struct report_out *out)
{
    const struct report_aware *aware = &facts->aware;

    if (!has_aware(facts))
        return;
    report_put(out, "<section>\n<h2>Wi-Fi Aware</h2>\n");
    if (!aware->answered) {
        report_put(out, "<p class=\"note\">The Wi-Fi Aware service does not answer.</p>\n</section>\n");
        return;
    }
    html_element(out, "<p>Engine: <strong>", or_dash(aware->engine), "</strong>");
    if (aware->cluster[0] != '\0')
        html_element(out, ", cluster <span class=\"mono\">", aware->cluster, "</span>");
    report_add(out, "; started %" PRIu64 " times.</p>\n", aware->run);
    for (size_t i = 0; i < aware->services_count; i++) {
        html_element(out, "<p>Service <span class=\"mono\">", aware->services[i].name, "</span>");
        html_element(out, ", ", aware->services[i].role, "");
        html_element(out, ", ", aware->services[i].security,
                     aware->services[i].running ? ".</p>\n" : "; not on the air.</p>\n");
    }
    html_peers(aware, out);
    for (size_t i = 0; i < aware->paths_count; i++) {
        html_element(out, "<p>Data path with <span class=\"mono\">", aware->paths[i].nmi, "</span>");
        html_element(out, ": <span class=\"mono\">", or_dash(aware->paths[i].address), "</span>");
        report_put(out, aware->paths[i].cipher == 0 ? ", open.</p>\n" : ", secured.</p>\n");
    }
    report_put(out, "</section>\n");
}
