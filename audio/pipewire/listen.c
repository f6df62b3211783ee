/* SPDX-License-Identifier: Apache-2.0 */
/* What comes out of the speakers, as far as a computer can tell: the monitor of the real sink. */
#include <errno.h>

#include "audio/pipewire/path.h"
#include "platform/loop/loop.h"

#define EAR_NAME "fascia.listener"

void listen_end(struct sound *s, int result, const double *amplitudes)
{
    const sound_heard_fn heard = s->heard;
    const size_t count = s->ear.count;

    if (!ear_is_open(&s->ear))
        return;
    ear_close(&s->ear);
    s->heard = NULL;
    heard(result, amplitudes, result == 0 ? count : 0, s->heard_userdata); /* it may ask again */
}

void listen_update(struct sound *s)
{
    double amplitudes[LAYOUT_CHANNELS_MAX] = {0};

    if (!ear_is_open(&s->ear))
        return;
    int r = s->speakers.count == s->ear.count && s->target.id == s->ear.sink
                ? ear_update(&s->ear, loop_now_us(), amplitudes)
                : -ENOTCONN; /* it is another sink by now, or has other speakers */
    if (r != -EAGAIN)
        listen_end(s, r, amplitudes);
}

int sound_listen(struct sound *s, unsigned hz, unsigned windows, sound_heard_fn done, void *userdata)
{
    if (ear_is_open(&s->ear))
        return -EBUSY;
    if (!s->connection || s->lost != 0 || !sound_state_is_audible(s->status.state) || s->speakers.count == 0)
        return -ENOTCONN;
    int r = ear_open(&s->ear, s->connection, EAR_NAME, s->target.id, s->speaker_port, s->speakers.count, hz, windows,
                     loop_now_us());
    if (r < 0)
        return r;
    s->heard = done;
    s->heard_userdata = userdata;
    sound_tick_now(s);
    return 0;
}
