/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "platform/config/config.h"
#include "platform/machine/machine.h"
#include "stack/doctor/render.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl doctor [OPTIONS]\n"
    "\n"
    "Checks the machine and names causes and remedies. Needs neither a running fascia nor a D-Bus; what only\n"
    "root could see is said. Changes nothing.\n"
    "\n"
    "  --config FILE  judge by this configuration; default: /etc/fascia/fascia.yaml, else the defaults\n"
    "  --check ID     only this check; may be repeated\n"
    "  --port PORT    this port must be free, as tcp/7000 or udp/5353; may be repeated, and replaces the usual ones\n"
    "  --root DIR     look at the files of an image that is not booted, instead of this machine\n"
    "  --all          a line for each check that is well, too\n"
    "  --json         as JSON\n"
    "  --list         list the checks\n"
    "\n"
    "Exit status: 0 nothing is wrong, 1 warnings, 2 problems, 3 it cannot be done.\n";

#define CONFIG_DEFAULT "/etc/fascia/fascia.yaml"
#define PATIENCE_S     2

struct request {
    const char *config, *root;
    uint64_t checks;
    struct machine_port ports[DOCTOR_LIST_MAX];
    size_t ports_count;
    bool all, json, list;
    struct timespec began;
};

static void list_checks(void)
{
    for (unsigned int i = 0; i < DOCTOR_CHECKS_; i++)
        printf("%-12s %s\n", doctor_check_id((enum doctor_check)i), doctor_check_title((enum doctor_check)i));
}

static int add_check(struct request *request, const char *id)
{
    enum doctor_check check;

    if (doctor_check_parse(id, &check) < 0) {
        (void)fprintf(stderr, "fasciactl: there is no check \"%s\"; `fasciactl doctor --list` lists them\n", id);
        return -EINVAL;
    }
    request->checks |= DOCTOR_CHECK_BIT(check);
    return 0;
}

static int add_port(struct request *request, const char *text)
{
    bool tcp = strncmp(text, "tcp/", 4) == 0;
    int64_t number = 0;

    if ((!tcp && strncmp(text, "udp/", 4) != 0) || fascia_text_to_i64(text + 4, 1, UINT16_MAX, &number) < 0) {
        (void)fprintf(stderr, "fasciactl: --port wants tcp/NUMBER or udp/NUMBER (1 to 65535), not \"%s\"\n", text);
        return -EINVAL;
    }
    if (request->ports_count == DOCTOR_LIST_MAX) {
        (void)fprintf(stderr, "fasciactl: at most %d ports\n", DOCTOR_LIST_MAX);
        return -EINVAL;
    }
    request->ports[request->ports_count++] =
        (struct machine_port){.tcp = tcp, .number = (uint16_t)number, .asked = true, .what = "as asked"};
    return 0;
}

static int set_root(struct request *request, const char *path)
{
    struct stat st;
    int error = stat(path, &st) < 0 ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;

    if (error != 0) {
        (void)fprintf(stderr, "fasciactl: --root %s: %s\n", path, strerror(error));
        return -error;
    }
    request->root = path;
    return 0;
}

/* Returns 0 and the request, or 1 and the status to return. */
static int parse(struct fasciactl *ctl, int argc, char **argv, struct request *ret_request, int *ret_status)
{
    enum { CONFIG = 1, CHECK, PORT, ROOT, ALL, JSON, LIST };
    static const struct option options[] = {{"config", required_argument, NULL, CONFIG},
                                            {"check", required_argument, NULL, CHECK},
                                            {"port", required_argument, NULL, PORT},
                                            {"root", required_argument, NULL, ROOT},
                                            {"all", no_argument, NULL, ALL},
                                            {"json", no_argument, NULL, JSON},
                                            {"list", no_argument, NULL, LIST},
                                            {0}};
    struct request request = {.root = ""};
    int option = 0, r = 0;

    *ret_status = STATUS_USAGE;
    while (r == 0 && (option = next_option(ctl, argc, argv, options, help, ret_status)) >= 0) {
        if (option == CONFIG)
            request.config = optarg;
        else if (option == CHECK)
            r = add_check(&request, optarg);
        else if (option == PORT)
            r = add_port(&request, optarg);
        else if (option == ROOT)
            r = set_root(&request, optarg);
        request.all = request.all || option == ALL;
        request.json = request.json || option == JSON;
        request.list = request.list || option == LIST;
    }
    if (r < 0 || option == -2 || no_operand(argc, argv) != 0)
        return 1;
    if (request.checks == 0)
        request.checks = DOCTOR_CHECKS_ALL;
    *ret_request = request;
    return 0;
}

