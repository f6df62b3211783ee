/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone sound: the verb around phone_sound(); how it measures is in sound.h. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "audio/layout/layout.h"
#include "tools/phone/report.h"
#include "tools/phone/sound.h"
#include "tools/phone/verbs.h"

enum option_id {
    OPT_RUNTIME_DIR = 1,
    OPT_SINK,
    OPT_TARGET,
    OPT_LEVEL,
    OPT_LISTEN,
    OPT_MEASURE,
    OPT_SECONDS,
    OPT_JSON,
    OPT_OUT,
    OPT_HELP,
};

static const struct option long_options[] = {
    {"runtime-dir", required_argument, NULL, OPT_RUNTIME_DIR},
    {"sink", required_argument, NULL, OPT_SINK},
    {"target", required_argument, NULL, OPT_TARGET},
    {"level", required_argument, NULL, OPT_LEVEL},
    {"listen", required_argument, NULL, OPT_LISTEN},
    {"measure", required_argument, NULL, OPT_MEASURE},
    {"seconds", required_argument, NULL, OPT_SECONDS},
    {"json", no_argument, NULL, OPT_JSON},
    {"out", required_argument, NULL, OPT_OUT},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

static void print_help(void)
{
    (void)puts(
        "fascia-phone sound: play one sine per channel into the projection sink and measure what each speaker\n"
        "gets\n"
        "\n"
        "  fascia-phone sound [options]\n"
        "\n"
        "  --runtime-dir DIR  where PipeWire's socket is (default: $XDG_RUNTIME_DIR)\n"
        "  --sink NAME        projection sink (default fascia.projection)\n"
        "  --target NAME      sink to listen to (default: the one of highest priority)\n"
        "  --level DBFS       of each sine, -60 to -6 (default -20)\n"
        "  --listen LAYOUT    play nothing: measure the channels of this layout (5.1, …) as somebody else plays\n"
        "                     them, at that level\n"
        "  --measure N        seconds of clean sound, 0.1 to 60 (default 1)\n"
        "  --seconds N        time for all of it (default 30)\n"
        "  --out FILE         the JSON goes there (default: stdout)\n"
        "\n"
        "Exit status: 0 measured, 1 not, 2 usage.");
}

static int take_real(const char *name, const char *value, double min, double max, double *ret_number)
{
    char *end = NULL;
    double number = strtod(value, &end);

    if (end != value && *end == '\0' && isfinite(number) && number >= min && number <= max) {
        *ret_number = number;
        return 0;
    }
    (void)fprintf(stderr, "fascia-phone sound: --%s: '%s' is not a number from %g to %g\n", name, value, min, max);
    return -EINVAL;
}

static int take_layout(const char *value, struct phone_sound_options *o)
{
    static struct layout layout; /* options point to it, and there is one command line */

    o->listen = &layout;
    if (layout_named(value, &layout) == 0)
        return 0;
    (void)fprintf(stderr, "fascia-phone sound: --listen: there is no layout '%s'\n", value);
    return -EINVAL;
}

static int take_option(int id, const char *value, struct phone_sound_options *o, const char **out)
{
    double seconds = 0;

    switch (id) {
    case OPT_RUNTIME_DIR:
        o->runtime_dir = value;
        return 0;
    case OPT_SINK:
        o->sink = value;
        return 0;
    case OPT_TARGET:
        o->target = value;
        return 0;
    case OPT_LEVEL:
        return take_real("level", value, -60, -6, &o->level_dbfs);
    case OPT_LISTEN:
        return take_layout(value, o);
    case OPT_MEASURE:
        return take_real("measure", value, 0.1, 60, &o->seconds);
    case OPT_SECONDS:
        if (take_real("seconds", value, 1, 3600, &seconds) < 0)
            return -EINVAL;
        o->timeout_us = (int64_t)(seconds * 1e6);
        return 0;
    case OPT_JSON: /* the other verbs have it; here it is always so */
        return 0;
    case OPT_OUT:
        *out = value;
        return 0;
    case OPT_HELP:
        print_help();
        return 1;
    }
    return -EINVAL;
}

static int parse_options(int argc, char **argv, struct phone_sound_options *o, const char **out)
{
    int id = 0;

    optind = 1;
    while ((id = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        int r = take_option(id == 'h' ? OPT_HELP : id, optarg, o, out);
        if (r != 0)
            return r;
    }
    if (optind < argc) {
        (void)fprintf(stderr, "fascia-phone sound: '%s' is too much: see fascia-phone sound --help\n", argv[optind]);
        return -EINVAL;
    }
    return 0;
}

int verb_sound(int argc, char **argv)
{
    struct phone_sound_heard heard = {0};
    struct phone_sound_options options = {.heard = &heard};
    _cleanup_(json_object_release) struct json_object *json = NULL;
    const char *out = NULL;

    int r = parse_options(argc, argv, &options, &out);
    if (r != 0)
        return r > 0 ? PHONE_EXIT_OK : PHONE_EXIT_USAGE;
    report_forget(out);
    (void)fprintf(stderr, "fascia-phone: %s\n", options.listen ? "listening" : "playing and listening");
    r = phone_sound(&options, &json);
    if (r != 0) {
        (void)fprintf(stderr, "fascia-phone: sound: %s\n", phone_sound_error(r));
        if (heard.rate > 0)
            (void)fprintf(stderr,
                          "fascia-phone: sound: at %u Hz, %u windows alike, %u discarded, %u gaps; "
                          "beside the sines the last one had %.1f dB\n",
                          heard.rate, heard.clean, heard.discarded, heard.xruns, heard.residual_db);
        return PHONE_EXIT_FAILED;
    }
    return report_write(json, out) < 0 ? PHONE_EXIT_FAILED : PHONE_EXIT_OK;
}
