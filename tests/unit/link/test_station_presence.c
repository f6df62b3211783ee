/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/station_presence.h"
#include "tests/unit/test.h"

#define SECOND 1000000

static struct {
    unsigned int count[STATION_CHANGES_];
    struct station last;
} told;

static struct station_presence presence;
static struct station_table table;
static struct station_table nobody;

static void on_change(enum station_change change, const struct station *station, void *userdata)
{
    (void)userdata;
    told.count[change]++;
    told.last = *station;
}

static int begin(void **state)
{
    (void)state;
    memset(&told, 0, sizeof told);
    station_presence_init(&presence, &table, 5 * SECOND, on_change, NULL);
    return 0;
}

static struct station phone(unsigned int number)
{
    return (struct station){.mac = {{2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}},
                            .authorised = true,
                            .tx_nss_max = 1,
                            .connected_s = 1};
}

static void see(unsigned int number, int64_t now_us)
{
    struct station it = phone(number);
    station_presence_seen(&presence, &it, now_us);
}

static void lose(unsigned int number, int64_t now_us)
{
    struct station it = phone(number);
    station_presence_gone(&presence, &it.mac, now_us);
}

static void a_phone_that_is_back_within_the_time_has_not_left(void **state)
{
    struct station it = phone(1);
    (void)state;

    it.tx_nss_max = 2;
    station_presence_seen(&presence, &it, 0);
    lose(1, 10 * SECOND);
    assert_int_equal(told.count[STATION_AWAY], 1);
    assert_int_equal(table.count, 1);
    assert_true(table.list[0].away);
    assert_int_equal(station_presence_deadline(&presence), 15 * SECOND);

    it.tx_nss_max = 1;
    station_presence_seen(&presence, &it, 14 * SECOND);
    assert_int_equal(told.count[STATION_BACK], 1);
    assert_false(table.list[0].away);
    assert_int_equal(table.list[0].returns, 1);
    assert_int_equal(table.list[0].tx_nss_max, 2);
    station_presence_tick(&presence, 60 * SECOND);
    assert_int_equal(told.count[STATION_JOINED], 1);
    assert_int_equal(told.count[STATION_LEFT], 0);
    assert_int_equal(station_presence_deadline(&presence), -1);
}

static void a_phone_that_stays_away_has_left_when_the_time_is_over(void **state)
{
    (void)state;
    see(1, 0);
    lose(1, SECOND);
    station_presence_tick(&presence, 6 * SECOND - 1);
    assert_int_equal(told.count[STATION_LEFT], 0);
    station_presence_tick(&presence, 6 * SECOND);
    assert_int_equal(told.count[STATION_LEFT], 1);
    assert_int_equal(told.last.mac.octets[5], 1);
    assert_int_equal(table.count, 0);

    see(1, 7 * SECOND);
    assert_int_equal(told.count[STATION_JOINED], 2);
    assert_int_equal(table.list[0].returns, 0);
}

static void being_lost_again_and_again_does_not_move_the_deadline(void **state)
{
    (void)state;
    see(1, 0);
    lose(1, SECOND);
    lose(1, 4 * SECOND);
    assert_false(station_presence_look(&presence, &nobody, 5 * SECOND));
    assert_int_equal(told.count[STATION_AWAY], 1);
    assert_int_equal(station_presence_deadline(&presence), 6 * SECOND);
}

static void the_deadline_is_that_of_whoever_is_away_for_longest(void **state)
{
    (void)state;
    for (unsigned int i = 1; i <= 3; i++)
        see(i, 0);
    lose(2, SECOND);
    lose(3, 2 * SECOND);
    lose(1, 3 * SECOND);
    assert_int_equal(station_presence_deadline(&presence), 6 * SECOND);
    station_presence_tick(&presence, 6 * SECOND);
    assert_int_equal(told.last.mac.octets[5], 2);
    assert_int_equal(station_presence_deadline(&presence), 7 * SECOND);
}

static void a_late_timer_makes_no_return_of_a_new_visit(void **state)
{
    (void)state;
    see(1, 0);
    lose(1, SECOND);
    see(1, 20 * SECOND); /* the timer should have fired long ago */
    assert_int_equal(told.count[STATION_LEFT], 1);
    assert_int_equal(told.count[STATION_JOINED], 2);
    assert_int_equal(told.count[STATION_BACK], 0);
}

static void without_debounce_gone_is_left(void **state)
{
    (void)state;
    station_presence_init(&presence, &table, 0, on_change, NULL);
    see(1, 0);
    see(2, 0);
    lose(1, SECOND);
    assert_int_equal(told.count[STATION_AWAY], 0);
    assert_int_equal(told.count[STATION_LEFT], 1);
    assert_false(station_presence_look(&presence, &nobody, 2 * SECOND));
    assert_int_equal(told.count[STATION_LEFT], 2);
    assert_int_equal(table.count, 0);
}

static void a_new_association_that_nobody_told_of_is_a_return(void **state)
{
    struct station it = phone(1);
    (void)state;

    it.connected_s = 100;
    station_presence_seen(&presence, &it, 0);
    it.connected_s = 3;
    station_presence_seen(&presence, &it, 4 * SECOND);
    assert_int_equal(told.count[STATION_BACK], 1);
    assert_int_equal(table.list[0].returns, 1);
    it.connected_s = 5;
    station_presence_seen(&presence, &it, 6 * SECOND);
    assert_int_equal(told.count[STATION_BACK], 1);
}

