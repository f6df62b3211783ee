/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of org.fascia.Addr1. Who may call is the bus policy's business. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/daemons/fascia-addr/addr.h"

#define ERROR_INVALID "org.fascia.Error.InvalidArgument"
#define ERROR_REFUSED "org.fascia.Error.Refused"
#define ERROR_FAILED  "org.fascia.Error.Failed"

#define NAMED_MAX 8 /* refused rows of a call that are named */

/* Errors */

static int refuse(const struct addr *addr, sd_bus_error *error, unsigned int ifindex, int result)
{
    switch (-result) {
    case ENODEV:
        return sd_bus_error_setf(error, ERROR_REFUSED, "there is no interface with index %u", ifindex);
    case EOPNOTSUPP:
        return sd_bus_error_setf(error, ERROR_REFUSED, "interface %u has no Ethernet address", ifindex);
    case EAFNOSUPPORT:
        return sd_bus_error_setf(error, ERROR_FAILED, "IPv6 is disabled on interface %u: %s", ifindex,
                                 fascia_reason_remedy(FASCIA_REASON_IPV6_DISABLED));
    default:
        break;
    }
    if (result > 0)
        return sd_bus_error_setf(error, ERROR_REFUSED, "interface %u: %s", ifindex, address_result_text(result));
    return sd_bus_error_setf(error, ERROR_FAILED, "%s%s%s", addr->what, addr->what[0] ? ": " : "", strerror(-result));
}

static int check_enabled(const struct addr *addr, sd_bus_error *error)
{
    if (addr->service.config.address.enabled)
        return 0;
    return sd_bus_error_set(error, ERROR_REFUSED, "address.enabled is false in the configuration");
}

/* The kernel cannot be worked on at all. */
static int check_doors(const struct addr *addr, sd_bus_error *error)
{
    if (addr->name_taken)
        return sd_bus_error_set(error, ERROR_REFUSED, "another fascia-addr runs; this one leaves the kernel alone");
    if (addr->door_failed)
        return sd_bus_error_setf(error, ERROR_FAILED, "%s: %s", addr->what, strerror(-addr->error));
    return 0;
}

/* Interfaces */

static int prepare(struct addr *addr, unsigned int ifindex, const struct address_wish *wish, sd_bus_error *error)
{
    if (ifindex == 0)
        return sd_bus_error_set(error, ERROR_INVALID, "ifindex is 0");
    int r = check_enabled(addr, error);
    if (r < 0)
        return r;
    r = addr_prepare(addr, ifindex, wish);
    return r == 0 ? 0 : refuse(addr, error, ifindex, r);
}

static int method_prepare(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r >= 0)
        r = prepare(addr, ifindex, NULL, error);
    return r < 0 ? r : sd_bus_reply_method_return(m, NULL);
}

static int read_option(sd_bus_message *m, struct address_wish *wish, sd_bus_error *error)
{
    const char *key = NULL, *value = NULL, *contents = NULL;
    char type = 0;

    int r = sd_bus_message_read(m, "s", &key);
    if (r < 0)
        return r;
    if (strcmp(key, "nd") != 0 && strcmp(key, "own_iid") != 0)
        return sd_bus_error_setf(error, ERROR_INVALID, "option \"%.40s\" is not known; known are nd, own_iid", key);
    r = sd_bus_message_peek_type(m, &type, &contents);
    if (r < 0)
        return r;
    if (!contents || strcmp(contents, "s") != 0)
        return sd_bus_error_setf(error, ERROR_INVALID, "option \"%s\" is not a string", key);
    r = sd_bus_message_read(m, "v", "s", &value);
    if (r < 0)
        return r;
    if (strcmp(key, "nd") == 0 && address_nd_parse(value, &wish->nd) != 0)
        return sd_bus_error_setf(error, ERROR_INVALID, "nd \"%.40s\" is none of none, answer, kernel", value);
    if (strcmp(key, "own_iid") != 0)
        return 0;
    r = address_iid_policy_parse(value, &wish->policy, &wish->iid);
    if (r > 0)
        return sd_bus_error_setf(error, ERROR_INVALID, "own_iid: %s", address_result_text(r));
    if (r < 0)
        return sd_bus_error_setf(error, ERROR_INVALID,
                                 "own_iid \"%.40s\" is neither eui64, stable nor 16 hexadecimal digits", value);
    return 0;
}

