/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/player.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define IDLE_DIVISOR  4 /* a quarter of a second without a frame: the sender pauses */
#define MARGIN_MS     2
#define CHUNK_DIVISOR 3000 /* a third of a millisecond */
#define RATE_MIN      1000
#define RATE_MAX      768000

/* Of the library's converters (measured, 48 kHz, ratio 1.0001): linear is 1.3 dB down at 10 kHz; this one is flat to
 * 15 kHz and 0.5 dB down at 18 kHz, with all else below -97 dB; the next better one costs twice as much. */
#define CONVERTER SRC_SINC_FASTEST

static size_t frames_of(const struct rtp_player *p, size_t ms)
{
    return (size_t)p->options.rate * ms / 1000;
}

int rtp_player_init(struct rtp_player *p, const struct rtp_receiver_options *options, struct rtp_queue *queue)
{
    int error = 0;

    memset(p, 0, sizeof *p);
    p->options = *options;
    p->queue = queue;
    p->max_frames = frames_of(p, options->buffer_max_ms);
    /* A packet that makes it too much is put before the oldest is dropped. */
    const size_t capacity = p->max_frames + RTP_PACKET_MAX / (options->bits / 8 * options->channels) + 1;
    int r = rtp_playout_init(&p->playout, capacity, options->channels);
    if (r == 0)
        r = rtp_conceal_init(&p->conceal, options->rate, options->channels);
    p->chunk_frames = options->rate / CHUNK_DIVISOR < RTP_CHUNK ? options->rate / CHUNK_DIVISOR : RTP_CHUNK;
    p->resampler = src_new(CONVERTER, (int)options->channels, &error);
    return p->resampler ? r : -ENOMEM;
}

void rtp_player_finish(struct rtp_player *p)
{
    rtp_playout_finish(&p->playout);
    rtp_conceal_finish(&p->conceal);
    if (p->resampler)
        (void)src_delete(p->resampler);
    p->resampler = NULL;
}

static void count(atomic_uint *counter, uint64_t more)
{
    (void)atomic_fetch_add_explicit(counter, (unsigned)more, memory_order_relaxed);
}

/* Time begins anew here; from now on every frame that comes out is counted. */
static void restart_time(struct rtp_player *p)
{
    p->played = (double)(p->playout.read - (int64_t)p->chunk_left);
}

/* --- packets -------------------------------------------------------------------------------------------------------
 */

static void start(struct rtp_player *p, const struct rtp_record *record, int64_t end, int64_t now_us)
{
    const double since = (double)(now_us - record->arrived_us) * p->options.rate / 1e6;

    rtp_drift_start(&p->drift, p->options.rate, record->arrived_us, record->epoch != p->epoch);
    if (record->epoch != p->epoch)
        p->packet_frames = 0;
    p->epoch = record->epoch;
    p->state = RTP_PLAYER_WAITING;
    p->gap = 0;
    rtp_conceal_break(&p->conceal);
    rtp_playout_restart(&p->playout, end + (int64_t)(since - p->target));
    restart_time(p);
}

static void seek(struct rtp_player *p, int64_t to)
{
    if (to > p->playout.read)
        count(&p->dropped, (uint64_t)(to - p->playout.read));
    else
        count(&p->underruns, 1);
    p->played += (double)(to - p->playout.read);
    rtp_playout_seek(&p->playout, to);
    rtp_conceal_break(&p->conceal);
    rtp_drift_jumped(&p->drift);
}

static void take_packet(struct rtp_player *p, const struct rtp_record *record, const uint8_t *payload, int64_t now_us)
{
    const size_t frames = record->size / (p->options.bits / 8 * p->options.channels);
    const int64_t end = record->position + (int64_t)frames;

    if (p->state == RTP_PLAYER_IDLE || record->epoch != p->epoch)
        start(p, record, end, now_us);
    if (frames > p->packet_frames)
        p->packet_frames = frames;
    rtp_drift_packet(&p->drift, end, record->arrived_us);
    if (end - p->playout.read > (int64_t)p->max_frames)
        seek(p, end - (int64_t)p->target);
    if (rtp_playout_put(&p->playout, record->position, payload, p->options.bits, frames) == 0)
        count(&p->late, 1);
}

static void take_packets(struct rtp_player *p, int64_t now_us)
{
    struct rtp_record record;
    const uint8_t *payload;

    while (rtp_queue_peek(p->queue, &record, &payload)) {
        take_packet(p, &record, payload, now_us);
        rtp_queue_drop(p->queue);
    }
}

/* --- time ----------------------------------------------------------------------------------------------------------
 */

/* A cycle takes its frames at once, and a packet brings its own at once: both must fit into the buffer. */
static void choose_target(struct rtp_player *p, size_t frames, uint32_t rate)
{
    const double cycle = (double)frames * p->options.rate / rate;
    const double least = cycle + 2 * (double)p->packet_frames + (double)frames_of(p, MARGIN_MS);
    const double most = fmax((double)p->max_frames - (double)p->packet_frames, 1);

    p->target = fmin(fmax((double)frames_of(p, p->options.buffer_ms), least), most);
}

