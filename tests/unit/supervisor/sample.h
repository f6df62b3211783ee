/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H
#define FASCIA_TESTS_UNIT_SUPERVISOR_SAMPLE_H

#include <string.h>

#include "stack/supervisor/plan.h"

/* A configuration with everything in it, for the tests of this room to take parts away from. */

struct sample {
    struct link_config link;
    struct address_config address;
    struct audio_config audio;
    struct supervisor_config supervisor;
    struct plan_input input;
};

static inline void sample_init(struct sample *s)
{
    *s = (struct sample){
        .link = {.enabled = true, .hostapd = {.manage = LINK_MANAGE_SPAWN, .program = "hostapd"}},
        .address = {.enabled = true},
        .audio = {.enabled = true,
                  .pipewire = {.manage = AUDIO_MANAGE_SPAWN, .program = "pipewire", .config = "/etc/pw.conf"}},
        .supervisor = {.start_timeout_ms = 20000,
                       .stop_timeout_ms = 5000,
                       .watchdog_ms = 10000,
                       .backoff_first_ms = 100,
                       .backoff_max_ms = 10000,
                       .backoff_reset_ms = 10000,
                       .users = {.link = "fascia-link", .address = "fascia-addr", .audio = "fascia-audio"}},
    };
    s->input = (struct plan_input){
        .link = &s->link,
        .address = &s->address,
        .audio = &s->audio,
        .supervisor = &s->supervisor,
        .runtime_dir = "/run/fascia",
        .config_path = "/etc/fascia.yaml",
    };
}

#endif
