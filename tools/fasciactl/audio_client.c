/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audio/decide/decide.h"
#include "stack/base/text.h"
#include "stack/report/facts_json.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/json.h"

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void audio_catch_interrupt(void)
{
    const struct sigaction action = {.sa_handler = on_interrupt}; /* without SA_RESTART: waiting ends */

    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool audio_wait(unsigned int ms)
{
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    while (!interrupted && clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
        continue;
    return !interrupted;
}

bool audio_facts_read(sd_bus *bus, const char *address, struct report_facts *facts)
{
    _cleanup_(json_release) struct json_object *properties = service_properties(bus, address, &service_audio);

    if (properties == NULL)
        return false;
    report_facts_read_audio(facts, properties);
    return true;
}

static bool is_negative(const char *word)
{
    return word[0] == '-' && (isdigit((unsigned char)word[1]) || word[1] == '.');
}

int audio_shield_numbers(int argc, char **argv, char **to)
{
    static char separator[] = "--";
    int count = 0, numbers = 0;

    if (argc + 2 > AUDIO_ARGUMENTS_MAX)
        return 0;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1 && numbers > 0)
            to[count++] = separator;
        for (int i = 0; i < argc; i++) {
            /* Behind "--level" it is that option's value. */
            bool of_option = i > 0 && strncmp(argv[i - 1], "--", 2) == 0 && strchr(argv[i - 1], '=') == NULL;
            bool number = i > 0 && is_negative(argv[i]) && !of_option;
            numbers += pass == 0 && number;
            if (number == (pass == 1))
                to[count++] = argv[i];
        }
    }
    to[count] = NULL;
    return count;
}

int audio_number(const char *what, const char *text, double min, double max, double *ret_value)
{
    char shown[40];

    if (fascia_text_to_double(text, min, max, ret_value) == 0)
        return 0;
    (void)report_text_clean(shown, sizeof shown, text);
    (void)fprintf(stderr, "fasciactl: %s is \"%s\"; allowed are %g to %g\n", what, shown, min, max);
    return 1;
}

/* "fasciactl: … is "foo"; allowed are a b c" */
static void say_allowed(const char *what, const char *text, const char *first, const char *(*name_at)(size_t i))
{
    char shown[40];
    const char *name;

    (void)report_text_clean(shown, sizeof shown, text);
    (void)fprintf(stderr, "fasciactl: %s is \"%s\"; allowed are%s", what, shown, first);
    for (size_t i = 0; (name = name_at(i)) != NULL; i++)
        (void)fprintf(stderr, " %s", name);
    (void)fputs("\n", stderr);
}

static const char *class_at(size_t i)
{
    return i < STREAM_CLASSES ? stream_class_name((enum stream_class)i) : NULL;
}

static const char *mode_at(size_t i)
{
    return i < DECIDE_MODES_ ? decide_mode_name((enum decide_mode)i) : NULL;
}

int audio_class(const char *text, enum stream_class *ret_class)
{
    if (stream_class_parse(text, ret_class) == 0)
        return 0;
    say_allowed("the class of streams", text, "", class_at);
    return 1;
}

int audio_mode_known(const char *text)
{
    enum decide_mode mode;

    if (strcmp(text, "auto") == 0 || decide_mode_parse(text, &mode) == 0)
        return 0;
    say_allowed("the mode", text, " auto", mode_at);
    return 1;
}