static void keep_time(struct rtp_player *p, int64_t now_us)
{
    double sender = 0;

    if (p->state == RTP_PLAYER_IDLE || !rtp_drift_sender(&p->drift, now_us, &sender))
        return;
    if (p->state == RTP_PLAYER_WAITING) { /* nothing is heard yet: the first place may still be corrected */
        rtp_playout_seek(&p->playout, (int64_t)(sender - p->target) + (int64_t)p->chunk_left);
        restart_time(p);
    }
    const int64_t jump = rtp_drift_cycle(&p->drift, p->played, p->target, now_us);
    if (jump != 0)
        seek(p, p->playout.read + jump);
    const double behind = sender - p->played;
    atomic_store_explicit(&p->buffer_us, (int)(fmin(fmax(behind / p->options.rate, 0), 10) * 1e6),
                          memory_order_relaxed);
    atomic_store_explicit(&p->drift_ppb, (int)(p->drift.integral * 1e9), memory_order_relaxed);
}

/* --- frames --------------------------------------------------------------------------------------------------------
 */

static void miss(struct rtp_player *p, size_t frames)
{
    if (p->state != RTP_PLAYER_PLAYING)
        return;
    if (p->gap == 0 && p->playout.end <= p->playout.read)
        count(&p->underruns, 1);
    if (!rtp_conceal_is_silent(&p->conceal))
        count(&p->concealed, frames);
    p->gap += frames;
    if (p->gap > p->options.rate / IDLE_DIVISOR)
        p->state = RTP_PLAYER_IDLE;
}

static void fill_chunk(struct rtp_player *p)
{
    for (size_t done = 0, n = 0; done < p->chunk_frames; done += n) {
        float *at = p->chunk + done * p->options.channels;
        if (rtp_playout_take(&p->playout, at, p->chunk_frames - done, &n)) {
            p->state = RTP_PLAYER_PLAYING;
            p->gap = 0;
            rtp_conceal_play(&p->conceal, at, n);
        } else {
            miss(p, n);
            rtp_conceal_fill(&p->conceal, at, n);
        }
    }
    p->chunk_at = 0;
    p->chunk_left = p->chunk_frames;
}

/* At most RTP_BLOCK frames into the block. 0: the library has failed, and will again. */
static size_t resample(struct rtp_player *p, size_t frames, double ratio)
{
    size_t got = 0;

    while (got < frames) {
        if (p->chunk_left == 0)
            fill_chunk(p);
        SRC_DATA data = {
            .data_in = p->chunk + p->chunk_at * p->options.channels,
            .input_frames = (long)p->chunk_left,
            .data_out = p->block + got * p->options.channels,
            .output_frames = (long)(frames - got),
            .src_ratio = ratio,
        };
        if (src_process(p->resampler, &data) != 0 || (data.input_frames_used == 0 && data.output_frames_gen == 0))
            return 0;
        p->chunk_at += (size_t)data.input_frames_used;
        p->chunk_left -= (size_t)data.input_frames_used;
        p->played += (double)data.output_frames_gen / ratio;
        got += (size_t)data.output_frames_gen;
    }
    return got;
}

static float clip(float value)
{
    return value > 1 ? 1 : value < -1 ? -1 : value;
}

static void silence(const struct rtp_player *p, float *const *out, size_t from, size_t frames)
{
    for (size_t channel = 0; channel < p->options.channels; channel++)
        if (out[channel] && frames > from)
            memset(out[channel] + from, 0, (frames - from) * sizeof(float));
}

static void play(struct rtp_player *p, float *const *out, size_t frames, uint32_t rate)
{
    const size_t channels = p->options.channels;
    const double ratio = rate / (p->options.rate * (1 + p->drift.speed));
    size_t done = 0;

    /* At once, from 1e-5 to 1e-5, not by the library's glide: so what was played is known to the fraction of a frame.
     */
    (void)src_set_ratio(p->resampler, ratio);
    while (done < frames) {
        const size_t n = resample(p, frames - done < RTP_BLOCK ? frames - done : RTP_BLOCK, ratio);
        if (n == 0)
            break;
        for (size_t channel = 0; channel < channels; channel++)
            for (size_t i = 0; out[channel] && i < n; i++)
                out[channel][done + i] = clip(p->block[i * channels + channel]);
        done += n;
    }
    silence(p, out, done, frames);
}

void rtp_player_pull(struct rtp_player *p, float *const *out, size_t frames, uint32_t rate, int64_t now_us)
{
    if (rate < RATE_MIN || rate > RATE_MAX) {
        silence(p, out, 0, frames);
        return;
    }
    choose_target(p, frames, rate);
    take_packets(p, now_us);
    keep_time(p, now_us);
    if (p->state == RTP_PLAYER_IDLE)
        silence(p, out, 0, frames);
    else
        play(p, out, frames, rate);
    atomic_store_explicit(&p->is_playing, p->state == RTP_PLAYER_PLAYING, memory_order_relaxed);
}
