/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "tests/unit/link/judged.h"
#include "tests/unit/test.h"

static void a_single_chain_radio_without_masks_is_1x1_by_its_maps(void **state)
{
    (void)state;
    const struct capability_role *role =
        ap(&(struct radio){.name = "phy0", .band = 1, .ht_streams = 1, .vht_streams = 1, .only_80 = true});

    assert_true(role->supported);
    assert_string_equal(role->class, "1x1");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_MCS);
    assert_int_equal(role->limit_rx, CAPABILITY_LIMIT_MCS);
    assert_int_equal(role->notes, MIMO_NOTE_ANTENNAS_NOT_REPORTED);
    assert_int_equal(role->standard, STATION_STANDARD_VHT);
    assert_int_equal(role->width_mhz, 80);
    assert_int_equal(role->modes[CAPABILITY_PHY_VHT].mcs_tx, 9);
    assert_false(role->modes[CAPABILITY_PHY_HE].present);
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].mcs_rx, -1);
}

static void an_access_point_has_its_own_he_streams(void **state)
{
    (void)state;
    const struct capability_role *role = ap(&(struct radio){
        .name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2, .he_station_streams = 1});

    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->standard, STATION_STANDARD_HE);
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].mcs_rx, 11);
    assert_string_equal(record.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_STATION].class, "1x1");
    assert_false(record.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_NAN].supported);
    assert_false(record.bands[WIPHY_BAND_2GHZ].present);
}

static void an_implausible_mix_reads_as_the_smallest_with_a_note(void **state)
{
    (void)state;
    const struct capability_role *role =
        ap(&(struct radio){.name = "hwsim", .band = 1, .ht_streams = 2, .vht_streams = 8, .he_streams = 2});

    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->modes[CAPABILITY_PHY_VHT].streams.tx, 8);
    assert_true(role->notes & MIMO_NOTE_MODES_DISAGREE);
}

static void antennas_that_are_switched_off_are_named_as_the_limit(void **state)
{
    (void)state;
    /* A driver that leaves its maps alone, and one that shrinks them with the mask. */
    for (unsigned int streams = 2; streams > 0; streams--) {
        (void)clean(NULL);
        const struct capability_role *role = ap(&(struct radio){.name = "phy0",
                                                                .band = 1,
                                                                .ht_streams = streams,
                                                                .vht_streams = streams,
                                                                .antennas_available = 3,
                                                                .antennas_used = 1});
        assert_string_equal(role->class, "1x1");
        assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_CONFIGURED);
        assert_int_equal(role->limit_rx, CAPABILITY_LIMIT_CONFIGURED);
        assert_true(role->notes & MIMO_NOTE_ANTENNAS_MASKED);
    }
}

static void fewer_chains_than_streams_are_named_as_the_limit(void **state)
{
    (void)state;
    const struct capability_role *role = ap(&(struct radio){
        .name = "phy0", .band = 1, .ht_streams = 4, .vht_streams = 4, .antennas_available = 7, .antennas_used = 7});

    assert_string_equal(role->class, "3x3");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_true(role->notes & MIMO_NOTE_MORE_THAN_ANTENNAS);
}

static void more_chains_than_streams_leave_the_maps_as_the_limit(void **state)
{
    (void)state;
    const struct capability_role *role = ap(&(struct radio){
        .name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .antennas_available = 7, .antennas_used = 7});

    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_MCS);
    assert_int_equal(role->notes, 0);
}

static void four_chains_and_four_streams_are_4x4(void **state)
{
    (void)state;
    assert_string_equal(ap(&(struct radio){.name = "phy0",
                                           .band = 1,
                                           .ht_streams = 4,
                                           .vht_streams = 4,
                                           .he_streams = 4,
                                           .eht_streams = 4,
                                           .antennas_available = 15,
                                           .antennas_used = 15})
                            ->class,
                        "4x4");
}

static void the_two_directions_are_limited_each_by_its_own_cause(void **state)
{
    struct attrs a;
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2});
    radio_begin(&a, 0);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX, 1);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX, 7);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_ANTENNA_TX, 1);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_ANTENNA_RX, 7);
    radio_send(&table, &a);

    const struct capability_role *role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "1x2");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_int_equal(role->limit_rx, CAPABILITY_LIMIT_MCS);
}

