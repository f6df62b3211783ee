/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/blackbox/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NO_BOOT UINT32_MAX

/* Whose segment it is: the boot of the newest record in it. */
struct owner {
    bool used;
    uint8_t boot[BOX_ID_SIZE];
    uint64_t sequence;
};

static bool has_layout(const struct box_image *image)
{
    return image->layout.segments > 0;
}

static size_t segment_of(const struct box_image *image, size_t sector)
{
    return (sector - BOX_HEADERS) / image->layout.slots;
}

/* The sectors that the layout knows, as far as the file has them; without a layout all. */
static void bounds(const struct box_image *image, size_t size, size_t *ret_first, size_t *ret_end)
{
    size_t sectors = size / BOX_SECTOR;
    size_t known = has_layout(image) ? box_layout_size(&image->layout) / BOX_SECTOR : sectors;

    *ret_first = has_layout(image) ? BOX_HEADERS : 0;
    *ret_end = sectors < known ? sectors : known;
}

static int read_headers(const uint8_t *file, size_t size, struct box_image *image)
{
    int result = BOX_E_DAMAGED;

    for (size_t i = 0; i < BOX_HEADERS && (i + 1) * BOX_SECTOR <= size; i++) {
        struct box_layout layout;
        int r = box_layout_decode(file + i * BOX_SECTOR, &layout);
        if (r == 0 && result != 0) {
            image->layout = layout;
            result = 0;
        } else if (r == BOX_E_VERSION && result != 0) {
            result = r;
        }
        image->header_damaged = image->header_damaged || r != 0;
    }
    return result;
}

static void find_owners(const struct box_image *image, size_t first, size_t end,
                        struct owner owners[static BOX_BOOTS_MAX])
{
    struct box_record record;

    for (size_t sector = first; sector < end; sector++) {
        if (box_record_decode(image->file + sector * BOX_SECTOR, &record) != 0)
            continue;
        struct owner *owner = &owners[segment_of(image, sector)];
        if (owner->used && record.sequence <= owner->sequence)
            continue;
        *owner = (struct owner){.used = true, .sequence = record.sequence};
        memcpy(owner->boot, record.boot, sizeof owner->boot);
    }
}

static uint32_t find_boot(const struct box_image *image, const uint8_t id[static BOX_ID_SIZE])
{
    for (size_t i = 0; i < image->boots_count; i++) {
        if (memcmp(image->boots[i].id, id, BOX_ID_SIZE) == 0)
            return (uint32_t)i;
    }
    return NO_BOOT;
}

static struct box_moment moment_of(const struct box_record *record)
{
    return (struct box_moment){
        .sequence = record->sequence, .monotonic_us = record->monotonic_us, .realtime_us = record->realtime_us};
}

/* A new row; when there is none left, that of the oldest boot, if this one is newer. */
static uint32_t add_boot(struct box_image *image, const struct box_record *record)
{
    size_t row = image->boots_count;

    if (row < BOX_BOOTS_MAX) {
        image->boots_count++;
    } else {
        row = 0;
        for (size_t i = 1; i < BOX_BOOTS_MAX; i++) {
            if (image->boots[i].last.sequence < image->boots[row].last.sequence)
                row = i;
        }
        if (record->sequence < image->boots[row].last.sequence)
            return NO_BOOT;
    }
    image->boots[row] = (struct box_boot){.first = moment_of(record), .last = moment_of(record)};
    memcpy(image->boots[row].id, record->boot, BOX_ID_SIZE);
    return (uint32_t)row;
}

static void count_record(struct box_boot *boot, const struct box_record *record)
{
    if (record->sequence < boot->first.sequence)
        boot->first = moment_of(record);
    if (record->sequence > boot->last.sequence)
        boot->last = moment_of(record);
    if (record->index >= boot->written)
        boot->written = record->index + 1;
}

