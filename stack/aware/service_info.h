/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_SERVICE_INFO_H
#define FASCIA_STACK_AWARE_SERVICE_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/aware/aware_config.h"

/*
 * The service information of a data path: sub-TLVs of type(1) length(2, little-endian) value, which tell the port, the
 * transport and the instance. The engine puts OUI 50-6f-9a and protocol 2 in front of it and gives a peer's without
 * them; the sub-TLVs are its client's business. Unknown ones are skipped (AOSP's receiver does the same).
 */

enum service_info_protocol { SERVICE_INFO_TCP = 6, SERVICE_INFO_UDP = 17 }; /* IANA protocol numbers */

struct service_info {
    uint16_t port; /* 0: not said */
    bool has_transport;
    enum aware_transport transport;
    char instance[64]; /* "": not said. Of a peer: cut to fit, what is not printable ASCII is '?' */
};

enum service_info_result {
    SERVICE_INFO_E_MALFORMED = 1, /* a sub-TLV does not fit, a known one has another length, or is there twice */
};

/** Writes what is said into `size` octets at `to`. Returns 0 or -EMSGSIZE. Nothing said: no octet. */
int service_info_build(const struct service_info *info, uint8_t *to, size_t size, size_t *ret_size);

/** Returns 0 or SERVICE_INFO_E_MALFORMED. No octet: nothing is said. */
int service_info_parse(const uint8_t *data, size_t size, struct service_info *ret_info);

#endif
