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

/** Told once, from the loop, when the file is there and what was queued meanwhile is being written. */
typedef void (*blackbox_opened_fn)(void *userdata);

struct blackbox_options {
    const char *path;          /* read during the call only */
    int64_t size_octets;       /* of the file; an existing one of another size is made anew, keeping what fits */
    unsigned int boots;        /* how many of the last boots are kept, this one included; 1..64 */
    blackbox_opened_fn opened; /* may be NULL; gets the userdata of blackbox_open() */
    const char *boot_id;       /* 32 hexadecimal digits; NULL = the kernel's */
};

/**
 * Starts the thread, which opens or makes the file (0640, folders above it are made 0755) and finds this boot's place
 * in it. Opening is part of the thread's work, so that a slow disk does not delay the boot. Never fails for the disk's
 * sake: a box that cannot be opened is a broken one. Returns 0, or -ENOMEM or what else the loop reports.
 *
 * What is at the path and is not a black box, or one of a later version, is kept as PATH.old.
 */
int blackbox_open(sd_event *loop, const struct blackbox_options *options, blackbox_broken_fn fn, void *userdata,
                  struct blackbox **ret_box);

/** Queues one event, stamped with both clocks; never blocks. NULL-safe. */
void blackbox_append(struct blackbox *box, const struct fascia_event *event);

/** "opening", "ok", or why it is broken, as the loop has been told; valid as long as the box. "off" for NULL. */
const char *blackbox_state(const struct blackbox *box);

/** How many boots the file held at the opening, this one included; 0 before that, for a broken one, or NULL. */
unsigned int blackbox_boots(const struct blackbox *box);

/** Writes what is queued (for at most a second), and closes. Nothing is told any more. NULL-safe. */
void blackbox_close(struct blackbox *box);

FASCIA_DEFINE_CLEANUP(struct blackbox, blackbox_close)

#endif
