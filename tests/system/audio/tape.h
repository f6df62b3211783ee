/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_SYSTEM_AUDIO_TAPE_H
#define FASCIA_TESTS_SYSTEM_AUDIO_TAPE_H

#include <stdatomic.h>

#include "audio/pipewire/connection.h"
#include "audio/pipewire/links.h"

/*
 * Another program of the test stand: plays sines into a sink, records what a sink's monitor gives, and has streams like
 * any player's. It has a loop of its own that the test turns by hand. Failures end the test.
 */

#define TAPE_STREAMS_MAX 4

struct tape_stream {
    struct pw_stream *stream;
    struct spa_hook hook;
    unsigned channels;
};

struct tape {
    struct pw_loop *loop;
    struct pw_context *context;
    struct connection *connection;
    struct links links;
    struct tape_stream streams[TAPE_STREAMS_MAX];

    struct pw_filter *player, *recorder;
    struct spa_hook player_hook, recorder_hook;
    char play_sink[128], record_sink[128];
    struct layout play_channels;
    size_t record_channels;
    void *outputs[LAYOUT_CHANNELS_MAX], *inputs[LAYOUT_CHANNELS_MAX];
    double hz, amplitude;
    uint64_t played; /* frames */

    size_t room;          /* frames for each channel */
    atomic_size_t frames; /* recorded so far */
    atomic_uint rate;     /* Hz of the last cycle */
    atomic_uint jumps;    /* of the graph's clock since the last rewind, as player and recorder see it: missed cycles */
    uint64_t next, next_play;
    float *samples[LAYOUT_CHANNELS_MAX];
};

void tape_open(struct tape *tape, const char *runtime_dir);
void tape_close(struct tape *tape);

/** Plays a sine of `hz` in all channels of a sink; 0: in each the one of measure_frequency(). */
void tape_play(struct tape *tape, const char *sink, const struct layout *channels, double hz, double amplitude);

/** Records the first monitor ports of a sink. */
void tape_record(struct tape *tape, const char *sink, size_t channels, size_t frames);

/** Begins to record anew. */
void tape_rewind(struct tape *tape);

/** Frames to be recorded beyond what is measured: after so many cycles a jump of the clock in it has been seen. */
#define TAPE_TAIL 4096

/** Does what there is to do, without waiting. True when all is linked. */
bool tape_turn(struct tape *tape);

/** A stream that leaves its connections to others. `target`: target.object, or NULL. It plays silence. */
void tape_stream(struct tape *tape, size_t slot, const char *name, const char *role, const char *target,
                 unsigned channels);
void tape_stream_role(struct tape *tape, size_t slot, const char *role);
void tape_stream_close(struct tape *tape, size_t slot);

/** The sinks that a node's outputs are linked to: the name of one, "a+b" for several, "" for none; static storage. */
const char *tape_sink_of(struct tape *tape, const char *name);

/**
 * Whether a recording says something about who was recorded. A machine that is busy elsewhere drops cycles of the
 * graph: then its clock jumps, from one cycle of the player or the recorder to its next one. A gap or a step in a
 * recording without a jump is nobody's but the path's.
 */
bool tape_counts(const struct tape *tape);

/** The first frames recorded of a channel: largest |x[n] - x[n-1]|, longest run of exact zeros, largest |x[n]|. */
struct tape_figures {
    double step, peak;
    size_t zeros;
};
void tape_measure(const struct tape *tape, size_t channel, size_t frames, struct tape_figures *ret);

/** Whether those are of one sine that goes on: no step above `step`, no gap (which a channel may have that is silent at
 * times), no peak above the limiter's -1 dB. Prints the figures. */
bool tape_is_smooth(const struct tape *tape, size_t channel, size_t frames, double step, bool may_be_silent);

#endif
