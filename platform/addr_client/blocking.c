/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that wait for their answer. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "platform/addr_client/private.h"

static uint64_t now_us(void)
{
    struct timespec now = {.tv_sec = 0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000) + (uint64_t)now.tv_nsec / UINT64_C(1000);
}

/* What is left until `end`; at least 1, because sd-bus takes 0 for its own limit, which is far longer. */
static uint64_t left_us(uint64_t end)
{
    uint64_t now = now_us();
    return now < end ? end - now : 1;
}

/* One step of the connection: works on what has arrived, or waits for more. -ETIMEDOUT at `end`. */
static int step(sd_bus *bus, uint64_t end)
{
    int r = sd_bus_process(bus, NULL);
    if (r != 0)
        return r < 0 ? r : 0;
    if (now_us() >= end)
        return -ETIMEDOUT;
    return sd_bus_wait(bus, left_us(end));
}

static int open_until(struct fascia_addr *addr, uint64_t end)
{
    int r = 0;

    if (addr->loop)
        return addr_client_say(addr, FASCIA_ADDR_E_INVALID, "this client belongs to a loop");
    /* What has arrived meanwhile, be it that the bus has ended. */
    while (addr->bus && sd_bus_is_open(addr->bus) > 0 && sd_bus_process(addr->bus, NULL) > 0)
        ;
    r = addr_client_connect(addr);
    if (r != 0)
        return r;
    /* The handshake would be waited for by the first call too, but without a limit. */
    while (r >= 0 && sd_bus_is_ready(addr->bus) == 0)
        r = step(addr->bus, end);
    if (r >= 0 && sd_bus_is_ready(addr->bus) < 0)
        r = -ENOTCONN;
    return r < 0 ? addr_client_result(addr, r, NULL) : 0;
}

/* Sends `request` (consumed; made with result `made`), waits, and keeps what went wrong. */
static int call(struct fascia_addr *addr, int made, sd_bus_message *request, uint64_t end, sd_bus_message **ret_reply)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;

    int r = made < 0 ? made : sd_bus_call(addr->bus, request, left_us(end), &error, ret_reply);
    (void)sd_bus_message_unref(request);
    r = r < 0 ? addr_client_result(addr, r, &error) : 0;
    sd_bus_error_free(&error);
    return r;
}

/* What is asked of an interface's row in Interfaces. The texts are borrowed from the reply. */
struct row {
    uint32_t ifindex;
    const char *address, *own_iid;
};

static int read_member(sd_bus_message *m, struct row *row)
{
    const char *key = NULL;

    int r = sd_bus_message_read(m, "s", &key);
    if (r < 0)
        return r;
    if (strcmp(key, "ifindex") == 0)
        return sd_bus_message_read(m, "v", "u", &row->ifindex);
    if (strcmp(key, "address") == 0)
        return sd_bus_message_read(m, "v", "s", &row->address);
    if (strcmp(key, "own_iid") == 0)
        return sd_bus_message_read(m, "v", "s", &row->own_iid);
    return sd_bus_message_skip(m, "v");
}

