/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/address/verdict.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct summary {
    size_t interfaces, up, ready, held;
    const char *disabled; /* name of an interface without IPv6 */
    size_t peers, peers_ready;
};

static struct summary summarise(const struct address_table *table)
{
    struct summary sum = {0};

    for (size_t i = 0; i < ADDRESS_INTERFACES_MAX; i++) {
        const struct address_interface *interface = &table->interfaces[i];
        if (interface->ifindex == 0)
            continue;
        enum address_progress progress = address_interface_progress(interface);
        sum.interfaces++;
        sum.up += interface->link.up;
        sum.held += interface->held && address_interface_is_edited(interface);
        sum.peers += interface->wanted;
        sum.peers_ready += interface->ready;
        sum.ready += progress == ADDRESS_PROGRESS_READY;
        if (progress == ADDRESS_PROGRESS_DISABLED)
            sum.disabled = interface->link.name;
    }
    return sum;
}

static enum fascia_reason reason_of_error(int error)
{
    switch (-error) {
    case EPERM:
    case EACCES:
        return FASCIA_REASON_NO_PERMISSION;
    case EAFNOSUPPORT:
    case EPROTONOSUPPORT:
        return FASCIA_REASON_IPV6_DISABLED;
    case ENOBUFS:
    case ENOSPC:
        return FASCIA_REASON_TABLE_FULL;
    default:
        return FASCIA_REASON_NETLINK;
    }
}

struct address_verdict address_judge(const struct address_table *table, const struct address_health *health)
{
    struct address_verdict verdict = {.state = FASCIA_FUNCTION_OFF, .reason = FASCIA_REASON_NONE};
    struct summary sum = summarise(table);
    struct fascia_text detail;

    fascia_text_init(&detail, verdict.detail, sizeof verdict.detail);
    if (!health->enabled) {
        fascia_text_add(&detail, "address.enabled is false");
    } else if (health->name_taken) {
        verdict.state = FASCIA_FUNCTION_FAILED;
        verdict.reason = FASCIA_REASON_BUS_NAME_TAKEN;
        fascia_text_add(&detail, "another fascia-addr runs; this one leaves the kernel alone");
    } else if (health->error != 0) {
        verdict.state = FASCIA_FUNCTION_FAILED;
        verdict.reason = reason_of_error(health->error);
        fascia_text_add(&detail, "%s: %s", health->what, strerror(-health->error));
    } else if (sum.disabled) {
        verdict.state = FASCIA_FUNCTION_FAILED;
        verdict.reason = FASCIA_REASON_IPV6_DISABLED;
        fascia_text_add(&detail, "%s", sum.disabled);
    } else if (sum.up == 0) {
        verdict.state = FASCIA_FUNCTION_STARTING;
        verdict.reason = FASCIA_REASON_NO_LINK;
        fascia_text_add(&detail, "%zu prepared, none up", sum.interfaces);
    } else if (sum.held != 0) {
        verdict.state = FASCIA_FUNCTION_DEGRADED;
        verdict.reason = FASCIA_REASON_FOREIGN_EDITS;
        fascia_text_add(&detail, "%s", health->held);
    } else if (sum.ready < sum.up || sum.peers_ready < sum.peers) {
        verdict.state = FASCIA_FUNCTION_STARTING;
        verdict.reason = FASCIA_REASON_NONE;
        fascia_text_add(&detail, "%zu of %zu interfaces, %zu of %zu peers", sum.ready, sum.up, sum.peers_ready,
                        sum.peers);
    } else if (health->nd + health->mld + health->missed != 0) {
        verdict.state = FASCIA_FUNCTION_DEGRADED;
        verdict.reason = FASCIA_REASON_ND_SEEN;
        fascia_text_add(&detail, "ND %" PRIu64 ", MLD %" PRIu64 ", not examined %" PRIu64 "; first: %s", health->nd,
                        health->mld, health->missed, health->first);
    } else if (!health->counted) {
        verdict.state = FASCIA_FUNCTION_DEGRADED;
        verdict.reason = FASCIA_REASON_NO_PERMISSION;
        fascia_text_add(&detail, "packets cannot be counted (CAP_NET_RAW at start): %s", health->what);
    } else if (health->refused != 0) {
        verdict.state = FASCIA_FUNCTION_DEGRADED;
        verdict.reason = FASCIA_REASON_PEER_REFUSED;
        fascia_text_add(&detail, "%zu refused", health->refused);
    } else {
        verdict.state = FASCIA_FUNCTION_FULL;
        fascia_text_add(&detail, "%zu interface%s, %zu peer%s", sum.ready, sum.ready == 1 ? "" : "s", sum.peers_ready,
                        sum.peers_ready == 1 ? "" : "s");
    }
    return verdict;
}
