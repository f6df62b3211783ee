/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "platform/config/coefficients.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/notify/notify.h"
#include "platform/service/service.h"
#include "tools/daemons/fasciad/fasciad.h"
#include "tools/daemons/fasciad/runtime.h"

#define SWEEP_BOUND_US 2000000

/* --- configuration and plan --- */

static void explain_plan(enum plan_result result, const char *path, const char *about,
                         char message[static CONFIG_MESSAGE_SIZE])
{
    static const char *const texts[] = {
        [PLAN_E_CYCLE] = "units need each other in a circle",
        [PLAN_E_UNKNOWN] = "this is named, but there is no such unit or function in the plan, or no such edge",
        [PLAN_E_DUPLICATE] = "there are two units of this name",
        [PLAN_E_TOO_LONG] = "this does not fit: too long, or too many units or functions",
    };

    (void)snprintf(message, CONFIG_MESSAGE_SIZE, "%.200s: %s: %s", path, about, texts[result]);
    if (result == PLAN_E_TOO_LONG && strcmp(about, "runtime_dir") == 0)
        (void)snprintf(message, CONFIG_MESSAGE_SIZE,
                       "%.200s: runtime_dir: longer than %d octets, sockets would not fit below it", path,
                       PLAN_RUNTIME_DIR_MAX);
}

int fasciad_load(const char *path, bool strict, struct fasciad_setup *setup, char message[static CONFIG_MESSAGE_SIZE])
{
    const char *about = NULL;

    if (config_load(path, &setup->config, message) != 0)
        return FASCIAD_E_INVALID;
    /* What is in that file is part of the configuration: a reload notices that it is another one. */
    if (setup->config.audio.enabled && coefficients_of_config(&setup->config.audio, message) != 0 && strict)
        return FASCIAD_E_INVALID;
    const struct plan_input input = {
        .link = &setup->config.link,
        .address = &setup->config.address,
        .audio = &setup->config.audio,
        .aware = &setup->config.aware,
        .supervisor = &setup->config.supervisor,
        .runtime_dir = setup->config.runtime_dir,
        .config_path = path,
        .bus = setup->config.bus,
        .log_level = (int)setup->config.log_level,
    };
    int r = plan_make(&input, &setup->plan, &about);
    if (r == 0)
        return 0;
    explain_plan((enum plan_result)r, path, about, message);
    return FASCIAD_E_INVALID;
}

/* --- slots --- */

static struct fasciad_slot *find_slot(const struct fasciad_setup *setup, const char *name)
{
    for (size_t i = 0; setup && i < PLAN_UNITS_MAX; i++) {
        if (setup->slots[i] && strcmp(setup->slots[i]->name, name) == 0)
            return setup->slots[i];
    }
    return NULL;
}

/* Whom a unit runs as. */
struct identity {
    struct account account;
    bool changes_user;
};

static int find_identity(const struct fasciad *f, const struct plan_unit *unit, struct identity *ret_identity,
                         char message[static CONFIG_MESSAGE_SIZE])
{
    ret_identity->changes_user = unit->user[0] != '\0' && geteuid() == 0;
    if (!ret_identity->changes_user)
        return 0;
    int r = account_find(unit->user, &ret_identity->account);
    if (r == 0)
        return 0;
    (void)snprintf(message, CONFIG_MESSAGE_SIZE,
                   "%.200s: supervisor.users: account `%s` of %s: %s; create it with systemd-sysusers and the file "
                   "config/sysusers.d/fascia.conf, or name another",
                   f->config_path, unit->user, unit->name, r == -ESRCH ? "there is no such account" : strerror(-r));
    return FASCIAD_E_INVALID;
}

static struct fasciad_slot *make_slot(struct fasciad *f, const char *name)
{
    struct fasciad_slot *slot = calloc(1, sizeof *slot);

    if (slot) {
        slot->fasciad = f;
        (void)fascia_text_copy(slot->name, sizeof slot->name, name);
    }
    return slot;
}

int fasciad_prepare(struct fasciad *f, struct fasciad_setup *setup, const struct fasciad_setup *old,
                    char message[static CONFIG_MESSAGE_SIZE])
{
    struct identity identities[PLAN_UNITS_MAX] = {0};

    /* All accounts first: a setup that is refused must not have touched the slots of the one in force. */
    for (size_t i = 0; i < setup->plan.units_count; i++) {
        int r = find_identity(f, &setup->plan.units[i], &identities[i], message);
        if (r != 0)
            return r;
    }
    for (size_t i = 0; i < setup->plan.units_count; i++) {
        const char *name = setup->plan.units[i].name;
        struct fasciad_slot *slot = find_slot(old, name);

        setup->slots[i] = slot ? slot : make_slot(f, name);
        if (!setup->slots[i]) {
            (void)snprintf(message, CONFIG_MESSAGE_SIZE, "out of memory");
            fasciad_release(setup, old);
            return -ENOMEM;
        }
    }
    for (size_t i = 0; i < setup->plan.units_count; i++) {
        setup->slots[i]->account = identities[i].account;
        setup->slots[i]->changes_user = identities[i].changes_user;
        setup->slots[i]->path[0] = '\0';
    }
    return 0;
}

