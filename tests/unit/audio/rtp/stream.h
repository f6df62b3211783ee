/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_AUDIO_RTP_STREAM_H
#define FASCIA_TESTS_UNIT_AUDIO_RTP_STREAM_H

#include "audio/rtp/receiver.h"

/*
 * A sender, a network and a sound thread in simulated time. The sender's clock runs `ppm` fast; the network is a
 * function of the packet's number; the sound thread takes `quantum` frames whenever it is due.
 */

#define STREAM_CYCLE_MAX 8192

struct stream {
    struct rtp_receiver_options options;
    struct rtp_receiver *receiver;
    size_t packet_frames; /* of each packet */
    double ppm;
    uint32_t graph_rate;
    size_t quantum;
    double hz, amplitude; /* of channel c: hz * (c + 1) */

    /* What the network does to packet `number`: delay in us, or a negative number to lose it. NULL: 1 ms. */
    double (*network)(uint64_t number);
    bool twice; /* each packet arrives twice */
    uint64_t sender;
    uint32_t ssrc;
    uint16_t sequence;
    uint32_t timestamp;
    bool is_paused;

    /* the state of it */
    double now_us, next_packet_us, next_cycle_us;
    uint64_t number, frame;
    struct in_flight {
        double due_us;
        size_t size; /* 0: free */
        uint8_t bytes[1500];
    } flight[64];
    uint64_t lost; /* by the network */

    /* what was heard */
    float out[RTP_CHANNELS_MAX][STREAM_CYCLE_MAX];
    double heard_min, heard_max, last, step_max; /* of channel 0; step_max of all channels */
    float before[RTP_CHANNELS_MAX];
    float *record; /* channel 0, or NULL */
    size_t record_size, recorded;
};

/** 48 kHz, L16, packets of 5 ms, 256 frames a cycle, 60 ms of buffer. */
void stream_init(struct stream *stream, unsigned channels);
void stream_open(struct stream *stream);
void stream_run(struct stream *stream, double seconds);
void stream_close(struct stream *stream);

/** Starts to record channel 0 into a buffer of that many frames. */
void stream_record(struct stream *stream, float *to, size_t frames);

/** Forgets the steps so far. */
void stream_listen_anew(struct stream *stream);

struct rtp_receiver_status stream_status(struct stream *stream);

/** A packet of its own making; returns its size. */
size_t stream_packet(const struct stream *stream, uint16_t sequence, uint32_t timestamp, uint64_t frame, uint8_t *to);

/** Amplitude and frequency of a sine in a recording, by least squares; `hz` is where to begin. */
void stream_fit(const float *x, size_t frames, double rate, double hz, double *ret_amplitude, double *ret_residual);

#endif
