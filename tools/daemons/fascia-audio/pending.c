/* SPDX-License-Identifier: Apache-2.0 */
/* Stand-ins for parts that are still to come; each gives way to the real one. */
#include <errno.h>
#include <string.h>

#include "audio/pipewire/network.h"
#include "audio/virtual/design.h"

#define WEAK __attribute__((weak))

WEAK int virtual_headphones(const struct hrtf *hrtf, const struct layout *source, float lfe,
                            struct virtual_filters **ret_filters)
{
    (void)hrtf, (void)source, (void)lfe, (void)ret_filters;
    return -ENOTSUP;
}

WEAK int virtual_crosstalk(const struct hrtf *hrtf, const struct layout *source, float lfe, float left_deg,
                           float right_deg, struct virtual_filters **ret_filters)
{
    (void)hrtf, (void)source, (void)lfe, (void)left_deg, (void)right_deg, (void)ret_filters;
    return -ENOTSUP;
}

WEAK void virtual_filters_free(struct virtual_filters *filters)
{
    (void)filters;
}

WEAK const char *network_state_name(enum network_state state)
{
    (void)state;
    return "?";
}

WEAK int network_open(sd_event *loop, const struct network_options *options, network_status_fn fn, void *userdata,
                      struct network **ret_network)
{
    (void)loop, (void)options, (void)fn, (void)userdata, (void)ret_network;
    return -ENOTSUP;
}

WEAK void network_use(struct network *network, const char *interface)
{
    (void)network, (void)interface;
}

WEAK void network_status(struct network *network, struct network_status *ret_status)
{
    (void)network;
    memset(ret_status, 0, sizeof *ret_status);
}

WEAK void network_close(struct network *network)
{
    (void)network;
}
