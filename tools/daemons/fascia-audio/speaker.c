/* SPDX-License-Identifier: Apache-2.0 */
/* TestSpeaker: a tone from one speaker alone, and what of it the monitor of the sink has. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

#define TONE_HZ      1000
#define TONE_LFE_HZ  60     /* in every woofer's band */
#define WINDOWS      4      /* of 0.1 s, the last of which counts */
#define SETTLE_US    200000 /* what plays fades out, the tone fades in */
#define LEVEL_MIN_DB (-60.0)
#define SILENCE_DB   (-120.0)

struct audio_test {
    struct audio *audio;
    sd_bus_message *m;
    sd_event_source *settle;
    unsigned hz;
};

static void finish(struct audio_test *test)
{
    struct audio *audio = test->audio;

    render_test(audio->render, RENDER_TEST_NONE, 0, 0);
    audio->test = NULL;
    (void)loop_source_free(test->settle);
    sd_bus_message_unref(test->m);
    free(test);
}

static void refuse(struct audio_test *test, int error)
{
    if (error == -EBUSY)
        (void)sd_bus_reply_method_errorf(test->m, "org.fascia.Error.Busy", "somebody listens already");
    else
        (void)sd_bus_reply_method_errorf(test->m, "org.fascia.Error.NoPath", "nothing is heard: %s", strerror(-error));
    finish(test);
}

static int answer(struct audio_test *test, const double *amplitude, size_t speakers)
{
    sd_bus_message *reply = NULL;
    double heard_dbfs[LAYOUT_CHANNELS_MAX];

    for (size_t i = 0; i < speakers && i < LAYOUT_CHANNELS_MAX; i++)
        heard_dbfs[i] = amplitude[i] > 1e-6 ? 20 * log10(amplitude[i]) : SILENCE_DB;
    int r = sd_bus_message_new_method_return(test->m, &reply);
    if (r >= 0)
        r = sd_bus_message_append_array(reply, 'd', heard_dbfs, speakers * sizeof heard_dbfs[0]);
    if (r >= 0)
        r = sd_bus_message_send(reply);
    sd_bus_message_unref(reply);
    return r;
}

static void on_heard(int result, const double *amplitude, size_t speakers, void *userdata)
{
    struct audio_test *test = userdata;

    if (result < 0) {
        refuse(test, result);
        return;
    }
    (void)answer(test, amplitude, speakers < LAYOUT_CHANNELS_MAX ? speakers : LAYOUT_CHANNELS_MAX);
    finish(test);
}

static int on_settled(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct audio_test *test = userdata;
    (void)source;
    (void)usec;

    int r = sound_listen(test->audio->sound, test->hz, WINDOWS, on_heard, test);
    if (r < 0)
        refuse(test, r);
    return 0;
}

static int find_output(const struct audio *audio, const char *name)
{
    const struct speakers *speakers = &audio->play.speakers;
    enum layout_channel channel;

    if (layout_channel_parse(name, &channel) != 0)
        return -1;
    for (size_t i = 0; i < speakers->count; i++) {
        if (speakers->at[i].channel == channel)
            return (int)i;
    }
    return -1;
}

int audio_speaker_test(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    const char *name = NULL;
    double level_dbfs = 0;

    int r = sd_bus_message_read(m, "sd", &name, &level_dbfs);
    if (r < 0)
        return r;
    if (!(level_dbfs >= LEVEL_MIN_DB && level_dbfs <= 0))
        return sd_bus_error_setf(error, "org.fascia.Error.Invalid", "a level is %.0f .. 0 dBFS", LEVEL_MIN_DB);
    if (!audio->sound || !sound_state_is_audible(sound_status(audio->sound)->state))
        return sd_bus_error_setf(error, "org.fascia.Error.NoPath", "there is no sink to play to");
    const int output = find_output(audio, name);
    if (output < 0)
        return sd_bus_error_setf(error, "org.fascia.Error.Invalid", "the sink has no channel of this name");
    if (audio->test)
        return sd_bus_error_setf(error, "org.fascia.Error.Busy", "a speaker is being tested");

    struct audio_test *test = calloc(1, sizeof *test);
    if (!test)
        return -ENOMEM;
    *test = (struct audio_test){.audio = audio, .m = sd_bus_message_ref(m), .hz = TONE_HZ};
    if (speaker_is_lfe(&audio->play.speakers.at[output]))
        test->hz = TONE_LFE_HZ;
    audio->test = test;
    r = loop_timer_new(audio->service->loop, on_settled, test, &test->settle);
    if (r >= 0)
        r = loop_timer_arm(test->settle, SETTLE_US);
    if (r < 0) {
        finish(test);
        return r;
    }
    render_test(audio->render, (size_t)output, test->hz, level_dbfs);
    return 1;
}

/* After the sound path, which has ended what it listened for: what is left has not begun to listen. */
void audio_speaker_close(struct audio *audio)
{
    if (audio->test)
        refuse(audio->test, -ECANCELED);
}
