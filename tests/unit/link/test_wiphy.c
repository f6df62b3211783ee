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

#define MESSAGES_MAX 256

static struct dump {
    uint8_t octets[65536];
    size_t count;
    struct {
        const uint8_t *at;
        size_t size;
    } messages[MESSAGES_MAX];
} dump;

/* What Linux 7.3 said about one radio of mac80211_hwsim: 166 messages, each behind its length. */
static void read_dump(void)
{
    FILE *f = fopen(FIXTURES "/../fuzz/corpus/link_wiphy/hwsim-linux-7.3", "rbe");
    assert_non_null(f);
    size_t size = fread(dump.octets, 1, sizeof dump.octets, f);
    (void)fclose(f);

    struct fascia_reader r;
    dump.count = 0;
    fascia_reader_init(&r, dump.octets, size);
    while (fascia_reader_left(&r) > 0) {
        assert_true(dump.count < MESSAGES_MAX);
        size_t length = fascia_read_le16(&r);
        dump.messages[dump.count].size = length;
        dump.messages[dump.count].at = fascia_read_bytes(&r, length);
        assert_non_null(dump.messages[dump.count++].at);
    }
}

static void feed(size_t i)
{
    assert_int_equal(wiphy_parse(&table, dump.messages[i].at, dump.messages[i].size), 0);
}

static void a_real_dump_of_many_messages_is_one_radio(void **state)
{
    (void)state;
    read_dump();
    assert_int_equal(dump.count, 166);
    for (size_t i = 0; i < dump.count; i++)
        feed(i);
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
    assert_true(wiphy->smps_static && wiphy->smps_dynamic);
    assert_int_equal(wiphy->combination_count, 1);
    assert_int_equal(wiphy->combinations[0].maximum, 2050);
    assert_true(
        wiphy_combination_permits(&wiphy->combinations[0], 1U << NL80211_IFTYPE_AP | 1U << NL80211_IFTYPE_STATION));
    assert_true(wiphy_radar_detection(wiphy, 160));
    assert_false(wiphy_radar_detection(wiphy, 320));
    assert_false(wiphy->nan || wiphy->nan_caps.ht); /* the block is there all the same */
}

static uint32_t by_frequency(const struct wiphy_band_caps *band, uint32_t above)
{
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < band->channel_count; i++) {
        uint32_t f = band->channels[i].frequency_mhz;
        if (f > above && f < next)
            next = f;
    }
    return next;
}

/* The order of channels is that of arrival; all else must be the same. */
static void sort_channels(struct wiphy *wiphy)
{
    for (unsigned int i = 0; i < WIPHY_BANDS_; i++) {
        struct wiphy_band_caps *band = &wiphy->bands[i];
        struct wiphy_channel sorted[WIPHY_CHANNELS_MAX] = {{0}};
        uint32_t frequency = 0;
        for (size_t c = 0; c < band->channel_count; c++) {
            frequency = by_frequency(band, frequency);
            sorted[c] = *wiphy_channel(wiphy, (enum wiphy_band)i, frequency);
        }
        memcpy(band->channels, sorted, sizeof sorted);
    }
}

static void the_messages_of_a_dump_may_come_in_any_order_and_twice(void **state)
{
    static struct wiphy in_order;
    size_t step = 1;
    (void)state;

    read_dump();
    for (size_t i = 0; i < dump.count; i++)
        feed(i);
    sort_channels(&table.radios[0]);
    in_order = table.radios[0];
    for (unsigned int round = 0; round < 20; round++) {
        (void)clean(NULL);
        step += 8; /* odd and not 83, so that every message has its turn: 166 is 2 x 83 */
        for (size_t i = 0; i < 2 * dump.count; i++)
            feed(i * step % dump.count);
        assert_int_equal(table.count, 1);
        sort_channels(&table.radios[0]);
        assert_memory_equal(&table.radios[0], &in_order, sizeof in_order);
    }
}

