/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_WPA_SUPPLICANT_WPA_SUPPLICANT_H
#define FASCIA_PLATFORM_WPA_SUPPLICANT_WPA_SUPPLICANT_H

#include <stddef.h>
#include <stdint.h>

#include "stack/base/cleanup.h"

/*
 * The door to a running wpa_supplicant: its control interface, a UNIX datagram socket per network interface
 * (https://w1.fi/wpa_supplicant/devel/ctrl_iface_page.html). One socket carries requests and replies, a second,
 * attached one the events, so that they never mix. Requests block, up to a given time: for tools, not for the
 * event loop of a service. The texts are parsed by stack/phone/supplicant_reply.h and supplicant_event.h.
 */

struct supplicant;

/**
 * Connects to the control socket at `path` and attaches to its events. The two sockets of this end are made in
 * `own_dir`, which must be private to the caller and reachable for wpa_supplicant. Returns 0; -ENOENT or
 * -ECONNREFUSED while nobody listens there; -ETIMEDOUT; another negative errno.
 */
int supplicant_open(const char *path, const char *own_dir, int timeout_ms, struct supplicant **ret_supplicant);

/** Closes and removes the sockets. NULL-safe. */
void supplicant_close(struct supplicant *supplicant);

/**
 * Sends one command and waits for its reply, which is NUL-terminated in `reply` (cut at size - 1); `ret_size`
 * (may be NULL) gets its length. Returns 0 (also for a reply of "FAIL"), -ETIMEDOUT, or another negative errno.
 */
int supplicant_request(struct supplicant *supplicant, const char *command, char *reply, size_t size, size_t *ret_size,
                       int timeout_ms);

/** Polls readable when an event waits; stays the door's. */
int supplicant_event_fd(const struct supplicant *supplicant);

/** Takes one event line, without waiting. 0, -EAGAIN when there is none, or another negative errno. */
int supplicant_event(struct supplicant *supplicant, char *line, size_t size, size_t *ret_size);

FASCIA_DEFINE_CLEANUP(struct supplicant, supplicant_close)

#endif
