/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/blackbox/crc32c.h"
#include "stack/blackbox/layout.h"
#include "tests/unit/test.h"

static const struct box_record sample = {
    .sequence = 0x0102030405060708,
    .index = 9,
    .boot = {0xb0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    .message = {0x63, 0x1c, 0x1d, 0x95, 0x5e, 0x9d, 0x20, 0x03, 0x30, 0xd7, 0x00, 0x74, 0x99, 0x65, 0xc6, 0x67},
    .monotonic_us = 1234567,
    .realtime_us = -1,
    .lost = 3,
    .severity = 4,
    .source = "fascia-link",
    .detail = "signal 9 \xc3\xa4",
};

static void the_crc_is_castagnolis(void **state)
{
    uint8_t data[32];
    (void)state;

    assert_int_equal(crc32c("123456789", 9), 0xe3069283);
    assert_int_equal(crc32c("", 0), 0);
    /* RFC 3720, appendix B.4 */
    memset(data, 0, sizeof data);
    assert_int_equal(crc32c(data, sizeof data), 0x8a9136aa);
    memset(data, 0xff, sizeof data);
    assert_int_equal(crc32c(data, sizeof data), 0x62a8ab43);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)i;
    assert_int_equal(crc32c(data, sizeof data), 0x46dd794e);
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(31 - i);
    assert_int_equal(crc32c(data, sizeof data), 0x113fdb5c);
}

static void a_record_comes_back_as_it_was_written(void **state)
{
    uint8_t sector[BOX_SECTOR];
    struct box_record record;
    (void)state;

    box_record_encode(&sample, sector);
    assert_int_equal(box_record_decode(sector, &record), 0);
    assert_memory_equal(&record, &sample, sizeof record);
    assert_int_equal(box_record_kind(&record), FASCIA_EVENT_UNIT_DIED);
}

