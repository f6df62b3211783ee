/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "stack/link/mimo.h"
#include "tests/unit/test.h"

static void ht_rx_counts_octets_of_eight_mcs_each(void **state)
{
    const uint8_t one[16] = {0xff, [12] = 1}, three[16] = {0xff, 0xff, 0xff, [12] = 1};
    struct mimo_map m = MIMO_MAP_NONE;
    (void)state;

    assert_int_equal(mimo_decode_ht(one, sizeof one, &m), 0);
    assert_int_equal(m.streams.rx, 1);
    assert_int_equal(m.streams.tx, 1);
    assert_int_equal(mimo_decode_ht(three, sizeof three, &m), 0);
    assert_int_equal(m.streams.rx, 3);
    assert_int_equal(m.streams.tx, 3);
    assert_int_equal(m.mcs_rx, 7);
    assert_int_equal(m.mcs_tx, 7);
}

static void ht_tx_is_its_own_when_it_differs_and_unknown_when_undefined(void **state)
{
    const uint8_t differs[16] = {0xff, 0xff, [12] = 1 | 2 | 0 << 2}, undefined[16] = {0xff, 0xff};
    struct mimo_map m = MIMO_MAP_NONE;
    (void)state;

    assert_int_equal(mimo_decode_ht(differs, sizeof differs, &m), 0);
    assert_int_equal(m.streams.rx, 2);
    assert_int_equal(m.streams.tx, 1);
    assert_int_equal(m.mcs_tx, -1); /* the field tells streams alone */
    assert_int_equal(mimo_decode_ht(undefined, sizeof undefined, &m), 0);
    assert_int_equal(m.streams.tx, 0);
    assert_int_equal(m.mcs_tx, -1);
}

static void ht_unequal_modulation_adds_no_stream(void **state)
{
    const uint8_t set[16] = {0xff, 0xff, 0, 0, 0xff, 0xff, [12] = 1};
    struct mimo_map m = MIMO_MAP_NONE;
    (void)state;

    assert_int_equal(mimo_decode_ht(set, sizeof set, &m), 0);
    assert_int_equal(m.streams.rx, 2);
}

static void vht_maps_are_two_bits_a_stream(void **state)
{
    const uint8_t one[8] = {0xfe, 0xff, 0, 0, 0xfe, 0xff}, eight[8] = {0xaa, 0xaa, 0, 0, 0xfa, 0xff};
    struct mimo_map m = MIMO_MAP_NONE;
    (void)state;

    assert_int_equal(mimo_decode_vht(one, sizeof one, &m), 0);
    assert_int_equal(m.streams.rx, 1);
    assert_int_equal(m.streams.tx, 1);
    assert_int_equal(mimo_decode_vht(eight, sizeof eight, &m), 0);
    assert_int_equal(m.streams.rx, 8);
    assert_int_equal(m.streams.tx, 2);
}

static void the_code_of_the_highest_stream_is_its_highest_mcs(void **state)
{
    /* RX: two streams with MCS 0-9, the second only 0-7; TX: one with 0-8 */
    const uint8_t vht[8] = {0xf2, 0xff, 0, 0, 0xfd, 0xff}, none[8] = {0xff, 0xff, 0, 0, 0xff, 0xff};
    const uint8_t he[4] = {0xf9, 0xff, 0xfe, 0xff}; /* RX: the second stream 0-11; TX: one, 0-11 */
    struct mimo_map m = MIMO_MAP_NONE, maps[MIMO_WIDTHS_];
    (void)state;

    assert_int_equal(mimo_decode_vht(vht, sizeof vht, &m), 0);
    assert_int_equal(m.streams.rx, 2);
    assert_int_equal(m.mcs_rx, 7);
    assert_int_equal(m.mcs_tx, 8);
    assert_int_equal(mimo_decode_vht(none, sizeof none, &m), 0);
    assert_int_equal(m.streams.rx, 0);
    assert_int_equal(m.mcs_rx, -1);
    assert_int_equal(mimo_decode_he(he, sizeof he, maps), 0);
    assert_int_equal(maps[MIMO_WIDTH_80].mcs_rx, 11);
    assert_int_equal(maps[MIMO_WIDTH_80].mcs_tx, 11);
}

