/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_WPA_SUPPLICANT_ENGINE_H
#define FASCIA_PLATFORM_WPA_SUPPLICANT_ENGINE_H

#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "platform/control/control.h"
#include "stack/aware/engine_command.h"

/*
 * The door to one control socket of the NAN engine (wpa_supplicant): the global one, a radio's, or that of the
 * management interface. It is opened now or as soon as it is there, attached to the events, and watched: the end of the
 * engine's process is told at once where the kernel lets us see it (pidfd), and otherwise by a PING that is not
 * answered. What the engine said before it was gone may be lost; whoever opens again starts from scratch.
 */

#define ENGINE_DOOR_ATTACH_US 5000000  /* the engine may be busy with a driver that loads firmware */
#define ENGINE_DOOR_QUIET_US  10000000 /* so long after the last word it is asked whether it lives */

struct engine_door;

struct engine_door_handlers {
    /** Open and attached. */
    void (*on_open)(void *userdata);
    /** It was open and is not any more, or cannot be opened at all (-EACCES, -EPROTOTYPE, -EPROTO: it does not let us
     * attach, …): the door is idle now. Not told while there is just nothing at the path. */
    void (*on_down)(int error, void *userdata);
    /** An event line, wiped after the call. Never log it: it may hold keys. */
    void (*on_event)(const char *line, size_t size, void *userdata);
    void *userdata;
};

/** An idle door. Sockets of our own are made in `own_dir`, which the engine must be able to reach. Each handler may
 * call any function of this header but engine_door_free(). Returns 0 or -ENOMEM. */
int engine_door_new(sd_event *loop, const char *own_dir, const struct engine_door_handlers *handlers,
                    struct engine_door **ret_door);

/** Closes. NULL-safe. */
void engine_door_free(struct engine_door *door);

/** Opens the socket at `path` (absolute), now or as soon as it is there. One that was opened before is closed first.
 * The answer comes by a handler, never from within this call. Returns 0 or a negative errno (-EINVAL, -ENAMETOOLONG,
 * -ENOMEM), then the door is idle. */
int engine_door_open(struct engine_door *door, const char *path);

/** Requests that are open are answered with -ECANCELED; no handler is called. Idempotent. */
void engine_door_close(struct engine_door *door);

/**
 * Sends a command, see control_request(): 0 and one call of `fn`, or -ENOTCONN, -ENOBUFS, -EINVAL (a command that
 * failed), or the error that ended the connection just now (then on_down was called). The caller wipes the command.
 */
int engine_door_request(struct engine_door *door, const struct engine_command *command, int64_t timeout_us,
                        control_reply_fn fn, void *userdata);

FASCIA_DEFINE_CLEANUP(struct engine_door, engine_door_free)

#endif
