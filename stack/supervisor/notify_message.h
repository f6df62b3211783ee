/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_SUPERVISOR_NOTIFY_MESSAGE_H
#define FASCIA_STACK_SUPERVISOR_NOTIFY_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/event.h"
#include "stack/base/function.h"

/*
 * One datagram of the readiness protocol, sd_notify(3): lines of KEY=value. Known keys may come once each; unknown
 * ones are passed over (MAINPID is one of them: a unit's main process is the one that we started). Our own keys
 * are those of platform/notify/notify.h.
 */

#define NOTIFY_MESSAGE_MAX 4096 /* octets; a longer datagram is refused */

struct notify_message {
    bool ready;            /* READY=1 */
    bool stopping;         /* STOPPING=1 */
    bool watchdog;         /* WATCHDOG=1 */
    bool watchdog_trigger; /* WATCHDOG=trigger: the service declares itself broken */
    bool has_status, has_fact, has_event;
    int error;                       /* ERRNO, 0 = none */
    int64_t extend_us;               /* EXTEND_TIMEOUT_USEC, 0 = none */
    char status[FASCIA_DETAIL_SIZE]; /* cut to fit; printable UTF-8 */
    struct fascia_fact fact;         /* detail is valid UTF-8 */
    struct fascia_event event;       /* likewise */
    char radio[24];                  /* X_FASCIA_RADIO: name of a wiphy; "" = none given */
};

/**
 * Parses `size` octets. Returns 0; -EMSGSIZE when longer than NOTIFY_MESSAGE_MAX; -EBADMSG when it is not a list of
 * KEY=value lines, holds a NUL, repeats a known key, or a known key has a value that it cannot have.
 */
int notify_message_parse(const void *data, size_t size, struct notify_message *ret_message);

#endif
