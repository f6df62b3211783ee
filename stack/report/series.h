/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_SERIES_H
#define FASCIA_STACK_REPORT_SERIES_H

#include "stack/report/facts.h"

/* What a phone's past amounts to, for the renderers. */

enum report_measure {
    REPORT_MEASURE_TX_RATE, /* kbit/s */
    REPORT_MEASURE_RX_RATE,
    REPORT_MEASURE_TX_NSS,
    REPORT_MEASURE_RX_NSS,
    REPORT_MEASURE_SIGNAL,  /* dBm */
    REPORT_MEASURE_RETRIES, /* since the sample before */
    REPORT_MEASURE_AIRTIME, /* permille since the sample before */
    REPORT_MEASURES_
};

struct report_summary {
    size_t count; /* samples that have the measure; the figures below mean nothing when it is 0 */
    int64_t min, median, max;
};

/** One measure of a sample; false when it is not known there. */
bool report_sample_value(const struct report_sample *sample, enum report_measure measure, int64_t *ret_value);

/** Over a whole series; the median is the lower one of an even count. */
struct report_summary report_series_summary(const struct report_series *series, enum report_measure measure);

/** From the first to the last sample, in milliseconds. */
int64_t report_series_span_ms(const struct report_series *series);

#endif
