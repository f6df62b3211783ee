/* SPDX-License-Identifier: Apache-2.0 */
/* Requests whose answer comes from an sd-event loop. */
#include <errno.h>
#include <stdlib.h>

#include "platform/addr_client/private.h"

struct request {
    struct fascia_addr *addr;
    fascia_addr_fn fn;
    void *userdata;
    unsigned int ifindex;
    uint16_t port;
    bool is_peer;
};

static int result_of(const struct request *request, sd_bus_message *reply, struct sockaddr_in6 *ret_peer)
{
    const char *text = NULL;

    request->addr->message[0] = '\0';
    if (sd_bus_message_is_method_error(reply, NULL) > 0)
        return addr_client_result(request->addr, 0, sd_bus_message_get_error(reply));
    if (!request->is_peer)
        return 0;
    if (sd_bus_message_read(reply, "s", &text) < 0)
        return -EBADMSG;
    return addr_client_read_address(text, request->ifindex, request->port, ret_peer);
}

static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct request *request = (struct request *)userdata;
    struct sockaddr_in6 peer = {.sin6_port = 0};
    (void)error;

    int r = result_of(request, reply, &peer);
    request->addr->pending--;
    request->fn(r, r == 0 && request->is_peer ? &peer : NULL, request->addr->message, request->userdata);
    return 0;
}

/* Sends `message` (consumed; made with result `made`). */
static int submit(const struct request *from, int made, sd_bus_message *message)
{
    struct fascia_addr *addr = from->addr;
    sd_bus_slot *slot = NULL;
    struct request *request = NULL;
    int r = made;

    if (r >= 0) {
        request = (struct request *)malloc(sizeof *request);
        r = request ? 0 : -ENOMEM;
    }
    if (r >= 0) {
        *request = *from;
        r = sd_bus_call_async(addr->bus, &slot, message, on_reply, request, addr->limit_us);
    }
    (void)sd_bus_message_unref(message);
    if (r < 0) {
        free(request);
        return addr_client_result(addr, r, NULL);
    }
    /* The connection owns it from here: also when it is closed without an answer. */
    (void)sd_bus_slot_set_destroy_callback(slot, free);
    (void)sd_bus_slot_set_floating(slot, 1);
    (void)sd_bus_slot_unref(slot);
    addr->pending++;
    return 0;
}

static int open_in_loop(struct fascia_addr *addr)
{
    if (!addr->loop)
        return addr_client_say(addr, FASCIA_ADDR_E_INVALID, "this client has no loop");
    return addr_client_connect(addr);
}

int fascia_addr_prepare_async(struct fascia_addr *addr, unsigned int ifindex, const struct fascia_addr_link *link,
                              fascia_addr_fn fn, void *userdata)
{
    struct request request = {.addr = addr, .fn = fn, .userdata = userdata, .ifindex = ifindex};
    sd_bus_message *message = NULL;

    int r = open_in_loop(addr);
    if (r != 0)
        return r;
    r = addr_client_new_prepare(addr->bus, ifindex, link, &message);
    return submit(&request, r, message);
}

int fascia_addr_peer_add_async(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid,
                               uint16_t port, fascia_addr_fn fn, void *userdata)
{
    struct request request = {
        .addr = addr, .fn = fn, .userdata = userdata, .ifindex = ifindex, .port = port, .is_peer = true};
    sd_bus_message *message = NULL;

    int r = open_in_loop(addr);
    if (r != 0)
        return r;
    r = addr_client_new_peer(addr->bus, "AddPeer", ifindex, mac, iid, &message);
    return submit(&request, r, message);
}

int fascia_addr_peer_remove_async(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid)
{
    sd_bus_message *message = NULL;

    int r = open_in_loop(addr);
    if (r != 0)
        return r;
    r = addr_client_new_peer(addr->bus, "RemovePeer", ifindex, mac, iid, &message);
    if (r >= 0)
        r = sd_bus_send(addr->bus, message, NULL);
    (void)sd_bus_message_unref(message);
    return r < 0 ? addr_client_result(addr, r, NULL) : 0;
}
