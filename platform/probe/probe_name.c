/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "platform/probe/kind.h"
#include "stack/base/text.h"

static void on_owner(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct probe *probe = userdata;
    (void)bus;

    if (!owner) {
        probe->owner_stale = true; /* a new daemon numbers its clients anew */
        return;
    }
    if (owner[0] == '\0') {
        probe_tell_lost(probe, "nobody owns the name");
        return;
    }
    bool other = !probe->owner_stale && strcmp(owner, probe->owner) != 0;
    (void)fascia_text_copy(probe->owner, sizeof probe->owner, owner);
    probe->owner_stale = false;
    probe_tell_answer(probe, pid, other);
}

static int name_begin(struct probe *probe)
{
    return probe->bus ? bus_watch_name(probe->bus, probe->target, on_owner, probe, &probe->name) : -EINVAL;
}

const struct probe_kind probe_kind_bus_name = {.begin = name_begin};
