/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BLACKBOX_READER_H
#define FASCIA_STACK_BLACKBOX_READER_H

#include "stack/blackbox/layout.h"

/*
 * What a black box holds, from the octets of the whole file. Nothing in it is trusted: a sector whose CRC does not
 * match is counted and passed over; what an earlier boot left in a segment that another has taken over is not shown.
 * When both headers are gone, the records still tell the boots apart.
 */

struct box_moment {
    uint64_t sequence;
    int64_t monotonic_us, realtime_us;
};

struct box_boot {
    uint8_t id[BOX_ID_SIZE];
    struct box_moment first, last; /* of the oldest and the newest record that is left */
    size_t records;                /* that can be read */
    uint64_t written;              /* that there ever were; the others have been overwritten by later ones */
    size_t damaged;                /* sectors of its segment that cannot be read */
    size_t start;                  /* of its records in box_image.order */
};

struct box_place {
    uint64_t sequence;
    uint32_t sector;
    uint32_t boot;
};

struct box_image {
    const uint8_t *file; /* borrowed */
    struct box_boot boots[BOX_BOOTS_MAX];
    size_t boots_count;      /* newest first */
    struct box_place *order; /* owned: where the records are */
    size_t damaged;          /* sectors that cannot be read, in the whole file */
    size_t unknown;          /* records of a version that this program does not know */
    struct box_layout layout;
    bool header_damaged; /* one of the two; when both are, `layout` is zero */
};

/**
 * Reads a file's octets, which stay borrowed until box_image_free(). Returns 0, -ENOMEM, -EFBIG (more than
 * BOX_FILE_SIZE_MAX), BOX_E_VERSION (a later program made it) or BOX_E_FOREIGN (it is not a black box; a file without
 * a single octet is none either). Of a file cut short what is left is read.
 */
int box_image_read(const void *file, size_t size, struct box_image *ret_image);

/** Record i (0 = oldest) of boots[boot]; both must be within bounds. */
void box_image_record(const struct box_image *image, size_t boot, size_t i, struct box_record *ret_record);

/** Idempotent; NULL-safe; also for an image that is all zero. */
void box_image_free(struct box_image *image);

static inline void fascia_cleanup_box_image_free(struct box_image *image)
{
    box_image_free(image);
}

#endif
