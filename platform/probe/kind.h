/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_PROBE_KIND_H
#define FASCIA_PLATFORM_PROBE_KIND_H

#include <stdbool.h>
#include <time.h>

#include "platform/path/path_monitor.h"
#include "platform/probe/probe.h"

/* For the files of this room: what the kinds of probe share. */

#define PROBE_TARGET_SIZE 108 /* of a socket address */

/* Which socket is at the path. The number of a file may be used again; with the time of its last change it is unique
 * enough to call a refusing socket dead. */
struct probe_socket_id {
    dev_t device;
    ino_t number;
    struct timespec changed;
};

struct probe {
    sd_event *loop;
    struct bus *bus;
    const struct probe_kind *kind;
    char target[PROBE_TARGET_SIZE];
    int64_t period_us;
    probe_fn fn;
    void *userdata;

    bool known;     /* it has answered once */
    bool answering; /* … and does: PROBE_LOST was not told since */
    pid_t pid;      /* of who answered last, 0 = not known */

    /* BUS_NAME */
    struct bus_name_watch *name;
    char owner[256];  /* unique name of who answered last */
    bool owner_stale; /* … on a connection that is no more: says nothing about who it is */

    /* SOCKET and CONTROL */
    struct path_monitor *monitor;
    sd_event_source *timer;    /* the next attempt; while connected to a control socket: the period */
    unsigned int tries;        /* of connecting, see path_retry_us() */
    int fd;                    /* -1, or the connection */
    sd_event_source *input;    /* of the connection */
    int pidfd;                 /* -1, or of who answered last */
    sd_event_source *end;      /* of the pidfd */
    struct probe_socket_id id; /* of the socket that was connected to last */
    bool held;                 /* the socket is not the daemon's own but a service manager's */
    bool ended;                /* who answered last is gone: whoever answers next is another one */
    unsigned int asked;        /* PINGs without answer */
    int64_t connected_us;      /* since when */
};

struct probe_kind {
    int (*begin)(struct probe *probe);
    void (*connect)(struct probe *probe);                 /* sockets: tries once; may tell, so the probe may be gone */
    void (*end)(struct probe *probe, const char *reason); /* sockets: the process behind the pidfd has ended */
};

extern const struct probe_kind probe_kind_socket, probe_kind_control, probe_kind_bus_name;

/* The two that call out: the last thing a handler does, as the probe may be gone afterwards. */

/** Somebody answers; `other`: not who answered last (known from more than `pid`). */
void probe_tell_answer(struct probe *probe, pid_t pid, bool other);

/** Nothing when it did not answer before. */
void probe_tell_lost(struct probe *probe, const char *why);

/* peer.c: sockets. */

/** Makes timer and monitor, and the first attempt from the loop. */
int probe_peer_begin(struct probe *probe);
void probe_peer_free(struct probe *probe);

/** Drops the connection and the pidfd. */
void probe_peer_drop(struct probe *probe);

/** It is not there any more, for the reason `why`: drops, tells, and looks for its successor. */
void probe_peer_gone(struct probe *probe, const char *why);

/** Connects a socket of `type` without waiting; negative errno as of connect(2). A datagram socket has SO_PASSCRED. */
int probe_peer_connect(const struct probe *probe, int type, int *ret_fd);

/** After an attempt failed with `error`: once more a little later, if that makes sense; else the monitor wakes us. */
void probe_peer_retry(struct probe *probe, int error);

/** Which socket is at the target now. Returns 0 or a negative errno. */
int probe_peer_id(const struct probe *probe, struct probe_socket_id *ret_id);

/** The same file, whatever was changed about it. */
bool probe_same_file(const struct probe_socket_id *a, const struct probe_socket_id *b);

/** Watches for the end of `pid`. Returns false when that cannot be seen from here. */
bool probe_peer_watch(struct probe *probe, pid_t pid);

/** … and no more. */
void probe_peer_forget(struct probe *probe);

#endif
