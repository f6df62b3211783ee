/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/focus.h"
#include "stack/base/cleanup.h"

/*
 * Who gives way: after the Android Open Source Project's car service, FocusInteraction.java of Android 11 (Apache-2.0),
 * whose thirteen contexts stand here as seven classes:
 *
 *   media       MUSIC                      telephony   CALL
 *   navigation  NAVIGATION                 ringtone    CALL_RING
 *   assistant   VOICE_COMMAND              alert       NOTIFICATION, ALARM, SYSTEM_SOUND, ANNOUNCEMENT
 *                                          safety      SAFETY, EMERGENCY, VEHICLE_STATUS
 *
 * Where contexts of one class differ, the one named first is taken: a parking chime must not stop the music, as an
 * alarm would. INVALID has no class.
 *
 * Levels: -14 dB and -35 dB, the duck and the strong duck of Android's PlaybackActivityMonitor (factors 0.2 and
 * 0.017783). The strong one is for speech that is held a conversation with, and for warnings. Speech is not ducked for
 * what says less than it.
 *
 * Times: a duck takes 500 ms there; a call or its ringtone silences the media within 100 ms, and our warnings take the
 * same time. Fades back are those of Android's FadeManagerConfiguration by what fades in: media 1000 ms; navigation,
 * assistant, alarm and ringtone 700 ms; voice 500 ms. Holds are our own: they bridge the pauses within a prompt, not
 * those of a conversation (audio/streams/sounding.h does).
 */

#define C FOCUS_CONCURRENT
#define E FOCUS_EXCLUSIVE
#define R FOCUS_REJECT

#define DUCK_DB   (-14.0)
#define STRONG_DB (-35.0)

#define DUCK_ATTACK_MS  500
#define QUICK_ATTACK_MS 100

static const struct {
    enum focus_interaction interaction;
    double target_db;
} cells[STREAM_CLASSES][STREAM_CLASSES] = {
    /* columns: media, navigation, assistant, telephony, ringtone, alert, safety */
    [STREAM_MEDIA] =
        {{C, 0}, {C, DUCK_DB}, {E, STRONG_DB}, {E, STRONG_DB}, {E, STRONG_DB}, {C, DUCK_DB}, {C, STRONG_DB}},
    [STREAM_NAVIGATION] = {{C, 0}, {C, 0}, {E, DUCK_DB}, {E, DUCK_DB}, {C, 0}, {C, 0}, {C, DUCK_DB}},
    [STREAM_ASSISTANT] = {{C, 0}, {R, 0}, {C, 0}, {E, STRONG_DB}, {E, STRONG_DB}, {R, 0}, {C, DUCK_DB}},
    [STREAM_TELEPHONY] = {{R, 0}, {C, 0}, {R, 0}, {C, 0}, {C, 0}, {C, 0}, {C, DUCK_DB}},
    [STREAM_RINGTONE] = {{R, 0}, {C, DUCK_DB}, {C, DUCK_DB}, {C, DUCK_DB}, {C, 0}, {R, 0}, {C, DUCK_DB}},
    [STREAM_ALERT] = {{C, 0}, {C, 0}, {E, DUCK_DB}, {E, DUCK_DB}, {E, DUCK_DB}, {C, 0}, {C, DUCK_DB}},
    [STREAM_SAFETY] = {{C, 0}, {C, 0}, {C, 0}, {C, 0}, {C, 0}, {C, 0}, {C, 0}},
};

static const uint32_t attack_ms[STREAM_CLASSES] = {
    /* by who has its way */
    [STREAM_MEDIA] = DUCK_ATTACK_MS,      [STREAM_NAVIGATION] = DUCK_ATTACK_MS, [STREAM_ASSISTANT] = DUCK_ATTACK_MS,
    [STREAM_TELEPHONY] = QUICK_ATTACK_MS, [STREAM_RINGTONE] = QUICK_ATTACK_MS,  [STREAM_ALERT] = DUCK_ATTACK_MS,
    [STREAM_SAFETY] = QUICK_ATTACK_MS,
};

static const uint32_t hold_ms[STREAM_CLASSES] = {
    [STREAM_MEDIA] = 0,      [STREAM_NAVIGATION] = 400, [STREAM_ASSISTANT] = 500, [STREAM_TELEPHONY] = 500,
    [STREAM_RINGTONE] = 500, [STREAM_ALERT] = 300,      [STREAM_SAFETY] = 500,
};

static const uint32_t release_ms[STREAM_CLASSES] = {
    /* by who comes back */
    [STREAM_MEDIA] = 1000,   [STREAM_NAVIGATION] = 700, [STREAM_ASSISTANT] = 700, [STREAM_TELEPHONY] = 500,
    [STREAM_RINGTONE] = 700, [STREAM_ALERT] = 700,      [STREAM_SAFETY] = 500,
};

const char *const focus_interaction_names[FOCUS_INTERACTIONS_ + 1] = {
    [FOCUS_CONCURRENT] = "concurrent",
    [FOCUS_EXCLUSIVE] = "exclusive",
    [FOCUS_REJECT] = "reject",
};

static const char *const whys[] = {
    [FOCUS_WHY_FREE] = "free",         [FOCUS_WHY_DUCKED] = "ducked",     [FOCUS_WHY_MUTED] = "muted",
    [FOCUS_WHY_REJECTED] = "rejected", [FOCUS_WHY_EXTERNAL] = "external",
};

const char *focus_why_name(enum focus_why why)
{
    return (unsigned)why < FASCIA_ARRAY_SIZE(whys) ? whys[why] : "?";
}

void focus_edge_times(enum stream_class holder, enum stream_class requester, enum focus_interaction interaction,
                      struct focus_edge *edge)
{
    const bool rejects = interaction == FOCUS_REJECT;

    edge->attack_ms = attack_ms[rejects ? holder : requester];
    edge->hold_ms = hold_ms[rejects ? holder : requester];
    edge->release_ms = release_ms[rejects ? requester : holder];
}

void focus_table_default(struct focus_table *ret_table)
{
    for (unsigned h = 0; h < STREAM_CLASSES; h++) {
        for (unsigned r = 0; r < STREAM_CLASSES; r++) {
            struct focus_edge *edge = &ret_table->edge[h][r];
            focus_edge_times((enum stream_class)h, (enum stream_class)r, cells[h][r].interaction, edge);
            edge->interaction = cells[h][r].interaction;
            edge->target_db = cells[h][r].target_db;
        }
    }
}
