/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H
#define FASCIA_TOOLS_DAEMONS_FASCIA_AUDIO_AUDIO_H

#include "audio/audio_setup.h"
#include "audio/pipewire/network.h"
#include "audio/pipewire/sound.h"
#include "audio/render/render.h"
#include "audio/streams/focus.h"
#include "audio/streams/sounding.h"
#include "audio/streams/volumes.h"
#include "audio/virtual/wish.h"
#include "platform/service/service.h"

/*
 * The wiring of fascia-audio:
 *
 *   audio.c       configuration -> renderer and sound path; opening and closing
 *   state.c       what becomes of them -> fact and events
 *   play.c        speakers -> decision -> program
 *   filters.c     filters of virtual surround
 *   focus_door.c  who sounds -> gains
 *   clients.c     who has ducked something, and whether he is still there
 *   volumes.c     the file with the volumes
 *   meter.c       levels for whoever asks
 *   speaker.c     the test of one speaker
 *   source.c      the network source
 *   bus.c         org.fascia.Audio1: properties
 *   orders.c      org.fascia.Audio1: methods, and those that have to wait
 *
 * Bus i of the renderer and of the sound path is stream class i.
 */

_Static_assert(STREAM_CLASSES <= RENDER_BUSES_MAX, "each class has a bus of its own");

#define AUDIO_MODE_AUTO   DECIDE_MODES_
#define AUDIO_RATE_GUESS  48000U /* before samples flow */
#define AUDIO_CLIENT_SIZE 40
#define AUDIO_KEPT_MAX    8

enum audio_result {
    AUDIO_E_LATER = 1, /* filters have to be made first: audio_play_on_filters() says that they are, or cannot be */
};

struct audio;
struct audio_filters;

/* What play.c was told, and what it made of it. */
struct audio_play {
    struct layout sources[STREAM_CLASSES];
    struct decide_policy policy; /* in force: of the configuration, or SetPolicy's */
    enum decide_mode wanted;     /* SetMode's, or AUDIO_MODE_AUTO */
    struct layout only;          /* SetSpeakers': count 0: all */
    struct layout ports;         /* that the real sink must have; count 0: whatever it has */
    struct speakers speakers;    /* all of the sink's; count 0: not known yet */
    uint32_t rate, quantum;      /* of the last program */
    struct decision decision;    /* of the media; its rows are all of the sink's channels */
    enum fascia_reason trouble;  /* FASCIA_REASON_NONE: none */
    char trouble_detail[FASCIA_DETAIL_SIZE];
    char weights_trouble[FASCIA_DETAIL_SIZE]; /* with the file of weights, for as long as the service lives */
    struct audio_filters *filters;            /* the last ones that were wanted */
    bool later;                               /* the decision is one for the time until its filters are there */
};

/* What an order of org.fascia.Audio1 does to play.c. Returns 0, AUDIO_E_LATER (nothing has been done yet), -EINVAL or
 * -ENOTSUP with a sentence, or another negative errno. */
typedef int (*audio_order)(struct audio *audio, sd_bus_message *m, struct fascia_text *message);

struct audio_client { /* somebody on the bus with a duck in force */
    struct audio *audio;
    char name[AUDIO_CLIENT_SIZE]; /* unique name; "": free */
    uint64_t owner;
    struct bus_name_watch *watch;
};

struct audio {
    struct service *service; /* borrowed */
    struct audio_play play;
    struct render *render;
    struct sound *sound; /* NULL: switched off, or it cannot be set up */
    bool playing;        /* SOUND_READY was sent, and not yet taken back */
    char told_mode[FASCIA_DETAIL_SIZE], told_trouble[FASCIA_DETAIL_SIZE]; /* what events have said last */

    struct focus focus;
    struct sounding sounding[STREAM_CLASSES];
    sd_event_source *look; /* timer: levels, holds */
    int64_t look_due_us;
    struct audio_client clients[FOCUS_DUCKS_MAX];
    uint64_t owners; /* that there have been */
    uint32_t latency_frames;
    struct audio_kept { /* orders that wait for filters, and behind those whatever came later */
        sd_bus_message *m;
        audio_order order;
    } kept[AUDIO_KEPT_MAX];
    size_t kept_count;

    struct volumes volumes;
    bool volumes_changed;  /* and not yet written */
    sd_event_source *save; /* timer */

    struct audio_meter *meter; /* NULL: nobody asks */
    struct audio_test *test;   /* one at a time */

    struct network *network; /* NULL: switched off */
    struct network_status network_status;
    char link_interface[16]; /* of the link service; "": it has none */
};

/** Decides and opens the sound path. What goes wrong is published as the function's state. */
void audio_open(struct audio *audio, struct service *service);

/** A step of the function's ladder is in force: for struct service. Returns 0 or -ENOENT. */
int audio_ladder_step(const char *step, void *userdata);