static int method_prepare_link(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    struct address_wish wish = addr->wish;
    char iid[ADDRESS_IID_TEXT_SIZE];
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r >= 0)
        r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        r = read_option(m, &wish, error);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    if (r >= 0)
        r = prepare(addr, ifindex, &wish, error);
    if (r < 0)
        return r;
    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    if (!interface)
        return refuse(addr, error, ifindex, -ENODEV);
    return sd_bus_reply_method_return(m, "s", address_iid_format(&interface->own_iid, iid));
}

static int method_release(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r < 0)
        return r;
    r = addr_release(addr, ifindex);
    return r != 0 ? refuse(addr, error, ifindex, r) : sd_bus_reply_method_return(m, NULL);
}

/* Peers */

struct pair {
    struct fascia_mac mac;
    bool has_iid;
    struct address_iid iid;
};

static const char *parse_pair(const char *mac, const char *iid, struct pair *ret_pair)
{
    struct pair pair = {.has_iid = iid[0] != '\0'};

    if (fascia_mac_parse(mac, &pair.mac) != 0)
        return "mac is not of the form xx:xx:xx:xx:xx:xx";
    if (pair.has_iid && address_iid_parse(iid, &pair.iid) != 0)
        return "iid is neither empty nor 16 hexadecimal digits";
    *ret_pair = pair;
    return NULL;
}

static int read_pair(sd_bus_message *m, uint32_t *ret_ifindex, struct pair *ret_pair, sd_bus_error *error)
{
    const char *mac = NULL, *iid = NULL;

    int r = sd_bus_message_read(m, "uss", ret_ifindex, &mac, &iid);
    if (r < 0)
        return r;
    const char *problem = parse_pair(mac, iid, ret_pair);
    return problem ? sd_bus_error_set(error, ERROR_INVALID, problem) : 0;
}

static int claim(struct addr *addr, unsigned int ifindex, const struct pair *pair, struct address_peer **ret_peer)
{
    return address_table_claim(&addr->table, ifindex, &pair->mac, pair->has_iid ? &pair->iid : NULL,
                               ADDRESS_CLAIM_METHOD, ret_peer);
}

static int answer_error(struct addr *addr, const struct addr_call *call, int result)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    (void)refuse(addr, &error, call->ifindex, result);
    int r = sd_bus_reply_method_error(call->message, &error);
    sd_bus_error_free(&error);
    return r;
}

static int answer(struct addr *addr, const struct addr_call *call)
{
    const struct address_interface *interface = address_table_interface(&addr->table, call->ifindex);
    struct address_peer *peer = address_table_peer(&addr->table, call->ifindex, &call->iid);
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE];

    if (!interface)
        return answer_error(addr, call, -ENODEV);
    if (peer && addr->error != 0 && address_peer_lacks(peer) != 0 && address_peer_is_wanted(peer)) {
        address_table_release(&addr->table, peer, ADDRESS_CLAIM_METHOD);
        addr_reconcile_soon(addr);
        return answer_error(addr, call, addr->error);
    }
    return sd_bus_reply_method_return(call->message, "s",
                                      address_link_local_format(&call->iid, interface->link.name, address));
}

void addr_methods_answer(struct addr *addr)
{
    size_t count = addr->calls_count;

    addr->calls_count = 0;
    for (size_t i = 0; i < count; i++) {
        (void)answer(addr, &addr->calls[i]); /* a caller that is gone needs no answer */
        addr->calls[i].message = sd_bus_message_unref(addr->calls[i].message);
    }
}

static int method_add_peer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    struct address_peer *peer = NULL;
    struct pair pair = {.has_iid = false};
    uint32_t ifindex = 0;

    int r = read_pair(m, &ifindex, &pair, error);
    if (r >= 0)
        r = check_enabled(addr, error);
    if (r >= 0)
        r = check_doors(addr, error);
    if (r < 0)
        return r;
    r = claim(addr, ifindex, &pair, &peer);
    if (r != 0) {
        addr_refused(addr, ifindex, &pair.mac, r);
        return refuse(addr, error, ifindex, r);
    }
    addr->calls[addr->calls_count++] =
        (struct addr_call){.message = sd_bus_message_ref(m), .ifindex = ifindex, .iid = peer->iid};
    if (addr->calls_count == ADDR_CALLS_MAX)
        addr_reconcile(addr);
    else
        addr_reconcile_soon(addr);
    return 1;
}

