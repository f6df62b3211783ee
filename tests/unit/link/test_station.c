/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "stack/link/station.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

struct rate {
    uint16_t mcs_attribute, nss_attribute, width_attribute, gi_attribute;
    uint8_t mcs, nss, gi;
    bool short_gi;
    uint16_t bitrate;
    uint32_t bitrate32;
};

static void put_rate(struct attrs *a, uint16_t direction, const struct rate *rate)
{
    size_t nested = attrs_begin(a, direction);
    if (rate->bitrate32)
        attrs_put_u32(a, NL80211_RATE_INFO_BITRATE32, rate->bitrate32);
    if (rate->bitrate)
        attrs_put_u16(a, NL80211_RATE_INFO_BITRATE, rate->bitrate);
    if (rate->mcs_attribute)
        attrs_put_u8(a, rate->mcs_attribute, rate->mcs);
    if (rate->nss_attribute)
        attrs_put_u8(a, rate->nss_attribute, rate->nss);
    if (rate->width_attribute)
        attrs_flag(a, rate->width_attribute);
    if (rate->short_gi)
        attrs_flag(a, NL80211_RATE_INFO_SHORT_GI);
    if (rate->gi_attribute)
        attrs_put_u8(a, rate->gi_attribute, rate->gi);
    attrs_end(a, nested);
}

static struct station parsed(const struct rate *tx)
{
    struct attrs a = {.used = 0};
    struct station station;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t info = attrs_begin(&a, NL80211_ATTR_STA_INFO);
    attrs_put_u8(&a, NL80211_STA_INFO_SIGNAL, (uint8_t)-42);
    if (tx)
        put_rate(&a, NL80211_STA_INFO_TX_BITRATE, tx);
    attrs_end(&a, info);
    assert_int_equal(station_parse(a.octets, a.used, &station), 0);
    return station;
}

static void vht_and_he_streams_and_rates_are_read(void **state)
{
    (void)state;
    struct station s = parsed(&(struct rate){.mcs_attribute = NL80211_RATE_INFO_VHT_MCS,
                                             .nss_attribute = NL80211_RATE_INFO_VHT_NSS,
                                             .nss = 2,
                                             .width_attribute = NL80211_RATE_INFO_80_MHZ_WIDTH,
                                             .bitrate = 7800,
                                             .bitrate32 = 7801});
    assert_int_equal(s.tx.nss, 2);
    assert_int_equal(s.tx.standard, STATION_STANDARD_VHT);
    assert_int_equal(s.tx.rate_kbps, 780100);
    assert_int_equal(s.tx.width_mhz, 80);
    assert_int_equal(s.signal_dbm, -42);

    s = parsed(&(struct rate){
        .mcs_attribute = NL80211_RATE_INFO_HE_MCS, .nss_attribute = NL80211_RATE_INFO_HE_NSS, .nss = 1, .bitrate = 86});
    assert_int_equal(s.tx.nss, 1);
    assert_string_equal(station_standard_name(s.tx.standard), "802.11ax");
    assert_int_equal(s.tx.rate_kbps, 8600);
    assert_int_equal(s.tx.width_mhz, 20);
}

static void every_generation_tells_its_index_and_guard_interval(void **state)
{
    static const struct {
        struct rate rate;
        const char *standard;
        uint8_t mcs, nss;
        uint16_t gi_ns;
    } rates[] = {
        {{.mcs_attribute = NL80211_RATE_INFO_MCS, .mcs = 15}, "802.11n", 15, 2, 800},
        {{.mcs_attribute = NL80211_RATE_INFO_MCS, .mcs = 7, .short_gi = true}, "802.11n", 7, 1, 400},
        {{.mcs_attribute = NL80211_RATE_INFO_VHT_MCS,
          .mcs = 9,
          .nss_attribute = NL80211_RATE_INFO_VHT_NSS,
          .nss = 2,
          .short_gi = true},
         "802.11ac",
         9,
         2,
         400},
        {{.mcs_attribute = NL80211_RATE_INFO_HE_MCS,
          .mcs = 11,
          .nss_attribute = NL80211_RATE_INFO_HE_NSS,
          .nss = 1,
          .gi_attribute = NL80211_RATE_INFO_HE_GI,
          .gi = NL80211_RATE_INFO_HE_GI_1_6},
         "802.11ax",
         11,
         1,
         1600},
        {{.mcs_attribute = NL80211_RATE_INFO_EHT_MCS,
          .mcs = 13,
          .nss_attribute = NL80211_RATE_INFO_EHT_NSS,
          .nss = 2,
          .gi_attribute = NL80211_RATE_INFO_EHT_GI,
          .gi = NL80211_RATE_INFO_EHT_GI_3_2},
         "802.11be",
         13,
         2,
         3200},
        {{.mcs_attribute = FASCIA_NL80211_RATE_INFO_UHR_MCS,
          .mcs = 17,
          .nss_attribute = NL80211_RATE_INFO_EHT_NSS,
          .nss = 2,
          .gi_attribute = NL80211_RATE_INFO_EHT_GI,
          .gi = 9},
         "802.11bn",
         17,
         2,
         0},
    };
    (void)state;

    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        struct station s = parsed(&rates[i].rate);
        assert_string_equal(station_standard_name(s.tx.standard), rates[i].standard);
        assert_true(s.tx.has_mcs);
        assert_int_equal(s.tx.mcs, rates[i].mcs);
        assert_int_equal(s.tx.nss, rates[i].nss);
        assert_int_equal(s.tx.gi_ns, rates[i].gi_ns);
    }
}

