/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/audio/rtp/stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test.h"

#define SINE_TABLE 65536

static float sine[SINE_TABLE];

static float sine_at(double turns)
{
    if (sine[SINE_TABLE / 4] == 0)
        for (size_t i = 0; i < SINE_TABLE; i++)
            sine[i] = (float)sin(2 * M_PI * (double)i / SINE_TABLE);
    return sine[(size_t)((turns - floor(turns)) * SINE_TABLE) % SINE_TABLE];
}

void stream_init(struct stream *s, unsigned channels)
{
    memset(s, 0, sizeof *s);
    s->options = (struct rtp_receiver_options){
        .payload_type = 97, .bits = 16, .channels = channels, .rate = 48000, .buffer_ms = 60, .buffer_max_ms = 200};
    s->packet_frames = 240 / channels > 48 ? 240 : 48;
    s->graph_rate = 48000;
    s->quantum = 256;
    s->hz = 440;
    s->amplitude = 0.5;
    s->sender = 1;
    s->ssrc = 0x1234;
    s->sequence = 1000;
    s->timestamp = 5000;
    s->now_us = s->next_packet_us = 1e6;
    s->next_cycle_us = 1e6 + 1234;
}

void stream_open(struct stream *s)
{
    assert_int_equal(rtp_receiver_new(&s->options, &s->receiver), 0);
}

void stream_close(struct stream *s)
{
    rtp_receiver_free(s->receiver);
    s->receiver = NULL;
}

static void put_be(uint8_t *to, uint32_t value, size_t octets)
{
    for (size_t i = 0; i < octets; i++)
        to[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
}

size_t stream_packet(const struct stream *s, uint16_t sequence, uint32_t timestamp, uint64_t frame, uint8_t *to)
{
    const size_t octets = s->options.bits / 8;
    uint8_t *at = to + 12;

    to[0] = 0x80;
    to[1] = (uint8_t)s->options.payload_type;
    put_be(to + 2, sequence, 2);
    put_be(to + 4, timestamp, 4);
    put_be(to + 8, s->ssrc, 4);
    for (size_t i = 0; i < s->packet_frames; i++) {
        for (unsigned c = 0; c < s->options.channels; c++) {
            const double turns = s->hz * (c + 1) * (double)(frame + i) / s->options.rate;
            const float value = (float)s->amplitude * sine_at(turns);
            rtp_pcm_encode(&value, s->options.bits, at, 1);
            at += octets;
        }
    }
    assert_true((size_t)(at - to) <= 1500);
    return (size_t)(at - to);
}

static void send(struct stream *s)
{
    const double delay = s->network ? s->network(s->number) : 1000;
    struct in_flight *f = s->flight;

    s->number++;
    if (!s->is_paused && delay >= 0) {
        while (f < s->flight + 64 && f->size > 0)
            f++;
        assert_true(f < s->flight + 64);
        f->due_us = s->next_packet_us + delay;
        f->size = stream_packet(s, s->sequence, s->timestamp, s->frame, f->bytes);
    } else if (!s->is_paused) {
        s->lost++;
    }
    if (!s->is_paused)
        s->sequence++;
    s->timestamp += (uint32_t)s->packet_frames;
    s->frame += s->packet_frames;
    s->next_packet_us += (double)s->packet_frames * 1e6 / s->options.rate / (1 + s->ppm * 1e-6);
}

static struct in_flight *next_arrival(struct stream *s)
{
    struct in_flight *first = NULL;

    for (struct in_flight *f = s->flight; f < s->flight + 64; f++)
        if (f->size > 0 && (!first || f->due_us < first->due_us))
            first = f;
    return first;
}

static void listen(struct stream *s)
{
    const double limit = s->amplitude * 1.1 + 1e-6;

    for (unsigned c = 0; c < s->options.channels; c++) {
        for (size_t i = 0; i < s->quantum; i++) {
            const float x = s->out[c][i];
            if (!isfinite(x) || fabs((double)x) > fmin(limit, 1))
                fail_msg("sample %f of channel %u", (double)x, c);
            s->step_max = fmax(s->step_max, fabs((double)x - (double)s->before[c]));
            s->before[c] = x;
        }
    }
    for (size_t i = 0; s->record && i < s->quantum && s->recorded < s->record_size; i++)
        s->record[s->recorded++] = s->out[0][i];
}

static void cycle(struct stream *s)
{
    float *out[RTP_CHANNELS_MAX];

    for (size_t c = 0; c < RTP_CHANNELS_MAX; c++)
        out[c] = s->out[c];
    rtp_receiver_pull(s->receiver, out, s->quantum, s->graph_rate, (int64_t)s->next_cycle_us);
    listen(s);
    rtp_receiver_turn(s->receiver, (int64_t)s->next_cycle_us);
    s->next_cycle_us += (double)s->quantum * 1e6 / s->graph_rate;
}

void stream_run(struct stream *s, double seconds)
{
    const double until = s->now_us + seconds * 1e6;

    for (;;) {
        struct in_flight *f = next_arrival(s);
        const double arrival = f ? f->due_us : HUGE_VAL;
        const double next = fmin(arrival, fmin(s->next_packet_us, s->next_cycle_us));
        if (next > until)
            break;
        if (next == s->next_packet_us) {
            send(s);
        } else if (next == arrival) {
            for (int times = s->twice ? 2 : 1; times > 0; times--)
                (void)rtp_receiver_put(s->receiver, f->bytes, f->size, s->sender, (int64_t)f->due_us);
            f->size = 0;
        } else {
            cycle(s);
        }
    }
    s->now_us = until;
}

void stream_record(struct stream *s, float *to, size_t frames)
{
    s->record = to;
    s->record_size = frames;
    s->recorded = 0;
}

void stream_listen_anew(struct stream *s)
{
    s->step_max = 0;
}

struct rtp_receiver_status stream_status(struct stream *s)
{
    struct rtp_receiver_status status;

    rtp_receiver_status(s->receiver, &status);
    return status;
}

void stream_fit(const float *x, size_t frames, double rate, double hz, double *ret_amplitude, double *ret_residual)
{
    double cc = 0, ss = 0, cs = 0, xc = 0, xs = 0, power = 0, rest = 0;

    for (size_t i = 0; i < frames; i++) {
        const double w = 2 * M_PI * hz * (double)i / rate, c = cos(w), s = sin(w);
        cc += c * c;
        ss += s * s;
        cs += c * s;
        xc += (double)x[i] * c;
        xs += (double)x[i] * s;
    }
    const double determinant = cc * ss - cs * cs;
    const double a = (xc * ss - xs * cs) / determinant, b = (xs * cc - xc * cs) / determinant;
    for (size_t i = 0; i < frames; i++) {
        const double w = 2 * M_PI * hz * (double)i / rate, d = (double)x[i] - a * cos(w) - b * sin(w);
        power += (double)x[i] * (double)x[i];
        rest += d * d;
    }
    *ret_amplitude = sqrt(a * a + b * b);
    *ret_residual = sqrt(rest / (power > 0 ? power : 1));
}
