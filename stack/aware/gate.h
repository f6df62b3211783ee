/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_GATE_H
#define FASCIA_STACK_AWARE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack/link/wiphy.h"

/*
 * What must be there for Wi-Fi Aware with data paths, one gate after the other, in the order in which wpa_supplicant
 * looks (driver_nl80211_capa.c). The first that is shut is what an integrator has to do something about; without it the
 * trouble would show late and far away, as a FAIL.
 */

enum aware_gate {
    AWARE_GATE_NAN,       /* interface type NAN, and a combination that names it */
    AWARE_GATE_NAN_DATA,  /* interface type NAN_DATA in that combination */
    AWARE_GATE_PHY,       /* NL80211_NAN_CAPA_PHY with HT and A-MPDU */
    AWARE_GATE_SYNC,      /* NL80211_NAN_CAPA_CONFIGURABLE_SYNC */
    AWARE_GATE_DISCOVERY, /* NL80211_NAN_CAPA_USERSPACE_DE */
    AWARE_GATE_SECURE,    /* NL80211_EXT_FEATURE_SECURE_NAN: for pairing and keys only */
    AWARE_GATE_ENGINE,    /* the answer to GET_CAPABILITY nan has the word NAN */
    AWARE_GATES_
};

enum aware_gate_verdict {
    AWARE_GATE_OPEN,
    AWARE_GATE_SHUT,
    AWARE_GATE_NOT_ASKED, /* the engine's, when it was not asked */
};

struct aware_gates {
    enum aware_gate_verdict verdicts[AWARE_GATES_];
    bool data_path;    /* no gate is shut but, perhaps, that of keys */
    bool pairing;      /* nor that */
    bool dual_band;    /* NAN on 5 GHz, too */
    uint32_t channels; /* of one schedule: as many as the combination allows at once; the engine refuses more */
};

/** `engine`: the words of the answer, of engine_reply_capability(); NULL: it was not asked. */
struct aware_engine_words {
    bool usd, nan;
};
void aware_gates_of(const struct wiphy *wiphy, const struct aware_engine_words *engine, struct aware_gates *ret_gates);

/** The first gate that is shut for data paths (`keys`: for pairing and secured ones); AWARE_GATES_ when none is. */
enum aware_gate aware_gates_first_shut(const struct aware_gates *gates, bool keys);

/** Stable id: "nan-data"; "" when out of range. */
const char *aware_gate_name(enum aware_gate gate);

/** What is wrong when it is shut, one clause for people: "the driver has no NAN_DATA interface …"; "" likewise. */
const char *aware_gate_text(enum aware_gate gate);

#endif
