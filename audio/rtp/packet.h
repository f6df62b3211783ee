/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_RTP_PACKET_H
#define FASCIA_AUDIO_RTP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The header of RTP, RFC 3550 section 5.1, and linear PCM as RFC 3551 section 4.5 (L16) and RFC 3190 (L24) have it. */

#define RTP_PACKET_MAX   9000 /* octets of a datagram: an Ethernet jumbo frame */
#define RTP_CHANNELS_MAX 12

enum rtp_result {
    RTP_E_SHORT = 1, /* cut off, or longer than a packet may be */
    RTP_E_VERSION,   /* not RTP version 2 */
    RTP_E_FORMAT,    /* another payload type, or no whole frames of the configured channels */
    RTP_E_STRANGER,  /* another sender or source while one is being heard */
    RTP_E_JUMP,      /* far from where the stream was: believed when the next one agrees */
    RTP_E_DUPLICATE, /* it was here before */
    RTP_E_FULL,      /* the sound thread has not taken the ones before */
};

struct rtp_packet {
    bool marker;
    uint8_t payload_type;
    uint16_t sequence;
    uint32_t timestamp;
    uint32_t ssrc;
    const uint8_t *payload; /* within the octets that were read */
    size_t payload_size;    /* without padding */
};

/** Returns 0, RTP_E_SHORT or RTP_E_VERSION; ret_packet is written on 0 only. */
int rtp_packet_parse(const void *bytes, size_t size, struct rtp_packet *ret_packet);

/** Decodes `samples` samples of 16 or 24 bits, most significant octet first, to -1 … 1. */
void rtp_pcm_decode(const uint8_t *from, unsigned bits, float *to, size_t samples);

/** The inverse, rounded and clipped; what is no number becomes silence. */
void rtp_pcm_encode(const float *from, unsigned bits, uint8_t *to, size_t samples);

#endif
