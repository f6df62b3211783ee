/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/class.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const char *const names[STREAM_CLASSES] = {
    [STREAM_MEDIA] = "media",         [STREAM_NAVIGATION] = "navigation", [STREAM_ASSISTANT] = "assistant",
    [STREAM_TELEPHONY] = "telephony", [STREAM_RINGTONE] = "ringtone",     [STREAM_ALERT] = "alert",
    [STREAM_SAFETY] = "safety",
};

const char *stream_class_name(enum stream_class stream)
{
    return (unsigned)stream < STREAM_CLASSES ? names[stream] : "?";
}

int stream_class_parse(const char *name, enum stream_class *ret_class)
{
    for (unsigned i = 0; i < STREAM_CLASSES; i++) {
        if (strcmp(names[i], name) != 0)
            continue;
        *ret_class = (enum stream_class)i;
        return 0;
    }
    return -ENOENT;
}
