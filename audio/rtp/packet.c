/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/rtp/packet.h"

#include <math.h>

#define HEADER_SIZE 12

static uint32_t get_be(const uint8_t *at, size_t octets)
{
    uint32_t value = 0;

    for (size_t i = 0; i < octets; i++)
        value = value << 8 | at[i];
    return value;
}

/* "If the X bit is set, a header extension […] 16-bit length field that counts the number of 32-bit words in the
 * extension, excluding the four-octet extension header" (section 5.3.1). */
static int skip_extension(const uint8_t **at, size_t *left)
{
    if (*left < 4)
        return RTP_E_SHORT;
    const size_t size = 4 + (size_t)get_be(*at + 2, 2) * 4;
    if (*left < size)
        return RTP_E_SHORT;
    *at += size;
    *left -= size;
    return 0;
}

int rtp_packet_parse(const void *bytes, size_t size, struct rtp_packet *ret_packet)
{
    const uint8_t *at = bytes;

    if (size < HEADER_SIZE || size > RTP_PACKET_MAX)
        return RTP_E_SHORT;
    if (at[0] >> 6 != 2)
        return RTP_E_VERSION;

    const bool padding = at[0] & 0x20, extension = at[0] & 0x10;
    const size_t sources = (size_t)(at[0] & 0x0f) * 4;
    struct rtp_packet packet = {
        .marker = at[1] >> 7,
        .payload_type = at[1] & 0x7f,
        .sequence = (uint16_t)get_be(at + 2, 2),
        .timestamp = get_be(at + 4, 4),
        .ssrc = get_be(at + 8, 4),
    };
    size_t left = size - HEADER_SIZE;
    at += HEADER_SIZE;
    if (left < sources)
        return RTP_E_SHORT;
    at += sources;
    left -= sources;
    if (extension && skip_extension(&at, &left) != 0)
        return RTP_E_SHORT;
    if (padding) {
        /* "The last octet of the padding contains a count of how many padding octets should be ignored, including
         * itself" (section 5.1). */
        if (left == 0 || at[left - 1] == 0 || at[left - 1] > left)
            return RTP_E_SHORT;
        left -= at[left - 1];
    }
    packet.payload = at;
    packet.payload_size = left;
    *ret_packet = packet;
    return 0;
}

void rtp_pcm_decode(const uint8_t *from, unsigned bits, float *to, size_t samples)
{
    if (bits == 16) {
        for (size_t i = 0; i < samples; i++)
            to[i] = (float)(int16_t)(uint16_t)get_be(from + 2 * i, 2) * (1.0F / 32768);
        return;
    }
    for (size_t i = 0; i < samples; i++) { /* the sign comes with the top octet */
        const int32_t value = (int8_t)from[3 * i] * 65536 + (int32_t)get_be(from + 3 * i + 1, 2);
        to[i] = (float)value * (1.0F / 8388608);
    }
}

void rtp_pcm_encode(const float *from, unsigned bits, uint8_t *to, size_t samples)
{
    const float full = bits == 16 ? 32768 : 8388608;
    const size_t octets = bits / 8;

    for (size_t i = 0; i < samples; i++) {
        float value = isnan(from[i]) ? 0 : rintf(from[i] * full);
        value = value > full - 1 ? full - 1 : value < -full ? -full : value;
        const uint32_t coded = (uint32_t)(int32_t)value;
        for (size_t o = 0; o < octets; o++)
            to[i * octets + o] = (uint8_t)(coded >> (8 * (octets - 1 - o)));
    }
}
