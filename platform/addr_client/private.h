/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_ADDR_CLIENT_PRIVATE_H
#define FASCIA_PLATFORM_ADDR_CLIENT_PRIVATE_H

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "platform/addr_client/fascia_addr_client.h"

/* Private to this folder, which uses nothing else of the tree: what is installed is complete. */

#define ADDR_SERVICE "org.fascia.Addr1"
#define ADDR_PATH    "/org/fascia/Addr1"

struct fascia_addr {
    char *address; /* of the bus */
    uint64_t limit_us;
    sd_bus *bus;          /* NULL before the first request */
    sd_event *loop;       /* attached to; or NULL */
    unsigned int pending; /* requests whose fn was not called yet */
    char message[256];
};

/** Connects unless there is a connection; does not wait for it to be of use. 0 or a result, told in the message. */
int addr_client_connect(struct fascia_addr *addr);

/** Keeps a sentence, and returns `result`. */
int addr_client_say(struct fascia_addr *addr, int result, const char *text);

/** Turns an error reply, or (error NULL or not set) a negative errno, into a result, and keeps its sentence. */
int addr_client_result(struct fascia_addr *addr, int error_number, const sd_bus_error *error);

/** New requests. 0 or a negative errno; -EINVAL: a text is not UTF-8, or is missing. */
int addr_client_new_prepare(sd_bus *bus, unsigned int ifindex, const struct fascia_addr_link *link,
                            sd_bus_message **ret_request);
int addr_client_new_peer(sd_bus *bus, const char *member, unsigned int ifindex, const char *mac, const char *iid,
                         sd_bus_message **ret_request);

/**
 * "fe80::1%va" as a socket address. The scope is `ifindex`, that of the request: the name behind the "%" may mean
 * another interface by now. 0 or -EBADMSG.
 */
int addr_client_read_address(const char *text, unsigned int ifindex, uint16_t port, struct sockaddr_in6 *ret_address);

#endif
