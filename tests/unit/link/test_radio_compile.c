/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/radio_compile.h"

#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/link/attr.h"
#include "stack/link/attr_writer.h"
#include "stack/link/capability.h"
#include "stack/link/nl80211_values.h"
#include "tests/unit/test.h"

static struct radio_description radio;
static struct wiphy_table table, other;

/* Two bands; HE differs between client and access point, and at 160 MHz; channels with and without flags. */
static int describe(void **state)
{
    (void)state;
    radio_description_init(&radio);
    radio.antennas = (struct radio_antennas){"0x3", "0x7", "0x1", "0x3"};
    radio.smps_static = radio.dfs_offload = true;
    radio.interface_types_count = 2;
    radio.combinations_count = 1;
    radio.combinations[0] = (struct radio_combination){
        .limits = {{.max = 1, .types = {"station"}, .types_count = 1}, {.max = 2, .types = {"ap"}, .types_count = 1}},
        .limits_count = 2,
        .total = 3,
        .channels = 2,
        .radar_widths = {"20", "80"},
        .radar_widths_count = 2,
    };
    memcpy(radio.interface_types, (radio_word[2]){"station", "ap"}, 2 * sizeof(radio_word));
    radio.bands_count = 2;
    radio.bands[0] = radio_band_initial;
    radio.bands[0].ht.tx = 1;
    radio.bands[0].ht.rx = 2;
    radio.bands[0].channels_count = 1;
    radio.bands[0].channels[0] = (struct radio_range){.from = 1, .to = 13, .power_dbm = 20};

    struct radio_band_description *band = &radio.bands[1];
    *band = radio_band_initial;
    band->band = RADIO_BAND_5GHZ;
    band->ht = (struct radio_ht){2, 2, 40, RADIO_SMPS_DYNAMIC, {"20", "40"}, 2};
    band->vht = (struct radio_vht){.tx = 2, .rx = 3, .mcs_tx = 8, .mcs_rx = 9, .width = 160};
    band->per_type_count = 2;
    band->per_type[0] = radio_per_type_initial;
    band->per_type[0].types_count = 1;
    memcpy(band->per_type[0].types[0], "station", sizeof "station");
    band->per_type[0].he =
        (struct radio_he){.tx = 1, .rx = 1, .mcs_tx = 9, .mcs_rx = 11, .width = 80, .tx_160 = -1, .rx_160 = -1};
    band->per_type[1] = radio_per_type_initial;
    band->per_type[1].types_count = 1;
    memcpy(band->per_type[1].types[0], "ap", sizeof "ap");
    band->per_type[1].he =
        (struct radio_he){.tx = 2, .rx = 2, .mcs_tx = 11, .mcs_rx = 11, .width = 160, .tx_160 = 1, .rx_160 = 1};
    band->per_type[1].eht = radio_per_type_initial.eht;
    band->per_type[1].eht.tx = band->per_type[1].eht.rx = 2;
    band->per_type[1].eht.width = 160;
    band->per_type[1].eht.mcs_tx = 11;
    band->channels_count = 3;
    band->channels[0] = (struct radio_range){.from = 36, .to = 48, .power_dbm = 23};
    band->channels[1] =
        (struct radio_range){.from = 52, .to = 64, .dfs = RADIO_DFS_AVAILABLE, .flags = {"radar"}, .flags_count = 1};
    band->channels[2] = (struct radio_range){.from = 165, .flags = {"no-ir", "no-80"}, .flags_count = 2};
    memset(&table, 0, sizeof table);
    memset(&other, 0, sizeof other);
    return 0;
}

static size_t messages, longest;

static int parse(const void *attributes, size_t size, void *userdata)
{
    messages++;
    longest = size > longest ? size : longest;
    return wiphy_parse(userdata, attributes, size);
}

static int compile(enum radio_split split, uint32_t seed, struct wiphy_table *to)
{
    messages = longest = 0;
    return radio_compile(&radio, &(struct radio_compile_how){.split = split, .seed = seed, .index = 4}, parse, to);
}

