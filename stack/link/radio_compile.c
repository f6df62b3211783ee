/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/radio_compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/link/attr_writer.h"
#include "stack/link/nl80211_values.h"
#include "stack/link/radio_modes.h"

#define MESSAGE_SIZE 32768

/* The message under construction. Nests that are open are known, so that a break can close and open them again. */
struct stream {
    const struct radio_description *description;
    const struct radio_compile_how *how;
    radio_message_fn fn;
    void *userdata;
    uint32_t random;
    int error;     /* sticky */
    bool content;  /* the message holds more than its head */
    int band;      /* the kernel's number; -1 = none is open */
    bool channels; /* its list of channels is open */
    size_t bands_at, band_at, channels_at;
    struct link_attrs a;
    uint8_t octets[MESSAGE_SIZE];
};

static void fail(struct stream *s, int error)
{
    if (s->error == 0)
        s->error = error;
}

static void open_nests(struct stream *s)
{
    if (s->band < 0)
        return;
    s->bands_at = link_nest_begin(&s->a, NL80211_ATTR_WIPHY_BANDS);
    s->band_at = link_nest_begin(&s->a, (uint16_t)s->band);
    if (s->channels)
        s->channels_at = link_nest_begin(&s->a, NL80211_BAND_ATTR_FREQS);
}

static void close_nests(struct stream *s)
{
    if (s->band < 0)
        return;
    if (s->channels)
        link_nest_end(&s->a, s->channels_at);
    link_nest_end(&s->a, s->band_at);
    link_nest_end(&s->a, s->bands_at);
}

/* Every message of a dump begins with the same three attributes. */
static void begin(struct stream *s)
{
    link_attrs_init(&s->a, s->octets, sizeof s->octets);
    link_put_u32(&s->a, NL80211_ATTR_WIPHY, s->how->index);
    link_put_text(&s->a, NL80211_ATTR_WIPHY_NAME, s->description->phy);
    link_put_u32(&s->a, NL80211_ATTR_GENERATION, 1);
    open_nests(s);
    s->content = false;
}

static void emit(struct stream *s)
{
    close_nests(s);
    if (!link_attrs_written(&s->a))
        fail(s, -ENOBUFS);
    if (s->error == 0)
        s->error = s->fn(s->octets, s->a.used, s->userdata);
}

/* xorshift32, Marsaglia 2003: a few even bits, the same everywhere. */
static bool toss(struct stream *s)
{
    s->random ^= s->random << 13;
    s->random ^= s->random >> 17;
    s->random ^= s->random << 5;
    return (s->random >> 7 & 3) == 0;
}

/* In front of what belongs together: a message may end here. `kernel`: the kernel ends it here. */
static void may_break(struct stream *s, bool kernel)
{
    bool wanted = s->how->split == RADIO_SPLIT_SEEDED ? toss(s) : s->how->split == RADIO_SPLIT_KERNEL && kernel;

    if (wanted && s->error == 0 && s->content) {
        emit(s);
        begin(s);
    }
    s->content = true;
}

static uint32_t mask_of(struct stream *s, const char *text)
{
    char *end = NULL;

    if (text[0] == '\0')
        return 0;
    unsigned long value = strtoul(text, &end, 16);
    if (*end != '\0' || value > UINT32_MAX)
        fail(s, -EINVAL);
    return (uint32_t)value;
}

static void put_antennas(struct stream *s)
{
    const struct radio_antennas *antennas = &s->description->antennas;

    link_put_u32(&s->a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_TX, mask_of(s, antennas->available_tx));
    link_put_u32(&s->a, NL80211_ATTR_WIPHY_ANTENNA_AVAIL_RX, mask_of(s, antennas->available_rx));
    if (antennas->configured_tx[0] == '\0' && antennas->configured_rx[0] == '\0')
        return;
    link_put_u32(&s->a, NL80211_ATTR_WIPHY_ANTENNA_TX, mask_of(s, antennas->configured_tx));
    link_put_u32(&s->a, NL80211_ATTR_WIPHY_ANTENNA_RX, mask_of(s, antennas->configured_rx));
}

