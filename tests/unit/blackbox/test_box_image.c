/* SPDX-License-Identifier: Apache-2.0 */
/* The writer and the reader, on a file in memory. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/blackbox/writer.h"
#include "tests/unit/test.h"

#define SEGMENTS 4
#define SLOTS    16
#define KEPT     4
#define RING     (SLOTS - KEPT)

static const struct box_layout layout = {.segments = SEGMENTS, .slots = SLOTS, .kept = KEPT};
static uint8_t file[(BOX_HEADERS + SEGMENTS * SLOTS) * BOX_SECTOR];
static struct box_image image;

static int make_file(void **state)
{
    (void)state;
    memset(file, 0, sizeof file);
    box_writer_format(&layout, NULL, file);
    return 0;
}

static int free_image(void **state)
{
    (void)state;
    box_image_free(&image);
    return 0;
}

static void begin(struct box_writer *writer, const uint8_t *octets, const struct box_layout *of, uint8_t boot,
                  unsigned int boots)
{
    uint8_t id[BOX_ID_SIZE] = {boot};

    box_writer_init(writer, of, id);
    for (size_t i = 0; i < box_layout_size(of) / BOX_SECTOR; i++)
        box_writer_seen(writer, i, octets + i * BOX_SECTOR);
    assert_int_equal(box_writer_begin(writer), boots);
}

/* Record n of a boot says "<boot>/<n>". */
static void put(struct box_writer *writer, uint8_t *octets, unsigned int n)
{
    struct box_record record = {.monotonic_us = n, .severity = 6, .source = "test"};
    uint8_t sector[BOX_SECTOR];

    (void)snprintf(record.detail, sizeof record.detail, "%u/%u", writer->boot[0], n);
    size_t offset = box_writer_place(writer, &record, sector);
    memcpy(octets + offset, sector, sizeof sector);
}

static void write_boot(uint8_t boot, unsigned int records, unsigned int boots)
{
    struct box_writer writer;

    begin(&writer, file, &layout, boot, boots);
    for (unsigned int n = 0; n < records; n++)
        put(&writer, file, n);
}

static void read_file(void)
{
    box_image_free(&image);
    assert_int_equal(box_image_read(file, sizeof file, &image), 0);
}

static void expect_record(size_t boot, size_t i, uint8_t id, unsigned int n)
{
    struct box_record record;
    char detail[BOX_DETAIL_SIZE];

    (void)snprintf(detail, sizeof detail, "%u/%u", id, n);
    box_image_record(&image, boot, i, &record);
    assert_string_equal(record.detail, detail);
    assert_int_equal(record.index, n);
}

/* That a boot shows its start, and its end as far as there is room. */
static void expect_boot(size_t boot, uint8_t id, unsigned int written, unsigned int kept, unsigned int ring)
{
    unsigned int records = written < kept + ring ? written : kept + ring;

    assert_true(boot < image.boots_count);
    assert_int_equal(image.boots[boot].id[0], id);
    assert_int_equal(image.boots[boot].records, records);
    assert_int_equal(image.boots[boot].written, written);
    for (unsigned int i = 0; i < records; i++)
        expect_record(boot, i, id, i < kept ? i : written - records + i);
}

static void a_new_file_holds_nothing(void **state)
{
    (void)state;
    read_file();
    assert_int_equal(image.boots_count, 0);
    assert_int_equal(image.damaged, 0);
    assert_false(image.header_damaged);
}

static void boots_come_newest_first_and_their_records_in_order(void **state)
{
    (void)state;
    write_boot(1, 3, 1);
    write_boot(2, SLOTS, 2);
    write_boot(3, 1, 3);
    read_file();
    assert_int_equal(image.boots_count, 3);
    expect_boot(0, 3, 1, KEPT, RING);
    expect_boot(1, 2, SLOTS, KEPT, RING);
    expect_boot(2, 1, 3, KEPT, RING);
    assert_int_equal(image.boots[2].first.monotonic_us, 0);
    assert_int_equal(image.boots[2].last.monotonic_us, 2);
}

