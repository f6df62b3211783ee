/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/judge.h"

#include <string.h>

static const enum report_verdict verdicts[REPORT_LEVELS_][REPORT_OUTCOMES_] = {
    [REPORT_LEVEL_MANDATORY] =
        {
            [REPORT_OUTCOME_MET] = REPORT_VERDICT_PASS,
            [REPORT_OUTCOME_NOT_MET] = REPORT_VERDICT_FAIL,
            [REPORT_OUTCOME_UNKNOWN] = REPORT_VERDICT_UNKNOWN,
            [REPORT_OUTCOME_NOT_APPLICABLE] = REPORT_VERDICT_SKIPPED,
        },
    [REPORT_LEVEL_RECOMMENDED] =
        {
            [REPORT_OUTCOME_MET] = REPORT_VERDICT_PASS,
            [REPORT_OUTCOME_NOT_MET] = REPORT_VERDICT_WARN,
            [REPORT_OUTCOME_UNKNOWN] = REPORT_VERDICT_UNKNOWN,
            [REPORT_OUTCOME_NOT_APPLICABLE] = REPORT_VERDICT_SKIPPED,
        },
    [REPORT_LEVEL_OPTIONAL] =
        {
            [REPORT_OUTCOME_MET] = REPORT_VERDICT_PASS,
            [REPORT_OUTCOME_NOT_MET] = REPORT_VERDICT_SKIPPED,
            [REPORT_OUTCOME_UNKNOWN] = REPORT_VERDICT_UNKNOWN,
            [REPORT_OUTCOME_NOT_APPLICABLE] = REPORT_VERDICT_SKIPPED,
        },
    [REPORT_LEVEL_UNKNOWN] =
        {
            [REPORT_OUTCOME_MET] = REPORT_VERDICT_PASS,
            [REPORT_OUTCOME_NOT_MET] = REPORT_VERDICT_UNKNOWN,
            [REPORT_OUTCOME_UNKNOWN] = REPORT_VERDICT_UNKNOWN,
            [REPORT_OUTCOME_NOT_APPLICABLE] = REPORT_VERDICT_SKIPPED,
        },
};

static const char *const verdict_names[REPORT_VERDICTS_] = {
    [REPORT_VERDICT_PASS] = "pass",       [REPORT_VERDICT_WARN] = "warn",       [REPORT_VERDICT_FAIL] = "fail",
    [REPORT_VERDICT_UNKNOWN] = "unknown", [REPORT_VERDICT_SKIPPED] = "skipped",
};

static const char *const outcome_names[REPORT_OUTCOMES_] = {
    [REPORT_OUTCOME_MET] = "met",
    [REPORT_OUTCOME_NOT_MET] = "not-met",
    [REPORT_OUTCOME_UNKNOWN] = "unknown",
    [REPORT_OUTCOME_NOT_APPLICABLE] = "not-applicable",
};

const char *report_verdict_name(enum report_verdict verdict)
{
    return (unsigned int)verdict < REPORT_VERDICTS_ ? verdict_names[verdict] : "?";
}

const char *report_outcome_name(enum report_outcome outcome)
{
    return (unsigned int)outcome < REPORT_OUTCOMES_ ? outcome_names[outcome] : "?";
}

enum report_verdict report_verdict_of(enum report_level level, enum report_outcome outcome)
{
    if ((unsigned int)level >= REPORT_LEVELS_ || (unsigned int)outcome >= REPORT_OUTCOMES_)
        return REPORT_VERDICT_UNKNOWN;
    return verdicts[level][outcome];
}

static enum report_verdict worse(enum report_verdict a, enum report_verdict b)
{
    return a > b ? a : b; /* PASS < WARN < FAIL */
}

static bool is_binding(const struct report_finding *finding)
{
    enum report_level level = finding->requirement->level;
    return level == REPORT_LEVEL_MANDATORY || level == REPORT_LEVEL_RECOMMENDED;
}

/* What one finding makes of the whole. Unknown never counts as pass. */
static enum report_verdict weight_of(const struct report_finding *finding)
{
    if (finding->verdict == REPORT_VERDICT_FAIL || finding->verdict == REPORT_VERDICT_WARN)
        return finding->verdict;
    return is_binding(finding) && finding->verdict == REPORT_VERDICT_UNKNOWN ? REPORT_VERDICT_WARN
                                                                             : REPORT_VERDICT_PASS;
}

static enum report_verdict weight_of_function(const struct report_function *function)
{
    switch (function->state) {
    case FASCIA_FUNCTION_OFF:
    case FASCIA_FUNCTION_FULL:
        return REPORT_VERDICT_PASS;
    case FASCIA_FUNCTION_STARTING:
    case FASCIA_FUNCTION_DEGRADED:
    case FASCIA_FUNCTION_SAFE:
        return REPORT_VERDICT_WARN;
    case FASCIA_FUNCTION_FAILED:
    case FASCIA_FUNCTION_STATES_:
        break;
    }
    return REPORT_VERDICT_FAIL;
}

