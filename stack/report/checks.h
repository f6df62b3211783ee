/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_CHECKS_H
#define FASCIA_STACK_REPORT_CHECKS_H

#include "stack/report/judge.h"

/*
 * One function per check; only checks.c calls them. Each says what was measured, also when the rule is met: the
 * evidence is the report.
 */

typedef enum report_outcome (*check_fn)(const struct report_facts *facts, const struct report_parameters *parameters,
                                        struct fascia_text *evidence);

#define CHECK(name)                                                                                                    \
    enum report_outcome name(const struct report_facts *facts, const struct report_parameters *parameters,             \
                             struct fascia_text *evidence)

/* checks_radio.c: what the radio could do, running or described */
CHECK(check_mimo_capability);
CHECK(check_generation_capable);
CHECK(check_band_available);
CHECK(check_nan_available);

/* checks_link.c: what the link does; of a described radio, what it could do */
CHECK(check_mimo_negotiated);
CHECK(check_generation);
CHECK(check_frequency);
CHECK(check_width);
CHECK(check_wpa3);

/* checks_address.c */
CHECK(check_link_local);
CHECK(check_no_nd);

/* checks_aware.c */
CHECK(check_aware_running);
CHECK(check_aware_secured);
CHECK(check_aware_remembered);

/* checks_sound.c */
CHECK(check_speakers);
CHECK(check_spatial);
CHECK(check_sound_measured);

#undef CHECK

enum report_outcome check_met_if(bool condition);

/** Why the service of a function has told nothing: it is switched off, or does not answer. */
void check_say_absent(const struct report_facts *facts, const char *function, struct fascia_text *evidence);

/** True when there is a link to judge, or a described radio that could be one; else says why not. */
bool check_link_is_there(const struct report_facts *facts, struct fascia_text *evidence);

/** 4 for "802.11n" ... 7 for "802.11be"; 0 for what has no number. */
uint32_t check_generation_of(const char *standard);

#endif
