/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_READER_H
#define FASCIA_STACK_AWARE_NAN_READER_H

#include <string.h>

#include "stack/aware/nan_frame.h"
#include "stack/base/bytes.h"

/* What the parsers of attributes share. */

static inline struct fascia_reader nan_reader(struct nan_octets octets)
{
    struct fascia_reader r;

    fascia_reader_init(&r, octets.data, octets.size);
    return r;
}

/** The next n octets in place; none, and the reader failed, when fewer are left. */
static inline struct nan_octets nan_read_octets(struct fascia_reader *r, size_t n)
{
    const uint8_t *data = fascia_read_bytes(r, n);

    return (struct nan_octets){.data = data, .size = data != NULL ? n : 0};
}

/** The OUI of the Wi-Fi Alliance, in which the numbers of service information are. */
static inline bool nan_is_wfa(const uint8_t oui[static 3])
{
    static const uint8_t wfa[3] = {0x50, 0x6f, 0x9a};

    return memcmp(oui, wfa, sizeof wfa) == 0;
}

#endif
