/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROBE_PROBE_H
#define FASCIA_PLATFORM_PROBE_PROBE_H

#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "platform/bus/bus.h"
#include "stack/base/cleanup.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * Whether a daemon that does not speak the notify protocol is there and answers.
 *
 *   SOCKET    a stream socket is connected to once; the kernel names its owner (SO_PEERCRED), whose pidfd tells of the
 *             end: nothing is polled. Where that process is not the one to watch (in a foreign pid namespace, ended
 *             after a fork, systemd with a socket of a service) the connection is kept and its end is the sign.
 *   CONTROL   PING on a datagram control socket (hostapd global or per interface, wpa_supplicant), answered with PONG
 *             within the period; repeated every `period_us` (0 = only once per socket that appears). The kernel names
 *             who answers, and its pidfd tells of the end before the period does. The daemon must be in our network
 *             namespace: it answers to an abstract address.
 *   BUS_NAME  the name's owner, by NameOwnerChanged; another unique name is a replacement. While the bus itself is away
 *             nothing is known, and nothing is told.
 *
 * Another socket in the place of the old one, or an answer after the old process has ended, is a replacement.
 * A socket that is not there, or its folder, is waited for by inotify (path_monitor.h). One that refuses is tried
 * PATH_RETRIES times within seconds and then left until something happens there. So nobody is asked who does not exist:
 * without a daemon there is no timer.
 */

struct probe;

enum probe_news {
    PROBE_UP,       /* it answers; also after every later PING (a sign of life) */
    PROBE_LOST,     /* it answered before and does not any more; told once until it answers again */
    PROBE_REPLACED, /* another process than before answers, with or without PROBE_LOST in between; is an answer */
};

/** `pid`: who answers, 0 where that is not known; for PROBE_LOST who answered last. `why`: a few words for PROBE_LOST,
 * else "". May free the probe. */
typedef void (*probe_fn)(enum probe_news news, pid_t pid, const char *why, void *userdata);

struct probe_spec {
    enum supervisor_readiness kind; /* SOCKET, CONTROL or BUS_NAME */
    const char *target;             /* copied */
    int64_t period_us;              /* CONTROL: between PINGs, and the time for an answer; 0 = see above */
};

/**
 * Begins; `fn` is called from the loop, never from here. `bus` is borrowed and may be NULL unless BUS_NAME. Returns 0
 * or a negative errno (-EINVAL for another kind or a target that is none, -ENAMETOOLONG). A target that does not exist
 * is no error, also when its folder does not exist yet.
 */
int probe_new(sd_event *loop, struct bus *bus, const struct probe_spec *spec, probe_fn fn, void *userdata,
              struct probe **ret_probe);

/** NULL-safe; may be called from `fn`. */
void probe_free(struct probe *probe);

FASCIA_DEFINE_CLEANUP(struct probe, probe_free)

#endif
