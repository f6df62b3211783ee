/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio_filters.h"

#include "audio/virtual/wish.h"
#include "platform/sofa/sofa.h"

void audio_filters_ask(const char *hrtf, struct audio_question *question)
{
    struct decide_virtual *cost = &question->policy.virtual_cost;
    struct virtual_filters *filters = NULL;
    struct hrtf *responses = NULL;
    struct virtual_wish wish;
    struct fascia_text trouble;
    struct decision d;

    fascia_text_init(&trouble, question->filters_trouble, sizeof question->filters_trouble);
    *cost = (struct decide_virtual){.headphones = true, .crosstalk = true};
    decide(&question->source, &question->speakers, &question->policy, &d);
    *cost = (struct decide_virtual){.headphones = false};
    if (d.mode != DECIDE_VIRTUAL)
        return;
    virtual_wish_make(d.filters, AUDIO_QUESTION_RATE, &question->source, &question->speakers, &wish);
    if (sofa_read(hrtf, wish.rate, &responses, &trouble) == 0 &&
        virtual_wish_design(&wish, responses, &filters, &trouble) == 0)
        virtual_wish_cost(&wish, filters, cost);
    virtual_filters_free(filters);
    hrtf_free(responses);
}
