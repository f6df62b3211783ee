/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_SLEEP_SLEEP_H
#define FASCIA_PLATFORM_SLEEP_SLEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "platform/bus/bus.h"
#include "stack/base/cleanup.h"

/*
 * Sleep, wake-up and clocks.
 *   - logind (org.freedesktop.login1.Manager): PrepareForSleep, with a delay inhibitor so that we have time to get
 * ready; Reboot. Only with a bus, and only where logind is.
 *   - the kernel: a timerfd with TFD_TIMER_CANCEL_ON_SET tells when the wall clock was set, and when the machine woke
 * up; the two are told apart by CLOCK_BOOTTIME having gained on CLOCK_MONOTONIC. Works without logind and costs no
 * wake-up.
 */

struct sleep_watch;

struct sleep_handler {
    void (*prepare)(void *userdata);                  /* the machine is about to sleep; answer with sleep_ready() */
    void (*woke)(int64_t slept_us, void *userdata);   /* it woke up (told once per sleep, by whoever tells first);
                                                         0: it did not sleep after all, or logind has gone */
    void (*clock_set)(int64_t by_us, void *userdata); /* the wall clock was set, by so many microseconds */
    void *userdata;
};

/** All three functions are wanted; none may free the watch. `bus` (borrowed) may be NULL: only the kernel's part. The
 * bus must be the one that logind is on. 0 or negative errno. */
int sleep_watch_new(sd_event *loop, struct bus *bus, const struct sleep_handler *handler,
                    struct sleep_watch **ret_watch);

/** We are ready: gives the inhibitor back, so that the sleep goes on. A new one is taken after the wake-up. Nothing
 * when no sleep is announced. */
void sleep_ready(struct sleep_watch *watch);

/** Asks logind to reboot. The outcome is not waited for. Returns 0, -ENOTCONN, or a negative errno. */
int sleep_reboot(struct sleep_watch *watch);

/** NULL-safe. */
void sleep_watch_free(struct sleep_watch *watch);

FASCIA_DEFINE_CLEANUP(struct sleep_watch, sleep_watch_free)

#endif
