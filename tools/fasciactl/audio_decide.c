/* SPDX-License-Identifier: Apache-2.0 */
/* `fasciactl audio decide`: the decision of fascia-audio, without a fascia-audio. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/coefficients.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/audio_explain.h"
#include "tools/fasciactl/audio_filters.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl audio decide [--speakers X] [--source Y] [OPTIONS]\n"
    "\n"
    "Says how a programme is rendered on some speakers, and why: the rules of the policy with what has passed each "
    "over,\n"
    "the matrix, gains, and channels that are lost. Asks nobody: a configuration, or the options alone.\n"
    "\n"
    "  --speakers X      a preset (1 2 2.1 3 3.1 4 4.1 5 5.1 6 6.1 7 7.1 5.1.2 5.1.4 7.1.4 ...; `--list` has all) or\n"
    "                    channels: FL,FR,RL,RR\n"
    "  --source Y        a layout (mono stereo quad 5.1 5.1.2 7.1 7.1.4 ...) or channels; left out: that of the\n"
    "                    configuration, or 5.1\n"
    "  --policy Z        rules in their order, each with the full-range speakers that it wants: "
    "discrete,partial:6,stereo\n"
    "  --coefficients C  bs775, bs2127, android, pipewire, or a file\n"
    "  --lfe L           minus6, drop or bass-manage\n"
    "  --headphones      the two outputs are worn; no --speakers needed\n"
    "  --crosstalk       virtual is allowed on two loudspeakers\n"
    "  --upmix           surround speakers play along with a stereo programme\n"
    "  --config FILE     takes what no option says from this configuration\n"
    "  --list            names the presets and the layouts\n"
    "  --json            the same as JSON; weights are linear\n"
    "\n"
    "Exit status: 0 it is rendered and no channel is lost, 1 one is lost, 2 it is refused, 3 it cannot be said, 64 "
    "wrong\n"
    "arguments.\n";

enum { SPEAKERS = 1, SOURCE, POLICY, COEFFICIENTS, LFE, HEADPHONES, CROSSTALK, UPMIX, CONFIG, LIST, JSON };

struct request {
    const char *speakers, *source, *policy, *coefficients, *lfe, *config;
    bool headphones, crosstalk, upmix, list, json;
};

static void take(struct request *request, int option)
{
    switch (option) {
    case SPEAKERS:
        request->speakers = optarg;
        break;
    case SOURCE:
        request->source = optarg;
        break;
    case POLICY:
        request->policy = optarg;
        break;
    case COEFFICIENTS:
        request->coefficients = optarg;
        break;
    case LFE:
        request->lfe = optarg;
        break;
    case CONFIG:
        request->config = optarg;
        break;
    case HEADPHONES:
        request->headphones = true;
        break;
    case CROSSTALK:
        request->crosstalk = true;
        break;
    case UPMIX:
        request->upmix = true;
        break;
    case LIST:
        request->list = true;
        break;
    default:
        request->json = true;
        break;
    }
}

static int list_names(void)
{
    fputs("speakers", stdout);
    for (size_t i = 0; i < speakers_presets(); i++)
        printf(" %s", speakers_preset_at(i));
    fputs("\nlayouts ", stdout);
    for (size_t i = 0; i < layout_names(); i++)
        printf(" %s", layout_name_at(i));
    puts("");
    return fflush(stdout) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}

/* --- from the options to the configuration ---------------------------------------------------------------------- */

static int wrong(const char *option, const char *value, const char *allowed)
{
    char shown[64];

    (void)report_text_clean(shown, sizeof shown, value);
    (void)fprintf(stderr, "fasciactl: %s is \"%s\"; allowed is %s\n", option, shown, allowed);
    return STATUS_USAGE;
}

