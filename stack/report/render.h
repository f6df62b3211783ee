/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_REPORT_RENDER_H
#define FASCIA_STACK_REPORT_RENDER_H

#include <json-c/json_types.h>

#include "stack/report/compare.h"
#include "stack/report/judge.h"
#include "stack/report/out.h"

/* A judged report as JSON, text and HTML. The JSON is described by config/report.schema.json. */

#define REPORT_SCHEMA_VERSION 1

/*
 * With several profiles the report is the one by the profile with the worst verdict (the first of those), so that its
 * verdict is that of the whole; the comparison of all comes with it.
 */
struct report {
    const struct report_facts *facts;
    const struct report_comparison *comparison; /* of one profile or more; see report_profile_of() */
    const char *generated;                      /* ISO 8601, UTC */
    const char *version;                        /* of fascia */
    struct json_object *phone, *sound;          /* attached documents, carried through; NULL = none */
};

/** The profile and judgement that the report's own verdict is by. */
const struct report_profile *report_profile_of(const struct report *report);
const struct report_judgement *report_judgement_of(const struct report *report);

/* Each returns a new object, to be released with json_object_put(), or NULL when memory ran out. */
struct json_object *report_json(const struct report *report);
struct json_object *report_json_link(const struct report_facts *facts);
struct json_object *report_json_audio(const struct report_facts *facts);

/** One function: its state, why, and what to do. */
void report_text_function(const struct report_facts *facts, const struct report_function *function,
                          struct report_out *out);

/** The sound, as the text report has it: `fasciactl audio status`. */
void report_text_sound(const struct report_facts *facts, struct report_out *out);

/** The levels alone; null is silence. */
struct json_object *report_json_levels(const struct report_levels *levels);
struct json_object *report_json_comparison(const struct report_comparison *comparison);

/** Adds what a deeper supervisor says, where it does: `phase`, `generation`, `black_box`, `ladders`. */
void report_json_add_supervisor(const struct report_facts *facts, struct json_object *object);

/** The boot: times in microseconds since the kernel's start, null = not yet. Only when it is known. */
struct json_object *report_json_boot(const struct report_facts *facts);

/** What `fasciactl status --json` prints: functions, units, ladders, link, address, audio; aware where it is on. */
struct json_object *report_json_status(const struct report_facts *facts);

/** Plain text, at most 100 columns wide. */
void report_text(const struct report *report, struct report_out *out);

/** Functions, units and one line per room. */
void report_text_status(const struct report_facts *facts, struct report_out *out);

/** The boot chart in characters, at most `width` columns (72 to 200) wide. Nothing when the boot is not known. */
void report_text_boot(const struct report_facts *facts, size_t width, struct report_out *out);

/** The boot chart as an SVG file that needs nothing else. */
void report_svg_boot_document(const struct report_facts *facts, struct report_out *out);

/** One self-contained page, well-formed as HTML and as XML; nothing in it refers to another file. */
void report_html(const struct report *report, struct report_out *out);

/** A gain as "-3.0", or "." below -60 dB. Returns `to`. */
const char *report_db_text(double gain, char to[static 16]);

/** "72 frames (1.5 ms) at 48000 Hz"; without a sink there is no rate. */
void report_latency(const struct report_audio *audio, struct report_out *out);

/** What stands for a loudness that is not there: "silence", or "not yet" where something sounds. */
const char *report_levels_absence(const struct report_levels *levels);

extern const char report_not_spatial[]; /* "no: …" */

/** "2x2", TX x RX; "-" when nothing is known. Returns `to`. */
const char *report_streams_text(const struct report_streams *streams, char to[static 24]);

/** "HT", "VHT", "HE", "EHT". */
const char *report_phy_name(enum report_phy phy);

#endif