static void he_has_a_pair_for_each_width_that_it_is_long_enough_for(void **state)
{
    const uint8_t set[16] = {0xfa, 0xff, 0xfe, 0xff, 0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xfe, 0xff};
    struct mimo_map maps[MIMO_WIDTHS_];
    (void)state;

    for (size_t size = 4; size <= 16; size += 4) { /* 16: longer than any that is known */
        assert_int_equal(mimo_decode_he(set, size, maps), 0);
        assert_int_equal(maps[MIMO_WIDTH_80].streams.rx, 2);
        assert_int_equal(maps[MIMO_WIDTH_80].streams.tx, 1);
        assert_int_equal(maps[MIMO_WIDTH_160].streams.rx, size >= 8 ? 1 : 0);
        assert_int_equal(maps[MIMO_WIDTH_160].mcs_rx, size >= 8 ? 9 : -1);
        assert_int_equal(maps[MIMO_WIDTH_160].streams.tx, 0);
        assert_int_equal(maps[MIMO_WIDTH_THIRD].streams.tx, size >= 12 ? 1 : 0);
    }
}

static void eht_nibbles_are_rx_and_tx(void **state)
{
    const uint8_t set[9] = {0x22, 0x22, 0x22, 0x22, 0x22, 0x22};
    const uint8_t uneven[3] = {0x24, 0x22, 0x00};
    struct mimo_map maps[MIMO_WIDTHS_];
    (void)state;

    assert_int_equal(mimo_decode_eht(set, sizeof set, maps), 0);
    assert_int_equal(maps[MIMO_WIDTH_80].streams.rx, 2);
    assert_int_equal(maps[MIMO_WIDTH_160].streams.tx, 2);
    assert_int_equal(maps[MIMO_WIDTH_160].mcs_tx, 13);
    assert_int_equal(maps[MIMO_WIDTH_THIRD].streams.tx, 0);
    assert_int_equal(maps[MIMO_WIDTH_THIRD].mcs_tx, -1);
    assert_int_equal(mimo_decode_eht(uneven, sizeof uneven, maps), 0);
    assert_int_equal(maps[MIMO_WIDTH_80].streams.rx, 4);
    assert_int_equal(maps[MIMO_WIDTH_80].mcs_rx, 9); /* four streams up to MCS 9 only */
    assert_int_equal(maps[MIMO_WIDTH_80].streams.tx, 2);
    assert_int_equal(maps[MIMO_WIDTH_80].mcs_tx, 11);
    assert_int_equal(maps[MIMO_WIDTH_160].streams.rx, 0);
}

static void reserved_numbers_of_eht_streams_count_as_none(void **state)
{
    const uint8_t set[3] = {0x9f, 0x21, 0x00};
    struct mimo_map maps[MIMO_WIDTHS_];
    (void)state;

    assert_int_equal(mimo_decode_eht(set, sizeof set, maps), 0);
    assert_int_equal(maps[MIMO_WIDTH_80].streams.rx, 1);
    assert_int_equal(maps[MIMO_WIDTH_80].streams.tx, 2);
}

static void eht_of_a_20_mhz_client_has_four_ranges(void **state)
{
    const uint8_t set[4] = {0x22, 0x22, 0x11, 0x11};
    struct mimo_map m = MIMO_MAP_NONE;
    (void)state;

    assert_int_equal(mimo_decode_eht_20(set, sizeof set, &m), 0);
    assert_int_equal(m.streams.rx, 2);
    assert_int_equal(m.mcs_rx, 9);
    assert_int_equal(mimo_decode_eht_20(set, 3, &m), -EBADMSG);
}

static void a_truncated_set_is_an_error_and_leaves_the_result_alone(void **state)
{
    const uint8_t set[16] = {0xff};
    struct mimo_map m = {.streams = {7, 7}, .mcs_tx = 7}, maps[MIMO_WIDTHS_] = {m, m, m};
    (void)state;

    assert_int_equal(mimo_decode_ht(set, 15, &m), -EBADMSG);
    assert_int_equal(mimo_decode_vht(set, 7, &m), -EBADMSG);
    assert_int_equal(mimo_decode_he(set, 3, maps), -EBADMSG);
    assert_int_equal(mimo_decode_he(set, 6, maps), -EBADMSG);
    assert_int_equal(mimo_decode_he(set, 0, maps), -EBADMSG);
    assert_int_equal(mimo_decode_eht(set, 2, maps), -EBADMSG);
    assert_int_equal(mimo_decode_eht(set, 0, maps), -EBADMSG);
    assert_int_equal(m.streams.tx, 7);
    assert_int_equal(maps[MIMO_WIDTH_THIRD].streams.tx, 7);
}