static void a_chatty_boot_loses_its_middle_and_takes_nothing_from_the_others(void **state)
{
    (void)state;
    write_boot(1, 5, 1);
    write_boot(2, 7, 2);
    write_boot(3, 100 * SLOTS + 5, 3);
    write_boot(4, 2, 4);
    read_file();
    assert_int_equal(image.boots_count, 4);
    expect_boot(0, 4, 2, KEPT, RING);
    expect_boot(1, 3, 100 * SLOTS + 5, KEPT, RING);
    expect_boot(2, 2, 7, KEPT, RING);
    expect_boot(3, 1, 5, KEPT, RING);
}

static void the_last_n_boots_are_kept(void **state)
{
    (void)state;
    for (uint8_t boot = 1; boot <= 50; boot++) {
        write_boot(boot, 1 + boot % 20, boot < SEGMENTS ? boot : SEGMENTS);
        read_file();
        assert_int_equal(image.boots_count, boot < SEGMENTS ? boot : SEGMENTS);
        for (uint8_t back = 0; back < image.boots_count; back++)
            expect_boot(back, (uint8_t)(boot - back), 1U + (unsigned int)(boot - back) % 20, KEPT, RING);
    }
}

static void a_boot_that_writes_nothing_takes_nobodys_place(void **state)
{
    (void)state;
    for (uint8_t boot = 1; boot <= SEGMENTS; boot++)
        write_boot(boot, 2, boot);
    write_boot(9, 0, SEGMENTS);
    read_file();
    assert_int_equal(image.boots_count, SEGMENTS);
    expect_boot(SEGMENTS - 1, 1, 2, KEPT, RING);
}

static void what_an_older_boot_left_in_a_segment_is_not_shown(void **state)
{
    (void)state;
    for (uint8_t boot = 1; boot <= SEGMENTS + 1; boot++)
        write_boot(boot, boot > SEGMENTS ? 1 : SLOTS, boot > SEGMENTS ? SEGMENTS : boot);
    read_file();
    assert_int_equal(image.boots_count, SEGMENTS);
    expect_boot(0, SEGMENTS + 1, 1, KEPT, RING);
    expect_boot(SEGMENTS - 1, 2, SLOTS, KEPT, RING);
    assert_int_equal(image.damaged, 0);
}

static void a_segment_is_of_the_newest_boot_also_when_its_first_record_was_lost(void **state)
{
    uint8_t before[BOX_SECTOR], *slot = file + BOX_SECTOR * box_layout_sector(&layout, 0, 0);
    struct box_writer writer;
    (void)state;

    for (uint8_t boot = 1; boot <= SEGMENTS; boot++)
        write_boot(boot, SLOTS, boot);
    memcpy(before, slot, sizeof before);
    write_boot(SEGMENTS + 1, 3, SEGMENTS);
    memcpy(slot, before, sizeof before);
    read_file();
    assert_int_equal(image.boots_count, SEGMENTS);
    assert_int_equal(image.boots[0].id[0], SEGMENTS + 1);
    assert_int_equal(image.boots[0].records, 2);
    expect_record(0, 0, SEGMENTS + 1, 1);
    begin(&writer, file, &layout, SEGMENTS + 1, SEGMENTS);
    assert_int_equal(writer.index, 3);
}

static void a_restart_within_a_boot_goes_on_behind_what_is_there(void **state)
{
    struct box_writer writer;
    (void)state;

    write_boot(1, 2, 1);
    write_boot(2, 2, 2);
    for (unsigned int n = 2; n < 3 * SLOTS; n++) { /* restarted before each record */
        begin(&writer, file, &layout, 2, 2);
        put(&writer, file, n);
    }
    read_file();
    assert_int_equal(image.boots_count, 2);
    expect_boot(0, 2, 3 * SLOTS, KEPT, RING);
    expect_boot(1, 1, 2, KEPT, RING);
}

static void damage_is_counted_where_it_is_and_hides_nothing_else(void **state)
{
    (void)state;
    write_boot(1, 6, 1);
    write_boot(2, 6, 2);
    memset(file + BOX_SECTOR * box_layout_sector(&layout, 0, 1) + 300, 0xaa, 20);
    memset(file + BOX_SECTOR * box_layout_sector(&layout, 3, 0), 'z', BOX_SECTOR); /* of no boot */
    read_file();
    assert_int_equal(image.damaged, 2);
    assert_int_equal(image.boots_count, 2);
    expect_boot(0, 2, 6, KEPT, RING);
    assert_int_equal(image.boots[0].damaged, 0);
    assert_int_equal(image.boots[1].damaged, 1);
    assert_int_equal(image.boots[1].records, 5);
    assert_int_equal(image.boots[1].written, 6);
    expect_record(1, 0, 1, 0);
    expect_record(1, 1, 1, 2);
}

