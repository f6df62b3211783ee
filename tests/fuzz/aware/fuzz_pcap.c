/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "platform/pcap/pcap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
    const uint8_t *data;
    size_t left, step;
};

static int read_memory(void *userdata, void *to, size_t size, size_t *ret_size)
{
    struct memory *memory = userdata;
    size_t n = memory->left < size ? memory->left : size;

    n = n < memory->step ? n : memory->step;
    if (n > 0)
        memcpy(to, memory->data, n);
    memory->data += n;
    memory->left -= n;
    *ret_size = n;
    return 0;
}

/* Reads all of it; a number that stands for what came out. */
static uint64_t read_all(const uint8_t *data, size_t size, size_t step)
{
    struct memory memory = {.data = data, .left = size, .step = step};
    struct pcap *pcap = NULL;
    struct pcap_packet packet;
    uint64_t sum = 0, count = 0;

    int result = pcap_new(read_memory, &memory, &pcap);
    while (result == 0 && (result = pcap_next(pcap, &packet)) == 0) {
        if (packet.size > PCAP_PACKET_MAX || packet.number != ++count || packet.size > size)
            abort();
        for (size_t i = 0; i < packet.size; i++)
            sum = sum * 31 + packet.data[i];
        sum = sum * 31 + packet.link_type + packet.fcs_size + (uint64_t)packet.time_ns;
    }
    if (result != PCAP_E_END && pcap_explain(result) == NULL)
        abort();
    if (pcap != NULL && pcap_next(pcap, &packet) != result)
        abort();
    pcap_close(pcap);
    return sum * 31 + (uint64_t)result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* In pieces of any size it is the same file. */
    if (read_all(data, size, SIZE_MAX) != read_all(data, size, 7))
        abort();
    return 0;
}
