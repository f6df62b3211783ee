/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_MACHINE_PIPEWIRE_MESSAGE_H
#define FASCIA_PLATFORM_MACHINE_PIPEWIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/doctor/facts.h"

/*
 * As much of PipeWire's native protocol, version 3, as it takes to ask for its version and its sinks
 * (https://docs.pipewire.org/page_native_protocol.html; the pods: page_spa_pod.html). The library is not used: a doctor
 * must not need what may be what is broken. Numbers are in host order, both ends being on one machine. Pure, and
 * fuzzed.
 */

#define PIPEWIRE_REQUEST_MAX 256
#define PIPEWIRE_MESSAGE_MAX 65536 /* a longer one is not for us */

struct pipewire_news {
    char version[DOCTOR_NAME_SIZE];
    int sinks;
    const char *wanted; /* node.name to look for; borrowed */
    bool wanted_there;
    bool session_manager; /* the metadata object that each of them keeps */
    bool done;            /* everything that there is has been told */
};

/** Hello, the registry, and the request to say when all has been told. Returns the octets used. */
size_t pipewire_request(uint8_t to[static PIPEWIRE_REQUEST_MAX]);

/**
 * Takes the whole messages at the beginning of `data` and returns how many octets these were; -EBADMSG for one that
 * contradicts the layout, or is too long.
 */
int64_t pipewire_take(const uint8_t *data, size_t size, struct pipewire_news *news);

#endif
