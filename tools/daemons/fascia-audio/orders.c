/* SPDX-License-Identifier: Apache-2.0 */
/* org.fascia.Audio1, as in config/dbus/org.fascia.Audio1.xml: methods. Who may call is the bus policy's business. */
#include <errno.h>
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

#define ERROR_INVALID  "org.fascia.Error.Invalid"
#define ERROR_NO_PATH  "org.fascia.Error.NoPath"
#define ERROR_NO_MODE  "org.fascia.Error.NoMode"
#define ERROR_NO_CLASS "org.fascia.Error.NoClass"
#define ERROR_NO_DUCK  "org.fascia.Error.NoDuck"

#define VOLUME_MS 100 /* a step of a knob is not heard as one */

/* Where the sound is switched off, or could not be set up. */
static bool is_open(const struct audio *audio)
{
    return audio->look != NULL;
}

static int refuse_closed(sd_bus_error *error)
{
    return sd_bus_error_setf(error, ERROR_NO_PATH, "the sound is switched off or could not be set up");
}

/* --- what is rendered, and how ---------------------------------------------------------------------------------- */

static int reply_play(sd_bus_message *m, int result, const char *message, sd_bus_error *error)
{
    if (result == -EINVAL)
        return sd_bus_error_setf(error, ERROR_INVALID, "%s", message);
    if (result == -ENOTSUP)
        return sd_bus_error_setf(error, ERROR_NO_MODE, "%s", message);
    if (result == -ENOTCONN)
        return sd_bus_error_setf(error, ERROR_NO_PATH, "the service ends");
    return result < 0 ? result : sd_bus_reply_method_return(m, NULL);
}

/* Such orders are carried out in the order in which they come: behind one that waits for filters the others wait, too.
 * Whoever gave it gets his answer when it is carried out. */
static int in_turn(struct audio *audio, sd_bus_message *m, audio_order order, sd_bus_error *error)
{
    char message[FASCIA_DETAIL_SIZE];
    struct fascia_text text;
    int r = AUDIO_E_LATER;

    fascia_text_init(&text, message, sizeof message);
    if (!is_open(audio))
        return refuse_closed(error);
    if (audio->kept_count == 0)
        r = order(audio, m, &text);
    if (r != AUDIO_E_LATER)
        return reply_play(m, r, message, error);
    if (audio->kept_count == AUDIO_KEPT_MAX)
        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "%d orders wait already", AUDIO_KEPT_MAX);
    audio->kept[audio->kept_count++] = (struct audio_kept){.m = sd_bus_message_ref(m), .order = order};
    return 1;
}

static void answer_first(struct audio *audio, int result, const char *message)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *m = audio->kept[0].m;

    audio->kept_count--;
    memmove(&audio->kept[0], &audio->kept[1], audio->kept_count * sizeof audio->kept[0]);
    int r = reply_play(m, result, message, &error);
    if (r < 0)
        (void)sd_bus_reply_method_errno(m, r, &error);
    sd_bus_error_free(&error);
    sd_bus_message_unref(m);
}

bool audio_orders_go_on(struct audio *audio)
{
    char message[FASCIA_DETAIL_SIZE];

    while (audio->kept_count > 0) {
        struct fascia_text text;

        fascia_text_init(&text, message, sizeof message);
        int r = sd_bus_message_rewind(audio->kept[0].m, true);
        if (r >= 0)
            r = audio->kept[0].order(audio, audio->kept[0].m, &text);
        if (r == AUDIO_E_LATER)
            return true;
        answer_first(audio, r, message);
    }
    return false;
}

void audio_orders_close(struct audio *audio)
{
    while (audio->kept_count > 0)
        answer_first(audio, -ENOTCONN, "");
}

static void add_modes(struct fascia_text *message)
{
    fascia_text_add(message, "there is no such mode; there are");
    for (size_t i = 0; decide_mode_names[i]; i++)
        fascia_text_add(message, "%s %s", i ? "," : "", decide_mode_names[i]);
}

static int order_mode(struct audio *audio, sd_bus_message *m, struct fascia_text *message)
{
    enum decide_mode wanted = AUDIO_MODE_AUTO;
    const char *name = NULL;

    int r = sd_bus_message_read(m, "s", &name);
    if (r < 0)
        return r;
    if (strcmp(name, "auto") != 0 && decide_mode_parse(name, &wanted) < 0) {
        add_modes(message);
        fascia_text_add(message, ", auto");
        return -ENOTSUP;
    }
    return audio_play_set_mode(audio, wanted, message);
}

static int set_mode(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return in_turn(userdata, m, order_mode, error);
}