static void every_width_is_told_apart(void **state)
{
    static const struct {
        uint16_t attribute, width_mhz;
    } widths[] = {{NL80211_RATE_INFO_5_MHZ_WIDTH, 5},
                  {NL80211_RATE_INFO_10_MHZ_WIDTH, 10},
                  {0, 20},
                  {NL80211_RATE_INFO_40_MHZ_WIDTH, 40},
                  {NL80211_RATE_INFO_80_MHZ_WIDTH, 80},
                  {NL80211_RATE_INFO_80P80_MHZ_WIDTH, 160},
                  {NL80211_RATE_INFO_160_MHZ_WIDTH, 160},
                  {NL80211_RATE_INFO_320_MHZ_WIDTH, 320}};
    (void)state;

    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++)
        assert_int_equal(parsed(&(struct rate){.width_attribute = widths[i].attribute, .bitrate = 65}).tx.width_mhz,
                         widths[i].width_mhz);
}

static void put_u64(struct attrs *a, uint16_t type, uint64_t value)
{
    attrs_put(a, type, &value, sizeof value);
}

static void put_chains(struct attrs *a, uint16_t count)
{
    size_t chains = attrs_begin(a, NL80211_STA_INFO_CHAIN_SIGNAL);
    for (uint16_t i = 0; i < count; i++)
        attrs_put_u8(a, i, (uint8_t)-40);
    attrs_end(a, chains);
}

static void counters_airtime_and_chains_are_read(void **state)
{
    struct attrs a = {.used = 0};
    struct station s;
    (void)state;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t info = attrs_begin(&a, NL80211_ATTR_STA_INFO);
    attrs_put_u32(&a, NL80211_STA_INFO_TX_PACKETS, 1000);
    attrs_put_u32(&a, NL80211_STA_INFO_RX_PACKETS, 2000);
    attrs_put_u32(&a, NL80211_STA_INFO_TX_RETRIES, 30);
    attrs_put_u32(&a, NL80211_STA_INFO_TX_FAILED, 4);
    attrs_put_u32(&a, NL80211_STA_INFO_CONNECTED_TIME, 60);
    attrs_put_u32(&a, NL80211_STA_INFO_BEACON_LOSS, 2);
    attrs_put_u32(&a, NL80211_STA_INFO_EXPECTED_THROUGHPUT, 400000);
    put_u64(&a, NL80211_STA_INFO_TX_DURATION, 1ULL << 33);
    put_chains(&a, 2);
    attrs_put_u32(&a, 120, 1); /* of a newer kernel */
    attrs_end(&a, info);
    assert_int_equal(station_parse(a.octets, a.used, &s), 0);
    assert_int_equal(s.tx_packets, 1000);
    assert_int_equal(s.rx_packets, 2000);
    assert_int_equal(s.retries, 30);
    assert_int_equal(s.failed, 4);
    assert_int_equal(s.connected_s, 60);
    assert_int_equal(s.beacon_loss, 2);
    assert_int_equal(s.expected_throughput_kbps, 400000);
    assert_true(s.has_tx_airtime);
    assert_int_equal(s.tx_airtime_us, 1ULL << 33);
    assert_false(s.has_rx_airtime);
    assert_int_equal(s.chains, 2);
    assert_int_equal(s.links, 0);
}

struct link_words {
    uint8_t id, nss;
    int8_t signal_dbm;
    uint32_t bitrate32;
    uint64_t airtime_us;
};

