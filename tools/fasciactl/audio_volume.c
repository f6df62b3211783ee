/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/streams/focus.h"
#include "stack/report/render.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

/* `fasciactl audio volume` and `fasciactl audio mode`: show, or set. */

static const char volume_help[] =
    "Usage: fasciactl audio volume [--json] [CLASS [DB]]\n"
    "\n"
    "Shows the volumes of the classes of streams, or of one of them, or sets one: -120 (silent) to 12 dB, safety\n"
    "-30 to 12. It is kept over restarts.\n"
    "\n"
    "  --json  as a list of classes\n"
    "\n"
    "Exit status: 0 done, 3 it cannot be done, 64 wrong arguments.\n";

static const char mode_help[] =
    "Usage: fasciactl audio mode [--json] [MODE]\n"
    "\n"
    "Shows how the programme is rendered and why, or orders another way, at once and without a gap: auto (the policy\n"
    "decides), discrete, partial, quad, virtual, stereo, ltrt, mono or refuse. What does not fit the speakers is\n"
    "refused and changes nothing. Not kept over a restart.\n"
    "\n"
    "  --json  mode, mode_wanted and mode_reason as JSON\n"
    "\n"
    "Exit status: 0 done, 3 it cannot be done (it does not fit), 64 wrong arguments.\n";

struct asked {
    const char *operands[2];
    int count;
    bool json;
};

/* Returns 0, or -1 with the status to return. */
static int parse(struct fasciactl *ctl, int argc, char **argv, const char *help, int max, struct asked *ret_asked,
                 int *ret_status)
{
    enum { JSON = 1 };
    static const struct option options[] = {{"json", no_argument, NULL, JSON}, {0}};
    char *words[AUDIO_ARGUMENTS_MAX];
    struct asked asked = {.count = 0};
    int option = 0;

    *ret_status = STATUS_USAGE;
    argc = audio_shield_numbers(argc, argv, words);
    while (argc > 0 && (option = next_option(ctl, argc, words, options, help, ret_status)) >= 0)
        asked.json = true;
    if (option == -2)
        return -1;
    for (; optind < argc && asked.count < max; optind++)
        asked.operands[asked.count++] = words[optind];
    if (argc == 0 || optind < argc) {
        (void)fprintf(stderr, "fasciactl: too many operands\nTry: fasciactl %s --help\n", argv[0]);
        return -1;
    }
    *ret_asked = asked;
    return 0;
}

static void print_class(const struct report_class *class)
{
    char volume[16] = "silent";

    if (class->volume_db > REPORT_SILENCE_DB)
        (void)snprintf(volume, sizeof volume, "%+.1f dB", class->volume_db);
    printf("%-11s %9s\n", class->name, volume);
}

static bool is_asked(const struct asked *asked, const char *class)
{
    return asked->count == 0 || strcmp(asked->operands[0], class) == 0;
}

static int show_volumes_json(const struct report_facts *facts, const struct asked *asked)
{
    _cleanup_(json_release) struct json_object *document = report_json_audio(facts);
    _cleanup_(json_release) struct json_object *shown = json_object_new_array();
    struct json_object *classes = NULL;

    (void)json_object_object_get_ex(document, "classes", &classes);
    for (size_t i = 0; classes != NULL && i < json_object_array_length(classes); i++) {
        if (is_asked(asked, facts->audio.classes[i].name))
            (void)json_object_array_add(shown, json_object_get(json_object_array_get_idx(classes, i)));
    }
    return output_json(stdout, shown) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

static int show_volumes(const struct report_facts *facts, const struct asked *asked)
{
    const struct report_audio *audio = &facts->audio;

    if (asked->json)
        return show_volumes_json(facts, asked);
    for (size_t i = 0; i < audio->classes_count; i++) {
        if (is_asked(asked, audio->classes[i].name))
            print_class(&audio->classes[i]);
    }
    return fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

/* Nobody turns the warnings of the vehicle off. */
static int parse_volume(const struct asked *asked, double *ret_db)
{
    enum stream_class class = STREAM_MEDIA;

    if (asked->count > 0 && audio_class(asked->operands[0], &class) != 0)
        return 1;
    if (asked->count < 2)
        return 0;
    return class == STREAM_SAFETY
               ? audio_number("the volume of safety", asked->operands[1], FOCUS_SAFETY_MIN, FOCUS_VOLUME_MAX, ret_db)
               : audio_number("the volume", asked->operands[1], FOCUS_SILENCE_DB, FOCUS_VOLUME_MAX, ret_db);
}

int audio_volume(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = client_facts_new();
    struct asked asked;
    double db = 0;
    int status = 0;

    if (parse(ctl, argc, argv, volume_help, 2, &asked, &status) != 0)
        return status;
    if (parse_volume(&asked, &db) != 0)
        return STATUS_USAGE;
    if (facts == NULL || client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;
    if (asked.count == 2 && service_call(bus, ctl->bus, &service_audio, "set the volume", NULL, "SetVolume", "sd",
                                         asked.operands[0], db) < 0)
        return STATUS_IMPOSSIBLE;
    if (asked.count == 2 && !asked.json)
        return STATUS_OK;
    return audio_facts_read(bus, ctl->bus, facts) ? show_volumes(facts, &asked) : STATUS_IMPOSSIBLE;
}

static int show_mode(const struct report_facts *facts, bool json)
{
    const struct report_audio *audio = &facts->audio;

    if (json) {
        _cleanup_(json_release) struct json_object *document = json_object_new_object();
        (void)json_object_object_add(document, "mode", json_object_new_string(audio->mode));
        (void)json_object_object_add(document, "mode_wanted", json_object_new_string(audio->mode_wanted));
        (void)json_object_object_add(document, "mode_reason", json_object_new_string(audio->mode_reason));
        return output_json(stdout, document) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
    }
    printf("%s%s%s\n", audio->mode[0] != '\0' ? audio->mode : "none yet", audio->mode_reason[0] != '\0' ? ": " : "",
           audio->mode_reason);
    if (audio->mode_wanted[0] != '\0' && strcmp(audio->mode_wanted, "auto") != 0)
        printf("ordered: %s (`fasciactl audio mode auto` takes it back)\n", audio->mode_wanted);
    return fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

int audio_mode(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = client_facts_new();
    struct asked asked;
    int status = 0;

    if (parse(ctl, argc, argv, mode_help, 1, &asked, &status) != 0)
        return status;
    if (asked.count == 1 && audio_mode_known(asked.operands[0]) != 0)
        return STATUS_USAGE;
    if (facts == NULL || client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;
    if (asked.count == 1 &&
        service_call(bus, ctl->bus, &service_audio, "render it so", NULL, "SetMode", "s", asked.operands[0]) < 0)
        return STATUS_IMPOSSIBLE;
    return audio_facts_read(bus, ctl->bus, facts) ? show_mode(facts, asked.json) : STATUS_IMPOSSIBLE;
}
