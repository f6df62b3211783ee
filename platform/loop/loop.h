/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_LOOP_LOOP_H
#define FASCIA_PLATFORM_LOOP_LOOP_H

#include <stdint.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * The event loop: sd-event with the few things that every fascia process does the same way. Times are
 * CLOCK_MONOTONIC microseconds. Sources are sd_event_source references; disable-and-unref with
 * loop_source_free().
 */

/** Creates the loop; SIGTERM and SIGINT end it with status 0 (blocks them first). 0 or negative errno. */
int loop_new(sd_event **ret_loop);

/** The same for who has something to bring to an end first: `fn` gets the signals, and calls sd_event_exit() in time.
 */
int loop_new_ending(sd_event_signal_handler_t fn, void *userdata, sd_event **ret_loop);

/** Runs until somebody calls sd_event_exit(); returns that code, or a negative errno. NULL-safe free after.
 */
int loop_run(sd_event *loop);
void loop_free(sd_event *loop);

/** CLOCK_MONOTONIC now, in microseconds (not the loop's cached time). */
int64_t loop_now_us(void);

typedef int (*loop_timer_fn)(sd_event_source *source, uint64_t usec, void *userdata);

/** A one-shot timer, created disarmed. Arm with loop_timer_arm(), which may be called again at any time. */
int loop_timer_new(sd_event *loop, loop_timer_fn fn, void *userdata, sd_event_source **ret_timer);
int loop_timer_arm(sd_event_source *timer, int64_t delay_us);
int loop_timer_disarm(sd_event_source *timer);

/** Watches a descriptor, which stays the caller's. */
int loop_io_new(sd_event *loop, int fd, uint32_t epoll_events, sd_event_io_handler_t fn, void *userdata,
                sd_event_source **ret_source);

/** Disables and drops a source; NULL-safe; returns NULL: `s = loop_source_free(s);`. */
sd_event_source *loop_source_free(sd_event_source *source);

FASCIA_DEFINE_CLEANUP(sd_event, loop_free)

#endif
