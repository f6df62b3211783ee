/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_SYSTEM_REPORT_FAKE_H
#define FASCIA_TESTS_SYSTEM_REPORT_FAKE_H

#include <stdint.h>
#include <systemd/sd-bus.h>

/* What the files of fake_fascia share. */

#define STARTED_US   INT64_C(5000000)
#define HOSTILE_TEXT "</td><script>alert('x')</script> & \"\033[2J"

enum scenario { GOOD, DEGRADED, PARTIAL, HOSTILE, OLD };

extern enum scenario scenario;
extern sd_bus *bus;

/* fake_fascia.c */
int get(sd_bus *connection, const char *path, const char *interface, const char *property, sd_bus_message *reply,
        void *userdata, sd_bus_error *error);

#define PROPERTY(name, type) SD_BUS_PROPERTY(name, type, get, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

/* What each service has. */
#define OWN PROPERTY("State", "s"), PROPERTY("Reason", "s"), PROPERTY("Detail", "s")

/* fake_audio.c */

/* What a service tells that knows nothing of policies. */
#define OLD_AUDIO                                                                                                      \
    OWN, PROPERTY("Speakers", "as"), PROPERTY("Source", "s"), PROPERTY("Channels", "as"), PROPERTY("Mode", "s"),       \
        PROPERTY("ModeReason", "s"), PROPERTY("LostChannels", "as"), PROPERTY("Matrix", "aad"),                        \
        PROPERTY("WorstGainDb", "d"), PROPERTY("LatencyFrames", "u"), PROPERTY("ProjectionSink", "s"),                 \
        PROPERTY("TargetSink", "s"), PROPERTY("Rate", "u")

/** The vtable of org.fascia.Audio1: of today's service, or of one that is older than the policy. */
const sd_bus_vtable *audio_vtable(void);

/** Does what a line of standard input says, if it is about the sound. */
void change_audio(const char *line);

/* fake_aware.c */

extern const sd_bus_vtable aware_vtable[];

/** Does what a line of standard input says, if it is about Wi-Fi Aware. */
void change_aware(const char *line);

/* fake_supervisor.c */

/** The vtable of org.fascia.Supervisor1: of today's fasciad, or of one that is older than the boot chart and orders. */
const sd_bus_vtable *supervisor_vtable(void);

/** Appends a property of the supervisor; -ENOENT when it has none of that name. */
int put_supervisor(sd_bus_message *reply, const char *name);

/** Does what a line of standard input says, if it is about the supervisor. */
void change_supervisor(const char *line);

/** Makes the supervisor's values fit the scenario. */
void supervisor_set_up(void);

#endif
