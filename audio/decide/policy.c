/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/decide.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "stack/base/cleanup.h"

#define GAIN_MAX_DB 24

const char *const decide_mode_names[DECIDE_MODES_ + 1] = {
    [DECIDE_DISCRETE] = "discrete", [DECIDE_PARTIAL] = "partial", [DECIDE_QUAD] = "quad", [DECIDE_VIRTUAL] = "virtual",
    [DECIDE_STEREO] = "stereo",     [DECIDE_LTRT] = "ltrt",       [DECIDE_MONO] = "mono", [DECIDE_REFUSE] = "refuse",
};

const char *const decide_lfe_names[DECIDE_LFES_ + 1] = {
    [DECIDE_LFE_MINUS6] = "minus6",
    [DECIDE_LFE_DROP] = "drop",
    [DECIDE_LFE_MANAGE] = "bass-manage",
};

const char *decide_mode_name(enum decide_mode mode)
{
    return (unsigned)mode < DECIDE_MODES_ ? decide_mode_names[mode] : "?";
}

int decide_mode_parse(const char *name, enum decide_mode *ret_mode)
{
    for (size_t i = 0; i < DECIDE_MODES_; i++) {
        if (strcmp(decide_mode_names[i], name) == 0) {
            *ret_mode = (enum decide_mode)i;
            return 0;
        }
    }
    return -ENOENT;
}

const char *decide_filters_name(enum decide_filters filters)
{
    static const char *const names[] = {
        [DECIDE_FILTERS_NONE] = "none",
        [DECIDE_FILTERS_HEADPHONES] = "headphones",
        [DECIDE_FILTERS_CROSSTALK] = "crosstalk",
    };
    return (unsigned)filters < FASCIA_ARRAY_SIZE(names) ? names[filters] : "?";
}

void decide_policy_default(struct decide_policy *ret_policy)
{
    static const enum decide_mode order[] = {
        DECIDE_DISCRETE, DECIDE_PARTIAL, DECIDE_QUAD, DECIDE_VIRTUAL, DECIDE_STEREO, DECIDE_MONO, DECIDE_REFUSE,
    };
    struct decide_policy policy = {.min_speakers = 6, .lfe = DECIDE_LFE_MINUS6};

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(order); i++)
        policy.rules[policy.count++].mode = order[i];
    (void)coefficients_preset("bs775", &policy.coefficients); /* there is one of that name */
    *ret_policy = policy;
}

static int check_rules(const struct decide_policy *policy, struct fascia_text *message)
{
    if (policy->count > DECIDE_MODES_) {
        fascia_text_add(message, "the policy has %zu rules; there are %d modes", policy->count, DECIDE_MODES_);
        return -EINVAL;
    }
    for (size_t i = 0; i < policy->count; i++) {
        const struct decide_rule *rule = &policy->rules[i];
        if ((unsigned)rule->mode >= DECIDE_MODES_) {
            fascia_text_add(message, "rule %zu of the policy has no mode", i + 1);
            return -EINVAL;
        }
        for (size_t k = 0; k < i; k++) {
            if (policy->rules[k].mode == rule->mode) {
                fascia_text_add(message, "the policy has %s twice", decide_mode_name(rule->mode));
                return -EINVAL;
            }
        }
        if (rule->min_speakers > SPEAKERS_MAX) {
            fascia_text_add(message, "%s asks for %u speakers; there are %d at most", decide_mode_name(rule->mode),
                            rule->min_speakers, SPEAKERS_MAX);
            return -EINVAL;
        }
    }
    return 0;
}

static int check_gain(const char *name, float db, struct fascia_text *message)
{
    if (db >= -GAIN_MAX_DB && db <= GAIN_MAX_DB) /* nor what is no number */
        return 0;
    fascia_text_add(message, "%s is not within -%d … %d dB", name, GAIN_MAX_DB, GAIN_MAX_DB);
    return -EINVAL;
}

int decide_policy_check(const struct decide_policy *policy, struct fascia_text *message)
{
    int r = check_rules(policy, message);

    if (r == 0 && coefficients_check(&policy->coefficients, message) != 0)
        r = -EINVAL;
    if (r == 0 && policy->min_speakers > SPEAKERS_MAX) {
        fascia_text_add(message, "min_speakers is %u; there are %d speakers at most", policy->min_speakers,
                        SPEAKERS_MAX);
        r = -EINVAL;
    }
    if (r == 0 && (unsigned)policy->lfe >= DECIDE_LFES_) {
        fascia_text_add(message, "nothing is said of the LFE");
        r = -EINVAL;
    }
    if (r == 0)
        r = check_gain("the dialogue gain", policy->dialogue_db, message);
    if (r == 0)
        r = check_gain("the LFE gain", policy->lfe_db, message);
    for (size_t i = 0; r == 0 && i < DECIDE_MODES_; i++)
        r = check_gain("a make-up gain", policy->makeup_db[i], message);
    if (r == 0 && !isfinite(policy->virtual_cost.worst_gain_db)) {
        fascia_text_add(message, "the gain of the filters is no number");
        r = -EINVAL;
    }
    return r;
}
