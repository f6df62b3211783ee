/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_PATH_H
#define FASCIA_AUDIO_PIPEWIRE_PATH_H

#include "audio/pipewire/ear.h"
#include "audio/pipewire/links.h"
#include "audio/pipewire/renderer.h"
#include "audio/pipewire/router.h"
#include "audio/pipewire/sink.h"
#include "audio/pipewire/sound.h"

/*
 * The inside of struct sound, for the files that share it: sound.c (the loop and the connection), path.c (what is
 * built, and in which order), output.c (the real sink and its channels), program.c (what the renderer plays) and
 * listen.c (what comes out).
 */

#define MS      INT64_C(1000) /* microseconds */
#define FADE_US (100 * MS)    /* for the renderer's fade, which begins with its next cycle */

struct sound_class { /* one bus: its sink and what is played into it */
    char *sink_name, *description;
    struct layout channels; /* count 0: no sink, and the bus is silent */
    struct sink sink;
};

struct sound_format { /* what a program is made for */
    struct layout speakers;
    uint32_t rate, quantum;
};

struct sound {
    sd_event *loop; /* borrowed */
    sd_event_source *io, *tick, *watch;
    struct sound_events events;
    void *userdata;
    char *runtime_dir, *target_name, *fallback_name, *renderer_name;
    struct sound_class classes[SOUND_BUSES_MAX];
    size_t classes_count;
    struct stream_role roles[SOUND_ROLES_MAX];
    size_t roles_count;
    struct layout wanted; /* channels of the real sink; count 0: whatever it has */
    struct render *render;
    enum target_step step;

    struct pw_loop *pw;
    struct pw_context *context;
    struct connection *connection; /* NULL: none */
    int64_t reconnect_us;          /* the next pause between two attempts */
    unsigned attempts;             /* to connect, until the first one that succeeded */
    int64_t tick_due_us;           /* CLOCK_MONOTONIC; 0: not armed */
    bool dirty, routed;            /* the last: no stream is being waited for */
    int lost;                      /* negative errno: the connection is; 0: it is not */

    struct sink target;
    enum target_role role;  /* of the target, or why there is none */
    int64_t faded_at_us;    /* when the target that is to be left is silent; 0 = none is being left */
    int64_t cut_at_us;      /* the same for one whose program is refused */
    int64_t mismatch_at_us; /* when other channels than wanted become a verdict; 0 = there is no mismatch */
    struct layout speakers; /* outputs of the renderer that are linked to the target; count 0: none yet */
    uint32_t speaker_port[LAYOUT_CHANNELS_MAX]; /* index of the target's port of each */
    size_t silent_ports;                        /* of the target: positions that nobody knows, left alone */

    struct renderer renderer;
    struct links links;
    struct router router;
    struct ear ear;
    sound_heard_fn heard;
    void *heard_userdata;
    bool audible; /* the renderer plays a program, else silence */
    struct {
        bool known; /* the program callback has answered for `format` */
        int result;
        struct sound_format format;
        char message[SOUND_DETAIL_SIZE];
    } answer;
    unsigned cycles;   /* of the renderer, when last looked at */
    int64_t cycled_us; /* when they last changed; 0: not since the path is complete */
    struct sound_status status;
};

/** The one door for state changes. */
void sound_enter_state(struct sound *s, enum sound_state state, const char *detail);

/** Looks at everything soon, from the loop. */
void sound_tick_now(struct sound *s);

/** For a step that something is missing for: says what, returns false. */
bool sound_waiting(struct sound *s, const char *what);

/** Builds what can be built now, and enters the state that follows. There must be a connection. */
void path_build(struct sound *s);

/** Takes all of it down, with the connection. */
void path_take_down(struct sound *s);

/** Hears on, and tells when that is done. `result`: 0, or why it ends now. */
void listen_update(struct sound *s);
void listen_end(struct sound *s, int result, const double *amplitudes);

/* --- output.c */

/** Prepares the real sink while the rest of the path is built: what takes an answer of PipeWire is asked at once. */
void output_begin(struct sound *s);

/** Finds the real sink, its ports and channels; true when s->speakers holds. Else a state has been entered. */
bool output_build(struct sound *s);

/** What is worth telling about the sink that is played to; may be nothing. */
void output_explain(const struct sound *s, struct fascia_text *text);

/* --- program.c */

/** The same channels in the same order. */
bool sound_same_speakers(const struct layout *a, const struct layout *b);

/** Whether the owner has a program for the speakers as they are. Asks when that is not known. */
bool program_is_accepted(struct sound *s);

/** Plays the program, or fades to silence. */
void program_set_audible(struct sound *s, bool audible);

#endif