static void put_types(struct stream *s, uint16_t attribute, const radio_word *types, size_t count)
{
    size_t nest = link_nest_begin(&s->a, attribute);

    for (size_t i = 0; i < count; i++) {
        int type = radio_kernel_type(types[i]);
        if (type < 0)
            fail(s, -EINVAL);
        else
            link_put_flag(&s->a, (uint16_t)type);
    }
    link_nest_end(&s->a, nest);
}

static void put_per_type(struct stream *s, const struct radio_band_description *band)
{
    if (band->per_type_count == 0)
        return;
    size_t data = link_nest_begin(&s->a, NL80211_BAND_ATTR_IFTYPE_DATA);
    for (size_t i = 0; i < band->per_type_count; i++) {
        const struct radio_per_type *per_type = &band->per_type[i];
        size_t entry = link_nest_begin(&s->a, (uint16_t)(i + 1));
        put_types(s, NL80211_BAND_IFTYPE_ATTR_IFTYPES, per_type->types, per_type->types_count);
        radio_put_he(&s->a, band->band, &per_type->he);
        radio_put_eht(&s->a, band->band, &per_type->eht);
        link_nest_end(&s->a, entry);
    }
    link_nest_end(&s->a, data);
}

static void put_channel(struct stream *s, const struct radio_range *range, uint32_t frequency)
{
    size_t one = link_nest_begin(&s->a, 0);

    link_put_u32(&s->a, NL80211_FREQUENCY_ATTR_FREQ, frequency);
    for (size_t i = 0; i < range->flags_count; i++) {
        int flag = radio_kernel_flag(range->flags[i]);
        if (flag < 0)
            fail(s, -EINVAL);
        else
            link_put_flag(&s->a, (uint16_t)flag);
        if (flag == NL80211_FREQUENCY_ATTR_RADAR)
            link_put_u32(&s->a, NL80211_FREQUENCY_ATTR_DFS_STATE, radio_kernel_dfs(range->dfs));
    }
    link_put_u32(&s->a, NL80211_FREQUENCY_ATTR_MAX_TX_POWER, (uint32_t)(range->power_dbm * 100)); /* mBm */
    link_nest_end(&s->a, one);
}

static void put_range(struct stream *s, const struct radio_band_description *band, const struct radio_range *range)
{
    int64_t to = range->to != 0 ? range->to : range->from;

    if (to < range->from || to > RADIO_CHANNEL_MAX)
        fail(s, -EINVAL);
    for (int64_t channel = range->from; s->error == 0 && channel <= to; channel += radio_channel_step(band->band)) {
        uint32_t frequency = radio_frequency_mhz(band->band, channel);
        if (frequency == 0)
            fail(s, -EINVAL);
        may_break(s, true);
        put_channel(s, range, frequency);
    }
}

static void put_band(struct stream *s, const struct radio_band_description *band)
{
    may_break(s, true);
    s->band = radio_kernel_band(band->band);
    if (s->band < 0)
        fail(s, -EINVAL);
    open_nests(s);
    radio_put_ht(&s->a, &band->ht);
    may_break(s, false);
    radio_put_vht(&s->a, &band->vht);
    may_break(s, false);
    put_per_type(s, band);
    may_break(s, true);

    s->channels_at = link_nest_begin(&s->a, NL80211_BAND_ATTR_FREQS);
    s->channels = true;
    s->content = s->how->split != RADIO_SPLIT_KERNEL; /* the first channel stays in the message that was just begun */
    for (size_t i = 0; i < band->channels_count; i++)
        put_range(s, band, &band->channels[i]);
    close_nests(s);
    s->channels = false;
    s->band = -1;
}

static void put_radar_widths(struct stream *s, const struct radio_combination *combination)
{
    uint32_t widths = 0;

    for (size_t i = 0; i < combination->radar_widths_count; i++) {
        int width = radio_kernel_width(combination->radar_widths[i]);
        if (width < 0)
            fail(s, -EINVAL);
        else
            widths |= UINT32_C(1) << width;
    }
    if (widths != 0)
        link_put_u32(&s->a, NL80211_IFACE_COMB_RADAR_DETECT_WIDTHS, widths);
}

