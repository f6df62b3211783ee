/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_DOCTOR_DOCTOR_H
#define FASCIA_STACK_DOCTOR_DOCTOR_H

#include "audio/audio_config.h"
#include "stack/address/address_config.h"
#include "stack/aware/aware_config.h"
#include "stack/doctor/facts.h"
#include "stack/link/link_config.h"
#include "stack/supervisor/supervisor_config.h"

/*
 * `fasciactl doctor`: facts about a machine become findings, each with its cause and what to do. Pure: a machine that
 * nobody has is judged in a test.
 */

enum doctor_check {
#define DOCTOR_CHECK(symbol, id, title, denied) DOCTOR_CHECK_##symbol,
#include "stack/doctor/doctor.def"
#undef DOCTOR_CHECK
    DOCTOR_CHECKS_
};

/** In order of severity. */
enum doctor_verdict {
    DOCTOR_VERDICT_OK,
    DOCTOR_VERDICT_SKIPPED, /* needs rights that we do not have, or is not asked for by the configuration */
    DOCTOR_VERDICT_UNKNOWN, /* could not be found out */
    DOCTOR_VERDICT_WARNING,
    DOCTOR_VERDICT_PROBLEM,
    DOCTOR_VERDICTS_
};

enum doctor_cause {
    DOCTOR_CAUSE_NONE, /* of a check that is well, skipped or unknown */
#define DOCTOR_CAUSE(symbol, check, verdict, id, cause, remedy) DOCTOR_CAUSE_##symbol,
#include "stack/doctor/doctor.def"
#undef DOCTOR_CAUSE
    DOCTOR_CAUSES_
};

/** The parts of the configuration by which the machine is judged; borrowed. */
struct doctor_config {
    const struct link_config *link;
    const struct address_config *address;
    const struct audio_config *audio;
    const struct supervisor_config *supervisor;
    const struct aware_config *aware;
    const char *bus, *runtime_dir;
};

#define DOCTOR_SEEN_SIZE    256
#define DOCTOR_ADVICE_SIZE  384
#define DOCTOR_FINDINGS_MAX 96

struct doctor_finding {
    enum doctor_check check;
    enum doctor_verdict verdict;
    enum doctor_cause cause_id;
    char seen[DOCTOR_SEEN_SIZE];
    char cause[DOCTOR_ADVICE_SIZE], remedy[DOCTOR_ADVICE_SIZE]; /* "" with DOCTOR_CAUSE_NONE */
};

struct doctor_findings {
    struct doctor_finding
        list[DOCTOR_FINDINGS_MAX]; /* in the order of the checks; each selected one has at least one */
    size_t count;
    unsigned int left_out;
};

#define DOCTOR_CHECK_BIT(check) (UINT64_C(1) << (check))
#define DOCTOR_CHECKS_ALL       (DOCTOR_CHECK_BIT(DOCTOR_CHECKS_) - 1)

/** Release of this program: a clock that is before it is wrong (2026-11-01T00:00:00Z). */
#define DOCTOR_CLOCK_FLOOR_S INT64_C(1793491200)

/** Judges the checks of the mask `checks`. Large (some 100 kB): keep the result off the stack. */
void doctor_judge(const struct doctor_facts *facts, const struct doctor_config *config, uint64_t checks,
                  struct doctor_findings *ret_findings);

/** The worst verdict that counts: PROBLEM, WARNING, else OK (what is skipped or unknown is no fault of the machine). */
enum doctor_verdict doctor_overall(const struct doctor_findings *findings);

const char *doctor_check_id(enum doctor_check check);
const char *doctor_check_title(enum doctor_check check);
const char *doctor_check_denied(enum doctor_check check); /* what more rights would have told; "" = nothing */
int doctor_check_parse(const char *id, enum doctor_check *ret_check);
const char *doctor_verdict_name(enum doctor_verdict verdict); /* "ok", "skipped", "unknown", "warning", "problem" */
const char *doctor_cause_id(enum doctor_cause cause);         /* "" for NONE */

/* What the kernel's options are (option.def). */
enum doctor_part { DOCTOR_PART_BASE, DOCTOR_PART_LINK, DOCTOR_PART_ADDRESS, DOCTOR_PART_AUDIO, DOCTOR_PART_BLUETOOTH };
enum doctor_level {
    DOCTOR_LEVEL_NEEDED,
    DOCTOR_LEVEL_WANTED,
    DOCTOR_LEVEL_OPTIONAL,
    DOCTOR_LEVEL_DRIVER, /* WANTED while there is no radio: drivers with a stack of their own do without */
};
const char *doctor_option_names(enum doctor_option option);  /* without CONFIG_; several are separated by "|" */
const char *doctor_option_module(enum doctor_option option); /* "" = it cannot be a module, or there are several */
enum doctor_part doctor_option_part(enum doctor_option option);
enum doctor_level doctor_option_level(enum doctor_option option);
const char *doctor_option_what(enum doctor_option option);

#endif
