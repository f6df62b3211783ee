/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BLACKBOX_LAYOUT_H
#define FASCIA_STACK_BLACKBOX_LAYOUT_H

#include "stack/blackbox/record.h"

/*
 * Where a record goes. Two sectors of header (the same twice), then one segment per boot, all of one size:
 *
 *     header | header | segment 0: kept … kept, ring … ring | segment 1: … | …
 *
 * A boot writes into its own segment only, so however much it has to say, the others stay. The first `kept` slots hold
 * how it began, which explains most; the rest is a ring of how it went on. A new boot takes over the segment that was
 * used longest ago, by writing into it: nothing is erased, so a power cut takes no boot away before another is there.
 */

#define BOX_BOOTS_MAX     64
#define BOX_SLOTS_MIN     8                  /* per segment */
#define BOX_FILE_SIZE_MAX ((size_t)67108864) /* octets */
#define BOX_HEADERS       2                  /* sectors */

struct box_layout {
    uint32_t segments; /* 1..BOX_BOOTS_MAX */
    uint32_t slots;    /* sectors of one segment, >= BOX_SLOTS_MIN */
    uint32_t kept;     /* of them for the start of the boot, 1..slots - 1 */
};

/**
 * For `boots` boots in at most `size` octets: fewer boots when they would not have BOX_SLOTS_MIN records each.
 * Returns 0, or -EINVAL when there is not room for one, or too much, or `boots` is not in 1..BOX_BOOTS_MAX.
 */
int box_layout_make(int64_t size, unsigned int boots, struct box_layout *ret_layout);

/** Octets of the file. */
size_t box_layout_size(const struct box_layout *layout);

/** The sector, counted from the file's start, of a boot's record `index` in `segment`. */
size_t box_layout_sector(const struct box_layout *layout, size_t segment, uint64_t index);

bool box_layout_equal(const struct box_layout *a, const struct box_layout *b);

/** Fills one header sector. */
void box_layout_encode(const struct box_layout *layout, uint8_t to[static BOX_SECTOR]);

/** Reads one header sector of a foreign file. Returns 0, BOX_E_VERSION, or BOX_E_DAMAGED (it may be anything). */
int box_layout_decode(const uint8_t from[static BOX_SECTOR], struct box_layout *ret_layout);

#endif
