/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "stack/link/nl80211_values.h"
#include "stack/link/survey.h"
#include "tests/unit/link/radio_builder.h"
#include "tests/unit/test.h"

struct channel {
    uint32_t frequency_mhz;
    bool in_use, times;
    int8_t noise_dbm; /* 0: not told */
    uint64_t active_ms, busy_ms;
};

static void put_u64(struct attrs *a, uint16_t type, uint64_t value)
{
    attrs_put(a, type, &value, sizeof value);
}

static int add(struct survey *survey, const struct channel *channel)
{
    struct attrs a = {.used = 0};

    attrs_put_u32(&a, NL80211_ATTR_IFINDEX, 3);
    size_t info = attrs_begin(&a, NL80211_ATTR_SURVEY_INFO);
    if (channel->frequency_mhz)
        attrs_put_u32(&a, NL80211_SURVEY_INFO_FREQUENCY, channel->frequency_mhz);
    if (channel->noise_dbm)
        attrs_put_u8(&a, NL80211_SURVEY_INFO_NOISE, (uint8_t)channel->noise_dbm);
    if (channel->in_use)
        attrs_flag(&a, NL80211_SURVEY_INFO_IN_USE);
    if (channel->times) {
        put_u64(&a, NL80211_SURVEY_INFO_TIME, channel->active_ms);
        put_u64(&a, NL80211_SURVEY_INFO_TIME_BUSY, channel->busy_ms);
        put_u64(&a, NL80211_SURVEY_INFO_TIME_RX, 7);
        put_u64(&a, NL80211_SURVEY_INFO_TIME_TX, 8);
    }
    attrs_put_u32(&a, 200, 1); /* of a newer kernel */
    attrs_end(&a, info);
    return survey_parse(survey, a.octets, a.used);
}

static void what_the_driver_measured_is_read(void **state)
{
    static struct survey survey;
    (void)state;

    survey.count = 0;
    assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 5180,
                                                    .in_use = true,
                                                    .noise_dbm = -95,
                                                    .times = true,
                                                    .active_ms = 1000,
                                                    .busy_ms = 250}),
                     0);
    assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 5200}), 0);
    assert_int_equal(survey.count, 2);
    const struct survey_channel *channel = &survey.list[0];
    assert_int_equal(channel->frequency_mhz, 5180);
    assert_true(channel->in_use);
    assert_true(channel->has_noise);
    assert_int_equal(channel->noise_dbm, -95);
    assert_int_equal(channel->active_ms, 1000);
    assert_int_equal(channel->busy_ms, 250);
    assert_int_equal(channel->rx_ms, 7);
    assert_int_equal(channel->tx_ms, 8);
    assert_int_equal(survey.list[1].frequency_mhz, 5200);
}

static void what_it_did_not_measure_is_not_made_up(void **state)
{
    static struct survey survey;
    (void)state;

    survey.count = 0;
    assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 5200}), 0);
    assert_int_equal(survey.count, 1);
    const struct survey_channel *channel = &survey.list[0];
    assert_false(channel->in_use || channel->has_noise || channel->has_active || channel->has_busy);
}

static void a_channel_told_twice_is_there_once(void **state)
{
    static struct survey survey;
    (void)state;

    survey.count = 0;
    assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 2412, .noise_dbm = -80}), 0);
    assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 2412, .noise_dbm = -90}), 0);
    assert_int_equal(survey.count, 1);
    assert_int_equal(survey.list[0].noise_dbm, -90);
}

static void a_survey_of_the_radio_as_a_whole_names_no_channel(void **state)
{
    static struct survey survey;
    (void)state;

    survey.count = 0;
    assert_int_equal(add(&survey, &(struct channel){.times = true, .active_ms = 5}), 0);
    assert_int_equal(survey.count, 0);
}

static void channels_beyond_the_table_are_counted(void **state)
{
    static struct survey survey;
    (void)state;

    survey = (struct survey){.count = 0};
    for (uint32_t i = 0; i < SURVEY_CHANNELS_MAX + 2; i++)
        assert_int_equal(add(&survey, &(struct channel){.frequency_mhz = 5000 + i}), 0);
    assert_int_equal(survey.count, SURVEY_CHANNELS_MAX);
    assert_int_equal(survey.left_out, 2);
}

static void a_malformed_message_changes_nothing(void **state)
{
    static struct survey survey;
    struct attrs a = {.used = 0};
    (void)state;

    survey = (struct survey){.count = 0};
    size_t info = attrs_begin(&a, NL80211_ATTR_SURVEY_INFO);
    attrs_put_u32(&a, NL80211_SURVEY_INFO_FREQUENCY, 5180);
    attrs_put_u32(&a, NL80211_SURVEY_INFO_TIME, 1); /* 64 bits in every kernel that has it */
    attrs_end(&a, info);
    assert_int_equal(survey_parse(&survey, a.octets, a.used), -EBADMSG);
    assert_int_equal(survey_parse(&survey, a.octets, a.used - 4), -EBADMSG);
    assert_int_equal(survey.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_driver_measured_is_read),
        cmocka_unit_test(what_it_did_not_measure_is_not_made_up),
        cmocka_unit_test(a_channel_told_twice_is_there_once),
        cmocka_unit_test(a_survey_of_the_radio_as_a_whole_names_no_channel),
        cmocka_unit_test(channels_beyond_the_table_are_counted),
        cmocka_unit_test(a_malformed_message_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
