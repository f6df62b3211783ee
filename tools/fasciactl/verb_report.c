/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "platform/profile/profile.h"
#include "stack/report/render.h"
#include "tools/fasciactl/attachment.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/lookup.h"
#include "tools/fasciactl/report_radio.h"
#include "tools/fasciactl/report_write.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl report [OPTIONS]\n"
    "\n"
    "Judges the running unit by a requirement profile and shows each requirement's evidence.\n"
    "\n"
    "  --profile NAME|FILE  default: the one of fascia's configuration, or carplay-r10. A NAME is looked up as "
    "NAME.yaml in\n"
    "                       $FASCIA_PROFILES, then among the profiles that come with fascia. May be repeated (up\n"
    "                       to 4): the profiles are then shown side by side, and the worst is the verdict\n"
    "  --radio NAME|FILE    judge a described radio instead of a running unit, offline: needs no bus and no fasciad.\n"
    "                       A NAME is looked up in $FASCIA_RADIOS, then among the radios that come with fascia\n"
    "  --country CC         with --radio: judge for this country (default: the one of the description)\n"
    "  --band BAND          with --radio: 2.4GHz, 5GHz or 6GHz (default: the first of 5, 2.4, 6 GHz that can start)\n"
    "  --attach FILE        add the record of fascia-phone, or a sound measurement (JSON); may be repeated\n"
    "  --text               plain text on standard output (default)\n"
    "  --json               JSON on standard output\n"
    "  --html FILE          one self-contained page; \"-\" is standard output\n"
    "  --out DIR            report.txt, report.json and report.html in this folder\n"
    "\n"
    "Exit status: 0 pass, 1 warnings, 2 failures, 3 the report cannot be made.\n";

#define ATTACHMENTS_MAX 8

struct request {
    const char *profiles[REPORT_PROFILES_MAX], *attach[ATTACHMENTS_MAX];
    size_t profiles_count, attach_count;
    const char *radio, *country, *band;
    struct report_outputs outputs;
};

enum { PROFILE = 1, RADIO, COUNTRY, BAND, ATTACH, TEXT, JSON, HTML, OUT };

/* Returns 0, or 1 after saying that it is too much. */
static int append(const char **list, size_t *count, size_t max, const char *option)
{
    if (*count == max) {
        (void)fprintf(stderr, "fasciactl: %s can be given at most %zu times\n", option, max);
        return 1;
    }
    list[(*count)++] = optarg;
    return 0;
}

static int take(struct request *request, int option)
{
    switch (option) {
    case PROFILE:
        return append(request->profiles, &request->profiles_count, REPORT_PROFILES_MAX, "--profile");
    case ATTACH:
        return append(request->attach, &request->attach_count, ATTACHMENTS_MAX, "--attach");
    case RADIO:
        request->radio = optarg;
        break;
    case COUNTRY:
        request->country = optarg;
        break;
    case BAND:
        request->band = optarg;
        break;
    case TEXT:
        request->outputs.text = true;
        break;
    case JSON:
        request->outputs.json = true;
        break;
    case HTML:
        request->outputs.html = optarg;
        break;
    case OUT:
        request->outputs.out = optarg;
        break;
    default:
        break;
    }
    return 0;
}

/* What does not go together. Returns 0, or 1 after saying it. */
static int check_request(const struct request *request)
{
    const struct report_outputs *outputs = &request->outputs;
    bool html_on_stdout = outputs->html != NULL && strcmp(outputs->html, "-") == 0;
    const char *wrong = NULL;

    if ((int)outputs->text + (int)outputs->json + (int)html_on_stdout > 1)
        wrong = "only one of --text, --json and --html - can go to standard output";
    else if (request->radio == NULL && (request->country != NULL || request->band != NULL))
        wrong = "--country and --band are for a described radio: they need --radio";
    else if (request->radio != NULL && request->attach_count > 0)
        wrong = "--attach is for a running unit: it does not go with --radio";
    else if (request->country != NULL && !report_radio_is_country(request->country))
        wrong = "--country takes two capital letters, for instance DE";
    else if (request->band != NULL && !report_radio_is_band(request->band))
        wrong = "--band takes 2.4GHz, 5GHz or 6GHz";
    if (wrong == NULL)
        return 0;
    (void)fprintf(stderr, "fasciactl: %s\n", wrong);
    return 1;
}

/* Returns 0 and the request, or 1 and the status to return. */
static int parse(struct fasciactl *ctl, int argc, char **argv, struct request *ret_request, int *ret_status)
{
    static const struct option options[] = {{"profile", required_argument, NULL, PROFILE},
                                            {"radio", required_argument, NULL, RADIO},
                                            {"country", required_argument, NULL, COUNTRY},
                                            {"band", required_argument, NULL, BAND},
                                            {"attach", required_argument, NULL, ATTACH},
                                            {"text", no_argument, NULL, TEXT},
                                            {"json", no_argument, NULL, JSON},
                                            {"html", required_argument, NULL, HTML},
                                            {"out", required_argument, NULL, OUT},
                                            {0}};
    struct request request = {0};
    int option = 0;

    *ret_status = STATUS_USAGE;
    while ((option = next_option(ctl, argc, argv, options, help, ret_status)) >= 0) {
        if (take(&request, option) != 0)
            return 1;
    }
    if (option == -2 || no_operand(argc, argv) != 0 || check_request(&request) != 0)
        return 1;
    struct report_outputs *outputs = &request.outputs;
    outputs->text = outputs->text || (!outputs->json && outputs->html == NULL && outputs->out == NULL);
    *ret_request = request;
    return 0;
}

