/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "tests/unit/link/judged.h"
#include "tests/unit/test.h"

static void send_dfs_channel(uint32_t frequency, uint32_t dfs_state)
{
    struct attrs a;

    radio_begin(&a, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, NL80211_BAND_5GHZ);
    size_t list = attrs_begin(&a, NL80211_BAND_ATTR_FREQS);
    size_t entry = attrs_begin(&a, 0);
    attrs_put_u32(&a, NL80211_FREQUENCY_ATTR_FREQ, frequency);
    attrs_flag(&a, NL80211_FREQUENCY_ATTR_RADAR);
    attrs_flag(&a, NL80211_FREQUENCY_ATTR_INDOOR_ONLY);
    attrs_put_u32(&a, NL80211_FREQUENCY_ATTR_DFS_STATE, dfs_state);
    attrs_put_u32(&a, NL80211_FREQUENCY_ATTR_DFS_CAC_TIME, 60000);
    attrs_put_u32(&a, NL80211_FREQUENCY_ATTR_MAX_TX_POWER, 2000);
    attrs_end(&a, entry);
    attrs_end(&a, list);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    radio_send(&table, &a);
}

static void the_state_of_radar_channels_is_told(void **state)
{
    (void)state;
    send_dfs_channel(5500, NL80211_DFS_USABLE);
    send_dfs_channel(5520, NL80211_DFS_AVAILABLE);
    send_dfs_channel(5540, NL80211_DFS_UNAVAILABLE);
    send_dfs_channel(5560, 9); /* of a newer kernel */
    (void)judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    const struct capability_band *band = &record.bands[WIPHY_BAND_5GHZ];

    assert_int_equal(band->radar, 4);
    assert_int_equal(band->radar_free, 1);
    assert_int_equal(band->radar_seen, 1);
    assert_int_equal(band->indoor_only, 4);
    assert_int_equal(band->startable, 0);
    const struct wiphy_channel *channel = wiphy_channel(&table.radios[0], WIPHY_BAND_5GHZ, 5520);
    assert_int_equal(channel->dfs_state, WIPHY_DFS_AVAILABLE);
    assert_int_equal(channel->cac_ms, 60000);
    assert_int_equal(channel->power_dbm, 20);
    assert_int_equal(wiphy_channel(&table.radios[0], WIPHY_BAND_5GHZ, 5560)->dfs_state, WIPHY_DFS_NOT_TOLD);
}

#define TYPE(name) (1U << NL80211_IFTYPE_##name)

/* Limits end at one without types. */
struct combination {
    struct {
        uint32_t maximum, types;
    } limits[4];
    uint32_t maximum, channels, radar_widths;
};

static void put_combination(struct attrs *a, const struct combination *c)
{
    size_t one = attrs_begin(a, 0);
    size_t limits = attrs_begin(a, NL80211_IFACE_COMB_LIMITS);
    for (size_t i = 0; i < 4 && c->limits[i].types; i++) {
        size_t limit = attrs_begin(a, (uint16_t)(i + 1));
        attrs_put_u32(a, NL80211_IFACE_LIMIT_MAX, c->limits[i].maximum);
        size_t types = attrs_begin(a, NL80211_IFACE_LIMIT_TYPES);
        for (uint16_t type = 0; type < 32; type++) {
            if (c->limits[i].types & 1U << type)
                attrs_flag(a, type);
        }
        attrs_end(a, types);
        attrs_end(a, limit);
    }
    attrs_end(a, limits);
    attrs_put_u32(a, NL80211_IFACE_COMB_MAXNUM, c->maximum);
    attrs_put_u32(a, NL80211_IFACE_COMB_NUM_CHANNELS, c->channels);
    if (c->radar_widths)
        attrs_put_u32(a, NL80211_IFACE_COMB_RADAR_DETECT_WIDTHS, c->radar_widths);
    attrs_end(a, one);
}

static void send_combinations(const struct combination *c, size_t count)
{
    struct attrs a;

    radio_begin(&a, 0);
    size_t list = attrs_begin(&a, NL80211_ATTR_INTERFACE_COMBINATIONS);
    for (size_t i = 0; i < count; i++)
        put_combination(&a, &c[i]);
    attrs_end(&a, list);
    radio_send(&table, &a);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
}

