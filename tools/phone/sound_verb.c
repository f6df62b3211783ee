/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone sound: the verb around phone_sound(); how it measures is in sound.h. */
#include <stdio.h>

#include "audio/layout/layout.h"
#include "tools/phone/options.h"
#include "tools/phone/report.h"
#include "tools/phone/sound.h"
#include "tools/phone/verbs.h"

static const char help[] =
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
    "Exit status: 0 measured, 1 not, 2 usage.";

static int take_layout(const char *value, void *to)
{
    static struct layout layout; /* options point to it, and there is one command line */
    struct phone_sound_options *o = to;

    o->listen = &layout;
    return layout_named(value, &layout);
}

static int parse_options(int argc, char **argv, struct phone_sound_options *o, const char **out)
{
    bool json = true; /* the other verbs have the option; here it is always so */
    double seconds = 0;
    const struct phone_option options[] = {
        {"runtime-dir", .text = &o->runtime_dir},
        {"sink", .text = &o->sink},
        {"target", .text = &o->target},
        {"level", .real = &o->level_dbfs, .min = -60, .max = -6},
        {"listen", .take = take_layout, .to = o, .refusal = "is not the name of a layout"},
        {"measure", .real = &o->seconds, .min = 0.1, .max = 60},
        {"seconds", .real = &seconds, .min = 1, .max = 3600},
        {"json", .flag = &json},
        {"out", .text = out},
    };

    int r = phone_options_parse(argc, argv, options, FASCIA_ARRAY_SIZE(options), help);
    o->timeout_us = (int64_t)(seconds * 1e6);
    return r;
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
