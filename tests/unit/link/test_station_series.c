/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/station_series.h"
#include "tests/unit/test.h"

#define SECOND 1000000
#define PERIOD (2 * SECOND)

static struct station_series series;
static struct station_histories histories;

static struct station phone(uint8_t number)
{
    return (struct station){.mac = {{2, 0, 0, 0, 0, number}},
                            .tx = {.rate_kbps = 1000, .nss = 1},
                            .rx = {.rate_kbps = 2000, .nss = 1},
                            .has_signal = true,
                            .signal_dbm = -50};
}

static void a_sample_tells_what_grew_since_the_one_before(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    it.retries = 500; /* of before we looked */
    it.has_tx_airtime = it.has_rx_airtime = true;
    it.tx_airtime_us = 7 * SECOND;
    assert_true(station_series_add(&series, &it, 10 * SECOND));
    it.retries = 530;
    it.tx_airtime_us += 300000;
    it.rx_airtime_us += 100000;
    assert_true(station_series_add(&series, &it, 12 * SECOND));
    assert_int_equal(series.count, 2);
    assert_int_equal(series.samples[0].retries, 0);
    assert_int_equal(series.samples[0].airtime_permille, STATION_AIRTIME_UNKNOWN);
    assert_int_equal(series.samples[1].retries, 30);
    assert_int_equal(series.samples[1].airtime_permille, 200);
    assert_int_equal(series.samples[1].time_us, 12 * SECOND);
    assert_int_equal(series.samples[1].signal_dbm, -50);
}

static void counters_begin_anew_with_the_association(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    it.retries = 10;
    it.connected_s = 100;
    (void)station_series_add(&series, &it, 0);
    it.retries = 4;
    it.connected_s = 102;
    (void)station_series_add(&series, &it, PERIOD);
    assert_int_equal(series.samples[1].retries, 4); /* it went back */
    it.retries = 40;
    it.connected_s = 1;
    (void)station_series_add(&series, &it, 2 * PERIOD);
    assert_int_equal(series.samples[2].retries, 40); /* the time did */
}

static void airtime_that_is_not_offered_is_unknown_and_never_more_than_all(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    (void)station_series_add(&series, &it, 0);
    (void)station_series_add(&series, &it, PERIOD);
    assert_int_equal(series.samples[1].airtime_permille, STATION_AIRTIME_UNKNOWN);
    it.has_tx_airtime = true;
    (void)station_series_add(&series, &it, 2 * PERIOD);
    assert_int_equal(series.samples[2].airtime_permille, STATION_AIRTIME_UNKNOWN);
    it.tx_airtime_us = 3 * PERIOD;
    (void)station_series_add(&series, &it, 3 * PERIOD);
    assert_int_equal(series.samples[3].airtime_permille, 1000);
}

static void looks_in_quick_succession_are_one_sample(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    assert_true(station_series_add(&series, &it, 0));
    it.retries = 3;
    assert_false(station_series_add(&series, &it, SECOND / 2));
    it.retries = 5;
    assert_true(station_series_add(&series, &it, SECOND));
    assert_int_equal(series.count, 2);
    assert_int_equal(series.samples[1].retries, 5); /* nothing is lost by it */
}

static void a_full_series_is_drawn_coarser_from_its_beginning(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    for (int64_t i = 0; i <= STATION_SERIES_SAMPLES; i++) {
        it.retries += 2;
        it.tx.rate_kbps = i % 2 ? 3000 : 1000;
        it.tx.nss = i % 4 == 1 || i % 4 == 2 ? 2 : 1;
        it.rx.nss = i % 2 ? 1 : 2;
        it.signal_dbm = i % 2 ? -60 : -40;
        assert_true(station_series_add(&series, &it, i * PERIOD));
    }
    assert_int_equal(series.count, STATION_SERIES_SAMPLES / 2 + 1);
    assert_int_equal(series.stride, 2);
    assert_int_equal(series.samples[0].time_us, PERIOD);
    assert_int_equal(series.samples[0].retries, 2);
    assert_int_equal(series.samples[1].time_us, 3 * PERIOD);
    assert_int_equal(series.samples[1].retries, 4);
    assert_int_equal(series.samples[1].tx_rate_kbps, 2000);
    assert_int_equal(series.samples[0].tx_nss, 2);
    assert_int_equal(series.samples[1].tx_nss, 2);
    assert_int_equal(series.samples[1].rx_nss, 2);
    assert_int_equal(series.samples[1].signal_dbm, -50);
    assert_int_equal(series.samples[series.count - 1].time_us, STATION_SERIES_SAMPLES * PERIOD);

    it.tx.rate_kbps = 3000; /* the sample in the making takes the next look in */
    assert_true(station_series_add(&series, &it, (STATION_SERIES_SAMPLES + 1) * PERIOD));
    assert_int_equal(series.count, STATION_SERIES_SAMPLES / 2 + 1);
    assert_int_equal(series.samples[series.count - 1].tx_rate_kbps, 2000);
}