void fasciad_release(struct fasciad_setup *setup, const struct fasciad_setup *kept)
{
    for (size_t i = 0; i < PLAN_UNITS_MAX; i++) {
        struct fasciad_slot *slot = FASCIA_STEAL(setup->slots[i]);
        if (!slot || find_slot(kept, slot->name) == slot)
            continue;
        probe_free(FASCIA_STEAL(slot->probe));
        free(slot);
    }
}

/* --- doors --- */

static int on_end_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    struct fasciad *f = userdata;
    (void)source, (void)info;

    notify_stopping();
    supervisor_stop(&f->supervisor, loop_now_us());
    fasciad_drain(f);
    return 0;
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
    char message[CONFIG_MESSAGE_SIZE];
    (void)source, (void)info;

    notify_reloading(loop_now_us());
    int r = fasciad_reload(userdata, message);
    if (r == 0)
        journal_log(FASCIA_SEVERITY_INFO, "reload: %s", message);
    else if (r != FASCIAD_E_INVALID) /* that one is an event */
        journal_log(FASCIA_SEVERITY_WARNING, "reload: %s", r < 0 ? strerror(-r) : "another one is under way");
    notify_ready();
    return 0;
}

static enum fasciad_status open_runtime(struct fasciad *f)
{
    const char *dir = f->config->runtime_dir;
    pid_t other = 0;

    int r = runtime_open(dir, &f->lock, &other);
    if (r == RUNTIME_E_TAKEN)
        journal_log(FASCIA_SEVERITY_ERROR, "another fasciad (pid %d) runs on %s", (int)other, dir);
    else if (r == RUNTIME_E_FOREIGN)
        journal_log(FASCIA_SEVERITY_ERROR, "runtime_dir %s is not a folder that only this user can write", dir);
    else if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "runtime_dir %s: %s", dir, strerror(-r));
    if (r != 0)
        return FASCIAD_FAILED;

    for (size_t i = 0; i < f->plan->units_count; i++) {
        r = fasciad_make_private_dir(f, i);
        if (r < 0) {
            journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", f->plan->units[i].private_dir, strerror(-r));
            return FASCIAD_FAILED;
        }
        fasciad_make_state_dir(f, i);
    }
    return FASCIAD_OK;
}

static int open_signals(struct fasciad *f)
{
    sigset_t handled;

    (void)sigemptyset(&handled);
    (void)sigaddset(&handled, SIGTERM);
    (void)sigaddset(&handled, SIGINT);
    (void)sigaddset(&handled, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &handled, NULL) < 0)
        return -errno;
    int r = sd_event_add_signal(f->loop, &f->terminate, SIGTERM, on_end_signal, f);
    if (r >= 0)
        r = sd_event_add_signal(f->loop, &f->interrupt, SIGINT, on_end_signal, f);
    return r < 0 ? r : sd_event_add_signal(f->loop, &f->hangup, SIGHUP, on_hangup, f);
}

static void on_box_broken(const char *why, void *userdata)
{
    fasciad_remark(userdata, FASCIA_EVENT_BLACK_BOX_BROKEN, "%s", why);
}

static void on_box_opened(void *userdata)
{
    struct fasciad *f = userdata;

    fasciad_remark(f, FASCIA_EVENT_BLACK_BOX_STARTED, "%s, %" PRId64 " KiB, %u boots",
                   f->config->supervisor.black_box.path, f->config->supervisor.black_box.size_kb,
                   blackbox_boots(f->box));
}

static int open_black_box(struct fasciad *f)
{
    const struct blackbox_options options = {
        .path = f->config->supervisor.black_box.path,
        .size_octets = f->config->supervisor.black_box.size_kb * 1024,
        .boots = (unsigned int)f->config->supervisor.black_box.boots,
        .opened = on_box_opened,
    };

    return options.path[0] == '\0' ? 0 : blackbox_open(f->loop, &options, on_box_broken, f, &f->box);
}

static void on_prepare_sleep(void *userdata)
{
    fasciad_sleep(userdata, true);
}

static void on_woke(int64_t slept_us, void *userdata)
{
    fasciad_remark(userdata, FASCIA_EVENT_WAKE, "slept for %" PRId64 " s", slept_us / 1000000);
    fasciad_sleep(userdata, false);
}

static void on_clock_set(int64_t by_us, void *userdata)
{
    fasciad_remark(userdata, FASCIA_EVENT_CLOCK_CHANGED, "by %+" PRId64 " ms", by_us / 1000);
}

