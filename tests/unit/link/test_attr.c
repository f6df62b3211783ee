/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/attr.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static void attributes_come_in_order_with_their_values(void **state)
{
    struct attrs a = {.used = 0};
    struct fascia_reader at;
    struct link_attr attr;
    uint32_t big = 0;
    uint8_t small = 0;
    char name[8];
    (void)state;

    attrs_put_u8(&a, 5, 200);
    attrs_put_u32(&a, 6, 70000);
    attrs_put_text(&a, 7, "phy0");
    fascia_reader_init(&at, a.octets, a.used);

    assert_true(link_attr_next(&at, &attr));
    assert_int_equal(attr.type, 5);
    assert_true(link_attr_u8(&attr, &small));
    assert_int_equal(small, 200);
    assert_true(link_attr_next(&at, &attr));
    assert_true(link_attr_u32(&attr, &big));
    assert_int_equal(big, 70000);
    assert_true(link_attr_next(&at, &attr));
    assert_true(link_attr_name(&attr, name, sizeof name));
    assert_string_equal(name, "phy0");
    assert_false(link_attr_next(&at, &attr));
    assert_true(link_attrs_ok(&at));
}

static void the_nested_flag_is_not_part_of_the_type(void **state)
{
    struct attrs a = {.used = 0};
    struct fascia_reader at;
    struct link_attr attr;
    (void)state;

    size_t begun = attrs_begin(&a, 22);
    attrs_put_u8(&a, 1, 1);
    attrs_end(&a, begun);
    fascia_reader_init(&at, a.octets, a.used);
    assert_true(link_attr_next(&at, &attr));
    assert_int_equal(attr.type, 22);
    assert_true(link_attr_next(&attr.value, &attr));
    assert_int_equal(attr.type, 1);
}

static void padding_may_be_missing_behind_the_last_attribute(void **state)
{
    static const uint8_t octets[] = {5, 0, 1, 0, 42};
    struct fascia_reader at;
    struct link_attr attr;
    (void)state;

    fascia_reader_init(&at, octets, sizeof octets);
    assert_true(link_attr_next(&at, &attr));
    assert_false(link_attr_next(&at, &attr));
    assert_true(link_attrs_ok(&at));
}

static void a_length_beyond_the_end_is_an_error(void **state)
{
    static const uint8_t octets[] = {9, 0, 1, 0, 1, 2, 3, 4};
    struct fascia_reader at;
    struct link_attr attr;
    (void)state;

    fascia_reader_init(&at, octets, sizeof octets);
    assert_false(link_attr_next(&at, &attr));
    assert_false(link_attrs_ok(&at));
}

static void a_length_shorter_than_the_header_is_an_error_and_no_endless_loop(void **state)
{
    static const uint8_t octets[] = {0, 0, 1, 0, 4, 0, 2, 0};
    struct fascia_reader at;
    struct link_attr attr;
    (void)state;

    fascia_reader_init(&at, octets, sizeof octets);
    assert_false(link_attr_next(&at, &attr));
    assert_false(link_attrs_ok(&at));
}

static void half_a_header_is_an_error(void **state)
{
    static const uint8_t octets[] = {4, 0, 1};
    struct fascia_reader at;
    struct link_attr attr;
    (void)state;

    fascia_reader_init(&at, octets, sizeof octets);
    assert_false(link_attr_next(&at, &attr));
    assert_false(link_attrs_ok(&at));
}

static void an_integer_of_another_size_is_refused(void **state)
{
    struct attrs a = {.used = 0};
    struct fascia_reader at;
    struct link_attr attr;
    uint32_t value = 1;
    (void)state;

    attrs_put_u16(&a, 1, 3);
    fascia_reader_init(&at, a.octets, a.used);
    assert_true(link_attr_next(&at, &attr));
    assert_false(link_attr_u32(&attr, &value));
    assert_int_equal(value, 1);
}

static void a_name_without_its_nul_or_with_control_characters_is_refused(void **state)
{
    struct attrs a = {.used = 0};
    struct fascia_reader at;
    struct link_attr attr;
    char name[16];
    (void)state;

    attrs_put(&a, 1, "phy0", 4);
    attrs_put_text(&a, 2, "phy\n0");
    attrs_put_text(&a, 3, "a name that is too long for it");
    fascia_reader_init(&at, a.octets, a.used);
    while (link_attr_next(&at, &attr))
        assert_false(link_attr_name(&attr, name, sizeof name));
    assert_true(link_attrs_ok(&at));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attributes_come_in_order_with_their_values),
        cmocka_unit_test(the_nested_flag_is_not_part_of_the_type),
        cmocka_unit_test(padding_may_be_missing_behind_the_last_attribute),
        cmocka_unit_test(a_length_beyond_the_end_is_an_error),
        cmocka_unit_test(a_length_shorter_than_the_header_is_an_error_and_no_endless_loop),
        cmocka_unit_test(half_a_header_is_an_error),
        cmocka_unit_test(an_integer_of_another_size_is_refused),
        cmocka_unit_test(a_name_without_its_nul_or_with_control_characters_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
