/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_radiotap.h"

#include "stack/aware/nan_reader.h"

/* Bits of the first "present" word; their fields follow in this order, each aligned to its size. */
enum { PRESENT_TSFT = 1U << 0, PRESENT_FLAGS = 1U << 1, PRESENT_RATE = 1U << 2, PRESENT_CHANNEL = 1U << 3 };
#define PRESENT_MORE (1U << 31) /* a further word follows */

enum { FLAG_FCS = 0x10, FLAG_BAD_FCS = 0x40 };

#define FCS_SIZE 4

/* Alignment counts from the first octet of the header. */
static void align(struct fascia_reader *r, size_t total, size_t to)
{
    size_t at = total - fascia_reader_left(r);

    if (at % to != 0)
        fascia_read_skip(r, to - at % to);
}

int nan_radiotap_parse(const void *data, size_t size, struct nan_radiotap *ret_radiotap)
{
    struct nan_radiotap radiotap = {.bad_fcs = false};
    struct fascia_reader whole, r;
    uint8_t flags = 0;

    fascia_reader_init(&whole, data, size);
    r = whole;
    uint8_t version = fascia_read_u8(&r);
    fascia_read_skip(&r, 1);
    uint16_t length = fascia_read_le16(&r);
    if (!fascia_reader_ok(&r) || version != 0)
        return NAN_E_CUT;
    r = fascia_read_part(&whole, length);
    fascia_read_skip(&r, 4);
    uint32_t present = fascia_read_le32(&r);
    for (uint32_t word = present; word & PRESENT_MORE && fascia_reader_ok(&r);)
        word = fascia_read_le32(&r);
    if (present & PRESENT_TSFT) {
        align(&r, length, 8);
        fascia_read_skip(&r, 8);
    }
    if (present & PRESENT_FLAGS)
        flags = fascia_read_u8(&r);
    if (present & PRESENT_RATE)
        fascia_read_skip(&r, 1);
    if (present & PRESENT_CHANNEL) {
        align(&r, length, 2);
        radiotap.frequency = fascia_read_le16(&r);
        fascia_read_skip(&r, 2);
        radiotap.has_frequency = true;
    }
    size_t left = fascia_reader_left(&whole), fcs = flags & FLAG_FCS ? FCS_SIZE : 0;
    if (!fascia_reader_ok(&r) || !fascia_reader_ok(&whole) || left < fcs)
        return NAN_E_CUT;
    radiotap.bad_fcs = flags & FLAG_BAD_FCS;
    radiotap.frame = nan_read_octets(&whole, left - fcs);
    *ret_radiotap = radiotap;
    return 0;
}