/* The rows of a call with many peers. */
struct rows {
    struct address_peer **peers; /* owned; claimed, or to be released */
    size_t count, room;
    size_t at;      /* rows read */
    size_t refused; /* of those */
    bool malformed; /* one of the refused was */
    char text[1024];
    struct fascia_text problems;
};

static int rows_keep(struct rows *rows, struct address_peer *peer)
{
    if (rows->count == rows->room) {
        size_t room = rows->room ? 2 * rows->room : 64;
        if (room > (size_t)2 * ADDRESS_PEERS_MAX)
            return -ENOBUFS;
        void *bigger = realloc(rows->peers, room * sizeof(struct address_peer *));
        if (!bigger)
            return -ENOMEM;
        rows->peers = (struct address_peer **)bigger;
        rows->room = room;
    }
    rows->peers[rows->count++] = peer;
    return 0;
}

static void rows_refuse(struct rows *rows, const char *mac, const char *problem)
{
    if (++rows->refused <= NAMED_MAX)
        fascia_text_add(&rows->problems, "%speer %zu (%.17s): %s", rows->refused == 1 ? "" : "; ", rows->at, mac,
                        problem);
}

static int rows_error(struct rows *rows, sd_bus_error *error)
{
    if (rows->refused > NAMED_MAX)
        fascia_text_add(&rows->problems, "; and %zu more", rows->refused - NAMED_MAX);
    return sd_bus_error_setf(error, rows->malformed ? ERROR_INVALID : ERROR_REFUSED, "%s", rows->text);
}

/* What is done with a row: 0, an address_result (it is refused), or a negative errno (the call fails). */
typedef int (*row_fn)(struct addr *addr, unsigned int ifindex, const struct pair *pair, struct rows *rows);

static int read_rows(struct addr *addr, sd_bus_message *m, unsigned int ifindex, row_fn fn, struct rows *rows)
{
    const char *mac = NULL, *iid = NULL;

    fascia_text_init(&rows->problems, rows->text, sizeof rows->text);
    int r = sd_bus_message_enter_container(m, 'a', "(ss)");
    while (r >= 0 && (r = sd_bus_message_read(m, "(ss)", &mac, &iid)) > 0) {
        struct pair pair;
        const char *problem = parse_pair(mac, iid, &pair);
        rows->at++;
        rows->malformed = rows->malformed || problem;
        if (problem) {
            rows_refuse(rows, mac, problem);
            continue;
        }
        int result = fn(addr, ifindex, &pair, rows);
        if (result < 0)
            return result;
        if (result > 0)
            rows_refuse(rows, mac, address_result_text(result));
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int claim_row(struct addr *addr, unsigned int ifindex, const struct pair *pair, struct rows *rows)
{
    struct address_peer *peer = NULL;

    int r = claim(addr, ifindex, pair, &peer);
    if (r == 0) {
        r = rows_keep(rows, peer);
        if (r < 0)
            address_table_release(&addr->table, peer, ADDRESS_CLAIM_METHOD);
    }
    return r;
}

static void unclaim(struct addr *addr, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        address_table_release(&addr->table, rows->peers[i], ADDRESS_CLAIM_METHOD);
    addr_reconcile_soon(addr);
}

static int reply_addresses(struct addr *addr, sd_bus_message *m, unsigned int ifindex, const struct rows *rows)
{
    const struct address_interface *interface = address_table_interface(&addr->table, ifindex);
    sd_bus_message *reply = NULL;
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE];

    int r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = sd_bus_message_open_container(reply, 'a', "s");
    for (size_t i = 0; r >= 0 && interface && i < rows->count; i++)
        r = sd_bus_message_append(reply, "s",
                                  address_link_local_format(&rows->peers[i]->iid, interface->link.name, address));
    if (r >= 0)
        r = sd_bus_message_close_container(reply);
    if (r >= 0)
        r = sd_bus_message_send(reply);
    (void)sd_bus_message_unref(reply);
    return r;
}

static int add_rows(struct addr *addr, sd_bus_message *m, unsigned int ifindex, struct rows *rows, sd_bus_error *error)
{
    int r = read_rows(addr, m, ifindex, claim_row, rows);
    if (r < 0 || rows->refused != 0) {
        unclaim(addr, rows);
        if (r >= 0)
            service_event(&addr->service, FASCIA_EVENT_PEER_REFUSED, "%zu of %zu on interface %u: %.100s",
                          rows->refused, rows->at, ifindex, rows->text);
        return r < 0 ? r : rows_error(rows, error);
    }
    /* Rows stay where they are while they are claimed, unless the interface goes. */
    addr_reconcile(addr);
    if (!address_table_interface(&addr->table, ifindex))
        return rows->count == 0 ? reply_addresses(addr, m, ifindex, rows) : refuse(addr, error, ifindex, -ENODEV);
    for (size_t i = 0; addr->error != 0 && i < rows->count; i++) {
        if (address_peer_lacks(rows->peers[i]) == 0)
            continue;
        (void)refuse(addr, error, ifindex, addr->error);
        unclaim(addr, rows);
        return -EIO; /* the error is set */
    }
    return reply_addresses(addr, m, ifindex, rows);
}

static int method_add_peers(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    struct rows rows = {.count = 0};
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r >= 0)
        r = check_enabled(addr, error);
    if (r >= 0)
        r = check_doors(addr, error);
    if (r >= 0)
        r = add_rows(addr, m, ifindex, &rows, error);
    free(rows.peers);
    return r;
}

