/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/class.h"

#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"

const char *const stream_class_names[STREAM_CLASSES + 1] = {
    [STREAM_MEDIA] = "media",         [STREAM_NAVIGATION] = "navigation", [STREAM_ASSISTANT] = "assistant",
    [STREAM_TELEPHONY] = "telephony", [STREAM_RINGTONE] = "ringtone",     [STREAM_ALERT] = "alert",
    [STREAM_SAFETY] = "safety",
};

const char *stream_class_name(enum stream_class stream)
{
    return (unsigned)stream < STREAM_CLASSES ? stream_class_names[stream] : "?";
}

int stream_class_parse(const char *name, enum stream_class *ret_class)
{
    for (unsigned i = 0; i < STREAM_CLASSES; i++) {
        if (strcmp(stream_class_names[i], name) != 0)
            continue;
        *ret_class = (enum stream_class)i;
        return 0;
    }
    return -ENOENT;
}

/*
 * Values of media.role: those of PipeWire's key documentation, those that its PulseAudio server and WirePlumber's role
 * policies use besides, and names that need no explanation in a car. What only captures (Camera, Screen, DSP) has no
 * class.
 */
static const struct {
    const char *role;
    enum stream_class stream;
} roles[] = {
    {"Music", STREAM_MEDIA},
    {"Movie", STREAM_MEDIA},
    {"Video", STREAM_MEDIA},
    {"Multimedia", STREAM_MEDIA},
    {"Game", STREAM_MEDIA},
    {"Animation", STREAM_MEDIA},
    {"Production", STREAM_MEDIA},
    {"Test", STREAM_MEDIA},
    {"Navigation", STREAM_NAVIGATION},
    {"Accessibility", STREAM_NAVIGATION}, /* speech that is to be understood over the music, as a prompt is */
    {"a11y", STREAM_NAVIGATION},
    {"Assistant", STREAM_ASSISTANT},
    {"Communication", STREAM_TELEPHONY},
    {"Phone", STREAM_TELEPHONY},
    {"Telephony", STREAM_TELEPHONY},
    {"Ringtone", STREAM_RINGTONE},
    {"Notification", STREAM_ALERT},
    {"Event", STREAM_ALERT},
    {"Alert", STREAM_ALERT},
    {"Alarm", STREAM_ALERT},
    {"Announcement", STREAM_ALERT},
    {"Emergency", STREAM_SAFETY},
    {"Safety", STREAM_SAFETY},
};

const char *stream_class_role_at(size_t i, enum stream_class *ret_class)
{
    if (i >= FASCIA_ARRAY_SIZE(roles))
        return NULL;
    *ret_class = roles[i].stream;
    return roles[i].role;
}
