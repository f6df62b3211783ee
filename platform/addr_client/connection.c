/* SPDX-License-Identifier: Apache-2.0 */
/* The connection, what goes over it, and what its errors mean. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/addr_client/private.h"

const char *fascia_addr_result_name(int result)
{
    static const char *const names[] = {
        [0] = "done",
        [FASCIA_ADDR_E_AWAY] = "away",
        [FASCIA_ADDR_E_TIMEOUT] = "time-out",
        [FASCIA_ADDR_E_DENIED] = "denied",
        [FASCIA_ADDR_E_INVALID] = "invalid",
        [FASCIA_ADDR_E_REFUSED] = "refused",
        [FASCIA_ADDR_E_FAILED] = "failed",
    };
    return result >= 0 && (size_t)result < sizeof names / sizeof names[0] ? names[result] : "error";
}

int fascia_addr_new(const char *bus, unsigned int limit_ms, struct fascia_addr **ret_addr)
{
    if (!bus || limit_ms == 0)
        return FASCIA_ADDR_E_INVALID;

    struct fascia_addr *addr = (struct fascia_addr *)calloc(1, sizeof *addr);
    if (!addr)
        return -ENOMEM;
    addr->limit_us = limit_ms * UINT64_C(1000);
    addr->address = strdup(bus);
    if (!addr->address) {
        free(addr);
        return -ENOMEM;
    }
    *ret_addr = addr;
    return 0;
}

void fascia_addr_free(struct fascia_addr *addr)
{
    if (!addr)
        return;
    (void)sd_bus_flush_close_unref(addr->bus);
    (void)sd_event_unref(addr->loop);
    free(addr->address);
    free(addr);
}

const char *fascia_addr_message(const struct fascia_addr *addr)
{
    return addr->message;
}

int fascia_addr_attach(struct fascia_addr *addr, sd_event *loop)
{
    if (addr->bus || addr->loop)
        return FASCIA_ADDR_E_INVALID;
    addr->loop = sd_event_ref(loop);
    return 0;
}

/* The connection */

static int start(struct fascia_addr *addr, sd_bus *bus)
{
    const char *address = addr->address;
    int r = 0;

    if (strcmp(address, "system") == 0) {
        const char *set = getenv("DBUS_SYSTEM_BUS_ADDRESS");
        r = sd_bus_set_address(bus, set && set[0] != '\0' ? set : "unix:path=/var/run/dbus/system_bus_socket");
    } else {
        r = sd_bus_set_address(bus, address);
    }
    if (r >= 0)
        r = sd_bus_set_bus_client(bus, 1);
    if (r >= 0)
        r = sd_bus_start(bus);
    if (r >= 0 && addr->loop)
        r = sd_bus_attach_event(bus, addr->loop, SD_EVENT_PRIORITY_NORMAL);
    return r;
}

int addr_client_connect(struct fascia_addr *addr)
{
    sd_bus *bus = NULL;

    addr->message[0] = '\0';
    if (addr->bus && sd_bus_is_open(addr->bus) > 0)
        return 0;
    if (addr->pending != 0) /* they are told first, which the old connection does */
        return addr_client_say(addr, FASCIA_ADDR_E_AWAY, "the bus went away");
    addr->bus = sd_bus_close_unref(addr->bus);

    int r = 0;
    if (strcmp(addr->address, "session") == 0) {
        r = sd_bus_open_user(&bus);
        if (r >= 0 && addr->loop)
            r = sd_bus_attach_event(bus, addr->loop, SD_EVENT_PRIORITY_NORMAL);
    } else {
        r = sd_bus_new(&bus);
        if (r >= 0)
            r = start(addr, bus);
    }
    if (r < 0) {
        (void)sd_bus_close_unref(bus);
        return addr_client_result(addr, r, NULL);
    }
    addr->bus = bus;
    return 0;
}

/* Results */

int addr_client_say(struct fascia_addr *addr, int result, const char *text)
{
    (void)snprintf(addr->message, sizeof addr->message, "%s", text);
    return result;
}

static int result_of_errno(int error_number)
{
    switch (-error_number) {
    case ENOENT: /* no socket; the other three: nobody behind it, or not any more */
    case ECONNREFUSED:
    case ECONNRESET:
    case ENOTCONN:
    case EPIPE:
    case ENOMEDIUM: /* no session bus in this environment */
        return FASCIA_ADDR_E_AWAY;
    case ETIMEDOUT:
        return FASCIA_ADDR_E_TIMEOUT;
    case EACCES:
    case EPERM:
        return FASCIA_ADDR_E_DENIED;
    case EINVAL:
        return FASCIA_ADDR_E_INVALID;
    default:
        return error_number;
    }
}

