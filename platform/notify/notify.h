/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_NOTIFY_NOTIFY_H
#define FASCIA_PLATFORM_NOTIFY_NOTIFY_H

#include "stack/base/event.h"
#include "stack/base/function.h"

/*
 * What a service tells its supervisor over $NOTIFY_SOCKET (sd_notify protocol; works under fasciad, under
 * systemd, and is silent by hand). Our own keys, which systemd ignores:
 *
 *   X_FASCIA_FACT=<function> <state> <reason> <detail>       see fascia_fact_format()
 *   X_FASCIA_EVENT=<name> <t_us> <source> <detail>           see fascia_event_format()
 *   X_FASCIA_RADIO=<wiphy>                                   the radio that fascia-link uses, for a reset of it
 */

#define NOTIFY_KEY_FACT  "X_FASCIA_FACT"
#define NOTIFY_KEY_EVENT "X_FASCIA_EVENT"
#define NOTIFY_KEY_RADIO "X_FASCIA_RADIO"

void notify_ready(void);
void notify_stopping(void);

/** RELOADING=1, to be followed by notify_ready(). `now_us`: CLOCK_MONOTONIC, which systemd wants to know. */
void notify_reloading(int64_t now_us);

/** STATUS=; never blocks: a supervisor that does not read does not get it. The others wait, like sd_notify(3). */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Publishes the state of the function that this service provides (also sets STATUS). */
void notify_fact(const struct fascia_fact *fact);

/** Names the radio that the link stands on. */
void notify_radio(const char *wiphy);

/** Sends an event. */
void notify_event(const struct fascia_event *event);

#endif
