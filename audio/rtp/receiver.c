/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/receiver.h"

#include <errno.h>
#include <stdlib.h>

#include "audio/rtp/player.h"
#include "audio/rtp/source.h"

struct total { /* of a counter of the sound thread, which wraps */
    unsigned last;
    uint64_t sum;
};

struct rtp_receiver {
    struct rtp_receiver_options options;
    struct rtp_source source;
    uint64_t refused;
    struct total late, concealed, dropped, underruns;
    struct rtp_queue queue;
    struct rtp_player player;
};

static bool is_possible(const struct rtp_receiver_options *o)
{
    return o->payload_type <= 127 && (o->bits == 16 || o->bits == 24) && o->channels >= 1 &&
           o->channels <= RTP_CHANNELS_MAX && o->rate >= 8000 && o->rate <= 192000 && o->buffer_ms >= 5 &&
           o->buffer_ms <= 1000 && o->buffer_max_ms >= o->buffer_ms && o->buffer_max_ms <= 2000;
}

/* Twice what the buffer holds, as small packets carry more header than sound, and some for what always may come. */
static size_t queue_size(const struct rtp_receiver_options *o)
{
    const size_t octets_per_s = (size_t)o->rate * o->channels * (o->bits / 8);
    return 65536 + 2 * (octets_per_s / 1000 * o->buffer_max_ms);
}

int rtp_receiver_new(const struct rtp_receiver_options *options, struct rtp_receiver **ret)
{
    if (!is_possible(options))
        return -EINVAL;
    struct rtp_receiver *receiver = calloc(1, sizeof *receiver);
    if (!receiver)
        return -ENOMEM;
    receiver->options = *options;
    rtp_source_init(&receiver->source, options->rate);
    int r = rtp_queue_init(&receiver->queue, queue_size(options));
    if (r == 0)
        r = rtp_player_init(&receiver->player, options, &receiver->queue);
    if (r < 0) {
        rtp_receiver_free(receiver);
        return r;
    }
    *ret = receiver;
    return 0;
}

void rtp_receiver_free(struct rtp_receiver *receiver)
{
    if (!receiver)
        return;
    rtp_player_finish(&receiver->player);
    rtp_queue_finish(&receiver->queue);
    free(receiver);
}

static int judge(struct rtp_receiver *receiver, const void *bytes, size_t size, uint64_t sender, int64_t now_us,
                 struct rtp_record *record, struct rtp_packet *packet)
{
    const struct rtp_receiver_options *o = &receiver->options;

    int r = rtp_packet_parse(bytes, size, packet);
    if (r != 0)
        return r;
    if (packet->payload_type != o->payload_type || packet->payload_size == 0 ||
        packet->payload_size % ((size_t)o->bits / 8 * o->channels) != 0)
        return RTP_E_FORMAT;
    r = rtp_source_take(&receiver->source, packet, sender, now_us, &record->position);
    if (r != 0)
        return r;
    record->arrived_us = now_us;
    record->epoch = receiver->source.epoch;
    record->size = (uint32_t)packet->payload_size;
    return 0;
}

int rtp_receiver_put(struct rtp_receiver *receiver, const void *bytes, size_t size, uint64_t sender, int64_t now_us)
{
    struct rtp_record record = {0};
    struct rtp_packet packet;

    int r = judge(receiver, bytes, size, sender, now_us, &record, &packet);
    if (r == 0 && !rtp_queue_put(&receiver->queue, &record, packet.payload))
        r = RTP_E_FULL;
    receiver->refused += r != 0 && r != RTP_E_DUPLICATE;
    return r;
}

static void add_up(struct total *total, const atomic_uint *counter)
{
    const unsigned now = atomic_load_explicit(counter, memory_order_relaxed);

    total->sum += now - total->last;
    total->last = now;
}

void rtp_receiver_turn(struct rtp_receiver *receiver, int64_t now_us)
{
    rtp_source_turn(&receiver->source, now_us);
    add_up(&receiver->late, &receiver->player.late);
    add_up(&receiver->concealed, &receiver->player.concealed);
    add_up(&receiver->dropped, &receiver->player.dropped);
    add_up(&receiver->underruns, &receiver->player.underruns);
}

bool rtp_receiver_sender(const struct rtp_receiver *receiver, uint64_t *ret_sender)
{
    const bool is_settled = rtp_source_is_settled(&receiver->source);

    if (is_settled)
        *ret_sender = receiver->source.sender;
    return is_settled;
}

void rtp_receiver_status(struct rtp_receiver *receiver, struct rtp_receiver_status *ret_status)
{
    const struct rtp_player *player = &receiver->player;
    const struct rtp_source *source = &receiver->source;
    const bool is_playing = atomic_load_explicit(&player->is_playing, memory_order_relaxed);

    add_up(&receiver->late, &player->late);
    add_up(&receiver->concealed, &player->concealed);
    add_up(&receiver->dropped, &player->dropped);
    add_up(&receiver->underruns, &player->underruns);
    *ret_status = (struct rtp_receiver_status){
        .playing = is_playing,
        .packets = source->packets,
        .refused = receiver->refused,
        .lost = rtp_source_lost(source),
        .late = receiver->late.sum,
        .duplicate = source->duplicate,
        .reordered = source->reordered,
        .concealed_frames = receiver->concealed.sum,
        .dropped_frames = receiver->dropped.sum,
        .underruns = receiver->underruns.sum,
        .buffer_ms = is_playing ? atomic_load_explicit(&player->buffer_us, memory_order_relaxed) / 1e3 : 0,
        .jitter_ms = source->jitter / receiver->options.rate * 1e3,
        .drift_ppm = atomic_load_explicit(&player->drift_ppb, memory_order_relaxed) / 1e3,
        .ssrc = source->ssrc,
    };
}

void rtp_receiver_pull(struct rtp_receiver *receiver, float *const *out, size_t frames, uint32_t rate, int64_t now_us)
{
    rtp_player_pull(&receiver->player, out, frames, rate, now_us);
}
