/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/blackbox/writer.h"

#include <string.h>

void box_writer_init(struct box_writer *writer, const struct box_layout *layout, const uint8_t boot[static BOX_ID_SIZE])
{
    *writer = (struct box_writer){.layout = *layout};
    memcpy(writer->boot, boot, sizeof writer->boot);
}

void box_writer_seen(struct box_writer *writer, size_t sector, const uint8_t bytes[static BOX_SECTOR])
{
    struct box_record record;

    if (sector < BOX_HEADERS || (sector - BOX_HEADERS) / writer->layout.slots >= writer->layout.segments ||
        box_record_decode(bytes, &record) != 0)
        return;

    struct box_writer_segment *segment = &writer->segments[(sector - BOX_HEADERS) / writer->layout.slots];
    if (!segment->used || record.sequence > segment->sequence) {
        *segment = (struct box_writer_segment){.used = true, .sequence = record.sequence, .index = record.index};
        memcpy(segment->boot, record.boot, sizeof segment->boot);
    }
    if (record.sequence >= writer->sequence)
        writer->sequence = record.sequence + 1;
}

unsigned int box_writer_begin(struct box_writer *writer)
{
    unsigned int boots = 0;
    bool again = false;
    size_t oldest = 0;

    for (size_t i = 0; i < writer->layout.segments; i++) {
        const struct box_writer_segment *segment = &writer->segments[i];
        const struct box_writer_segment *other = &writer->segments[oldest];
        if (segment->used)
            boots++;
        if (segment->used && memcmp(segment->boot, writer->boot, sizeof segment->boot) == 0) {
            again = true;
            writer->segment = i;
            writer->index = segment->index + 1;
        }
        if (other->used && (!segment->used || segment->sequence < other->sequence))
            oldest = i;
    }
    if (again)
        return boots;
    writer->segment = oldest;
    writer->index = 0;
    return writer->segments[oldest].used ? boots : boots + 1;
}

size_t box_writer_place(struct box_writer *writer, struct box_record *record, uint8_t ret_sector[static BOX_SECTOR])
{
    size_t sector = box_layout_sector(&writer->layout, writer->segment, writer->index);

    record->sequence = writer->sequence++;
    record->index = writer->index++;
    memcpy(record->boot, writer->boot, sizeof record->boot);
    box_record_encode(record, ret_sector);
    return sector * BOX_SECTOR;
}

size_t box_writer_batch(const struct box_writer *writer)
{
    size_t half = (writer->layout.slots - writer->layout.kept) / 2;
    return half > BOX_WRITER_BATCH_MAX ? BOX_WRITER_BATCH_MAX : half;
}

void box_writer_format(const struct box_layout *layout, const struct box_image *old, uint8_t *ret_file)
{
    struct box_record record;
    size_t boots = old == NULL ? 0 : old->boots_count;

    for (size_t i = 0; i < BOX_HEADERS; i++)
        box_layout_encode(layout, ret_file + i * BOX_SECTOR);
    for (size_t i = 0; i < boots && i < layout->segments; i++) {
        const struct box_boot *boot = &old->boots[i];
        for (size_t k = 0; k < boot->records; k++) {
            box_image_record(old, i, k, &record);
            /* In order: what the ring has no room for is overwritten by what came later. */
            box_record_encode(&record, ret_file + BOX_SECTOR * box_layout_sector(layout, i, record.index));
        }
    }
}
