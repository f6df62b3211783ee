/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network source as a program: network_probe INTERFACE PORT SINK LAYOUT BITS RATE BUFFER_MS PAYLOAD_TYPE. Its
 * status is a line of JSON whenever it changes, and ten times a second while it plays. A line on stdin is another
 * interface to use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "audio/pipewire/network.h"
#include "platform/loop/loop.h"

struct probe {
    struct network *network;
    sd_event *loop;
    sd_event_source *input, *tick;
};

static void tell(const struct network_status *s, void *userdata)
{
    const struct rtp_receiver_status *r = &s->receiver;

    (void)userdata;
    (void)printf("{\"state\": \"%s\", \"address\": \"%s\", \"sender\": \"%s\", \"detail\": \"%s\", \"playing\": %s, "
                 "\"packets\": %llu, \"refused\": %llu, \"lost\": %llu, \"late\": %llu, \"duplicate\": %llu, "
                 "\"reordered\": %llu, \"concealed\": %llu, \"dropped\": %llu, \"underruns\": %llu, "
                 "\"buffer_ms\": %.2f, \"jitter_ms\": %.3f, \"drift_ppm\": %.2f}\n",
                 network_state_name(s->state), s->address, s->sender, s->detail, r->playing ? "true" : "false",
                 (unsigned long long)r->packets, (unsigned long long)r->refused, (unsigned long long)r->lost,
                 (unsigned long long)r->late, (unsigned long long)r->duplicate, (unsigned long long)r->reordered,
                 (unsigned long long)r->concealed_frames, (unsigned long long)r->dropped_frames,
                 (unsigned long long)r->underruns, r->buffer_ms, r->jitter_ms, r->drift_ppm);
    (void)fflush(stdout);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct probe *probe = userdata;
    struct network_status status;

    (void)source;
    (void)usec;
    network_status(probe->network, &status);
    if (status.state == NETWORK_PLAYING)
        tell(&status, NULL);
    return loop_timer_arm(probe->tick, 100000);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct probe *probe = userdata;
    char line[64];

    (void)source;
    (void)events;
    const ssize_t n = read(fd, line, sizeof line - 1);
    if (n <= 0)
        return sd_event_exit(probe->loop, 0);
    line[n] = '\0';
    line[strcspn(line, "\n")] = '\0';
    network_use(probe->network, line);
    return 0;
}

int main(int argc, char **argv)
{
    struct network_options o = {.node_name = "fascia.network"};
    struct probe probe = {0};

    if (argc != 9 || layout_named(argv[4], &o.channels) != 0)
        return 2;
    o.interface = argv[1];
    o.port = (uint16_t)strtoul(argv[2], NULL, 10);
    o.sink = argv[3];
    o.receiver = (struct rtp_receiver_options){
        .payload_type = (unsigned)strtoul(argv[8], NULL, 10),
        .bits = (unsigned)strtoul(argv[5], NULL, 10),
        .channels = (unsigned)o.channels.count,
        .rate = (uint32_t)strtoul(argv[6], NULL, 10),
        .buffer_ms = (uint32_t)strtoul(argv[7], NULL, 10),
        .buffer_max_ms = 500,
    };
    int r = loop_new(&probe.loop);
    if (r == 0)
        r = network_open(probe.loop, &o, tell, NULL, &probe.network);
    if (r == 0)
        r = loop_io_new(probe.loop, 0, EPOLLIN, on_input, &probe, &probe.input);
    if (r == 0)
        r = loop_timer_new(probe.loop, on_tick, &probe, &probe.tick);
    if (r == 0)
        r = loop_timer_arm(probe.tick, 100000);
    if (r == 0)
        r = loop_run(probe.loop);
    network_close(probe.network);
    (void)loop_source_free(probe.input);
    (void)loop_source_free(probe.tick);
    loop_free(probe.loop);
    return r == 0 ? 0 : 1;
}
