/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_WATCH_H
#define FASCIA_TOOLS_FASCIACTL_WATCH_H

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "tools/fasciactl/verbs.h"

/* What the verbs that watch until they are interrupted have in common. */

struct json_object;

struct watch {
    sd_event *loop;
    struct bus *bus;
    bool json;          /* --json */
    bool was_connected; /* to the bus */
};

/** Opens the loop and the bus, and asks for what is to be watched. Returns 0 or a negative errno. */
typedef int (*watch_start_fn)(void *userdata, const char *address);

/**
 * Options, `start`, and the loop of `watch` until it ends. Prints what went wrong. Returns the exit status; `userdata`
 * is then to be undone, however far `start` has come.
 */
int watch_run(struct watch *watch, struct fasciactl *ctl, int argc, char **argv, const char *help, watch_start_fn start,
              void *userdata);

/** From the bus_state_fn of a watcher: says once that the bus is gone, which is waited out. */
void watch_connected(struct watch *watch, bool connected);

/** Prints `object` as a line of JSON, or the time of day and `text`. Ends the loop when nobody reads any more. */
void watch_print(struct watch *watch, struct json_object *object, const char *text);

/** A difference between two looks; from and to "" = was not there, is not there any more. */
struct watch_change {
    const char *kind, *name, *from, *to;
    const char *detail; /* may be "" */
};

/** Adds kind, name, from, to and detail to `object`. */
void watch_change_json(const struct watch_change *change, struct json_object *object);

/** The same for people, into `line`; what does not fit is cut. The column of the kind is `width` wide. */
void watch_change_text(const struct watch_change *change, int width, char *line, size_t size);

#endif