static void only_what_it_never_showed_before_is_a_change_of_one_who_stays(void **state)
{
    struct station it = phone(1);
    (void)state;

    it.standard_max = STATION_STANDARD_HT;
    station_presence_seen(&presence, &it, 0);
    it.tx.rate_kbps = 6000;
    it.signal_dbm = -70;
    it.retries = 5;
    it.connected_s = 3;
    station_presence_seen(&presence, &it, 2 * SECOND);
    assert_int_equal(told.count[STATION_SHOWED_MORE], 0);

    it.tx_nss_max = 2;
    station_presence_seen(&presence, &it, 4 * SECOND);
    assert_int_equal(told.count[STATION_SHOWED_MORE], 1);
    assert_int_equal(told.last.tx_nss_max, 2);
    it.tx_nss_max = 1; /* of the last frames; the most seen stays */
    station_presence_seen(&presence, &it, 6 * SECOND);
    assert_int_equal(told.count[STATION_SHOWED_MORE], 1);

    it.rx_nss_max = 2;
    station_presence_seen(&presence, &it, 8 * SECOND);
    it.standard_max = STATION_STANDARD_HE;
    station_presence_seen(&presence, &it, 10 * SECOND);
    assert_int_equal(told.count[STATION_SHOWED_MORE], 3);

    lose(1, 12 * SECOND);
    it.tx_nss_max = 4; /* it is back, which says it all */
    station_presence_seen(&presence, &it, 13 * SECOND);
    assert_int_equal(told.count[STATION_BACK], 1);
    assert_int_equal(told.count[STATION_SHOWED_MORE], 3);
    assert_int_equal(table.list[0].tx_nss_max, 4);
}

static void a_look_finds_who_came_and_who_went(void **state)
{
    static struct station_table list;
    (void)state;

    list = (struct station_table){.count = 2, .list = {phone(1), phone(2)}};
    list.list[1].authorised = false;
    assert_true(station_presence_look(&presence, &list, 0)); /* the second one's keys are under way */
    assert_int_equal(told.count[STATION_JOINED], 1);
    list.list[1].authorised = true;
    assert_false(station_presence_look(&presence, &list, SECOND));
    assert_int_equal(told.count[STATION_JOINED], 2);

    list.list[0].authorised = false; /* its keys are gone, so it is */
    assert_true(station_presence_look(&presence, &list, 2 * SECOND));
    assert_int_equal(told.count[STATION_AWAY], 1);
    assert_int_equal(told.last.mac.octets[5], 1);
}

static void a_thousand_visits_leave_nothing_behind(void **state)
{
    int64_t now_us = 0;
    (void)state;

    for (unsigned int i = 0; i < 1000; i++) {
        see(i, now_us);
        lose(i, now_us + SECOND / 10);
        now_us += SECOND / 5;
        assert_in_range(table.count, 0, 30); /* those of the last five seconds */
    }
    station_presence_tick(&presence, now_us + 5 * SECOND);
    assert_int_equal(table.count, 0);
    assert_int_equal(table.left_out, 0);
    assert_int_equal(told.count[STATION_JOINED], 1000);
    assert_int_equal(told.count[STATION_LEFT], 1000);
    assert_int_equal(station_presence_deadline(&presence), -1);
}

static void a_storm_of_visits_stays_within_the_table(void **state)
{
    (void)state;
    for (unsigned int i = 0; i < 1000; i++) {
        see(i, i);
        lose(i, i);
    }
    assert_int_equal(table.count, STATIONS_MAX);
    assert_int_equal(table.left_out, 0);
    assert_int_equal(told.count[STATION_JOINED], 1000);
    assert_int_equal(told.count[STATION_LEFT], 1000 - STATIONS_MAX);
    see(999, 1000); /* the newest were kept */
    assert_int_equal(told.count[STATION_BACK], 1);
    station_presence_tick(&presence, 6 * SECOND);
    assert_int_equal(table.count, 1);
}

static void who_does_not_fit_is_counted_until_there_is_room(void **state)
{
    static struct station_table list;
    struct station late = phone(STATIONS_MAX);
    (void)state;

    list.count = STATIONS_MAX;
    for (unsigned int i = 0; i < STATIONS_MAX; i++)
        list.list[i] = phone(i);
    assert_false(station_presence_look(&presence, &list, 0));
    station_presence_seen(&presence, &late, SECOND);
    assert_int_equal(table.left_out, 1);
    assert_int_equal(told.count[STATION_JOINED], STATIONS_MAX);

    list.list[0] = late; /* one is gone, so the late one has a place */
    assert_false(station_presence_look(&presence, &list, 2 * SECOND));
    assert_int_equal(table.left_out, 0);
    assert_int_equal(told.count[STATION_JOINED], STATIONS_MAX + 1);
    assert_int_equal(table.count, STATIONS_MAX);
    assert_non_null(station_find(&table, &late.mac));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_phone_that_is_back_within_the_time_has_not_left, begin),
        cmocka_unit_test_setup(a_phone_that_stays_away_has_left_when_the_time_is_over, begin),
        cmocka_unit_test_setup(being_lost_again_and_again_does_not_move_the_deadline, begin),
        cmocka_unit_test_setup(the_deadline_is_that_of_whoever_is_away_for_longest, begin),
        cmocka_unit_test_setup(a_late_timer_makes_no_return_of_a_new_visit, begin),
        cmocka_unit_test_setup(without_debounce_gone_is_left, begin),
        cmocka_unit_test_setup(a_new_association_that_nobody_told_of_is_a_return, begin),
        cmocka_unit_test_setup(only_what_it_never_showed_before_is_a_change_of_one_who_stays, begin),
        cmocka_unit_test_setup(a_look_finds_who_came_and_who_went, begin),
        cmocka_unit_test_setup(a_thousand_visits_leave_nothing_behind, begin),
        cmocka_unit_test_setup(a_storm_of_visits_stays_within_the_table, begin),
        cmocka_unit_test_setup(who_does_not_fit_is_counted_until_there_is_room, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
