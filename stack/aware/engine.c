/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/engine.h"

/* A cell that is not written down is "ignored": the phase stays, nothing is done. */
#define GO(phase, ...)                                                                                                 \
    {                                                                                                                  \
        .handled = true, .next = ENGINE_PHASE_##phase, __VA_ARGS__                                                     \
    }
#define DO(...)      .does = (__VA_ARGS__)
#define WITHIN_LIMIT .timer = ENGINE_TIMER_LIMIT
#define BACK_OFF     .timer = ENGINE_TIMER_BACKOFF
#define KEEP         .timer = ENGINE_TIMER_KEEP

/* clang-format off */
/* The process is gone, or does not speak: everything it had is, too. What is silent may be dying: closed, opened again. */
#define LOSING_THE_ENGINE(lost)                                                                                        \
    [ENGINE_INPUT_GLOBAL_DOWN] =                                                                                       \
        GO(SOCKET, DO((lost) | ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL | ENGINE_DO_OPEN), WITHIN_LIMIT),              \
    [ENGINE_INPUT_SILENT] =                                                                                            \
        GO(SOCKET, DO((lost) | ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL | ENGINE_DO_OPEN), WITHIN_LIMIT)
#define LOSING_THE_NMI(lost)                                                                                           \
    [ENGINE_INPUT_NMI_DOWN] = GO(WAIT, DO((lost) | ENGINE_DO_CLOSE), BACK_OFF)
#define LOSING_THE_RADIO(lost)                                                                                         \
    [ENGINE_INPUT_NO_RADIO] = GO(NO_RADIO, DO((lost) | ENGINE_DO_CLOSE), .timer = ENGINE_TIMER_LOOK)
/* Nothing of the engine is in our hands yet. */
#define STOPPING_EARLY                                                                                                 \
    [ENGINE_INPUT_STOP] = GO(STOPPED, DO(ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL))
#define STOPPING_AT_RADIO                                                                                              \
    [ENGINE_INPUT_STOP] = GO(STOP_RADIO, DO(ENGINE_DO_CLOSE | ENGINE_DO_REMOVE_RADIO), WITHIN_LIMIT)
#define STOPPING_AT_NMI                                                                                                \
    [ENGINE_INPUT_STOP] = GO(STOP_NMI, DO(ENGINE_DO_REMOVE_NMI), WITHIN_LIMIT)
#define STOPPING_AT_NDI                                                                                                \
    [ENGINE_INPUT_STOP] = GO(STOP_NDI, DO(ENGINE_DO_RELEASE | ENGINE_DO_REMOVE_NDI), WITHIN_LIMIT)
#define REFUSED(...) GO(WAIT, DO(ENGINE_DO_REFUSED | ENGINE_DO_CLOSE | (__VA_ARGS__)), BACK_OFF)

/* From NAN_START on. NAN that was stopped by somebody else is started again; its NDI is made anew, so that it is
 * prepared while it has no carrier. */
#define STARTED                                                                                                        \
    LOSING_THE_ENGINE(ENGINE_DO_LOSE | ENGINE_DO_RELEASE),                                                             \
    LOSING_THE_NMI(ENGINE_DO_LOSE | ENGINE_DO_RELEASE),                                                                \
    LOSING_THE_RADIO(ENGINE_DO_LOSE | ENGINE_DO_RELEASE),                                                              \
    [ENGINE_INPUT_NAN_STOPPED] = GO(START, DO(ENGINE_DO_LOSE | ENGINE_DO_RELEASE | ENGINE_DO_START), WITHIN_LIMIT)
#define LOSING_THE_NDI                                                                                                 \
    [ENGINE_INPUT_INDEX_GONE] =                                                                                        \
        GO(NDI_CREATE, DO(ENGINE_DO_LOSE_PATHS | ENGINE_DO_RELEASE | ENGINE_DO_CREATE_NDI), WITHIN_LIMIT)
/* What is refused on the way down does not hold it up. */
#define STOPPED_BY_LOSS                                                                                                \
    [ENGINE_INPUT_GLOBAL_DOWN] =                                                                                       \
        GO(STOPPED, DO(ENGINE_DO_LOSE | ENGINE_DO_RELEASE | ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL)),                \
    [ENGINE_INPUT_SILENT] =                                                                                            \
        GO(STOPPED, DO(ENGINE_DO_LOSE | ENGINE_DO_RELEASE | ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL))
