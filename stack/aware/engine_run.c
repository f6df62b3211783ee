/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "stack/aware/internal.h"
#include "stack/base/cleanup.h"

#define NIK_OCTETS 16
#define MAP_ID     1 /* hostap assumes one radio */

bool engine_is_running(const struct aware *aware)
{
    return aware->engine.phase == ENGINE_PHASE_RUN;
}

/* The engine accepts a data path also on an interface that is down, and then only the other side is connected. */
bool engine_has_address(const struct aware *aware)
{
    return engine_is_running(aware) && aware->engine.address_service && aware->engine.prepared && aware->engine.up;
}

static uint16_t method_bit(enum aware_method method)
{
    return (uint16_t)(1U << method);
}

/* What a person does on the other side. */
static uint16_t complement(enum aware_method method)
{
    switch (method) {
    case AWARE_METHOD_OPPORTUNISTIC:
        return method_bit(AWARE_METHOD_OPPORTUNISTIC);
    case AWARE_METHOD_PIN_DISPLAY:
        return method_bit(AWARE_METHOD_PIN_KEYPAD);
    case AWARE_METHOD_PASSPHRASE_DISPLAY:
        return method_bit(AWARE_METHOD_PASSPHRASE_KEYPAD);
    case AWARE_METHOD_PIN_KEYPAD:
        return method_bit(AWARE_METHOD_PIN_DISPLAY);
    case AWARE_METHOD_PASSPHRASE_KEYPAD:
        return method_bit(AWARE_METHOD_PASSPHRASE_DISPLAY);
    }
    return 0;
}

/* A subscriber's list says which kinds of pairing are wanted, so it stands for both ends of each. */
uint16_t engine_methods(const struct aware *aware)
{
    unsigned int mask = 0;

    for (size_t i = 0; i < SERVICES_MAX; i++) {
        const struct service *service = &aware->services[i];
        if (service->id == 0 || service->config.security != AWARE_SECURITY_PAIRED)
            continue;
        for (size_t j = 0; j < service->config.methods_count; j++) {
            mask |= method_bit(service->config.methods[j]);
            if (service->config.role == AWARE_ROLE_SUBSCRIBE)
                mask |= complement(service->config.methods[j]);
        }
    }
    return (uint16_t)mask;
}

uint16_t pairing_choose_method(const struct service *service, const struct peer *peer)
{
    for (size_t i = 0; i < service->config.methods_count; i++) {
        enum aware_method method = service->config.methods[i];
        /* The method of our side is the one whose complement the publisher offers. */
        if ((peer->methods & complement(method)) != 0)
            return method_bit(method);
        if ((peer->methods & method_bit(method)) != 0)
            return complement(method);
    }
    return 0;
}

/* Commands of the phases */

static void set_nik_lifetime(const struct aware *aware, struct engine_command *to)
{
    engine_set_number(to, "nik_lifetime",
                      (uint32_t)(aware->config->nik_lifetime_s > 0 ? aware->config->nik_lifetime_s : 43200));
}

/* In this order, after each start of the engine: the NIK is random there until it is set. */
static bool write_setting(const struct aware *aware, size_t setting, struct engine_command *to)
{
    const struct aware_config *config = aware->config;

    switch (setting) {
    case 0:
        engine_set_country(to, aware->country);
        return true;
    case 1:
        engine_set_number(to, "master_pref", (uint32_t)config->master_preference);
        return true;
    case 2:
        engine_set_number(to, "dual_band", config->dual_band ? 1 : 0);
        return true;
    case 3:
        engine_set_bootstrap(to, engine_methods(aware), 0, COMEBACK_TU);
        return true;
    case 4:
        engine_set_number(to, "pairing_setup", 1);
        return true;
    case 5:
        engine_set_number(to, "npk_caching", 1);
        return true;
    case 6:
        engine_set_number(to, "pairing_verification", 1);
        return true;
    case 7:
        engine_set_nik(to, &aware->store.own_nik);
        return true;
    case 8:
        set_nik_lifetime(aware, to);
        return true;
    case 9:
        engine_set_number(to, "max_ndl_idle_period", (uint32_t)config->idle_s);
        return true;
    default:
        return false;
    }
}