static void interfaces_may_exist_at_once_where_one_combination_holds_all(void **state)
{
    (void)state;
    send_combinations(&(struct combination){.limits = {{1, TYPE(STATION)}, {1, TYPE(AP) | TYPE(P2P_GO)}},
                                            .maximum = 2,
                                            .channels = 2},
                      1);
    assert_true(record.ap_and_station);
    assert_false(record.ap_and_nan);
    assert_int_equal(record.combination_channels, 2);

    /* told again: replaces. Both types share one place. */
    send_combinations(
        &(struct combination){.limits = {{1, TYPE(STATION) | TYPE(AP)}, {1, TYPE(NAN)}}, .maximum = 2, .channels = 1},
        1);
    assert_int_equal(table.radios[0].combination_count, 1);
    assert_false(record.ap_and_station);
    assert_true(record.ap_and_nan);
    assert_int_equal(record.combination_channels, 1);
}

static void the_combination_with_most_channels_counts(void **state)
{
    const struct combination c[] = {
        {.limits = {{1, TYPE(AP)}}, .maximum = 1, .channels = 3},
        {.limits = {{2, TYPE(AP)}}, .maximum = 2, .channels = 1},
    };
    (void)state;

    send_combinations(c, 2);
    assert_int_equal(record.combination_channels, 3);
}

static void a_total_bounds_a_combination(void **state)
{
    (void)state;
    send_combinations(&(struct combination){.limits = {{1, TYPE(STATION)}, {1, TYPE(AP)}}, .maximum = 1, .channels = 1},
                      1);
    assert_false(record.ap_and_station);
    send_combinations(&(struct combination){.limits = {{2, TYPE(STATION) | TYPE(AP)}}, .maximum = 2, .channels = 1}, 1);
    assert_true(record.ap_and_station);
}

static void combinations_without_an_access_point_do_not_count(void **state)
{
    const struct combination c[] = {
        {.limits = {{2, TYPE(STATION)}}, .maximum = 2, .channels = 2, .radar_widths = 1U << NL80211_CHAN_WIDTH_20},
        {.limits = {{1, TYPE(AP)}}, .maximum = 1, .channels = 1},
    };
    (void)state;

    send_combinations(c, 2);
    assert_int_equal(record.combination_channels, 1);
    assert_false(record.radar_detection);
    assert_int_equal(record.radar_width_mhz, 0);
}

static void a_radio_that_tells_no_combination_has_one_interface(void **state)
{
    (void)state;
    (void)ap(&(struct radio){.name = "phy0", .band = 1, .ht_streams = 1});
    assert_false(record.ap_and_station);
    assert_int_equal(record.combination_channels, 0);
    assert_false(record.radar_detection);
}

static void radar_is_watched_for_on_the_widths_of_a_combination(void **state)
{
    (void)state;
    send_combinations(&(struct combination){.limits = {{1, TYPE(AP)}},
                                            .maximum = 1,
                                            .channels = 1,
                                            .radar_widths = 1U << NL80211_CHAN_WIDTH_20_NOHT |
                                                            1U << NL80211_CHAN_WIDTH_40 | 1U << NL80211_CHAN_WIDTH_80},
                      1);
    assert_true(record.radar_detection);
    assert_int_equal(record.radar_width_mhz, 80);
    assert_true(wiphy_radar_detection(&table.radios[0], 20));
    assert_false(wiphy_radar_detection(&table.radios[0], 160));
    assert_false(wiphy_radar_detection(&table.radios[0], 320));
}

static void firmware_that_watches_for_radar_counts(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    uint8_t features[40] = {0}; /* longer than the features that are known */
    struct attrs a;
    (void)state;

    features[NL80211_EXT_FEATURE_DFS_OFFLOAD / 8] = 1U << NL80211_EXT_FEATURE_DFS_OFFLOAD % 8;
    radio_add_types(&table, types, 1);
    radio_begin(&a, 0);
    attrs_put(&a, NL80211_ATTR_EXT_FEATURES, features, sizeof features);
    radio_send(&table, &a);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
    assert_true(record.radar_detection);
    assert_true(wiphy_radar_detection(&table.radios[0], 160));
    radio_begin(&a, 0);
    attrs_put(&a, NL80211_ATTR_EXT_FEATURES, features, 2); /* of a kernel that does not know it */
    radio_send(&table, &a);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
    assert_false(record.radar_detection);
}

static void sm_power_save_is_told_by_features(void **state)
{
    (void)state;
    radio_add_u32(&table, NL80211_ATTR_FEATURE_FLAGS, NL80211_FEATURE_STATIC_SMPS);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
    assert_true(record.smps_static);
    assert_false(record.smps_dynamic);
    radio_add_u32(&table, NL80211_ATTR_FEATURE_FLAGS, NL80211_FEATURE_DYNAMIC_SMPS);
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
    assert_false(record.smps_static);
    assert_true(record.smps_dynamic);
}

