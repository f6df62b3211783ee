/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/session.h"

/* A cell that is not written down is "ignored": the state stays, nothing is done. */
#define GO(state, ...)                                                                                                 \
    {                                                                                                                  \
        .handled = true, .next = AWARE_PEER_##state, __VA_ARGS__                                                       \
    }
#define DO(...) .does = (__VA_ARGS__)
#define KEEP    .timer = SESSION_TIMER_KEEP

/* clang-format off */
#define BOOTSTRAP_FROM_HERE(does_)                                                                                     \
    [SESSION_BOOTSTRAP_ASKED] = GO(BOOTSTRAPPING, DO((does_) | SESSION_DO_PROMPT | SESSION_DO_AUTHORISE),              \
                                   .timer = SESSION_TIMER_REQUEST),                                                    \
    [SESSION_BOOTSTRAP_ORDERED] = GO(BOOTSTRAPPING, DO((does_) | SESSION_DO_BOOTSTRAP), .timer = SESSION_TIMER_REQUEST)
#define VERIFY_FROM_HERE                                                                                               \
    [SESSION_VERIFY_ASKED] = GO(PAIRING, DO(SESSION_DO_VERIFY), .timer = SESSION_TIMER_PAIR),                          \
    [SESSION_VERIFY_ORDERED] = GO(PAIRING, DO(SESSION_DO_VERIFY), .timer = SESSION_TIMER_PAIR)