static void assert_same_role(const struct wiphy_he *a, const struct wiphy_he *b)
{
    assert_int_equal(a->he, b->he);
    assert_int_equal(a->eht, b->eht);
    assert_int_equal(a->he_phy0, b->he_phy0);
    assert_int_equal(a->eht_phy0, b->eht_phy0);
    assert_memory_equal(a->he_maps, b->he_maps, sizeof a->he_maps);
    assert_memory_equal(a->eht_maps, b->eht_maps, sizeof a->eht_maps);
}

static void assert_same_band(const struct wiphy_band_caps *a, const struct wiphy_band_caps *b)
{
    assert_int_equal(a->present, b->present);
    assert_int_equal(a->ht, b->ht);
    assert_int_equal(a->vht, b->vht);
    assert_int_equal(a->ht_caps, b->ht_caps);
    assert_int_equal(a->vht_caps, b->vht_caps);
    assert_memory_equal(&a->ht_map, &b->ht_map, sizeof a->ht_map);
    assert_memory_equal(&a->vht_map, &b->vht_map, sizeof a->vht_map);
    for (size_t i = 0; i < WIPHY_ROLES_; i++)
        assert_same_role(&a->roles[i], &b->roles[i]);
    assert_int_equal(a->channel_count, b->channel_count);
    for (size_t i = 0; i < a->channel_count; i++) {
        assert_int_equal(a->channels[i].frequency_mhz, b->channels[i].frequency_mhz);
        assert_int_equal(a->channels[i].flags, b->channels[i].flags);
        assert_int_equal(a->channels[i].dfs_state, b->channels[i].dfs_state);
    }
}

static void assert_same(const struct wiphy *a, const struct wiphy *b)
{
    assert_int_equal(a->index, b->index);
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->ap, b->ap);
    assert_int_equal(a->station, b->station);
    assert_int_equal(a->smps_static, b->smps_static);
    assert_int_equal(a->dfs_offload, b->dfs_offload);
    assert_memory_equal(&a->antennas, &b->antennas, sizeof a->antennas);
    assert_int_equal(a->combination_count, b->combination_count);
    assert_int_equal(a->combinations[0].limit_count, b->combinations[0].limit_count);
    assert_int_equal(a->combinations[0].radar_widths, b->combinations[0].radar_widths);
    for (size_t i = 0; i < WIPHY_BANDS_; i++)
        assert_same_band(&a->bands[i], &b->bands[i]);
}

static void streams_of_each_mode_and_role_come_out_as_described(void **state)
{
    (void)state;
    assert_int_equal(compile(RADIO_SPLIT_KERNEL, 0, &table), 0);

    const struct wiphy *wiphy = wiphy_find(&table, 4);
    assert_non_null(wiphy);
    struct mimo_modes two = wiphy_modes(wiphy, WIPHY_BAND_2GHZ, WIPHY_ROLE_AP);
    struct mimo_modes ap = wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_AP);
    struct mimo_modes station = wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_STATION);
    assert_int_equal(two.ht.tx, 1);
    assert_int_equal(two.ht.rx, 2);
    assert_int_equal(two.vht.rx, 0);
    assert_int_equal(ap.ht.tx, 2);
    assert_int_equal(ap.vht.tx, 2);
    assert_int_equal(ap.vht.rx, 3);
    assert_int_equal(ap.he.tx, 2);
    assert_int_equal(ap.eht.rx, 2);
    assert_int_equal(station.he.tx, 1);
    assert_int_equal(station.eht.tx, 0);
}