static int open_sleep(struct fasciad *f)
{
    const struct supervisor_config *config = &f->config->supervisor;
    const struct sleep_handler handler = {
        .prepare = on_prepare_sleep, .woke = on_woke, .clock_set = on_clock_set, .userdata = f};
    bool needs_logind = config->follow_sleep || config->escalation.reboot > 0;

    return sleep_watch_new(f->loop, needs_logind ? f->bus : NULL, &handler, &f->sleep);
}

static int open_processes(struct fasciad *f)
{
    const struct process_options options = {.cgroup = f->config->supervisor.cgroup, .guard = true};

    int r = process_set_new(f->loop, &options, fasciad_on_process_end, fasciad_on_escaped, f, &f->processes);
    if (r >= 0)
        journal_log(FASCIA_SEVERITY_INFO, "units are kept together by %s", process_confinement(f->processes));
    return r;
}

/* Own signal sources instead of loop_new(): SIGTERM is the start of an orderly stop here, not the end of the loop. */
static int open_doors(struct fasciad *f)
{
    int r = sd_event_new(&f->loop);
    if (r < 0)
        return r;
    r = sd_event_set_watchdog(f->loop, 1);
    if (r < 0)
        return r;
    r = open_signals(f);
    if (r < 0)
        return r;
    r = open_processes(f); /* early: the guard keeps the memory that we have at this moment */
    if (r < 0)
        return r;
    r = loop_timer_new(f->loop, fasciad_on_timer, f, &f->timer);
    if (r < 0)
        return r;
    /* A restart is due when it is due: sd-event's default would let it be up to 250 ms late. */
    r = sd_event_source_set_time_accuracy(f->timer, 1);
    if (r < 0)
        return r;
    (void)snprintf(f->notify_path, sizeof f->notify_path, "%s/notify", f->config->runtime_dir);
    r = notify_socket_open(f->loop, f->notify_path, fasciad_on_notify, f, &f->notify);
    if (r < 0)
        return r;
    r = fasciad_bus_open(f);
    if (r < 0)
        return r;
    r = open_sleep(f);
    return r < 0 ? r : open_black_box(f);
}

/* --- life --- */

static int64_t boot_offset_us(void)
{
    struct timespec since_boot = {0};

    (void)clock_gettime(CLOCK_BOOTTIME, &since_boot);
    return (int64_t)since_boot.tv_sec * 1000000 + since_boot.tv_nsec / 1000 - loop_now_us();
}

static bool names_accounts(const struct plan *plan)
{
    for (size_t i = 0; i < plan->units_count; i++) {
        if (plan->units[i].user[0] != '\0')
            return true;
    }
    return false;
}

enum fasciad_status fasciad_run(struct fasciad *f)
{
    char message[CONFIG_MESSAGE_SIZE];

    f->lock = -1;
    FASCIA_RING_INIT(&f->events, f->events_storage);
    if (geteuid() != 0 && names_accounts(f->plan))
        journal_log(FASCIA_SEVERITY_WARNING,
                    "not started as root: supervisor.users is ignored, every process runs as this user");
    if (fasciad_prepare(f, f->setup, NULL, message) != 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "%s", message);
        return FASCIAD_USAGE;
    }
    if (open_runtime(f) != FASCIAD_OK)
        return FASCIAD_FAILED;
    bool timed = runtime_is_first_of_boot(f->config->runtime_dir);

    f->started_us = loop_now_us();
    supervisor_init(&f->supervisor, f->plan, &f->config->supervisor, boot_offset_us(), timed);
    int r = open_doors(f);
    if (r < 0) {
        journal_log(FASCIA_SEVERITY_ERROR, "cannot start: %s", strerror(-r));
        return FASCIAD_FAILED;
    }
    supervisor_start(&f->supervisor, loop_now_us());
    fasciad_drain(f);

    r = loop_run(f->loop);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "stopped by an error: %s", strerror(-r));
    size_t swept = process_sweep(f->processes, SWEEP_BOUND_US);
    if (swept > 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%zu processes had escaped from their service and were killed", swept);
    return r < 0 ? FASCIAD_FAILED : FASCIAD_OK;
}

void fasciad_close(struct fasciad *f)
{
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(f->setups); i++)
        fasciad_release(&f->setups[i], i == 0 ? &f->setups[1] : NULL);
    sleep_watch_free(FASCIA_STEAL(f->sleep));
    fasciad_bus_close(f);
    notify_socket_close(FASCIA_STEAL(f->notify));
    process_set_free(FASCIA_STEAL(f->processes));
    blackbox_close(FASCIA_STEAL(f->box));
    f->changes = loop_source_free(f->changes);
    f->timer = loop_source_free(f->timer);
    f->terminate = loop_source_free(f->terminate);
    f->interrupt = loop_source_free(f->interrupt);
    f->hangup = loop_source_free(f->hangup);
    loop_free(FASCIA_STEAL(f->loop));
    if (f->lock >= 0)
        (void)close(f->lock);
    f->lock = -1;
}