static void one_header_is_enough(void **state)
{
    (void)state;
    write_boot(1, 3, 1);
    memset(file, 0xff, BOX_SECTOR);
    read_file();
    assert_true(image.header_damaged);
    assert_true(box_layout_equal(&image.layout, &layout));
    expect_boot(0, 1, 3, KEPT, RING);
}

static void without_a_header_the_records_still_tell_the_boots_apart(void **state)
{
    (void)state;
    for (uint8_t boot = 1; boot <= 3; boot++)
        write_boot(boot, 30, boot);
    memset(file, 0, (size_t)BOX_HEADERS * BOX_SECTOR);
    read_file();
    assert_true(image.header_damaged);
    assert_int_equal(image.boots_count, 3);
    expect_boot(0, 3, 30, KEPT, RING);
    expect_boot(2, 1, 30, KEPT, RING);
}

static void without_a_header_only_the_newest_boots_are_kept_in_mind(void **state)
{
    enum { BOOTS = BOX_BOOTS_MAX + 10 };
    static uint8_t many[BOOTS * BOX_SECTOR];
    (void)state;

    for (unsigned int i = 0; i < BOOTS; i++) { /* in an order that is none */
        unsigned int n = i * 29 % BOOTS;
        struct box_record record = {.sequence = n, .boot = {(uint8_t)(n + 1)}};
        box_record_encode(&record, many + (size_t)i * BOX_SECTOR);
    }
    assert_int_equal(box_image_read(many, sizeof many, &image), 0);
    assert_int_equal(image.boots_count, BOX_BOOTS_MAX);
    for (unsigned int i = 0; i < BOX_BOOTS_MAX; i++) {
        assert_int_equal(image.boots[i].id[0], BOOTS - i);
        assert_int_equal(image.boots[i].records, 1);
    }
}

static void a_file_cut_short_shows_what_is_left(void **state)
{
    (void)state;
    write_boot(1, 6, 1);
    write_boot(2, 6, 2);
    box_image_free(&image);
    assert_int_equal(box_image_read(file, (BOX_HEADERS + 3) * (size_t)BOX_SECTOR + 100, &image), 0);
    assert_int_equal(image.boots_count, 1);
    assert_int_equal(image.boots[0].records, 3);
}

static void what_is_not_a_black_box_is_refused(void **state)
{
    static uint8_t zero[4096];
    (void)state;

    assert_int_equal(box_image_read(NULL, 0, &image), BOX_E_FOREIGN);
    assert_int_equal(box_image_read("short", 5, &image), BOX_E_FOREIGN);
    assert_int_equal(box_image_read(zero, sizeof zero, &image), BOX_E_FOREIGN);
    memset(zero, 'x', sizeof zero);
    assert_int_equal(box_image_read(zero, sizeof zero, &image), BOX_E_FOREIGN);
    memset(zero, 0, sizeof zero);
    assert_int_equal(box_image_read(zero, BOX_FILE_SIZE_MAX + 1, &image), -EFBIG);
}

static void a_file_of_a_later_version_is_refused_and_a_record_of_one_counted(void **state)
{
    uint8_t *record = file + BOX_SECTOR * box_layout_sector(&layout, 0, 1);
    (void)state;

    write_boot(1, 3, 1);
    record[4]++;
    box_sector_seal(record);
    read_file();
    assert_int_equal(image.unknown, 1);
    assert_int_equal(image.damaged, 0);
    assert_int_equal(image.boots[0].records, 2);

    for (size_t i = 0; i < BOX_HEADERS; i++) {
        file[i * BOX_SECTOR + 16]++;
        box_sector_seal(file + i * BOX_SECTOR);
    }
    box_image_free(&image);
    assert_int_equal(box_image_read(file, sizeof file, &image), BOX_E_VERSION);
}

/* Makes the file anew with another layout and looks at it. */
static void reformat(const struct box_layout *to, uint8_t *octets, size_t size)
{
    assert_int_equal(size, box_layout_size(to));
    read_file();
    memset(octets, 0, size);
    box_writer_format(to, &image, octets);
    box_image_free(&image);
    assert_int_equal(box_image_read(octets, size, &image), 0);
    assert_true(box_layout_equal(&image.layout, to));
}