/* A preset, or channels: "5.1", "FL,FR". */
static int take_speakers(const char *text, struct audio_config *audio)
{
    struct speakers preset;
    struct layout ports;

    audio->cabin_count = 0; /* of other speakers */
    audio->speakers_count = 0;
    if (speakers_preset(text, &preset) == 0)
        return fascia_text_copy(audio->layout, sizeof audio->layout, text) == 0 ? 0 : STATUS_USAGE;
    if (layout_parse(text, &ports) != 0)
        return wrong("--speakers", text, "a preset (fasciactl audio decide --list), or channels, for instance FL,FR");
    for (; audio->speakers_count < ports.count; audio->speakers_count++)
        (void)fascia_text_copy(audio->speakers[audio->speakers_count], sizeof audio->speakers[0],
                               layout_channel_name(ports.channels[audio->speakers_count]));
    return 0;
}

static int wrong_policy(const char *text)
{
    struct fascia_text allowed;
    char words[160];

    fascia_text_init(&allowed, words, sizeof words);
    fascia_text_add(&allowed, "a list such as discrete,partial:6,stereo; modes are");
    for (size_t i = 0; decide_mode_names[i] != NULL; i++)
        fascia_text_add(&allowed, "%s %s", i > 0 ? "," : "", decide_mode_names[i]);
    return wrong("--policy", text, words);
}