static void a_transmit_set_of_its_own_makes_an_asymmetric_class(void **state)
{
    const uint8_t ht[16] = {0xff, 0xff, [12] = 1 | 2 | 0 << 2}, vht[8] = {0xfa, 0xff, 0, 0, 0xfe, 0xff};
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    struct attrs a;
    (void)state;

    radio_add_types(&table, types, 1);
    radio_begin(&a, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, NL80211_BAND_5GHZ);
    attrs_put(&a, NL80211_BAND_ATTR_HT_MCS_SET, ht, sizeof ht);
    attrs_put_u16(&a, NL80211_BAND_ATTR_HT_CAPA, 0x6e); /* SM power save disabled */
    attrs_put(&a, NL80211_BAND_ATTR_VHT_MCS_SET, vht, sizeof vht);
    attrs_put_u32(&a, NL80211_BAND_ATTR_VHT_CAPA, 0);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    radio_send(&table, &a);

    const struct capability_role *role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "1x2");
    assert_int_equal(role->modes[CAPABILITY_PHY_HT].mcs_tx, -1);
    assert_false(record.smps_static || record.smps_dynamic);
}

static void streams_that_the_driver_does_not_tell_are_unknown(void **state)
{
    const uint8_t ht[16] = {0xff, 0xff}; /* transmit set not defined */
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    struct attrs a;
    (void)state;

    radio_add_types(&table, types, 1);
    radio_begin(&a, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, NL80211_BAND_2GHZ);
    attrs_put(&a, NL80211_BAND_ATTR_HT_MCS_SET, ht, sizeof ht);
    attrs_put_u16(&a, NL80211_BAND_ATTR_HT_CAPA, 0);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    radio_send(&table, &a);

    const struct capability_role *role = judged(WIPHY_BAND_2GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_UNKNOWN);
    assert_int_equal(role->limit_rx, CAPABILITY_LIMIT_MCS);
    assert_int_equal(role->effective.rx, 2);
    assert_true(record.smps_static); /* the bits of the HT capability are zero */
    assert_false(record.smps_dynamic);
    table.radios[0].bands[WIPHY_BAND_2GHZ].ht_caps = 1 << 2;
    (void)judged(WIPHY_BAND_2GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_true(record.smps_dynamic);
    assert_false(record.smps_static);
}

static void an_older_standard_leaves_modes_and_width_out(void **state)
{
    (void)state;
    radio_add(&table,
              &(struct radio){
                  .name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 1, .eht_streams = 1});

    const struct capability_role *role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "1x1");
    assert_int_equal(role->width_mhz, 160);
    assert_int_equal(role->standard, STATION_STANDARD_EHT);
    role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_AX);
    assert_int_equal(role->standard, STATION_STANDARD_HE);
    role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_N);
    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->width_mhz, 40);
    assert_int_equal(role->standard, STATION_STANDARD_HT);
    assert_false(role->modes[CAPABILITY_PHY_HE].present);
}

static void a_standard_that_leaves_nothing_is_named_as_the_limit(void **state)
{
    (void)state;
    radio_add(&table, &(struct radio){.name = "6E", .band = 3, .he_streams = 2});

    const struct capability_role *role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_AC);
    assert_true(role->supported);
    assert_string_equal(role->class, "");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_STANDARD);
    assert_int_equal(role->width_mhz, 0);
    assert_int_equal(record.bands[WIPHY_BAND_6GHZ].width_startable_mhz, 0);
    role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_AX);
    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->width_mhz, 160);
}

static void six_gigahertz_without_he_carries_no_access_point(void **state)
{
    (void)state;
    const struct capability_role *role = ap(&(struct radio){.name = "6", .band = 3});

    assert_true(record.bands[WIPHY_BAND_6GHZ].present);
    assert_true(record.roles[WIPHY_ROLE_AP]);
    assert_false(role->supported);
}

static void wide_channels_may_cost_streams(void **state)
{
    /* four streams up to 80 MHz, two at 160; 80+80 absent and left at zero by the driver */
    static const uint8_t he[12] = {0xaa, 0xff, 0xaa, 0xff, 0xfa, 0xff, 0xfa, 0xff};
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    (void)state;

    radio_add_types(&table, types, 1);
    radio_add_sets(&table, WIPHY_BAND_6GHZ,
                   &(struct radio_sets){
                       .type = NL80211_IFTYPE_AP, .he_phy0 = 0x0c, .he = he, .he_size = sizeof he, .maps_first = true});
    const struct capability_role *role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "4x4");
    assert_int_equal(role->width_mhz, 160);
    assert_int_equal(role->effective_widest.tx, 2);
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].streams_160.rx, 2);

    radio_add_sets(&table, WIPHY_BAND_6GHZ,
                   &(struct radio_sets){.type = NL80211_IFTYPE_AP, .he_phy0 = 0x04, .he = he, .he_size = sizeof he});
    role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_int_equal(role->width_mhz, 80); /* told again, without 160 MHz: its map says nothing any more */
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].streams_160.rx, 0);
    assert_int_equal(role->effective_widest.tx, 4);
}

