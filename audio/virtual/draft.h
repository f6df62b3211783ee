/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_DRAFT_H
#define FASCIA_AUDIO_VIRTUAL_DRAFT_H

#include <stdbool.h>

#include "audio/virtual/design.h"

/* Filters before they are cut to length: what headphones.c and crosstalk.c share. */
struct draft {
    const struct layout *source;
    size_t length; /* of each response */
    uint32_t rate;
    float *ir; /* [channel][2][length]; of an LFE nothing */
};

/** Checks the layout; returns 0, -EINVAL or -ENOMEM. */
int draft_init(struct draft *draft, const struct layout *source, size_t length, uint32_t rate);
void draft_deinit(struct draft *draft);

static inline float *draft_ir(const struct draft *draft, size_t channel, size_t output)
{
    return draft->ir + (channel * 2 + output) * draft->length;
}

bool draft_is_lfe(const struct draft *draft, size_t channel);

/**
 * Cuts off `lead` frames and the tail that nobody hears, with a fade; scales by `gain`; puts in the LFE, `lfe` at frame
 * `latency`. Returns 0 or -ENOMEM.
 */
int draft_finish(const struct draft *draft, size_t lead, size_t latency, double gain, float lfe,
                 struct virtual_filters **ret_filters);

#endif
