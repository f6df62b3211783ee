/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GetLevels: each asker gets the levels since its own last call. The first call is answered after a moment, since
 * there is nothing to tell before; so is one that comes before the next cycle of the sound.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/render/loudness.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

#define ASKERS_MAX  8
#define FIRST_US    100000
#define FORGET_US   2000000 /* the meter runs for so long after somebody has asked */
#define SILENCE_DB  (-120.0)
#define SILENCE_LIN 1e-6F
#define TAP_FLOATS  16384 /* taken at a time */

struct heard { /* highest peak, mean square over the frames */
    float peak;
    double squares;
};

struct asker {
    char name[AUDIO_CLIENT_SIZE]; /* unique name; "": the place is free */
    sd_bus_message *waiting;      /* a call that is not answered yet; NULL: none */
    bool known;                   /* it has had an answer */
    int64_t asked_us;
    uint64_t frames; /* since its last call */
    struct heard output[RENDER_OUTPUTS_MAX], bus[STREAM_CLASSES];
    float reduction_db;
};

struct audio_meter {
    struct asker askers[ASKERS_MAX];
    float gain_db[STREAM_CLASSES];
    struct loudness *loudness; /* NULL: nothing was heard yet */
    struct layout plays;       /* what it was made for */
    uint32_t rate;
    float tap[TAP_FLOATS];
};

static double to_db(double linear)
{
    return linear > (double)SILENCE_LIN ? 20 * log10(linear) : SILENCE_DB;
}

static double rms_db(const struct heard *heard, uint64_t frames)
{
    return frames > 0 ? to_db(sqrt(heard->squares / (double)frames)) : SILENCE_DB;
}

static void hear(struct heard *heard, const struct render_level *level, uint64_t frames)
{
    if (level->peak > heard->peak)
        heard->peak = level->peak;
    heard->squares += (double)level->rms * (double)level->rms * (double)frames;
}

/* --- the answer ----------------------------------------------------------------------------------------------- */