/* The row that a removal means. One found after a restart may be the caller's of before. ret_peer NULL: there is none.
 */
static int find_removed(struct addr *addr, unsigned int ifindex, const struct pair *pair,
                        struct address_peer **ret_peer)
{
    struct address_peer *peer = NULL, *found = NULL;

    while ((peer = address_peers_of_mac(&addr->table.peers, ifindex, &pair->mac, peer)) != NULL) {
        bool claimed = peer->claims[ADDRESS_CLAIM_METHOD] != 0 || peer->claims[ADDRESS_CLAIM_ADOPTED] != 0;
        if (!claimed || (pair->has_iid && !address_iid_equal(&peer->iid, &pair->iid)))
            continue;
        if (found)
            return ADDRESS_E_AMBIGUOUS;
        found = peer;
    }
    *ret_peer = found;
    return 0;
}

static void remove_peer(struct addr *addr, struct address_peer *peer)
{
    if (!peer)
        return; /* one that is not there is removed already */
    address_table_release(&addr->table, peer,
                          peer->claims[ADDRESS_CLAIM_METHOD] != 0 ? ADDRESS_CLAIM_METHOD : ADDRESS_CLAIM_ADOPTED);
}

static int method_remove_peer(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    struct address_peer *peer = NULL;
    struct pair pair = {.has_iid = false};
    uint32_t ifindex = 0;

    int r = read_pair(m, &ifindex, &pair, error);
    if (r < 0)
        return r;
    r = find_removed(addr, ifindex, &pair, &peer);
    if (r != 0)
        return refuse(addr, error, ifindex, r);
    remove_peer(addr, peer);
    addr_reconcile(addr);
    return sd_bus_reply_method_return(m, NULL);
}

static int find_row(struct addr *addr, unsigned int ifindex, const struct pair *pair, struct rows *rows)
{
    struct address_peer *peer = NULL;

    int r = find_removed(addr, ifindex, pair, &peer);
    return r != 0 || !peer ? r : rows_keep(rows, peer);
}

static int method_remove_peers(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct addr *addr = (struct addr *)userdata;
    struct rows rows = {.count = 0};
    uint32_t ifindex = 0;

    int r = sd_bus_message_read(m, "u", &ifindex);
    if (r >= 0)
        r = read_rows(addr, m, ifindex, find_row, &rows);
    if (r >= 0 && rows.refused != 0)
        r = rows_error(&rows, error);
    for (size_t i = 0; r >= 0 && i < rows.count; i++)
        remove_peer(addr, rows.peers[i]); /* rows are freed by the reconciliation only */
    free(rows.peers);
    if (r < 0)
        return r;
    addr_reconcile(addr);
    return sd_bus_reply_method_return(m, NULL);
}

const sd_bus_vtable addr_methods[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Prepare", "u", NULL, method_prepare, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("PrepareLink", "ua{sv}", "s", method_prepare_link, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Release", "u", NULL, method_release, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeer", "uss", "s", method_add_peer, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("AddPeers", "ua(ss)", "as", method_add_peers, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeer", "uss", NULL, method_remove_peer, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RemovePeers", "ua(ss)", NULL, method_remove_peers, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};