/* antennas: low nibble TX. */
static void send_nan(uint8_t antennas, bool whole)
{
    static const uint8_t ht[16] = {0xff, [12] = 1}, vht[8] = {0xfe, 0xff, 0, 0, 0xfe, 0xff};
    static const uint8_t he[12] = {0xfe, 0xff, 0xfe, 0xff}, he_phy[11] = {0x04};
    struct attrs a;

    radio_begin(&a, 0);
    size_t block = attrs_begin(&a, FASCIA_NL80211_ATTR_NAN_CAPABILITIES);
    attrs_put_u8(&a, FASCIA_NL80211_NAN_CAPA_NUM_ANTENNAS, antennas);
    if (whole) {
        size_t phy = attrs_begin(&a, FASCIA_NL80211_NAN_CAPA_PHY);
        attrs_put(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET, ht, sizeof ht);
        attrs_put_u16(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA, 0x0002);
        attrs_put(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_MCS_SET, vht, sizeof vht);
        attrs_put_u32(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_VHT_CAPA, 0);
        attrs_put(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_MCS_SET, he, sizeof he);
        attrs_put(&a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HE_PHY, he_phy, sizeof he_phy);
        attrs_end(&a, phy);
    }
    attrs_end(&a, block);
    radio_send(&table, &a);
}

static void nan_without_sets_of_its_own_has_those_of_its_block(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_NAN, FASCIA_NL80211_IFTYPE_NAN_DATA};
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2});
    radio_add_types(&table, types, 3);
    const struct capability_role *nan = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST);
    assert_string_equal(nan->class, "2x2"); /* of the band */
    assert_int_equal(nan->standard, STATION_STANDARD_VHT);

    send_nan(0, true);
    nan = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST);
    assert_true(nan->supported);
    assert_string_equal(nan->class, "1x1");
    assert_int_equal(nan->standard, STATION_STANDARD_HE);
    assert_int_equal(nan->width_mhz, 80);
    assert_string_equal(record.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP].class, "2x2");

    static const uint8_t he[4] = {0xfa, 0xff, 0xfa, 0xff};
    radio_add_sets(&table, WIPHY_BAND_5GHZ,
                   &(struct radio_sets){.type = NL80211_IFTYPE_NAN, .he_phy0 = 0x04, .he = he, .he_size = sizeof he});
    nan = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST);
    assert_string_equal(nan->class, "2x2"); /* a set of its own on this band goes first */
}

static void a_nan_block_without_modes_leaves_those_of_the_band(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_NAN};
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2});
    radio_add_types(&table, types, 2);
    send_nan(0, false);
    assert_string_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST)->class, "2x2");
}

static void traffic_over_nan_needs_its_data_interface_too(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_NAN, FASCIA_NL80211_IFTYPE_NAN_DATA};
    const uint32_t data = 1U << FASCIA_NL80211_IFTYPE_NAN_DATA;
    (void)state;

    radio_add_types(&table, types, 3);
    send_combinations(&(struct combination){.limits = {{1, TYPE(AP)}, {1, TYPE(NAN)}}, .maximum = 3, .channels = 1}, 1);
    assert_false(record.ap_and_nan);
    send_combinations(
        &(struct combination){.limits = {{1, TYPE(AP)}, {1, TYPE(NAN)}, {2, data}}, .maximum = 3, .channels = 1}, 1);
    assert_true(record.ap_and_nan);
}

static void the_antennas_of_the_nan_block_bound_nan_alone(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_AP, NL80211_IFTYPE_NAN};
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2});
    radio_add_types(&table, types, 2);
    static const uint8_t he[4] = {0xfa, 0xff, 0xfa, 0xff};
    radio_add_sets(&table, WIPHY_BAND_5GHZ,
                   &(struct radio_sets){.type = NL80211_IFTYPE_NAN, .he_phy0 = 0x04, .he = he, .he_size = sizeof he});
    send_nan(0x21, false);
    const struct capability_role *nan = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST);
    assert_string_equal(nan->class, "1x2");
    assert_int_equal(nan->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_int_equal(nan->limit_rx, CAPABILITY_LIMIT_MCS);
    assert_string_equal(record.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP].class, "2x2");
}

static void nan_is_on_the_bands_that_the_radio_names(void **state)
{
    const uint16_t types[] = {NL80211_IFTYPE_NAN};
    (void)state;

    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 2});
    radio_add_types(&table, types, 1);
    assert_true(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST)->supported);
    radio_add_u32(&table, NL80211_ATTR_BANDS, 1U << NL80211_BAND_2GHZ);
    assert_false(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN, LINK_STANDARD_NEWEST)->supported);
    assert_true(record.roles[WIPHY_ROLE_NAN]);
}