static const char *setting_name(size_t setting)
{
    static const char *const names[ENGINE_SETTINGS] = {
        "country",     "master_pref",          "dual_band", "bootstrap_config", "pairing_setup",
        "npk_caching", "pairing_verification", "nik",       "nik_lifetime",     "max_ndl_idle_period",
    };
    return setting < ENGINE_SETTINGS ? names[setting] : "?";
}

/* What needs no more than the phase. */
static const char *plain_command(enum engine_phase phase)
{
    static const char *const commands[ENGINE_PHASES_] = {
        [ENGINE_PHASE_PING] = "PING",
        [ENGINE_PHASE_CAPABILITY] = "GET_CAPABILITY nan",
        [ENGINE_PHASE_START] = "NAN_START",
        [ENGINE_PHASE_STOP_NAN] = "NAN_STOP",
    };
    return commands[phase];
}

static const char *created(enum engine_phase phase)
{
    if (phase == ENGINE_PHASE_NMI_CREATE || phase == ENGINE_PHASE_NMI_RECREATE)
        return "nan";
    return phase == ENGINE_PHASE_NDI_CREATE || phase == ENGINE_PHASE_NDI_RECREATE ? "nan_data" : NULL;
}

static const char *removed(const struct aware *aware)
{
    enum engine_phase phase = aware->engine.phase;

    if (phase == ENGINE_PHASE_NMI_CLEAR || phase == ENGINE_PHASE_STOP_NMI)
        return aware->config->nmi;
    if (phase == ENGINE_PHASE_NMI_EMPTY || phase == ENGINE_PHASE_NDI_CLEAR || phase == ENGINE_PHASE_STOP_NDI)
        return aware->config->ndi;
    return phase == ENGINE_PHASE_STOP_RADIO ? aware->engine.radio : NULL;
}

bool engine_write(struct aware *aware, const struct job *job, struct engine_command *to)
{
    const struct engine_life *engine = &aware->engine;
    const char *plain = plain_command(engine->phase), *type = created(engine->phase), *old = removed(aware);

    if (job->detail != engine->command)
        return false;
    if (plain)
        engine_plain(to, plain);
    else if (type)
        engine_interface_create(to, strcmp(type, "nan") == 0 ? aware->config->nmi : aware->config->ndi,
                                aware->sockets_dir, type);
    else if (old)
        engine_interface_remove(to, old);
    else if (engine->phase == ENGINE_PHASE_RADIO_ADD)
        engine_interface_add(to, engine->radio, aware->sockets_dir);
    else if (engine->phase == ENGINE_PHASE_SCHEDULE)
        engine_schedule(to, MAP_ID, aware->config->schedule, engine->slots);
    else
        return engine->phase == ENGINE_PHASE_CONFIGURE && write_setting(aware, engine->setting, to);
    return true;
}

void engine_send(struct aware *aware, enum aware_socket socket)
{
    const struct job job = {.kind = JOB_ENGINE, .detail = ++aware->engine.command};

    queue_job(aware, socket, &job);
}

