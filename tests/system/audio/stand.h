/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_SYSTEM_AUDIO_STAND_H
#define FASCIA_TESTS_SYSTEM_AUDIO_STAND_H

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

#include "audio/route/graph.h"

/*
 * The test stand: a folder of its own, and in it a bus, a headless PipeWire and fascia-audio, all real. Everything that
 * is waited for has a generous limit and is waited for by asking, never by time. Failures end the test.
 */

#define STAND_LIMIT_US 60000000

/** CLOCK_MONOTONIC, microseconds. */
int64_t stand_now_us(void);

struct stand {
    char dir[64];
    pid_t bus_daemon, pipewire, session_manager, audio; /* 0: not running */
    sd_bus *bus;
};

/** True when the programs are installed. */
bool stand_is_possible(void);
bool stand_has_session_manager(void);

void stand_open(struct stand *stand);
void stand_close(struct stand *stand);

void stand_start_bus(struct stand *stand);
/** With the sinks null1, null2 and null4. */
void stand_start_pipewire(struct stand *stand);
/** WirePlumber, and waits until it has given the sinks their ports. False when it is not installed. */
bool stand_start_session_manager(struct stand *stand);
/** `audio_yaml`: lines of the section `audio:`, each indented by two. */
void stand_start_audio(struct stand *stand, const char *audio_yaml);

/** Ends a process by a signal and reaps it; returns its wait status. */
int stand_kill(pid_t *pid, int signal);

/** Waits until org.fascia.Audio1 says "STATE reason", and goes on saying so long enough to be asked again. */
void stand_wait_state(struct stand *stand, const char *state, const char *reason);

/** A property's string (to be freed), or number. */
char *stand_string(struct stand *stand, const char *property);
unsigned stand_unsigned(struct stand *stand, const char *property);

/** A row of the property Classes. */
struct stand_class {
    unsigned streams;
    int sounds;
    double volume_db, level_db;
    char sink[64], why[16];
};
void stand_class(struct stand *stand, const char *class, struct stand_class *ret);

/** Applies a step of the ladder, as fasciad does. Returns the error's name, "" when it was taken; static storage. */
const char *stand_apply(struct stand *stand, const char *step);

/** Number of links into a node. */
size_t stand_links_into(struct stand *stand, const char *node);

/** Plays into the front channels of a sink until it has taken that many cycles; fails when it does not take them. */
void stand_play(struct stand *stand, const char *sink, unsigned cycles);

/** Lists the names of LostChannels, separated by spaces. */
void stand_lost_channels(struct stand *stand, char *text, size_t size);

/** A picture of PipeWire's graph as a client of its own sees it. */
void stand_graph(struct stand *stand, struct graph *ret_graph);

/** Changes a setting of the running PipeWire: "clock.force-rate", "clock.force-quantum"; "0" takes it back. */
void stand_setting(struct stand *stand, const char *key, const char *value);

/** Makes a null sink that outlives its maker. `position`: "[ FL, FR ]", or NULL. */
void stand_add_sink(struct stand *stand, const char *name, const char *channels, const char *position);
void stand_remove_sink(struct stand *stand, const char *name);

/** Suspends a sink, also one that runs, as WirePlumber 0.4 does when it starts; PipeWire runs it again at once. */
void stand_suspend(struct stand *stand, const char *sink);

#endif
