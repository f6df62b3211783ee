/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole black box. The first octet chooses whether the checksums are to be mended, without which hardly any changed
 * sector would get beyond its CRC; the rest is the file.
 */
#include <stdlib.h>
#include <string.h>

#include "stack/blackbox/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MAX_ 65536

static void judge_boot(const struct box_image *image, size_t boot)
{
    struct box_record record;
    uint64_t before = 0;

    if (image->boots[boot].records == 0 || image->boots[boot].written == 0)
        abort();
    if (boot > 0 && image->boots[boot].last.sequence > image->boots[boot - 1].last.sequence)
        abort();
    for (size_t i = 0; i < image->boots[boot].records; i++) {
        box_image_record(image, boot, i, &record);
        if (record.sequence < before || record.index >= image->boots[boot].written ||
            memcmp(record.boot, image->boots[boot].id, BOX_ID_SIZE) != 0 ||
            memchr(record.detail, '\0', sizeof record.detail) == NULL || strchr(record.detail, '\n') != NULL)
            abort();
        before = record.sequence;
        (void)box_record_kind(&record);
    }
}

/* What can be read can be written on, and taken over into another layout. */
static void go_on(const uint8_t *file, size_t size, const struct box_image *image)
{
    static const struct box_layout small = {.segments = 3, .slots = 8, .kept = 2};
    static uint8_t content[(BOX_HEADERS + 3 * 8) * BOX_SECTOR];
    static const uint8_t boot[BOX_ID_SIZE] = {1, 2, 3};
    struct box_writer writer;
    struct box_record record = {.severity = 6};
    uint8_t sector[BOX_SECTOR];

    box_writer_init(&writer, image->layout.segments > 0 ? &image->layout : &small, boot);
    for (size_t i = 0; i < size / BOX_SECTOR; i++)
        box_writer_seen(&writer, i, file + i * BOX_SECTOR);
    (void)box_writer_begin(&writer);
    size_t offset = box_writer_place(&writer, &record, sector);
    if (offset < (size_t)BOX_HEADERS * BOX_SECTOR || offset >= box_layout_size(&writer.layout))
        abort();

    memset(content, 0, sizeof content);
    box_writer_format(&small, image, content);
    struct box_image other = {0};
    if (box_image_read(content, sizeof content, &other) != 0 || other.damaged != 0 ||
        other.boots_count != (image->boots_count < small.segments ? image->boots_count : small.segments))
        abort();
    box_image_free(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct box_image image = {0};

    if (size < 1 || size > SIZE_MAX_)
        return 0;
    bool mend = (data[0] & 1) != 0;
    size--;
    uint8_t *file = malloc(size > 0 ? size : 1);
    if (file == NULL)
        return 0;
    if (size > 0)
        memcpy(file, data + 1, size);
    for (size_t i = 0; mend && i < size / BOX_SECTOR; i++) {
        if (!box_sector_is_empty(file + i * BOX_SECTOR))
            box_sector_seal(file + i * BOX_SECTOR);
    }
    if (box_image_read(file, size, &image) == 0) {
        for (size_t i = 0; i < image.boots_count; i++)
            judge_boot(&image, i);
        go_on(file, size, &image);
        box_image_free(&image);
    }
    free(file);
    return 0;
}
