/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "stack/base/text.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl audio duck [--ms N] [--hold SECONDS] [--json] CLASS DB\n"
    "\n"
    "A class of streams (media, navigation, …) is at most at this level, -120 to 0 dB under its volume, as long as "
    "this\n"
    "runs: until Ctrl-C, or for so many seconds. The level moves linearly in dB. When this ends in any other way, the\n"
    "service takes it back by itself.\n"
    "\n"
    "  --ms N          time to the level, and back again, 0 to 60000; default 300\n"
    "  --hold SECONDS  0 to 3600; left out: until Ctrl-C\n"
    "  --json          one JSON document per line: when it is ducked, and when it is lifted\n"
    "\n"
    "Exit status: 0 done, 3 it cannot be done, 64 wrong arguments.\n";

struct order {
    const char *class;
    double db;
    int64_t ms, hold_s; /* -1: until it is interrupted */
    bool json;
};

static int take_i64(const char *option, int64_t max, int64_t *ret_value)
{
    if (fascia_text_to_i64(optarg, 0, max, ret_value) == 0)
        return 0;
    (void)fprintf(stderr, "fasciactl: %s takes 0 to %" PRId64 "\n", option, max);
    return 1;
}

static int parse(struct fasciactl *ctl, int argc, char **argv, struct order *ret_order, int *ret_status)
{
    enum { MS = 1, HOLD, JSON };
    static const struct option options[] = {{"ms", required_argument, NULL, MS},
                                            {"hold", required_argument, NULL, HOLD},
                                            {"json", no_argument, NULL, JSON},
                                            {0}};
    struct order order = {.ms = 300, .hold_s = -1};
    enum stream_class class;
    char *words[AUDIO_ARGUMENTS_MAX];
    int option = 0, wrong = 0;

    argc = audio_shield_numbers(argc, argv, words);
    *ret_status = STATUS_USAGE;
    while (argc > 0 && (option = next_option(ctl, argc, words, options, help, ret_status)) >= 0) {
        if (option == MS)
            wrong |= take_i64("--ms", 60000, &order.ms);
        else if (option == HOLD)
            wrong |= take_i64("--hold", 3600, &order.hold_s);
        else
            order.json = true;
    }
    if (option == -2)
        return -1;
    *ret_status = STATUS_USAGE;
    if (argc == 0 || argc - optind != 2) {
        (void)fprintf(stderr, "fasciactl: audio duck takes a class and a level\nTry: fasciactl audio duck --help\n");
        return -1;
    }
    order.class = words[optind];
    if (wrong != 0 || audio_class(order.class, &class) != 0 ||
        audio_number("the level", words[optind + 1], -120, 0, &order.db) != 0)
        return -1;
    *ret_order = order;
    return 0;
}

static int tell(const struct order *order, const char *event, const char *text)
{
    if (!order->json)
        return puts(text) < 0 || fflush(stdout) != 0 ? -1 : 0;
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    (void)json_object_object_add(document, "event", json_object_new_string(event));
    (void)json_object_object_add(document, "class", json_object_new_string(order->class));
    (void)json_object_object_add(document, "target_db", json_object_new_double(order->db));
    return output_json_line(stdout, document);
}

/* Waits for its end; false when there is nobody to tell any more, or the service is gone. */
static bool hold(const struct order *order, sd_bus *bus)
{
    int64_t left_ms = order->hold_s * 1000;

    while (order->hold_s < 0 || left_ms > 0) {
        unsigned int step = order->hold_s < 0 || left_ms > 500 ? 500 : (unsigned int)left_ms;
        if (!audio_wait(step))
            return true;
        left_ms -= step;
        while (sd_bus_process(bus, NULL) > 0) /* the bus wants to be answered */
            continue;
        if (sd_bus_is_open(bus) <= 0) {
            (void)fputs("fasciactl: the bus is gone; the service lifts the duck by itself\n", stderr);
            return false;
        }
    }
    return true;
}

int audio_duck(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    struct order order;
    char line[160];
    int status = 0;

    if (parse(ctl, argc, argv, &order, &status) != 0)
        return status;
    audio_catch_interrupt();
    if (client_open(ctl->bus, &bus) < 0 || service_call(bus, ctl->bus, &service_audio, "duck it", NULL, "Duck", "sdu",
                                                        order.class, order.db, (uint32_t)order.ms) < 0)
        return STATUS_IMPOSSIBLE;
    (void)snprintf(line, sizeof line, "%s is at most at %.1f dB%s", order.class, order.db,
                   order.hold_s < 0 ? "; Ctrl-C lifts it" : "");
    if (tell(&order, "ducked", line) != 0 || !hold(&order, bus) ||
        service_call(bus, ctl->bus, &service_audio, "lift the duck", NULL, "Unduck", "su", order.class,
                     (uint32_t)order.ms) < 0)
        return STATUS_IMPOSSIBLE;
    return tell(&order, "lifted", "lifted") == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
