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

void hrtf_free(struct hrtf *hrtf); /* NULL-safe */

/** The two ears' responses for a direction, between the nearest measured ones; delays are applied. `to[ear]` gets
 * `taps` floats. */
void hrtf_at(const struct hrtf *hrtf, float azimuth_deg, float elevation_deg, float *const to[2], size_t taps);

/**
 * Headphones: each channel from its nominal place; the LFE into both at `lfe` without a filter. Levelled so that
 * pink-like noise on the front pair is as loud as without filters. Returns 0, -EINVAL or -ENOMEM. Free with
 * virtual_filters_free().
 */
int virtual_headphones(const struct hrtf *hrtf, const struct layout *source, float lfe,
                       struct virtual_filters **ret_filters);

/**
 * Two loudspeakers at these azimuths: the same, and what each ear hears of the other side's speaker is cancelled
 * (regularised inversion in the frequency domain). One seat only; docs/audio.md says what to expect.
 */
int virtual_crosstalk(const struct hrtf *hrtf, const struct layout *source, float lfe, float left_deg, float right_deg,
                      struct virtual_filters **ret_filters);

void virtual_filters_free(struct virtual_filters *filters); /* NULL-safe */

#endif