static void a_larger_file_takes_over_everything(void **state)
{
    static const struct box_layout larger = {.segments = 6, .slots = 40, .kept = 10};
    static uint8_t octets[(BOX_HEADERS + 6 * 40) * BOX_SECTOR];
    struct box_writer writer;
    (void)state;

    for (uint8_t boot = 1; boot <= 5; boot++)
        write_boot(boot, boot * 10U, boot < SEGMENTS ? boot : SEGMENTS);
    reformat(&larger, octets, sizeof octets);
    assert_int_equal(image.boots_count, 4);
    for (uint8_t back = 0; back < 4; back++)
        expect_boot(back, (uint8_t)(5 - back), (5U - back) * 10, KEPT, RING);

    begin(&writer, octets, &larger, 5, 4);
    put(&writer, octets, 50);
    begin(&writer, octets, &larger, 6, 5);
    put(&writer, octets, 0);
    box_image_free(&image);
    assert_int_equal(box_image_read(octets, sizeof octets, &image), 0);
    assert_int_equal(image.boots_count, 5);
    expect_boot(0, 6, 1, KEPT, RING);
    assert_int_equal(image.boots[1].records, SLOTS + 1);
    expect_record(1, 0, 5, 0);
    expect_record(1, SLOTS, 5, 50);
}

static void a_smaller_file_takes_over_the_newest_boots_with_their_start_and_end(void **state)
{
    static const struct box_layout smaller = {.segments = 2, .slots = 8, .kept = 2};
    static uint8_t octets[(BOX_HEADERS + 2 * 8) * BOX_SECTOR];
    (void)state;

    for (uint8_t boot = 1; boot <= 4; boot++)
        write_boot(boot, boot * 10U, boot);
    reformat(&smaller, octets, sizeof octets);
    assert_int_equal(image.boots_count, 2);
    expect_boot(0, 4, 40, 2, 6);
    expect_boot(1, 3, 30, 2, 6);
}

static void a_batch_leaves_half_of_the_ring_alone(void **state)
{
    static const struct box_layout smallest = {.segments = 1, .slots = BOX_SLOTS_MIN, .kept = 2};
    static const struct box_layout large = {.segments = 1, .slots = 1000, .kept = 250};
    static const uint8_t id[BOX_ID_SIZE] = {1};
    struct box_writer writer;
    (void)state;

    box_writer_init(&writer, &smallest, id);
    assert_int_equal(box_writer_batch(&writer), 3);
    box_writer_init(&writer, &large, id);
    assert_int_equal(box_writer_batch(&writer), BOX_WRITER_BATCH_MAX);
}

#define ON_A_FILE(test) cmocka_unit_test_setup_teardown(test, make_file, free_image)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_FILE(a_new_file_holds_nothing),
        ON_A_FILE(boots_come_newest_first_and_their_records_in_order),
        ON_A_FILE(a_chatty_boot_loses_its_middle_and_takes_nothing_from_the_others),
        ON_A_FILE(the_last_n_boots_are_kept),
        ON_A_FILE(a_boot_that_writes_nothing_takes_nobodys_place),
        ON_A_FILE(what_an_older_boot_left_in_a_segment_is_not_shown),
        ON_A_FILE(a_segment_is_of_the_newest_boot_also_when_its_first_record_was_lost),
        ON_A_FILE(a_restart_within_a_boot_goes_on_behind_what_is_there),
        ON_A_FILE(damage_is_counted_where_it_is_and_hides_nothing_else),
        ON_A_FILE(one_header_is_enough),
        ON_A_FILE(without_a_header_the_records_still_tell_the_boots_apart),
        ON_A_FILE(without_a_header_only_the_newest_boots_are_kept_in_mind),
        ON_A_FILE(a_file_cut_short_shows_what_is_left),
        ON_A_FILE(what_is_not_a_black_box_is_refused),
        ON_A_FILE(a_file_of_a_later_version_is_refused_and_a_record_of_one_counted),
        ON_A_FILE(a_larger_file_takes_over_everything),
        ON_A_FILE(a_smaller_file_takes_over_the_newest_boots_with_their_start_and_end),
        ON_A_FILE(a_batch_leaves_half_of_the_ring_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