static void a_day_fits_and_nothing_is_lost_of_the_sum(void **state)
{
    struct station it = phone(1);
    uint32_t retries = 0;
    int64_t before_us = 0;
    const unsigned int looks = 24 * 1800;
    (void)state;

    station_series_init(&series);
    it.has_tx_airtime = true;
    for (unsigned int i = 0; i < looks; i++) {
        it.retries += i % 7;
        it.tx_airtime_us += PERIOD / 4;
        (void)station_series_add(&series, &it, (int64_t)i * PERIOD);
        assert_in_range(series.count, 1, STATION_SERIES_SAMPLES);
    }
    assert_in_range(series.count, STATION_SERIES_SAMPLES / 2, STATION_SERIES_SAMPLES);
    for (size_t i = 0; i < series.count; i++) {
        retries += series.samples[i].retries;
        assert_true(series.samples[i].time_us > before_us);
        before_us = series.samples[i].time_us;
        assert_int_equal(series.samples[i].airtime_permille, 250);
    }
    assert_int_equal(retries, it.retries); /* the first look's 0 among them */
    assert_int_equal(before_us, (int64_t)(looks - 1) * PERIOD);
}

static void airtime_is_weighted_by_time(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    it.has_tx_airtime = true;
    for (int64_t i = 0; i <= 2 * STATION_SERIES_SAMPLES; i++) {
        if (i == 1)
            it.tx_airtime_us = PERIOD * 6 / 10; /* 600 permille of one period, then nothing */
        (void)station_series_add(&series, &it, i * PERIOD);
    }
    assert_int_equal(series.stride, 4);
    assert_int_equal(series.samples[0].time_us, 3 * PERIOD);
    assert_int_equal(series.samples[0].airtime_permille,
                     200); /* of three periods: before the first look nothing is known */
    assert_int_equal(series.samples[1].airtime_permille, 0);
}

static void what_is_not_known_does_not_pull_a_mean_down(void **state)
{
    struct station it = phone(1);
    (void)state;

    station_series_init(&series);
    for (int64_t i = 0; i <= STATION_SERIES_SAMPLES; i++) {
        it.has_signal = i % 2;
        it.tx.rate_kbps = i % 2 ? 1000 : 0;
        (void)station_series_add(&series, &it, i * PERIOD);
    }
    assert_int_equal(series.samples[0].signal_dbm, -50);
    assert_int_equal(series.samples[0].tx_rate_kbps, 1000);

    station_series_init(&series);
    for (int64_t i = 0; i <= STATION_SERIES_SAMPLES; i++) {
        it.has_signal = i % 2 == 0; /* the other way round */
        it.tx.rate_kbps = i % 2 ? 0 : 1000;
        (void)station_series_add(&series, &it, i * PERIOD);
    }
    assert_int_equal(series.samples[0].signal_dbm, -50);
    assert_int_equal(series.samples[0].tx_rate_kbps, 1000);
}

static void the_history_of_a_phone_that_left_is_kept_and_goes_on(void **state)
{
    struct station it = phone(1);
    (void)state;

    memset(&histories, 0, sizeof histories);
    assert_true(station_histories_add(&histories, &it, 0));
    station_histories_left(&histories, &it.mac, SECOND);
    assert_non_null(station_histories_find(&histories, &it.mac));
    assert_true(station_histories_add(&histories, &it, 100 * SECOND));
    const struct station_history *history = station_histories_find(&histories, &it.mac);
    assert_false(history->left);
    assert_int_equal(history->series.count, 2);
}

static void the_phone_that_left_first_gives_its_place(void **state)
{
    struct station it;
    (void)state;

    memset(&histories, 0, sizeof histories);
    for (uint8_t i = 0; i < STATION_HISTORIES; i++) {
        it = phone(i);
        assert_true(station_histories_add(&histories, &it, i));
    }
    it = phone(100);
    assert_false(station_histories_add(&histories, &it, SECOND)); /* all are there */
    it = phone(5);
    station_histories_left(&histories, &it.mac, 2 * SECOND);
    it = phone(3);
    station_histories_left(&histories, &it.mac, 3 * SECOND);
    it = phone(100);
    assert_true(station_histories_add(&histories, &it, 4 * SECOND));
    it = phone(5);
    assert_null(station_histories_find(&histories, &it.mac));
    it = phone(3);
    assert_non_null(station_histories_find(&histories, &it.mac));
    it = phone(100);
    assert_int_equal(station_histories_find(&histories, &it.mac)->series.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sample_tells_what_grew_since_the_one_before),
        cmocka_unit_test(counters_begin_anew_with_the_association),
        cmocka_unit_test(airtime_that_is_not_offered_is_unknown_and_never_more_than_all),
        cmocka_unit_test(looks_in_quick_succession_are_one_sample),
        cmocka_unit_test(a_full_series_is_drawn_coarser_from_its_beginning),
        cmocka_unit_test(a_day_fits_and_nothing_is_lost_of_the_sum),
        cmocka_unit_test(airtime_is_weighted_by_time),
        cmocka_unit_test(what_is_not_known_does_not_pull_a_mean_down),
        cmocka_unit_test(the_history_of_a_phone_that_left_is_kept_and_goes_on),
        cmocka_unit_test(the_phone_that_left_first_gives_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