static void put_combinations(struct stream *s)
{
    const struct radio_description *d = s->description;
    size_t all = link_nest_begin(&s->a, NL80211_ATTR_INTERFACE_COMBINATIONS);

    for (size_t i = 0; i < d->combinations_count; i++) {
        const struct radio_combination *combination = &d->combinations[i];
        size_t one = link_nest_begin(&s->a, (uint16_t)(i + 1));
        size_t limits = link_nest_begin(&s->a, NL80211_IFACE_COMB_LIMITS);
        for (size_t k = 0; k < combination->limits_count; k++) {
            const struct radio_limit *limit = &combination->limits[k];
            size_t entry = link_nest_begin(&s->a, (uint16_t)(k + 1));
            link_put_u32(&s->a, NL80211_IFACE_LIMIT_MAX, (uint32_t)limit->max);
            put_types(s, NL80211_IFACE_LIMIT_TYPES, limit->types, limit->types_count);
            link_nest_end(&s->a, entry);
        }
        link_nest_end(&s->a, limits);
        link_put_u32(&s->a, NL80211_IFACE_COMB_NUM_CHANNELS, (uint32_t)combination->channels);
        link_put_u32(&s->a, NL80211_IFACE_COMB_MAXNUM, (uint32_t)combination->total);
        put_radar_widths(s, combination);
        link_nest_end(&s->a, one);
    }
    link_nest_end(&s->a, all);
}

static void put_features(struct stream *s)
{
    const struct radio_description *d = s->description;
    uint32_t features = 0;
    uint8_t extended[8] = {0};

    features |= d->smps_static ? NL80211_FEATURE_STATIC_SMPS : 0;
    features |= d->smps_dynamic ? NL80211_FEATURE_DYNAMIC_SMPS : 0;
    may_break(s, true);
    link_put_u32(&s->a, NL80211_ATTR_FEATURE_FLAGS, features);
    may_break(s, true);
    if (d->self_managed)
        link_put_flag(&s->a, NL80211_ATTR_WIPHY_SELF_MANAGED_REG);
    if (d->dfs_offload)
        extended[NL80211_EXT_FEATURE_DFS_OFFLOAD / 8] |= (uint8_t)(1U << NL80211_EXT_FEATURE_DFS_OFFLOAD % 8);
    if (d->nan.secure)
        extended[FASCIA_NL80211_EXT_FEATURE_SECURE_NAN / 8] |=
            (uint8_t)(1U << FASCIA_NL80211_EXT_FEATURE_SECURE_NAN % 8);
    link_put(&s->a, NL80211_ATTR_EXT_FEATURES, extended, sizeof extended);
    if (d->nan.bands_count > 0 || d->nan.ht.rx > 0) {
        may_break(s, true);
        radio_put_nan(&s->a, &d->nan);
    }
}

int radio_compile(const struct radio_description *description, const struct radio_compile_how *how, radio_message_fn fn,
                  void *userdata)
{
    _cleanup_(freep) struct stream *s = calloc(1, sizeof *s);

    if (s == NULL)
        return -ENOMEM;
    s->description = description;
    s->how = how;
    s->fn = fn;
    s->userdata = userdata;
    s->random = how->seed != 0 ? how->seed : 1; /* xorshift stays at 0 */
    s->band = -1;
    begin(s);
    may_break(s, false);
    put_antennas(s);
    may_break(s, true);
    put_types(s, NL80211_ATTR_SUPPORTED_IFTYPES, description->interface_types, description->interface_types_count);
    for (size_t i = 0; s->error == 0 && i < description->bands_count; i++)
        put_band(s, &description->bands[i]);
    may_break(s, true);
    put_combinations(s);
    put_features(s);
    emit(s);
    return s->error;
}

int radio_compile_regulatory(const struct radio_description *description, radio_message_fn fn, void *userdata)
{
    struct link_attrs a;
    uint8_t octets[16];

    if (description->country[0] == '\0')
        return -ENODATA;
    link_attrs_init(&a, octets, sizeof octets);
    link_put_text(&a, NL80211_ATTR_REG_ALPHA2, description->country);
    link_put_u8(&a, NL80211_ATTR_DFS_REGION, radio_kernel_dfs_region(description->dfs_region));
    return link_attrs_written(&a) ? fn(octets, a.used, userdata) : -ENOBUFS;
}