static void a_short_he_set_keeps_its_streams_at_160_mhz(void **state)
{
    static const uint8_t he[4] = {0xfa, 0xff, 0xfa, 0xff};
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    (void)state;

    radio_add_types(&table, types, 1);
    radio_add_sets(&table, WIPHY_BAND_6GHZ,
                   &(struct radio_sets){.type = NL80211_IFTYPE_AP, .he_phy0 = 0x0c, .he = he, .he_size = sizeof he});
    const struct capability_role *role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].streams_160.tx, 0); /* not told */
    assert_int_equal(role->effective_widest.tx, 2);
}

static void eht_in_6_ghz_reaches_320_mhz(void **state)
{
    static const uint8_t he[12] = {0xfa, 0xff, 0xfa, 0xff, 0xfa, 0xff, 0xfa, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t eht[9] = {0x22, 0x22, 0x22, 0x22, 0x22, 0x22, 0x12, 0x12, 0x00};
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    struct radio_sets sets = {.type = NL80211_IFTYPE_AP,
                              .he_phy0 = 0x0c,
                              .eht_phy0 = 0x02,
                              .he = he,
                              .he_size = sizeof he,
                              .eht = eht,
                              .eht_size = sizeof eht};
    (void)state;

    radio_add_types(&table, types, 1);
    radio_add_sets(&table, WIPHY_BAND_6GHZ, &sets);
    const struct capability_role *role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_int_equal(role->width_mhz, 320);
    assert_string_equal(role->class, "2x2");
    assert_int_equal(role->effective_widest.tx, 1);
    assert_int_equal(role->effective_widest.rx, 2);
    assert_int_equal(role->modes[CAPABILITY_PHY_EHT].width_mhz, 320);
    assert_int_equal(role->modes[CAPABILITY_PHY_EHT].mcs_tx, 13);
    assert_int_equal(role->modes[CAPABILITY_PHY_HE].width_mhz, 160);
    assert_int_equal(wiphy_role_width(&table.radios[0], WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_AX), 160);

    sets.eht_size = 4; /* the layout of a 20 MHz client: nothing for an access point */
    radio_add_sets(&table, WIPHY_BAND_6GHZ, &sets);
    role = judged(WIPHY_BAND_6GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_false(role->modes[CAPABILITY_PHY_EHT].present);
    assert_int_equal(role->width_mhz, 160);
}

static void a_20_mhz_client_has_its_own_eht_layout(void **state)
{
    static const uint8_t he[12] = {0xfe, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t eht[9] = {0x11, 0x11, 0x11}; /* full length, as the kernel sends it */
    const uint16_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_STATION};
    const struct radio_sets sets = {.type = NL80211_IFTYPE_AP,
                                    .other_type = NL80211_IFTYPE_STATION,
                                    .he = he,
                                    .he_size = sizeof he,
                                    .eht = eht,
                                    .eht_size = sizeof eht};
    (void)state;

    radio_add_types(&table, types, 2);
    radio_add_sets(&table, WIPHY_BAND_5GHZ, &sets);
    const struct capability_role *role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_STATION, LINK_STANDARD_NEWEST);
    assert_int_equal(role->modes[CAPABILITY_PHY_EHT].mcs_tx, 11); /* the third of four ranges */
    role = &record.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP];
    assert_int_equal(role->modes[CAPABILITY_PHY_EHT].mcs_tx, 13); /* three octets a width */
    assert_int_equal(role->width_mhz, 20);
}

static void all_modes_must_agree_on_a_width(void **state)
{
    static const uint8_t he[4] = {0xfa, 0xff, 0xfa, 0xff};
    struct radio_sets sets = {.type = NL80211_IFTYPE_AP, .he = he, .he_size = sizeof he, .he_phy0 = 0x02};
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 0, .ht_streams = 2});
    radio_add_sets(&table, NL80211_BAND_2GHZ, &sets);
    assert_int_equal(judged(WIPHY_BAND_2GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 40);
    sets.he_phy0 = 0x0c; /* of 5 GHz: nothing said about 40 MHz in 2.4 */
    radio_add_sets(&table, NL80211_BAND_2GHZ, &sets);
    assert_int_equal(judged(WIPHY_BAND_2GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 20);
    assert_int_equal(judged(WIPHY_BAND_2GHZ, WIPHY_ROLE_AP, LINK_STANDARD_N)->width_mhz, 40);

    (void)clean(NULL);
    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2}); /* VHT with 160 */
    sets.he_phy0 = 0x04;
    radio_add_sets(&table, NL80211_BAND_5GHZ, &sets);
    assert_int_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 80);
    assert_int_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_AC)->width_mhz, 160);
    sets.he_phy0 = 0;
    radio_add_sets(&table, NL80211_BAND_5GHZ, &sets);
    assert_int_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 20);

    (void)clean(NULL);
    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2});
    assert_int_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 40);
    radio_add_sets(&table, NL80211_BAND_5GHZ, &sets);
    assert_int_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->width_mhz, 20);
}

