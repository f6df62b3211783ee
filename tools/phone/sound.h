/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_SOUND_H
#define FASCIA_TOOLS_PHONE_SOUND_H

#include <stdint.h>

/*
 * The phone's ears: plays a programme with one sine per channel into the projection sink, listens to the monitor of
 * the sink that the head unit plays to, and says how loud each channel arrives at each speaker. It judges nothing.
 *
 * All sines have a whole number of periods in a window of 0.1 s, so a Goertzel bin holds one channel exactly. Only
 * windows that hold nothing but those sines count (a window with an xrun in it is discarded), and measuring starts
 * anew when two of them differ: the result does not depend on how fast the machine is.
 *
 * When it only listens, the sines come by another clock than that of the sound, and so not quite at their bins: windows
 * then count with more beside the sines (-30 dB), and as alike within 2 %.
 */

struct json_object;
struct layout;

enum phone_sound_result {
    PHONE_SOUND_E_NO_PIPEWIRE = 1, /* nothing answers on PipeWire's socket */
    PHONE_SOUND_E_NO_PROJECTION,   /* no projection sink with ports within the time limit */
    PHONE_SOUND_E_NO_SPEAKERS,     /* no sink with monitor ports to listen to within the time limit */
    PHONE_SOUND_E_SILENT,          /* nothing steady was heard within the time limit */
};

/* What came of it, also when it was not enough. */
struct phone_sound_heard {
    unsigned rate;      /* Hz; 0: no sample has come */
    unsigned discarded; /* windows with something else in them, or unlike the ones before */
    unsigned clean;     /* alike, up to the end */
    double residual_db; /* of the last window */
    unsigned xruns;
};

struct phone_sound_options {
    const char *runtime_dir; /* where PipeWire's socket is; NULL or "": from the environment */
    const char *sink;        /* node.name of the projection sink; NULL or "": "fascia.projection" */
    const char *target; /* node.name of the sink to listen to; NULL or "": highest priority.session of the others */
    double level_dbfs;  /* of each sine; 0: -20 */
    double seconds;     /* of clean sound to measure; 0: 1.0 */
    int64_t timeout_us; /* for all of it; 0: 30 s */
    /* Plays nothing, and measures these channels as somebody else plays them; NULL: plays. */
    const struct layout *listen;
    struct phone_sound_heard *heard; /* NULL: nobody asks */
};

/**
 * Measures. On 0 `ret` is a new object, to be released with json_object_put():
 *
 *   {"rate": 48000, "seconds": 1.0, "level_dbfs": -20.0, "residual_db": -120.3, "xruns": 0,
 *    "windows": {"clean": 10, "discarded": 1}, "sink": "fascia.projection", "target": "null2",
 *    "speakers": ["FL", "FR"],
 *    "channels": [{"name": "FL", "freq_hz": 310, "gains": [1.0, 0.0], "gains_db": [0.0, null]}, …]}
 *
 * `gains` are linear magnitudes, speaker in the order of `speakers`, relative to what was played; `gains_db` has null
 * for less than -100 dB. `residual_db` is the worst remainder of the windows that counted, relative to their power.
 *
 * Returns 0, a phone_sound_result or a negative errno; `ret` is written on 0 only. Needs no session manager.
 */
int phone_sound(const struct phone_sound_options *options, struct json_object **ret);

/** One sentence for any non-zero result of phone_sound(): cause and what to look at. */
const char *phone_sound_error(int result);

#endif
