/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts. A disk in memory: what was synced is there; of the writes since then any subset may be, in any order, and
 * one sector may be torn: new up to some octet, old from there on. A long life of boots, restarts and records is cut
 * after every single write, and on many octets within one. After each cut the reader must show
 *   - only what was written, octet for octet;
 *   - everything that was synced, but for what the writes since then were to replace;
 *   - and a writer must go on with it.
 * Now and then the cut becomes real, and life goes on with what is left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/blackbox/writer.h"
#include "tests/unit/test.h"

#define SEGMENTS    3
#define SLOTS       12
#define KEPT        3
#define SECTORS     (BOX_HEADERS + SEGMENTS * SLOTS)
#define WRITES      400 /* of a life */
#define CUTS        6   /* at random octets, per write */
#define PENDING_MAX BOX_WRITER_BATCH_MAX

static const struct box_layout layout = {.segments = SEGMENTS, .slots = SLOTS, .kept = KEPT};

struct write {
    size_t sector;
    uint8_t octets[BOX_SECTOR];
};

struct disk {
    uint8_t synced[SECTORS * BOX_SECTOR];
    struct write pending[PENDING_MAX]; /* in the order of their writing */
    size_t pending_count;
    uint8_t written[WRITES][BOX_SECTOR]; /* every sector that ever was written, by its sequence number */
    uint64_t random;
};

static struct disk disk;
static uint8_t after_cut[SECTORS * BOX_SECTOR];

