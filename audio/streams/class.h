/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_STREAMS_CLASS_H
#define FASCIA_AUDIO_STREAMS_CLASS_H

#include <stddef.h>

/* What a stream is for. Each class has its own sink, volume and place in the order of precedence. */

enum stream_class {
    STREAM_MEDIA,
    STREAM_NAVIGATION,
    STREAM_ASSISTANT,
    STREAM_TELEPHONY,
    STREAM_RINGTONE,
    STREAM_ALERT,
    STREAM_SAFETY, /* never ducked, never rejected: the vehicle does not depend on this table */
    STREAM_CLASSES
};

/** "media", "navigation", …, by enum stream_class; NULL ends. */
extern const char *const stream_class_names[STREAM_CLASSES + 1];

/** One of them; "?" out of range. */
const char *stream_class_name(enum stream_class stream);

/** The inverse. Returns 0 or -ENOENT. */
int stream_class_parse(const char *name, enum stream_class *ret_class);

/** Values of PipeWire's media.role, and the class of each when the configuration says nothing ("Music", "Phone", …):
 * the one at `i`; NULL beyond the end. */
const char *stream_class_role_at(size_t i, enum stream_class *ret_class);

#endif
