/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as what a PipeWire says: whole, and as they trickle in, with the same result. */
#include <stdlib.h>
#include <string.h>

#include "platform/machine/pipewire_message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct pipewire_news *news)
{
    if (!memchr(news->version, '\0', sizeof news->version) || news->sinks < 0 || news->sinks > 1000 ||
        (news->wanted_there && news->sinks == 0))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pipewire_news whole = {.wanted = "amp"}, pieces = {.wanted = "amp"};
    uint8_t *copy = malloc(size != 0 ? size : 1);
    int64_t taken = 0, used = 0;

    if (!copy)
        abort();
    if (size != 0)
        memcpy(copy, data, size);
    int64_t all = pipewire_take(copy, size, &whole);
    check(&whole);
    if (all > (int64_t)size)
        abort();
    for (size_t end = 0; end <= size && taken >= 0; end += 1 + end / 4) {
        taken = pipewire_take(copy + used, end - (size_t)used, &pieces);
        used += taken > 0 ? taken : 0;
    }
    if (taken >= 0)
        taken = pipewire_take(copy + used, size - (size_t)used, &pieces);
    check(&pieces);
    if ((all < 0) != (taken < 0) || (all >= 0 && used + taken != all))
        abort();
    if (strcmp(whole.version, pieces.version) != 0 || whole.sinks != pieces.sinks || whole.done != pieces.done ||
        whole.session_manager != pieces.session_manager || whole.wanted_there != pieces.wanted_there)
        abort();
    free(copy);
    return 0;
}
