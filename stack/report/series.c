/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/series.h"

#include <stdlib.h>

bool report_sample_value(const struct report_sample *sample, enum report_measure measure, int64_t *ret_value)
{
    switch (measure) {
    case REPORT_MEASURE_TX_RATE:
        *ret_value = sample->tx_rate_kbps;
        return sample->tx_rate_kbps != 0;
    case REPORT_MEASURE_RX_RATE:
        *ret_value = sample->rx_rate_kbps;
        return sample->rx_rate_kbps != 0;
    case REPORT_MEASURE_TX_NSS:
        *ret_value = sample->nss.tx;
        return sample->nss.tx != 0;
    case REPORT_MEASURE_RX_NSS:
        *ret_value = sample->nss.rx;
        return sample->nss.rx != 0;
    case REPORT_MEASURE_SIGNAL:
        *ret_value = sample->signal_dbm;
        return sample->has_signal;
    case REPORT_MEASURE_RETRIES:
        *ret_value = sample->retries;
        return true;
    case REPORT_MEASURE_AIRTIME:
        *ret_value = sample->airtime_permille;
        return sample->airtime_permille != REPORT_NOT_OFFERED;
    case REPORT_MEASURES_:
        break;
    }
    return false;
}

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

struct report_summary report_series_summary(const struct report_series *series, enum report_measure measure)
{
    int64_t values[REPORT_SAMPLES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < series->count; i++) {
        if (report_sample_value(&series->samples[i], measure, &values[count]))
            count++;
    }
    if (count == 0)
        return (struct report_summary){0};
    qsort(values, count, sizeof values[0], by_value);
    return (struct report_summary){
        .count = count, .min = values[0], .median = values[(count - 1) / 2], .max = values[count - 1]};
}

int64_t report_series_span_ms(const struct report_series *series)
{
    return series->count > 0 ? series->samples[series->count - 1].t_ms - series->samples[0].t_ms : 0;
}
