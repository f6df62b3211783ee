/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "platform/profile/profile.h"
#include "stack/report/render.h"
#include "tools/fasciactl/attachment.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl report [OPTIONS]\n"
    "\n"
    "Judges the running unit by a requirement profile and shows each requirement's evidence.\n"
    "\n"
    "  --profile NAME|FILE  default: the one of fascia's configuration. A NAME is looked up as NAME.yaml in\n"
    "                       $FASCIA_PROFILES, then among the profiles that come with fascia\n"
    "  --attach FILE        add the record of fascia-phone, or a sound measurement (JSON); may be repeated\n"
    "  --text               plain text on standard output (default)\n"
    "  --json               JSON on standard output\n"
    "  --html FILE          one self-contained page; \"-\" is standard output\n"
    "  --out DIR            report.txt, report.json and report.html in this folder\n"
    "\n"
    "Exit status: 0 pass, 1 warnings, 2 failures, 3 the report cannot be made.\n";

#define ATTACHMENTS_MAX 8

struct request {
    const char *profile, *html, *out, *attach[ATTACHMENTS_MAX];
    size_t attach_count;
    bool text, json;
};

/* Returns 0 and the request, or 1 and the status to return. */
static int parse(struct fasciactl *ctl, int argc, char **argv, struct request *ret_request, int *ret_status)
{
    enum { PROFILE = 1, ATTACH, TEXT, JSON, HTML, OUT };
    static const struct option options[] = {{"profile", required_argument, NULL, PROFILE},
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
        if (option == PROFILE)
            request.profile = optarg;
        else if (option == TEXT)
            request.text = true;
        else if (option == JSON)
            request.json = true;
        else if (option == HTML)
            request.html = optarg;
        else if (option == OUT)
            request.out = optarg;
        else if (request.attach_count < ATTACHMENTS_MAX)
            request.attach[request.attach_count++] = optarg;
    }
    if (option == -2)
        return 1;
    bool html_on_stdout = request.html != NULL && strcmp(request.html, "-") == 0;
    if (optind < argc) {
        (void)fprintf(stderr, "fasciactl: report takes no operand: \"%s\"\n", argv[optind]);
        return 1;
    }
    if ((int)request.text + (int)request.json + (int)html_on_stdout > 1) {
        (void)fputs("fasciactl: only one of --text, --json and --html - can go to standard output\n", stderr);
        return 1;
    }
    request.text = request.text || (!request.json && request.html == NULL && request.out == NULL);
    *ret_request = request;
    return 0;
}

/* A name is looked up; whatever has a slash or an ending is a file. */
static int find_profile(const char *name, char path[static PATH_MAX])
{
    const char *folders[] = {getenv("FASCIA_PROFILES"), FASCIA_PROFILES_SOURCE, FASCIA_PROFILES_INSTALLED};

    if (strpbrk(name, "/.") != NULL)
        return fascia_text_copy(path, PATH_MAX, name);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(folders); i++) {
        if (folders[i] == NULL || folders[i][0] == '\0')
            continue;
        struct fascia_text text;
        fascia_text_init(&text, path, PATH_MAX);
        fascia_text_add(&text, "%s/%s.yaml", folders[i], name);
        if (fascia_text_ok(&text) && access(path, R_OK) == 0)
            return 0;
    }
    return -ENOENT;
}

static int load_profile(const char *name, struct report_profile *profile)
{
    char path[PATH_MAX] = "", message[PROFILE_MESSAGE_SIZE] = "";

    if (find_profile(name, path) < 0) {
        (void)fprintf(stderr,
                      "fasciactl: there is no profile \"%s\"\n"
                      "  Put %s.yaml into a folder and name that by $FASCIA_PROFILES, or give the file's path.\n",
                      name, name);
        return -ENOENT;
    }
    int r = profile_load(path, profile, message);
    if (r != 0)
        (void)fprintf(stderr, "fasciactl: %s\n", message);
    return r;
}

static int finish(const struct report_out *out)
{
    return out->error;
}

static int write_text(FILE *file, const void *userdata)
{
    struct report_out out = output_to(file);
    report_text(userdata, &out);
    return finish(&out);
}

static int write_html(FILE *file, const void *userdata)
{
    struct report_out out = output_to(file);
    report_html(userdata, &out);
    return finish(&out);
}

static int write_json(FILE *file, const void *userdata)
{
    _cleanup_(json_release) struct json_object *document = report_json(userdata);
    return document != NULL ? output_json(file, document) : -ENOMEM;
}

static int write_file(const char *folder, const char *name, int (*write)(FILE *file, const void *userdata),
                      const struct report *report)
{
    char path[PATH_MAX];
    struct fascia_text text;

    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s%s%s", folder, folder[0] != '\0' ? "/" : "", name);
    int r = fascia_text_ok(&text) ? output_file(path, write, report) : -ENAMETOOLONG;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s cannot be written: %s\n", path, strerror(-r));
    return r;
}

static int write_folder(const char *folder, const struct report *report)
{
    int r = output_folder(folder);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the folder %s cannot be made: %s\n", folder, strerror(-r));
        return r;
    }
    r = write_file(folder, "report.txt", write_text, report);
    if (r == 0)
        r = write_file(folder, "report.json", write_json, report);
    if (r == 0)
        r = write_file(folder, "report.html", write_html, report);
    return r;
}

static int write_all(const struct request *request, const struct report *report)
{
    bool html_on_stdout = request->html != NULL && strcmp(request->html, "-") == 0;
    int r = request->out != NULL ? write_folder(request->out, report) : 0;

    if (r == 0 && request->html != NULL && !html_on_stdout)
        r = write_file("", request->html, write_html, report);
    if (r < 0)
        return r;
    if (request->text)
        r = write_text(stdout, report);
    else if (request->json)
        r = write_json(stdout, report);
    else if (html_on_stdout)
        r = write_html(stdout, report);
    if (r == 0 && fflush(stdout) != 0)
        r = -errno;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: standard output: %s\n", strerror(-r));
    return r;
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
    static struct report_profile profile; /* large */
    static struct report_judgement judgement;
    char generated[32] = "";
    time_t now = time(NULL);
    struct tm utc;

    const char *name = request->profile;
    if (name == NULL)
        name = facts->profile[0] != '\0' ? facts->profile : "carplay-r10";
    if (load_profile(name, &profile) != 0)
        return STATUS_IMPOSSIBLE;
    report_judge(facts, &profile, &judgement);
    if (gmtime_r(&now, &utc) != NULL)
        (void)strftime(generated, sizeof generated, "%Y-%m-%dT%H:%M:%SZ", &utc);

    const struct report report = {
        .facts = facts,
        .profile = &profile,
        .judgement = &judgement,
        .generated = generated,
        .version = FASCIA_VERSION,
        .phone = attachments->phone,
        .sound = attachments->sound,
    };
    return write_all(request, &report) < 0 ? STATUS_IMPOSSIBLE : status_of(judgement.overall);
}

int verb_report(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = NULL;
    _cleanup_(attachments) struct attachments attachments = {0};
    struct request request = {0};
    int status = 0;

    if (parse(ctl, argc, argv, &request, &status) != 0)
        return status;
    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0 || client_collect(bus, ctl->bus, facts) < 0)
        return STATUS_IMPOSSIBLE;
    for (size_t i = 0; i < request.attach_count; i++) {
        if (attachment_load(request.attach[i], facts, &attachments) < 0)
            return STATUS_IMPOSSIBLE;
    }
    report_facts_settle(facts);
    return judge_and_write(&request, facts, &attachments);
}