static void mcs_widths_and_streams_at_160_mhz_come_out_as_described(void **state)
{
    static struct capability capability;
    (void)state;
    assert_int_equal(compile(RADIO_SPLIT_KERNEL, 0, &table), 0);
    capability_of(wiphy_find(&table, 4), LINK_STANDARD_NEWEST, &capability);

    const struct capability_role *ap = &capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_AP];
    const struct capability_role *station = &capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_STATION];
    assert_int_equal(ap->modes[CAPABILITY_PHY_VHT].mcs_tx, 8);
    assert_int_equal(ap->modes[CAPABILITY_PHY_VHT].mcs_rx, 9);
    assert_int_equal(ap->modes[CAPABILITY_PHY_HE].streams_160.tx, 1);
    assert_int_equal(ap->modes[CAPABILITY_PHY_EHT].mcs_tx, 11);
    assert_int_equal(ap->modes[CAPABILITY_PHY_EHT].mcs_rx, 13);
    assert_int_equal(ap->width_mhz, 160);
    assert_int_equal(station->modes[CAPABILITY_PHY_HE].mcs_tx, 9);
    assert_int_equal(station->modes[CAPABILITY_PHY_HE].width_mhz, 80);
    assert_true(capability.ap_and_station);
    assert_true(capability.radar_detection);
    /* One transmit chain of two is configured. */
    assert_string_equal(ap->class, "1x2");
    assert_int_equal(ap->limit_tx, CAPABILITY_LIMIT_CONFIGURED);
}

static void channels_have_their_frequencies_and_flags(void **state)
{
    (void)state;
    assert_int_equal(compile(RADIO_SPLIT_KERNEL, 0, &table), 0);
    const struct wiphy *wiphy = wiphy_find(&table, 4);

    assert_int_equal(wiphy->bands[WIPHY_BAND_2GHZ].channel_count, 13);
    assert_non_null(wiphy_channel(wiphy, WIPHY_BAND_2GHZ, 2472));
    assert_int_equal(wiphy->bands[WIPHY_BAND_5GHZ].channel_count, 9);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5180)->flags, 0);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5320)->flags, WIPHY_CHANNEL_RADAR);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5320)->dfs_state, WIPHY_DFS_AVAILABLE);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5825)->flags, WIPHY_CHANNEL_NO_IR | WIPHY_CHANNEL_NO_80);
}

static int check_message(const void *attributes, size_t size, void *userdata)
{
    unsigned int channels = 0, bands = 0;
    struct fascia_reader at, inner, list;
    uint32_t index = 0;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_ATTR_WIPHY)
            assert_true(link_attr_u32(&a, &index));
        if (a.type != NL80211_ATTR_WIPHY_BANDS)
            continue;
        inner = a.value;
        for (struct link_attr band; link_attr_next(&inner, &band); bands++) {
            for (struct link_attr b; link_attr_next(&band.value, &b);) {
                list = b.value;
                for (struct link_attr c; b.type == NL80211_BAND_ATTR_FREQS && link_attr_next(&list, &c);)
                    channels++;
            }
        }
    }
    assert_true(link_attrs_ok(&at));
    assert_int_equal(index, 4); /* every message says which radio it is about */
    assert_true(bands <= 1);
    assert_true(channels <= 1);
    (*(unsigned int *)userdata)++;
    return 0;
}

static void the_kernels_split_has_a_band_in_many_messages_and_a_channel_in_each(void **state)
{
    unsigned int count = 0;
    (void)state;

    assert_int_equal(radio_compile(&radio, &(struct radio_compile_how){.index = 4}, check_message, &count), 0);
    /* antennas, types, two bands' modes, 13 + 9 channels, combinations, features, the rest */
    assert_int_equal(count, 2 + 2 + 22 + 3);
}

static void one_message_or_many_are_the_same_radio(void **state)
{
    (void)state;
    assert_int_equal(compile(RADIO_SPLIT_KERNEL, 0, &table), 0);
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &other), 0);
    assert_int_equal(messages, 1);
    assert_same(wiphy_find(&table, 4), wiphy_find(&other, 4));
}