static int read_row(sd_bus_message *m, struct row *row)
{
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        r = read_member(m, row);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* 0 with the row of an interface, -ENODEV when it is not prepared, -EBADMSG. */
static int find_row(sd_bus_message *m, unsigned int ifindex, struct row *ret_row)
{
    bool found = false;

    int r = sd_bus_message_enter_container(m, 'v', "aa{sv}");
    if (r >= 0)
        r = sd_bus_message_enter_container(m, 'a', "a{sv}");
    while (r >= 0 && sd_bus_message_at_end(m, 0) == 0) {
        struct row row = {.ifindex = 0, .address = "", .own_iid = ""};
        r = read_row(m, &row);
        if (r < 0 || row.ifindex != ifindex)
            continue;
        found = true;
        *ret_row = row;
    }
    return r < 0 ? -EBADMSG : found ? 0 : -ENODEV;
}

/* Asks for the row of an interface; its texts live as long as *ret_reply. */
static int ask_row(struct fascia_addr *addr, unsigned int ifindex, uint64_t end, struct row *ret_row,
                   sd_bus_message **ret_reply)
{
    sd_bus_message *request = NULL;

    int r = sd_bus_message_new_method_call(addr->bus, &request, ADDR_SERVICE, ADDR_PATH,
                                           "org.freedesktop.DBus.Properties", "Get");
    if (r >= 0)
        r = sd_bus_message_set_auto_start(request, 0);
    if (r >= 0)
        r = sd_bus_message_append(request, "ss", ADDR_SERVICE, "Interfaces");
    r = call(addr, r, request, end, ret_reply);
    if (r == 0)
        r = find_row(*ret_reply, ifindex, ret_row);
    return r == -ENODEV ? addr_client_say(addr, FASCIA_ADDR_E_REFUSED, "the interface is not prepared") : r;
}

int fascia_addr_prepare(struct fascia_addr *addr, unsigned int ifindex, const struct fascia_addr_link *link,
                        char ret_iid[FASCIA_ADDR_IID_SIZE])
{
    sd_bus_message *request = NULL, *reply = NULL;
    uint64_t end = now_us() + addr->limit_us;
    struct row row = {.own_iid = ""};

    int r = open_until(addr, end);
    if (r != 0)
        return r;
    r = addr_client_new_prepare(addr->bus, ifindex, link, &request);
    r = call(addr, r, request, end, &reply);
    if (r == 0 && link) {
        r = sd_bus_message_read(reply, "s", &row.own_iid) < 0 ? -EBADMSG : 0;
    } else if (r == 0 && ret_iid) {
        reply = sd_bus_message_unref(reply);
        r = ask_row(addr, ifindex, end, &row, &reply);
    }
    if (r == 0 && ret_iid) {
        size_t length = strlen(row.own_iid);
        if (length == FASCIA_ADDR_IID_SIZE - 1)
            memcpy(ret_iid, row.own_iid, FASCIA_ADDR_IID_SIZE);
        else
            r = -EBADMSG;
    }
    (void)sd_bus_message_unref(reply);
    return r;
}

int fascia_addr_peer_add(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid,
                         uint16_t port, struct sockaddr_in6 *ret_peer)
{
    sd_bus_message *request = NULL, *reply = NULL;
    uint64_t end = now_us() + addr->limit_us;
    const char *text = NULL;

    int r = open_until(addr, end);
    if (r != 0)
        return r;
    r = addr_client_new_peer(addr->bus, "AddPeer", ifindex, mac, iid, &request);
    r = call(addr, r, request, end, &reply);
    if (r == 0)
        r = sd_bus_message_read(reply, "s", &text) < 0 ? -EBADMSG : 0;
    if (r == 0)
        r = addr_client_read_address(text, ifindex, port, ret_peer);
    (void)sd_bus_message_unref(reply);
    return r;
}

int fascia_addr_peer_remove(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid)
{
    sd_bus_message *request = NULL, *reply = NULL;
    uint64_t end = now_us() + addr->limit_us;

    int r = open_until(addr, end);
    if (r != 0)
        return r;
    r = addr_client_new_peer(addr->bus, "RemovePeer", ifindex, mac, iid, &request);
    r = call(addr, r, request, end, &reply);
    (void)sd_bus_message_unref(reply);
    return r;
}

/* Waiting for an interface */

/* 0 with the address, or -EAGAIN. */
static int ask_own(struct fascia_addr *addr, unsigned int ifindex, uint64_t end, struct sockaddr_in6 *ret_own)
{
    sd_bus_message *reply = NULL;
    struct row row = {.address = ""};

    int r = ask_row(addr, ifindex, end, &row, &reply);
    if (r == 0)
        r = row.address[0] == '\0' ? -EAGAIN : addr_client_read_address(row.address, ifindex, 0, ret_own);
    (void)sd_bus_message_unref(reply);
    return r;
}

static int on_changed(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    (void)m;
    (void)error;
    *(bool *)userdata = true;
    return 0;
}

int fascia_addr_wait(struct fascia_addr *addr, unsigned int ifindex, struct sockaddr_in6 *ret_own)
{
    uint64_t end = now_us() + addr->limit_us;
    sd_bus_slot *slot = NULL;
    bool changed = true;

    int r = open_until(addr, end);
    if (r != 0)
        return r;
    r = sd_bus_match_signal(addr->bus, &slot, ADDR_SERVICE, ADDR_PATH, "org.freedesktop.DBus.Properties",
                            "PropertiesChanged", on_changed, &changed);
    if (r < 0)
        return addr_client_result(addr, r, NULL);
    for (r = -EAGAIN; r == -EAGAIN;) {
        if (changed) {
            changed = false;
            r = ask_own(addr, ifindex, end, ret_own);
            continue;
        }
        r = step(addr->bus, end);
        if (r < 0)
            r = addr_client_result(addr, r, NULL);
        else
            r = -EAGAIN;
    }
    (void)sd_bus_slot_unref(slot);
    return r == FASCIA_ADDR_E_TIMEOUT ? addr_client_say(addr, r, "the interface has no address yet: is it up?") : r;
}
