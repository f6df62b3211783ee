/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_SYSTEM_AUDIO_PATH_RIG_H
#define FASCIA_TESTS_SYSTEM_AUDIO_PATH_RIG_H

#include "audio/pipewire/sound.h"
#include "platform/loop/loop.h"
#include "tests/system/audio/stand.h"
#include "tests/system/audio/tape.h"
#include "tests/unit/test.h"

/*
 * The sound path by itself on the test stand, with programs of the test's own: for the files test_path*.c, which are
 * one program. The test turns the loops of the path and of the tape. Failures end the test.
 */

#define M3        0.70710678F
#define RIG_TRIES 10 /* to hear something while the graph drops no cycle */

extern const struct layout SURROUND, STEREO, QUAD, ONE;

extern bool rig_managed; /* every stand has a session manager */

struct rig {
    struct stand stand;
    sd_event *loop;
    struct render *render;
    struct sound *sound;
    struct tape tape;
    float front;  /* weight of the programme's surrounds at the fronts, in the next program */
    bool delayed; /* the next program is of another kind: a switch to it is a cross-fade */
    struct sound_status status;
    unsigned interruptions;    /* how often it has said that it does not play */
    struct sound_format_seen { /* what the path asked a program for, and what it is answered: 0 or a negative errno */
        struct layout speakers;
        uint32_t rate, quantum;
        unsigned calls;
        int answer;
    } seen;
};

int rig_set_up(void **state);
int rig_tear_down(void **state);

/** PipeWire, and the session manager where there is to be one. */
void rig_start_pipewire(struct rig *rig);

/** Opens the path: classes projection, navigation and telephony. `speakers`: that the sink must have; NULL: any. */
void rig_open_sound(struct rig *rig, const char *target, const struct layout *speakers);

/** Both, and waits until it plays. */
void rig_start(struct rig *rig, const char *target, const struct layout *speakers);

/** One turn of the loops, which waits for 5 ms at most. */
void rig_turn(struct rig *rig);

/** Turns for a while. */
void rig_settle(struct rig *rig);

#define RUN_UNTIL(rig, condition)                                                                                      \
    for (int64_t begin_ = loop_now_us(); !(condition);) {                                                              \
        rig_turn(rig);                                                                                                 \
        if (loop_now_us() - begin_ > STAND_LIMIT_US)                                                                   \
            fail_msg("not within %d s: %s (state %s, %s)", STAND_LIMIT_US / 1000000, #condition,                       \
                     sound_state_name((rig)->status.state), (rig)->status.detail);                                     \
    }

/** Whether each channel of a 5.1 programme arrives at the two speakers of a sink with its weight. */
bool rig_hears_stereo(struct rig *rig, const char *sink);

/** The same where a session manager may have suspended the sink: its links are made again by the path. */
bool rig_hears_stereo_soon(struct rig *rig, const char *sink);

/* The other subjects; `core`: only what is worth the time on each release. They return the number of failures. */
int path_signal_tests(bool core);
int path_streams_tests(void);

#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_set_up, rig_tear_down)

#endif