/* The layout is an interface: files outlive programs. */
static void the_octets_are_where_the_header_file_says(void **state)
{
    uint8_t sector[BOX_SECTOR];
    (void)state;

    box_record_encode(&sample, sector);
    assert_memory_equal(sector, "FBXR\x01\x00\x04\x00", 8);
    assert_memory_equal(sector + 8, "\x08\x07\x06\x05\x04\x03\x02\x01", 8);
    assert_memory_equal(sector + 16, "\x09\0\0\0\0\0\0\0", 8);
    assert_memory_equal(sector + 24, sample.boot, BOX_ID_SIZE);
    assert_memory_equal(sector + 40, "\x87\xd6\x12\0\0\0\0\0", 8);
    assert_memory_equal(sector + 48, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    assert_memory_equal(sector + 56, sample.message, BOX_ID_SIZE);
    assert_memory_equal(sector + 72, "\x03\0\0\0", 4);
    assert_string_equal((const char *)sector + 76, "fascia-link");
    assert_string_equal((const char *)sector + 108, "signal 9 \xc3\xa4");
    for (size_t i = 364; i < 508; i++)
        assert_int_equal(sector[i], 0);
    assert_int_equal(sector[508] | sector[509] << 8 | sector[510] << 16 | (int64_t)sector[511] << 24,
                     crc32c(sector, 508));
}

static void any_changed_bit_is_noticed(void **state)
{
    uint8_t sector[BOX_SECTOR];
    struct box_record record;
    (void)state;

    box_record_encode(&sample, sector);
    for (size_t bit = 0; bit < (size_t)BOX_SECTOR * 8; bit++) {
        sector[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(box_record_decode(sector, &record), BOX_E_DAMAGED);
        sector[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

static void what_was_never_written_is_empty_and_not_damaged(void **state)
{
    uint8_t sector[BOX_SECTOR] = {0};
    struct box_record record;
    (void)state;

    assert_int_equal(box_record_decode(sector, &record), BOX_E_EMPTY);
    sector[511] = 1;
    assert_int_equal(box_record_decode(sector, &record), BOX_E_DAMAGED);
}

static void a_later_version_is_told_apart_from_damage(void **state)
{
    uint8_t sector[BOX_SECTOR];
    struct box_record record;
    (void)state;

    box_record_encode(&sample, sector);
    sector[4] = BOX_VERSION + 1;
    assert_int_equal(box_record_decode(sector, &record), BOX_E_DAMAGED);
    box_sector_seal(sector);
    assert_int_equal(box_record_decode(sector, &record), BOX_E_VERSION);
}

static void text_without_an_end_or_with_control_characters_is_made_harmless(void **state)
{
    uint8_t sector[BOX_SECTOR];
    struct box_record record = sample;
    (void)state;

    (void)strcpy(record.detail, "a\nb\x1b[31m\x7f");
    box_record_encode(&record, sector);
    assert_string_equal((const char *)sector + 108, "a?b?[31m?");

    memset(sector + 76, 'x', 32 + 256);
    sector[108] = '\n';
    box_sector_seal(sector);
    assert_int_equal(box_record_decode(sector, &record), 0);
    assert_int_equal(strlen(record.source), BOX_SOURCE_SIZE - 1);
    assert_int_equal(strlen(record.detail), BOX_DETAIL_SIZE - 1);
    assert_int_equal(record.detail[0], '?');
}

static void numbers_that_would_overflow_are_damage(void **state)
{
    uint8_t sector[BOX_SECTOR];
    struct box_record record = sample;
    (void)state;

    record.sequence = UINT64_MAX;
    box_record_encode(&record, sector);
    assert_int_equal(box_record_decode(sector, &record), BOX_E_DAMAGED);
    record = sample;
    record.index = UINT64_C(1) << 62;
    box_record_encode(&record, sector);
    assert_int_equal(box_record_decode(sector, &record), BOX_E_DAMAGED);
}

static void every_event_kind_is_found_again_by_its_id(void **state)
{
    (void)state;

    for (unsigned int i = 0; i < FASCIA_EVENTS_; i++) {
        struct fascia_event event = {.kind = (enum fascia_event_kind)i, .t_us = 5, .source = "s", .detail = "d"};
        struct box_record record;
        box_record_from_event(&event, 6, &record);
        assert_int_equal(box_record_kind(&record), i);
        assert_int_equal(record.severity, fascia_event_severity(event.kind));
        assert_int_equal(record.monotonic_us, 5);
        assert_int_equal(record.realtime_us, 6);
    }
}

static void an_id_that_no_catalogue_row_has_is_kept(void **state)
{
    struct box_record record = sample;
    char text[BOX_ID_TEXT_SIZE];
    (void)state;

    record.message[0] ^= 1;
    assert_int_equal(box_record_kind(&record), FASCIA_EVENTS_);
    assert_string_equal(box_id_format(record.message, text), "621c1d955e9d200330d700749965c667");
}

static void a_boot_id_is_read_with_dashes_and_without(void **state)
{
    uint8_t id[BOX_ID_SIZE], same[BOX_ID_SIZE];
    char text[BOX_ID_TEXT_SIZE];
    (void)state;

    assert_int_equal(box_id_parse("01234567-89ab-cdef-0123-456789abcdef\n", id), 0);
    assert_string_equal(box_id_format(id, text), "0123456789abcdef0123456789abcdef");
    assert_int_equal(box_id_parse(text, same), 0);
    assert_memory_equal(id, same, sizeof id);
    assert_int_equal(box_id_parse("", id), -EINVAL);
    assert_int_equal(box_id_parse("0123456789abcdef0123456789abcde", id), -EINVAL);
    assert_int_equal(box_id_parse("0123456789abcdef0123456789abcdef0", id), -EINVAL);
    assert_int_equal(box_id_parse("g123456789abcdef0123456789abcdef", id), -EINVAL);
}

static void a_layout_fills_the_size_it_is_given(void **state)
{
    struct box_layout layout;
    (void)state;

    assert_int_equal(box_layout_make(1048576, 8, &layout), 0);
    assert_int_equal(layout.segments, 8);
    assert_int_equal(layout.slots, (2048 - 2) / 8);
    assert_int_equal(layout.kept, layout.slots / 4);
    assert_in_range(box_layout_size(&layout), 1048576 - 8 * BOX_SECTOR, 1048576);
}

static void boots_that_do_not_fit_are_given_up_before_records_are(void **state)
{
    struct box_layout layout;
    (void)state;

    assert_int_equal(box_layout_make((2 + 20) * BOX_SECTOR, 64, &layout), 0);
    assert_int_equal(layout.segments, 2);
    assert_int_equal(layout.slots, 10);
    assert_int_equal(box_layout_make((2 + BOX_SLOTS_MIN) * BOX_SECTOR, 64, &layout), 0);
    assert_int_equal(layout.segments, 1);
}

static void a_size_or_a_number_of_boots_out_of_range_is_refused(void **state)
{
    struct box_layout layout;
    (void)state;

    assert_int_equal(box_layout_make((2 + BOX_SLOTS_MIN) * BOX_SECTOR - 1, 1, &layout), -EINVAL);
    assert_int_equal(box_layout_make(-1, 1, &layout), -EINVAL);
    assert_int_equal(box_layout_make((int64_t)BOX_FILE_SIZE_MAX + 1, 1, &layout), -EINVAL);
    assert_int_equal(box_layout_make(INT64_MAX, 1, &layout), -EINVAL);
    assert_int_equal(box_layout_make(65536, 0, &layout), -EINVAL);
    assert_int_equal(box_layout_make(65536, BOX_BOOTS_MAX + 1, &layout), -EINVAL);
    assert_int_equal(box_layout_make((int64_t)BOX_FILE_SIZE_MAX, 1, &layout), 0);
}

static void a_header_comes_back_and_a_wrong_one_does_not(void **state)
{
    struct box_layout layout = {.segments = 3, .slots = 20, .kept = 5}, found;
    uint8_t sector[BOX_SECTOR];
    (void)state;

    box_layout_encode(&layout, sector);
    assert_memory_equal(sector, "fascia black box", 16);
    assert_int_equal(box_layout_decode(sector, &found), 0);
    assert_true(box_layout_equal(&layout, &found));
    sector[100] ^= 1;
    assert_int_equal(box_layout_decode(sector, &found), BOX_E_DAMAGED);
    sector[100] ^= 1;
    sector[16]++;
    box_sector_seal(sector);
    assert_int_equal(box_layout_decode(sector, &found), BOX_E_VERSION);

    static const struct box_layout wrong[] = {
        {.segments = 0, .slots = 20, .kept = 5},         {.segments = 65, .slots = 20, .kept = 5},
        {.segments = 1, .slots = 7, .kept = 5},          {.segments = 1, .slots = 20, .kept = 0},
        {.segments = 1, .slots = 20, .kept = 20},        {.segments = 64, .slots = 2048, .kept = 5},
        {.segments = 2, .slots = UINT32_MAX, .kept = 5},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        box_layout_encode(&wrong[i], sector);
        assert_int_equal(box_layout_decode(sector, &found), BOX_E_DAMAGED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_crc_is_castagnolis),
        cmocka_unit_test(a_record_comes_back_as_it_was_written),
        cmocka_unit_test(the_octets_are_where_the_header_file_says),
        cmocka_unit_test(any_changed_bit_is_noticed),
        cmocka_unit_test(what_was_never_written_is_empty_and_not_damaged),
        cmocka_unit_test(a_later_version_is_told_apart_from_damage),
        cmocka_unit_test(text_without_an_end_or_with_control_characters_is_made_harmless),
        cmocka_unit_test(numbers_that_would_overflow_are_damage),
        cmocka_unit_test(every_event_kind_is_found_again_by_its_id),
        cmocka_unit_test(an_id_that_no_catalogue_row_has_is_kept),
        cmocka_unit_test(a_boot_id_is_read_with_dashes_and_without),
        cmocka_unit_test(a_layout_fills_the_size_it_is_given),
        cmocka_unit_test(boots_that_do_not_fit_are_given_up_before_records_are),
        cmocka_unit_test(a_size_or_a_number_of_boots_out_of_range_is_refused),
        cmocka_unit_test(a_header_comes_back_and_a_wrong_one_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
