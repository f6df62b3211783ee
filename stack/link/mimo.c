/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/mimo.h"

#include <errno.h>
#include <stdio.h>

#include "stack/base/bytes.h"

#define MAX_STREAMS 8

/* Two bits per stream, stream 1 lowest; 3 = not supported. The VHT and HE maps share this layout; `mcs` is what the
 * codes 0 to 2 mean. */
static uint8_t read_map(uint16_t map, const int8_t mcs[static 3], int8_t *ret_mcs)
{
    *ret_mcs = -1;
    for (unsigned int n = MAX_STREAMS; n > 0; n--) {
        unsigned int code = (unsigned int)map >> 2 * (n - 1) & 3U;
        if (code != 3) {
            *ret_mcs = mcs[code];
            return (uint8_t)n;
        }
    }
    return 0;
}

static struct mimo_map read_maps(uint16_t rx, uint16_t tx, const int8_t mcs[static 3])
{
    struct mimo_map map;

    map.streams.rx = read_map(rx, mcs, &map.mcs_rx);
    map.streams.tx = read_map(tx, mcs, &map.mcs_tx);
    return map;
}

int mimo_decode_ht(const uint8_t *set, size_t size, struct mimo_map *ret_map)
{
    enum { TX_DEFINED = 1, TX_DIFFERS = 2 };
    struct mimo_map map = MIMO_MAP_NONE;

    if (size < MIMO_HT_MCS_SET_SIZE)
        return -EBADMSG;
    for (uint8_t i = 0; i < 4; i++) {
        if (set[i] == 0)
            continue;
        map.streams.rx = (uint8_t)(i + 1);
        map.mcs_rx = (int8_t)(31 - __builtin_clz(set[i]));
    }
    uint8_t tx = set[12];
    if (tx & TX_DEFINED && tx & TX_DIFFERS) {
        map.streams.tx = (uint8_t)((tx >> 2 & 3) + 1);
    } else if (tx & TX_DEFINED) {
        map.streams.tx = map.streams.rx;
        map.mcs_tx = map.mcs_rx;
    }
    *ret_map = map;
    return 0;
}

int mimo_decode_vht(const uint8_t *set, size_t size, struct mimo_map *ret_map)
{
    static const int8_t mcs[] = {7, 8, 9};
    struct fascia_reader r;

    fascia_reader_init(&r, set, size);
    uint16_t rx = fascia_read_le16(&r);
    fascia_read_skip(&r, 2); /* highest rate */
    uint16_t tx = fascia_read_le16(&r);
    fascia_read_skip(&r, 2);
    if (!fascia_reader_ok(&r))
        return -EBADMSG;
    *ret_map = read_maps(rx, tx, mcs);
    return 0;
}

int mimo_decode_he(const uint8_t *set, size_t size, struct mimo_map ret_maps[static MIMO_WIDTHS_])
{
    static const int8_t mcs[] = {7, 9, 11};
    struct fascia_reader r;

    if (size == 0 || size % 4 != 0)
        return -EBADMSG;
    fascia_reader_init(&r, set, size);
    for (unsigned int i = 0; i < MIMO_WIDTHS_; i++) {
        ret_maps[i] = MIMO_MAP_NONE;
        if (fascia_reader_left(&r) == 0)
            continue;
        uint16_t rx = fascia_read_le16(&r);
        uint16_t tx = fascia_read_le16(&r);
        ret_maps[i] = read_maps(rx, tx, mcs);
    }
    return 0;
}

/* Octets of one width, one for each range of MCS indices: low nibble the RX streams, high nibble the TX streams. */
static struct mimo_map read_nibbles(const uint8_t *octets, const int8_t *mcs, size_t count)
{
    struct mimo_map map = MIMO_MAP_NONE;

    for (size_t i = 0; i < count; i++) {
        uint8_t rx = octets[i] & 0x0f, tx = octets[i] >> 4;
        if (rx > 0 && rx <= MAX_STREAMS && rx >= map.streams.rx) {
            map.streams.rx = rx;
            map.mcs_rx = mcs[i];
        }
        if (tx > 0 && tx <= MAX_STREAMS && tx >= map.streams.tx) {
            map.streams.tx = tx;
            map.mcs_tx = mcs[i];
        }
    }
    return map;
}

