/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/base/bytes.h"
#include "stack/link/nl80211_values.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static struct wiphy_table table;

static int clean(void **state)
{
    (void)state;
    memset(&table, 0, sizeof table);
    return 0;
}

static void a_one_stream_radio_without_antenna_masks_reads_1x1(void **state)
{
    (void)state;
    radio_add(&table, &(struct radio){.name = "phy0", .band = 1, .ht_streams = 1, .vht_streams = 1});

    const struct wiphy *wiphy = wiphy_find(&table, 0);
    assert_non_null(wiphy);
    assert_string_equal(wiphy->name, "phy0");
    assert_true(wiphy->ap);
    struct mimo_modes modes = wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_AP);
    struct mimo_result result = mimo_bound(&modes, &wiphy->antennas);
    assert_int_equal(result.streams.tx, 1);
    assert_true(result.notes & MIMO_NOTE_ANTENNAS_NOT_REPORTED);
    assert_int_equal(wiphy->bands[WIPHY_BAND_5GHZ].channel_count, 8);
}

static void he_is_read_for_the_role_that_is_asked_for(void **state)
{
    (void)state;
    radio_add(
        &table,
        &(struct radio){
            .name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2, .he_station_streams = 1});

    const struct wiphy *wiphy = wiphy_find(&table, 0);
    assert_int_equal(wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_AP).he.tx, 2);
    assert_int_equal(wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_STATION).he.tx, 1);
    assert_int_equal(wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_NAN).he.tx, 0);
    assert_int_equal(wiphy_modes(wiphy, WIPHY_BAND_2GHZ, WIPHY_ROLE_AP).ht.tx, 0);
}

static void eht_and_antenna_masks_are_read(void **state)
{
    (void)state;
    radio_add(&table, &(struct radio){.name = "phy0",
                                      .band = 1,
                                      .ht_streams = 2,
                                      .he_streams = 2,
                                      .eht_streams = 2,
                                      .antennas_available = 3,
                                      .antennas_used = 1});

    const struct wiphy *wiphy = wiphy_find(&table, 0);
    assert_int_equal(wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_AP).eht.rx, 2);
    assert_int_equal(wiphy->antennas.available_tx, 3);
    assert_int_equal(wiphy->antennas.used_rx, 1);
}

static void channel_flags_are_read(void **state)
{
    (void)state;
    radio_add(&table, &(struct radio){
                          .name = "phy0", .band = 1, .no_ir = 5180, .radar = 5260, .disabled = 5320, .no_80 = 5200});

    const struct wiphy *wiphy = wiphy_find(&table, 0);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5180)->flags, WIPHY_CHANNEL_NO_IR);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5260)->flags, WIPHY_CHANNEL_RADAR);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5320)->flags, WIPHY_CHANNEL_DISABLED);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5200)->flags, WIPHY_CHANNEL_NO_80);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5220)->flags, 0);
    assert_null(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5500));
}

/* One band over several messages, as the kernel splits it: modes first, then a channel or two at a time. */
static void one_channel(struct attrs *a, uint32_t frequency, uint16_t flag)
{
    a->used = 0;
    attrs_put_u32(a, NL80211_ATTR_WIPHY, 4);
    size_t bands = attrs_begin(a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(a, 1);
    size_t list = attrs_begin(a, NL80211_BAND_ATTR_FREQS);
    size_t entry = attrs_begin(a, 0);
    attrs_put_u32(a, NL80211_FREQUENCY_ATTR_FREQ, frequency);
    if (flag)
        attrs_flag(a, flag);
    attrs_end(a, entry);
    attrs_end(a, list);
    attrs_end(a, band);
    attrs_end(a, bands);
}

static void a_split_dump_is_merged_by_radio_and_band(void **state)
{
    struct attrs a = {.used = 0};
    const uint8_t ht[16] = {0xff, 0xff, [12] = 1};
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_WIPHY, 4);
    attrs_put_text(&a, NL80211_ATTR_WIPHY_NAME, "radio");
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    a.used = 0;
    attrs_put_u32(&a, NL80211_ATTR_WIPHY, 4);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, 1);
    attrs_put(&a, NL80211_BAND_ATTR_HT_MCS_SET, ht, sizeof ht);
    attrs_put_u16(&a, NL80211_BAND_ATTR_HT_CAPA, 2);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    one_channel(&a, 5180, 0);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    one_channel(&a, 5200, NL80211_FREQUENCY_ATTR_NO_IR);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    one_channel(&a, 5180, NL80211_FREQUENCY_ATTR_RADAR); /* told again: the newer word counts */
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);

    assert_int_equal(table.count, 1);
    const struct wiphy *wiphy = wiphy_find(&table, 4);
    assert_string_equal(wiphy->name, "radio");
    assert_int_equal(wiphy->bands[1].channel_count, 2);
    assert_int_equal(wiphy->bands[1].ht_map.streams.rx, 2);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5180)->flags, WIPHY_CHANNEL_RADAR);
}