/* Finds the boots, and counts what cannot be read. */
static void collect_boots(struct box_image *image, size_t first, size_t end,
                          const struct owner owners[static BOX_BOOTS_MAX])
{
    struct box_record record;

    for (size_t sector = first; sector < end; sector++) {
        int r = box_record_decode(image->file + sector * BOX_SECTOR, &record);
        if (r == BOX_E_DAMAGED)
            image->damaged++;
        if (r == BOX_E_VERSION)
            image->unknown++;
        if (r != 0 ||
            (has_layout(image) && memcmp(owners[segment_of(image, sector)].boot, record.boot, BOX_ID_SIZE) != 0))
            continue;
        uint32_t boot = find_boot(image, record.boot);
        if (boot == NO_BOOT)
            boot = add_boot(image, &record);
        if (boot != NO_BOOT)
            count_record(&image->boots[boot], &record);
    }
}

static int newer_boot_first(const void *a, const void *b)
{
    const struct box_boot *x = a, *y = b;
    return (x->last.sequence < y->last.sequence) - (x->last.sequence > y->last.sequence);
}

static int by_boot_and_sequence(const void *a, const void *b)
{
    const struct box_place *x = a, *y = b;
    if (x->boot != y->boot)
        return x->boot < y->boot ? -1 : 1;
    if (x->sequence != y->sequence)
        return x->sequence < y->sequence ? -1 : 1;
    return (x->sector > y->sector) - (x->sector < y->sector);
}

/* Fills `order`, which has room for every sector. */
static void collect_records(struct box_image *image, size_t first, size_t end,
                            const struct owner owners[static BOX_BOOTS_MAX])
{
    struct box_record record;
    size_t count = 0, start = 0;

    for (size_t sector = first; sector < end; sector++) {
        int r = box_record_decode(image->file + sector * BOX_SECTOR, &record);
        const struct owner *owner = has_layout(image) ? &owners[segment_of(image, sector)] : NULL;
        uint32_t boot = NO_BOOT;
        if (r == 0 && (owner == NULL || memcmp(owner->boot, record.boot, BOX_ID_SIZE) == 0))
            boot = find_boot(image, record.boot);
        if (r == BOX_E_DAMAGED && owner != NULL && owner->used) {
            uint32_t damaged = find_boot(image, owner->boot);
            if (damaged != NO_BOOT)
                image->boots[damaged].damaged++;
        }
        if (boot == NO_BOOT)
            continue;
        image->boots[boot].records++;
        image->order[count++] =
            (struct box_place){.sequence = record.sequence, .sector = (uint32_t)sector, .boot = boot};
    }
    if (count > 0)
        qsort(image->order, count, sizeof image->order[0], by_boot_and_sequence);
    for (size_t i = 0; i < image->boots_count; i++) {
        image->boots[i].start = start;
        start += image->boots[i].records;
    }
}

int box_image_read(const void *file, size_t size, struct box_image *ret_image)
{
    struct box_image image = {.file = file};
    struct owner owners[BOX_BOOTS_MAX] = {0};
    size_t first = 0, end = 0;

    if (size > BOX_FILE_SIZE_MAX)
        return -EFBIG;
    int r = read_headers(file, size, &image);
    if (r == BOX_E_VERSION)
        return r;
    bounds(&image, size, &first, &end);
    if (has_layout(&image))
        find_owners(&image, first, end, owners);
    collect_boots(&image, first, end, owners);
    if (!has_layout(&image) && image.boots_count == 0)
        return image.unknown > 0 ? BOX_E_VERSION : BOX_E_FOREIGN;
    if (image.boots_count > 0) {
        qsort(image.boots, image.boots_count, sizeof image.boots[0], newer_boot_first);
        image.order = calloc(end - first, sizeof image.order[0]);
        if (image.order == NULL)
            return -ENOMEM;
        collect_records(&image, first, end, owners);
    }
    *ret_image = image;
    return 0;
}

void box_image_record(const struct box_image *image, size_t boot, size_t i, struct box_record *ret_record)
{
    const struct box_place *place = &image->order[image->boots[boot].start + i];
    (void)box_record_decode(image->file + (size_t)place->sector * BOX_SECTOR, ret_record);
}

void box_image_free(struct box_image *image)
{
    if (image == NULL)
        return;
    free(image->order);
    image->order = NULL;
    image->boots_count = 0;
}
