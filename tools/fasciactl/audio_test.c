/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/audio_walk.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl audio test [--level DBFS] [--json] [CHANNEL...]\n"
    "\n"
    "Plays a tone from one speaker after the other, all of them or those that are named, and listens to the monitor "
    "of\n"
    "the real sink, which shows what fascia and PipeWire make of it, not what the amplifier does: for that, listen. "
    "What\n"
    "plays is faded out meanwhile. One line for each speaker: the level heard at each, and a verdict:\n"
    "\n"
    "  ok        it is heard, and all others are at least 30 dB quieter\n"
    "  missing   it is not heard, or is more than 12 dB quieter than asked\n"
    "  swapped   another one is heard instead\n"
    "  leaks     another one is heard, too\n"
    "\n"
    "  --level DBFS  of the tone, -60 to 0; default -20\n"
    "  --json        one JSON document per line\n"
    "\n"
    "Exit status: 0 all are ok, 2 one is not, 3 it cannot be done.\n";

#define SILENCE_DBFS (-119.9)

struct walk {
    const char *address;
    sd_bus *bus;
    const struct report_audio *audio;
    double level_dbfs;
    bool json;
    bool headed; /* the table has its head: where nothing can be heard there is none */
};

/* The levels heard while one speaker plays; 0 or a negative errno, said. */
static int listen_to(const struct walk *walk, size_t speaker, double *heard)
{
    sd_bus_message *reply = NULL;
    const void *levels = NULL;
    size_t size = 0;

    int r = service_call(walk->bus, walk->address, &service_audio, "test the speaker", &reply, "TestSpeaker", "sd",
                         walk->audio->speakers[speaker], walk->level_dbfs);
    if (r < 0)
        return r;
    r = sd_bus_message_read_array(reply, 'd', &levels, &size);
    if (r >= 0 && size / sizeof(double) != walk->audio->speakers_count)
        r = -EBADMSG; /* the sink has changed meanwhile */
    if (r >= 0)
        memcpy(heard, levels, size);
    else
        (void)fprintf(stderr, "fasciactl: cannot test the speaker: the speakers have changed meanwhile\n");
    sd_bus_message_unref(reply);
    return r < 0 ? r : 0;
}

static void print_head(const struct walk *walk)
{
    printf("%-8s", "PLAYS");
    for (size_t i = 0; i < walk->audio->speakers_count; i++)
        printf("%8s", walk->audio->speakers[i]);
    puts("  dBFS heard");
}

static void print_row(const struct walk *walk, size_t speaker, const double *heard, enum walk_verdict verdict,
                      size_t other)
{
    printf("%-8s", walk->audio->speakers[speaker]);
    for (size_t i = 0; i < walk->audio->speakers_count; i++) {
        if (heard[i] > SILENCE_DBFS)
            printf("%8.1f", heard[i]);
        else
            printf("%8s", ".");
    }
    printf("  %s", walk_verdict_name(verdict));
    if (verdict == WALK_SWAPPED)
        printf(": it comes out of %s", walk->audio->speakers[other]);
    if (verdict == WALK_LEAKS)
        printf(": %s is heard, too", walk->audio->speakers[other]);
    puts("");
}

static int print_json(const struct walk *walk, size_t speaker, const double *heard, enum walk_verdict verdict)
{
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    struct json_object *levels = json_object_new_object();

    for (size_t i = 0; i < walk->audio->speakers_count; i++)
        (void)json_object_object_add(levels, walk->audio->speakers[i],
                                     heard[i] > SILENCE_DBFS ? json_object_new_double(heard[i]) : NULL);
    (void)json_object_object_add(document, "channel", json_object_new_string(walk->audio->speakers[speaker]));
    (void)json_object_object_add(document, "verdict", json_object_new_string(walk_verdict_name(verdict)));
    (void)json_object_object_add(document, "heard_dbfs", levels);
    return output_json_line(stdout, document);
}

static int step(struct walk *walk, size_t speaker)
{
    double heard[REPORT_CHANNELS_MAX] = {0};
    size_t other = speaker;

    if (listen_to(walk, speaker, heard) < 0)
        return STATUS_IMPOSSIBLE;
    enum walk_verdict verdict = walk_judge(heard, walk->audio->speakers_count, speaker, walk->level_dbfs, &other);
    if (walk->json) {
        (void)print_json(walk, speaker, heard, verdict);
    } else {
        if (!walk->headed)
            print_head(walk);
        walk->headed = true;
        print_row(walk, speaker, heard, verdict, other);
    }
    if (fflush(stdout) != 0)
        return STATUS_IMPOSSIBLE;
    return verdict == WALK_OK ? STATUS_OK : STATUS_FAIL;
}

static bool is_named(const char *channel, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], channel) == 0)
            return true;
    }
    return argc == 0;
}

/* Every channel that is named is one of the speakers. */
static bool all_known(const struct report_audio *audio, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        size_t k = 0;
        while (k < audio->speakers_count && strcmp(argv[i], audio->speakers[k]) != 0)
            k++;
        if (k < audio->speakers_count)
            continue;
        char shown[40];
        (void)report_text_clean(shown, sizeof shown, argv[i]);
        (void)fprintf(stderr, "fasciactl: there is no speaker \"%s\"; there are", shown);
        for (k = 0; k < audio->speakers_count; k++)
            (void)fprintf(stderr, " %s", audio->speakers[k]);
        (void)fputs(audio->speakers_count == 0 ? " none\n" : "\n", stderr);
        return false;
    }
    return true;
}

static int run(struct walk *walk, int argc, char **argv)
{
    const struct report_audio *audio = walk->audio;
    int status = STATUS_OK;

    if (!all_known(audio, argc, argv))
        return STATUS_IMPOSSIBLE;
    if (audio->speakers_count == 0) {
        (void)fputs("fasciactl: the speakers are not known: there is no sink to play to\n"
                    "  `fasciactl audio status` and `fasciactl status` say more.\n",
                    stderr);
        return STATUS_IMPOSSIBLE;
    }
    for (size_t i = 0; i < audio->speakers_count && status != STATUS_IMPOSSIBLE; i++) {
        int r = is_named(audio->speakers[i], argc, argv) ? step(walk, i) : STATUS_OK;
        status = r > status ? r : status;
    }
    return status;
}

int audio_test(struct fasciactl *ctl, int argc, char **argv)
{
    enum { LEVEL = 1, JSON };
    static const struct option options[] = {
        {"level", required_argument, NULL, LEVEL}, {"json", no_argument, NULL, JSON}, {0}};
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = NULL;
    struct walk walk = {.address = "", .level_dbfs = -20};
    int option = 0, status = STATUS_USAGE, wrong = 0;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (option == JSON)
            walk.json = true;
        else
            wrong |= audio_number("--level", optarg, -60, 0, &walk.level_dbfs);
    }
    if (option == -2 || wrong != 0)
        return option == -2 ? status : STATUS_USAGE;
    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0 || !audio_facts_read(bus, ctl->bus, facts))
        return STATUS_IMPOSSIBLE;
    walk.address = ctl->bus;
    walk.bus = bus;
    walk.audio = &facts->audio;
    return run(&walk, argc - optind, argv + optind);
}
