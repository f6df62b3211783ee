/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "stack/report/facts_json.h"
#include "stack/report/render.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/audio_bars.h"
#include "tools/fasciactl/bus_json.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl audio meter [--seconds N] [--json]\n"
    "\n"
    "Shows levels as they are, until Ctrl-C: each speaker and each class of streams that sounds (effective value and\n"
    "peak, dBFS), what the limiter takes away, loudness (LUFS, ITU-R BS.1770) and the true peak. On a terminal as "
    "bars,\n"
    "ten times a second; elsewhere one line each second.\n"
    "\n"
    "  --seconds N  ends after so many seconds, 1 to 86400\n"
    "  --json       one JSON document per line and second; null is silence\n"
    "\n"
    "Exit status: 0 done, 3 fascia-audio does not answer.\n";

#define FAST_MS    100
#define SLOW_MS    1000
#define TEXT_SIZE  8192
#define WIDTH_MAX  160
#define GO_UP      "\033[%zuA"
#define CLEAR_DOWN "\033[J"

struct meter {
    const char *address;
    sd_bus *bus;
    struct report_facts *facts;
    int64_t seconds; /* 0: until it is interrupted */
    bool json, screen;
    size_t lines; /* on the screen */
};

/* A terminal that does not say is taken for one of 80 by 24; false for one that has no room for the meter. */
static bool terminal_size(size_t *ret_width, size_t *ret_height)
{
    struct winsize size;
    size_t width = 80, height = 24;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0) {
        width = size.ws_col;
        height = size.ws_row;
    }
    /* The last column and line stay free: the cursor is there. */
    if (width <= BARS_WIDTH_MIN || height <= BARS_HEIGHT_MIN)
        return false;
    *ret_width = width > WIDTH_MAX ? WIDTH_MAX : width - 1;
    *ret_height = height - 1;
    return true;
}

/* All values of the reply, in an array: what report_facts_read_levels() takes. */
static int read_levels(const struct meter *meter)
{
    _cleanup_(json_release) struct json_object *values = json_object_new_array();
    sd_bus_message *reply = NULL;
    int r = service_call(meter->bus, meter->address, &service_audio, "read the levels", &reply, "GetLevels", "");

    while (r >= 0) {
        struct json_object *value = NULL;
        r = bus_json_read(reply, &value);
        if (r >= 0)
            (void)json_object_array_add(values, value);
    }
    sd_bus_message_unref(reply);
    if (r != -ENODATA)
        return r;
    report_facts_read_levels(meter->facts, values);
    return 0;
}

static int show(struct meter *meter)
{
    const struct report_audio *audio = &meter->facts->audio;
    char buffer[TEXT_SIZE];
    struct fascia_text text;
    size_t width = BARS_WIDTH_MIN, height = BARS_HEIGHT_MIN; /* of one that has shrunk since */

    if (meter->json) {
        _cleanup_(json_release) struct json_object *document = report_json_levels(&audio->levels);
        return output_json_line(stdout, document);
    }
    fascia_text_init(&text, buffer, sizeof buffer);
    if (meter->screen) {
        (void)terminal_size(&width, &height);
        if (meter->lines > 0)
            printf(GO_UP CLEAR_DOWN, meter->lines);
        meter->lines = bars_screen(&audio->levels, audio->ceiling_db, width, height, &text);
        return fputs(buffer, stdout) < 0 || fflush(stdout) != 0 ? -EIO : 0;
    }
    bars_line(&audio->levels, &text);
    return puts(buffer) < 0 || fflush(stdout) != 0 ? -EIO : 0;
}

/* The first answer is of what was before anybody asked. */
static int run(struct meter *meter)
{
    unsigned int step_ms = meter->screen && !meter->json ? FAST_MS : SLOW_MS;
    int64_t left_ms = meter->seconds * 1000;
    int r = read_levels(meter);

    while (r == 0 && audio_wait(step_ms)) {
        r = read_levels(meter);
        if (r == 0)
            r = show(meter);
        left_ms -= step_ms;
        if (meter->seconds > 0 && left_ms <= 0)
            break;
    }
    return r == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

int audio_meter(struct fasciactl *ctl, int argc, char **argv)
{
    enum { SECONDS = 1, JSON };
    static const struct option options[] = {
        {"seconds", required_argument, NULL, SECONDS}, {"json", no_argument, NULL, JSON}, {0}};
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = NULL;
    struct meter meter = {.address = ""};
    size_t width = 0, height = 0;
    int option = 0, status = STATUS_USAGE;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (option == JSON) {
            meter.json = true;
        } else if (fascia_text_to_i64(optarg, 1, 86400, &meter.seconds) != 0) {
            (void)fputs("fasciactl: --seconds takes 1 to 86400\n", stderr);
            return STATUS_USAGE;
        }
    }
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    audio_catch_interrupt();
    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0 || !audio_facts_read(bus, ctl->bus, facts))
        return STATUS_IMPOSSIBLE;
    meter.address = ctl->bus;
    meter.bus = bus;
    meter.facts = facts;
    meter.screen = isatty(STDOUT_FILENO) != 0 && terminal_size(&width, &height);
    return run(&meter);
}
