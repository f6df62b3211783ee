/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "stack/doctor/judge.h"

/* Findings: the table's texts with what they are about put in. */

static const struct {
    const char *id, *cause, *remedy;
    enum doctor_check check;
    enum doctor_verdict verdict;
} causes[DOCTOR_CAUSES_] = {
    [DOCTOR_CAUSE_NONE] = {"", "", "", DOCTOR_CHECKS_, DOCTOR_VERDICT_OK},
#define DOCTOR_CAUSE(symbol, check, verdict, id, cause, remedy)                                                        \
    [DOCTOR_CAUSE_##symbol] = {id, cause, remedy, DOCTOR_CHECK_##check, DOCTOR_VERDICT_##verdict},
#include "stack/doctor/doctor.def"
#undef DOCTOR_CAUSE
};

const char *doctor_cause_id(enum doctor_cause cause)
{
    return cause < DOCTOR_CAUSES_ ? causes[cause].id : "";
}

/* "{a}" and "{b}" of a pattern become the texts; nothing else is special, in what is put in neither. */
static void fill_in(const char *pattern, const char *a, const char *b, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    while (*pattern != '\0') {
        if (strncmp(pattern, "{a}", 3) == 0 || strncmp(pattern, "{b}", 3) == 0) {
            fascia_text_add(&text, "%s", pattern[1] == 'a' ? a : b);
            pattern += 3;
        } else {
            fascia_text_add(&text, "%c", *pattern++);
        }
    }
}

static struct doctor_finding *add(struct doctor_judge *judge, enum doctor_check check, enum doctor_verdict verdict)
{
    struct doctor_findings *findings = judge->findings;

    if (findings->count == DOCTOR_FINDINGS_MAX) {
        findings->left_out++;
        return NULL;
    }
    struct doctor_finding *finding = &findings->list[findings->count++];
    *finding = (struct doctor_finding){.check = check, .verdict = verdict};
    return finding;
}

__attribute__((format(printf, 6, 0))) static void fault(struct doctor_judge *judge, enum doctor_verdict verdict,
                                                        enum doctor_cause cause, const char *a, const char *b,
                                                        const char *format, va_list args)
{
    struct doctor_finding *finding = add(judge, causes[cause].check, verdict);

    if (!finding)
        return;
    finding->cause_id = cause;
    fill_in(causes[cause].cause, a, b, finding->cause, sizeof finding->cause);
    fill_in(causes[cause].remedy, a, b, finding->remedy, sizeof finding->remedy);
    (void)vsnprintf(finding->seen, sizeof finding->seen, format, args);
}

void doctor_fault(struct doctor_judge *judge, enum doctor_cause cause, const char *a, const char *b, const char *format,
                  ...)
{
    va_list args;

    va_start(args, format);
    fault(judge, causes[cause].verdict, cause, a, b, format, args);
    va_end(args);
}

void doctor_fault_as(struct doctor_judge *judge, enum doctor_verdict verdict, enum doctor_cause cause, const char *a,
                     const char *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fault(judge, verdict, cause, a, b, format, args);
    va_end(args);
}

void doctor_note(struct doctor_judge *judge, enum doctor_check check, enum doctor_verdict verdict, const char *format,
                 ...)
{
    struct doctor_finding *finding = add(judge, check, verdict);
    va_list args;

    if (!finding)
        return;
    va_start(args, format);
    (void)vsnprintf(finding->seen, sizeof finding->seen, format, args);
    va_end(args);
}

bool doctor_is_well(const struct doctor_judge *judge, enum doctor_check check)
{
    for (size_t i = 0; i < judge->findings->count; i++) {
        if (judge->findings->list[i].check == check && judge->findings->list[i].cause_id != DOCTOR_CAUSE_NONE)
            return false;
    }
    return true;
}

const char *doctor_holder_text(const struct doctor_holder *holder, char to[static DOCTOR_HOLDER_SIZE])
{
    struct fascia_text text;

    fascia_text_init(&text, to, DOCTOR_HOLDER_SIZE);
    if (holder->pid > 0)
        fascia_text_add(&text, "pid %" PRId64, holder->pid);
    else
        fascia_text_add(&text, "a process that only root can name");
    if (holder->name[0] != '\0' || holder->user[0] != '\0')
        fascia_text_add(&text, " (%s%s%s%s)", holder->name,
                        holder->name[0] != '\0' && holder->user[0] != '\0' ? ", " : "",
                        holder->user[0] != '\0' ? "user " : "", holder->user);
    return to;
}

bool doctor_version_at_least(const char *version, unsigned int major, unsigned int minor, unsigned int patch)
{
    const unsigned int wanted[3] = {major, minor, patch};

    if (*version < '0' || *version > '9')
        return false;
    for (size_t i = 0; i < 3; i++) {
        unsigned int number = 0;
        while (*version >= '0' && *version <= '9' && number < 100000)
            number = number * 10 + (unsigned int)(*version++ - '0');
        if (number != wanted[i])
            return number > wanted[i];
        if (*version == '.')
            version++;
    }
    return true;
}
