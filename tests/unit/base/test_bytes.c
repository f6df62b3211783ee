/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/bytes.h"

#include "tests/unit/test.h"

static void integers_are_read_in_the_named_byte_order(void **state)
{
    const uint8_t data[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d};
    struct fascia_reader r;
    (void)state;

    fascia_reader_init(&r, data, sizeof data);
    assert_int_equal(fascia_read_u8(&r), 0x01);
    assert_int_equal(fascia_read_le16(&r), 0x0302);
    assert_int_equal(fascia_read_be16(&r), 0x0405);
    assert_int_equal(fascia_read_le32(&r), 0x09080706);
    assert_int_equal(fascia_read_be32(&r), 0x0a0b0c0d);
    assert_true(fascia_reader_ok(&r));
    assert_int_equal(fascia_reader_left(&r), 0);
}

static void a_read_beyond_the_end_fails_for_good_and_yields_zero(void **state)
{
    const uint8_t data[] = {0xff, 0xff, 0xff};
    struct fascia_reader r;
    (void)state;

    fascia_reader_init(&r, data, sizeof data);
    assert_int_equal(fascia_read_be32(&r), 0);
    assert_false(fascia_reader_ok(&r));
    assert_int_equal(fascia_read_u8(&r), 0); /* although three octets were there */
    assert_int_equal(fascia_reader_left(&r), 0);
}

static void a_part_is_consumed_from_its_parent(void **state)
{
    const uint8_t data[] = {1, 2, 3, 4};
    struct fascia_reader r, part;
    (void)state;

    fascia_reader_init(&r, data, sizeof data);
    part = fascia_read_part(&r, 3);
    assert_int_equal(fascia_read_u8(&r), 4);
    assert_int_equal(fascia_read_be16(&part), 0x0102);
    assert_int_equal(fascia_read_u8(&part), 3);
    assert_int_equal(fascia_read_u8(&part), 0);
    assert_false(fascia_reader_ok(&part));
    assert_true(fascia_reader_ok(&r));
}

static void a_part_that_does_not_fit_is_failed_from_the_start(void **state)
{
    struct fascia_reader r, part;
    (void)state;

    fascia_reader_init(&r, "ab", 2);
    part = fascia_read_part(&r, 3);
    assert_false(fascia_reader_ok(&part));
    assert_false(fascia_reader_ok(&r));
}

static void no_data_at_all_is_a_readable_nothing(void **state)
{
    struct fascia_reader r;
    (void)state;

    fascia_reader_init(&r, NULL, 0);
    assert_non_null(fascia_read_bytes(&r, 0));
    assert_true(fascia_reader_ok(&r));
    fascia_read_skip(&r, 1);
    assert_false(fascia_reader_ok(&r));
}

static void a_writer_never_passes_its_end(void **state)
{
    uint8_t data[5] = {0, 0, 0, 0, 0xee};
    struct fascia_writer w;
    (void)state;

    fascia_writer_init(&w, data, 4);
    fascia_write_be16(&w, 0x0102);
    fascia_write_le16(&w, 0x0403);
    assert_true(fascia_writer_ok(&w));
    fascia_write_u8(&w, 9);
    assert_false(fascia_writer_ok(&w));
    assert_memory_equal(data, ((uint8_t[]){1, 2, 3, 4, 0xee}), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_in_the_named_byte_order),
        cmocka_unit_test(a_read_beyond_the_end_fails_for_good_and_yields_zero),
        cmocka_unit_test(a_part_is_consumed_from_its_parent),
        cmocka_unit_test(a_part_that_does_not_fit_is_failed_from_the_start),
        cmocka_unit_test(no_data_at_all_is_a_readable_nothing),
        cmocka_unit_test(a_writer_never_passes_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
