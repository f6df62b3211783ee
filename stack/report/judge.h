/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_JUDGE_H
#define FASCIA_STACK_REPORT_JUDGE_H

#include "stack/report/facts.h"
#include "stack/report/profile.h"

/* Facts + profile -> verdicts. Pure: the same input gives the same judgement. */

/* What was measured, whatever the rule's level. */
enum report_outcome {
    REPORT_OUTCOME_MET,
    REPORT_OUTCOME_NOT_MET,
    REPORT_OUTCOME_UNKNOWN,        /* it should be measurable, but the measurement is missing */
    REPORT_OUTCOME_NOT_APPLICABLE, /* nothing to judge in this run: no phone, nothing attached */
    REPORT_OUTCOMES_
};

/*
 * What follows from it:
 *
 *   level         met    not met   unknown   not applicable
 *   mandatory     pass   fail      unknown   skipped
 *   recommended   pass   warn      unknown   skipped
 *   optional      pass   skipped   unknown   skipped
 *   unknown       pass   unknown   unknown   skipped
 */
enum report_verdict {
    REPORT_VERDICT_PASS,
    REPORT_VERDICT_WARN,
    REPORT_VERDICT_FAIL,
    REPORT_VERDICT_UNKNOWN,
    REPORT_VERDICT_SKIPPED,
    REPORT_VERDICTS_
};

#define REPORT_EVIDENCE_SIZE 512

struct report_finding {
    const struct report_requirement *requirement; /* borrowed from the profile */
    enum report_outcome outcome;
    enum report_verdict verdict;
    char evidence[REPORT_EVIDENCE_SIZE]; /* with the measured values */
};

struct report_judgement {
    enum report_verdict overall; /* PASS, WARN or FAIL */
    size_t counts[REPORT_VERDICTS_];
    struct report_finding findings[REPORT_REQUIREMENTS_MAX];
    size_t findings_count;
    char headline[256]; /* the overall verdict in one sentence, with what decided it */
};

/**
 * Judges. Of a described radio only what the radio can do is judged; everything that needs a unit is not applicable,
 * and the headline says so. Overall FAIL: a mandatory requirement is not met, or a function is FAILED. Otherwise WARN:
 * a recommended one is not met, a mandatory or recommended one could not be judged, or a function that is switched on
 * is not FULL; or nothing that binds could be judged of a described radio. Otherwise PASS. `profile` must outlive the
 * judgement.
 */
void report_judge(const struct report_facts *facts, const struct report_profile *profile,
                  struct report_judgement *ret_judgement);

/** "pass", "warn", "fail", "unknown", "skipped"; "?" out of range. */
const char *report_verdict_name(enum report_verdict verdict);

/** "met", "not-met", "unknown", "not-applicable"; "?" out of range. */
const char *report_outcome_name(enum report_outcome outcome);

/** What the id of a limit (report_band) means, as a clause; "" when this version does not know it. */
const char *report_limit_text(const char *id);

/** The verdict of the table above. */
enum report_verdict report_verdict_of(enum report_level level, enum report_outcome outcome);

/** Runs one check (checks.c): the outcome, and the evidence appended to `evidence`. */
enum report_outcome report_check_run(const struct report_facts *facts, enum report_check check,
                                     const struct report_parameters *parameters, struct fascia_text *evidence);

#endif
