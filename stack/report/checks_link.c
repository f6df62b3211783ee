/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/report/checks.h"

bool check_link_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (facts->described.is) {
        if (facts->described.band[0] == '\0')
            fascia_text_add(evidence, "an access point of this radio can start on no band that was asked for");
        return facts->described.band[0] != '\0';
    }
    if (!facts->link.answered)
        check_say_absent(facts, "link", evidence);
    else if (facts->link.mode[0] == '\0')
        fascia_text_add(evidence, "there is no link");
    return facts->link.answered && facts->link.mode[0] != '\0';
}

uint32_t check_generation_of(const char *standard)
{
    static const struct {
        const char *standard;
        uint32_t generation;
    } generations[] = {{"802.11n", 4}, {"802.11ac", 5}, {"802.11ax", 6}, {"802.11be", 7}};

    for (size_t i = 0; i < sizeof generations / sizeof generations[0]; i++) {
        if (strcmp(standard, generations[i].standard) == 0)
            return generations[i].generation;
    }
    return 0;
}

static void add_peer(const struct report_peer *peer, struct fascia_text *evidence)
{
    fascia_text_add(evidence, "%s: %ux%u seen with %s", peer->mac, peer->nss.tx, peer->nss.rx,
                    peer->standard[0] != '\0' ? peer->standard : "unknown standard");
    if (peer->tx.width_mhz != 0)
        fascia_text_add(evidence, ", %u MHz", peer->tx.width_mhz);
    if (peer->tx_rate_kbps != 0 || peer->rx_rate_kbps != 0)
        fascia_text_add(evidence, ", last %.0f/%.0f Mbit/s TX/RX", peer->tx_rate_kbps / 1000.0,
                        peer->rx_rate_kbps / 1000.0);
    if (peer->counted && peer->tx_packets > 0)
        fascia_text_add(evidence, ", %u retries among %u packets", peer->retries, peer->tx_packets);
    if (peer->away)
        fascia_text_add(evidence, ", away just now");
}

enum report_outcome check_mimo_negotiated(const struct report_facts *facts, const struct report_parameters *parameters,
                                          struct fascia_text *evidence)
{
    bool met = true, known = true;

    if (!check_link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (facts->link.peers_count == 0) {
        fascia_text_add(evidence, "no phone is associated");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        const struct report_peer *peer = &facts->link.peers[i];
        fascia_text_add(evidence, "%s", i > 0 ? "; " : "");
        if (peer->nss.tx == 0 || peer->nss.rx == 0) {
            known = false;
            fascia_text_add(evidence, "%s: streams not known yet (no traffic, or a driver that does not say)",
                            peer->mac);
            continue;
        }
        met = met && peer->nss.tx >= parameters->tx && peer->nss.rx >= parameters->rx;
        add_peer(peer, evidence);
    }
    fascia_text_add(evidence, "; asked: %ux%u", parameters->tx, parameters->rx);
    if (!met)
        return REPORT_OUTCOME_NOT_MET;
    return known ? REPORT_OUTCOME_MET : REPORT_OUTCOME_UNKNOWN;
}

enum report_outcome check_generation(const struct report_facts *facts, const struct report_parameters *parameters,
                                     struct fascia_text *evidence)
{
    if (!check_link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;

    uint32_t generation = check_generation_of(facts->link.standard);
    if (generation == 0) {
        fascia_text_add(evidence, "the access point's standard is not known (\"%s\")", facts->link.standard);
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "%s %s (Wi-Fi %u)",
                    facts->described.is ? "an access point could operate" : "the access point operates",
                    facts->link.standard, generation);
    if (facts->described.is)
        fascia_text_add(evidence, " on %s", report_band_text(facts->described.band));
    fascia_text_add(evidence, "; asked: Wi-Fi %u", parameters->generation);
    return check_met_if(generation >= parameters->generation);
}

enum report_outcome check_frequency(const struct report_facts *facts, const struct report_parameters *parameters,
                                    struct fascia_text *evidence)
{
    const struct report_link *link = &facts->link;

    if (!check_link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (link->frequency_mhz == 0) {
        fascia_text_add(evidence, "the frequency is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    if (facts->described.is)
        fascia_text_add(evidence, "an access point could operate on %s, from %u MHz",
                        report_band_text(facts->described.band), link->frequency_mhz);
    else
        fascia_text_add(evidence, "channel %u, %u MHz (%s)", link->channel, link->frequency_mhz,
                        report_band_text(report_band_name(link->frequency_mhz)));
    fascia_text_add(evidence, "; asked: %u MHz or above", parameters->mhz);
    return check_met_if(link->frequency_mhz >= parameters->mhz);
}

enum report_outcome check_width(const struct report_facts *facts, const struct report_parameters *parameters,
                                struct fascia_text *evidence)
{
    const struct report_band *band = report_facts_band_in_use(facts);

    if (!check_link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (facts->link.width_mhz == 0) {
        fascia_text_add(evidence, "the operating width is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "%s%u MHz wide", facts->described.is ? "an access point could be " : "",
                    facts->link.width_mhz);
    if (band != NULL && band->width_mhz > facts->link.width_mhz)
        fascia_text_add(evidence, " (the radio's modes: up to %u MHz)", band->width_mhz);
    fascia_text_add(evidence, "; asked: %u MHz", parameters->mhz);
    return check_met_if(facts->link.width_mhz >= parameters->mhz);
}

enum report_outcome check_wpa3(const struct report_facts *facts, const struct report_parameters *parameters,
                               struct fascia_text *evidence)
{
    const char *security = facts->link.security;

    if (!check_link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (security[0] == '\0') {
        fascia_text_add(evidence, "the security in use is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "the access point runs %s", security);
    if (facts->phone.attached && facts->phone.key_mgmt[0] != '\0')
        fascia_text_add(evidence, "; the phone joined with %s", facts->phone.key_mgmt);
    if (strcmp(security, "wpa3-transition") == 0)
        return check_met_if(parameters->transition);
    return check_met_if(strcmp(security, "wpa3-sae") == 0);
}
