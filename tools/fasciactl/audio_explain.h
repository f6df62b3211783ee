/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AUDIO_EXPLAIN_H
#define FASCIA_TOOLS_FASCIACTL_AUDIO_EXPLAIN_H

#include "audio/audio_setup.h"
#include "stack/report/out.h"

/* A decision with its reasons, for people and as JSON. Pure. */

struct json_object;

#define AUDIO_QUESTION_RATE 48000 /* Hz, that filters are for */

struct audio_question {
    struct layout source;
    struct speakers speakers;
    struct decide_policy policy; /* with what the filters of virtual cost, when it comes to them */
    char filters_trouble[256];   /* why there are none where it comes to them; "": there are, or it does not */
};

struct audio_answer {
    struct decision decision;
    struct audio_rule_answer {
        enum { RULE_PASSED_OVER, RULE_TAKEN, RULE_NOT_TRIED } result;
        char why[DECIDE_REASON_SIZE]; /* it was passed over; what is behind the one that was taken is not tried */
    } rules[DECIDE_MODES_];           /* as the policy's */
    double worst_db[SPEAKERS_MAX];    /* of each speaker: every channel at full scale and in phase; -200: silent */
};

void audio_explain(const struct audio_question *question, struct audio_answer *ret_answer);

void audio_explain_text(const struct audio_question *question, const struct audio_answer *answer,
                        struct report_out *out);

/** NULL when memory ran out. */
struct json_object *audio_explain_json(const struct audio_question *question, const struct audio_answer *answer);

#endif
