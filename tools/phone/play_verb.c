/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone play: the verb around play.h. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "audio/rtp/packet.h"
#include "tools/phone/play.h"
#include "tools/phone/report.h"
#include "tools/phone/scoped.h"
#include "tools/phone/verbs.h"

enum option_id {
    OPT_TO = 1,
    OPT_PORT,
    OPT_LAYOUT,
    OPT_BITS,
    OPT_RATE,
    OPT_LEVEL,
    OPT_PAYLOAD_TYPE,
    OPT_SECONDS,
    OPT_OUT,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"to", required_argument, NULL, OPT_TO},
    {"port", required_argument, NULL, OPT_PORT},
    {"layout", required_argument, NULL, OPT_LAYOUT},
    {"bits", required_argument, NULL, OPT_BITS},
    {"rate", required_argument, NULL, OPT_RATE},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"payload-type", required_argument, NULL, OPT_PAYLOAD_TYPE},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"out", required_argument, NULL, OPT_OUT},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

struct verb_options {
    struct play_options play;
    const char *to, *out;
    int64_t seconds; /* 0: until a signal */
};

static void print_help(void)
{
    (void)puts("fascia-phone play: send a programme, one sine per channel, as RTP (linear PCM)\n"
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
               "Exit status: 0 sent, 1 not, 2 usage.");
}

static int take_number(const char *name, const char *value, int64_t min, int64_t max, int64_t *ret_number)
{
    if (fascia_text_to_i64(value, min, max, ret_number) == 0)
        return 0;
    (void)fprintf(stderr, "fascia-phone play: --%s: '%s' is not a number from %lld to %lld\n", name, value,
                  (long long)min, (long long)max);
    return -EINVAL;
}

static int take_unsigned(const char *name, const char *value, unsigned min, unsigned max, unsigned *ret_number)
{
    int64_t number = 0;
    int r = take_number(name, value, min, max, &number);

    if (r == 0)
        *ret_number = (unsigned)number;
    return r;
}

static int take_layout(const char *value, struct layout *ret_layout)
{
    if (layout_named(value, ret_layout) == 0 && ret_layout->count <= RTP_CHANNELS_MAX)
        return 0;
    (void)fprintf(stderr, "fascia-phone play: --layout: '%s' is no layout of at most %d channels; known:", value,
                  RTP_CHANNELS_MAX);
    for (size_t i = 0; i < layout_names(); i++)
        (void)fprintf(stderr, " %s", layout_name_at(i));
    (void)fputs("\n", stderr);
    return -EINVAL;
}

static int take_option(int id, const char *value, struct verb_options *o)
{
    unsigned number = 0;

    switch (id) {
    case OPT_TO:
        o->to = value;
        return 0;
    case OPT_PORT:
        if (take_unsigned("port", value, 1, UINT16_MAX, &number) < 0)
            return -EINVAL;
        o->play.port = (uint16_t)number;
        return 0;
    case OPT_LAYOUT:
        return take_layout(value, &o->play.channels);
    case OPT_BITS:
        if (take_unsigned("bits", value, 16, 24, &number) < 0 || number % 8 != 0)
            return -EINVAL;
        o->play.bits = number;
        return 0;
    case OPT_RATE:
        return take_unsigned("rate", value, 8000, 192000, &o->play.rate);
    case OPT_LEVEL:
        if (fascia_text_to_double(value, -60, -6, &o->play.level_dbfs) == 0)
            return 0;
        (void)fprintf(stderr, "fascia-phone play: --level: '%s' is not a number from -60 to -6\n", value);
        return -EINVAL;
    case OPT_PAYLOAD_TYPE:
        return take_unsigned("payload-type", value, 96, 127, &o->play.payload_type);
    case OPT_SECONDS:
        return take_number("seconds", value, 1, 86400, &o->seconds);
    case OPT_OUT:
        o->out = value;
        return 0;
    case OPT_HELP:
        print_help();
        return 1;
    }
    return -EINVAL;
}

static int parse_options(int argc, char **argv, struct verb_options *o)
{
    int id = 0;

    optind = 1;
    while ((id = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        int r = take_option(id == 'h' ? OPT_HELP : id, optarg, o);
        if (r != 0)
            return r;
    }
    if (optind < argc || !o->to) {
        (void)fprintf(stderr, "fascia-phone play: --to ADDR%%IF, and nothing but options: see --help\n");
        return -EINVAL;
    }
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
    struct verb_options o = {.play = {.port = 5004, .bits = 16, .rate = 48000, .payload_type = 96, .level_dbfs = -20}};
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
