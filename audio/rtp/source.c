/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/source.h"

#include <math.h>
#include <string.h>

/* RFC 3550 appendix A.1: MAX_DROPOUT; and the packets that make a source valid, or a restart of one. */
#define DROPOUT_MAX    3000
#define PROBATION      3
#define RESTART        3
#define TIMESTAMP_MAX  2 /* seconds of a jump that may still be the same stream */
#define SEQUENCE_START 65536

void rtp_source_init(struct rtp_source *s, uint32_t rate)
{
    memset(s, 0, sizeof *s);
    s->rate = rate;
}

static void mark(struct rtp_source *s, uint64_t sequence)
{
    s->seen[sequence / 64 % (RTP_SOURCE_WINDOW / 64)] |= UINT64_C(1) << (sequence % 64);
}

static bool is_marked(const struct rtp_source *s, uint64_t sequence)
{
    return s->seen[sequence / 64 % (RTP_SOURCE_WINDOW / 64)] >> (sequence % 64) & 1;
}

static void unmark(struct rtp_source *s, uint64_t sequence)
{
    s->seen[sequence / 64 % (RTP_SOURCE_WINDOW / 64)] &= ~(UINT64_C(1) << (sequence % 64));
}

uint64_t rtp_source_lost(const struct rtp_source *s)
{
    const uint64_t expected = s->epoch > 0 ? s->newest - s->first + 1 : 0;
    return s->lost_before + (expected > s->received ? expected - s->received : 0);
}

static void begin(struct rtp_source *s, const struct rtp_packet *packet, uint64_t sender)
{
    s->lost_before = rtp_source_lost(s);
    s->is_heard = true;
    s->sender = sender;
    s->ssrc = packet->ssrc;
    s->epoch++;
    s->first = s->newest = SEQUENCE_START + packet->sequence; /* so that earlier ones have a number, too */
    s->received = 1;
    s->timestamp = packet->timestamp;
    s->position = 0;
    s->has_transit = false;
    s->jitter = 0;
    s->other.count = 0;
    memset(s->seen, 0, sizeof s->seen);
    mark(s, s->newest);
}

/* Packets that do not fit: true for the one that completes a row of `wanted`, which is then the new stream. */
static bool insists(struct rtp_source *s, const struct rtp_packet *packet, uint64_t sender, unsigned wanted)
{
    const bool goes_on = s->other.count > 0 && s->other.sender == sender && s->other.ssrc == packet->ssrc &&
                         s->other.next == packet->sequence;

    s->other.count = goes_on ? s->other.count + 1 : 1;
    s->other.sender = sender;
    s->other.ssrc = packet->ssrc;
    s->other.next = (uint16_t)(packet->sequence + 1);
    return s->other.count >= wanted;
}

/* "J(i) = J(i-1) + (|D(i-1,i)| - J(i-1))/16" (section 6.4.1). */
static void follow_jitter(struct rtp_source *s, int64_t position, int64_t now_us)
{
    const double transit = (double)now_us * s->rate / 1e6 - (double)position;

    if (s->has_transit)
        s->jitter += (fabs(transit - s->transit) - s->jitter) / 16;
    s->has_transit = true;
    s->transit = transit;
}

static int place(struct rtp_source *s, const struct rtp_packet *packet, int64_t *ret_position)
{
    const int step = (int16_t)(uint16_t)(packet->sequence - (uint16_t)s->newest);
    const int64_t frames = (int32_t)(packet->timestamp - s->timestamp);
    const int64_t limit = (int64_t)s->rate * TIMESTAMP_MAX;

    if (step > DROPOUT_MAX || step <= -RTP_SOURCE_WINDOW || frames > limit || frames < -limit)
        return RTP_E_JUMP;
    const uint64_t sequence = s->newest + (uint64_t)(int64_t)step;
    if (step <= 0 && is_marked(s, sequence))
        return RTP_E_DUPLICATE;
    for (uint64_t skipped = s->newest + 1; skipped < sequence; skipped++)
        unmark(s, skipped);
    mark(s, sequence);
    s->received++;
    *ret_position = s->position + frames;
    if (step < 0) {
        s->reordered++;
        s->first = sequence < s->first ? sequence : s->first;
        return 0;
    }
    s->newest = sequence;
    s->timestamp = packet->timestamp;
    s->position = *ret_position;
    return 0;
}

static int place_or_restart(struct rtp_source *s, const struct rtp_packet *packet, uint64_t sender,
                            int64_t *ret_position)
{
    int r = packet->ssrc == s->ssrc ? place(s, packet, ret_position) : RTP_E_STRANGER;

    if (r == 0)
        s->other.count = 0;
    if (r == 0 || r == RTP_E_DUPLICATE)
        return r;
    /* The sender has begun anew: another SSRC, or other numbers under the old one. */
    if (!insists(s, packet, sender, RESTART))
        return r;
    begin(s, packet, sender);
    *ret_position = 0;
    return 0;
}

int rtp_source_take(struct rtp_source *s, const struct rtp_packet *packet, uint64_t sender, int64_t now_us,
                    int64_t *ret_position)
{
    int r = 0;

    rtp_source_turn(s, now_us);
    const bool is_other = packet->ssrc != s->ssrc || sender != s->sender;
    if (!s->is_heard || (is_other && !rtp_source_is_settled(s))) {
        begin(s, packet, sender);
        s->proven = 0;
        *ret_position = 0;
    } else {
        r = sender == s->sender ? place_or_restart(s, packet, sender, ret_position) : RTP_E_STRANGER;
    }
    s->duplicate += r == RTP_E_DUPLICATE;
    if (r != 0)
        return r;
    s->packets++;
    s->proven += s->proven < PROBATION;
    s->last_us = now_us;
    follow_jitter(s, *ret_position, now_us);
    return 0;
}

bool rtp_source_is_settled(const struct rtp_source *s)
{
    return s->is_heard && s->proven >= PROBATION;
}

void rtp_source_turn(struct rtp_source *s, int64_t now_us)
{
    if (s->is_heard && now_us - s->last_us > RTP_SOURCE_SILENT_US)
        s->is_heard = false;
}
