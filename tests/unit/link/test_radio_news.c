/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "stack/link/radio_news.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

static void a_radar_event_names_the_channel(void **state)
{
    struct attrs a = {.used = 0};
    struct radio_news news;
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_WIPHY, 2);
    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 7);
    attrs_put_u32(&a, NL80211_ATTR_RADAR_EVENT, NL80211_RADAR_DETECTED);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_FREQ, 5500);
    attrs_put_u32(&a, NL80211_ATTR_CHANNEL_WIDTH, NL80211_CHAN_WIDTH_80);
    attrs_put_u32(&a, NL80211_ATTR_CENTER_FREQ1, 5530);
    assert_int_equal(radio_news_parse(a.octets, a.used, &news), 0);
    assert_true(news.has_wiphy);
    assert_int_equal(news.wiphy, 2);
    assert_int_equal(news.ifindex, 7);
    assert_int_equal(news.radar, RADIO_NEWS_RADAR_DETECTED);
    assert_int_equal(news.frequency_mhz, 5500);
    assert_int_equal(news.width_mhz, 80);
    assert_int_equal(news.centre_mhz, 5530);
}

static void every_radar_event_is_told_apart(void **state)
{
    static const struct {
        uint32_t event;
        enum radio_news_radar radar;
    } events[] = {{NL80211_RADAR_DETECTED, RADIO_NEWS_RADAR_DETECTED},
                  {NL80211_RADAR_CAC_STARTED, RADIO_NEWS_RADAR_CAC_STARTED},
                  {NL80211_RADAR_CAC_FINISHED, RADIO_NEWS_RADAR_CAC_FINISHED},
                  {NL80211_RADAR_CAC_ABORTED, RADIO_NEWS_RADAR_CAC_ABORTED},
                  {NL80211_RADAR_NOP_FINISHED, RADIO_NEWS_RADAR_NOP_FINISHED},
                  {NL80211_RADAR_PRE_CAC_EXPIRED, RADIO_NEWS_RADAR_CAC_EXPIRED},
                  {77, RADIO_NEWS_RADAR_NONE}};
    (void)state;

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct attrs a = {.used = 0};
        struct radio_news news;
        attrs_put_u32(&a, NL80211_ATTR_RADAR_EVENT, events[i].event);
        assert_int_equal(radio_news_parse(a.octets, a.used, &news), 0);
        assert_int_equal(news.radar, events[i].radar);
    }
}

static void a_channel_switch_tells_where_and_when(void **state)
{
    struct attrs a = {.used = 0};
    struct radio_news news;
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 7);
    attrs_put_u32(&a, NL80211_ATTR_WIPHY_FREQ, 5955);
    attrs_put_u32(&a, NL80211_ATTR_CHANNEL_WIDTH, NL80211_CHAN_WIDTH_320);
    attrs_put_u32(&a, NL80211_ATTR_CH_SWITCH_COUNT, 5);
    attrs_flag(&a, NL80211_ATTR_CH_SWITCH_BLOCK_TX);
    assert_int_equal(radio_news_parse(a.octets, a.used, &news), 0);
    assert_false(news.has_wiphy);
    assert_int_equal(news.frequency_mhz, 5955);
    assert_int_equal(news.width_mhz, 320);
    assert_int_equal(news.switch_count, 5);
    assert_true(news.switch_quiet);
}

static void a_regulatory_change_names_a_country_only_when_there_is_one(void **state)
{
    static const char *const told[][2] = {{"DE", "DE"}, {"00", ""}, {"99", ""}};
    (void)state;

    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        struct attrs a = {.used = 0};
        struct radio_news news;
        attrs_put_u8(&a, NL80211_ATTR_REG_INITIATOR, NL80211_REGDOM_SET_BY_USER);
        attrs_put_text(&a, NL80211_ATTR_REG_ALPHA2, told[i][0]);
        assert_int_equal(radio_news_parse(a.octets, a.used, &news), 0);
        assert_string_equal(news.country, told[i][1]);
    }
}

static void malformed_news_is_an_error(void **state)
{
    struct attrs a = {.used = 0};
    struct radio_news news = {.ifindex = 9};
    (void)state;

    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 3);
    attrs_put(&a, NL80211_ATTR_REG_ALPHA2, "D", 1);
    assert_int_equal(radio_news_parse(a.octets, a.used, &news), -EBADMSG);
    a.used = 0;
    attrs_put_u8(&a, NL80211_ATTR_RADAR_EVENT, 0);
    assert_int_equal(radio_news_parse(a.octets, a.used, &news), -EBADMSG);
    assert_int_equal(radio_news_parse(a.octets, 3, &news), -EBADMSG);
    assert_int_equal(news.ifindex, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_radar_event_names_the_channel),
        cmocka_unit_test(every_radar_event_is_told_apart),
        cmocka_unit_test(a_channel_switch_tells_where_and_when),
        cmocka_unit_test(a_regulatory_change_names_a_country_only_when_there_is_one),
        cmocka_unit_test(malformed_news_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
