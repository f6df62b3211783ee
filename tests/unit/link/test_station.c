/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "stack/link/station.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

struct rate {
    uint16_t mcs_attribute, nss_attribute, width_attribute;
    uint8_t mcs, nss;
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
    struct station_table table = {.count = 0};
    (void)state;

    for (unsigned int i = 0; i < STATIONS_MAX + 3; i++) {
        struct station s = {.mac = {{2, 0, 0, 0, 0, (uint8_t)i}}};
        (void)station_update(&table, &s);
    }
    assert_int_equal(table.count, STATIONS_MAX);
    assert_int_equal(table.left_out, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vht_and_he_streams_and_rates_are_read),
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