static int append_speakers(const struct audio *audio, const struct asker *a, sd_bus_message *reply)
{
    const struct speakers *speakers = &audio->play.speakers;

    int r = sd_bus_message_open_container(reply, 'a', "(sdd)");
    for (size_t i = 0; r >= 0 && i < speakers->count; i++)
        r = sd_bus_message_append(reply, "(sdd)", layout_channel_name(speakers->at[i].channel),
                                  to_db((double)a->output[i].peak), rms_db(&a->output[i], a->frames));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_classes(const struct audio_meter *meter, const struct asker *a, sd_bus_message *reply)
{
    int r = sd_bus_message_open_container(reply, 'a', "(sddd)");
    for (unsigned c = 0; r >= 0 && c < STREAM_CLASSES; c++)
        r = sd_bus_message_append(reply, "(sddd)", stream_class_name((enum stream_class)c),
                                  to_db((double)a->bus[c].peak), rms_db(&a->bus[c], a->frames),
                                  fmax((double)meter->gain_db[c], FOCUS_SILENCE_DB));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int answer(const struct audio *audio, const struct asker *a, sd_bus_message *m)
{
    sd_bus_message *reply = NULL;
    struct loudness_levels loud = {-INFINITY, -INFINITY, -INFINITY, -INFINITY};

    if (audio->meter->loudness)
        loudness_read(audio->meter->loudness, &loud);
    int r = sd_bus_message_new_method_return(m, &reply);
    if (r >= 0)
        r = append_speakers(audio, a, reply);
    if (r >= 0)
        r = append_classes(audio->meter, a, reply);
    if (r >= 0)
        r = sd_bus_message_append(reply, "d(ddd)d", (double)a->reduction_db, loud.momentary, loud.short_term,
                                  loud.integrated, fmax(loud.true_peak_db, SILENCE_DB));
    if (r >= 0)
        r = sd_bus_message_send(reply);
    sd_bus_message_unref(reply);
    return r;
}

static void begin_anew(struct asker *a)
{
    a->known = true;
    a->frames = 0;
    a->reduction_db = 0;
    memset(a->output, 0, sizeof a->output);
    memset(a->bus, 0, sizeof a->bus);
}

static void forget(struct asker *a)
{
    sd_bus_message_unref(a->waiting);
    *a = (struct asker){.waiting = NULL};
}

/* --- what is heard -------------------------------------------------------------------------------------------- */

static void feed(struct asker *a, const struct render_levels *levels)
{
    for (size_t i = 0; i < RENDER_OUTPUTS_MAX; i++)
        hear(&a->output[i], &levels->output[i], levels->frames);
    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        hear(&a->bus[c], &levels->bus[c], levels->frames);
    if (levels->reduction_db < a->reduction_db)
        a->reduction_db = levels->reduction_db;
    a->frames += levels->frames;
}

static void what_is_played(const struct speakers *speakers, struct layout *ret)
{
    *ret = (struct layout){.count = speakers->count}; /* several may play the same */
    for (size_t i = 0; i < speakers->count; i++)
        ret->channels[i] = speakers->at[i].plays;
}

/* Begins anew with other speakers or another rate. */
static void prepare_loudness(struct audio *audio, uint32_t rate)
{
    struct audio_meter *meter = audio->meter;
    struct layout plays;

    what_is_played(&audio->play.speakers, &plays);
    if (meter->loudness && meter->rate == rate && meter->plays.count == plays.count &&
        memcmp(meter->plays.channels, plays.channels, plays.count * sizeof plays.channels[0]) == 0)
        return;
    loudness_free(FASCIA_STEAL(meter->loudness));
    if (loudness_new(&plays, rate, &meter->loudness) < 0)
        return; /* no rate yet, or no memory: the next look tries again */
    meter->plays = plays;
    meter->rate = rate;
}

static void feed_loudness(struct audio *audio)
{
    struct audio_meter *meter = audio->meter;
    size_t frames, channels = 0;

    prepare_loudness(audio, render_rate(audio->render));
    while ((frames = render_tap(audio->render, meter->tap, TAP_FLOATS, &channels)) > 0) {
        if (meter->loudness && channels == meter->plays.count) /* else it is of other speakers, before or after */
            (void)loudness_feed(meter->loudness, meter->tap, frames);
    }
}

bool audio_meter_is_wanted(const struct audio *audio)
{
    return audio->meter != NULL;
}

void audio_meter_feed(struct audio *audio, const struct render_levels *levels)
{
    struct audio_meter *meter = audio->meter;
    const int64_t now_us = loop_now_us();
    size_t left = 0;

    if (!meter)
        return;
    feed_loudness(audio);
    for (unsigned c = 0; c < STREAM_CLASSES; c++)
        meter->gain_db[c] = levels->bus_gain_db[c];
    for (size_t i = 0; i < ASKERS_MAX; i++) {
        struct asker *a = &meter->askers[i];

        if (a->name[0] == '\0')
            continue;
        feed(a, levels);
        if (a->waiting && (now_us - a->asked_us >= FIRST_US || (a->known && a->frames > 0))) {
            (void)answer(audio, a, a->waiting);
            a->waiting = sd_bus_message_unref(a->waiting);
            begin_anew(a);
        }
        if (now_us - a->asked_us > FORGET_US)
            forget(a);
        else
            left++;
    }
    if (left == 0)
        audio_meter_close(audio);
}

/* --- who asks ------------------------------------------------------------------------------------------------- */

static struct asker *find(struct audio_meter *meter, const char *name)
{
    for (size_t i = 0; i < ASKERS_MAX; i++) {
        if (strcmp(meter->askers[i].name, name) == 0)
            return &meter->askers[i];
    }
    return NULL;
}

static int open_meter(struct audio *audio)
{
    size_t channels;

    if (audio->meter)
        return 0;
    audio->meter = calloc(1, sizeof *audio->meter);
    if (!audio->meter)
        return -ENOMEM;
    while (render_tap(audio->render, audio->meter->tap, TAP_FLOATS, &channels) > 0)
        ; /* of the time when nobody asked */
    return 0;
}

/* It is answered by the look that comes after FIRST_US. */
static int begin_asker(struct audio *audio, const char *name, sd_bus_message *m, sd_bus_error *error)
{
    int r = open_meter(audio);
    if (r < 0)
        return r;
    struct asker *a = find(audio->meter, "");
    if (!a || fascia_text_copy(a->name, sizeof a->name, name) < 0)
        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "%d ask already", ASKERS_MAX);
    a->asked_us = loop_now_us();
    a->waiting = sd_bus_message_ref(m);
    audio_focus_wake(audio);
    return 1;
}

int audio_meter_get(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    const char *sender = sd_bus_message_get_sender(m);

    if (!audio->look)
        return sd_bus_error_setf(error, "org.fascia.Error.NoPath", "the sound is switched off or could not be set up");
    audio_focus_look(audio);                     /* until now; for a new asker: from now on */
    const char *name = sender ? sender : "peer"; /* without a bus daemon there is but one */
    struct asker *a = audio->meter ? find(audio->meter, name) : NULL;
    if (!a)
        return begin_asker(audio, name, m, error);
    if (a->waiting)
        return sd_bus_error_setf(error, "org.fascia.Error.Busy", "your last call is not answered yet");
    a->asked_us = loop_now_us();
    if (a->frames == 0) {
        a->waiting = sd_bus_message_ref(m);
        return 1;
    }
    int r = answer(audio, a, m);
    begin_anew(a);
    return r < 0 ? r : 1;
}

void audio_meter_close(struct audio *audio)
{
    for (size_t i = 0; audio->meter && i < ASKERS_MAX; i++)
        forget(&audio->meter->askers[i]);
    if (audio->meter)
        loudness_free(audio->meter->loudness);
    free(FASCIA_STEAL(audio->meter));
}
