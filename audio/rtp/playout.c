/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/playout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/rtp/packet.h"

int rtp_playout_init(struct rtp_playout *p, size_t capacity, size_t channels)
{
    *p = (struct rtp_playout){
        .samples = calloc(capacity * channels, sizeof(float)),
        .present = calloc(capacity, 1),
        .capacity = capacity,
        .channels = channels,
    };
    return p->samples && p->present ? 0 : -ENOMEM;
}

void rtp_playout_finish(struct rtp_playout *p)
{
    free(p->samples);
    free(p->present);
    p->samples = NULL;
    p->present = NULL;
}

static size_t place_of(const struct rtp_playout *p, int64_t position)
{
    const int64_t capacity = (int64_t)p->capacity, rest = position % capacity;
    return (size_t)(rest < 0 ? rest + capacity : rest);
}

/* Forgets `frames` <= capacity frames. */
static void forget(struct rtp_playout *p, int64_t position, size_t frames)
{
    const size_t at = place_of(p, position);
    const size_t first = frames < p->capacity - at ? frames : p->capacity - at;

    memset(p->present + at, 0, first);
    memset(p->present, 0, frames - first);
}

void rtp_playout_restart(struct rtp_playout *p, int64_t read)
{
    memset(p->present, 0, p->capacity);
    p->read = p->end = read;
}

void rtp_playout_seek(struct rtp_playout *p, int64_t read)
{
    const int64_t capacity = (int64_t)p->capacity, step = read - p->read;

    if (step >= capacity || step <= -capacity)
        forget(p, 0, p->capacity);
    else if (step >= 0)
        forget(p, p->read, (size_t)step);
    else
        forget(p, read + capacity, (size_t)-step);
    p->read = read;
    if (p->end < read || p->end > read + capacity)
        p->end = p->end < read ? read : read + capacity;
}

size_t rtp_playout_put(struct rtp_playout *p, int64_t position, const uint8_t *payload, unsigned bits, size_t frames)
{
    const size_t octets = bits / 8 * p->channels;
    size_t put = 0;

    if (position < p->read) {
        const uint64_t late = (uint64_t)(p->read - position);
        if (late >= frames)
            return 0;
        payload += (size_t)late * octets;
        frames -= (size_t)late;
        position = p->read;
    }
    const uint64_t ahead = (uint64_t)(position - p->read);
    if (ahead >= p->capacity)
        return 0;
    if (frames > p->capacity - (size_t)ahead)
        frames = p->capacity - (size_t)ahead;
    while (put < frames) {
        const size_t at = place_of(p, position + (int64_t)put);
        const size_t n = frames - put < p->capacity - at ? frames - put : p->capacity - at;
        rtp_pcm_decode(payload + put * octets, bits, p->samples + at * p->channels, n * p->channels);
        memset(p->present + at, 1, n);
        put += n;
    }
    if (position + (int64_t)frames > p->end)
        p->end = position + (int64_t)frames;
    return frames;
}

bool rtp_playout_take(struct rtp_playout *p, float *to, size_t frames, size_t *ret_frames)
{
    const size_t at = place_of(p, p->read);
    size_t n = frames < p->capacity - at ? frames : p->capacity - at;
    const bool there = p->present[at];
    const uint8_t *other = memchr(p->present + at, there ? 0 : 1, n);

    if (other)
        n = (size_t)(other - (p->present + at));
    if (there) {
        memcpy(to, p->samples + at * p->channels, n * p->channels * sizeof *to);
        memset(p->present + at, 0, n);
    }
    p->read += (int64_t)n;
    if (p->end < p->read)
        p->end = p->read;
    *ret_frames = n;
    return there;
}
