/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/render_html.h"
#include "stack/report/series.h"

/* --- radio --- */

static void html_band_limits(const struct report_band *band, struct report_out *out)
{
    const char *const ids[] = {band->limit_tx, band->limit_rx}, *const names[] = {"TX", "RX"};
    bool same = strcmp(ids[0], ids[1]) == 0;

    report_put(out, "<td>");
    for (size_t i = 0; i < (same ? 1 : 2); i++) {
        if (ids[i][0] == '\0')
            continue;
        html_element(out, same ? "<div>TX and RX: <span class=\"mono\">" : "<div>", same ? ids[i] : names[i], "");
        if (!same)
            html_element(out, ": <span class=\"mono\">", ids[i], "");
        html_element(out, "</span><div class=\"source\">", report_limit_text(ids[i]), "</div></div>");
    }
    report_put(out, "</td>");
}

static void html_band_channels(const struct report_band *band, struct report_out *out)
{
    if (!band->has_channels) {
        report_put(out, "<td>not known</td></tr>\n");
        return;
    }
    report_add(out, "<td>%u of %u startable", band->startable, band->channels);
    if (band->width_startable_mhz > 0)
        report_add(out, ", up to %u MHz", band->width_startable_mhz);
    report_add(out, "<div class=\"source\">%u after radar detection, %u listen-only, %u disabled", band->radar,
               band->listen_only, band->disabled);
    if (band->indoor_only > 0)
        report_add(out, ", %u indoor only", band->indoor_only);
    report_put(out, "</div></td></tr>\n");
}

static void html_bands(const struct report_link *link, struct report_out *out)
{
    report_put(out,
               "<h3>Spatial streams of the radio as an access point, TX x RX</h3>\n<table><thead><tr><th>band</th>"
               "<th class=\"nowrap\">class</th><th>limited by</th><th>newest</th><th class=\"num nowrap\">MHz</th>");
    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        report_add(out, "<th class=\"nowrap\">%s</th>", report_phy_name((enum report_phy)phy));
    report_put(out, "<th>channels</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < link->bands_count; i++) {
        const struct report_band *band = &link->bands[i];
        html_element(out, "<tr><td class=\"nowrap\">", band->name, "</td>");
        html_element(out, "<td class=\"nowrap\"><strong>", band->mimo_class[0] != '\0' ? band->mimo_class : "-",
                     "</strong></td>");
        html_band_limits(band, out);
        html_element(out, "<td class=\"nowrap\">", band->standard[0] != '\0' ? band->standard : "-", "</td>");
        report_add(out, "<td class=\"num\">%u</td>", band->width_mhz);
        for (size_t phy = 0; phy < REPORT_PHYS_; phy++) {
            char text[24];
            report_add(out, "<td class=\"nowrap\">%s</td>", report_streams_text(&band->streams[phy], text));
        }
        html_band_channels(band, out);
    }
    report_put(out, "</tbody></table>\n");
}

static void html_antennas(const struct report_link *link, struct report_out *out)
{
    const uint32_t *masks = link->antennas;

    report_put(out, "<tr><th scope=\"row\">Antennas</th><td>");
    if ((masks[0] | masks[1] | masks[2] | masks[3]) == 0)
        report_put(out, "not reported by the driver");
    else
        report_add(out, "available TX %d RX %d, configured TX %d RX %d", __builtin_popcount(masks[0]),
                   __builtin_popcount(masks[1]), __builtin_popcount(masks[2]), __builtin_popcount(masks[3]));
    report_put(out, "</td></tr>\n");
}

static void html_capability(const struct report_capability *capability, struct report_out *out)
{
    if (!capability->known)
        return;
    report_add(out, "<tr><th scope=\"row\">Interface types</th><td>%s%s%s%s%s</td></tr>\n",
               capability->ap ? "AP" : "no AP", capability->station ? ", station" : "", capability->nan ? ", NAN" : "",
               capability->ap_and_station ? "; AP and station at once" : "",
               capability->ap_and_nan ? "; AP and NAN at once" : "");
    html_key(out, "Radar detection", capability->radar_detection ? "yes" : "no");
    html_element(out, "<tr><th scope=\"row\">Regulatory domain</th><td>",
                 capability->country[0] != '\0' ? capability->country : "not known", "");
    report_put(out, capability->self_managed ? ", managed by the driver itself</td></tr>\n" : "</td></tr>\n");
}

