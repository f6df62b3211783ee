/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_DOCTOR_JUDGE_H
#define FASCIA_STACK_DOCTOR_JUDGE_H

#include "stack/base/text.h"
#include "stack/doctor/doctor.h"

/* For the files of this room. */

struct doctor_judge {
    const struct doctor_facts *facts;
    const struct doctor_config *config;
    struct doctor_findings *findings;
};

/** Adds a fault: its verdict and texts are those of doctor.def, `a` and `b` are put in; `format`: what was seen. */
__attribute__((format(printf, 5, 6))) void doctor_fault(struct doctor_judge *judge, enum doctor_cause cause,
                                                        const char *a, const char *b, const char *format, ...);

/** The same, less severe or more severe than the table has it. */
__attribute__((format(printf, 6, 7))) void doctor_fault_as(struct doctor_judge *judge, enum doctor_verdict verdict,
                                                           enum doctor_cause cause, const char *a, const char *b,
                                                           const char *format, ...);

/** Adds OK, SKIPPED or UNKNOWN, with what was seen or why. */
__attribute__((format(printf, 4, 5))) void doctor_note(struct doctor_judge *judge, enum doctor_check check,
                                                       enum doctor_verdict verdict, const char *format, ...);

/** True when the check has no fault so far. */
bool doctor_is_well(const struct doctor_judge *judge, enum doctor_check check);

/** "pid 812 (shairport-sync, user pi)", "a process of another account", as far as it is known. Returns `to`. */
#define DOCTOR_HOLDER_SIZE 128
const char *doctor_holder_text(const struct doctor_holder *holder, char to[static DOCTOR_HOLDER_SIZE]);

/** "2.10" >= 2.10; false for what is no version. */
bool doctor_version_at_least(const char *version, unsigned int major, unsigned int minor, unsigned int patch);

void doctor_judge_kernel(struct doctor_judge *judge);
void doctor_judge_modules(struct doctor_judge *judge);
void doctor_judge_regulatory(struct doctor_judge *judge);
void doctor_judge_firmware(struct doctor_judge *judge);
void doctor_judge_radio(struct doctor_judge *judge);
void doctor_judge_rfkill(struct doctor_judge *judge);
void doctor_judge_owner(struct doctor_judge *judge);
void doctor_judge_power_save(struct doctor_judge *judge);
void doctor_judge_socket(struct doctor_judge *judge);
void doctor_judge_port(struct doctor_judge *judge);
void doctor_judge_hostapd(struct doctor_judge *judge);
void doctor_judge_nan(struct doctor_judge *judge);
void doctor_judge_ipv6(struct doctor_judge *judge);
void doctor_judge_firewall(struct doctor_judge *judge);
void doctor_judge_pipewire(struct doctor_judge *judge);
void doctor_judge_bluez(struct doctor_judge *judge);
void doctor_judge_bus(struct doctor_judge *judge);
void doctor_judge_accounts(struct doctor_judge *judge);
void doctor_judge_folders(struct doctor_judge *judge);
void doctor_judge_privileges(struct doctor_judge *judge);
void doctor_judge_clock(struct doctor_judge *judge);
void doctor_judge_entropy(struct doctor_judge *judge);

#endif
