/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_SURVEY_H
#define FASCIA_STACK_LINK_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How busy channels are, from NL80211_CMD_NEW_SURVEY_RESULTS (include/uapi/linux/nl80211.h: enum nl80211_survey_info).
 * A driver tells what it measured while its radio was there: of the channel in use always, of others after a scan, or
 * nothing. The times count up since some moment of the driver's, so a share is only meaningful within one channel.
 */

struct survey_channel {
    uint32_t frequency_mhz; /* centre of the 20 MHz channel */
    bool in_use;            /* the interface works there */
    bool has_noise, has_active, has_busy, has_rx, has_tx;
    int8_t noise_dbm;
    uint64_t active_ms; /* the radio was there */
    uint64_t busy_ms;   /* of this the medium was busy, our own frames among it */
    uint64_t rx_ms;     /* of this it received */
    uint64_t tx_ms;     /* of this it sent */
};

#define SURVEY_CHANNELS_MAX 128 /* 14 + 42 + 60 channels exist */

struct survey {
    size_t count;
    struct survey_channel list[SURVEY_CHANNELS_MAX]; /* in order of arrival */
    unsigned int left_out;                           /* channels that did not fit */
};

/**
 * Adds the channel that one NEW_SURVEY_RESULTS message describes (attributes behind the generic netlink header); one
 * of the same frequency is replaced. A message about the radio as a whole, without a frequency, adds nothing. Unknown
 * attributes are skipped. Returns 0, or -EBADMSG when truncated or malformed; the survey is then as before.
 */
int survey_parse(struct survey *survey, const void *attributes, size_t size);

#endif
