/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone play: the verb around play.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "audio/rtp/packet.h"
#include "tools/phone/options.h"
#include "tools/phone/play.h"
#include "tools/phone/report.h"
#include "tools/phone/scoped.h"
#include "tools/phone/verbs.h"

struct verb_options {
    struct play_options play;
    const char *to, *out;
    int64_t port, rate, payload_type;
    int64_t seconds; /* 0: until a signal */
};

static const char help[] =
    "fascia-phone play: send a programme, one sine per channel, as RTP (linear PCM)\n"
    "\n"
    "  fascia-phone play --to ADDR%IF [options]\n"
    "\n"
    "  --to ADDR%IF       link-local address of the head unit, and the interface that leads there\n"
    "  --port N           default 5004\n"
    "  --layout NAME      channels, by the name of a layout (default 5.1)\n"
    "  --bits 16|24       L16 or L24 (default 16)\n"
    "  --rate HZ          8000 to 192000, a multiple of 10 (default 48000)\n"
    "  --level DBFS       of each sine, -60 to -6 (default -20)\n"
    "  --payload-type N   96 to 127 (default 96)\n"
    "  --seconds N        default: until SIGTERM\n"
    "  --out FILE         what was sent, as JSON (default: stdout)\n"
    "\n"
    "Exit status: 0 sent, 1 not, 2 usage.";

static int take_layout(const char *value, void *to)
{
    struct layout *layout = to;

    return layout_named(value, layout) == 0 && layout->count <= RTP_CHANNELS_MAX ? 0 : -EINVAL;
}

static int take_bits(const char *value, void *to)
{
    unsigned *bits = to;

    *bits = strcmp(value, "24") == 0 ? 24 : 16;
    return *bits == 24 || strcmp(value, "16") == 0 ? 0 : -EINVAL;
}

static int parse_options(int argc, char **argv, struct verb_options *o)
{
    char known[512];
    struct fascia_text no_layout;
    const struct phone_option options[] = {
        {"to", .text = &o->to},
        {"port", .number = &o->port, .min = 1, .max = UINT16_MAX},
        {"layout", .take = take_layout, .to = &o->play.channels, .refusal = known},
        {"bits", .take = take_bits, .to = &o->play.bits, .refusal = "is neither 16 nor 24"},
        {"rate", .number = &o->rate, .min = 8000, .max = 192000},
        {"level", .real = &o->play.level_dbfs, .min = -60, .max = -6},
        {"payload-type", .number = &o->payload_type, .min = 96, .max = 127},
        {"seconds", .number = &o->seconds, .min = 1, .max = 86400},
        {"out", .text = &o->out},
    };

    fascia_text_init(&no_layout, known, sizeof known);
    fascia_text_add(&no_layout, "is no layout of at most %d channels; known:", RTP_CHANNELS_MAX);
    for (size_t i = 0; i < layout_names(); i++)
        fascia_text_add(&no_layout, " %s", layout_name_at(i));
    int r = phone_options_parse(argc, argv, options, FASCIA_ARRAY_SIZE(options), help);
    if (r != 0)
        return r;
    if (!o->to) {
        (void)fprintf(stderr, "fascia-phone play: --to ADDR%%IF is missing: see --help\n");
        return -EINVAL;
    }
    o->play.port = (uint16_t)o->port;
    o->play.rate = (uint32_t)o->rate;
    o->play.payload_type = (unsigned)o->payload_type;
    return 0;
}

static int find_place(const char *to, struct play_options *play)
{
    char interface[IF_NAMESIZE];

    int r = scoped_split(to, &play->to, interface);
    return r < 0 ? r : rtp_place_find(interface, &play->from);
}

/* Until a signal, or the end of the time. */
static int run(struct play *play, int64_t seconds)
{
    struct timespec now = {0};
    sigset_t set;

    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
        return -errno;
    int signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        return -errno;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    const time_t end = now.tv_sec + (time_t)seconds;
    struct pollfd fds[2] = {{.fd = signals, .events = POLLIN}, {.fd = play_fd(play), .events = POLLIN}};
    while (fds[0].revents == 0 && (seconds == 0 || now.tv_sec < end)) {
        if (poll(fds, 2, 1000) < 0 && errno != EINTR)
            break;
        play_turn(play);
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    }
    (void)close(signals);
    return play->sent > play->failed ? 0 : -ENETUNREACH;
}

static int write_json(const struct verb_options *o, const struct play *play)
{
    _cleanup_(json_object_release) struct json_object *json = json_object_new_object();

    (void)json_object_object_add(json, "to", json_object_new_string(o->to));
    (void)json_object_object_add(json, "port", json_object_new_int(play->options.port));
    (void)json_object_object_add(json, "channels", json_object_new_int((int)play->options.channels.count));
    (void)json_object_object_add(json, "rate", json_object_new_int((int)play->options.rate));
    (void)json_object_object_add(json, "bits", json_object_new_int((int)play->options.bits));
    (void)json_object_object_add(json, "packets", json_object_new_int64((int64_t)play->sent));
    (void)json_object_object_add(json, "failed", json_object_new_int64((int64_t)play->failed));
    return report_write(json, o->out);
}

int verb_play(int argc, char **argv)
{
    struct verb_options o = {
        .play = {.bits = 16, .level_dbfs = -20},
        .port = 5004,
        .rate = 48000,
        .payload_type = 96,
    };
    struct play play = {.fd = -1, .timer_fd = -1};

    (void)layout_named("5.1", &o.play.channels);
    int r = parse_options(argc, argv, &o);
    if (r != 0)
        return r > 0 ? PHONE_EXIT_OK : PHONE_EXIT_USAGE;
    report_forget(o.out);
    r = find_place(o.to, &o.play);
    if (r == 0)
        r = play_start(&play, &o.play);
    if (r == 0)
        r = run(&play, o.seconds);
    if (r < 0)
        (void)fprintf(stderr, "fascia-phone: play: %s: %s\n", o.to, strerror(-r));
    if (play.sent > 0 && write_json(&o, &play) < 0)
        r = -EIO;
    play_stop(&play);
    return r < 0 ? PHONE_EXIT_FAILED : PHONE_EXIT_OK;
}
