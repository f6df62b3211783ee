/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROCESS_NOTIFY_SOCKET_H
#define FASCIA_PLATFORM_PROCESS_NOTIFY_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * The supervisor's end of $NOTIFY_SOCKET. Anybody may send; the kernel says who did (SO_PASSCRED), and the caller
 * decides whom it believes. Descriptors that come along are closed.
 */

#define NOTIFY_SOCKET_ROUND 32 /* datagrams taken in one round of the loop, so that a flood cannot stop the rest */

struct notify_socket;

/** One datagram from process `pid` (0 = unknown). `cut`: it was longer than NOTIFY_MESSAGE_MAX. */
typedef void (*notify_socket_fn)(pid_t pid, const void *data, size_t size, bool cut, void *userdata);

/** Binds a datagram socket at `path` (at most 107 octets; a stale one is replaced) and watches it on the loop. */
int notify_socket_open(sd_event *loop, const char *path, notify_socket_fn fn, void *userdata,
                       struct notify_socket **ret_socket);

/** Closes and removes it. NULL-safe. */
void notify_socket_close(struct notify_socket *notify);

FASCIA_DEFINE_CLEANUP(struct notify_socket, notify_socket_close)

#endif