static int load_profile(const char *name, struct report_profile *profile)
{
    char path[PATH_MAX] = "", message[PROFILE_MESSAGE_SIZE] = "";

    int r = lookup_or_explain(&lookup_profiles, name, path);
    if (r < 0)
        return r;
    r = profile_load(path, profile, message);
    if (r != 0)
        (void)fprintf(stderr, "fasciactl: %s\n", message);
    return r;
}

/* Everything that the profiles need; large, on the heap. */
struct judged {
    struct report_profile profiles[REPORT_PROFILES_MAX];
    struct report_judgement judgements[REPORT_PROFILES_MAX];
    struct report_column columns[REPORT_PROFILES_MAX];
    struct report_comparison comparison;
};

static bool is_loaded_twice(const struct judged *judged, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(judged->profiles[i].name, judged->profiles[index].name) == 0) {
            (void)fprintf(stderr, "fasciactl: the profile \"%s\" is given twice; compare different ones\n",
                          judged->profiles[index].name);
            return true;
        }
    }
    return false;
}

static int judge(const struct request *request, const struct report_facts *facts, struct judged *judged)
{
    const char *fallback = facts->profile[0] != '\0' ? facts->profile : "carplay-r10";
    size_t count = request->profiles_count > 0 ? request->profiles_count : 1;

    for (size_t i = 0; i < count; i++) {
        struct report_profile *profile = &judged->profiles[i];
        if (load_profile(request->profiles_count > 0 ? request->profiles[i] : fallback, profile) != 0 ||
            is_loaded_twice(judged, i))
            return -EINVAL;
        report_judge(facts, profile, &judged->judgements[i]);
        judged->columns[i] = (struct report_column){.profile = profile, .judgement = &judged->judgements[i]};
    }
    report_compare(judged->columns, count, &judged->comparison);
    return 0;
}

static int status_of(enum report_verdict verdict)
{
    switch (verdict) {
    case REPORT_VERDICT_PASS:
        return STATUS_OK;
    case REPORT_VERDICT_WARN:
    case REPORT_VERDICT_UNKNOWN:
    case REPORT_VERDICT_SKIPPED:
        return STATUS_WARN;
    case REPORT_VERDICT_FAIL:
    case REPORT_VERDICTS_:
        break;
    }
    return STATUS_FAIL;
}

static int judge_and_write(const struct request *request, const struct report_facts *facts,
                           const struct attachments *attachments)
{
    _cleanup_(freep) struct judged *judged = calloc(1, sizeof *judged);
    char generated[32] = "";
    time_t now = time(NULL);
    struct tm utc;

    if (judged == NULL) {
        (void)fputs("fasciactl: out of memory\n", stderr);
        return STATUS_IMPOSSIBLE;
    }
    if (judge(request, facts, judged) < 0)
        return STATUS_IMPOSSIBLE;
    if (gmtime_r(&now, &utc) != NULL)
        (void)strftime(generated, sizeof generated, "%Y-%m-%dT%H:%M:%SZ", &utc);

    const struct report report = {
        .facts = facts,
        .comparison = &judged->comparison,
        .generated = generated,
        .version = FASCIA_VERSION,
        .phone = attachments->phone,
        .sound = attachments->sound,
    };
    if (report_write(&request->outputs, &report) < 0)
        return STATUS_IMPOSSIBLE;
    return status_of(report_judgement_of(&report)->overall);
}

/* What the services say, and what is attached. */
static int collect(const struct fasciactl *ctl, const struct request *request, struct report_facts *facts,
                   struct attachments *attachments)
{
    _cleanup_(client_close) sd_bus *bus = NULL;

    int r = client_open(ctl->bus, &bus);
    if (r < 0)
        return r;
    r = client_collect(bus, ctl->bus, facts);
    if (r < 0)
        return r;
    client_read_histories(bus, facts);
    client_read_levels(bus, facts);
    for (size_t i = 0; i < request->attach_count; i++) {
        r = attachment_load(request->attach[i], facts, attachments);
        if (r < 0)
            return r;
    }
    report_facts_settle(facts);
    return 0;
}

int verb_report(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(freep) struct report_facts *facts = NULL;
    _cleanup_(attachments) struct attachments attachments = {0};
    struct request request = {0};
    int status = 0;

    if (parse(ctl, argc, argv, &request, &status) != 0)
        return status;
    facts = client_facts_new();
    if (facts == NULL)
        return STATUS_IMPOSSIBLE;
    int r = request.radio != NULL ? report_radio_load(request.radio, request.country, request.band, facts)
                                  : collect(ctl, &request, facts, &attachments);
    return r < 0 ? STATUS_IMPOSSIBLE : judge_and_write(&request, facts, &attachments);
}
