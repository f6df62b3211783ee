/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/blackbox/layout.h"

#include <errno.h>
#include <string.h>

#include "stack/base/bytes.h"

/* The header: magic, version u16, sector u16, segments u32, slots u32, kept u32, zero, CRC-32C. */
#define MAGIC      "fascia black box" /* without a NUL: `head -c 16` shows what the file is */
#define MAGIC_SIZE 16
#define KEPT_SHARE 4 /* a quarter of a segment is for the start of the boot */

static bool is_valid(const struct box_layout *layout)
{
    return layout->segments >= 1 && layout->segments <= BOX_BOOTS_MAX && layout->slots >= BOX_SLOTS_MIN &&
           layout->kept >= 1 && layout->kept < layout->slots &&
           layout->slots <= (BOX_FILE_SIZE_MAX / BOX_SECTOR - BOX_HEADERS) / layout->segments;
}

int box_layout_make(int64_t size, unsigned int boots, struct box_layout *ret_layout)
{
    if (size < 0 || (uint64_t)size > BOX_FILE_SIZE_MAX || boots < 1 || boots > BOX_BOOTS_MAX)
        return -EINVAL;

    size_t sectors = (size_t)size / BOX_SECTOR;
    if (sectors < BOX_HEADERS + BOX_SLOTS_MIN)
        return -EINVAL;
    sectors -= BOX_HEADERS;
    if (sectors / boots < BOX_SLOTS_MIN)
        boots = (unsigned int)(sectors / BOX_SLOTS_MIN);

    uint32_t slots = (uint32_t)(sectors / boots);
    *ret_layout = (struct box_layout){.segments = boots, .slots = slots, .kept = slots / KEPT_SHARE};
    return 0;
}

size_t box_layout_size(const struct box_layout *layout)
{
    return BOX_SECTOR * (BOX_HEADERS + (size_t)layout->segments * layout->slots);
}

size_t box_layout_sector(const struct box_layout *layout, size_t segment, uint64_t index)
{
    uint32_t ring = layout->slots - layout->kept;
    uint64_t slot = index < layout->kept ? index : layout->kept + (index - layout->kept) % ring;

    return BOX_HEADERS + segment * layout->slots + (size_t)slot;
}

bool box_layout_equal(const struct box_layout *a, const struct box_layout *b)
{
    return a->segments == b->segments && a->slots == b->slots && a->kept == b->kept;
}

void box_layout_encode(const struct box_layout *layout, uint8_t to[static BOX_SECTOR])
{
    struct fascia_writer w;

    memset(to, 0, BOX_SECTOR);
    fascia_writer_init(&w, to, BOX_SECTOR);
    fascia_write_bytes(&w, MAGIC, MAGIC_SIZE);
    fascia_write_le16(&w, BOX_VERSION);
    fascia_write_le16(&w, BOX_SECTOR);
    fascia_write_le32(&w, layout->segments);
    fascia_write_le32(&w, layout->slots);
    fascia_write_le32(&w, layout->kept);
    box_sector_seal(to);
}

int box_layout_decode(const uint8_t from[static BOX_SECTOR], struct box_layout *ret_layout)
{
    struct box_layout layout = {0};
    struct fascia_reader r;

    if (memcmp(from, MAGIC, MAGIC_SIZE) != 0 || !box_sector_is_whole(from))
        return BOX_E_DAMAGED;
    fascia_reader_init(&r, from, BOX_SECTOR);
    fascia_read_skip(&r, MAGIC_SIZE);
    if (fascia_read_le16(&r) != BOX_VERSION || fascia_read_le16(&r) != BOX_SECTOR)
        return BOX_E_VERSION;
    layout.segments = fascia_read_le32(&r);
    layout.slots = fascia_read_le32(&r);
    layout.kept = fascia_read_le32(&r);
    if (!fascia_reader_ok(&r) || !is_valid(&layout))
        return BOX_E_DAMAGED;
    *ret_layout = layout;
    return 0;
}