/* A pairing under way ends without a result. */
#define GIVING_UP_ON(event, does_)                                                                                     \
    [SESSION_##event] = GO(DISCOVERED, DO((does_) | SESSION_DO_RESET | SESSION_DO_END))
/* With data paths. A peer that begins anew has lost them (left and came back): they end first, because the end of the
 * last one would take the new pairing with it. */
#define WITH_PATHS                                                                                                     \
    [SESSION_BOOTSTRAP_ASKED] = GO(CLOSING, DO(SESSION_DO_TERMINATE | SESSION_DO_LATER),                               \
                                   .timer = SESSION_TIMER_CLOSE),                                                      \
    [SESSION_VERIFY_ASKED] = GO(CLOSING, DO(SESSION_DO_TERMINATE | SESSION_DO_LATER), .timer = SESSION_TIMER_CLOSE),   \
    [SESSION_CLOSE] = GO(CLOSING, DO(SESSION_DO_TERMINATE), .timer = SESSION_TIMER_CLOSE),                             \
    [SESSION_PATHS_GONE] = GO(DISCOVERED, DO(SESSION_DO_UNPAIR | SESSION_DO_CONNECT)),                                 \
    [SESSION_PATHS_GONE_PAIRED] = GO(PAIRED, DO(SESSION_DO_UNPAIR | SESSION_DO_CONNECT))
/* clang-format on */

static const struct session_move table[AWARE_PEER_STATES_][SESSION_EVENTS_] = {
    [AWARE_PEER_ABSENT] =
        {
            [SESSION_SEEN] = GO(DISCOVERED),
        },
    [AWARE_PEER_DISCOVERED] =
        {
            [SESSION_SEEN] = GO(DISCOVERED, DO(SESSION_DO_CONNECT), KEEP),
            BOOTSTRAP_FROM_HERE(0),
            VERIFY_FROM_HERE,
            [SESSION_INTRUSION] = GO(DISCOVERED, DO(SESSION_DO_ABORT), KEEP),
            [SESSION_PATH_ASKED] = GO(REQUESTED),
        },
    [AWARE_PEER_BOOTSTRAPPING] =
        {
            /* Anew: a PIN is used for one attempt. */
            [SESSION_BOOTSTRAP_ASKED] = GO(BOOTSTRAPPING, DO(SESSION_DO_END | SESSION_DO_PROMPT | SESSION_DO_AUTHORISE),
                                           .timer = SESSION_TIMER_REQUEST),
            [SESSION_BOOTSTRAP_DONE] = GO(PAIRING, DO(SESSION_DO_PROMPT), .timer = SESSION_TIMER_REQUEST),
            [SESSION_PIN_ENTERED] = GO(BOOTSTRAPPING, KEEP),
            [SESSION_PAIR_ASKED] = GO(PAIRING, DO(SESSION_DO_PAIR), .timer = SESSION_TIMER_PAIR),
            GIVING_UP_ON(BOOTSTRAP_FAILED, 0),
            GIVING_UP_ON(INTRUSION, SESSION_DO_ABORT),
            GIVING_UP_ON(CLOSE, 0),
            GIVING_UP_ON(REFUSED, 0),
            GIVING_UP_ON(TIMER, 0),
        },
    [AWARE_PEER_PAIRING] =
        {
            [SESSION_BOOTSTRAP_ASKED] =
                GO(BOOTSTRAPPING,
                   DO(SESSION_DO_ABORT | SESSION_DO_END | SESSION_DO_UNPAIR | SESSION_DO_PROMPT | SESSION_DO_AUTHORISE),
                   .timer = SESSION_TIMER_REQUEST),
            /* The first frame of the pairing overtook it. */
            [SESSION_BOOTSTRAP_DONE] = GO(PAIRING, KEEP),
            [SESSION_PIN_ENTERED] = GO(PAIRING, DO(SESSION_DO_PAIR), .timer = SESSION_TIMER_PAIR),
            [SESSION_PAIR_ASKED] = GO(PAIRING, DO(SESSION_DO_PAIR), .timer = SESSION_TIMER_PAIR),
            [SESSION_PAIRED_NEW] = GO(PAIRED, DO(SESSION_DO_END | SESSION_DO_KEEP)),
            [SESSION_VERIFIED] = GO(PAIRED, DO(SESSION_DO_CONNECT)),
            /* A responder that could not answer keeps the other side waiting until it is told. */
            [SESSION_PAIR_FAILED] = GO(DISCOVERED, DO(SESSION_DO_ABORT | SESSION_DO_END | SESSION_DO_UNPAIR)),
            [SESSION_STUCK] = GO(PAIRING, DO(SESSION_DO_ABORT | SESSION_DO_COUNT), .timer = SESSION_TIMER_REQUEST),
            GIVING_UP_ON(INTRUSION, SESSION_DO_ABORT | SESSION_DO_UNPAIR),
            GIVING_UP_ON(CLOSE, SESSION_DO_ABORT | SESSION_DO_UNPAIR),
            GIVING_UP_ON(REFUSED, SESSION_DO_ABORT | SESSION_DO_UNPAIR),
            GIVING_UP_ON(TIMER, SESSION_DO_ABORT | SESSION_DO_UNPAIR),
        },
    [AWARE_PEER_PAIRED] =
        {
            [SESSION_SEEN] = GO(PAIRED, DO(SESSION_DO_CONNECT), KEEP),
            BOOTSTRAP_FROM_HERE(SESSION_DO_UNPAIR),
            VERIFY_FROM_HERE,
            [SESSION_INTRUSION] = GO(PAIRED, DO(SESSION_DO_ABORT), KEEP),
            [SESSION_PATH_ASKED] = GO(REQUESTED),
            [SESSION_CLOSE] = GO(DISCOVERED, DO(SESSION_DO_UNPAIR)),
        },
    [AWARE_PEER_REQUESTED] =
        {
            [SESSION_SEEN] = GO(REQUESTED, KEEP),
            [SESSION_PATH_ASKED] = GO(REQUESTED, KEEP),
            [SESSION_PATH_UP] = GO(CONNECTED),
            [SESSION_INTRUSION] = GO(REQUESTED, DO(SESSION_DO_ABORT), KEEP),
            WITH_PATHS,
        },
    [AWARE_PEER_CONNECTED] =
        {
            [SESSION_SEEN] = GO(CONNECTED, DO(SESSION_DO_CONNECT), KEEP),
            [SESSION_PATH_ASKED] = GO(CONNECTED, KEEP),
            [SESSION_PATH_UP] = GO(CONNECTED, KEEP),
            [SESSION_INTRUSION] = GO(CONNECTED, DO(SESSION_DO_ABORT), KEEP),
            WITH_PATHS,
        },
    [AWARE_PEER_CLOSING] =
        {
            [SESSION_SEEN] = GO(CLOSING, KEEP),
            [SESSION_INTRUSION] = GO(CLOSING, DO(SESSION_DO_ABORT), KEEP),
            [SESSION_PATHS_GONE] = GO(DISCOVERED, DO(SESSION_DO_UNPAIR)),
            [SESSION_PATHS_GONE_PAIRED] = GO(PAIRED, DO(SESSION_DO_UNPAIR)),
            [SESSION_TIMER] = GO(CLOSING, DO(SESSION_DO_DROP)),
        },
};

struct session_move session_move(enum aware_peer_state state, enum session_event event)
{
    struct session_move move = table[state][event];

    if (!move.handled)
        move = (struct session_move){.next = state, .timer = SESSION_TIMER_KEEP};
    return move;
}