static void add_list(struct fascia_text *text, bool *any, const char *what)
{
    fascia_text_add(text, "%s%s", *any ? ", " : "", what);
    *any = true;
}

/* The culprits of one weight, for the headline: "mimo-2x2 (recommended) not met, audio DEGRADED". */
static void name_culprits(const struct report_facts *facts, const struct report_judgement *judgement,
                          struct fascia_text *text)
{
    bool any = false;

    for (size_t i = 0; i < judgement->findings_count; i++) {
        const struct report_finding *finding = &judgement->findings[i];
        char what[96];
        struct fascia_text item;
        if (weight_of(finding) != judgement->overall)
            continue;
        fascia_text_init(&item, what, sizeof what);
        fascia_text_add(&item, "%s (%s) %s", finding->requirement->id, report_level_name(finding->requirement->level),
                        finding->outcome == REPORT_OUTCOME_UNKNOWN ? "not known" : "not met");
        add_list(text, &any, what);
    }
    for (size_t i = 0; i < facts->functions_count; i++) {
        const struct report_function *function = &facts->functions[i];
        char what[96];
        struct fascia_text item;
        if (weight_of_function(function) != judgement->overall)
            continue;
        fascia_text_init(&item, what, sizeof what);
        fascia_text_add(&item, "function %s is %s", function->name, fascia_function_state_name(function->state));
        add_list(text, &any, what);
    }
}

struct judged {
    size_t all, binding; /* requirements that could be judged at all */
};

static struct judged judged_of(const struct report_judgement *judgement)
{
    struct judged judged = {0};

    for (size_t i = 0; i < judgement->findings_count; i++) {
        const struct report_finding *finding = &judgement->findings[i];
        if (finding->outcome == REPORT_OUTCOME_NOT_APPLICABLE)
            continue;
        judged.all++;
        judged.binding += is_binding(finding);
    }
    return judged;
}

/* The verdict is about less than usual: that comes first. */
static void write_offline(const struct report_facts *facts, const struct report_judgement *judgement,
                          struct fascia_text *text)
{
    struct judged judged = judged_of(judgement);

    fascia_text_add(text, "Radio %s as described, nothing measured on a running unit: %zu of %zu requirements judged",
                    facts->described.radio, judged.all, judgement->findings_count);
    if (judgement->overall == REPORT_VERDICT_PASS) {
        fascia_text_add(text, ", %zu met", judgement->counts[REPORT_VERDICT_PASS]);
    } else if (judged.binding == 0) {
        fascia_text_add(text, "; none that binds is about a radio");
    } else {
        fascia_text_add(text, "; ");
        name_culprits(facts, judgement, text);
    }
}

static void write_headline(const struct report_facts *facts, struct report_judgement *judgement)
{
    struct fascia_text text;

    fascia_text_init(&text, judgement->headline, sizeof judgement->headline);
    if (facts->described.is)
        write_offline(facts, judgement, &text);
    else if (judgement->overall == REPORT_VERDICT_PASS)
        fascia_text_add(&text, "%zu of %zu requirements are met, every function that is switched on works fully",
                        judgement->counts[REPORT_VERDICT_PASS], judgement->findings_count);
    else
        name_culprits(facts, judgement, &text);
    if (!fascia_text_ok(&text)) /* shows that there is more, and drops half a character at the cut */
        memcpy(judgement->headline + sizeof judgement->headline - 6, ", ...", 6);
    (void)report_text_clean(judgement->headline, sizeof judgement->headline, judgement->headline);
}

void report_judge(const struct report_facts *facts, const struct report_profile *profile,
                  struct report_judgement *ret_judgement)
{
    struct report_judgement *judgement = ret_judgement;

    *judgement = (struct report_judgement){.overall = REPORT_VERDICT_PASS};
    judgement->findings_count = profile->requirements_count;
    for (size_t i = 0; i < profile->requirements_count; i++) {
        const struct report_requirement *requirement = &profile->requirements[i];
        struct report_finding *finding = &judgement->findings[i];
        struct fascia_text evidence;

        fascia_text_init(&evidence, finding->evidence, sizeof finding->evidence);
        finding->requirement = requirement;
        finding->outcome = report_check_run(facts, requirement->check, &requirement->parameters, &evidence);
        finding->verdict = report_verdict_of(requirement->level, finding->outcome);
        if (!fascia_text_ok(&evidence))
            memcpy(finding->evidence + sizeof finding->evidence - 5, " ...", 5);
        (void)report_text_clean(finding->evidence, sizeof finding->evidence, finding->evidence);
        judgement->counts[finding->verdict]++;
        judgement->overall = worse(judgement->overall, weight_of(finding));
    }
    for (size_t i = 0; i < facts->functions_count; i++)
        judgement->overall = worse(judgement->overall, weight_of_function(&facts->functions[i]));
    if (facts->described.is && judged_of(judgement).binding == 0)
        judgement->overall = worse(judgement->overall, REPORT_VERDICT_WARN);
    write_headline(facts, judgement);
}
