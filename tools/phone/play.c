/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/play.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "audio/render/measure.h"
#include "audio/rtp/packet.h"

#define HEADER_SIZE  12
#define PAYLOAD_MAX  1400 /* octets: with the headers below the MTU of Ethernet and of IPv6's minimum path on Wi-Fi */
#define PACKET_MS    20   /* at most */
#define CATCH_UP_MAX 100  /* packets at once, after the machine was stopped */

static size_t frame_size(const struct play *play)
{
    return play->options.bits / 8 * play->options.channels.count;
}

static int start_timer(struct play *play)
{
    const uint64_t period_ns = play->packet_frames * UINT64_C(1000000000) / play->options.rate;
    const struct itimerspec spec = {
        .it_interval = {.tv_nsec = (long)period_ns},
        .it_value = {.tv_nsec = (long)period_ns},
    };

    play->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (play->timer_fd < 0)
        return -errno;
    return timerfd_settime(play->timer_fd, 0, &spec, NULL) < 0 ? -errno : 0;
}

/* "The initial value of the sequence number SHOULD be random", and so the others (RFC 3550 section 5.1). */
static void choose_numbers(struct play *play)
{
    uint32_t random[3];

    if (getrandom(random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        memset(random, 1, sizeof random); /* early after power-on: no harm is done by it */
    play->sequence = (uint16_t)random[0];
    play->timestamp = random[1];
    play->ssrc = random[2];
}

int play_start(struct play *play, const struct play_options *options)
{
    *play = (struct play){.options = *options, .fd = -1, .timer_fd = -1};
    play->window = measure_window(options->rate);
    if (play->window == 0 || options->channels.count == 0)
        return -EINVAL;
    play->packet_frames = options->rate * PACKET_MS / 1000;
    if (play->packet_frames > PAYLOAD_MAX / frame_size(play))
        play->packet_frames = PAYLOAD_MAX / frame_size(play);
    if (play->packet_frames == 0)
        return -EINVAL;
    play->table = calloc(play->window, sizeof *play->table);
    if (!play->table)
        return -ENOMEM;
    measure_make_table(play->table, play->window);
    for (size_t i = 0; i < play->window; i++)
        play->table[i] *= (float)pow(10, options->level_dbfs / 20);
    choose_numbers(play);
    int r = rtp_socket_connect(&options->from, &options->to, options->port, &play->fd);
    return r < 0 ? r : start_timer(play);
}

int play_fd(const struct play *play)
{
    return play->timer_fd;
}

static void put_be(uint8_t *to, uint32_t value, size_t octets)
{
    for (size_t i = 0; i < octets; i++)
        to[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
}

static void send_packet(struct play *play)
{
    uint8_t packet[HEADER_SIZE + PAYLOAD_MAX];
    uint8_t *at = packet + HEADER_SIZE;

    packet[0] = 2 << 6;
    packet[1] = (uint8_t)play->options.payload_type;
    put_be(packet + 2, play->sequence, 2);
    put_be(packet + 4, play->timestamp, 4);
    put_be(packet + 8, play->ssrc, 4);
    for (size_t i = 0; i < play->packet_frames; i++) {
        for (size_t c = 0; c < play->options.channels.count; c++) {
            const size_t step = measure_frequency(play->options.channels.channels[c]) / MEASURE_WINDOWS_PER_S;
            rtp_pcm_encode(&play->table[play->frame * step % play->window], play->options.bits, at, 1);
            at += play->options.bits / 8;
        }
        play->frame = (play->frame + 1) % play->window;
    }
    if (send(play->fd, packet, (size_t)(at - packet), MSG_NOSIGNAL) < 0)
        play->failed++;
    play->sent++;
    play->sequence++;
    play->timestamp += (uint32_t)play->packet_frames;
}

void play_turn(struct play *play)
{
    uint64_t due = 0;

    if (read(play->timer_fd, &due, sizeof due) != (ssize_t)sizeof due)
        return;
    for (; due > CATCH_UP_MAX; due--)
        play->timestamp += (uint32_t)play->packet_frames; /* time that nobody hears */
    for (; due > 0; due--)
        send_packet(play);
}

void play_stop(struct play *play)
{
    if (play->fd >= 0)
        (void)close(play->fd);
    if (play->timer_fd >= 0)
        (void)close(play->timer_fd);
    play->fd = play->timer_fd = -1;
    free(play->table);
    play->table = NULL;
}
