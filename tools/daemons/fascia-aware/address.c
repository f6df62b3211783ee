/* SPDX-License-Identifier: Apache-2.0 */
/* The calls to org.fascia.Addr1, and whether it is there. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-aware/awared.h"

#define NAME    "org.fascia.Addr1"
#define PATH    "/org/fascia/Addr1"
#define TIME_US 3000000

struct call {
    struct awared *awared;
    uint32_t token;
};

/* Also without a bus, or without memory, the core gets its answer. */
static struct call *call_new(struct awared *awared, uint32_t token)
{
    struct call *call = calloc(1, sizeof *call);

    if (call)
        *call = (struct call){.awared = awared, .token = token};
    return call;
}

static const char *explain(int error, sd_bus_message *reply)
{
    const sd_bus_error *refusal = reply ? sd_bus_message_get_error(reply) : NULL;

    if (error == 0)
        return "";
    if (refusal && refusal->message)
        return refusal->message;
    return error == -ENOTCONN ? "no D-Bus to ask the address service over" : strerror(-error);
}

/* A rule of the address service's that the peer breaks, in contrast to a fault on the way. */
static int errno_of(int error, sd_bus_message *reply)
{
    const sd_bus_error *refusal = reply ? sd_bus_message_get_error(reply) : NULL;

    return refusal && refusal->name && strcmp(refusal->name, "org.fascia.Error.Refused") == 0 ? -EPERM : error;
}

static void prepared(struct awared *awared, uint32_t token, int error, sd_bus_message *reply)
{
    struct address_iid iid = {{0}};
    const char *text = "";

    if (error == 0 && (sd_bus_message_read(reply, "s", &text) < 0 || address_iid_parse(text, &iid) < 0)) {
        error = -EBADMSG;
        reply = NULL;
    }
    aware_on_prepared(awared->aware, token, errno_of(error, reply), error == 0 ? &iid : NULL, explain(error, reply),
                      loop_now_us());
    awared_drive(awared);
}

static void on_prepared(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct call *call = (struct call *)userdata;
    (void)bus;

    prepared(call->awared, call->token, error < 0 ? error : 0, reply);
    free(call);
}

void awared_address_prepare(struct awared *awared, const struct aware_action *action)
{
    struct call *call = call_new(awared, action->token);

    int r = !call ? -ENOMEM
                  : bus_call(awared->service.bus, NAME, PATH, NAME, "PrepareLink", TIME_US, on_prepared, call, "ua{sv}",
                             action->ifindex, 1, "nd", "s", "none");
    if (r < 0) {
        free(call);
        prepared(awared, action->token, r, NULL);
    }
}

static void added(struct awared *awared, uint32_t token, int error, sd_bus_message *reply)
{
    const char *address = "";

    if (error == 0 && sd_bus_message_read(reply, "s", &address) < 0) {
        error = -EBADMSG;
        reply = NULL;
    }
    aware_on_peer_added(awared->aware, token, errno_of(error, reply), address, explain(error, reply), loop_now_us());
    awared_drive(awared);
}

static void on_added(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct call *call = (struct call *)userdata;
    (void)bus;

    added(call->awared, call->token, error < 0 ? error : 0, reply);
    free(call);
}

void awared_address_add(struct awared *awared, const struct aware_action *action)
{
    struct call *call = call_new(awared, action->token);
    char mac[FASCIA_MAC_TEXT_SIZE], iid[ADDRESS_IID_TEXT_SIZE];

    int r =
        !call ? -ENOMEM
              : bus_call(awared->service.bus, NAME, PATH, NAME, "AddPeer", TIME_US, on_added, call, "uss",
                         action->ifindex, fascia_mac_format(&action->mac, mac), address_iid_format(&action->iid, iid));
    if (r < 0) {
        free(call);
        added(awared, action->token, r, NULL);
    }
}

/* What cannot be undone now goes with the interface, or with the service that did it. */
static void on_undone(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    (void)bus;
    (void)error;
    (void)reply;
    (void)userdata;
}

void awared_address_remove(struct awared *awared, const struct aware_action *action)
{
    char mac[FASCIA_MAC_TEXT_SIZE], iid[ADDRESS_IID_TEXT_SIZE];

    (void)bus_call(awared->service.bus, NAME, PATH, NAME, "RemovePeer", TIME_US, on_undone, NULL, "uss",
                   action->ifindex, fascia_mac_format(&action->mac, mac), address_iid_format(&action->iid, iid));
}

void awared_address_release(struct awared *awared, const struct aware_action *action)
{
    (void)bus_call(awared->service.bus, NAME, PATH, NAME, "Release", TIME_US, on_undone, NULL, "u", action->ifindex);
}

static void tell(struct awared *awared, bool there)
{
    if (!awared->started)
        return;
    aware_on_address_service(awared->aware, there, loop_now_us());
    awared_drive(awared);
}

/* What a former owner was told of, the next one has to be told by the core, also when none was seen in between. */
static void on_owner(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    bool was_there = awared->address_owner[0] != '\0';
    (void)bus;
    (void)pid;

    if (strcmp(owner ? owner : "", awared->address_owner) == 0)
        return;
    if (fascia_text_copy(awared->address_owner, sizeof awared->address_owner, owner ? owner : "") < 0)
        (void)fascia_text_copy(awared->address_owner, sizeof awared->address_owner, "?");
    if (was_there)
        tell(awared, false);
    if (awared->address_owner[0] != '\0')
        tell(awared, true);
}

int awared_address_open(struct awared *awared)
{
    return bus_watch_name(awared->service.bus, NAME, on_owner, awared, &awared->address_watch);
}

void awared_address_close(struct awared *awared)
{
    bus_name_watch_free(FASCIA_STEAL(awared->address_watch));
}