/* --- phones --- */

static void html_rate(const struct report_rate *rate, uint32_t kbps, struct report_out *out)
{
    report_add(out, "<td class=\"num\">%.1f<div class=\"source\">", kbps / 1000.0);
    if (rate->width_mhz != 0)
        report_add(out, "%u MHz ", rate->width_mhz);
    if (rate->has_mcs)
        report_add(out, "MCS %u ", rate->mcs);
    if (rate->gi_ns != 0)
        report_add(out, "GI %u ns", rate->gi_ns);
    report_put(out, "</div></td>");
}

static void html_peer(const struct report_peer *peer, struct report_out *out)
{
    char text[24];

    html_element(out, "<tr><td class=\"mono nowrap\">", peer->mac, peer->away ? " (away)</td>" : "</td>");
    report_add(out, "<td>%s</td>", report_streams_text(&peer->nss, text));
    html_element(out, "<td class=\"nowrap\">", peer->standard[0] != '\0' ? peer->standard : "-", "</td>");
    html_rate(&peer->tx, peer->tx_rate_kbps, out);
    html_rate(&peer->rx, peer->rx_rate_kbps, out);
    if (peer->has_signal)
        report_add(out, "<td class=\"num nowrap\">%d dBm</td>", peer->signal_dbm);
    else
        report_put(out, "<td class=\"num\">-</td>");
    if (peer->counted)
        report_add(out,
                   "<td>%u of %u packets, %u failed<div class=\"source\">connected for %u s, came back %u "
                   "times</div></td>",
                   peer->retries, peer->tx_packets, peer->failed, peer->connected_s, peer->returns);
    else
        report_put(out, "<td>-</td>");
    html_element(out, "<td class=\"mono\">", peer->address[0] != '\0' ? peer->address : "-", "</td></tr>\n");
}

static void html_summary(const struct report_series *series, struct report_out *out)
{
    static const struct {
        const char *name;
        double unit;
    } shown[REPORT_MEASURES_] = {
        [REPORT_MEASURE_TX_RATE] = {"TX, Mbit/s", 1000}, [REPORT_MEASURE_RX_RATE] = {"RX, Mbit/s", 1000},
        [REPORT_MEASURE_TX_NSS] = {"TX streams", 1},     [REPORT_MEASURE_RX_NSS] = {"RX streams", 1},
        [REPORT_MEASURE_SIGNAL] = {"signal, dBm", 1},    [REPORT_MEASURE_RETRIES] = {"retries per sample", 1},
        [REPORT_MEASURE_AIRTIME] = {"airtime, %", 10},
    };

    report_put(out,
               "<details><summary>The same in numbers</summary>\n<table><thead><tr><th></th><th class=\"num\">least"
               "</th><th class=\"num\">median</th><th class=\"num\">most</th></tr></thead>\n<tbody>\n");
    for (unsigned int i = 0; i < REPORT_MEASURES_; i++) {
        struct report_summary summary = report_series_summary(series, (enum report_measure)i);
        if (summary.count > 0)
            report_add(out,
                       "<tr><td>%s</td><td class=\"num\">%.1f</td><td class=\"num\">%.1f</td><td class=\"num\">%.1f"
                       "</td></tr>\n",
                       shown[i].name, (double)summary.min / shown[i].unit, (double)summary.median / shown[i].unit,
                       (double)summary.max / shown[i].unit);
    }
    report_put(out, "</tbody></table></details>\n");
}

static void html_history(const struct report_peer *peer, struct report_out *out)
{
    if (peer->history.count == 0)
        return;
    html_element(out, "<h3>The past of <span class=\"mono\">", peer->mac, "</span></h3>\n");
    report_add(out,
               "<p class=\"note\">%zu samples over %.1f s, on the clock of the timeline; TX is from the unit to "
               "the phone.</p>\n",
               peer->history.count, (double)report_series_span_ms(&peer->history) / 1000.0);
    report_svg_station(peer, out);
    html_summary(&peer->history, out);
}