static void the_same_radio_comes_out_wherever_a_seed_splits_it(void **state)
{
    size_t fewest = SIZE_MAX, most = 0;
    (void)state;

    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), 0);
    for (uint32_t seed = 0; seed < 300; seed++) {
        memset(&other, 0, sizeof other);
        assert_int_equal(compile(RADIO_SPLIT_SEEDED, seed, &other), 0);
        fewest = messages < fewest ? messages : fewest;
        most = messages > most ? messages : most;
        assert_int_equal(other.count, 1);
        assert_same(wiphy_find(&table, 4), wiphy_find(&other, 4));
    }
    assert_true(fewest + 3 < most); /* the seed does choose */
}

static void a_seed_always_splits_at_the_same_places(void **state)
{
    (void)state;
    assert_int_equal(compile(RADIO_SPLIT_SEEDED, 42, &table), 0);
    size_t first = messages, first_longest = longest;
    assert_int_equal(compile(RADIO_SPLIT_SEEDED, 42, &other), 0);
    assert_int_equal(messages, first);
    assert_int_equal(longest, first_longest);
}

static void what_the_kernel_has_no_number_for_is_refused(void **state)
{
    (void)state;
    memcpy(radio.interface_types[1], "robot", sizeof "robot");
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), -EINVAL);
    (void)describe(state);
    memcpy(radio.bands[1].channels[1].flags[0], "rain", sizeof "rain");
    assert_int_equal(compile(RADIO_SPLIT_KERNEL, 0, &table), -EINVAL);
    (void)describe(state);
    memcpy(radio.combinations[0].radar_widths[0], "21", sizeof "21");
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), -EINVAL);
    (void)describe(state);
    memcpy(radio.antennas.available_tx, "two", sizeof "two");
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), -EINVAL);
}

static void a_channel_that_the_band_does_not_have_is_refused(void **state)
{
    (void)state;
    radio.bands[0].channels[0].to = 15;
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), -EINVAL);
    radio.bands[0].channels[0] = (struct radio_range){.from = 13, .to = 1};
    assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), -EINVAL);
    assert_int_equal(table.count, 0);
}

static int stop_at_the_third(const void *attributes, size_t size, void *userdata)
{
    (void)attributes;
    (void)size;
    return ++*(int *)userdata == 3 ? -EPIPE : 0;
}

static void the_receivers_error_ends_the_compilation_and_is_returned(void **state)
{
    int seen = 0;
    (void)state;

    assert_int_equal(radio_compile(&radio, &(struct radio_compile_how){.index = 4}, stop_at_the_third, &seen), -EPIPE);
    assert_int_equal(seen, 3);
}

static int take_regulatory(const void *attributes, size_t size, void *userdata)
{
    return wiphy_parse_regulatory(attributes, size, userdata);
}

static void the_regulatory_domain_is_an_answer_of_its_own(void **state)
{
    struct wiphy_regulatory regulatory = {.country = ""};
    (void)state;

    assert_int_equal(radio_compile_regulatory(&radio, take_regulatory, &regulatory), -ENODATA);
    memcpy(radio.country, "DE", sizeof radio.country);
    radio.dfs_region = RADIO_DFS_REGION_ETSI;
    assert_int_equal(radio_compile_regulatory(&radio, take_regulatory, &regulatory), 0);
    assert_string_equal(regulatory.country, "DE");
    assert_int_equal(regulatory.dfs_region, WIPHY_DFS_REGION_ETSI);
}

