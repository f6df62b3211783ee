/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BLACKBOX_BLACKBOX_H
#define FASCIA_PLATFORM_BLACKBOX_BLACKBOX_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"
#include "stack/base/event.h"

/*
 * The black box: events that survive a restart, a crash and a power cut, in one preallocated file of records with CRC
 * (stack/blackbox). Writing happens on a thread of its own with a bounded queue: a slow or hanging disk delays nobody.
 * What cannot be written is counted and the count is recorded when writing works again; a disk that fails breaks the
 * box, is told once, and stops nothing.
 */

struct blackbox;

/** Told once, from the loop, when writing has become impossible; `why` in a few words. */
typedef void (*blackbox_broken_fn)(const char *why, void *userdata);

struct blackbox_options {
    const char *path;
    int64_t size_octets; /* of the file; an existing one of another size is made anew, keeping what fits */
    unsigned int boots;  /* how many of the last boots are kept, this one included; 1..64 */
};

/**
 * Opens or makes the file (0640, folders above it are made 0755) and finds this boot's place in it. Never fails for the
 * disk's sake: a box that cannot be opened is a broken one. Returns 0, or -ENOMEM.
 */
int blackbox_open(sd_event *loop, const struct blackbox_options *options, blackbox_broken_fn fn, void *userdata,
                  struct blackbox **ret_box);

/** Queues one event, stamped with both clocks; never blocks. NULL-safe. */
void blackbox_append(struct blackbox *box, const struct fascia_event *event);

/** "ok", or why it is broken; valid until the next call of any function here. "off" for NULL. */
const char *blackbox_state(const struct blackbox *box);

/** How many boots the file held at the opening, this one included; 0 for a broken one or NULL. */
unsigned int blackbox_boots(const struct blackbox *box);

/** Writes what is queued (for at most a second), and closes. NULL-safe. */
void blackbox_close(struct blackbox *box);

FASCIA_DEFINE_CLEANUP(struct blackbox, blackbox_close)

#endif
