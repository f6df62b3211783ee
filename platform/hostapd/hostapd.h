/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_HOSTAPD_HOSTAPD_H
#define FASCIA_PLATFORM_HOSTAPD_HOSTAPD_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * The door to hostapd: its control socket, a Unix datagram socket with one request in flight at a time. Serves
 * the global socket (`hostapd -g PATH`) as well as the socket of one interface. On the global one, "IFNAME=x CMD"
 * asks an interface, and after ATTACH events arrive as "IFNAME=x <3>…".
 *
 * An answer that does not come in time leaves requests and answers out of step, and a dead hostapd says nothing
 * at all; both end the connection: `on_down` is called once, after which only hostapd_close() makes sense.
 * It is alive as long as it answers; whoever needs to know sends PING.
 */

#define HOSTAPD_QUEUE_MAX   16
#define HOSTAPD_COMMAND_MAX 255 /* hostapd 2.10 reads no more on the global socket */

struct hostapd;

struct hostapd_handlers {
    /** An unsolicited event, as received: `text` has `size` octets and a NUL behind them. May call hostapd_close(). */
    void (*on_event)(const char *text, size_t size, void *userdata);
    /** The connection is of no use any more: -ETIMEDOUT, -ECONNREFUSED, -ENOENT … May call hostapd_close(). */
    void (*on_down)(int error, void *userdata);
    void *userdata;
};

/**
 * Answer to a request: error 0 and the reply with a NUL behind it, or a negative errno and "" when the connection
 * ended first. Called once per accepted request, also from within hostapd_close() (-ECANCELED). The text is wiped
 * after the call.
 */
typedef void (*hostapd_reply_fn)(int error, const char *text, size_t size, void *userdata);

/**
 * Connects to the socket at `path`. hostapd answers to an address, so a socket of our own is bound in `own_dir`
 * (which hostapd must be able to reach) and unlinked at the end. Negative errno: -ENOENT no socket, -ECONNREFUSED
 * nobody behind it, -EACCES not allowed, -EPROTOTYPE or -ENOTSOCK something else is there.
 */
int hostapd_open(sd_event *loop, const char *path, const char *own_dir, const struct hostapd_handlers *handlers,
                 struct hostapd **ret_hostapd);
void hostapd_close(struct hostapd *hostapd);

/**
 * Queues a request; its time limit runs from when it is sent. Returns 0, -ENOBUFS, -EMSGSIZE (command too long),
 * -ENOTCONN (already down), or the error that ended the connection just now. `fn` may be NULL.
 */
int hostapd_request(struct hostapd *hostapd, const char *command, int64_t timeout_us, hostapd_reply_fn fn,
                    void *userdata);

/**
 * Sends a last command past the queue and closes the door; the answer is not waited for. Returns 0, -EMSGSIZE or
 * the error of the socket. NULL-safe; the door is closed in any case.
 */
int hostapd_close_saying(struct hostapd *hostapd, const char *command);

/** Process id of who answered last, 0 before the first answer. */
int64_t hostapd_peer_pid(const struct hostapd *hostapd);

/** Removes sockets that clients with the same `own_dir` left behind when they were killed. */
void hostapd_sweep(const char *own_dir);

FASCIA_DEFINE_CLEANUP(struct hostapd, hostapd_close)

#endif
