/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stack/report/render_text.h"
#include "stack/report/series.h"

/* --- radio --- */

static void text_streams(const struct report_link *link, struct report_out *out)
{
    if (link->bands_count == 0)
        return;
    report_put(out, "  TX x RX    effective  newest    ");
    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        report_pad(out, report_phy_name((enum report_phy)phy), 7);
    report_put(out, "widest  startable\n");
    for (size_t i = 0; i < link->bands_count; i++) {
        const struct report_band *band = &link->bands[i];
        char text[24];
        report_put(out, "    ");
        report_pad(out, band->name, 9);
        report_pad(out, band->mimo_class[0] != '\0' ? band->mimo_class : "-", 11);
        report_pad(out, band->standard[0] != '\0' ? band->standard : "-", 10);
        for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
            report_pad(out, report_streams_text(&band->streams[phy], text), 7);
        (void)snprintf(text, sizeof text, "%u MHz", band->width_mhz);
        report_pad(out, band->width_mhz != 0 ? text : "-", 8);
        (void)snprintf(text, sizeof text, "%u MHz", band->width_startable_mhz);
        report_add(out, "%s\n", band->width_startable_mhz != 0 ? text : "-");
    }
}

static void add_limit(const struct report_band *band, struct fascia_text *text)
{
    const char *tx = report_limit_text(band->limit_tx), *rx = report_limit_text(band->limit_rx);

    if (strcmp(band->limit_tx, band->limit_rx) == 0) {
        fascia_text_add(text, "limited by %s%s%s%s", band->limit_tx, tx[0] != '\0' ? " (" : "", tx,
                        tx[0] != '\0' ? ")" : "");
        return;
    }
    fascia_text_add(text, "TX limited by %s%s%s%s, RX by %s%s%s%s", band->limit_tx, tx[0] != '\0' ? " (" : "", tx,
                    tx[0] != '\0' ? ")" : "", band->limit_rx, rx[0] != '\0' ? " (" : "", rx, rx[0] != '\0' ? ")" : "");
}

/* What stands behind the figures of the table, one paragraph per band. */
static void text_limits(const struct report_link *link, struct report_out *out)
{
    for (size_t i = 0; i < link->bands_count; i++) {
        const struct report_band *band = &link->bands[i];
        char line[512];
        struct fascia_text text;
        fascia_text_init(&text, line, sizeof line);
        if (band->has_channels)
            fascia_text_add(&text, "%u channels: %u startable, %u after radar detection, %u listen-only, %u disabled",
                            band->channels, band->startable, band->radar, band->listen_only, band->disabled);
        if (band->indoor_only > 0)
            fascia_text_add(&text, ", %u indoor only", band->indoor_only);
        if (band->limit_tx[0] != '\0' || band->limit_rx[0] != '\0') {
            fascia_text_add(&text, "%s", band->has_channels ? "; " : "");
            add_limit(band, &text);
        }
        if (line[0] == '\0')
            continue;
        report_put(out, "  ");
        report_pad(out, band->name, 8);
        text_wrapped(out, line, 10);
    }
}

static void text_capability(const struct report_capability *capability, struct report_out *out)
{
    if (!capability->known)
        return;
    text_paragraph(out, "interface types:%s%s%s%s%s%s; radar detection: %s; SMPS:%s%s%s; country %s%s",
                   capability->ap ? " AP" : "", capability->station ? " station" : "", capability->nan ? " NAN" : "",
                   !capability->ap && !capability->station && !capability->nan ? " none of AP, station, NAN" : "",
                   capability->ap_and_station ? ", AP and station at once" : "",
                   capability->ap_and_nan ? ", AP and NAN at once" : "", capability->radar_detection ? "yes" : "no",
                   capability->smps_static ? " static" : "", capability->smps_dynamic ? " dynamic" : "",
                   capability->smps_static || capability->smps_dynamic ? "" : " no",
                   capability->country[0] != '\0' ? capability->country : "not told",
                   capability->self_managed ? ", managed by the driver itself" : "");
}

/* Only the channel in use, and how busy it is: the JSON report has them all. */
static void text_survey(const struct report_link *link, struct report_out *out)
{
    for (size_t i = 0; i < link->survey_count; i++) {
        const struct report_survey *channel = &link->survey[i];
        char line[128];
        struct fascia_text text;
        if (!channel->in_use || (!channel->has_noise && !channel->has_time))
            continue;
        fascia_text_init(&text, line, sizeof line);
        if (channel->has_noise)
            fascia_text_add(&text, ", noise %d dBm", channel->noise_dbm);
        if (channel->has_time && channel->active_ms > 0)
            fascia_text_add(&text, ", busy %.0f %% of %.1f s",
                            100.0 * (double)channel->busy_ms / (double)channel->active_ms,
                            (double)channel->active_ms / 1000.0);
        text_paragraph(out, "survey of %u MHz%s", channel->frequency_mhz, line);
    }
}

/* --- phones --- */