/* What was asked for, for people. No reply is told: it may hold anything. */
static const char *asked_for(const struct engine_life *engine)
{
    switch (engine->phase) {
    case ENGINE_PHASE_PING:
        return "PING";
    case ENGINE_PHASE_CONFIGURE:
        return setting_name(engine->setting);
    case ENGINE_PHASE_NMI_CLEAR:
    case ENGINE_PHASE_NMI_RECREATE:
        return "the management interface";
    case ENGINE_PHASE_RADIO_OPEN:
    case ENGINE_PHASE_CAPABILITY:
        return "the radio's interface";
    case ENGINE_PHASE_NMI_OPEN:
        return "the management interface's control socket";
    case ENGINE_PHASE_START:
        return "NAN_START";
    case ENGINE_PHASE_JOIN:
        return "a cluster";
    case ENGINE_PHASE_NDI_CREATE:
    case ENGINE_PHASE_NDI_CLEAR:
    case ENGINE_PHASE_NDI_RECREATE:
        return "the data interface";
    case ENGINE_PHASE_NDI_INDEX:
        return "the data interface's index";
    case ENGINE_PHASE_SCHEDULE:
        return "the schedule";
    case ENGINE_PHASE_SOCKET:
    case ENGINE_PHASE_RADIO:
    case ENGINE_PHASE_NO_RADIO:
    case ENGINE_PHASE_RADIO_ADD:
    case ENGINE_PHASE_UNFIT:
    case ENGINE_PHASE_NMI_CREATE:
    case ENGINE_PHASE_NMI_EMPTY:
    case ENGINE_PHASE_IDENTITY:
    case ENGINE_PHASE_PREPARE:
    case ENGINE_PHASE_RUN:
    case ENGINE_PHASE_WAIT:
    case ENGINE_PHASE_STOP_PATHS:
    case ENGINE_PHASE_STOP_NAN:
    case ENGINE_PHASE_STOP_NDI:
    case ENGINE_PHASE_STOP_NMI:
    case ENGINE_PHASE_STOP_RADIO:
    case ENGINE_PHASE_STOPPED:
    case ENGINE_PHASES_:
        break;
    }
    return "a command";
}

/* Doing what the table says */

static void note_refused(struct aware *aware, enum engine_input input)
{
    struct engine_life *engine = &aware->engine;

    engine->refused = true;
    (void)snprintf(engine->why, sizeof engine->why, "%s %s", asked_for(engine),
                   input == ENGINE_INPUT_TIMER ? "did not come in time" : "was refused by the engine");
}

static const char *loss(enum engine_input input)
{
    if (input == ENGINE_INPUT_GLOBAL_DOWN)
        return "the engine ended";
    if (input == ENGINE_INPUT_SILENT)
        return "the engine did not answer";
    if (input == ENGINE_INPUT_NMI_DOWN)
        return "the management interface was removed";
    if (input == ENGINE_INPUT_NO_RADIO)
        return "the radio is gone";
    if (input == ENGINE_INPUT_NAN_STOPPED)
        return "NAN was stopped";
    return "the service stops";
}

static void lose(struct aware *aware, enum engine_input input)
{
    struct engine_life *engine = &aware->engine;
    const char *why = loss(input);

    if (engine->running_since_us != 0 && !aware->stopping)
        queue_event(aware, FASCIA_EVENT_AWARE_ENGINE_LOST, "%s", why);
    engine->running_since_us = 0;
    paths_lost(aware, why);
    pairing_close_window(aware, why);
    peers_lost(aware);
    aware->channels[AWARE_SOCKET_NMI].count = 0;
    /* The engine goes on publishing when it is started again, under ids that are about to be forgotten. */
    if (input == ENGINE_INPUT_NAN_STOPPED)
        services_cancel(aware);
    services_lost(aware);
}

static void release(struct aware *aware)
{
    struct engine_life *engine = &aware->engine;
    const struct aware_action action = {.kind = AWARE_ACTION_RELEASE, .ifindex = engine->ifindex};

    if (engine->ifindex != 0)
        queue_action(aware, &action);
    engine->ifindex = 0;
    engine->prepared = engine->prepare_refused = engine->up = false;
    engine->prepare_token = 0;
}

static void prepare(struct aware *aware)
{
    struct engine_life *engine = &aware->engine;
    struct aware_action action = {.kind = AWARE_ACTION_PREPARE};

    if (!engine->address_service)
        return; /* it will be asked when it is there */
    engine->prepare_token = queue_token(aware);
    action.token = engine->prepare_token;
    action.ifindex = engine->ifindex;
    queue_action(aware, &action);
}

