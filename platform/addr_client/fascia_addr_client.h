/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_ADDR_CLIENT_H
#define FASCIA_ADDR_CLIENT_H

#include <netinet/in.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * For programs that want to talk to a phone: asks fascia-addr (org.fascia.Addr1) for a peer on an interface and yields
 * a socket address that connect() takes as it is. The peer is reachable at once; no Neighbor Discovery is involved.
 * Needs libsystemd and nothing else of fascia. tools/tinystack.c shows the whole of it.
 *
 *   fascia_addr_new("system", 2000, &addr);
 *   fascia_addr_prepare(addr, ifindex, NULL, NULL);              // best while the interface is still down
 *   … the interface comes up …
 *   fascia_addr_wait(addr, ifindex, &own);                       // bind() to it, when the port is to be ours
 *   fascia_addr_peer_add(addr, ifindex, mac, iid, port, &peer);  // connect() to it
 *   …
 *   fascia_addr_peer_remove(addr, ifindex, mac, iid);
 *
 * A link-local address means something on one interface only. So everything here is named by interface index, and
 * sin6_scope_id is always set. An index does not survive the interface: ask again when it has returned.
 *
 * Results: 0; a negative errno (out of memory, a malformed answer); or a positive one of the below, for which
 * fascia_addr_message() has a sentence. Output parameters are written on success only. One client is for one thread.
 */

enum fascia_addr_result {
    FASCIA_ADDR_E_AWAY = 1, /* fascia-addr or the bus is not there: try again later */
    FASCIA_ADDR_E_TIMEOUT,  /* no answer, or not ready, within the limit */
    FASCIA_ADDR_E_DENIED,   /* the bus policy does not let this account ask */
    FASCIA_ADDR_E_INVALID,  /* an argument is malformed */
    FASCIA_ADDR_E_REFUSED,  /* a rule forbids it: the interface is not prepared, the identifier is taken, … */
    FASCIA_ADDR_E_FAILED    /* the kernel would not, or IPv6 is disabled */
};

/** A word for a result: "denied"; also for 0 ("done") and negative ones ("error"). */
const char *fascia_addr_result_name(int result);

struct fascia_addr;

/**
 * Makes a client; connects at the first request, and anew at the next one after the bus went away. `bus`: "system",
 * "session" or a D-Bus address, copied. `limit_ms` (at least 1) bounds each blocking function as a whole.
 */
int fascia_addr_new(const char *bus, unsigned int limit_ms, struct fascia_addr **ret_addr);

/** NULL-safe. What was asked for stays: peers are removed by fascia_addr_peer_remove() only. */
void fascia_addr_free(struct fascia_addr *addr);

/** What the service, or the bus, said about the last request of this client that failed; "" after success. Borrowed. */
const char *fascia_addr_message(const struct fascia_addr *addr);

/* Requests; each waits for its answer, `limit_ms` at most. */

/** How an interface is to be; a NULL member: as fascia-addr is configured. */
struct fascia_addr_link {
    const char *nd;      /* "none": no ND at all; "answer": answer the peer's; "kernel": hands off */
    const char *own_iid; /* "eui64", "stable", or 16 hexadecimal digits */
};

#define FASCIA_ADDR_IID_SIZE 17 /* 16 hexadecimal digits and NUL */

/**
 * Prepares an interface. `link` NULL: as configured, or, when it is prepared already, as it is; otherwise a prepared
 * one changes over. `ret_iid` may be NULL: our interface identifier, known before the interface is up, to be told to
 * the peer.
 */
int fascia_addr_prepare(struct fascia_addr *addr, unsigned int ifindex, const struct fascia_addr_link *link,
                        char ret_iid[FASCIA_ADDR_IID_SIZE]);

/** Waits until a prepared interface is up and has its address: `ret_own` (port 0). FASCIA_ADDR_E_TIMEOUT if not. */
int fascia_addr_wait(struct fascia_addr *addr, unsigned int ifindex, struct sockaddr_in6 *ret_own);

/**
 * Adds a peer. `mac`: "02:00:00:00:01:00"; `iid`: the identifier from the data path set-up as 16 hexadecimal digits,
 * or NULL: that of the MAC address. `port` is in host order. Each call is one reference, to be removed again.
 */
int fascia_addr_peer_add(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid,
                         uint16_t port, struct sockaddr_in6 *ret_peer);

/** Drops one reference, with the arguments of the call that made it. A peer that is gone already is no error. */
int fascia_addr_peer_remove(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid);

/* The same in a program with an sd-event loop, which must not block */

/** Lets `loop` drive the client; before the first request. From then on only the two below, not the ones above. */
int fascia_addr_attach(struct fascia_addr *addr, sd_event *loop);

/**
 * Called from the loop, once per request: `result` as above; `peer` (NULL unless it is 0, and for preparations) and
 * `message` ("" when it is 0) are valid during the call, which may make new requests but not free the client.
 */
typedef void (*fascia_addr_fn)(int result, const struct sockaddr_in6 *peer, const char *message, void *userdata);

/** fascia_addr_prepare() without waiting. An error that is returned here comes instead of the call. */
int fascia_addr_prepare_async(struct fascia_addr *addr, unsigned int ifindex, const struct fascia_addr_link *link,
                              fascia_addr_fn fn, void *userdata);

/** fascia_addr_peer_add() without waiting. */
int fascia_addr_peer_add_async(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid,
                               uint16_t port, fascia_addr_fn fn, void *userdata);

/** fascia_addr_peer_remove() without waiting; nobody is told. */
int fascia_addr_peer_remove_async(struct fascia_addr *addr, unsigned int ifindex, const char *mac, const char *iid);

#ifdef __cplusplus
}
#endif

#endif