/* The file that was asked for must be there; the usual one may be missing. */
static int load(const struct request *request, struct fascia_config *config)
{
    char message[CONFIG_MESSAGE_SIZE] = "", usual[512];
    const char *path = request->config;

    config_defaults(config);
    if (!path) {
        struct fascia_text text;
        fascia_text_init(&text, usual, sizeof usual);
        fascia_text_add(&text, "%s%s", request->root, CONFIG_DEFAULT);
        if (!fascia_text_ok(&text) || access(usual, F_OK) < 0) {
            (void)fprintf(stderr, "fasciactl: there is no %s: judged by the defaults (--config FILE names another)\n",
                          usual);
            return 0;
        }
        path = usual;
    }
    int r = config_load(path, config, message);
    if (r != 0)
        (void)fprintf(stderr, "fasciactl: %s\n", message);
    return r;
}

static void waiting(const char *for_what, void *userdata)
{
    const struct request *request = userdata;
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now) == 0 && now.tv_sec - request->began.tv_sec >= PATIENCE_S)
        (void)fprintf(stderr, "fasciactl: waiting for %s\n", for_what);
}

static int print(const struct request *request, const struct doctor_findings *findings)
{
    struct report_out out = output_to(stdout);
    int r = 0;

    if (request->json) {
        _cleanup_(json_release) struct json_object *document = doctor_render_json(findings);
        r = document ? output_json(stdout, document) : -ENOMEM;
    } else {
        doctor_render_text(findings, request->all, &out);
        r = out.error;
    }
    if (r == 0 && fflush(stdout) != 0)
        r = -errno;
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: standard output: %s\n", strerror(-r));
    return r;
}

static int examine(struct request *request, const struct fascia_config *config)
{
    static struct doctor_facts facts; /* large */
    static struct doctor_findings findings;
    const struct doctor_config by = {.link = &config->link,
                                     .address = &config->address,
                                     .audio = &config->audio,
                                     .supervisor = &config->supervisor,
                                     .aware = &config->aware,
                                     .bus = config->bus,
                                     .runtime_dir = config->runtime_dir};
    const struct machine_request machine = {
        .root = request->root,
        .config = &by,
        .checks = request->checks,
        .ports = request->ports_count > 0 ? request->ports : machine_usual_ports,
        .ports_count = request->ports_count > 0 ? request->ports_count : machine_usual_ports_count,
        .waiting = waiting,
        .userdata = request,
    };

    (void)clock_gettime(CLOCK_MONOTONIC, &request->began);
    int r = machine_collect(&machine, &facts);
    if (r < 0) {
        (void)fprintf(stderr, "fasciactl: the machine cannot be looked at: %s\n", strerror(-r));
        return STATUS_IMPOSSIBLE;
    }
    doctor_judge(&facts, &by, request->checks, &findings);
    if (print(request, &findings) < 0)
        return STATUS_IMPOSSIBLE;
    enum doctor_verdict overall = doctor_overall(&findings);
    if (overall == DOCTOR_VERDICT_PROBLEM)
        return STATUS_FAIL;
    return overall == DOCTOR_VERDICT_WARNING ? STATUS_WARN : STATUS_OK;
}

int verb_doctor(struct fasciactl *ctl, int argc, char **argv)
{
    static struct fascia_config config; /* large */
    struct request request = {0};
    int status = 0;

    if (parse(ctl, argc, argv, &request, &status) != 0)
        return status;
    if (request.list) {
        list_checks();
        return STATUS_OK;
    }
    if (load(&request, &config) != 0)
        return STATUS_IMPOSSIBLE;
    return examine(&request, &config);
}
