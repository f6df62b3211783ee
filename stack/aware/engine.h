/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_ENGINE_H
#define FASCIA_STACK_AWARE_ENGINE_H

#include <stdbool.h>

#include "stack/aware/aware.h"

/*
 * The life of the management interface (NMI) as a table: (phase, input) -> (phase, things to do). It sends nothing and
 * knows no time; engine_run.c carries out what it says.
 *
 *   SOCKET -> PING -> RADIO -> RADIO_ADD -> RADIO_OPEN -> CAPABILITY -> NMI_CREATE -> NMI_OPEN -> IDENTITY ->
 *   CONFIGURE -> START -> JOIN -> NDI_CREATE -> NDI_INDEX -> PREPARE -> SCHEDULE -> RUN
 *
 * The order is the engine's: an NDI can be brought up only after NAN_START, a data path needs a schedule, which
 * NAN_STOP takes away, and an interface must be prepared while it has no carrier, or MLD leaves it later. Whatever is
 * found of an earlier life is removed, never taken over: which services and data paths it has cannot be asked for.
 */

enum engine_phase {
    ENGINE_PHASE_SOCKET, /* the global control socket is awaited */
    ENGINE_PHASE_PING,
    ENGINE_PHASE_RADIO, /* one that can do it is looked for */
    ENGINE_PHASE_NO_RADIO,
    ENGINE_PHASE_RADIO_ADD, /* the radio's interface is given to the engine: only it can be asked what the radio can */
    ENGINE_PHASE_RADIO_OPEN,
    ENGINE_PHASE_CAPABILITY,
    ENGINE_PHASE_UNFIT,
    ENGINE_PHASE_NMI_CREATE,
    ENGINE_PHASE_NMI_EMPTY, /* the NDI of an earlier life goes: an engine whose NMI is removed under a data path dies */
    ENGINE_PHASE_NMI_CLEAR, /* and its NMI */
    ENGINE_PHASE_NMI_RECREATE,
    ENGINE_PHASE_NMI_OPEN,
    ENGINE_PHASE_IDENTITY, /* our NIK is being saved: before anybody can hear of it */
    ENGINE_PHASE_CONFIGURE,
    ENGINE_PHASE_START,
    ENGINE_PHASE_JOIN,
    ENGINE_PHASE_NDI_CREATE,
    ENGINE_PHASE_NDI_CLEAR,
    ENGINE_PHASE_NDI_RECREATE,
    ENGINE_PHASE_NDI_INDEX, /* the kernel's word on it is awaited */
    ENGINE_PHASE_PREPARE,   /* the address service prepares it, or is awaited */
    ENGINE_PHASE_SCHEDULE,
    ENGINE_PHASE_RUN,
    ENGINE_PHASE_WAIT,       /* something refused or went silent; again from PING after a back-off */
    ENGINE_PHASE_STOP_PATHS, /* data paths are terminated: NAN_STOP would not tell the peers */
    ENGINE_PHASE_STOP_NDI,
    ENGINE_PHASE_STOP_NAN,
    ENGINE_PHASE_STOP_NMI,
    ENGINE_PHASE_STOP_RADIO,
    ENGINE_PHASE_STOPPED,
    ENGINE_PHASES_
};

enum engine_input {
    ENGINE_INPUT_GLOBAL_UP,
    ENGINE_INPUT_GLOBAL_DOWN, /* lost, or CTRL-EVENT-TERMINATING */
    ENGINE_INPUT_SILENT,      /* a command was not answered in time */
    ENGINE_INPUT_RADIO_UP,    /* its control socket */
    ENGINE_INPUT_RADIO_DOWN,
    ENGINE_INPUT_NMI_UP,
    ENGINE_INPUT_NMI_DOWN, /* its control socket is lost, or the interface was removed */
    ENGINE_INPUT_RADIO,    /* found */
    ENGINE_INPUT_NO_RADIO,
    ENGINE_INPUT_OK, /* this phase's command was accepted */
    ENGINE_INPUT_FAIL,
    ENGINE_INPUT_UNFIT, /* no word "NAN" */
    ENGINE_INPUT_SAVED, /* or could not be: then it is said and work goes on */
    ENGINE_INPUT_JOINED,
    ENGINE_INPUT_NAN_STOPPED,
    ENGINE_INPUT_INDEX,      /* the NDI is there */
    ENGINE_INPUT_INDEX_GONE, /* or is there under another index */
    ENGINE_INPUT_ADDRESS_UP, /* the address service */
    ENGINE_INPUT_PREPARED,
    ENGINE_INPUT_PREPARE_FAILED,
    ENGINE_INPUT_TIMER,
    ENGINE_INPUT_STOP,
    ENGINE_INPUT_PATHS_GONE, /* the last data path */
    ENGINE_INPUTS_
};

/* Or-ed; carried out in the order of their bits. */
enum engine_do {
    ENGINE_DO_LOSE = 1 << 0,       /* every session and data path; services are not running any more */
    ENGINE_DO_LOSE_PATHS = 1 << 1, /* of the NDI that is gone */
    ENGINE_DO_RELEASE = 1 << 2,    /* the address service leaves the NDI */
    ENGINE_DO_CLOSE = 1 << 3,      /* the sockets of NMI and radio */
    ENGINE_DO_CLOSE_GLOBAL = 1 << 4,
    ENGINE_DO_OPEN = 1 << 5, /* the global socket */
    ENGINE_DO_PING = 1 << 6,
    ENGINE_DO_FIND = 1 << 7,
    ENGINE_DO_ADD_RADIO = 1 << 8,
    ENGINE_DO_OPEN_RADIO = 1 << 9,
    ENGINE_DO_CAPABILITY = 1 << 10,
    ENGINE_DO_CREATE_NMI = 1 << 11,
    ENGINE_DO_REMOVE_NMI = 1 << 12,
    ENGINE_DO_OPEN_NMI = 1 << 13,
    ENGINE_DO_IDENTITY = 1 << 14,
    ENGINE_DO_CONFIGURE = 1 << 15,
    ENGINE_DO_START = 1 << 16,
    ENGINE_DO_CREATE_NDI = 1 << 17,
    ENGINE_DO_REMOVE_NDI = 1 << 18,
    ENGINE_DO_LOOK = 1 << 19, /* the NDI's index may be known already */
    ENGINE_DO_PREPARE = 1 << 20,
    ENGINE_DO_SCHEDULE = 1 << 21,
    ENGINE_DO_UP = 1 << 22, /* services */
    ENGINE_DO_END_PATHS = 1 << 23,
    ENGINE_DO_STOP_NAN = 1 << 24, /* services, then NAN */
    ENGINE_DO_REMOVE_RADIO = 1 << 25,
    ENGINE_DO_READDRESS = 1 << 26, /* the address service may have lost our peers */
    ENGINE_DO_REFUSED = 1 << 27,   /* note what was refused */
    ENGINE_DO_ABSENT = 1 << 28,    /* note that it stays away */
};

enum engine_timer { ENGINE_TIMER_STOP, ENGINE_TIMER_KEEP, ENGINE_TIMER_BACKOFF, ENGINE_TIMER_LIMIT, ENGINE_TIMER_LOOK };

struct engine_move {
    bool handled; /* false: ignored; nothing changes */
    enum engine_phase next;
    unsigned int does;
    enum engine_timer timer;
};

struct engine_move engine_move(enum engine_phase phase, enum engine_input input);

/** What of it is published. */
enum aware_engine_state engine_phase_state(enum engine_phase phase);

/** "nmi-create", for messages and tests. */
const char *engine_phase_name(enum engine_phase phase);

#endif
