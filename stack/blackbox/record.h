/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BLACKBOX_RECORD_H
#define FASCIA_STACK_BLACKBOX_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/event.h"

/*
 * One event in the black box: one sector, so that a write that a power cut tears spoils itself and nothing else.
 * Integers are little-endian, text is NUL-padded:
 *
 *     0  magic "FBXR"               40  CLOCK_MONOTONIC, us, i64        364  zero
 *     4  version u16                48  CLOCK_REALTIME, us, i64         508  CRC-32C of the octets before it
 *     6  severity u8, 7 zero        56  MESSAGE_ID, 16 octets
 *     8  sequence u64               72  events lost before it, u32
 *    16  index u64                  76  source, 32 octets
 *    24  boot id, 16 octets        108  detail, 256 octets
 *
 * The CRC is the last thing of a sector, in this and in every later version.
 */

#define BOX_SECTOR      512
#define BOX_VERSION     1
#define BOX_ID_SIZE     16
#define BOX_SOURCE_SIZE 32
#define BOX_DETAIL_SIZE 256

enum {
    BOX_E_EMPTY = 1, /* never written: all zero */
    BOX_E_DAMAGED,   /* torn, or not ours */
    BOX_E_VERSION,   /* whole, but of a version that this program does not know */
    BOX_E_FOREIGN,   /* the file is not a black box */
};

struct box_record {
    uint64_t sequence; /* over the whole file, grows from boot to boot */
    uint64_t index;    /* within its boot, from 0 */
    uint8_t boot[BOX_ID_SIZE];
    uint8_t message[BOX_ID_SIZE]; /* MESSAGE_ID, in the order of its text */
    int64_t monotonic_us, realtime_us;
    uint32_t lost;    /* events just before this one that could not be recorded */
    uint8_t severity; /* syslog's; 0..7 */
    char source[BOX_SOURCE_SIZE];
    char detail[BOX_DETAIL_SIZE];
};

/** What an event says; sequence, index, boot and lost stay zero. `realtime_us` is its CLOCK_REALTIME. */
void box_record_from_event(const struct fascia_event *event, int64_t realtime_us, struct box_record *ret_record);

/** The kind with the record's MESSAGE_ID, or FASCIA_EVENTS_ when this program does not know it. */
enum fascia_event_kind box_record_kind(const struct box_record *record);

/** Fills one sector. Control characters of the text become '?'. */
void box_record_encode(const struct box_record *record, uint8_t to[static BOX_SECTOR]);

/**
 * Reads one sector of a foreign file. Returns 0, BOX_E_EMPTY, BOX_E_DAMAGED or BOX_E_VERSION. The text of the record
 * has no control characters; whether it is UTF-8 is not checked.
 */
int box_record_decode(const uint8_t from[static BOX_SECTOR], struct box_record *ret_record);

/** True when a sector ends with the CRC of the rest. */
bool box_sector_is_whole(const uint8_t sector[static BOX_SECTOR]);

/** Ends a sector with the CRC of the rest. */
void box_sector_seal(uint8_t sector[static BOX_SECTOR]);

/** True when every octet is zero. */
bool box_sector_is_empty(const uint8_t sector[static BOX_SECTOR]);

#define BOX_ID_TEXT_SIZE 33

/** 32 hexadecimal digits into `to`, which is returned. */
const char *box_id_format(const uint8_t id[static BOX_ID_SIZE], char to[static BOX_ID_TEXT_SIZE]);

/** From 32 hexadecimal digits, with or without the dashes of a UUID, up to the end or a newline. 0 or -EINVAL. */
int box_id_parse(const char *text, uint8_t to[static BOX_ID_SIZE]);

#endif
