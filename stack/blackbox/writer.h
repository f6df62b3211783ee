/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BLACKBOX_WRITER_H
#define FASCIA_STACK_BLACKBOX_WRITER_H

#include "stack/blackbox/layout.h"
#include "stack/blackbox/reader.h"

/*
 * Decides what is written where; somebody else writes. Every record goes on behind what the file holds, whether that
 * is of an earlier boot or of this one (the supervisor restarted).
 *
 *     box_writer_init() → box_writer_seen() for each sector of the file → box_writer_begin() → box_writer_place() …
 *
 * A place's sector must be written whole, in one write. After at most box_writer_batch() of them they must be on the
 * disk before more are placed: that bounds what one power cut can take from the ring.
 */

#define BOX_WRITER_BATCH_MAX 32

struct box_writer_segment {
    bool used;
    uint8_t boot[BOX_ID_SIZE]; /* of the newest record in it: whose segment it is */
    uint64_t sequence;         /* of that record */
    uint64_t index;            /* of that record */
};

struct box_writer {
    struct box_layout layout;
    uint8_t boot[BOX_ID_SIZE];
    struct box_writer_segment segments[BOX_BOOTS_MAX];
    size_t segment;    /* this boot's */
    uint64_t sequence; /* of the next record */
    uint64_t index;    /* of the next record */
};

void box_writer_init(struct box_writer *writer, const struct box_layout *layout,
                     const uint8_t boot[static BOX_ID_SIZE]);

/** Tells what a sector of the file (counted from its start) holds; in any order. Headers are passed over. */
void box_writer_seen(struct box_writer *writer, size_t sector, const uint8_t bytes[static BOX_SECTOR]);

/** Finds this boot's place. Returns how many boots the file holds then, this one included. */
unsigned int box_writer_begin(struct box_writer *writer);

/** Numbers a record (sequence, index, boot) and gives its sector. Returns the octet of the file where it belongs. */
size_t box_writer_place(struct box_writer *writer, struct box_record *record, uint8_t ret_sector[static BOX_SECTOR]);

/** How many records may be placed between two syncs: 1..BOX_WRITER_BATCH_MAX. */
size_t box_writer_batch(const struct box_writer *writer);

/**
 * A new file in memory (zeroed, box_layout_size() octets), with what fits of an old one, which may be NULL: its newest
 * boots, of each its start and its end.
 */
void box_writer_format(const struct box_layout *layout, const struct box_image *old, uint8_t *ret_file);

#endif