static void ht_mcs_index_gives_streams(void **state)
{
    (void)state;
    assert_int_equal(mimo_streams_of_ht_mcs(7), 1);
    assert_int_equal(mimo_streams_of_ht_mcs(15), 2);
    assert_int_equal(mimo_streams_of_ht_mcs(31), 4);
    assert_int_equal(mimo_streams_of_ht_mcs(32), 1);
    assert_int_equal(mimo_streams_of_ht_mcs(33), 0);
}

static void without_masks_the_mcs_figure_stands_with_a_note(void **state)
{
    const struct mimo_modes modes = {.ht = {1, 1}, .vht = {1, 1}};
    char class[MIMO_CLASS_SIZE];
    (void)state;

    struct mimo_result r = mimo_bound(&modes, &(struct mimo_antennas){0});
    assert_string_equal(mimo_class(&r.streams, class), "1x1");
    assert_int_equal(r.notes, MIMO_NOTE_ANTENNAS_NOT_REPORTED);
}

static void antennas_bound_the_streams(void **state)
{
    const struct mimo_modes modes = {.ht = {2, 2}, .he = {2, 2}};
    const struct mimo_antennas masked = {.available_tx = 3, .available_rx = 3, .used_tx = 1, .used_rx = 1};
    const struct mimo_antennas available = {.available_tx = 1, .available_rx = 3};
    char class[MIMO_CLASS_SIZE];
    (void)state;

    struct mimo_result r = mimo_bound(&modes, &masked);
    assert_string_equal(mimo_class(&r.streams, class), "1x1");
    assert_int_equal(r.notes, MIMO_NOTE_ANTENNAS_MASKED | MIMO_NOTE_MORE_THAN_ANTENNAS);
    r = mimo_bound(&modes, &available);
    assert_string_equal(mimo_class(&r.streams, class), "1x2");
}

static void more_antennas_than_streams_add_nothing(void **state)
{
    const struct mimo_modes modes = {.ht = {1, 1}};
    const struct mimo_antennas two = {.available_tx = 3, .available_rx = 3, .used_tx = 3, .used_rx = 3};
    (void)state;

    struct mimo_result r = mimo_bound(&modes, &two);
    assert_int_equal(r.streams.tx, 1);
    assert_int_equal(r.notes, 0);
}

static void an_implausible_mix_gives_the_smallest_and_a_note(void **state)
{
    const struct mimo_modes hwsim = {.ht = {2, 2}, .vht = {8, 8}, .he = {2, 2}};
    (void)state;

    struct mimo_result r = mimo_bound(&hwsim, &(struct mimo_antennas){0});
    assert_int_equal(r.streams.tx, 2);
    assert_true(r.notes & MIMO_NOTE_MODES_DISAGREE);
}

static void nothing_known_has_no_class(void **state)
{
    char class[MIMO_CLASS_SIZE];
    (void)state;

    struct mimo_result r = mimo_bound(&(struct mimo_modes){0}, &(struct mimo_antennas){.available_tx = 3});
    assert_int_equal(r.streams.tx, 0);
    assert_string_equal(mimo_class(&r.streams, class), "");
}

static void every_note_has_a_sentence(void **state)
{
    (void)state;
    for (unsigned int bit = 1; bit <= MIMO_NOTE_MORE_THAN_ANTENNAS; bit <<= 1)
        assert_string_not_equal(mimo_note_text((enum mimo_note)bit), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ht_rx_counts_octets_of_eight_mcs_each),
        cmocka_unit_test(ht_tx_is_its_own_when_it_differs_and_unknown_when_undefined),
        cmocka_unit_test(ht_unequal_modulation_adds_no_stream),
        cmocka_unit_test(vht_maps_are_two_bits_a_stream),
        cmocka_unit_test(the_code_of_the_highest_stream_is_its_highest_mcs),
        cmocka_unit_test(he_has_a_pair_for_each_width_that_it_is_long_enough_for),
        cmocka_unit_test(eht_nibbles_are_rx_and_tx),
        cmocka_unit_test(reserved_numbers_of_eht_streams_count_as_none),
        cmocka_unit_test(eht_of_a_20_mhz_client_has_four_ranges),
        cmocka_unit_test(a_truncated_set_is_an_error_and_leaves_the_result_alone),
        cmocka_unit_test(ht_mcs_index_gives_streams),
        cmocka_unit_test(without_masks_the_mcs_figure_stands_with_a_note),
        cmocka_unit_test(antennas_bound_the_streams),
        cmocka_unit_test(more_antennas_than_streams_add_nothing),
        cmocka_unit_test(an_implausible_mix_gives_the_smallest_and_a_note),
        cmocka_unit_test(nothing_known_has_no_class),
        cmocka_unit_test(every_note_has_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
