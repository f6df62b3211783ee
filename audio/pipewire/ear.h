/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_AUDIO_PIPEWIRE_EAR_H
#define FASCIA_AUDIO_PIPEWIRE_EAR_H

#include <stdatomic.h>

#include "audio/pipewire/links.h"

/*
 * A node that listens to a sink's monitor ports for a while, and then says how loud a tone was at each. It exists only
 * while somebody asks.
 */

struct ear {
    struct pw_filter *filter; /* NULL: nobody asks */
    struct spa_hook hook;
    struct connection *connection; /* borrowed */
    struct links links;
    uint32_t sink;                       /* the node that is listened to */
    size_t count;                        /* its monitor ports that are */
    uint32_t ports[LAYOUT_CHANNELS_MAX]; /* their index */
    void *inputs[LAYOUT_CHANNELS_MAX];   /* port data of pw_filter */
    unsigned hz, windows;
    int64_t deadline_us;
    bool is_failed;

    /* the sound thread's while `state` is EAR_RECORDING, else the control thread's */
    atomic_int state;
    atomic_uint rate;
    size_t frames, recorded;
    float *samples[LAYOUT_CHANNELS_MAX];
};

void ear_init(struct ear *ear);

static inline bool ear_is_open(const struct ear *ear)
{
    return ear->filter != NULL;
}

/**
 * Begins. `ports`: indices of the sink's monitor ports. `ear` must stay where it is until ear_close(). Returns 0 or a
 * negative errno.
 */
int ear_open(struct ear *ear, struct connection *connection, const char *name, uint32_t sink, const uint32_t *ports,
             size_t count, unsigned hz, unsigned windows, int64_t now_us);

/**
 * To be called every now and then. Returns -EAGAIN while there is nothing to tell; 0 with the amplitude at each port;
 * -ETIMEDOUT, -ENOTCONN (the sink or the node is gone), -ENOTSUP (a rate without a whole window), -ENOMEM.
 */
int ear_update(struct ear *ear, int64_t now_us, double *ret_amplitudes);

/** Idempotent. */
void ear_close(struct ear *ear);

#endif
