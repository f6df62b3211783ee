/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_FUNCTION_H
#define FASCIA_STACK_BASE_FUNCTION_H

#include <stdint.h>

#include "stack/base/text.h"

/*
 * A function is what the driver notices (link, address, audio), as opposed to the process that provides it.
 * The service that provides it publishes one fact record; the supervisor turns facts and process states into
 * the function's state.
 */

enum fascia_function_state {
    FASCIA_FUNCTION_OFF,      /* not configured, or stopped on purpose */
    FASCIA_FUNCTION_STARTING, /* on its way, nothing wrong so far */
    FASCIA_FUNCTION_FULL,     /* does everything it should */
    FASCIA_FUNCTION_DEGRADED, /* works in part; the reason says what is missing */
    FASCIA_FUNCTION_SAFE,     /* deliberately reduced to a state that cannot do harm */
    FASCIA_FUNCTION_FAILED,   /* does not work; the reason says why and what to do */
    FASCIA_FUNCTION_STATES_
};

/** "OFF" … "FAILED"; "?" for a value out of range. */
const char *fascia_function_state_name(enum fascia_function_state state);

/** The inverse. Returns 0 or -EINVAL. */
int fascia_function_state_parse(const char *name, enum fascia_function_state *ret_state);

/* Stable identifiers. The catalogue (cause, remedy) is reason.def. */
enum fascia_reason {
    FASCIA_REASON_NONE,
#define FASCIA_REASON(symbol, id, cause, remedy) FASCIA_REASON_##symbol,
#include "stack/base/reason.def"
#undef FASCIA_REASON
    FASCIA_REASONS_
};

/** "none", "no-radio", …: lower case with hyphens, stable across releases. */
const char *fascia_reason_id(enum fascia_reason reason);

/** One sentence each; "" for NONE. */
const char *fascia_reason_cause(enum fascia_reason reason);
const char *fascia_reason_remedy(enum fascia_reason reason);

/** The cause with what was measured: "PipeWire cannot be reached: no such file". `detail` may be empty, and stands
 * alone for NONE. */
void fascia_reason_explain(enum fascia_reason reason, const char *detail, struct fascia_text *text);

/** From an id. Returns 0 or -ENOENT. */
int fascia_reason_parse(const char *id, enum fascia_reason *ret_reason);

#define FASCIA_FUNCTION_NAME_SIZE 16
#define FASCIA_DETAIL_SIZE        192

/** What a service says about the function that it provides. */
struct fascia_fact {
    char function[FASCIA_FUNCTION_NAME_SIZE]; /* "link", "address", "audio" */
    enum fascia_function_state state;
    enum fascia_reason reason;
    char detail[FASCIA_DETAIL_SIZE]; /* one line, what was measured; may be empty */
};

/** Formats "link DEGRADED no-radio detail…" into `text` (for the notify socket). */
void fascia_fact_format(const struct fascia_fact *fact, struct fascia_text *text);

/** The inverse, for bytes of another process. Returns 0 or -EBADMSG. */
int fascia_fact_parse(const char *line, struct fascia_fact *ret_fact);

#endif
