/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/report/render_html.h"
#include "tests/unit/test.h"

static struct report_peer peer;
static char page[1 << 17];
static size_t used;

static int into_page(void *userdata, const char *text, size_t size)
{
    (void)userdata;
    if (size >= sizeof page - used)
        return -ENOSPC;
    memcpy(page + used, text, size);
    used += size;
    page[used] = '\0';
    return 0;
}

static void draw(void)
{
    struct report_out out = {.write = into_page};
    used = 0;
    page[0] = '\0';
    report_svg_station(&peer, &out);
    assert_int_equal(out.error, 0);
}

static size_t count(const char *what)
{
    size_t n = 0;
    for (const char *at = page; (at = strstr(at, what)) != NULL; at++)
        n++;
    return n;
}

/* Every coordinate of the lines is inside of the picture. */
static void expect_lines_inside(void)
{
    for (const char *at = page; (at = strstr(at, " d=\"M")) != NULL;) {
        for (at += 5; *at != '"';) {
            if (*at == 'h') /* a width, not a place */
                at += 1 + strspn(at + 1, "0123456789");
            if (*at == 'L')
                at++;
            if (*at == '"')
                break;
            char *end = NULL;
            long x = strtol(at, &end, 10), y = strtol(end, &end, 10);
            assert_true(end != at);
            assert_true(x >= 150 && x <= 150 + 700 + 170);
            assert_true(y >= 0 && y <= 500);
            at = end;
        }
    }
}

static int some_past(void **state)
{
    (void)state;
    memset(&peer, 0, sizeof peer);
    memcpy(peer.mac, "02:00:00:00:01:00", 18);
    for (size_t i = 0; i < 10; i++)
        peer.history.samples[i] = (struct report_sample){.t_ms = 1000 * (int64_t)i,
                                                         .tx_rate_kbps = 1000 * (uint32_t)(10 - i),
                                                         .rx_rate_kbps = i == 4 ? 0 : 6000,
                                                         .nss = {2, 1},
                                                         .signal_dbm = -40,
                                                         .has_signal = true,
                                                         .airtime_permille = REPORT_NOT_OFFERED};
    peer.history.count = 10;
    return 0;
}

static void least_median_and_most_count_only_what_is_known(void **state)
{
    (void)state;
    struct report_summary tx = report_series_summary(&peer.history, REPORT_MEASURE_TX_RATE);
    assert_int_equal(tx.count, 10);
    assert_int_equal(tx.min, 1000);
    assert_int_equal(tx.median, 5000); /* the lower one of two */
    assert_int_equal(tx.max, 10000);
    assert_int_equal(report_series_summary(&peer.history, REPORT_MEASURE_RX_RATE).count, 9);
    assert_int_equal(report_series_summary(&peer.history, REPORT_MEASURE_SIGNAL).median, -40);
    assert_int_equal(report_series_summary(&peer.history, REPORT_MEASURE_RETRIES).max, 0);
    assert_int_equal(report_series_summary(&peer.history, REPORT_MEASURE_AIRTIME).count, 0);
    assert_int_equal(report_series_span_ms(&peer.history), 9000);
}

static void a_past_without_a_sample_is_no_picture(void **state)
{
    (void)state;
    peer.history.count = 0;
    draw();
    assert_string_equal(page, "");
    assert_int_equal(report_series_span_ms(&peer.history), 0);
}

static void panels_are_drawn_for_what_is_offered_and_lines_break_where_it_is_not(void **state)
{
    (void)state;
    draw();
    assert_non_null(strstr(page, "rate, Mbit/s"));
    assert_null(strstr(page, "airtime"));
    assert_int_equal(count("class=\"line rx\" d=\"M"), 2 + 1 + 2); /* rate in two parts, streams, two legends */
    assert_int_equal(count("<svg"), 1);
    assert_int_equal(count("</svg>"), 1);
    expect_lines_inside();
    peer.history.samples[3].airtime_permille = 0;
    draw();
    assert_non_null(strstr(page, "airtime, %"));
}

static void one_sample_is_a_dot_in_a_picture(void **state)
{
    (void)state;
    peer.history.count = 1;
    draw();
    assert_int_equal(count("h1\"/>"), 6); /* a dot per measure: rates, streams, signal, retries */
    expect_lines_inside();
}

static void absurd_values_stay_inside_of_the_picture(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPORT_SAMPLES_MAX; i++)
        peer.history.samples[i] = (struct report_sample){
            .t_ms = i == 0 ? -INT64_C(3200000000000) : INT64_C(3200000000000),
            .tx_rate_kbps = i % 2 ? UINT32_MAX : 1,
            .rx_rate_kbps = UINT32_MAX,
            .nss = {UINT32_MAX, 1},
            .signal_dbm = i % 2 ? 100 : -200,
            .has_signal = true,
            .retries = UINT32_MAX,
            .airtime_permille = UINT32_MAX - 1,
        };
    peer.history.count = REPORT_SAMPLES_MAX;
    draw();
    expect_lines_inside();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(least_median_and_most_count_only_what_is_known, some_past),
        cmocka_unit_test_setup(a_past_without_a_sample_is_no_picture, some_past),
        cmocka_unit_test_setup(panels_are_drawn_for_what_is_offered_and_lines_break_where_it_is_not, some_past),
        cmocka_unit_test_setup(one_sample_is_a_dot_in_a_picture, some_past),
        cmocka_unit_test_setup(absurd_values_stay_inside_of_the_picture, some_past),
    };
    return cmocka_run_group_tests_name("report/series", tests, NULL, NULL);
}