/* What Linux 7.3 said about one radio of mac80211_hwsim: 166 messages, each behind its length. */
static void a_real_dump_of_many_messages_is_one_radio(void **state)
{
    static uint8_t octets[65536];
    (void)state;

    FILE *f = fopen(FIXTURES "/../fuzz/corpus/link_wiphy/hwsim-linux-7.3", "rbe");
    assert_non_null(f);
    size_t size = fread(octets, 1, sizeof octets, f);
    (void)fclose(f);

    struct fascia_reader r;
    fascia_reader_init(&r, octets, size);
    while (fascia_reader_left(&r) > 0) {
        size_t length = fascia_read_le16(&r);
        assert_int_equal(wiphy_parse(&table, fascia_read_bytes(&r, length), length), 0);
    }
    assert_int_equal(table.count, 1);
    const struct wiphy *wiphy = &table.radios[0];
    assert_string_equal(wiphy->name, "phy0");
    assert_true(wiphy->ap && wiphy->station);
    assert_int_equal(wiphy->left_out, 0);
    struct mimo_modes modes = wiphy_modes(wiphy, WIPHY_BAND_5GHZ, WIPHY_ROLE_AP);
    assert_int_equal(modes.ht.tx, 2);
    assert_int_equal(modes.vht.tx, 8);
    assert_int_equal(modes.he.tx, 2);
    struct mimo_result result = mimo_bound(&modes, &wiphy->antennas);
    assert_int_equal(result.streams.tx, 2);
    assert_int_equal(result.notes, MIMO_NOTE_ANTENNAS_NOT_REPORTED | MIMO_NOTE_MODES_DISAGREE);
    assert_int_equal(wiphy_channel(wiphy, WIPHY_BAND_5GHZ, 5180)->flags & WIPHY_CHANNEL_NO_IR,
                     WIPHY_CHANNEL_NO_IR); /* the world domain, before any country is set */
}

static void truncated_anywhere_is_an_error_and_changes_nothing(void **state)
{
    struct attrs a = {.used = 0};
    unsigned int refused = 0;
    (void)state;

    radio_message(&(struct radio){.name = "phy0", .band = 1, .ht_streams = 2, .vht_streams = 2, .he_streams = 2}, &a);
    for (size_t size = 0; size < a.used; size++) {
        memset(&table, 0, sizeof table);
        if (wiphy_parse(&table, a.octets, size) == 0)
            continue; /* cut exactly between two attributes of the message */
        assert_int_equal(table.count, 0);
        refused++;
    }
    assert_true(refused > a.used / 2);
}

static void a_message_without_a_radio_number_is_an_error(void **state)
{
    struct attrs a = {.used = 0};
    (void)state;

    attrs_put_text(&a, NL80211_ATTR_WIPHY_NAME, "phy0");
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), -EBADMSG);
}

