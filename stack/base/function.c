/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/function.h"

#include <errno.h>
#include <string.h>

static const char *const state_names[FASCIA_FUNCTION_STATES_] = {
    [FASCIA_FUNCTION_OFF] = "OFF",   [FASCIA_FUNCTION_STARTING] = "STARTING",
    [FASCIA_FUNCTION_FULL] = "FULL", [FASCIA_FUNCTION_DEGRADED] = "DEGRADED",
    [FASCIA_FUNCTION_SAFE] = "SAFE", [FASCIA_FUNCTION_FAILED] = "FAILED",
};

static const struct {
    const char *id, *cause, *remedy;
} reasons[FASCIA_REASONS_] = {
    [FASCIA_REASON_NONE] = {"none", "", ""},
#define FASCIA_REASON(symbol, id_, cause_, remedy_)                                                                    \
    [FASCIA_REASON_##symbol] = {.id = (id_), .cause = (cause_), .remedy = (remedy_)},
#include "stack/base/reason.def"
#undef FASCIA_REASON
};

const char *fascia_function_state_name(enum fascia_function_state state)
{
    return (unsigned int)state < FASCIA_FUNCTION_STATES_ ? state_names[state] : "?";
}

int fascia_function_state_parse(const char *name, enum fascia_function_state *ret_state)
{
    for (unsigned int i = 0; i < FASCIA_FUNCTION_STATES_; i++) {
        if (strcmp(name, state_names[i]) == 0) {
            *ret_state = (enum fascia_function_state)i;
            return 0;
        }
    }
    return -EINVAL;
}

const char *fascia_reason_id(enum fascia_reason reason)
{
    return (unsigned int)reason < FASCIA_REASONS_ ? reasons[reason].id : "?";
}

const char *fascia_reason_cause(enum fascia_reason reason)
{
    return (unsigned int)reason < FASCIA_REASONS_ ? reasons[reason].cause : "";
}

const char *fascia_reason_remedy(enum fascia_reason reason)
{
    return (unsigned int)reason < FASCIA_REASONS_ ? reasons[reason].remedy : "";
}

void fascia_reason_explain(enum fascia_reason reason, const char *detail, struct fascia_text *text)
{
    const char *cause = fascia_reason_cause(reason);
    size_t length = strlen(cause);

    if (length > 0 && detail[0] != '\0' && cause[length - 1] == '.')
        fascia_text_add(text, "%.*s: %s", (int)length - 1, cause, detail);
    else
        fascia_text_add(text, "%s%s", cause, detail);
}

int fascia_reason_parse(const char *id, enum fascia_reason *ret_reason)
{
    for (unsigned int i = 0; i < FASCIA_REASONS_; i++) {
        if (strcmp(id, reasons[i].id) == 0) {
            *ret_reason = (enum fascia_reason)i;
            return 0;
        }
    }
    return -ENOENT;
}

void fascia_fact_format(const struct fascia_fact *fact, struct fascia_text *text)
{
    fascia_text_add(text, "%s %s %s %s", fact->function, fascia_function_state_name(fact->state),
                    fascia_reason_id(fact->reason), fact->detail);
}

int fascia_fact_parse(const char *line, struct fascia_fact *ret_fact)
{
    struct fascia_fact fact = {0};
    char state[12] = "", reason[32] = "";
    const char *at = line;

    if (fascia_text_word(&at, fact.function, sizeof fact.function) != 0 ||
        fascia_text_word(&at, state, sizeof state) != 0 || fascia_text_word(&at, reason, sizeof reason) != 0)
        return -EBADMSG;
    if (fascia_function_state_parse(state, &fact.state) != 0 || fascia_reason_parse(reason, &fact.reason) != 0)
        return -EBADMSG;
    if (fascia_text_rest(at, fact.detail, sizeof fact.detail) != 0)
        return -EBADMSG;
    *ret_fact = fact;
    return 0;
}
