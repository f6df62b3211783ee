/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/nan_radiotap.h"
#include "tests/unit/test.h"

/* TSFT, flags, rate, channel 2437; then the frame "abcdefgh". */
static const uint8_t whole[] = {0, 0, 22, 0,    0x0f, 0,    0,    0,   0xd5, 0x4f, 0xb0, 0x01, 0,   0,   0,
                                0, 0, 2,  0x85, 0x09, 0xa0, 0x00, 'a', 'b',  'c',  'd',  'e',  'f', 'g', 'h'};

static void the_frame_behind_the_header_comes_out(void **state)
{
    struct nan_radiotap radiotap;

    (void)state;
    assert_int_equal(nan_radiotap_parse(whole, sizeof whole, &radiotap), 0);
    assert_true(radiotap.has_frequency);
    assert_int_equal(radiotap.frequency, 2437);
    assert_int_equal(radiotap.frame.size, 8);
    assert_memory_equal(radiotap.frame.data, "abcdefgh", 8);
    assert_false(radiotap.bad_fcs);
}

static void a_checksum_is_taken_off_and_a_wrong_one_told(void **state)
{
    uint8_t octets[sizeof whole];
    struct nan_radiotap radiotap;

    (void)state;
    memcpy(octets, whole, sizeof octets);
    octets[16] = 0x50;
    assert_int_equal(nan_radiotap_parse(octets, sizeof octets, &radiotap), 0);
    assert_memory_equal(radiotap.frame.data, "abcd", 4);
    assert_int_equal(radiotap.frame.size, 4);
    assert_true(radiotap.bad_fcs);
    assert_int_equal(nan_radiotap_parse(octets, 22 + 3, &radiotap), NAN_E_CUT);
}

static void fields_are_aligned_behind_several_present_words(void **state)
{
    /* Three words (20 octets with the head of 8): TSFT begins at 24 then, not at 16. */
    static const uint8_t octets[] = {0, 0, 33, 0, 0x03, 0,    0, 0x80, 0, 0, 0, 0x80, 0, 0, 0,   0, 1, 2, 3,
                                     4, 5, 6,  7, 8,    0x10, 0, 0,    0, 0, 0, 0,    0, 0, 'x', 1, 2, 3, 4};
    struct nan_radiotap radiotap;

    (void)state;
    assert_int_equal(nan_radiotap_parse(octets, sizeof octets, &radiotap), 0);
    assert_false(radiotap.has_frequency);
    assert_int_equal(radiotap.frame.size, 1);
    assert_int_equal(radiotap.frame.data[0], 'x');
}

static void what_is_not_whole_is_refused(void **state)
{
    struct nan_radiotap radiotap = {.frequency = 77};
    uint8_t octets[sizeof whole];

    (void)state;
    for (size_t size = 0; size < 22; size++) {
        uint8_t *exact = malloc(size > 0 ? size : 1);
        assert_non_null(exact);
        memcpy(exact, whole, size);
        assert_int_equal(nan_radiotap_parse(exact, size, &radiotap), NAN_E_CUT);
        free(exact);
    }
    memcpy(octets, whole, sizeof octets);
    octets[2] = 20; /* its fields do not fit into it */
    assert_int_equal(nan_radiotap_parse(octets, sizeof octets, &radiotap), NAN_E_CUT);
    octets[2] = 22;
    octets[0] = 1;
    assert_int_equal(nan_radiotap_parse(octets, sizeof octets, &radiotap), NAN_E_CUT);
    octets[0] = 0;
    octets[7] = 0x80; /* words without an end */
    memset(octets + 8, 0xff, 14);
    assert_int_equal(nan_radiotap_parse(octets, sizeof octets, &radiotap), NAN_E_CUT);
    assert_int_equal(radiotap.frequency, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_frame_behind_the_header_comes_out),
        cmocka_unit_test(a_checksum_is_taken_off_and_a_wrong_one_told),
        cmocka_unit_test(fields_are_aligned_behind_several_present_words),
        cmocka_unit_test(what_is_not_whole_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
