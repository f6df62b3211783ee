/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_PROFILE_H
#define FASCIA_STACK_REPORT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/base/text.h"

/*
 * A requirement profile is data: which rules a unit is judged by, how binding each is, how it is measured, and who
 * says so. When a rule moves from recommended to mandatory, one line of a file changes. Files are read by
 * platform/profile; the judgement is judge.h. Files and parameters are explained in docs/report.md.
 */

#define REPORT_REQUIREMENTS_MAX 32

enum report_level {
    REPORT_LEVEL_MANDATORY,
    REPORT_LEVEL_RECOMMENDED,
    REPORT_LEVEL_OPTIONAL,
    REPORT_LEVEL_UNKNOWN, /* whether the rule binds is not publicly known */
    REPORT_LEVELS_
};

/* How well the wording of a rule is known. */
enum report_wording {
    REPORT_WORDING_PUBLISHED, /* the rule's own text is public and was read */
    REPORT_WORDING_QUOTED,    /* known only from somebody's public quotation; the text itself was not read */
    REPORT_WORDING_WHAT_IF,   /* nobody demands it today; assumed for planning */
    REPORT_WORDING_OWN,       /* a rule of this project or of the profile's author */
    REPORT_WORDINGS_
};

enum report_check {
    REPORT_CHECK_FUNCTIONS_FULL,          /* function: name or "all" (those that are switched on) */
    REPORT_CHECK_MIMO_MIN_STREAMS,        /* tx, rx: the radio's capability on the band in use */
    REPORT_CHECK_MIMO_NEGOTIATED,         /* tx, rx: the most seen with each phone */
    REPORT_CHECK_WIFI_GENERATION_MIN,     /* generation: 4 = 802.11n … 7 = 802.11be, as operated */
    REPORT_CHECK_WIFI_GENERATION_CAPABLE, /* generation, band: what the radio could operate */
    REPORT_CHECK_BAND_AVAILABLE,          /* band, mhz, radar: an access point can start there in the country */
    REPORT_CHECK_NAN_AVAILABLE,           /* with_ap: the radio has the interface type */
    REPORT_CHECK_FREQUENCY_MIN,           /* mhz */
    REPORT_CHECK_WIDTH_MIN,               /* mhz */
    REPORT_CHECK_SECURITY_WPA3,           /* transition: whether WPA2/WPA3 transition will do */
    REPORT_CHECK_LINK_LOCAL_ADDRESS,      /* every interface and every peer has one */
    REPORT_CHECK_NO_NEIGHBOR_DISCOVERY,   /* nothing of it has left, by our own packet counter */
    REPORT_CHECK_AWARE_RUNNING,           /* the engine runs and every service is on the air */
    REPORT_CHECK_AWARE_SECURED,           /* no data path is open */
    REPORT_CHECK_AWARE_REMEMBERED,        /* every pairing can be used */
    REPORT_CHECK_SPEAKERS_MIN,            /* count */
    REPORT_CHECK_SPATIAL_AUDIO_RENDERED,  /* every channel of a multichannel source is played, LFE by policy */
    REPORT_CHECK_SOUND_MEASURED,          /* tolerance_db: attached measurement against the matrix */
    REPORT_CHECK_PHONE_TRAFFIC,           /* attached phone record: TCP in both directions */
    REPORT_CHECKS_
};

struct report_parameters {
    uint32_t tx, rx; /* spatial streams; 0 = any */
    uint32_t generation;
    uint32_t mhz;
    uint32_t count;
    uint32_t tolerance_db;
    bool transition, radar, with_ap;
    char function[16];
    char band[8]; /* "2.4GHz", "5GHz", "6GHz", "any" */
};

struct report_requirement {
    char id[40];
    char title[96];
    enum report_level level;
    enum report_check check;
    struct report_parameters parameters;
    enum report_wording wording;
    char source[512]; /* where the rule is stated, for people; says so when it is second-hand */
};

struct report_profile {
    char name[64];
    char title[96];
    char about[768];
    struct report_requirement requirements[REPORT_REQUIREMENTS_MAX];
    size_t requirements_count;
};

enum report_parameter_type {
    REPORT_PARAMETER_U32,
    REPORT_PARAMETER_BOOL,
    REPORT_PARAMETER_TEXT,
    REPORT_PARAMETER_CHOICE, /* one of `choices` */
};

/** One parameter of a check, for loaders: where it goes in struct report_parameters, and what is allowed. */
struct report_parameter_spec {
    const char *name;
    enum report_parameter_type type;
    size_t offset, size;        /* size: of the array, for text and choices */
    uint32_t min, max;          /* numbers */
    const char *const *choices; /* NULL-terminated */
    bool required;
};

/** The parameters of a check; *ret_count entries, static. */
const struct report_parameter_spec *report_check_parameters(enum report_check check, size_t *ret_count);

/** The values of the parameters that a file leaves out. */
void report_check_defaults(enum report_check check, struct report_parameters *ret_parameters);

/* Stable names, as in files and reports; "?" for a value out of range. Static. */
const char *report_level_name(enum report_level level);
const char *report_wording_name(enum report_wording wording);
const char *report_check_name(enum report_check check);

/** "tx: 2, rx: 2": the parameters of a check as a file would have them; "" for none. Appends to `text`. */
void report_parameters_text(enum report_check check, const struct report_parameters *parameters,
                            struct fascia_text *text);

/** What a wording means, as a few words for people: "second-hand: a public quotation, …". */
const char *report_wording_text(enum report_wording wording);

#endif