/** Takes the sound path down. */
void audio_close(struct audio *audio);

/* --- state.c */

/** The sound path's status has changed: for struct sound_events. */
void audio_state_on_sound(const struct sound_status *status, void *userdata);

/** The decision, a trouble or the network source is another one. */
void audio_state_publish(struct audio *audio);

/* --- play.c */

/** The layouts of what comes in, the policy, and a decision when the speakers are known already. 0 or -EINVAL. */
int audio_play_open(struct audio *audio, struct fascia_text *message);
void audio_play_close(struct audio *audio);

/** The sound path wants a program: for struct sound_events. */
int audio_play_program(const struct layout *ports, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                       void *userdata);

/** There is no sink any more: where its speakers are its own affair (layout: auto), they are not known either. */
void audio_play_forget(struct audio *audio);

/** The filters that somebody asked for are there, or cannot be made. */
void audio_play_on_filters(struct audio *audio);

/* Orders; each is tried first. 0; AUDIO_E_LATER; -EINVAL: it makes no sense; -ENOTSUP: no mode fits; both with
 * `message`. Only with 0 has anything changed. */
int audio_play_set_mode(struct audio *audio, enum decide_mode wanted, struct fascia_text *message);
int audio_play_set_policy(struct audio *audio, const struct decide_rule *rules, size_t count,
                          struct fascia_text *message);
int audio_play_set_speakers(struct audio *audio, const struct layout *only, struct fascia_text *message);

/* --- filters.c */

/**
 * Filters for this wish. Returns 0 and those, borrowed until the next call; AUDIO_E_LATER when they are being made from
 * now on (those for another wish are not any more); or a negative errno with one sentence in `message`.
 */
int audio_filters_get(struct audio *audio, const struct virtual_wish *wish, const struct virtual_filters **ret_filters,
                      struct fascia_text *message);
void audio_filters_free(struct audio_filters *filters); /* NULL-safe */

/* --- focus_door.c */

/** Volumes and table of the configuration; gains to the renderer. Returns 0 or a negative errno. */
int audio_focus_open(struct audio *audio);
void audio_focus_close(struct audio *audio);

/** Looks at the levels now: what comes after counts from here. */
void audio_focus_look(struct audio *audio);

/** Something has changed that decides about how often to look: streams, ducks, askers. */
void audio_focus_wake(struct audio *audio);

/** Hands over what the engine has decided. */
void audio_focus_apply(struct audio *audio);

/* --- clients.c */

/** The owner number of a unique bus name; 0: there is no room. */
uint64_t audio_client_owner(struct audio *audio, const char *name);

/** The same, when there is one. */
uint64_t audio_client_find(const struct audio *audio, const char *name);

/** Forgets those that duck nothing any more. */
void audio_clients_prune(struct audio *audio);
void audio_clients_close(struct audio *audio);

/* --- volumes.c */

/** Reads the file into `volume_db`, over what the configuration says. */
void audio_volumes_open(struct audio *audio, double volume_db[STREAM_CLASSES]);

/** Keeps a volume; written a moment later, since a knob turns through many. */
void audio_volumes_set(struct audio *audio, enum stream_class stream, double db);
void audio_volumes_close(struct audio *audio);

/* --- meter.c */

/** Answers GetLevels, now or a moment later. */
int audio_meter_get(sd_bus_message *m, void *userdata, sd_bus_error *error);

/** Whether somebody has asked lately. */
bool audio_meter_is_wanted(const struct audio *audio);

/** Levels of the last look. */
void audio_meter_feed(struct audio *audio, const struct render_levels *levels);
void audio_meter_close(struct audio *audio);

/* --- speaker.c */

/** Answers TestSpeaker when the tone has been heard. */
int audio_speaker_test(sd_bus_message *m, void *userdata, sd_bus_error *error);
void audio_speaker_close(struct audio *audio);

/* --- source.c */

/** Opens the network source when it is switched on. */
void audio_source_open(struct audio *audio, const char *runtime_dir);
void audio_source_close(struct audio *audio);

/** Answers GetNetwork. */
int audio_source_get(sd_bus_message *m, void *userdata, sd_bus_error *error);

/* --- bus.c, orders.c: org.fascia.Audio1 */

/** Exports the object. Returns 0 or a negative errno. */
int audio_bus_export(struct audio *audio);

/* What has changed. */
void audio_bus_decision_changed(struct audio *audio);
void audio_bus_sound_changed(struct audio *audio);
void audio_bus_classes_changed(struct audio *audio);
void audio_bus_latency_changed(struct audio *audio);
void audio_bus_network_changed(struct audio *audio);

extern const sd_bus_vtable audio_orders_vtable[];

/** Carries out the orders that have been kept. Returns whether some have to wait on. */
bool audio_orders_go_on(struct audio *audio);
void audio_orders_close(struct audio *audio);

#endif
