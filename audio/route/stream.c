/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/route/stream.h"

#include <strings.h>

size_t stream_bus(const struct stream_role *roles, size_t count, const struct stream_facts *facts)
{
    if (facts->role[0] == '\0' || !facts->autoconnect || facts->names_target || facts->stays_put || facts->moved)
        return STREAM_NO_BUS;
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(roles[i].role, facts->role) == 0)
            return roles[i].bus;
    return STREAM_NO_BUS;
}

void stream_goes_to(enum layout_channel channel, const struct layout *sink, struct layout *ret_channels)
{
    static const enum layout_channel fronts[] = {LAYOUT_FL, LAYOUT_FR};

    *ret_channels = (struct layout){.count = 0};
    if (layout_find(sink, channel) >= 0) {
        (void)layout_add(ret_channels, channel);
        return;
    }
    if (channel == LAYOUT_MONO && layout_find(sink, LAYOUT_FC) >= 0 && layout_find(sink, LAYOUT_FL) < 0) {
        (void)layout_add(ret_channels, LAYOUT_FC);
        return;
    }
    if (channel != LAYOUT_MONO && channel != LAYOUT_FC)
        return;
    for (size_t i = 0; i < 2; i++)
        if (layout_find(sink, fronts[i]) >= 0)
            (void)layout_add(ret_channels, fronts[i]);
}

void stream_ports(const struct layout *own, const struct layout *sink, struct layout *ret_ports)
{
    bool fits = own->count > 0;

    for (size_t i = 0; fits && i < own->count; i++)
        fits = layout_find(sink, own->channels[i]) >= 0;
    if (own->count == 1 && !fits) {
        struct layout to;
        stream_goes_to(own->channels[0], sink, &to);
        fits = to.count > 0;
    }
    *ret_ports = fits ? *own : *sink;
}