/* "discrete,partial:6,stereo" */
static int take_policy(const char *text, struct audio_spatial_config *spatial)
{
    spatial->policy_count = 0;
    for (const char *at = text; at != NULL;) {
        char word[24] = "";
        size_t length = strcspn(at, ",");
        struct audio_rule_config rule = {.min_speakers = -1};

        if (length >= sizeof word || spatial->policy_count == DECIDE_MODES_)
            return wrong_policy(text);
        memcpy(word, at, length);
        char *colon = strchr(word, ':');
        if (colon != NULL)
            *colon = '\0';
        if (decide_mode_parse(word, &rule.mode) != 0 ||
            (colon != NULL && fascia_text_to_i64(colon + 1, 0, SPEAKERS_MAX, &rule.min_speakers) != 0))
            return wrong_policy(text);
        spatial->policy[spatial->policy_count++] = rule;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return 0;
}

static int take_lfe(const char *text, enum decide_lfe *ret_lfe)
{
    for (unsigned int i = 0; i < DECIDE_LFES_; i++) {
        if (strcmp(decide_lfe_names[i], text) != 0)
            continue;
        *ret_lfe = (enum decide_lfe)i;
        return 0;
    }
    return wrong("--lfe", text, "minus6, drop or bass-manage");
}

static int take_options(const struct request *request, struct audio_config *audio)
{
    int r = request->speakers != NULL ? take_speakers(request->speakers, audio) : 0;

    if (r == 0 && request->policy != NULL)
        r = take_policy(request->policy, &audio->spatial);
    if (r == 0 && request->lfe != NULL)
        r = take_lfe(request->lfe, &audio->lfe);
    if (r == 0 && request->coefficients != NULL &&
        fascia_text_copy(audio->spatial.coefficients, sizeof audio->spatial.coefficients, request->coefficients) != 0)
        r = wrong("--coefficients", request->coefficients, "a shorter path");
    if (request->headphones) {
        audio->output = AUDIO_OUTPUT_HEADPHONES;
        if (request->speakers == NULL) /* there is but one answer */
            r = r != 0 ? r : take_speakers("2", audio);
    }
    audio->spatial.crosstalk = audio->spatial.crosstalk || request->crosstalk;
    audio->spatial.upmix = audio->spatial.upmix || request->upmix;
    return r;
}

static int load(const struct request *request, struct fascia_config *config)
{
    char message[CONFIG_MESSAGE_SIZE] = "";

    if (request->config == NULL) {
        config_defaults(config);
        return 0;
    }
    if (config_load(request->config, config, message) == 0)
        return 0;
    (void)fprintf(stderr, "fasciactl: %s\n", message);
    return STATUS_IMPOSSIBLE;
}

/* --- from the configuration to the question ---------------------------------------------------------------------- */

static int ask(const struct request *request, struct audio_config *audio, struct audio_question *ret_question,
               struct fascia_text *message)
{
    char trouble[CONFIG_MESSAGE_SIZE];
    struct layout ports;

    int r = coefficients_of_config(audio, trouble);
    if (r == -ENOENT && request->coefficients != NULL && strchr(request->coefficients, '/') == NULL)
        return wrong("--coefficients", request->coefficients, "bs775, bs2127, android, pipewire, or a file");
    if (r != 0) {
        fascia_text_add(message, "%s", trouble);
        return STATUS_IMPOSSIBLE;
    }
    r = request->source != NULL ? layout_named(request->source, &ret_question->source) : -ENOENT;
    if (request->source != NULL && r != 0 && layout_parse(request->source, &ret_question->source) != 0)
        return wrong("--source", request->source, "a layout (--list has them), or channels, for instance FL,FR,FC");
    if (request->source == NULL && audio_setup_source(audio, &ret_question->source, message) != 0)
        return STATUS_IMPOSSIBLE;
    if (audio_setup_ports(audio, &ports, message) != 0)
        return STATUS_IMPOSSIBLE;
    if (ports.count == 0) {
        fascia_text_add(message, "the speakers are those of the sink (layout: auto): name them by --speakers");
        return STATUS_IMPOSSIBLE;
    }
    if (audio_setup_speakers(audio, &ports, &ret_question->speakers, message) != 0 ||
        audio_setup_policy(audio, &ret_question->policy, message) != 0)
        return STATUS_IMPOSSIBLE;
    audio_filters_ask(audio->spatial.hrtf, ret_question);
    return 0;
}

static int answer(const struct audio_question *question, bool json)
{
    struct audio_answer answer;
    struct report_out out = output_to(stdout);

    audio_explain(question, &answer);
    if (json) {
        _cleanup_(json_release) struct json_object *document = audio_explain_json(question, &answer);
        if (document == NULL || output_json(stdout, document) < 0)
            return STATUS_IMPOSSIBLE;
    } else {
        audio_explain_text(question, &answer, &out);
        if (out.error != 0 || fflush(stdout) != 0)
            return STATUS_IMPOSSIBLE;
    }
    if (answer.decision.mode == DECIDE_REFUSE)
        return STATUS_FAIL;
    return answer.decision.lost.count > 0 ? STATUS_WARN : STATUS_OK;
}

int audio_decide(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct option options[] = {{"speakers", required_argument, NULL, SPEAKERS},
                                            {"source", required_argument, NULL, SOURCE},
                                            {"policy", required_argument, NULL, POLICY},
                                            {"coefficients", required_argument, NULL, COEFFICIENTS},
                                            {"lfe", required_argument, NULL, LFE},
                                            {"headphones", no_argument, NULL, HEADPHONES},
                                            {"crosstalk", no_argument, NULL, CROSSTALK},
                                            {"upmix", no_argument, NULL, UPMIX},
                                            {"config", required_argument, NULL, CONFIG},
                                            {"list", no_argument, NULL, LIST},
                                            {"json", no_argument, NULL, JSON},
                                            {0}};
    _cleanup_(freep) struct fascia_config *config = malloc(sizeof *config);
    struct audio_question question;
    struct request request = {.json = false};
    char buffer[CONFIG_MESSAGE_SIZE];
    struct fascia_text message;
    int option = 0, status = STATUS_USAGE;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0)
        take(&request, option);
    if (option == -2)
        return status;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    if (request.list)
        return list_names();
    status = config != NULL ? load(&request, config) : STATUS_IMPOSSIBLE;
    if (status == 0)
        status = take_options(&request, &config->audio);
    if (status != 0)
        return status;
    fascia_text_init(&message, buffer, sizeof buffer);
    status = ask(&request, &config->audio, &question, &message);
    if (status == 0)
        return answer(&question, request.json);
    if (message.used > 0)
        (void)fprintf(stderr, "fasciactl: %s\n", buffer);
    return status;
}
