/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/survey.h"

#include <errno.h>

#include "stack/link/attr.h"
#include "stack/link/nl80211_values.h"

static bool read_time(const struct link_attr *a, bool *has, uint64_t *ms)
{
    *has = link_attr_octets(a, ms, sizeof *ms);
    return *has;
}

/* False when the attribute is known and malformed. */
static bool parse_attribute(const struct link_attr *a, struct survey_channel *channel)
{
    uint8_t noise = 0;

    switch (a->type) {
    case NL80211_SURVEY_INFO_FREQUENCY:
        return link_attr_u32(a, &channel->frequency_mhz);
    case NL80211_SURVEY_INFO_NOISE:
        channel->has_noise = link_attr_u8(a, &noise);
        channel->noise_dbm = (int8_t)noise;
        return channel->has_noise;
    case NL80211_SURVEY_INFO_IN_USE:
        channel->in_use = true;
        return true;
    case NL80211_SURVEY_INFO_TIME:
        return read_time(a, &channel->has_active, &channel->active_ms);
    case NL80211_SURVEY_INFO_TIME_BUSY:
        return read_time(a, &channel->has_busy, &channel->busy_ms);
    case NL80211_SURVEY_INFO_TIME_RX:
        return read_time(a, &channel->has_rx, &channel->rx_ms);
    case NL80211_SURVEY_INFO_TIME_TX:
        return read_time(a, &channel->has_tx, &channel->tx_ms);
    default: /* not our enum */
        return true;
    }
}

static int parse_info(struct fascia_reader at, struct survey_channel *ret_channel)
{
    struct survey_channel channel = {.frequency_mhz = 0};

    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (!parse_attribute(&a, &channel))
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    *ret_channel = channel;
    return 0;
}

static size_t index_of(const struct survey *survey, uint32_t frequency_mhz)
{
    size_t i = 0;

    while (i < survey->count && survey->list[i].frequency_mhz != frequency_mhz)
        i++;
    return i;
}

int survey_parse(struct survey *survey, const void *attributes, size_t size)
{
    struct survey_channel channel = {.frequency_mhz = 0};
    struct fascia_reader at;

    fascia_reader_init(&at, attributes, size);
    for (struct link_attr a; link_attr_next(&at, &a);) {
        if (a.type == NL80211_ATTR_SURVEY_INFO && parse_info(a.value, &channel) < 0)
            return -EBADMSG;
    }
    if (!link_attrs_ok(&at))
        return -EBADMSG;
    if (channel.frequency_mhz == 0)
        return 0;

    size_t i = index_of(survey, channel.frequency_mhz);
    if (i == SURVEY_CHANNELS_MAX) {
        survey->left_out++;
        return 0;
    }
    survey->list[i] = channel;
    if (i == survey->count)
        survey->count++;
    return 0;
}
