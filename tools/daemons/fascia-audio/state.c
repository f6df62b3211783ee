/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the sound, as the function's state and as events. */
#include <stdio.h>
#include <string.h>

#include "tools/daemons/fascia-audio/audio.h"

static void add_lost(const struct decision *d, struct fascia_text *text)
{
    if (d->lost.count == 0)
        return;
    fascia_text_add(text, ", left out: ");
    layout_format(&d->lost, text);
}

/* "stereo on alsa_output.pci…, 48000 Hz, left out: LFE" or "stereo on hdmi, 48000 Hz, in place of alsa_output.pci…" */
static void describe(const struct decision *d, const struct sound_status *status, struct fascia_text *text)
{
    fascia_text_add(text, "%s on %s, %u Hz", decide_mode_name(d->mode), status->target, (unsigned)status->rate);
    if (status->detail[0] != '\0')
        fascia_text_add(text, ", %s", status->detail);
    add_lost(d, text);
}

/* An LFE that is left out because the policy says so is as configured. */
static bool loses_more_than_asked(const struct audio_play *play)
{
    const struct layout *lost = &play->decision.lost;

    for (size_t i = 0; i < lost->count; i++) {
        if (layout_channel_position(lost->channels[i])->role != LAYOUT_ROLE_LFE || play->policy.lfe != DECIDE_LFE_DROP)
            return true;
    }
    return false;
}

/* What takes something away from a path that is all right by itself. False: nothing does. */
static bool is_lessened(const struct audio *audio, enum fascia_reason *ret_reason, const char **ret_detail)
{
    const struct audio_play *play = &audio->play;

    *ret_detail = "";
    if (play->trouble != FASCIA_REASON_NONE) {
        *ret_reason = play->trouble;
        *ret_detail = play->trouble_detail;
    } else if (loses_more_than_asked(play)) {
        *ret_reason = FASCIA_REASON_CHANNELS_LOST;
    } else if (audio->network && audio->network_status.state == NETWORK_NO_SOCKET) {
        *ret_reason = FASCIA_REASON_NETWORK_SOURCE;
        *ret_detail = audio->network_status.detail;
    } else {
        return false;
    }
    return true;
}

static void publish_playing(struct audio *audio, const struct sound_fact *fact, const char *description)
{
    enum fascia_reason reason = FASCIA_REASON_NONE;
    const char *detail;

    if (fact->state == FASCIA_FUNCTION_FULL && is_lessened(audio, &reason, &detail))
        service_fact(audio->service, FASCIA_FUNCTION_DEGRADED, reason, "%s%s%s", detail, detail[0] != '\0' ? "; " : "",
                     description);
    else
        service_fact(audio->service, fact->state, fact->reason, "%s", description);
}

/* As much of a reason as fits, in whole clauses: "…; not quad: no surround pair". */
static int length_of_clauses(const char *reason, size_t room)
{
    size_t length = strlen(reason);

    while (length > room) {
        do
            length--;
        while (length > 0 && reason[length] != ';');
    }
    return (int)length;
}

static void publish_fact(struct audio *audio, const struct sound_status *status)
{
    const struct decision *d = &audio->play.decision;
    const struct sound_fact fact = sound_state_fact(status->state);
    char description[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, description, sizeof description);
    describe(d, status, &text);
    if (audio->play.speakers.count > 0 && d->mode == DECIDE_REFUSE)
        service_fact(audio->service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_SOUND_REFUSED, "%.*s",
                     length_of_clauses(d->reason, FASCIA_DETAIL_SIZE - 1), d->reason);
    else if (sound_state_is_audible(status->state))
        publish_playing(audio, &fact, description);
    else
        service_fact(audio->service, fact.state, fact.reason, "%s", status->detail);

    const bool playing = sound_state_is_audible(status->state);
    if (playing && !audio->playing)
        service_event(audio->service, FASCIA_EVENT_SOUND_READY, "%s", description);
    else if (!playing && audio->playing)
        service_event(audio->service, FASCIA_EVENT_SOUND_LOST, "%s%s%s", sound_state_name(status->state),
                      status->detail[0] != '\0' ? ": " : "", status->detail);
    audio->playing = playing;
}

void audio_state_on_sound(const struct sound_status *status, void *userdata)
{
    struct audio *audio = userdata;

    if (status->target[0] == '\0')
        audio_play_forget(audio);
    publish_fact(audio, status);
    audio_bus_sound_changed(audio);
    audio_bus_classes_changed(audio);
    audio_focus_wake(audio);
}

static void tell_mode(struct audio *audio)
{
    const struct decision *d = &audio->play.decision;
    char message[FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, message, sizeof message);
    fascia_text_add(&text, "%s, at most %+.1f dB", decide_mode_name(d->mode), d->worst_gain_db);
    add_lost(d, &text);
    const size_t used = text.used + strlen(": ");
    if (used < text.size)
        fascia_text_add(&text, ": %.*s", length_of_clauses(d->reason, text.size - 1 - used), d->reason);
    if (strcmp(message, audio->told_mode) == 0)
        return;
    (void)fascia_text_copy(audio->told_mode, sizeof audio->told_mode, message);
    service_event(audio->service, FASCIA_EVENT_SOUND_MODE, "%s", message);
}

static void tell_trouble(struct audio *audio)
{
    const struct audio_play *play = &audio->play;
    const char *detail = play->trouble != FASCIA_REASON_NONE ? play->trouble_detail : "";

    if (strcmp(detail, audio->told_trouble) == 0)
        return;
    (void)fascia_text_copy(audio->told_trouble, sizeof audio->told_trouble, detail);
    if (detail[0] != '\0')
        service_event(audio->service, FASCIA_EVENT_SOUND_TROUBLE, "%s: %s", fascia_reason_id(play->trouble), detail);
}

void audio_state_publish(struct audio *audio)
{
    if (audio->play.speakers.count > 0) {
        tell_mode(audio);
        tell_trouble(audio);
    }
    audio_bus_decision_changed(audio);
    if (audio->sound)
        publish_fact(audio, sound_status(audio->sound));
}