static bool make_identity(struct aware *aware)
{
    uint8_t nik[NIK_OCTETS];

    if (!fascia_secret_is_empty(&aware->store.own_nik))
        return false;
    aware->random(nik, sizeof nik, aware->userdata);
    (void)fascia_secret_set(&aware->store.own_nik, nik, sizeof nik);
    explicit_bzero(nik, sizeof nik);
    aware_save(aware);
    return true;
}

static void come_up(struct aware *aware)
{
    struct engine_life *engine = &aware->engine;
    char cluster[FASCIA_MAC_TEXT_SIZE];

    queue_event(aware, engine->was_running ? FASCIA_EVENT_AWARE_ENGINE_BACK : FASCIA_EVENT_AWARE_RUNNING,
                "cluster %s, %s on %s", fascia_mac_format(&engine->cluster, cluster), aware->config->ndi,
                engine->radio);
    engine->was_running = true;
    engine->refused = false;
    engine->running_since_us = aware->now_us;
    services_start(aware);
}

/* The way to the engine. Returns the input that follows at once, ENGINE_INPUTS_: none. */
static enum engine_input approach(struct aware *aware, unsigned int does)
{
    const struct aware_action find = {.kind = AWARE_ACTION_FIND_RADIO};

    if (does & ENGINE_DO_OPEN)
        queue_open(aware, AWARE_SOCKET_GLOBAL, "");
    if (does & ENGINE_DO_FIND)
        queue_action(aware, &find);
    if (does & ENGINE_DO_OPEN_RADIO)
        queue_open(aware, AWARE_SOCKET_RADIO, aware->engine.radio);
    if (does & (ENGINE_DO_PING | ENGINE_DO_ADD_RADIO | ENGINE_DO_CREATE_NMI | ENGINE_DO_REMOVE_NMI |
                ENGINE_DO_CREATE_NDI | ENGINE_DO_REMOVE_NDI))
        engine_send(aware, AWARE_SOCKET_GLOBAL);
    if (does & ENGINE_DO_CAPABILITY)
        engine_send(aware, AWARE_SOCKET_RADIO);
    if (does & ENGINE_DO_OPEN_NMI)
        queue_open(aware, AWARE_SOCKET_NMI, aware->config->nmi);
    if (does & ENGINE_DO_IDENTITY) {
        aware->engine.run++;
        pairing_new_run(aware);
        aware->engine.saving_identity = make_identity(aware);
        if (!aware->engine.saving_identity)
            return ENGINE_INPUT_SAVED;
    }
    if (does & ENGINE_DO_LOOK && aware->engine.seen != 0)
        return ENGINE_INPUT_INDEX;
    return ENGINE_INPUTS_;
}

/* The rest of it. */
static enum engine_input operate(struct aware *aware, unsigned int does)
{
    struct engine_life *engine = &aware->engine;

    if (does & ENGINE_DO_CONFIGURE)
        engine->setting = 0;
    if (does & ENGINE_DO_SCHEDULE)
        engine->slots = aware->config->schedule_count;
    if (does & (ENGINE_DO_CONFIGURE | ENGINE_DO_START | ENGINE_DO_SCHEDULE))
        engine_send(aware, AWARE_SOCKET_NMI);
    if (does & ENGINE_DO_PREPARE) {
        if (engine->phase == ENGINE_PHASE_PREPARE)
            engine->ifindex = engine->seen;
        prepare(aware);
    }
    if (does & ENGINE_DO_UP)
        come_up(aware);
    if (does & ENGINE_DO_END_PATHS) {
        pairing_close_window(aware, "the service stops");
        paths_terminate(aware, 0, AWARE_REASON_UNSPECIFIED, "the service stops");
        if (!paths_any(aware))
            return ENGINE_INPUT_PATHS_GONE;
    }
    if (does & ENGINE_DO_STOP_NAN) {
        peers_lost(aware);
        services_cancel(aware);
        engine_send(aware, AWARE_SOCKET_NMI);
    }
    if (does & ENGINE_DO_REMOVE_RADIO) {
        if (!engine->radio_added)
            return ENGINE_INPUT_OK;
        engine_send(aware, AWARE_SOCKET_GLOBAL);
    }
    if (does & ENGINE_DO_READDRESS)
        paths_readdress(aware);
    return ENGINE_INPUTS_;
}

