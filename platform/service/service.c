/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/service/service.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/notify/notify.h"

enum { EXIT_OK = 0, EXIT_FAILURE_ = 1, EXIT_USAGE = 2 };

static int done(int status)
{
    return status + 1; /* see service_open(): > 0 means "main returns this - 1" */
}

static void print_help(const struct service *service)
{
    printf("%s - %s\n\n"
           "Usage: %s --config FILE\n\n"
           "  -c, --config FILE   configuration (fascia.yaml)\n"
           "  -h, --help          this text\n"
           "  -V, --version       version\n\n"
           "Started by fasciad; runs by hand and under systemd (Type=notify) as well.\n"
           "Exit status: 0 stopped as asked, 1 failed, 2 wrong usage or configuration.\n",
           service->program, service->about, service->program);
}

static int parse_options(struct service *service, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {0},
    };

    for (int c; (c = getopt_long(argc, argv, "c:hV", options, NULL)) != -1;) {
        switch (c) {
        case 'c':
            service->config_path = optarg;
            break;
        case 'h':
            print_help(service);
            return done(EXIT_OK);
        case 'V':
            printf("%s %s\n", service->program, FASCIA_VERSION);
            return done(EXIT_OK);
        default:
            return done(EXIT_USAGE);
        }
    }
    if (!service->config_path || optind != argc) {
        (void)fprintf(stderr, "%s: usage: %s --config FILE (see --help)\n", service->program, service->program);
        return done(EXIT_USAGE);
    }
    return 0;
}

enum fascia_severity service_severity(enum fascia_log_level level)
{
    static const enum fascia_severity severities[FASCIA_LOG_LEVELS_] = {
        [FASCIA_LOG_ERROR] = FASCIA_SEVERITY_ERROR,
        [FASCIA_LOG_WARNING] = FASCIA_SEVERITY_WARNING,
        [FASCIA_LOG_INFO] = FASCIA_SEVERITY_INFO,
        [FASCIA_LOG_DEBUG] = FASCIA_SEVERITY_DEBUG,
    };
    return severities[level];
}

static int open_parts(struct service *service)
{
    char name[64];

    int r = loop_new(&service->loop);
    if (r < 0)
        return r;
    r = sd_event_set_watchdog(service->loop, 1);
    if (r < 0)
        return r;

    /* "link" -> "org.fascia.Link1" */
    (void)snprintf(name, sizeof name, "org.fascia.%s1", service->bus_name);
    return bus_open(service->loop, service->config.bus, name, service->on_bus, service->userdata, &service->bus);
}

int service_open(struct service *service, int argc, char **argv)
{
    char message[CONFIG_MESSAGE_SIZE];

    int r = parse_options(service, argc, argv);
    if (r != 0)
        return r;
    journal_open(service->program, FASCIA_SEVERITY_INFO);
    r = config_load(service->config_path, &service->config, message);
    if (r != 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "%s", message);
        return done(EXIT_USAGE);
    }
    journal_open(service->program, service_severity(service->config.log_level));

    r = open_parts(service);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        service_close(service);
        return done(EXIT_FAILURE_);
    }
    return 0;
}

void service_ready(struct service *service)
{
    (void)service;
    notify_ready();
}

int service_run(struct service *service)
{
    int r = loop_run(service->loop);

    notify_stopping();
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "stopped by an error: %s", strerror(-r));
        return EXIT_FAILURE_;
    }
    return r;
}

void service_close(struct service *service)
{
    if (!service)
        return;
    bus_close(FASCIA_STEAL(service->bus));
    loop_free(FASCIA_STEAL(service->loop));
}

static bool same_fact(const struct fascia_fact *a, const struct fascia_fact *b)
{
    return a->state == b->state && a->reason == b->reason && strcmp(a->function, b->function) == 0 &&
           strcmp(a->detail, b->detail) == 0;
}

/* What others say may hold control characters; a fact or an event is one printable line. */
__attribute__((format(printf, 2, 0))) static void format_detail(char detail[static FASCIA_DETAIL_SIZE],
                                                                const char *format, va_list args)
{
    (void)vsnprintf(detail, FASCIA_DETAIL_SIZE, format, args);
    for (char *c = detail; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = ' ';
    }
}

void service_fact(struct service *service, enum fascia_function_state state, enum fascia_reason reason,
                  const char *detail_format, ...)
{
    struct fascia_fact fact = {.state = state, .reason = reason};
    va_list args;

    (void)fascia_text_copy(fact.function, sizeof fact.function, service->function);
    va_start(args, detail_format);
    format_detail(fact.detail, detail_format, args);
    va_end(args);

    if (same_fact(&fact, &service->fact))
        return;
    service->fact = fact;
    notify_fact(&fact);
    if (service->on_fact)
        service->on_fact(service->userdata);
}

void service_event(struct service *service, enum fascia_event_kind kind, const char *detail_format, ...)
{
    struct fascia_event event = {.kind = kind, .t_us = loop_now_us()};
    va_list args;

    (void)fascia_text_copy(event.source, sizeof event.source, service->program);
    va_start(args, detail_format);
    format_detail(event.detail, detail_format, args);
    va_end(args);
    notify_event(&event);
    journal_event(&event);
}
