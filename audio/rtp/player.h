/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_PLAYER_H
#define FASCIA_AUDIO_RTP_PLAYER_H

#include <samplerate.h>
#include <stdatomic.h>

#include "audio/rtp/conceal.h"
#include "audio/rtp/drift.h"
#include "audio/rtp/playout.h"
#include "audio/rtp/queue.h"
#include "audio/rtp/receiver.h"

/* Private to this folder: the sound thread's half of a receiver. */

#define RTP_CHUNK 64  /* frames that go into the resampler at once, at most */
#define RTP_BLOCK 256 /* frames that come out of it at once */

enum rtp_player_state {
    RTP_PLAYER_IDLE,    /* nothing came for a quarter of a second */
    RTP_PLAYER_WAITING, /* what came is not yet due */
    RTP_PLAYER_PLAYING,
};

struct rtp_player {
    struct rtp_receiver_options options;
    struct rtp_queue *queue; /* borrowed; its reader is here */
    struct rtp_playout playout;
    struct rtp_conceal conceal;
    struct rtp_drift drift;
    SRC_STATE *resampler;
    size_t max_frames; /* of the buffer */

    enum rtp_player_state state;
    uint32_t epoch;
    size_t packet_frames; /* of the longest of this epoch */
    size_t gap;           /* frames in a row that were missing */
    double target;        /* frames */
    float chunk[RTP_CHUNK * RTP_CHANNELS_MAX];
    size_t chunk_frames, chunk_at, chunk_left; /* frames; the first: what goes in at once */
    double played;                             /* position that has been heard, but for the resampler's own delay */
    float block[RTP_BLOCK * RTP_CHANNELS_MAX];

    /* for the control thread; they wrap */
    atomic_uint late, concealed, dropped, underruns;
    atomic_bool is_playing;
    atomic_int buffer_us, drift_ppb;
};

/** Returns 0 or -ENOMEM; to be finished also then. */
int rtp_player_init(struct rtp_player *player, const struct rtp_receiver_options *options, struct rtp_queue *queue);
void rtp_player_finish(struct rtp_player *player); /* idempotent */

/** As rtp_receiver_pull(). */
void rtp_player_pull(struct rtp_player *player, float *const *out, size_t frames, uint32_t rate, int64_t now_us);

#endif
