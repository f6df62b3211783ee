/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_DESIGN_H
#define FASCIA_AUDIO_VIRTUAL_DESIGN_H

#include "audio/layout/layout.h"
#include "audio/virtual/filters.h"

/*
 * Makes filters of a set of head-related impulse responses. Control thread; allocates.
 */

/** One ear pair per direction, measured around a head. From platform/sofa; free with hrtf_free(). */
struct hrtf {
    uint32_t rate; /* Hz, that of the filters */
    size_t directions, taps;
    struct hrtf_direction {
        float azimuth_deg, elevation_deg; /* positive left, positive up */
        float delay[2];                   /* frames, left and right ear, besides what is in the response */
    } * direction;
    float *ir; /* [direction][2][taps] */
};

/** Zeroed, with room for that many. Returns 0, -EINVAL (none, or too many to count) or -ENOMEM. */
int hrtf_new(size_t directions, size_t taps, struct hrtf **ret_hrtf);
void hrtf_free(struct hrtf *hrtf); /* NULL-safe */

static inline float *hrtf_ir(const struct hrtf *hrtf, size_t direction, size_t ear)
{
    return hrtf->ir + (direction * 2 + ear) * hrtf->taps;
}

/** The two ears' responses for a direction, between the nearest measured ones, which are brought to the same moment
 * before they are mixed; delays are applied. `to[ear]` gets `taps` floats, cut off or filled up with zeros. */
void hrtf_at(const struct hrtf *hrtf, float azimuth_deg, float elevation_deg, float *const to[2], size_t taps);

/**
 * Headphones: each channel from its nominal place; the LFE into both at `lfe` without a filter, in time with the front
 * pair. Levelled so that pink-like noise on the front pair is as loud as without filters. Returns 0, -EINVAL, -ENOMEM,
 * or -ENOTSUP where there is no transform in this build. Free with virtual_filters_free().
 */
int virtual_headphones(const struct hrtf *hrtf, const struct layout *source, float lfe,
                       struct virtual_filters **ret_filters);

/**
 * Two loudspeakers at these azimuths (-150 … 150, the left one at least 10 degrees left of the other): the same, and
 * what each ear hears of the other side's speaker is cancelled, from some 200 Hz to 8 kHz. One seat only; docs/audio.md
 * says what to expect.
 */
int virtual_crosstalk(const struct hrtf *hrtf, const struct layout *source, float lfe, float left_deg, float right_deg,
                      struct virtual_filters **ret_filters);

void virtual_filters_free(struct virtual_filters *filters); /* NULL-safe */

#endif
