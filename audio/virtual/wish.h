/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_VIRTUAL_WISH_H
#define FASCIA_AUDIO_VIRTUAL_WISH_H

#include "audio/decide/decide.h"
#include "audio/virtual/design.h"

/*
 * Between decide(), which asks what virtual surround would cost, and the design of its filters. Used by the service
 * and by `fasciactl audio decide`, so that both say the same.
 */

/** All that a design depends on besides the responses. */
struct virtual_wish {
    enum decide_filters kind;
    uint32_t rate;             /* Hz */
    float left_deg, right_deg; /* crosstalk: of the loudspeakers; else 0 */
    struct layout source;
};

/** The wish for these speakers. `kind` is not DECIDE_FILTERS_NONE. */
void virtual_wish_make(enum decide_filters kind, uint32_t rate, const struct layout *source,
                       const struct speakers *speakers, struct virtual_wish *ret_wish);

/** Whether two wishes give the same filters. */
bool virtual_wish_equal(const struct virtual_wish *a, const struct virtual_wish *b);

/** Makes the filters, the LFE at 1; a matter of 10 to 20 ms of a desktop's processor. `hrtf` is at the wish's rate.
 * Returns 0, or what virtual_headphones() does, with one sentence in `message`. Free with virtual_filters_free(). */
int virtual_wish_design(const struct virtual_wish *wish, const struct hrtf *hrtf, struct virtual_filters **ret_filters,
                        struct fascia_text *message);

/** What decide() wants to know of them. */
void virtual_wish_cost(const struct virtual_wish *wish, const struct virtual_filters *filters,
                       struct decide_virtual *ret_cost);

#endif