/* Everything that the parser knows, in one message. */
static void rich_message(struct attrs *a)
{
    const uint8_t ht[16] = {0xff, [12] = 1};

    radio_message(&(struct radio){.name = "phy0",
                                  .band = 1,
                                  .ht_streams = 2,
                                  .vht_streams = 2,
                                  .he_streams = 2,
                                  .eht_streams = 2,
                                  .antennas_available = 3,
                                  .antennas_used = 3},
                  a);
    attrs_put_u32(a, NL80211_ATTR_FEATURE_FLAGS, NL80211_FEATURE_STATIC_SMPS);
    attrs_put_u32(a, NL80211_ATTR_BANDS, 3);
    size_t combinations = attrs_begin(a, NL80211_ATTR_INTERFACE_COMBINATIONS);
    size_t one = attrs_begin(a, 0);
    size_t limits = attrs_begin(a, NL80211_IFACE_COMB_LIMITS);
    size_t limit = attrs_begin(a, 1);
    attrs_put_u32(a, NL80211_IFACE_LIMIT_MAX, 2);
    size_t types = attrs_begin(a, NL80211_IFACE_LIMIT_TYPES);
    attrs_flag(a, NL80211_IFTYPE_AP);
    attrs_flag(a, 40); /* a type that does not exist yet */
    attrs_end(a, types);
    attrs_end(a, limit);
    attrs_end(a, limits);
    attrs_put_u32(a, NL80211_IFACE_COMB_MAXNUM, 2);
    attrs_put_u32(a, 77, 1);
    attrs_end(a, one);
    attrs_end(a, combinations);
    size_t nan = attrs_begin(a, FASCIA_NL80211_ATTR_NAN_CAPABILITIES);
    attrs_put_u8(a, FASCIA_NL80211_NAN_CAPA_NUM_ANTENNAS, 0x11);
    size_t phy = attrs_begin(a, FASCIA_NL80211_NAN_CAPA_PHY);
    attrs_put(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_MCS_SET, ht, sizeof ht);
    attrs_put_u16(a, FASCIA_NL80211_NAN_PHY_CAP_ATTR_HT_CAPA, 0);
    attrs_end(a, phy);
    attrs_end(a, nan);
    size_t parts = attrs_begin(a, FASCIA_NL80211_ATTR_WIPHY_RADIOS);
    size_t part = attrs_begin(a, 0);
    size_t range = attrs_begin(a, FASCIA_NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_START, 5150000);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_FREQ_ATTR_END, 5895000);
    attrs_end(a, range);
    attrs_put_u32(a, FASCIA_NL80211_WIPHY_RADIO_ATTR_ANTENNA_MASK, 3);
    attrs_end(a, part);
    attrs_end(a, parts);
}

static void truncated_anywhere_is_an_error_and_changes_nothing(void **state)
{
    static struct wiphy_table before;
    struct attrs a = {.used = 0};
    unsigned int refused = 0;
    (void)state;

    /* Something else is known of the radio already. */
    radio_add(&table, &(struct radio){.name = "before", .band = 0, .ht_streams = 1});
    before = table;
    rich_message(&a);
    for (size_t size = 0; size < a.used; size++) {
        if (wiphy_parse(&table, a.octets, size) < 0) {
            refused++;
            assert_memory_equal(&table, &before, sizeof table);
        }
        table = before; /* else cut exactly between two attributes of the message */
    }
    assert_true(refused > a.used / 2);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), 0);
    assert_true(table.radios[0].nan_caps.ht);
    assert_int_equal(table.radios[0].part_count, 1);
    assert_int_equal(table.radios[0].combinations[0].maximum, 2);
}

static void one_bad_part_leaves_the_whole_message_out(void **state)
{
    static struct wiphy_table before;
    struct attrs a = {.used = 0};
    (void)state;

    radio_add(&table, &(struct radio){.name = "before", .band = 1, .ht_streams = 1});
    before = table;
    rich_message(&a);
    size_t bands = attrs_begin(&a, NL80211_ATTR_WIPHY_BANDS);
    size_t band = attrs_begin(&a, NL80211_BAND_5GHZ);
    attrs_put_u8(&a, NL80211_BAND_ATTR_HT_CAPA, 1); /* two octets are wanted */
    attrs_end(&a, band);
    attrs_end(&a, bands);
    assert_int_equal(wiphy_parse(&table, a.octets, a.used), -EBADMSG);
    assert_memory_equal(&table, &before, sizeof table);
}

static void a_known_attribute_of_another_size_is_an_error(void **state)
{
    const uint16_t words[] = {NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX, NL80211_ATTR_WIPHY_ANTENNA_RX,
                              NL80211_ATTR_FEATURE_FLAGS, NL80211_ATTR_BANDS};
    (void)state;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        struct attrs a;
        radio_begin(&a, 0);
        attrs_put_u8(&a, words[i], 1);
        assert_int_equal(wiphy_parse(&table, a.octets, a.used), -EBADMSG);
        assert_int_equal(table.count, 0);
    }
}