static void put_part(struct attrs *a, uint32_t from_mhz, uint32_t to_mhz, uint32_t antennas)
{
    size_t part = attrs_begin(a, 0);
    size_t range = attrs_begin(a, FASCIA_NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_START, from_mhz * 1000);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_END, to_mhz * 1000);
    attrs_end(a, range);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_ATTR_ANTENNA_MASK, antennas);
    attrs_end(a, part);
}

static void one_radio_of_several_has_its_own_chains(void **state)
{
    struct attrs a;
    (void)state;

    radio_add(&table, &(struct radio){.name = "mlo",
                                      .band = 1,
                                      .ht_streams = 4,
                                      .vht_streams = 4,
                                      .antennas_available = 0xff,
                                      .antennas_used = 0xff});
    assert_string_equal(judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST)->class, "4x4");
    radio_begin(&a, 0);
    size_t parts = attrs_begin(&a, FASCIA_NL80211_ATTR_WIPHY_RADIOS);
    put_part(&a, 2402, 2494, 0x0f);
    put_part(&a, 5170, 5895, 0xe0);
    attrs_end(&a, parts);
    radio_send(&table, &a);
    const struct capability_role *role = judged(WIPHY_BAND_5GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_string_equal(role->class, "3x3");
    assert_int_equal(role->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_int_equal(role->antennas.available_tx, 0xe0);
    assert_int_equal(record.antennas.available_tx, 0xff);
}

static void the_regulatory_domain_is_in_the_record(void **state)
{
    (void)state;
    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 1});
    memcpy(table.radios[0].country, "DE", 3);
    table.radios[0].dfs_region = WIPHY_DFS_REGION_ETSI;
    capability_of(&table.radios[0], LINK_STANDARD_NEWEST, &record);
    assert_string_equal(record.name, "phy0");
    assert_string_equal(record.country, "DE");
    assert_string_equal(wiphy_dfs_region_name(record.dfs_region), "ETSI");
}

static void sixty_gigahertz_is_there_without_streams(void **state)
{
    struct attrs a;
    const uint16_t types[] = {NL80211_IFTYPE_AP};
    (void)state;

    radio_add_types(&table, types, 1);
    radio_begin(&a, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, NL80211_BAND_60GHZ);
    size_t list = attrs_begin(&a, NL80211_BAND_ATTR_FREQS);
    size_t entry = attrs_begin(&a, 0);
    attrs_put_u32(&a, NL80211_FREQUENCY_ATTR_FREQ, 58320);
    attrs_end(&a, entry);
    attrs_end(&a, list);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    radio_send(&table, &a);
    const struct capability_role *role = judged(WIPHY_BAND_60GHZ, WIPHY_ROLE_AP, LINK_STANDARD_NEWEST);
    assert_true(role->supported);
    assert_int_equal(role->standard, STATION_STANDARD_UNKNOWN);
    assert_string_equal(role->class, "");
    assert_int_equal(role->width_mhz, 0);
    assert_int_equal(record.bands[WIPHY_BAND_60GHZ].width_startable_mhz, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_state_of_radar_channels_is_told, clean),
        cmocka_unit_test_setup(interfaces_may_exist_at_once_where_one_combination_holds_all, clean),
        cmocka_unit_test_setup(the_combination_with_most_channels_counts, clean),
        cmocka_unit_test_setup(a_total_bounds_a_combination, clean),
        cmocka_unit_test_setup(combinations_without_an_access_point_do_not_count, clean),
        cmocka_unit_test_setup(a_radio_that_tells_no_combination_has_one_interface, clean),
        cmocka_unit_test_setup(radar_is_watched_for_on_the_widths_of_a_combination, clean),
        cmocka_unit_test_setup(firmware_that_watches_for_radar_counts, clean),
        cmocka_unit_test_setup(sm_power_save_is_told_by_features, clean),
        cmocka_unit_test_setup(nan_without_sets_of_its_own_has_those_of_its_block, clean),
        cmocka_unit_test_setup(a_nan_block_without_modes_leaves_those_of_the_band, clean),
        cmocka_unit_test_setup(traffic_over_nan_needs_its_data_interface_too, clean),
        cmocka_unit_test_setup(the_antennas_of_the_nan_block_bound_nan_alone, clean),
        cmocka_unit_test_setup(nan_is_on_the_bands_that_the_radio_names, clean),
        cmocka_unit_test_setup(one_radio_of_several_has_its_own_chains, clean),
        cmocka_unit_test_setup(the_regulatory_domain_is_in_the_record, clean),
        cmocka_unit_test_setup(sixty_gigahertz_is_there_without_streams, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
