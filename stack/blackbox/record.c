/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/blackbox/record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/blackbox/crc32c.h"

#define MAGIC         "FBXR"
#define MAGIC_SIZE    4
#define CRC_AT        (BOX_SECTOR - 4)
#define NUMBER_LIMIT  (UINT64_C(1) << 62) /* beyond it no box gets by writing: a sum would overflow */
#define SEVERITY_MASK 7

_Static_assert(FASCIA_SOURCE_SIZE <= BOX_SOURCE_SIZE, "a record holds every source");
_Static_assert(FASCIA_DETAIL_SIZE <= BOX_DETAIL_SIZE, "a record holds every detail");

static void write_le64(struct fascia_writer *w, uint64_t v)
{
    fascia_write_le32(w, (uint32_t)v);
    fascia_write_le32(w, (uint32_t)(v >> 32));
}

static uint64_t read_le64(struct fascia_reader *r)
{
    uint64_t low = fascia_read_le32(r);
    return low | (uint64_t)fascia_read_le32(r) << 32;
}

/* Up to the first NUL, the rest zero, always with one. */
static void clean_text(char *to, const char *from, size_t size)
{
    size_t i = 0;

    for (; i + 1 < size && from[i] != '\0'; i++) {
        to[i] = from[i];
        if ((unsigned char)from[i] < ' ' || from[i] == 0x7f)
            to[i] = '?';
    }
    memset(to + i, 0, size - i);
}

void box_record_from_event(const struct fascia_event *event, int64_t realtime_us, struct box_record *ret_record)
{
    struct box_record record = {.monotonic_us = event->t_us,
                                .realtime_us = realtime_us,
                                .severity = (uint8_t)fascia_event_severity(event->kind)};

    (void)fascia_text_to_bytes(fascia_event_message_id(event->kind), record.message, sizeof record.message);
    (void)fascia_text_copy(record.source, sizeof record.source, event->source);
    (void)fascia_text_copy(record.detail, sizeof record.detail, event->detail);
    *ret_record = record;
}

enum fascia_event_kind box_record_kind(const struct box_record *record)
{
    char text[BOX_ID_TEXT_SIZE];

    (void)box_id_format(record->message, text);
    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++) {
        if (strcmp(fascia_event_message_id((enum fascia_event_kind)i), text) == 0)
            return (enum fascia_event_kind)i;
    }
    return FASCIA_EVENTS_;
}

bool box_sector_is_empty(const uint8_t sector[static BOX_SECTOR])
{
    return sector[0] == 0 && memcmp(sector, sector + 1, BOX_SECTOR - 1) == 0;
}

bool box_sector_is_whole(const uint8_t sector[static BOX_SECTOR])
{
    struct fascia_reader r;

    fascia_reader_init(&r, sector + CRC_AT, BOX_SECTOR - CRC_AT);
    return fascia_read_le32(&r) == crc32c(sector, CRC_AT);
}

void box_sector_seal(uint8_t sector[static BOX_SECTOR])
{
    struct fascia_writer w;

    fascia_writer_init(&w, sector + CRC_AT, BOX_SECTOR - CRC_AT);
    fascia_write_le32(&w, crc32c(sector, CRC_AT));
}

void box_record_encode(const struct box_record *record, uint8_t to[static BOX_SECTOR])
{
    char source[BOX_SOURCE_SIZE], detail[BOX_DETAIL_SIZE];
    struct fascia_writer w;

    clean_text(source, record->source, sizeof source);
    clean_text(detail, record->detail, sizeof detail);
    memset(to, 0, BOX_SECTOR);
    fascia_writer_init(&w, to, BOX_SECTOR);
    fascia_write_bytes(&w, MAGIC, MAGIC_SIZE);
    fascia_write_le16(&w, BOX_VERSION);
    fascia_write_u8(&w, record->severity & SEVERITY_MASK);
    fascia_write_u8(&w, 0);
    write_le64(&w, record->sequence);
    write_le64(&w, record->index);
    fascia_write_bytes(&w, record->boot, sizeof record->boot);
    write_le64(&w, (uint64_t)record->monotonic_us);
    write_le64(&w, (uint64_t)record->realtime_us);
    fascia_write_bytes(&w, record->message, sizeof record->message);
    fascia_write_le32(&w, record->lost);
    fascia_write_bytes(&w, source, sizeof source);
    fascia_write_bytes(&w, detail, sizeof detail);
    box_sector_seal(to);
}

int box_record_decode(const uint8_t from[static BOX_SECTOR], struct box_record *ret_record)
{
    struct box_record record = {0};
    char source[BOX_SOURCE_SIZE], detail[BOX_DETAIL_SIZE];
    struct fascia_reader r;

    fascia_reader_init(&r, from, CRC_AT);
    if (memcmp(from, MAGIC, MAGIC_SIZE) != 0)
        return box_sector_is_empty(from) ? BOX_E_EMPTY : BOX_E_DAMAGED;
    if (!box_sector_is_whole(from))
        return BOX_E_DAMAGED;
    fascia_read_skip(&r, MAGIC_SIZE);
    if (fascia_read_le16(&r) != BOX_VERSION)
        return BOX_E_VERSION;
    record.severity = fascia_read_u8(&r) & SEVERITY_MASK;
    fascia_read_skip(&r, 1);
    record.sequence = read_le64(&r);
    record.index = read_le64(&r);
    fascia_read_copy(&r, record.boot, sizeof record.boot);
    record.monotonic_us = (int64_t)read_le64(&r);
    record.realtime_us = (int64_t)read_le64(&r);
    fascia_read_copy(&r, record.message, sizeof record.message);
    record.lost = fascia_read_le32(&r);
    fascia_read_copy(&r, source, sizeof source);
    fascia_read_copy(&r, detail, sizeof detail);
    if (!fascia_reader_ok(&r) || record.sequence >= NUMBER_LIMIT || record.index >= NUMBER_LIMIT)
        return BOX_E_DAMAGED;
    clean_text(record.source, source, sizeof record.source);
    clean_text(record.detail, detail, sizeof record.detail);
    *ret_record = record;
    return 0;
}

const char *box_id_format(const uint8_t id[static BOX_ID_SIZE], char to[static BOX_ID_TEXT_SIZE])
{
    for (size_t i = 0; i < BOX_ID_SIZE; i++)
        (void)snprintf(to + 2 * i, 3, "%02x", id[i]);
    return to;
}

int box_id_parse(const char *text, uint8_t to[static BOX_ID_SIZE])
{
    char hex[BOX_ID_TEXT_SIZE];
    size_t used = 0;

    for (; *text != '\0' && *text != '\n'; text++) {
        if (*text == '-')
            continue;
        if (used + 1 >= sizeof hex)
            return -EINVAL;
        hex[used++] = *text;
    }
    hex[used] = '\0';
    return fascia_text_to_bytes(hex, to, BOX_ID_SIZE);
}