#define GOING_DOWN(next, ...)                                                                                          \
    [ENGINE_INPUT_OK] = GO(next, __VA_ARGS__),                                                                         \
    [ENGINE_INPUT_FAIL] = GO(next, __VA_ARGS__),                                                                       \
    [ENGINE_INPUT_TIMER] = GO(next, __VA_ARGS__),                                                                      \
    STOPPED_BY_LOSS
/* An engine whose NMI is removed under a data path dies, so the NDI goes first, with whatever is left on it. */
#define STOPPING_NDI                                                                                                   \
    GO(STOP_NDI, DO(ENGINE_DO_LOSE_PATHS | ENGINE_DO_RELEASE | ENGINE_DO_REMOVE_NDI), WITHIN_LIMIT)
/* clang-format on */

static const struct engine_move table[ENGINE_PHASES_][ENGINE_INPUTS_] =
    {
        [ENGINE_PHASE_SOCKET] =
            {
                [ENGINE_INPUT_GLOBAL_UP] = GO(PING, DO(ENGINE_DO_PING)),
                /* An attempt failed; the door tries again by itself. */
                [ENGINE_INPUT_GLOBAL_DOWN] = GO(SOCKET, KEEP),
                [ENGINE_INPUT_TIMER] = GO(SOCKET, DO(ENGINE_DO_ABSENT)),
                STOPPING_EARLY,
            },
        [ENGINE_PHASE_PING] =
            {
                [ENGINE_INPUT_OK] = GO(RADIO, DO(ENGINE_DO_FIND)),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                STOPPING_EARLY,
            },
        [ENGINE_PHASE_RADIO] =
            {
                [ENGINE_INPUT_RADIO] = GO(RADIO_ADD, DO(ENGINE_DO_ADD_RADIO)),
                [ENGINE_INPUT_NO_RADIO] = GO(NO_RADIO, .timer = ENGINE_TIMER_LOOK),
                LOSING_THE_ENGINE(0),
                STOPPING_EARLY,
            },
        [ENGINE_PHASE_NO_RADIO] =
            {
                [ENGINE_INPUT_RADIO] = GO(RADIO_ADD, DO(ENGINE_DO_ADD_RADIO)),
                [ENGINE_INPUT_NO_RADIO] = GO(NO_RADIO, .timer = ENGINE_TIMER_LOOK),
                [ENGINE_INPUT_TIMER] = GO(RADIO, DO(ENGINE_DO_FIND)),
                LOSING_THE_ENGINE(0),
                STOPPING_EARLY,
            },
        [ENGINE_PHASE_RADIO_ADD] =
            {
                [ENGINE_INPUT_OK] = GO(RADIO_OPEN, DO(ENGINE_DO_OPEN_RADIO), WITHIN_LIMIT),
                /* The engine has it already: of an earlier life of ours, or it is an adopted engine's own. */
                [ENGINE_INPUT_FAIL] = GO(RADIO_OPEN, DO(ENGINE_DO_OPEN_RADIO), WITHIN_LIMIT),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_RADIO,
            },
        [ENGINE_PHASE_RADIO_OPEN] =
            {
                [ENGINE_INPUT_RADIO_UP] = GO(CAPABILITY, DO(ENGINE_DO_CAPABILITY)),
                [ENGINE_INPUT_RADIO_DOWN] = GO(RADIO_OPEN, KEEP),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_RADIO,
            },
        [ENGINE_PHASE_CAPABILITY] =
            {
                [ENGINE_INPUT_OK] = GO(NMI_CREATE, DO(ENGINE_DO_CLOSE | ENGINE_DO_CREATE_NMI)),
                [ENGINE_INPUT_UNFIT] = GO(UNFIT, DO(ENGINE_DO_CLOSE), .timer = ENGINE_TIMER_LOOK),
                [ENGINE_INPUT_RADIO_DOWN] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_RADIO,
            },
        [ENGINE_PHASE_UNFIT] =
            {
                [ENGINE_INPUT_RADIO] = GO(RADIO_ADD, DO(ENGINE_DO_ADD_RADIO)),
                [ENGINE_INPUT_TIMER] = GO(RADIO, DO(ENGINE_DO_FIND)),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_RADIO,
            },
        [ENGINE_PHASE_NMI_CREATE] =
            {
                [ENGINE_INPUT_OK] = GO(NMI_OPEN, DO(ENGINE_DO_OPEN_NMI), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = GO(NMI_EMPTY, DO(ENGINE_DO_REMOVE_NDI)),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_NMI_EMPTY] =
            {
                [ENGINE_INPUT_OK] = GO(NMI_CLEAR, DO(ENGINE_DO_REMOVE_NMI)),
                [ENGINE_INPUT_FAIL] = GO(NMI_CLEAR, DO(ENGINE_DO_REMOVE_NMI)), /* there was none */
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_NMI_CLEAR] =
            {
                [ENGINE_INPUT_OK] = GO(NMI_RECREATE, DO(ENGINE_DO_CREATE_NMI)),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_NMI_RECREATE] =
            {
                [ENGINE_INPUT_OK] = GO(NMI_OPEN, DO(ENGINE_DO_OPEN_NMI), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_NMI_OPEN] =
            {
                [ENGINE_INPUT_NMI_UP] = GO(IDENTITY, DO(ENGINE_DO_IDENTITY)),
                [ENGINE_INPUT_NMI_DOWN] = GO(NMI_OPEN, KEEP),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_IDENTITY] =
            {
                [ENGINE_INPUT_SAVED] = GO(CONFIGURE, DO(ENGINE_DO_CONFIGURE)),
                LOSING_THE_ENGINE(0),
                LOSING_THE_NMI(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_CONFIGURE] =
            {
                [ENGINE_INPUT_OK] = GO(START, DO(ENGINE_DO_START), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_NMI(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NMI,
            },
        [ENGINE_PHASE_START] =
            {
                [ENGINE_INPUT_OK] = GO(JOIN, WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                /* The event may be read before the reply. */
                [ENGINE_INPUT_JOINED] = GO(NDI_CREATE, DO(ENGINE_DO_CREATE_NDI), WITHIN_LIMIT),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                LOSING_THE_ENGINE(0),
                LOSING_THE_NMI(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_JOIN] =
            {
                [ENGINE_INPUT_JOINED] = GO(NDI_CREATE, DO(ENGINE_DO_CREATE_NDI), WITHIN_LIMIT),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_NDI_CREATE] =
            {
                [ENGINE_INPUT_OK] = GO(NDI_INDEX, DO(ENGINE_DO_LOOK), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = GO(NDI_CLEAR, DO(ENGINE_DO_REMOVE_NDI), WITHIN_LIMIT),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_NDI_CLEAR] =
            {
                [ENGINE_INPUT_OK] = GO(NDI_RECREATE, DO(ENGINE_DO_CREATE_NDI), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_NDI_RECREATE] =
            {
                [ENGINE_INPUT_OK] = GO(NDI_INDEX, DO(ENGINE_DO_LOOK), WITHIN_LIMIT),
                [ENGINE_INPUT_FAIL] = REFUSED(0),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_NDI_INDEX] =
            {
                [ENGINE_INPUT_INDEX] = GO(PREPARE, DO(ENGINE_DO_PREPARE)),
                [ENGINE_INPUT_TIMER] = REFUSED(0),
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_PREPARE] =
            {
                [ENGINE_INPUT_PREPARED] = GO(SCHEDULE, DO(ENGINE_DO_SCHEDULE)),
                [ENGINE_INPUT_PREPARE_FAILED] = GO(PREPARE, BACK_OFF),
                [ENGINE_INPUT_ADDRESS_UP] = GO(PREPARE, DO(ENGINE_DO_PREPARE)),
                [ENGINE_INPUT_TIMER] = GO(PREPARE, DO(ENGINE_DO_PREPARE)),
                LOSING_THE_NDI,
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_SCHEDULE] =
            {
                [ENGINE_INPUT_OK] = GO(RUN, DO(ENGINE_DO_UP)),
                [ENGINE_INPUT_FAIL] = GO(SCHEDULE, DO(ENGINE_DO_REFUSED), BACK_OFF),
                [ENGINE_INPUT_TIMER] = GO(SCHEDULE, DO(ENGINE_DO_SCHEDULE)),
                [ENGINE_INPUT_ADDRESS_UP] = GO(PREPARE, DO(ENGINE_DO_PREPARE)),
                LOSING_THE_NDI,
                STARTED,
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_RUN] =
            {
                /* A returned address service must learn again what it has to watch over. */
                [ENGINE_INPUT_ADDRESS_UP] = GO(RUN, DO(ENGINE_DO_PREPARE)),
                [ENGINE_INPUT_PREPARED] = GO(RUN, DO(ENGINE_DO_READDRESS)),
                [ENGINE_INPUT_PREPARE_FAILED] = GO(RUN, BACK_OFF),
                [ENGINE_INPUT_TIMER] = GO(RUN, DO(ENGINE_DO_PREPARE)),
                [ENGINE_INPUT_STOP] = GO(STOP_PATHS, DO(ENGINE_DO_END_PATHS), WITHIN_LIMIT),
                LOSING_THE_NDI,
                STARTED,
            },
        [ENGINE_PHASE_WAIT] =
            {
                [ENGINE_INPUT_TIMER] = GO(PING, DO(ENGINE_DO_PING)),
                LOSING_THE_ENGINE(0),
                LOSING_THE_RADIO(0),
                STOPPING_AT_NDI,
            },
        [ENGINE_PHASE_STOP_PATHS] =
            {
                [ENGINE_INPUT_PATHS_GONE] = STOPPING_NDI,
                [ENGINE_INPUT_TIMER] = STOPPING_NDI,
                [ENGINE_INPUT_NAN_STOPPED] = STOPPING_NDI,
                [ENGINE_INPUT_NMI_DOWN] = STOPPING_NDI,
                STOPPED_BY_LOSS,
            },
        [ENGINE_PHASE_STOP_NDI] =
            {
                GOING_DOWN(STOP_NAN, DO(ENGINE_DO_STOP_NAN), WITHIN_LIMIT),
            },
        [ENGINE_PHASE_STOP_NAN] =
            {
                GOING_DOWN(STOP_NMI, DO(ENGINE_DO_REMOVE_NMI), WITHIN_LIMIT),
                [ENGINE_INPUT_NMI_DOWN] = GO(STOP_NMI, DO(ENGINE_DO_REMOVE_NMI), WITHIN_LIMIT),
            },
        [ENGINE_PHASE_STOP_NMI] =
            {
                GOING_DOWN(STOP_RADIO, DO(ENGINE_DO_CLOSE | ENGINE_DO_REMOVE_RADIO), WITHIN_LIMIT),
            },
        [ENGINE_PHASE_STOP_RADIO] =
            {
                GOING_DOWN(STOPPED, DO(ENGINE_DO_CLOSE | ENGINE_DO_CLOSE_GLOBAL)),
            },
        [ENGINE_PHASE_STOPPED] = {{0}},
};

struct engine_move engine_move(enum engine_phase phase, enum engine_input input)
{
    struct engine_move move = table[phase][input];

    if (!move.handled)
        move.next = phase;
    return move;
}

enum aware_engine_state engine_phase_state(enum engine_phase phase)
{
    static const enum aware_engine_state states[ENGINE_PHASES_] = {
        [ENGINE_PHASE_NMI_EMPTY] = AWARE_ENGINE_CREATING,    [ENGINE_PHASE_SOCKET] = AWARE_ENGINE_ABSENT,
        [ENGINE_PHASE_PING] = AWARE_ENGINE_PROBING,          [ENGINE_PHASE_RADIO] = AWARE_ENGINE_PROBING,
        [ENGINE_PHASE_NO_RADIO] = AWARE_ENGINE_UNFIT,        [ENGINE_PHASE_RADIO_ADD] = AWARE_ENGINE_PROBING,
        [ENGINE_PHASE_RADIO_OPEN] = AWARE_ENGINE_PROBING,    [ENGINE_PHASE_CAPABILITY] = AWARE_ENGINE_PROBING,
        [ENGINE_PHASE_UNFIT] = AWARE_ENGINE_UNFIT,           [ENGINE_PHASE_NMI_CREATE] = AWARE_ENGINE_CREATING,
        [ENGINE_PHASE_NMI_CLEAR] = AWARE_ENGINE_CREATING,    [ENGINE_PHASE_NMI_RECREATE] = AWARE_ENGINE_CREATING,
        [ENGINE_PHASE_NMI_OPEN] = AWARE_ENGINE_CREATING,     [ENGINE_PHASE_IDENTITY] = AWARE_ENGINE_CONFIGURING,
        [ENGINE_PHASE_CONFIGURE] = AWARE_ENGINE_CONFIGURING, [ENGINE_PHASE_START] = AWARE_ENGINE_STARTING,
        [ENGINE_PHASE_JOIN] = AWARE_ENGINE_JOINING,          [ENGINE_PHASE_NDI_CREATE] = AWARE_ENGINE_DATA,
        [ENGINE_PHASE_NDI_CLEAR] = AWARE_ENGINE_DATA,        [ENGINE_PHASE_NDI_RECREATE] = AWARE_ENGINE_DATA,
        [ENGINE_PHASE_NDI_INDEX] = AWARE_ENGINE_DATA,        [ENGINE_PHASE_PREPARE] = AWARE_ENGINE_DATA,
        [ENGINE_PHASE_SCHEDULE] = AWARE_ENGINE_DATA,         [ENGINE_PHASE_RUN] = AWARE_ENGINE_RUNNING,
        [ENGINE_PHASE_WAIT] = AWARE_ENGINE_PROBING,          [ENGINE_PHASE_STOP_PATHS] = AWARE_ENGINE_STOPPING,
        [ENGINE_PHASE_STOP_NAN] = AWARE_ENGINE_STOPPING,     [ENGINE_PHASE_STOP_NDI] = AWARE_ENGINE_STOPPING,
        [ENGINE_PHASE_STOP_NMI] = AWARE_ENGINE_STOPPING,     [ENGINE_PHASE_STOP_RADIO] = AWARE_ENGINE_STOPPING,
        [ENGINE_PHASE_STOPPED] = AWARE_ENGINE_ABSENT,
    };
    return states[phase];
}

const char *engine_phase_name(enum engine_phase phase)
{
    static const char *const names[ENGINE_PHASES_] = {
        [ENGINE_PHASE_NMI_EMPTY] = "nmi-empty",
        [ENGINE_PHASE_SOCKET] = "socket",
        [ENGINE_PHASE_PING] = "ping",
        [ENGINE_PHASE_RADIO] = "radio",
        [ENGINE_PHASE_NO_RADIO] = "no-radio",
        [ENGINE_PHASE_RADIO_ADD] = "radio-add",
        [ENGINE_PHASE_RADIO_OPEN] = "radio-open",
        [ENGINE_PHASE_CAPABILITY] = "capability",
        [ENGINE_PHASE_UNFIT] = "unfit",
        [ENGINE_PHASE_NMI_CREATE] = "nmi-create",
        [ENGINE_PHASE_NMI_CLEAR] = "nmi-clear",
        [ENGINE_PHASE_NMI_RECREATE] = "nmi-recreate",
        [ENGINE_PHASE_NMI_OPEN] = "nmi-open",
        [ENGINE_PHASE_IDENTITY] = "identity",
        [ENGINE_PHASE_CONFIGURE] = "configure",
        [ENGINE_PHASE_START] = "start",
        [ENGINE_PHASE_JOIN] = "join",
        [ENGINE_PHASE_NDI_CREATE] = "ndi-create",
        [ENGINE_PHASE_NDI_CLEAR] = "ndi-clear",
        [ENGINE_PHASE_NDI_RECREATE] = "ndi-recreate",
        [ENGINE_PHASE_NDI_INDEX] = "ndi-index",
        [ENGINE_PHASE_PREPARE] = "prepare",
        [ENGINE_PHASE_SCHEDULE] = "schedule",
        [ENGINE_PHASE_RUN] = "run",
        [ENGINE_PHASE_WAIT] = "wait",
        [ENGINE_PHASE_STOP_PATHS] = "stop-paths",
        [ENGINE_PHASE_STOP_NAN] = "stop-nan",
        [ENGINE_PHASE_STOP_NDI] = "stop-ndi",
        [ENGINE_PHASE_STOP_NMI] = "stop-nmi",
        [ENGINE_PHASE_STOP_RADIO] = "stop-radio",
        [ENGINE_PHASE_STOPPED] = "stopped",
    };
    return (unsigned int)phase < ENGINE_PHASES_ ? names[phase] : "?";
}
