/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A receiver and whatever a network can do to it: octet 0 chooses the stream; then steps of one octet each. Whatever
 * comes, what is played is finite and within -1 … 1.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/rtp/receiver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FRAMES_MAX 2048

static float out_samples[RTP_CHANNELS_MAX][FRAMES_MAX];

struct bench {
    struct rtp_receiver *receiver;
    unsigned channels, octets; /* of a frame */
    int64_t now_us;
    uint16_t sequence;
    uint32_t timestamp;
    uint8_t ssrc;
};

static void pull(struct bench *b, size_t frames, uint32_t rate)
{
    float *out[RTP_CHANNELS_MAX] = {NULL};

    for (unsigned c = 0; c < b->channels; c++)
        out[c] = c == 3 ? NULL : out_samples[c];
    rtp_receiver_pull(b->receiver, out, frames, rate, b->now_us);
    for (unsigned c = 0; c < b->channels; c++)
        for (size_t i = 0; i < frames && out[c]; i++)
            if (!(fabsf(out[c][i]) <= 1))
                abort();
    b->now_us += (int64_t)(frames * 1000000 / (rate > 0 ? rate : 1000));
}

/* A packet that fits, of samples that are the input's own octets. */
static void put(struct bench *b, const uint8_t *data, size_t size, unsigned frames)
{
    uint8_t packet[12 + 255 * 36] = {0x80, 97};
    const size_t wanted = (size_t)frames * b->octets;

    packet[2] = (uint8_t)(b->sequence >> 8);
    packet[3] = (uint8_t)b->sequence;
    for (size_t i = 0; i < 4; i++)
        packet[4 + i] = (uint8_t)(b->timestamp >> (24 - 8 * i));
    packet[11] = b->ssrc;
    for (size_t i = 0; i < wanted; i++)
        packet[12 + i] = size > 0 ? data[i % size] : 0;
    (void)rtp_receiver_put(b->receiver, packet, 12 + wanted, 1, b->now_us);
    b->sequence++;
    b->timestamp += frames;
}

static size_t step(struct bench *b, const uint8_t *data, size_t size)
{
    static const uint32_t rates[] = {48000, 44100, 8000, 192000, 0, UINT32_MAX, 1000, 96000};
    const unsigned what = data[0] & 7, much = data[0] >> 3;

    switch (what) {
    case 0:
    case 1:
        put(b, data + 1, size - 1, 1 + much * 8);
        return 1;
    case 2:
        pull(b, (size_t)1 + much * 64, 48000);
        return 1;
    case 3:
        pull(b, 256, rates[much % 8]);
        return 1;
    case 4: /* a loss, or a jump */
        b->sequence = (uint16_t)(b->sequence + (much < 8 ? much : much * 500));
        b->timestamp += much < 16 ? much * 480 : much * 100000;
        return 1;
    case 5: /* back */
        b->sequence = (uint16_t)(b->sequence - much);
        b->timestamp -= much * 200;
        return 1;
    case 6: /* time passes, or a sender begins anew */
        b->now_us += much < 24 ? much * INT64_C(100000) : 0;
        b->ssrc = (uint8_t)(much < 24 ? b->ssrc : much);
        rtp_receiver_turn(b->receiver, b->now_us);
        return 1;
    default: { /* octets as they are */
        const size_t n = size - 1 < (size_t)much * 4 ? size - 1 : (size_t)much * 4;
        (void)rtp_receiver_put(b->receiver, data + 1, n, much & 1, b->now_us);
        return 1 + n;
    }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtp_receiver_options o = {.payload_type = 97, .rate = 48000, .buffer_ms = 20, .buffer_max_ms = 60};
    struct bench b = {.now_us = 1000000};
    struct rtp_receiver_status status;
    unsigned steps = 0;

    if (size < 1)
        return 0;
    o.bits = data[0] & 1 ? 24 : 16;
    o.channels = 1 + ((unsigned)data[0] >> 1 & 15) % RTP_CHANNELS_MAX;
    o.rate = data[0] & 0x80 ? 8000 : 48000;
    if (rtp_receiver_new(&o, &b.receiver) != 0)
        abort();
    b.channels = o.channels;
    b.octets = o.channels * (o.bits / 8);
    for (size_t at = 1; at < size && steps < 100; steps++)
        at += step(&b, data + at, size - at);
    rtp_receiver_status(b.receiver, &status);
    if (!isfinite(status.buffer_ms) || !isfinite(status.jitter_ms) || !(fabs(status.drift_ppm) <= 501))
        abort();
    rtp_receiver_free(b.receiver);
    return 0;
}