static void combinations_and_radios_beyond_the_room_are_left_out(void **state)
{
    struct attrs a;
    (void)state;

    radio_begin(&a, 0);
    size_t list = attrs_begin(&a, NL80211_ATTR_INTERFACE_COMBINATIONS);
    for (uint16_t i = 0; i < WIPHY_COMBINATIONS_MAX + 3; i++) {
        size_t one = attrs_begin(&a, i);
        size_t limits = attrs_begin(&a, NL80211_IFACE_COMB_LIMITS);
        for (uint16_t n = 0; n < WIPHY_LIMITS_MAX + 2; n++)
            attrs_end(&a, attrs_begin(&a, n));
        attrs_end(&a, limits);
        attrs_end(&a, one);
    }
    attrs_end(&a, list);
    size_t parts = attrs_begin(&a, FASCIA_NL80211_ATTR_WIPHY_RADIOS);
    size_t part = attrs_begin(&a, 0);
    for (uint16_t i = 0; i < WIPHY_PARTS_MAX + 2; i++)
        attrs_end(&a, attrs_begin(&a, FASCIA_NL80211_WIPHY_RADIO_ATTR_FREQ_RANGE));
    attrs_end(&a, part);
    attrs_end(&a, parts);
    radio_send(&table, &a);
    assert_int_equal(table.radios[0].combination_count, WIPHY_COMBINATIONS_MAX);
    assert_int_equal(table.radios[0].combinations[0].limit_count, WIPHY_LIMITS_MAX);
    assert_int_equal(table.radios[0].part_count, WIPHY_PARTS_MAX);
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
    struct wiphy_regulatory regulatory = {.country = "xx"};
    struct attrs a = {.used = 0};
    (void)state;

    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "DE");
    assert_int_equal(wiphy_parse_regulatory(a.octets, a.used, &regulatory), 0);
    assert_string_equal(regulatory.country, "DE");
    a.used = 0;
    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "DEU");
    assert_int_equal(wiphy_parse_regulatory(a.octets, a.used, &regulatory), -EBADMSG);
    assert_int_equal(wiphy_parse_regulatory(NULL, 0, &regulatory), -EBADMSG);
    assert_string_equal(regulatory.country, "DE");
}

static void a_regulatory_domain_has_rules_for_radar(void **state)
{
    struct wiphy_regulatory regulatory = {.country = "xx"};
    struct attrs a = {.used = 0};
    (void)state;

    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "DE");
    attrs_put_u8(&a, NL80211_ATTR_DFS_REGION, NL80211_DFS_ETSI);
    attrs_flag(&a, NL80211_ATTR_WIPHY_SELF_MANAGED_REG);
    assert_int_equal(wiphy_parse_regulatory(a.octets, a.used, &regulatory), 0);
    assert_string_equal(regulatory.country, "DE");
    assert_string_equal(wiphy_dfs_region_name(regulatory.dfs_region), "ETSI");
    assert_true(regulatory.self_managed);

    a.used = 0;
    attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, "US");
    attrs_put_u8(&a, NL80211_ATTR_DFS_REGION, 200); /* of a newer kernel */
    assert_int_equal(wiphy_parse_regulatory(a.octets, a.used, &regulatory), 0);
    assert_int_equal(regulatory.dfs_region, WIPHY_DFS_REGION_UNSET);
    assert_false(regulatory.self_managed);
    attrs_put_u32(&a, NL80211_ATTR_DFS_REGION, 1);
    assert_int_equal(wiphy_parse_regulatory(a.octets, a.used, &regulatory), -EBADMSG);
    assert_string_equal(regulatory.country, "US");
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
        cmocka_unit_test_setup(the_messages_of_a_dump_may_come_in_any_order_and_twice, clean),
        cmocka_unit_test_setup(truncated_anywhere_is_an_error_and_changes_nothing, clean),
        cmocka_unit_test_setup(one_bad_part_leaves_the_whole_message_out, clean),
        cmocka_unit_test_setup(a_known_attribute_of_another_size_is_an_error, clean),
        cmocka_unit_test_setup(combinations_and_radios_beyond_the_room_are_left_out, clean),
        cmocka_unit_test_setup(a_message_without_a_radio_number_is_an_error, clean),
        cmocka_unit_test_setup(an_empty_list_of_types_gives_no_role, clean),
        cmocka_unit_test_setup(more_than_fits_is_counted_not_stored, clean),
        cmocka_unit_test(an_interface_is_read_and_the_rest_skipped),
        cmocka_unit_test(a_country_has_two_characters),
        cmocka_unit_test(a_regulatory_domain_has_rules_for_radar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