int mimo_decode_eht(const uint8_t *set, size_t size, struct mimo_map ret_maps[static MIMO_WIDTHS_])
{
    static const int8_t mcs[] = {9, 11, 13};

    if (size == 0 || size % 3 != 0)
        return -EBADMSG;
    for (size_t i = 0; i < MIMO_WIDTHS_; i++)
        ret_maps[i] = size >= 3 * (i + 1) ? read_nibbles(set + 3 * i, mcs, 3) : MIMO_MAP_NONE;
    return 0;
}

int mimo_decode_eht_20(const uint8_t *set, size_t size, struct mimo_map *ret_map)
{
    static const int8_t mcs[] = {7, 9, 11, 13};

    if (size < MIMO_EHT_20_MCS_SET_SIZE)
        return -EBADMSG;
    *ret_map = read_nibbles(set, mcs, MIMO_EHT_20_MCS_SET_SIZE);
    return 0;
}

uint8_t mimo_streams_of_ht_mcs(uint8_t mcs)
{
    if (mcs < 32)
        return (uint8_t)(mcs / 8 + 1);
    return mcs == 32 ? 1 : 0;
}

static uint8_t lower(uint8_t a, uint8_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a; /* 0 = not said, so it does not bound */
}

static uint8_t higher(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* The configured mask when the driver gives it, else the available one; never more than exist. */
static uint8_t chains(uint32_t used, uint32_t available)
{
    return lower((uint8_t)__builtin_popcount(used), (uint8_t)__builtin_popcount(available));
}

struct mimo_result mimo_bound(const struct mimo_modes *modes, const struct mimo_antennas *antennas)
{
    const struct mimo_streams all[] = {modes->ht, modes->vht, modes->he, modes->eht};
    struct mimo_streams most = {0};
    struct mimo_result result = {0};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        result.streams.tx = lower(result.streams.tx, all[i].tx);
        result.streams.rx = lower(result.streams.rx, all[i].rx);
        most.tx = higher(most.tx, all[i].tx);
        most.rx = higher(most.rx, all[i].rx);
    }
    if (most.tx != result.streams.tx || most.rx != result.streams.rx)
        result.notes |= MIMO_NOTE_MODES_DISAGREE;

    uint8_t tx = chains(antennas->used_tx, antennas->available_tx);
    uint8_t rx = chains(antennas->used_rx, antennas->available_rx);
    if (tx == 0 && rx == 0)
        result.notes |= MIMO_NOTE_ANTENNAS_NOT_REPORTED;
    if (tx < __builtin_popcount(antennas->available_tx) || rx < __builtin_popcount(antennas->available_rx))
        result.notes |= MIMO_NOTE_ANTENNAS_MASKED;
    if ((tx && most.tx > tx) || (rx && most.rx > rx))
        result.notes |= MIMO_NOTE_MORE_THAN_ANTENNAS;

    if (result.streams.tx)
        result.streams.tx = lower(result.streams.tx, tx);
    if (result.streams.rx)
        result.streams.rx = lower(result.streams.rx, rx);
    return result;
}

const char *mimo_class(const struct mimo_streams *streams, char to[static MIMO_CLASS_SIZE])
{
    to[0] = '\0';
    if (streams->tx && streams->rx)
        (void)snprintf(to, MIMO_CLASS_SIZE, "%ux%u", streams->tx & 15U, streams->rx & 15U);
    return to;
}

const char *mimo_note_text(enum mimo_note note)
{
    switch (note) {
    case MIMO_NOTE_ANTENNAS_NOT_REPORTED:
        return "antennas: not reported by the driver; the streams are those of its MCS sets";
    case MIMO_NOTE_ANTENNAS_MASKED:
        return "fewer antennas are configured than the radio has; see `iw phy … set antenna`";
    case MIMO_NOTE_MODES_DISAGREE:
        return "the modes claim different numbers of streams; the smallest is reported";
    case MIMO_NOTE_MORE_THAN_ANTENNAS:
        return "an MCS set claims more streams than there are antennas";
    }
    return "";
}
