/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONTROL_CONTROL_H
#define FASCIA_PLATFORM_CONTROL_CONTROL_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * The control interface that hostapd and wpa_supplicant share: a Unix datagram socket with one request in flight at a
 * time. Serves the global socket (`-g PATH`) as well as the socket of one interface. On hostapd's global one, "IFNAME=x
 * CMD" asks an interface. After ATTACH events arrive as "<3>…" or "IFNAME=x <3>…".
 *
 * An answer that does not come in time leaves requests and answers out of step, and a dead peer says nothing at all;
 * both end the connection: `on_down` is called once, after which only control_close() makes sense. It is alive as long
 * as it answers; whoever needs to know sends PING.
 *
 * Commands, answers and events may hold keys. Each is wiped as soon as it has been sent or told.
 */

#define CONTROL_QUEUE_MAX 16
#define CONTROL_REPLY_MAX 8192 /* octets of an answer or an event; no peer writes more */

/* How long a command may be, by who reads it. */
#define CONTROL_COMMAND_HOSTAPD    255 /* hostapd 2.10 reads no more on the global socket */
#define CONTROL_COMMAND_SUPPLICANT 8192

struct control;

struct control_handlers {
    /** An unsolicited event, as received: `text` has `size` octets and a NUL behind them, and is wiped after the call.
     * May call control_close(). */
    void (*on_event)(const char *text, size_t size, void *userdata);
    /** The connection is of no use any more: -ETIMEDOUT, -ECONNREFUSED, -ENOENT … May call control_close(). */
    void (*on_down)(int error, void *userdata);
    void *userdata;
};

/**
 * Answer to a request: error 0 and the reply with a NUL behind it, or a negative errno and "" when the connection
 * ended first. Called once per accepted request, also from within control_close() (-ECANCELED). The text is wiped
 * after the call.
 */
typedef void (*control_reply_fn)(int error, const char *text, size_t size, void *userdata);

/**
 * Connects to the socket at `path`. The peer answers to an address, so a socket of our own is bound in `own_dir`
 * (which the peer must be able to reach) and unlinked at the end. `command_max`: one of the limits above. Negative
 * errno: -ENOENT no socket, -ECONNREFUSED nobody behind it, -EACCES not allowed, -EPROTOTYPE or -ENOTSOCK something
 * else is there.
 */
int control_open(sd_event *loop, const char *path, const char *own_dir, size_t command_max,
                 const struct control_handlers *handlers, struct control **ret_control);
void control_close(struct control *control);

/**
 * Queues a request; its time limit runs from when it is sent. Returns 0, -ENOBUFS, -EMSGSIZE (command too long),
 * -ENOTCONN (already down), -ENOMEM, or the error that ended the connection just now. `fn` may be NULL.
 */
int control_request(struct control *control, const char *command, int64_t timeout_us, control_reply_fn fn,
                    void *userdata);

/**
 * Sends a last command past the queue and closes the door; the answer is not waited for. Returns 0, -EMSGSIZE or
 * the error of the socket. NULL-safe; the door is closed in any case.
 */
int control_close_saying(struct control *control, const char *command);

/** Process id of who answered last, 0 before the first answer. */
int64_t control_peer_pid(const struct control *control);

/** Removes sockets that clients with the same `own_dir` left behind when they were killed. */
void control_sweep(const char *own_dir);

FASCIA_DEFINE_CLEANUP(struct control, control_close)

#endif
