/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/modes.h"

#include <string.h>

/* Appends a clause, whole or not at all: half a reason is worse than none. */
static void add_clause(struct fascia_text *text, const char *clause)
{
    if (text->used + strlen(clause) + 1 < text->size)
        fascia_text_add(text, "%s", clause);
}

static void add_refusal(const struct question *q, size_t rule, struct fascia_text *text)
{
    if (q->source->count == 0)
        fascia_text_add(text, "the programme has no channel");
    else if (q->speakers->count == 0)
        fascia_text_add(text, "there is no speaker");
    else if (q->places == 0)
        fascia_text_add(text, "there is no full-range speaker");
    else if (rule == q->policy->count)
        fascia_text_add(text, "no mode of the policy fits these speakers");
    else if (rule > 0)
        fascia_text_add(text, "no other mode of the policy fits these speakers");
    else
        fascia_text_add(text, "nothing is to be played, as was asked for");
}

static void add_choice(const struct question *q, size_t rule, const struct decision *d, struct fascia_text *text)
{
    static const char *const why[DECIDE_MODES_] = {
        [DECIDE_DISCRETE] = "each channel of the programme has a speaker of its own",
        [DECIDE_PARTIAL] = "channels without a speaker are folded into their neighbours",
        [DECIDE_QUAD] = "fronts and one surround pair play, the rest is folded (BS.775-3, 2/2)",
        [DECIDE_STEREO] = "all is folded into the two fronts (BS.775-3, 2/0)",
        [DECIDE_LTRT] = "all is folded into the two fronts, surrounds encoded (A/52, Lt/Rt)",
        [DECIDE_MONO] = "one sum of all is played (BS.775-3, 1/0)",
    };

    if (d->mode == DECIDE_REFUSE)
        add_refusal(q, rule, text);
    else if (d->mode == DECIDE_VIRTUAL)
        fascia_text_add(text, "two outputs stand for all, %s",
                        d->filters == DECIDE_FILTERS_HEADPHONES ? "by head-related filters"
                                                                : "by crosstalk cancellation");
    else
        fascia_text_add(text, "%s", why[d->mode]);
}

static void add_passed_over(const struct question *q, const struct decide_rule *rule, struct fascia_text *text)
{
    char words[64], clause[100];
    struct fascia_text why, whole;

    fascia_text_init(&why, words, sizeof words);
    fascia_text_init(&whole, clause, sizeof clause);
    (void)rule_fits(q, rule, &why);
    fascia_text_add(&whole, "; not %s: %s", decide_mode_name(rule->mode), words);
    add_clause(text, clause);
}

void decision_explain(const struct question *q, size_t rule, struct decision *d)
{
    struct fascia_text text;

    fascia_text_init(&text, d->reason, sizeof d->reason);
    add_choice(q, rule, d, &text);
    for (size_t i = 0; i < d->lost.count && d->mode != DECIDE_REFUSE; i++) {
        char clause[48];
        struct fascia_text lost;
        fascia_text_init(&lost, clause, sizeof clause);
        fascia_text_add(&lost, "; %s is left out by configuration", layout_channel_name(d->lost.channels[i]));
        add_clause(&text, clause);
    }
    if (q->source->count == 0 || q->places == 0)
        return; /* no rule was asked */
    for (size_t i = 0; i < rule; i++)
        add_passed_over(q, &q->policy->rules[i], &text);
}