static void what_nan_does_is_told_once_for_all_its_bands(void **state)
{
    static struct capability capability;
    (void)state;
    radio.antennas = (struct radio_antennas){"0x3", "0x3", "", ""};
    memcpy(radio.interface_types[1], "nan", sizeof "nan");
    radio.nan = (struct radio_nan){.bands = {"5GHz"},
                                   .bands_count = 1,
                                   .antennas_tx = 1,
                                   .antennas_rx = 2,
                                   .userspace_discovery = true,
                                   .secure = true,
                                   .ht = radio.bands[1].ht,
                                   .vht = radio.bands[1].vht,
                                   .he = radio.bands[1].per_type[1].he};
    assert_int_equal(compile(RADIO_SPLIT_SEEDED, 7, &table), 0);

    const struct wiphy *wiphy = wiphy_find(&table, 4);
    assert_int_equal(wiphy->nan_bands, 1U << WIPHY_BAND_5GHZ);
    assert_int_equal(wiphy->nan_caps.antennas_tx, 1);
    assert_int_equal(wiphy->nan_caps.antennas_rx, 2);
    assert_true(wiphy->nan_caps.userspace_discovery && wiphy->nan_caps.ampdu && wiphy->secure_nan);
    assert_false(wiphy->nan_caps.configurable_sync);
    capability_of(wiphy, LINK_STANDARD_NEWEST, &capability);
    const struct capability_role *nan = &capability.bands[WIPHY_BAND_5GHZ].roles[WIPHY_ROLE_NAN];
    assert_true(nan->supported);
    assert_string_equal(nan->class, "1x2");
    assert_int_equal(nan->limit_tx, CAPABILITY_LIMIT_ANTENNAS);
    assert_int_equal(nan->modes[CAPABILITY_PHY_HE].streams.rx, 2);
    assert_false(capability.bands[WIPHY_BAND_2GHZ].roles[WIPHY_ROLE_NAN].supported);
}

static void every_word_has_a_number(void **state)
{
    (void)state;
    for (size_t i = 0; radio_type_words[i] != NULL; i++) {
        memcpy(radio.interface_types[0], radio_type_words[i], strlen(radio_type_words[i]) + 1);
        assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), 0);
    }
    for (size_t i = 0; radio_flag_words[i] != NULL; i++) {
        memcpy(radio.bands[1].channels[1].flags[0], radio_flag_words[i], strlen(radio_flag_words[i]) + 1);
        assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), 0);
    }
    for (size_t i = 0; radio_radar_words[i] != NULL; i++) {
        memcpy(radio.combinations[0].radar_widths[0], radio_radar_words[i], strlen(radio_radar_words[i]) + 1);
        assert_int_equal(compile(RADIO_SPLIT_NONE, 0, &table), 0);
    }
}

static void a_full_writer_writes_nothing_more_and_says_so(void **state)
{
    uint8_t octets[20];
    struct link_attrs a;
    (void)state;

    link_attrs_init(&a, octets, sizeof octets);
    link_put_u32(&a, 1, 7);
    link_put_text(&a, 2, "ab");
    assert_true(link_attrs_written(&a));
    assert_int_equal(a.used, 16);
    link_put_u8(&a, 3, 1); /* four octets are left: a header, no value */
    assert_false(link_attrs_written(&a));
    assert_int_equal(a.used, 16);
    link_put_flag(&a, 4); /* would fit, but the message is not whole any more */
    assert_int_equal(a.used, 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(streams_of_each_mode_and_role_come_out_as_described, describe),
        cmocka_unit_test_setup(mcs_widths_and_streams_at_160_mhz_come_out_as_described, describe),
        cmocka_unit_test_setup(channels_have_their_frequencies_and_flags, describe),
        cmocka_unit_test_setup(the_kernels_split_has_a_band_in_many_messages_and_a_channel_in_each, describe),
        cmocka_unit_test_setup(one_message_or_many_are_the_same_radio, describe),
        cmocka_unit_test_setup(the_same_radio_comes_out_wherever_a_seed_splits_it, describe),
        cmocka_unit_test_setup(a_seed_always_splits_at_the_same_places, describe),
        cmocka_unit_test_setup(what_the_kernel_has_no_number_for_is_refused, describe),
        cmocka_unit_test_setup(a_channel_that_the_band_does_not_have_is_refused, describe),
        cmocka_unit_test_setup(the_receivers_error_ends_the_compilation_and_is_returned, describe),
        cmocka_unit_test_setup(the_regulatory_domain_is_an_answer_of_its_own, describe),
        cmocka_unit_test_setup(what_nan_does_is_told_once_for_all_its_bands, describe),
        cmocka_unit_test_setup(every_word_has_a_number, describe),
        cmocka_unit_test(a_full_writer_writes_nothing_more_and_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
