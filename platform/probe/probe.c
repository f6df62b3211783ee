/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/probe/probe.h"

#include <errno.h>
#include <stdlib.h>

#include "platform/probe/kind.h"
#include "stack/base/text.h"

static const struct probe_kind *const kinds[SUPERVISOR_READINESSES_] = {
    [SUPERVISOR_READY_SOCKET] = &probe_kind_socket,
    [SUPERVISOR_READY_CONTROL] = &probe_kind_control,
    [SUPERVISOR_READY_BUS_NAME] = &probe_kind_bus_name,
};

void probe_tell_answer(struct probe *probe, pid_t pid, bool other)
{
    bool replaced = probe->known && (other || (pid > 0 && probe->pid > 0 && pid != probe->pid));

    probe->known = true;
    probe->answering = true;
    probe->pid = pid;
    probe->ended = false;
    probe->fn(replaced ? PROBE_REPLACED : PROBE_UP, pid, "", probe->userdata);
}

void probe_tell_lost(struct probe *probe, const char *why)
{
    if (!probe->answering)
        return;
    probe->answering = false;
    probe->fn(PROBE_LOST, probe->pid, why, probe->userdata);
}

int probe_new(sd_event *loop, struct bus *bus, const struct probe_spec *spec, probe_fn fn, void *userdata,
              struct probe **ret_probe)
{
    if ((unsigned int)spec->kind >= SUPERVISOR_READINESSES_ || !kinds[spec->kind])
        return -EINVAL;
    _cleanup_(probe_free) struct probe *probe = calloc(1, sizeof *probe);
    if (!probe)
        return -ENOMEM;
    probe->loop = sd_event_ref(loop);
    probe->bus = bus;
    probe->kind = kinds[spec->kind];
    probe->period_us = spec->period_us;
    probe->fn = fn;
    probe->userdata = userdata;
    probe->fd = -1;
    probe->pidfd = -1;
    int r = fascia_text_copy(probe->target, sizeof probe->target, spec->target);
    if (r == 0)
        r = probe->kind->begin(probe);
    if (r < 0)
        return r;
    *ret_probe = FASCIA_STEAL(probe);
    return 0;
}

void probe_free(struct probe *probe)
{
    if (!probe)
        return;
    bus_name_watch_free(probe->name);
    probe_peer_free(probe);
    sd_event_unref(probe->loop);
    free(probe);
}
