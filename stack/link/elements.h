/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_ELEMENTS_H
#define FASCIA_STACK_LINK_ELEMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"
#include "stack/link/link_config.h"

/*
 * Vendor-specific elements of the access point (IEEE 802.11-2020, 9.4.2.25): id 0xdd, length, OUI, content. Beacons,
 * probe responses and association responses carry them.
 */

#define ELEMENTS_VENDOR_ID        0xdd
#define ELEMENTS_WHOLE_MAX        257 /* id, length, 255 octets */
#define ELEMENTS_COLLECTED_MAX    ((LINK_VENDOR_ELEMENTS_MAX + 1) * ELEMENTS_WHOLE_MAX)
#define ELEMENTS_COLLECTED_DIGITS (2 * ELEMENTS_COLLECTED_MAX + 1) /* hexadecimal, with the NUL */

enum elements_result {
    ELEMENTS_E_HEXADECIMAL = 1, /* not an even number of hexadecimal digits */
    ELEMENTS_E_ID,              /* not a vendor-specific element */
    ELEMENTS_E_LENGTH,          /* the length octet is not that of what follows, or there is no room for an OUI */
    ELEMENTS_E_VALUE,           /* a text, OUI or address of the accessory element is malformed */
};

/** What is allowed, for a result above; NULL for 0. */
const char *elements_explain(int result);

/** Checks one whole element in hexadecimal. Returns 0 or an ELEMENTS_E_…. */
int elements_vendor_check(const char *hex);

/** Parses "xx:xx:xx" (exactly, either case). Returns 0 or -EINVAL. */
int elements_parse_oui(const char *text, uint8_t ret_oui[static 3]);

/**
 * Makes the element by which an accessory names itself to phones: OUI 00:A0:40, sub-type 00, then type, length, value.
 *
 *   type  content                          observed
 *   00    flags, 2 octets, big-endian      B; the bits 0x01, 0x02, 0x20 were seen, what they mean is contested
 *   01    name, octets without NUL         B
 *   02    manufacturer                     C
 *   03    model                            C
 *   04    an OUI                           C
 *   06    address of the Bluetooth device  C
 *   07    device id, 6 octets              B
 *
 * Nothing is sent that is not in the configuration (docs/provenance.md explains the letters). Returns 0, or
 * ELEMENTS_E_VALUE with the results untouched. The sum of the longest values fits.
 */
int elements_accessory(const struct link_accessory_element *accessory, uint8_t ret_element[static ELEMENTS_WHOLE_MAX],
                       size_t *ret_size);

/**
 * Appends all vendor-specific elements of the configuration in hexadecimal: the accessory's first. Appends nothing when
 * there is none. Returns 0 or an ELEMENTS_E_…, in which case a part may be there.
 */
int elements_collect(const struct link_config *config, struct fascia_text *text);

#endif
