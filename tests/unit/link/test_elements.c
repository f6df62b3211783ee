/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/elements.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/test.h"

static struct link_accessory_element accessory;

static int setup(void **state)
{
    (void)state;
    accessory = (struct link_accessory_element){.enabled = true, .flags = -1};
    return 0;
}

static void expect_element(const char *hex)
{
    uint8_t element[ELEMENTS_WHOLE_MAX], wanted[ELEMENTS_WHOLE_MAX];
    size_t size = 0;

    assert_int_equal(elements_accessory(&accessory, element, &size), 0);
    assert_int_equal(size, strlen(hex) / 2);
    assert_int_equal(fascia_text_to_bytes(hex, wanted, size), 0);
    assert_memory_equal(element, wanted, size);
}

/* The observed beacons: a head unit with flags only, and the bare element that a production car sends second. */
static void flags_alone_make_the_minimal_element(void **state)
{
    (void)state;
    accessory.flags = 0x0021;
    expect_element("dd0800a0400000020021");
    accessory.flags = 0x0022;
    expect_element("dd0800a0400000020022");
    accessory.flags = 0x1234;
    expect_element("dd0800a0400000021234");
}

static void nothing_configured_sends_nothing_but_the_type(void **state)
{
    (void)state;
    expect_element("dd0400a04000");
}

/* In the order and with the lengths of a production car's beacon; the names are examples. */
static void all_parts_are_in_the_observed_order(void **state)
{
    (void)state;
    accessory = (struct link_accessory_element){
        .flags = 0x0022,
        .name = "Car",
        .manufacturer = "Maker",
        .model = "One",
        .oui = "00:00:5E",
        .bluetooth_mac = "02:00:00:00:00:01",
        .device_id = "02:00:00:00:00:02",
    };
    expect_element("dd2e00a04000"
                   "00020022"
                   "0103436172"
                   "02054d616b6572"
                   "03034f6e65"
                   "040300005e"
                   "0606020000000001"
                   "0706020000000002");
}

static void the_longest_values_fit(void **state)
{
    uint8_t element[ELEMENTS_WHOLE_MAX];
    size_t size = 0;
    (void)state;

    accessory.flags = 65535;
    memset(accessory.name, 'n', sizeof accessory.name - 1);
    memset(accessory.manufacturer, 'm', sizeof accessory.manufacturer - 1);
    memset(accessory.model, 'o', sizeof accessory.model - 1);
    (void)fascia_text_copy(accessory.oui, sizeof accessory.oui, "00:00:5e");
    (void)fascia_text_copy(accessory.bluetooth_mac, sizeof accessory.bluetooth_mac, "02:00:00:00:00:01");
    (void)fascia_text_copy(accessory.device_id, sizeof accessory.device_id, "02:00:00:00:00:02");
    assert_int_equal(elements_accessory(&accessory, element, &size), 0);
    assert_int_equal(size, element[1] + 2);
    assert_int_equal(size, 2 + 4 + 4 + 3 * 66 + 5 + 2 * 8);
}

static void malformed_values_are_refused_and_leave_the_result_alone(void **state)
{
    uint8_t element[ELEMENTS_WHOLE_MAX] = {0x55};
    size_t size = 7;
    (void)state;

    (void)fascia_text_copy(accessory.oui, sizeof accessory.oui, "00:00:5");
    assert_int_equal(elements_accessory(&accessory, element, &size), ELEMENTS_E_VALUE);
    assert_int_equal(setup(NULL), 0);
    (void)fascia_text_copy(accessory.device_id, sizeof accessory.device_id, "02-00-00-00-00-01");
    assert_int_equal(elements_accessory(&accessory, element, &size), ELEMENTS_E_VALUE);
    assert_int_equal(setup(NULL), 0);
    accessory.flags = 65536;
    assert_int_equal(elements_accessory(&accessory, element, &size), ELEMENTS_E_VALUE);
    assert_int_equal(size, 7);
    assert_int_equal(element[0], 0x55);
}

static void a_vendor_element_is_checked_as_a_whole(void **state)
{
    char longest[2 * ELEMENTS_WHOLE_MAX + 3];
    (void)state;

    assert_int_equal(elements_vendor_check("dd0300005e"), 0);
    assert_int_equal(elements_vendor_check("DD0400005E01"), 0);
    assert_int_equal(elements_vendor_check(""), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd"), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd00"), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd020000"), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd0300005e00"), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd0400005e"), ELEMENTS_E_LENGTH);
    assert_int_equal(elements_vendor_check("dd0300005"), ELEMENTS_E_HEXADECIMAL);
    assert_int_equal(elements_vendor_check("dd0300005\n"), ELEMENTS_E_HEXADECIMAL);
    assert_int_equal(elements_vendor_check("6b0300005e"), ELEMENTS_E_ID);
    memset(longest, '0', sizeof longest);
    memcpy(longest, "ddff", 4);
    longest[2 * ELEMENTS_WHOLE_MAX] = '\0';
    assert_int_equal(elements_vendor_check(longest), 0);
    longest[2 * ELEMENTS_WHOLE_MAX] = '0';
    longest[2 * ELEMENTS_WHOLE_MAX + 2] = '\0';
    assert_int_equal(elements_vendor_check(longest), ELEMENTS_E_LENGTH);
}

static void the_accessorys_element_comes_before_the_configured_ones(void **state)
{
    struct link_config config = {.accessory = {.enabled = true, .flags = 0x21},
                                 .vendor_elements = {"dd0300005e", "dd0400005e02"},
                                 .vendor_elements_count = 2};
    char octets[ELEMENTS_COLLECTED_DIGITS];
    struct fascia_text text;
    (void)state;

    fascia_text_init(&text, octets, sizeof octets);
    assert_int_equal(elements_collect(&config, &text), 0);
    assert_string_equal(octets, "dd0800a0400000020021dd0300005edd0400005e02");

    config.accessory.enabled = false;
    config.vendor_elements_count = 0;
    fascia_text_init(&text, octets, sizeof octets);
    assert_int_equal(elements_collect(&config, &text), 0);
    assert_string_equal(octets, "");

    config.vendor_elements_count = 1;
    config.vendor_elements[0][0] = '6';
    assert_int_equal(elements_collect(&config, &text), ELEMENTS_E_ID);
}

static void every_result_is_explained(void **state)
{
    (void)state;
    assert_null(elements_explain(0));
    for (int r = ELEMENTS_E_HEXADECIMAL; r <= ELEMENTS_E_VALUE; r++)
        assert_non_null(elements_explain(r));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(flags_alone_make_the_minimal_element, setup),
        cmocka_unit_test_setup(nothing_configured_sends_nothing_but_the_type, setup),
        cmocka_unit_test_setup(all_parts_are_in_the_observed_order, setup),
        cmocka_unit_test_setup(the_longest_values_fit, setup),
        cmocka_unit_test_setup(malformed_values_are_refused_and_leave_the_result_alone, setup),
        cmocka_unit_test_setup(a_vendor_element_is_checked_as_a_whole, setup),
        cmocka_unit_test_setup(the_accessorys_element_comes_before_the_configured_ones, setup),
        cmocka_unit_test(every_result_is_explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