static void retreat(struct aware *aware, unsigned int does, enum engine_input input)
{
    struct engine_life *engine = &aware->engine;

    if (does & ENGINE_DO_LOSE)
        lose(aware, input);
    if (does & ENGINE_DO_LOSE_PATHS)
        paths_lost(aware, "the data interface is gone");
    if (does & ENGINE_DO_RELEASE)
        release(aware);
    if (does & ENGINE_DO_CLOSE) {
        queue_close(aware, AWARE_SOCKET_RADIO);
        queue_close(aware, AWARE_SOCKET_NMI);
    }
    if (does & ENGINE_DO_CLOSE_GLOBAL) {
        queue_close(aware, AWARE_SOCKET_GLOBAL);
        engine->radio_added = false;
    }
    if (does & ENGINE_DO_ABSENT)
        engine->absent = true;
    if (does & (ENGINE_DO_CREATE_NDI | ENGINE_DO_REMOVE_NDI))
        engine->seen = 0; /* what the kernel says next is of the new one */
}

static int64_t limit_of(enum engine_phase phase)
{
    if (phase == ENGINE_PHASE_SOCKET)
        return ABSENT_US;
    if (phase == ENGINE_PHASE_STOP_PATHS)
        return STOP_LIMIT_US;
    return engine_phase_state(phase) == AWARE_ENGINE_STOPPING ? INTERFACE_TIMEOUT_US : PHASE_LIMIT_US;
}

static void set_timer(struct aware *aware, enum engine_timer timer, int64_t lasted_us)
{
    struct engine_life *engine = &aware->engine;

    switch (timer) {
    case ENGINE_TIMER_KEEP:
        break;
    case ENGINE_TIMER_STOP:
        engine->timer_us = INT64_MAX;
        break;
    case ENGINE_TIMER_BACKOFF:
        engine->timer_us = aware->now_us + delay_next(&engine->delay, lasted_us);
        break;
    case ENGINE_TIMER_LIMIT:
        engine->timer_us = aware->now_us + limit_of(engine->phase);
        break;
    case ENGINE_TIMER_LOOK:
        engine->timer_us = aware->now_us + LOOK_PERIOD_US;
        break;
    }
}

/* The only place where the phase changes. */
static enum engine_input step(struct aware *aware, enum engine_input input)
{
    struct engine_life *engine = &aware->engine;
    struct engine_move move = engine_move(engine->phase, input);
    int64_t lasted_us = engine->running_since_us != 0 ? aware->now_us - engine->running_since_us : 0;

    if (!move.handled)
        return ENGINE_INPUTS_;
    if (move.does & ENGINE_DO_REFUSED)
        note_refused(aware, input);
    if (engine->phase != move.next)
        aware->changed |= AWARE_CHANGED_ENGINE;
    engine->phase = move.next;
    retreat(aware, move.does, input);
    set_timer(aware, move.timer, lasted_us);
    enum engine_input follows = approach(aware, move.does);
    enum engine_input then = operate(aware, move.does);
    return follows != ENGINE_INPUTS_ ? follows : then;
}

void engine_feed(struct aware *aware, enum engine_input input)
{
    for (int i = 0; i < 4 && input != ENGINE_INPUTS_; i++)
        input = step(aware, input);
}