static void html_peers(const struct report_link *link, struct report_out *out)
{
    report_put(out, "<h3>Phones</h3>\n");
    if (link->peers_count == 0) {
        html_empty(out, "No phone is associated.");
        return;
    }
    report_put(out, "<table><thead><tr><th>MAC</th><th>NSS seen</th><th class=\"nowrap\">standard</th><th "
                    "class=\"num\">TX Mbit/s</th>"
                    "<th class=\"num\">RX Mbit/s</th><th class=\"num\">signal</th><th>retries</th><th>address</th></tr>"
                    "</thead>\n<tbody>\n");
    for (size_t i = 0; i < link->peers_count; i++)
        html_peer(&link->peers[i], out);
    report_put(out, "</tbody></table>\n");
    for (size_t i = 0; i < link->peers_count; i++)
        html_history(&link->peers[i], out);
}

static void html_survey(const struct report_link *link, struct report_out *out)
{
    if (link->survey_count == 0)
        return;
    report_put(out,
               "<details><summary>Survey of the channels</summary>\n<table><thead><tr><th class=\"num\">MHz</th>"
               "<th>in use</th><th class=\"num\">noise, dBm</th><th class=\"num\">busy</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < link->survey_count; i++) {
        const struct report_survey *channel = &link->survey[i];
        report_add(out, "<tr><td class=\"num\">%u</td><td>%s</td>", channel->frequency_mhz,
                   channel->in_use ? "yes" : "");
        if (channel->has_noise)
            report_add(out, "<td class=\"num\">%d</td>", channel->noise_dbm);
        else
            report_put(out, "<td class=\"num\">-</td>");
        if (channel->has_time && channel->active_ms > 0)
            report_add(out, "<td class=\"num\">%.0f %% of %.1f s</td></tr>\n",
                       100.0 * (double)channel->busy_ms / (double)channel->active_ms,
                       (double)channel->active_ms / 1000.0);
        else
            report_put(out, "<td class=\"num\">-</td></tr>\n");
    }
    report_put(out, "</tbody></table></details>\n");
}

/* --- the section --- */

static void html_operation(const struct report_link *link, struct report_out *out)
{
    if (link->mode[0] != '\0') {
        html_key(out, "SSID", link->ssid);
        report_add(out, "<tr><th scope=\"row\">Channel</th><td>%u (%u MHz), %u MHz wide</td></tr>\n", link->channel,
                   link->frequency_mhz, link->width_mhz);
        html_key(out, "Standard", link->standard);
        html_key(out, "Security", link->security);
        html_key(out, "Country", link->country);
    }
    html_element(out, "<tr><th scope=\"row\">Radio</th><td>", link->wiphy, "");
    html_element(out, ", interface ", link->interface, "");
    html_element(out, ", ", link->bssid, "</td></tr>\n");
    html_element(out, "<tr><th scope=\"row\">MIMO class</th><td><strong>", link->mimo_class, "</strong>");
    report_add(out, " on the band in use (%u TX, %u RX)</td></tr>\n", link->streams.tx, link->streams.rx);
}

static void html_described(const struct report_described *described, struct report_out *out)
{
    html_key(out, "Radio", described->radio);
    html_key(out, "What it is", described->title);
    html_key(out, "Source of its figures", described->source);
    html_key(out, "Judged in country", described->country);
    html_key(out, "Judged as an access point on",
             described->band[0] != '\0' ? report_band_text(described->band)
                                        : "no band: it can start on none that was asked for");
}

void report_html_link(const struct report_facts *facts, struct report_out *out)
{
    const struct report_link *link = &facts->link;

    report_put(out,
               facts->described.is ? "<section>\n<h2>The radio as described</h2>\n" : "<section>\n<h2>Link</h2>\n");
    if (!link->answered && !facts->described.is) {
        html_empty(out, report_facts_is_off(facts, "link") ? "The link is switched off."
                                                           : "The link service does not answer.");
        report_put(out, "</section>\n");
        return;
    }
    if (link->mode[0] == '\0' && !facts->described.is)
        html_empty(out, "There is no link.");
    report_put(out, "<table class=\"keys\">\n");
    if (facts->described.is)
        html_described(&facts->described, out);
    else
        html_operation(link, out);
    html_antennas(link, out);
    html_capability(&link->capability, out);
    for (size_t i = 0; i < link->notes_count; i++)
        html_key(out, "Note", link->notes[i]);
    report_put(out, "</table>\n");
    if (link->bands_count > 0)
        html_bands(link, out);
    html_survey(link, out);
    if (!facts->described.is)
        html_peers(link, out);
    report_put(out, "</section>\n");
}
