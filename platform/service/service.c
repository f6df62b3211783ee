/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/service/service.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

/* --- the object on the bus: sd-bus lets an interface have several vtables, so each has its own userdata --------- */

static int get_fact(sd_bus *bus, const char *path, const char *interface, const char *property, sd_bus_message *reply,
                    void *userdata, sd_bus_error *error)
{
    const struct fascia_fact *fact = &((const struct service *)userdata)->fact;
    const char *value = fact->detail;
    (void)bus;
    (void)path;
    (void)interface;
    (void)error;

    if (strcmp(property, "State") == 0)
        value = fascia_function_state_name(fact->state);
    else if (strcmp(property, "Reason") == 0)
        value = fascia_reason_id(fact->reason);
    return sd_bus_message_append(reply, "s", value);
}

static int method_apply(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct service *service = userdata;
    const char *step = NULL;

    int r = sd_bus_message_read(m, "s", &step);
    if (r < 0)
        return r;
    r = service->on_step(step, service->userdata);
    if (r == -ENOENT)
        return sd_bus_error_setf(error, "org.fascia.Error.UnknownStep", "%s has no step of this name",
                                 service->function);
    if (r < 0)
        return sd_bus_error_set_errno(error, r);
    journal_log(FASCIA_SEVERITY_INFO, "step %s is in force", step);
    return sd_bus_reply_method_return(m, NULL);
}

static const sd_bus_vtable fact_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("State", "s", get_fact, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Reason", "s", get_fact, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Detail", "s", get_fact, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

/* Who may call is the bus policy's business. */
static const sd_bus_vtable step_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Apply", "s", NULL, method_apply, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

int service_add_object(struct service *service, const sd_bus_vtable *vtable, void *userdata)
{
    return bus_add_object(service->bus, service->path, service->interface, vtable, userdata);
}

void service_emit_changed(struct service *service, const char *const *names)
{
    bus_emit_changed(service->bus, service->path, service->interface, names);
}

static int open_bus(struct service *service)
{
    /* "Link" -> "org.fascia.Link1" */
    (void)snprintf(service->interface, sizeof service->interface, "org.fascia.%s1", service->bus_name);
    (void)snprintf(service->path, sizeof service->path, "/org/fascia/%s1", service->bus_name);
    int r = bus_open(service->loop, service->config.bus, service->interface, service->on_bus, service->userdata,
                     &service->bus);
    if (r == 0)
        r = service_add_object(service, fact_vtable, service);
    if (r == 0 && service->on_step)
        r = service_add_object(service, step_vtable, service);
    return r;
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static int on_late(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)usec;
    journal_log(FASCIA_SEVERITY_WARNING, "could not stop in order in time");
    service_stopped(userdata);
    return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

static int on_end_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    struct service *service = userdata;
    (void)info;

    if (!service->on_stop || service->stopping)
        return sd_event_exit(sd_event_source_get_event(source), EXIT_OK);
    service->stopping = true;
    notify_stopping();
    int64_t limit_us = service->on_stop(service->userdata);
    int r = sd_event_add_time_relative(service->loop, NULL, CLOCK_MONOTONIC, (uint64_t)limit_us, 0, on_late, service);
    if (r < 0)
        service_stopped(service);
    return 0;
}

void service_stopped(struct service *service)
{
    (void)sd_event_exit(service->loop, EXIT_OK);
}

/* --- opening ------------------------------------------------------------------------------------------------------ */

static int open_parts(struct service *service)
{
    int r = loop_new_ending(on_end_signal, service, &service->loop);
    if (r < 0)
        return r;
    r = sd_event_set_watchdog(service->loop, 1);
    return r < 0 ? r : open_bus(service);
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

    if (!service->stopping)
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

/* Started by hand there is no supervisor who would tell it, and often no bus to ask. */
static void tell_by_hand(const struct fascia_fact *fact)
{
    char why[2 * FASCIA_DETAIL_SIZE];
    struct fascia_text text;

    if (getenv("NOTIFY_SOCKET") || fact->state == FASCIA_FUNCTION_STARTING)
        return;
    fascia_text_init(&text, why, sizeof why);
    fascia_reason_explain(fact->reason, fact->detail, &text);
    journal_log(FASCIA_SEVERITY_INFO, "%s %s%s%s", fact->function, fascia_function_state_name(fact->state),
                why[0] != '\0' ? ": " : "", why);
}

void service_fact(struct service *service, enum fascia_function_state state, enum fascia_reason reason,
                  const char *detail_format, ...)
{
    static const char *const names[] = {"State", "Reason", "Detail", NULL};
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
    tell_by_hand(&fact);
    service_emit_changed(service, names);
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
