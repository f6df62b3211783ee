/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "stack/report/checks.h"

/* True when there is an addressed interface to judge; else says why not. */
static bool address_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->address.answered)
        check_say_absent(facts, "address", evidence);
    else if (facts->address.interfaces_count == 0)
        fascia_text_add(evidence, "no interface is addressed");
    return facts->address.answered && facts->address.interfaces_count > 0;
}

/* fe80::/10 (RFC 4291, 2.5.6); the services write addresses in the canonical form of RFC 5952. */
static bool is_link_local(const char *address)
{
    return strncmp(address, "fe80:", 5) == 0;
}

enum report_outcome check_link_local(const struct report_facts *facts, const struct report_parameters *parameters,
                                     struct fascia_text *evidence)
{
    bool met = true;

    (void)parameters;
    if (!address_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < facts->address.interfaces_count; i++) {
        const struct report_interface *interface = &facts->address.interfaces[i];
        met = met && is_link_local(interface->address);
        fascia_text_add(evidence, "%s%s: %s", i > 0 ? "; " : "", interface->name,
                        interface->address[0] != '\0' ? interface->address : "no address");
    }
    for (size_t i = 0; i < facts->address.peers_count; i++) {
        const struct report_address_peer *peer = &facts->address.peers[i];
        met = met && is_link_local(peer->address);
        fascia_text_add(evidence, "; peer %s: %s", peer->mac, peer->address[0] != '\0' ? peer->address : "none");
    }
    for (size_t i = 0; i < facts->aware.paths_count; i++) {
        const struct report_aware_path *path = &facts->aware.paths[i];
        if (!path->connected || is_link_local(path->address))
            continue;
        met = false;
        fascia_text_add(evidence, "; the data path with %s is connected but not addressed", path->nmi);
    }
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        if (facts->link.peers[i].address[0] != '\0')
            continue;
        met = false;
        fascia_text_add(evidence, "; station %s is associated but not addressed", facts->link.peers[i].mac);
    }
    return check_met_if(met);
}

enum report_outcome check_no_nd(const struct report_facts *facts, const struct report_parameters *parameters,
                                struct fascia_text *evidence)
{
    bool met = true, counted = true;

    (void)parameters;
    if (!address_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < facts->address.interfaces_count; i++) {
        const struct report_interface *interface = &facts->address.interfaces[i];
        met = met && interface->nd_packets == 0 && interface->mld_packets == 0 && strcmp(interface->nd, "none") == 0;
        counted = counted && interface->packets > 0;
        fascia_text_add(evidence,
                        "%s%s (nd: %s): %" PRIu64 " ND and %" PRIu64 " MLD among %" PRIu64 " IPv6 packets sent",
                        i > 0 ? "; " : "", interface->name, interface->nd, interface->nd_packets,
                        interface->mld_packets, interface->packets);
        if (interface->offender[0] != '\0')
            fascia_text_add(evidence, ", first a %s", interface->offender);
    }
    if (facts->phone.has_nd) {
        met = met && facts->phone.nd_received == 0 && facts->phone.mld_received == 0;
        fascia_text_add(evidence, "; the phone received %" PRIu64 " ND and %" PRIu64 " MLD", facts->phone.nd_received,
                        facts->phone.mld_received);
        if (facts->phone.dropped > 0)
            fascia_text_add(evidence, " (and missed %" PRIu64 " frames)", facts->phone.dropped);
    }
    if (!met)
        return REPORT_OUTCOME_NOT_MET;
    if (!counted) {
        fascia_text_add(evidence, "; without any packet this proves nothing yet");
        return REPORT_OUTCOME_UNKNOWN;
    }
    return REPORT_OUTCOME_MET;
}
