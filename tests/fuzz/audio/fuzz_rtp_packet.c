/* SPDX-License-Identifier: Apache-2.0 */
/* A datagram: what parses lies within it, and decodes to -1 … 1 and back. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/rtp/packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static float samples[RTP_PACKET_MAX / 2];
static uint8_t again[RTP_PACKET_MAX];

static void check_samples(const struct rtp_packet *packet, unsigned bits)
{
    const size_t count = packet->payload_size / (bits / 8);

    rtp_pcm_decode(packet->payload, bits, samples, count);
    for (size_t i = 0; i < count; i++)
        if (!(fabsf(samples[i]) <= 1))
            abort();
    rtp_pcm_encode(samples, bits, again, count);
    if (count > 0 && memcmp(again, packet->payload, count * (bits / 8)) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rtp_packet packet;
    /* of its exact size, so that a read behind it is seen */
    uint8_t *copy = malloc(size > 0 ? size : 1);

    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    if (rtp_packet_parse(copy, size, &packet) == 0) {
        if (packet.payload < copy + 12 || packet.payload_size > size - (size_t)(packet.payload - copy))
            abort();
        check_samples(&packet, 16);
        check_samples(&packet, 24);
    }
    free(copy);
    return 0;
}