/* -E2BIG: more rules than modes; -ENOENT: a mode that there is not. */
static int read_rules(sd_bus_message *m, struct decide_rule rules[DECIDE_MODES_], size_t *ret_count)
{
    const char *name;
    uint32_t min_speakers;

    *ret_count = 0;
    int r = sd_bus_message_enter_container(m, 'a', "(su)");
    while (r >= 0 && (r = sd_bus_message_read(m, "(su)", &name, &min_speakers)) > 0) {
        if (*ret_count == DECIDE_MODES_)
            return -E2BIG;
        struct decide_rule *rule = &rules[(*ret_count)++];
        rule->min_speakers = min_speakers;
        r = decide_mode_parse(name, &rule->mode);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int order_policy(struct audio *audio, sd_bus_message *m, struct fascia_text *message)
{
    struct decide_rule rules[DECIDE_MODES_];
    size_t count;

    int r = read_rules(m, rules, &count);
    if (r == -E2BIG || r == -ENOENT) {
        if (r == -ENOENT)
            add_modes(message);
        else
            fascia_text_add(message, "a policy names each mode once at most");
        return -EINVAL;
    }
    return r < 0 ? r : audio_play_set_policy(audio, rules, count, message);
}

static int set_policy(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return in_turn(userdata, m, order_policy, error);
}

/* Positive: a layout_result. */
static int read_layout(sd_bus_message *m, struct layout *ret_layout)
{
    struct layout layout = {.count = 0};
    enum layout_channel channel;
    const char *name;

    int r = sd_bus_message_enter_container(m, 'a', "s");
    while (r >= 0 && (r = sd_bus_message_read(m, "s", &name)) > 0) {
        int result = layout_channel_parse(name, &channel);
        if (result == 0)
            result = layout_add(&layout, channel);
        if (result != 0)
            return result;
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    if (r < 0)
        return r;
    *ret_layout = layout;
    return 0;
}

static int order_speakers(struct audio *audio, sd_bus_message *m, struct fascia_text *message)
{
    struct layout only;

    int r = read_layout(m, &only);
    if (r > 0) {
        fascia_text_add(message, "these are no distinct channels");
        return -EINVAL;
    }
    return r < 0 ? r : audio_play_set_speakers(audio, &only, message);
}

static int set_speakers(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return in_turn(userdata, m, order_speakers, error);
}

/* --- ducks and volumes ---------------------------------------------------------------------------------------- */

static int reply_focus(struct audio *audio, sd_bus_message *m, int result, sd_bus_error *error)
{
    switch ((enum focus_result)result) {
    case FOCUS_E_RANGE:
        return sd_bus_error_setf(error, ERROR_INVALID, "a level or a time is out of range");
    case FOCUS_E_SAFETY:
        return sd_bus_error_setf(error, ERROR_INVALID, "safety is not ducked");
    case FOCUS_E_FULL:
        return sd_bus_error_setf(error, SD_BUS_ERROR_LIMITS_EXCEEDED, "there are %d ducks already", FOCUS_DUCKS_MAX);
    case FOCUS_E_NO_DUCK:
        return sd_bus_error_setf(error, ERROR_NO_DUCK, "you duck nothing there");
    }
    audio_focus_apply(audio);
    audio_focus_wake(audio);
    return sd_bus_reply_method_return(m, NULL);
}

/* 0, or what the method returns. */
static int find_class(const struct audio *audio, const char *name, enum stream_class *ret_stream, sd_bus_error *error)
{
    if (!is_open(audio))
        return refuse_closed(error);
    if (stream_class_parse(name, ret_stream) < 0)
        return sd_bus_error_setf(error, ERROR_NO_CLASS, "there is no class of this name");
    return 0;
}

/* Between two programs without a bus daemon there are no names, and nobody else than the other end. */
static const char *sender_of(sd_bus_message *m)
{
    const char *sender = sd_bus_message_get_sender(m);

    return sender ? sender : "";
}

static int duck(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    enum stream_class stream = STREAM_MEDIA;
    const char *name = NULL;
    double target_db = 0;
    uint32_t ms = 0;

    int r = sd_bus_message_read(m, "sdu", &name, &target_db, &ms);
    if (r >= 0)
        r = find_class(audio, name, &stream, error);
    if (r < 0)
        return r;
    const uint64_t owner = audio_client_owner(audio, sender_of(m));
    r = owner == 0 ? FOCUS_E_FULL : focus_duck(&audio->focus, owner, stream, target_db, ms, loop_now_us());
    if (r != 0)
        audio_clients_prune(audio);
    return reply_focus(audio, m, r, error);
}

static int unduck(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    enum stream_class stream = STREAM_MEDIA;
    const char *name = NULL;
    uint32_t ms = 0;

    int r = sd_bus_message_read(m, "su", &name, &ms);
    if (r >= 0)
        r = find_class(audio, name, &stream, error);
    if (r < 0)
        return r;
    r = focus_unduck(&audio->focus, audio_client_find(audio, sender_of(m)), stream, ms, loop_now_us());
    audio_clients_prune(audio);
    return reply_focus(audio, m, r, error);
}

static int set_volume(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct audio *audio = userdata;
    enum stream_class stream = STREAM_MEDIA;
    const char *name = NULL;
    double db = 0;

    int r = sd_bus_message_read(m, "sd", &name, &db);
    if (r >= 0)
        r = find_class(audio, name, &stream, error);
    if (r < 0)
        return r;
    r = focus_volume(&audio->focus, stream, db, VOLUME_MS, loop_now_us());
    if (r == 0) {
        audio_volumes_set(audio, stream, db);
        audio_bus_classes_changed(audio); /* the volume is another one, also where a duck keeps the level */
    }
    return reply_focus(audio, m, r, error);
}

const sd_bus_vtable audio_orders_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("SetMode", "s", NULL, set_mode, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetPolicy", "a(su)", NULL, set_policy, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetSpeakers", "as", NULL, set_speakers, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Duck", "sdu", NULL, duck, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Unduck", "su", NULL, unduck, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetVolume", "sd", NULL, set_volume, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("TestSpeaker", "sd", "ad", audio_speaker_test, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetLevels", NULL, "a(sdd)a(sddd)d(ddd)d", audio_meter_get, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetNetwork", NULL, "(tttttt)ddd", audio_source_get, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};