static void an_empty_list_of_types_gives_no_role(void **state)
{
    struct attrs a = {.used = 0};
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_WIPHY, 0);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, 1);
    size_t data = attrs_begin(&a, NL80211_BAND_ATTR_IFTYPE_DATA);
    size_t entry = attrs_begin(&a, 0);
    attrs_end(&a, attrs_begin(&a, NL80211_BAND_IFTYPE_ATTR_IFTYPES));
    attrs_put(&a, NL80211_BAND_IFTYPE_ATTR_HE_CAP_MCS_SET, "\xfa\xff\xfa\xff", 4);
    attrs_end(&a, entry);
    attrs_end(&a, data);
    attrs_end(&a, band);
    attrs_end(&a, bands);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    assert_int_equal(wiphy_modes(&table.radios[0], WIPHY_BAND_5GHZ, WIPHY_ROLE_AP).he.tx, 0);
}

static void more_than_fits_is_counted_not_stored(void **state)
{
    struct attrs a = {.used = 0};
    (void)state;

    for (uint32_t i = 0; i < WIPHY_RADIOS_MAX + 2; i++)
        radio_add(&table, &(struct radio){.index = i, .name = "phy", .band = 1});
    assert_int_equal(table.count, WIPHY_RADIOS_MAX);
    assert_int_equal(table.left_out, 2);
    for (uint32_t f = 5000; f < 5000 + WIPHY_CHANNELS_MAX; f++) {
        one_channel(&a, f, 0);
        assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    }
    assert_int_equal(wiphy_find(&table, 4)->bands[1].channel_count, WIPHY_CHANNELS_MAX);
    assert_int_equal(wiphy_find(&table, 4)->left_out, 8);
}

static void an_interface_is_read_and_the_rest_skipped(void **state)
{
    struct wiphy_interfaces interfaces = {.count = 0};
    struct attrs a = {.used = 0};
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_WIPHY, 1);
    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 7);
    attrs_put_text(&a, NL80211_ATTR_IFNAME, "wlan0");
    attrs_put_u32(&a, NL80211_ATTR_IFTYPE, NL80211_IFTYPE_AP);
    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_FREQ, 5180);
    attrs_put_u32(&a, NL80211_ATTR_GENERATION, 5);
    assert_int_equal(wiphy_parse_interface(&interfaces, a.octets, a.used), 0);
    assert_int_equal(interfaces.count, 1);
    assert_string_equal(interfaces.list[0].name, "wlan0");
    assert_int_equal(interfaces.list[0].frequency_mhz, 5180);
    assert_int_equal(wiphy_parse_interface(&interfaces, a.octets, a.used - 2), -EBADMSG);
}

static void a_country_has_two_characters(void **state)
{
    struct attrs a = {.used = 0};
    char country[3] = "xx";
    (void)state;

    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "DE");
    assert_int_equal(wiphy_parse_country(a.octets, a.used, country), 0);
    assert_string_equal(country, "DE");
    a.used = 0;
    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "DEU");
    assert_int_equal(wiphy_parse_country(a.octets, a.used, country), -EBADMSG);
    assert_int_equal(wiphy_parse_country(NULL, 0, country), -EBADMSG);
    assert_string_equal(country, "DE");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_one_stream_radio_without_antenna_masks_reads_1x1, clean),
        cmocka_unit_test_setup(he_is_read_for_the_role_that_is_asked_for, clean),
        cmocka_unit_test_setup(eht_and_antenna_masks_are_read, clean),
        cmocka_unit_test_setup(channel_flags_are_read, clean),
        cmocka_unit_test_setup(a_split_dump_is_merged_by_radio_and_band, clean),
        cmocka_unit_test_setup(a_real_dump_of_many_messages_is_one_radio, clean),
        cmocka_unit_test_setup(truncated_anywhere_is_an_error_and_changes_nothing, clean),
        cmocka_unit_test_setup(a_message_without_a_radio_number_is_an_error, clean),
        cmocka_unit_test_setup(an_empty_list_of_types_gives_no_role, clean),
        cmocka_unit_test_setup(more_than_fits_is_counted_not_stored, clean),
        cmocka_unit_test(an_interface_is_read_and_the_rest_skipped),
        cmocka_unit_test(a_country_has_two_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