static void vht_in_2_ghz_and_ht_in_6_ghz_do_not_count(void **state)
{
    (void)state;
    const struct capability_role *role = ap(&(struct radio){
        .name = "phy0", .band = 0, .ht_streams = 2, .vht_streams = 1, .antennas_available = 3, .antennas_used = 3});
    assert_string_equal(role->class, "2x2");
    assert_false(role->modes[CAPABILITY_PHY_VHT].present);
    assert_int_equal(role->width_mhz, 40);

    (void)clean(NULL);
    role = ap(&(struct radio){.name = "phy0", .band = 3, .ht_streams = 1, .he_streams = 2, .only_80 = true});
    assert_string_equal(role->class, "2x2");
    assert_false(role->modes[CAPABILITY_PHY_HT].present);
    assert_int_equal(role->width_mhz, 80);
}

static void channels_are_counted_by_what_the_country_permits(void **state)
{
    (void)state;
    (void)ap(&(struct radio){
        .name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .no_ir = 5200, .radar = 5260, .disabled = 5320});
    const struct capability_band *band = &record.bands[WIPHY_BAND_5GHZ];

    assert_int_equal(band->channels, 8);
    assert_int_equal(band->startable, 5);
    assert_int_equal(band->radar, 1);
    assert_int_equal(band->listen_only, 1);
    assert_int_equal(band->disabled, 1);
    assert_int_equal(band->width_startable_mhz, 40); /* no whole block of 80 MHz is left */
    assert_int_equal(band->roles[WIPHY_ROLE_AP].width_mhz, 160);
}

static void a_startable_width_is_not_wider_than_the_role(void **state)
{
    (void)state;
    (void)ap(&(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .only_80 = true});
    assert_int_equal(record.bands[WIPHY_BAND_5GHZ].width_startable_mhz, 80);
    (void)judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_N);
    assert_int_equal(record.bands[WIPHY_BAND_5GHZ].width_startable_mhz, 40);
}

static void every_name_and_limit_has_its_words(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < CAPABILITY_LIMITS_; i++) {
        assert_string_not_equal(capability_limit_name((enum capability_limit)i), "?");
        assert_string_not_equal(capability_limit_text((enum capability_limit)i), "?");
    }
    for (unsigned int i = 0; i < CAPABILITY_PHYS_; i++)
        assert_string_not_equal(capability_phy_name((enum capability_phy)i), "?");
    for (unsigned int i = 0; i < WIPHY_ROLES_; i++)
        assert_string_not_equal(capability_role_name((enum wiphy_role)i), "?");
    assert_string_equal(capability_limit_name(CAPABILITY_LIMIT_CONFIGURED), "antennas-configured");
    assert_string_equal(capability_limit_name(CAPABILITY_LIMITS_), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_single_chain_radio_without_masks_is_1x1_by_its_maps, clean),
        cmocka_unit_test_setup(an_access_point_has_its_own_he_streams, clean),
        cmocka_unit_test_setup(an_implausible_mix_reads_as_the_smallest_with_a_note, clean),
        cmocka_unit_test_setup(antennas_that_are_switched_off_are_named_as_the_limit, clean),
        cmocka_unit_test_setup(fewer_chains_than_streams_are_named_as_the_limit, clean),
        cmocka_unit_test_setup(more_chains_than_streams_leave_the_maps_as_the_limit, clean),
        cmocka_unit_test_setup(four_chains_and_four_streams_are_4x4, clean),
        cmocka_unit_test_setup(the_two_directions_are_limited_each_by_its_own_cause, clean),
        cmocka_unit_test_setup(a_transmit_set_of_its_own_makes_an_asymmetric_class, clean),
        cmocka_unit_test_setup(streams_that_the_driver_does_not_tell_are_unknown, clean),
        cmocka_unit_test_setup(an_older_standard_leaves_modes_and_width_out, clean),
        cmocka_unit_test_setup(a_standard_that_leaves_nothing_is_named_as_the_limit, clean),
        cmocka_unit_test_setup(six_gigahertz_without_he_carries_no_access_point, clean),
        cmocka_unit_test_setup(wide_channels_may_cost_streams, clean),
        cmocka_unit_test_setup(a_short_he_set_keeps_its_streams_at_160_mhz, clean),
        cmocka_unit_test_setup(eht_in_6_ghz_reaches_320_mhz, clean),
        cmocka_unit_test_setup(a_20_mhz_client_has_its_own_eht_layout, clean),
        cmocka_unit_test_setup(all_modes_must_agree_on_a_width, clean),
        cmocka_unit_test_setup(vht_in_2_ghz_and_ht_in_6_ghz_do_not_count, clean),
        cmocka_unit_test_setup(channels_are_counted_by_what_the_country_permits, clean),
        cmocka_unit_test_setup(a_startable_width_is_not_wider_than_the_role, clean),
        cmocka_unit_test_setup(every_name_and_limit_has_its_words, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