static void add_rate(const char *name, const struct report_rate *rate, struct fascia_text *text)
{
    fascia_text_add(text, "%s", name);
    if (rate->width_mhz != 0)
        fascia_text_add(text, " %u MHz", rate->width_mhz);
    if (rate->has_mcs)
        fascia_text_add(text, " MCS %u", rate->mcs);
    if (rate->gi_ns != 0)
        fascia_text_add(text, " GI %u ns", rate->gi_ns);
    if (rate->has_airtime)
        fascia_text_add(text, " airtime %.1f s", (double)rate->airtime_us / 1e6);
    if (rate->width_mhz == 0 && !rate->has_mcs && rate->gi_ns == 0 && !rate->has_airtime)
        fascia_text_add(text, " not told");
}

static void text_counters(const struct report_peer *peer, struct report_out *out)
{
    char line[256];
    struct fascia_text text;

    if (!peer->counted)
        return;
    fascia_text_init(&text, line, sizeof line);
    add_rate("TX", &peer->tx, &text);
    add_rate("; RX", &peer->rx, &text);
    fascia_text_add(&text, "; %u retries, %u failed, %u packets sent; connected for %u s", peer->retries, peer->failed,
                    peer->tx_packets, peer->connected_s);
    if (peer->returns > 0)
        fascia_text_add(&text, ", came back %u time%s", peer->returns, peer->returns == 1 ? "" : "s");
    if (peer->away)
        fascia_text_add(&text, ", AWAY just now");
    report_put(out, "    ");
    text_wrapped(out, line, 4);
}

static void text_measure(const struct report_series *series, enum report_measure measure, struct report_out *out)
{
    static const struct {
        const char *name;
        double unit;
        int decimals;
    } shown[REPORT_MEASURES_] = {
        [REPORT_MEASURE_TX_RATE] = {"TX Mbit/s", 1000, 1}, [REPORT_MEASURE_RX_RATE] = {"RX Mbit/s", 1000, 1},
        [REPORT_MEASURE_TX_NSS] = {"TX streams", 1, 0},    [REPORT_MEASURE_RX_NSS] = {"RX streams", 1, 0},
        [REPORT_MEASURE_SIGNAL] = {"signal, dBm", 1, 0},   [REPORT_MEASURE_RETRIES] = {"retries", 1, 0},
        [REPORT_MEASURE_AIRTIME] = {"airtime, %", 10, 1},
    };
    struct report_summary summary = report_series_summary(series, measure);

    if (summary.count == 0)
        return;
    report_add(out, "      %-12s%9.*f  %9.*f  %9.*f\n", shown[measure].name, shown[measure].decimals,
               (double)summary.min / shown[measure].unit, shown[measure].decimals,
               (double)summary.median / shown[measure].unit, shown[measure].decimals,
               (double)summary.max / shown[measure].unit);
}

static void text_history(const struct report_series *series, struct report_out *out)
{
    if (series->count == 0)
        return;
    report_add(out, "    %zu sample%s in %.1f s   min     median        max\n", series->count,
               series->count == 1 ? "" : "s", (double)report_series_span_ms(series) / 1000.0);
    for (unsigned int i = 0; i < REPORT_MEASURES_; i++)
        text_measure(series, (enum report_measure)i, out);
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
        text_counters(peer, out);
        text_history(&peer->history, out);
    }
}

static void text_radio(const struct report_link *link, struct report_out *out)
{
    text_capability(&link->capability, out);
    text_streams(link, out);
    text_limits(link, out);
    text_survey(link, out);
    for (size_t i = 0; i < link->notes_count; i++) {
        report_put(out, "  note: ");
        text_wrapped(out, link->notes[i], 8);
    }
}

static void text_described(const struct report_facts *facts, struct report_out *out)
{
    const struct report_described *described = &facts->described;

    text_heading(out, "RADIO", "as described; nothing was measured");
    text_paragraph(out, "%s%s%s", described->radio, described->title[0] != '\0' ? ": " : "", described->title);
    if (described->source[0] != '\0') {
        report_put(out, "  source: ");
        text_wrapped(out, described->source, 10);
    }
    if (described->band[0] != '\0')
        text_paragraph(out, "judged as an access point on %s%s%s", report_band_text(described->band),
                       described->country[0] != '\0' ? " in country " : ", country not told", described->country);
    else
        text_paragraph(out, "an access point could start on no band that was asked for%s%s",
                       described->country[0] != '\0' ? " in country " : ", country not told", described->country);
    text_radio(&facts->link, out);
}

void text_link(const struct report_facts *facts, struct report_out *out)
{
    const struct report_link *link = &facts->link;

    if (facts->described.is) {
        text_described(facts, out);
        return;
    }
    text_heading(out, "LINK", text_absence(facts, link->answered, "link", "the link service does not answer"));
    if (!link->answered)
        return;
    if (link->mode[0] == '\0')
        report_put(out, "  down\n");
    else
        text_paragraph(out, "%s \"%s\" on channel %u (%u MHz), %u MHz wide, %s, %s, country %s", link->mode, link->ssid,
                       link->channel, link->frequency_mhz, link->width_mhz, link->standard, link->security,
                       link->country);
    if (link->wiphy[0] != '\0')
        text_paragraph(out, "radio %s (of %u), interface %s, %s: %s", link->wiphy, link->radios, link->interface,
                       link->bssid, link->mimo_class);
    text_radio(link, out);
    text_peers(link, out);
}