/* The shape since Linux 6.17: elements of link id, link address and a STA_INFO of the link. */
static void put_link(struct attrs *a, const struct link_words *link)
{
    size_t element = attrs_begin(a, (uint16_t)(link->id + 1));
    attrs_put_u8(a, NL80211_ATTR_MLO_LINK_ID, link->id);
    attrs_put(a, NL80211_ATTR_MAC, "\2\0\0\0\1\1", 6);
    size_t info = attrs_begin(a, NL80211_ATTR_STA_INFO);
    attrs_put_u8(a, NL80211_STA_INFO_SIGNAL, (uint8_t)link->signal_dbm);
    put_u64(a, NL80211_STA_INFO_TX_DURATION, link->airtime_us);
    put_rate(a, NL80211_STA_INFO_TX_BITRATE,
             &(struct rate){.mcs_attribute = NL80211_RATE_INFO_EHT_MCS,
                            .nss_attribute = NL80211_RATE_INFO_EHT_NSS,
                            .nss = link->nss,
                            .bitrate32 = link->bitrate32});
    attrs_end(a, info);
    attrs_end(a, element);
}

static void of_a_multi_link_station_the_fastest_link_counts(void **state)
{
    struct attrs a = {.used = 0};
    struct station s;
    (void)state;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t info = attrs_begin(&a, NL80211_ATTR_STA_INFO); /* what is summed up for the whole */
    attrs_put_u32(&a, NL80211_STA_INFO_TX_RETRIES, 7);
    attrs_end(&a, info);
    size_t links = attrs_begin(&a, NL80211_ATTR_MLO_LINKS);
    put_link(&a, &(struct link_words){.id = 0, .nss = 1, .signal_dbm = -40, .bitrate32 = 1000, .airtime_us = 5});
    put_link(&a, &(struct link_words){.id = 1, .nss = 2, .signal_dbm = -60, .bitrate32 = 9000, .airtime_us = 6});
    attrs_end(&a, links);
    assert_int_equal(station_parse(a.octets, a.used, &s), 0);
    assert_int_equal(s.mac.octets[4], 0); /* the address of the whole, not of a link */
    assert_int_equal(s.links, 2);
    assert_int_equal(s.retries, 7);
    assert_int_equal(s.tx.rate_kbps, 900000);
    assert_int_equal(s.tx_nss_max, 2);
    assert_int_equal(s.signal_dbm, -40);
    assert_int_equal(s.tx_airtime_us, 11);
}

static void a_link_without_bitrate_still_tells_its_streams(void **state)
{
    struct attrs a = {.used = 0};
    struct station s;
    (void)state;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t links = attrs_begin(&a, NL80211_ATTR_MLO_LINKS);
    put_link(&a, &(struct link_words){.id = 0, .nss = 2, .signal_dbm = -40});
    attrs_end(&a, links);
    assert_int_equal(station_parse(a.octets, a.used, &s), 0);
    assert_int_equal(s.tx.rate_kbps, 0);
    assert_int_equal(s.tx_nss_max, 2);
}

static void a_broken_link_breaks_the_message(void **state)
{
    struct attrs a = {.used = 0};
    struct station s = {.tx_nss_max = 9};
    (void)state;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t links = attrs_begin(&a, NL80211_ATTR_MLO_LINKS);
    size_t element = attrs_begin(&a, 1);
    size_t info = attrs_begin(&a, NL80211_ATTR_STA_INFO);
    attrs_put_u8(&a, NL80211_STA_INFO_TX_RETRIES, 1); /* 32 bits in every kernel */
    attrs_end(&a, info);
    attrs_end(&a, element);
    attrs_end(&a, links);
    assert_int_equal(station_parse(a.octets, a.used, &s), -EBADMSG);
    assert_int_equal(s.tx_nss_max, 9);
}

static void an_ht_index_gives_the_streams(void **state)
{
    (void)state;
    struct station s = parsed(&(struct rate){.mcs_attribute = NL80211_RATE_INFO_MCS, .mcs = 15, .bitrate = 1300});
    assert_int_equal(s.tx.nss, 2);
    assert_int_equal(s.tx.standard, STATION_STANDARD_HT);
}

static void a_legacy_rate_has_no_streams(void **state)
{
    (void)state;
    struct station s = parsed(&(struct rate){.bitrate = 60});
    assert_int_equal(s.tx.nss, 0);
    assert_string_equal(station_standard_name(s.tx.standard), "legacy");
    assert_false(s.tx.has_mcs);
    assert_int_equal(s.tx.gi_ns, 0);
}

static void a_station_without_rates_is_a_station(void **state)
{
    (void)state;
    struct station s = parsed(NULL);
    assert_int_equal(s.tx.rate_kbps, 0);
    assert_int_equal(s.tx.standard, STATION_STANDARD_UNKNOWN);
    assert_true(s.authorised);
}