/* xorshift64*: the same cuts in every run. */
static size_t pick(size_t bound)
{
    disk.random ^= disk.random >> 12;
    disk.random ^= disk.random << 25;
    disk.random ^= disk.random >> 27;
    return (size_t)((disk.random * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % bound;
}

static void disk_write(size_t offset, const uint8_t octets[static BOX_SECTOR])
{
    assert_true(disk.pending_count < PENDING_MAX);
    struct write *write = &disk.pending[disk.pending_count++];
    write->sector = offset / BOX_SECTOR;
    memcpy(write->octets, octets, BOX_SECTOR);
}

static void disk_sync(void)
{
    for (size_t i = 0; i < disk.pending_count; i++)
        memcpy(disk.synced + disk.pending[i].sector * BOX_SECTOR, disk.pending[i].octets, BOX_SECTOR);
    disk.pending_count = 0;
}

enum cut {
    CUT_IN_ORDER,     /* all writes, the last one up to `octet` */
    CUT_OUT_OF_ORDER, /* any of them, one of them up to `octet` */
};

static void cut(enum cut kind, size_t octet)
{
    size_t torn = kind == CUT_IN_ORDER || disk.pending_count == 0 ? disk.pending_count - 1 : pick(disk.pending_count);

    memcpy(after_cut, disk.synced, sizeof after_cut);
    for (size_t i = 0; i < disk.pending_count; i++) {
        if (kind == CUT_OUT_OF_ORDER && i != torn && pick(2) == 0)
            continue;
        memcpy(after_cut + disk.pending[i].sector * BOX_SECTOR, disk.pending[i].octets, i == torn ? octet : BOX_SECTOR);
    }
}

static bool is_being_replaced(size_t sector)
{
    for (size_t i = 0; i < disk.pending_count; i++) {
        if (disk.pending[i].sector == sector)
            return true;
    }
    return false;
}

/* The boot that a segment shows after the cut. False when none of its sectors can be read. */
static bool owner_of(size_t segment, uint8_t ret_id[static BOX_ID_SIZE])
{
    uint64_t newest = 0;
    bool found = false;
    struct box_record record;

    for (size_t i = 0; i < SLOTS; i++) {
        size_t sector = BOX_HEADERS + segment * SLOTS + i;
        if (box_record_decode(after_cut + sector * BOX_SECTOR, &record) != 0 || (found && record.sequence < newest))
            continue;
        newest = record.sequence;
        found = true;
        memcpy(ret_id, record.boot, BOX_ID_SIZE);
    }
    return found;
}

/* Marks the sequence numbers that are shown. */
static void expect_only_what_was_written(const struct box_image *image, bool shown[static WRITES])
{
    struct box_record record;
    uint8_t sector[BOX_SECTOR];

    for (size_t boot = 0; boot < image->boots_count; boot++) {
        uint64_t before = 0;
        for (size_t i = 0; i < image->boots[boot].records; i++) {
            box_image_record(image, boot, i, &record);
            assert_true(record.sequence < WRITES && (i == 0 || record.sequence > before));
            before = record.sequence;
            shown[before] = true;
            box_record_encode(&record, sector);
            assert_memory_equal(sector, disk.written[before], BOX_SECTOR);
        }
    }
}

/* But for the records of a boot whose segment a newer boot has got a first record into. */
static void expect_all_that_was_synced(const bool shown[static WRITES])
{
    struct box_record record;

    for (size_t segment = 0; segment < SEGMENTS; segment++) {
        uint8_t owner[BOX_ID_SIZE];
        if (!owner_of(segment, owner))
            continue;
        for (size_t i = 0; i < SLOTS; i++) {
            size_t sector = BOX_HEADERS + segment * SLOTS + i;
            if (!is_being_replaced(sector) && box_record_decode(disk.synced + sector * BOX_SECTOR, &record) == 0 &&
                memcmp(owner, record.boot, BOX_ID_SIZE) == 0)
                assert_true(shown[record.sequence]);
        }
    }
}

/*
 * The bound that the batch is for: of a boot that has filled its ring since the last cut (`from`), as many of the
 * newest synced records as the ring has over a batch.
 */
static void expect_the_newest(const struct box_image *image, const struct box_writer *writer, uint64_t from,
                              uint64_t synced)
{
    size_t wanted = SLOTS - KEPT - box_writer_batch(writer), found = 0;
    struct box_record record;

    if (synced < from + SLOTS)
        return;
    assert_true(image->boots_count > 0);
    assert_memory_equal(image->boots[0].id, writer->boot, BOX_ID_SIZE);
    for (size_t i = 0; i < image->boots[0].records; i++) {
        box_image_record(image, 0, i, &record);
        found += record.index < synced && record.index + wanted >= synced;
    }
    assert_int_equal(found, wanted);
}

static void scan(struct box_writer *writer, const uint8_t *octets, uint8_t boot)
{
    uint8_t id[BOX_ID_SIZE] = {boot};

    box_writer_init(writer, &layout, id);
    for (size_t i = 0; i < SECTORS; i++)
        box_writer_seen(writer, i, octets + i * BOX_SECTOR);
    (void)box_writer_begin(writer);
}

static void expect_that_a_writer_goes_on(const struct box_image *image)
{
    struct box_writer writer;

    scan(&writer, after_cut, 0xff);
    for (size_t boot = 0; boot < image->boots_count; boot++)
        assert_true(image->boots[boot].last.sequence < writer.sequence);
}

static void check(const struct box_writer *writer, uint64_t from, uint64_t synced)
{
    _cleanup_(box_image_free) struct box_image image = {0};
    bool shown[WRITES] = {false};

    assert_int_equal(box_image_read(after_cut, sizeof after_cut, &image), 0);
    expect_only_what_was_written(&image, shown);
    expect_all_that_was_synced(shown);
    expect_the_newest(&image, writer, from, synced);
    expect_that_a_writer_goes_on(&image);
}

/* Random text of random length, so that records differ early and late in their sector. */
static void write_record(struct box_writer *writer)
{
    struct box_record record = {.monotonic_us = (int64_t)pick(1000000), .severity = 6, .source = "test"};
    uint8_t sector[BOX_SECTOR];
    size_t length = pick(BOX_DETAIL_SIZE - 1);

    for (size_t i = 0; i < length; i++)
        record.detail[i] = (char)('a' + pick(26));
    size_t offset = box_writer_place(writer, &record, sector);
    assert_true(record.sequence < WRITES);
    memcpy(disk.written[record.sequence], sector, BOX_SECTOR);
    disk_write(offset, sector);
}

static void live(uint64_t seed)
{
    struct box_writer writer;
    uint8_t boot = 1;

    disk = (struct disk){.random = seed};
    box_writer_format(&layout, NULL, disk.synced);
    scan(&writer, disk.synced, boot);
    uint64_t from = 0, synced = 0; /* indices of this boot */
    while (writer.sequence < WRITES) {
        write_record(&writer);
        cut(CUT_IN_ORDER, BOX_SECTOR);
        check(&writer, from, synced);
        for (size_t i = 0; i < CUTS; i++) {
            cut(i % 2 == 0 ? CUT_IN_ORDER : CUT_OUT_OF_ORDER, pick(BOX_SECTOR + 1));
            check(&writer, from, synced);
        }
        if (disk.pending_count == box_writer_batch(&writer) || pick(3) == 0) {
            disk_sync();
            synced = writer.index;
        }
        if (pick(40) == 0) { /* the last cut becomes real: a new boot, or the supervisor alone was restarted */
            cut(CUT_OUT_OF_ORDER, pick(BOX_SECTOR + 1));
            memcpy(disk.synced, after_cut, sizeof disk.synced);
            disk.pending_count = 0;
            boot = (uint8_t)(boot + pick(2));
            scan(&writer, disk.synced, boot);
            from = writer.index;
            synced = 0;
        }
    }
}

static void nothing_that_was_synced_is_lost_and_nothing_is_invented(void **state)
{
    (void)state;
    live(UINT64_C(0x9e3779b97f4a7c15));
    live(20261125);
}

static void every_octet_of_one_write_is_as_good_a_place_to_cut_as_any(void **state)
{
    struct box_writer writer;
    (void)state;

    disk = (struct disk){.random = 1};
    box_writer_format(&layout, NULL, disk.synced);
    scan(&writer, disk.synced, 1);
    for (unsigned int i = 0; i < 3 * SLOTS; i++) { /* once around, so that a record is overwritten */
        write_record(&writer);
        disk_sync();
    }
    write_record(&writer);
    for (size_t octet = 0; octet <= BOX_SECTOR; octet++) {
        cut(CUT_IN_ORDER, octet);
        check(&writer, 0, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_was_synced_is_lost_and_nothing_is_invented),
        cmocka_unit_test(every_octet_of_one_write_is_as_good_a_place_to_cut_as_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
