/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/streams/sounding.h"

#define SOUNDING_LEVEL 0.000316227766F /* SOUNDING_LEVEL_DB, linear */

static const uint32_t pauses_ms[STREAM_CLASSES] = {
    [STREAM_MEDIA] = 2000,                                 /* between two pieces */
    [STREAM_NAVIGATION] = 700,  [STREAM_ASSISTANT] = 5000, /* it listens */
    [STREAM_TELEPHONY] = 10000, /* the other end listens; most networks send comfort noise in the meantime */
    [STREAM_RINGTONE] = 5000,   /* ITU-T E.180: pauses of the ringing tone are 3 to 5 s */
    [STREAM_ALERT] = 1000,      [STREAM_SAFETY] = 1000,
};

uint32_t sounding_pause_ms(enum stream_class stream)
{
    return (unsigned)stream < STREAM_CLASSES ? pauses_ms[stream] : 0;
}

bool sounding_turn(struct sounding *s, enum stream_class stream, bool linked, float peak, int64_t now_us)
{
    if (linked && peak >= SOUNDING_LEVEL) {
        s->sounds = true;
        s->heard_us = now_us;
    } else if (!linked || now_us - s->heard_us >= (int64_t)sounding_pause_ms(stream) * 1000) {
        s->sounds = false;
    }
    return s->sounds;
}