static void a_rate_that_does_not_fit_saturates(void **state)
{
    (void)state;
    struct station s = parsed(&(struct rate){.bitrate32 = UINT32_MAX});
    assert_int_equal(s.tx.rate_kbps, UINT32_MAX);
}

static void authorisation_is_read_from_the_flags(void **state)
{
    struct attrs a = {.used = 0};
    struct station s;
    const struct nl80211_sta_flag_update flags = {.mask = 1U << NL80211_STA_FLAG_AUTHORIZED, .set = 0};
    (void)state;

    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    size_t info = attrs_begin(&a, NL80211_ATTR_STA_INFO);
    attrs_put(&a, NL80211_STA_INFO_STA_FLAGS, &flags, sizeof flags);
    attrs_end(&a, info);
    assert_int_equal(station_parse(a.octets, a.used, &s), 0);
    assert_false(s.authorised);
}

static void truncated_or_without_address_is_an_error(void **state)
{
    struct attrs a = {.used = 0};
    struct station s = {.tx_nss_max = 9};
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 3);
    assert_int_equal(station_parse(a.octets, a.used, &s), -EBADMSG);
    attrs_put(&a, NL80211_ATTR_MAC, "\2\0\0\0\0\1", 6);
    assert_int_equal(station_parse(a.octets, a.used - 4, &s), -EBADMSG);
    assert_int_equal(s.tx_nss_max, 9);
}

static void maxima_are_kept_while_the_link_idles(void **state)
{
    struct station_table table = {.count = 0};
    struct station busy = {.mac = {{2, 0, 0, 0, 0, 1}},
                           .tx = {.nss = 2},
                           .tx_nss_max = 2,
                           .rx_nss_max = 1,
                           .standard_max = STATION_STANDARD_HE};
    struct station idle = {
        .mac = busy.mac, .tx = {.nss = 1}, .tx_nss_max = 1, .rx_nss_max = 2, .standard_max = STATION_STANDARD_LEGACY};
    (void)state;

    assert_true(station_update(&table, &busy));
    assert_false(station_update(&table, &idle));
    assert_int_equal(table.count, 1);
    assert_int_equal(table.list[0].tx.nss, 1);
    assert_int_equal(table.list[0].tx_nss_max, 2);
    assert_int_equal(table.list[0].rx_nss_max, 2);
    assert_int_equal(table.list[0].standard_max, STATION_STANDARD_HE);
}

static void a_removed_station_starts_over(void **state)
{
    struct station_table table = {.count = 0};
    struct station one = {.mac = {{2, 0, 0, 0, 0, 1}}, .tx_nss_max = 2};
    struct station two = {.mac = {{2, 0, 0, 0, 0, 2}}};
    (void)state;

    assert_true(station_update(&table, &one));
    assert_true(station_update(&table, &two));
    assert_true(station_remove(&table, &one.mac));
    assert_false(station_remove(&table, &one.mac));
    assert_non_null(station_find(&table, &two.mac));
    one.tx_nss_max = 0;
    assert_true(station_update(&table, &one));
    assert_int_equal(station_find(&table, &one.mac)->tx_nss_max, 0);
}

static void a_full_table_counts_the_rest(void **state)
{
    static struct station_table table;
    (void)state;

    for (unsigned int i = 0; i < STATIONS_MAX + 3; i++) {
        struct station s = {.mac = {{2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}}};
        (void)station_update(&table, &s);
    }
    assert_int_equal(table.count, STATIONS_MAX);
    assert_int_equal(table.left_out, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vht_and_he_streams_and_rates_are_read),
        cmocka_unit_test(every_generation_tells_its_index_and_guard_interval),
        cmocka_unit_test(every_width_is_told_apart),
        cmocka_unit_test(counters_airtime_and_chains_are_read),
        cmocka_unit_test(of_a_multi_link_station_the_fastest_link_counts),
        cmocka_unit_test(a_link_without_bitrate_still_tells_its_streams),
        cmocka_unit_test(a_broken_link_breaks_the_message),
        cmocka_unit_test(an_ht_index_gives_the_streams),
        cmocka_unit_test(a_legacy_rate_has_no_streams),
        cmocka_unit_test(a_station_without_rates_is_a_station),
        cmocka_unit_test(a_rate_that_does_not_fit_saturates),
        cmocka_unit_test(authorisation_is_read_from_the_flags),
        cmocka_unit_test(truncated_or_without_address_is_an_error),
        cmocka_unit_test(maxima_are_kept_while_the_link_idles),
        cmocka_unit_test(a_removed_station_starts_over),
        cmocka_unit_test(a_full_table_counts_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