static int result_of_name(const sd_bus_error *error)
{
    static const struct {
        const char *name;
        int result;
    } names[] = {
        {"org.fascia.Error.InvalidArgument", FASCIA_ADDR_E_INVALID},
        {"org.fascia.Error.Refused", FASCIA_ADDR_E_REFUSED},
        {"org.fascia.Error.Failed", FASCIA_ADDR_E_FAILED},
        {SD_BUS_ERROR_SERVICE_UNKNOWN, FASCIA_ADDR_E_AWAY},
        {SD_BUS_ERROR_NAME_HAS_NO_OWNER, FASCIA_ADDR_E_AWAY},
        {SD_BUS_ERROR_DISCONNECTED, FASCIA_ADDR_E_AWAY},
        {SD_BUS_ERROR_UNKNOWN_OBJECT, FASCIA_ADDR_E_AWAY}, /* it is about to start */
        {SD_BUS_ERROR_NO_REPLY, FASCIA_ADDR_E_TIMEOUT},
        {SD_BUS_ERROR_TIMEOUT, FASCIA_ADDR_E_TIMEOUT},
        {SD_BUS_ERROR_ACCESS_DENIED, FASCIA_ADDR_E_DENIED},
        {SD_BUS_ERROR_AUTH_FAILED, FASCIA_ADDR_E_DENIED},
        {SD_BUS_ERROR_UNKNOWN_METHOD, FASCIA_ADDR_E_FAILED}, /* an older service */
        {SD_BUS_ERROR_INVALID_ARGS, FASCIA_ADDR_E_FAILED},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (sd_bus_error_has_name(error, names[i].name) > 0)
            return names[i].result;
    }
    return result_of_errno(-sd_bus_error_get_errno(error));
}

int addr_client_result(struct fascia_addr *addr, int error_number, const sd_bus_error *error)
{
    if (!error || !sd_bus_error_is_set(error))
        return addr_client_say(addr, result_of_errno(error_number), strerror(-error_number));
    return addr_client_say(addr, result_of_name(error), error->message ? error->message : error->name);
}

/* Requests */

static int new_call(sd_bus *bus, const char *member, sd_bus_message **ret_request)
{
    int r = sd_bus_message_new_method_call(bus, ret_request, ADDR_SERVICE, ADDR_PATH, ADDR_SERVICE, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(*ret_request, 0); /* who starts fascia-addr is decided elsewhere */
    return r;
}

static int append_option(sd_bus_message *request, const char *key, const char *value)
{
    return value ? sd_bus_message_append(request, "{sv}", key, "s", value) : 0;
}

static int append_link(sd_bus_message *request, const struct fascia_addr_link *link)
{
    int r = sd_bus_message_open_container(request, 'a', "{sv}");
    if (r >= 0)
        r = append_option(request, "nd", link->nd);
    if (r >= 0)
        r = append_option(request, "own_iid", link->own_iid);
    return r < 0 ? r : sd_bus_message_close_container(request);
}

int addr_client_new_prepare(sd_bus *bus, unsigned int ifindex, const struct fascia_addr_link *link,
                            sd_bus_message **ret_request)
{
    sd_bus_message *request = NULL;

    int r = new_call(bus, link ? "PrepareLink" : "Prepare", &request);
    if (r >= 0)
        r = sd_bus_message_append(request, "u", ifindex);
    if (r >= 0 && link)
        r = append_link(request, link);
    if (r < 0) {
        (void)sd_bus_message_unref(request);
        return r;
    }
    *ret_request = request;
    return 0;
}

int addr_client_new_peer(sd_bus *bus, const char *member, unsigned int ifindex, const char *mac, const char *iid,
                         sd_bus_message **ret_request)
{
    sd_bus_message *request = NULL;

    int r = mac ? new_call(bus, member, &request) : -EINVAL;
    if (r >= 0)
        r = sd_bus_message_append(request, "uss", ifindex, mac, iid ? iid : "");
    if (r < 0) {
        (void)sd_bus_message_unref(request);
        return r;
    }
    *ret_request = request;
    return 0;
}

int addr_client_read_address(const char *text, unsigned int ifindex, uint16_t port, struct sockaddr_in6 *ret_address)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = ifindex};
    char digits[INET6_ADDRSTRLEN];
    size_t length = strcspn(text, "%");

    if (length >= sizeof digits)
        return -EBADMSG;
    memcpy(digits, text, length);
    digits[length] = '\0';
    if (inet_pton(AF_INET6, digits, &address.sin6_addr) != 1 || !IN6_IS_ADDR_LINKLOCAL(&address.sin6_addr))
        return -EBADMSG;
    *ret_address = address;
    return 0;
}
