/* SPDX-License-Identifier: Apache-2.0 */
/* Text of an audio.position: "SOURCE;SPEAKERS". What parses must be decided without a lost or a raised channel. */
#include <stdlib.h>
#include <string.h>

#include "audio/decide/decide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct layout *source, const struct layout *sink, enum decide_lfe lfe)
{
    struct decide_policy policy;
    struct speakers speakers;
    struct decision d;

    decide_policy_default(&policy);
    policy.lfe = lfe;
    speakers_nominal(sink, &speakers);
    decide(source, &speakers, &policy, &d);
    for (size_t i = 0; i < source->count; i++) {
        float power = 0;
        for (size_t o = 0; o < speakers.count; o++)
            power += d.matrix.w[o][i] * d.matrix.w[o][i];
        if (!(power <= 1.0001F) || (power == 0) != (layout_find(&d.lost, source->channels[i]) >= 0))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[512];
    struct layout source = {.count = 0}, speakers = {.count = 0};

    if (size >= sizeof text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    char *second = strchr(text, ';');
    if (second)
        *second++ = '\0';
    if (layout_parse(text, &source) != 0 && source.count != 0)
        abort(); /* written on success only */
    if (second)
        (void)layout_parse(second, &speakers);
    check(&source, &speakers, DECIDE_LFE_MINUS6);
    check(&source, &speakers, DECIDE_LFE_DROP);
    return 0;
}
