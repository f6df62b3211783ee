/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/bus/bus.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "platform/bus/address.h"
#include "platform/bus/hook.h"
#include "platform/bus/start.h"
#include "platform/loop/loop.h"
#include "platform/path/path_monitor.h"
#include "stack/base/list.h"
#include "stack/base/text.h"

#define CALL_TIMEOUT_US 2000000

/* Delays between attempts. A socket whose path we know is waited for; asking all the same, now and then, is for what
 * inotify does not see. */
#define SECOND_US      INT64_C(1000000)
#define SEEN_FIRST_US  (30 * SECOND_US)
#define SEEN_MAX_US    (300 * SECOND_US)
#define BLIND_FIRST_US (1 * SECOND_US)
#define BLIND_MAX_US   (30 * SECOND_US)
#define STABLE_US      (10 * SECOND_US) /* a connection that lasted so long: begin with short delays again */

struct object {
    struct fascia_list node;
    const char *path, *interface;
    const sd_bus_vtable *vtable;
    void *userdata;
};

struct watch {
    struct fascia_list node;
    struct bus *bus;
    const char *service, *path, *interface;
    bus_watch_fn fn;
    void *userdata;
    sd_bus_slot *get_all; /* the call in flight, if any: an older answer must not overtake a newer one */
};

struct call {
    struct fascia_list node;
    struct bus *bus;
    bus_reply_fn fn;
    void *userdata;
    sd_bus_slot *slot;
};

struct bus {
    sd_event *loop;
    char *address, *name;
    bus_state_fn fn;
    void *userdata;
    sd_bus *connection; /* NULL between connections */
    sd_event_source *reconnect;
    struct path_monitor *monitor; /* of the daemon's socket, while there is no connection */
    unsigned int quick_tries;     /* see path_retry_us() */
    int64_t delay_us;             /* before the next attempt, when the quick ones are over */
    int64_t connected_us;         /* since when */
    bool absence_told;
    bool name_taken;
    struct fascia_list objects, watches, calls, hooks;
};

static void watch_refresh(struct watch *watch);
static void await_daemon(struct bus *bus);
static void forget_attempts(struct bus *bus);

bool bus_is_connected(const struct bus *bus)
{
    return bus && bus->connection;
}

sd_bus *bus_connection(struct bus *bus)
{
    return bus ? bus->connection : NULL;
}

static void tell_state(struct bus *bus, bool connected, bool name_taken)
{
    bus->name_taken = name_taken;
    if (!connected && bus->absence_told)
        return;
    bus->absence_told = !connected;
    if (bus->fn)
        bus->fn(bus, connected, name_taken, bus->userdata);
}

/* Ends a call exactly once: unlinked and freed before the callback, which may make a new call. */
static void call_end(struct call *call, int error, sd_bus_message *reply)
{
    struct bus *bus = call->bus;
    bus_reply_fn fn = call->fn;
    void *userdata = call->userdata;

    fascia_list_unlink(&call->node);
    sd_bus_slot_unref(call->slot);
    free(call);
    if (fn)
        fn(bus, error, reply, userdata);
}

static void disconnect(struct bus *bus)
{
    fascia_list_for_each (node, &bus->watches) {
        struct watch *watch = FASCIA_LIST_ENTRY(node, struct watch, node);
        watch->get_all = sd_bus_slot_unref(watch->get_all);
    }
    fascia_list_for_each (node, &bus->hooks) {
        struct bus_hook *hook = FASCIA_LIST_ENTRY(node, struct bus_hook, node);
        hook->down(hook, bus->connection);
    }
    sd_bus *connection = FASCIA_STEAL(bus->connection);
    /* A callback that calls again is refused: there is no connection. So the list only shrinks. */
    fascia_list_for_each_safe (node, &bus->calls)
        call_end(FASCIA_LIST_ENTRY(node, struct call, node), -ENOTCONN, NULL);
    if (connection) {
        (void)sd_bus_detach_event(connection);
        sd_bus_close_unref(connection);
    }
}

/* Each may free itself and any other: whoever was told is in the other list. */
static void tell_hooks(struct bus *bus)
{
    struct fascia_list told;

    fascia_list_init(&told);
    while (!fascia_list_is_empty(&bus->hooks)) {
        struct bus_hook *hook = FASCIA_LIST_ENTRY(bus->hooks.next, struct bus_hook, node);
        fascia_list_unlink(&hook->node);
        fascia_list_append(&told, &hook->node);
        if (hook->told)
            hook->told(hook);
    }
    fascia_list_for_each_safe (node, &told) {
        fascia_list_unlink(node);
        fascia_list_append(&bus->hooks, node);
    }
}

static int on_disconnected(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    struct bus *bus = userdata;
    (void)message;
    (void)error;

    disconnect(bus);
    fascia_list_for_each (node, &bus->watches) {
        struct watch *watch = FASCIA_LIST_ENTRY(node, struct watch, node);
        watch->fn(bus, NULL, watch->userdata);
    }
    tell_hooks(bus);
    tell_state(bus, false, false);
    if (loop_now_us() - bus->connected_us >= STABLE_US)
        forget_attempts(bus);
    await_daemon(bus);
    return 0;
}

static int on_name_reply(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    enum { PRIMARY_OWNER = 1, IN_QUEUE = 2, EXISTS = 3, ALREADY_OWNER = 4 }; /* D-Bus specification, RequestName */
    struct bus *bus = userdata;
    uint32_t result = 0;
    (void)error;

    if (sd_bus_message_is_method_error(reply, NULL) || sd_bus_message_read(reply, "u", &result) < 0)
        result = EXISTS;
    tell_state(bus, true, result != PRIMARY_OWNER && result != ALREADY_OWNER);
    return 0;
}

/* We stay in the daemon's queue for a name that is taken, and get it when its owner leaves. */
static int on_name_acquired(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    struct bus *bus = userdata;
    const char *name = NULL;
    (void)error;

    if (bus->name_taken && sd_bus_message_read(message, "s", &name) >= 0 && strcmp(name, bus->name) == 0)
        tell_state(bus, true, false);
    return 0;
}

static int on_properties(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct watch *watch = userdata;
    (void)error;

    watch->get_all = sd_bus_slot_unref(watch->get_all);
    watch->fn(watch->bus, sd_bus_message_is_method_error(reply, NULL) ? NULL : reply, watch->userdata);
    return 0;
}

static void watch_refresh(struct watch *watch)
{
    sd_bus *connection = watch->bus->connection;
    sd_bus_message *call = NULL;

    watch->get_all = sd_bus_slot_unref(watch->get_all);
    if (!connection)
        return;
    if (sd_bus_message_new_method_call(connection, &call, watch->service, watch->path,
                                       "org.freedesktop.DBus.Properties", "GetAll") >= 0 &&
        sd_bus_message_set_auto_start(call, 0) >= 0 && sd_bus_message_append(call, "s", watch->interface) >= 0)
        (void)sd_bus_call_async(connection, &watch->get_all, call, on_properties, watch, CALL_TIMEOUT_US);
    sd_bus_message_unref(call);
}

static int on_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    struct watch *watch = userdata;
    const char *interface = NULL;
    (void)error;

    /* The changed values are read again as a whole: one way to read them, and no partial state to get wrong.
     */
    if (sd_bus_message_read(message, "s", &interface) >= 0 && strcmp(interface, watch->interface) == 0)
        watch_refresh(watch);
    return 0;
}

static int on_owner_changed(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
    struct watch *watch = userdata;
    const char *name = NULL, *before = NULL, *after = NULL;
    (void)error;

    if (sd_bus_message_read(message, "sss", &name, &before, &after) < 0)
        return 0;
    if (after[0] != '\0') {
        watch_refresh(watch);
        return 0;
    }
    watch->get_all = sd_bus_slot_unref(watch->get_all);
    watch->fn(watch->bus, NULL, watch->userdata);
    return 0;
}

static int watch_start(struct watch *watch)
{
    sd_bus *connection = watch->bus->connection;
    char match[512];
    struct fascia_text text;

    fascia_text_init(&text, match, sizeof match);
    fascia_text_add(&text,
                    "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
                    "member='NameOwnerChanged',arg0='%s'",
                    watch->service);
    if (!fascia_text_ok(&text))
        return -ENAMETOOLONG;
    int r = sd_bus_add_match_async(connection, NULL, match, on_owner_changed, NULL, watch);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(connection, NULL, watch->service, watch->path, "org.freedesktop.DBus.Properties",
                                  "PropertiesChanged", on_changed, NULL, watch);
    if (r < 0)
        return r;
    watch_refresh(watch);
    return 0;
}

static int object_export(struct bus *bus, const struct object *object)
{
    return sd_bus_add_object_vtable(bus->connection, NULL, object->path, object->interface, object->vtable,
                                    object->userdata);
}

static int establish(struct bus *bus)
{
    int r = bus_start(bus->address, &bus->connection);
    if (r < 0)
        return r;
    (void)sd_bus_set_exit_on_disconnect(bus->connection, 0);
    (void)sd_bus_set_close_on_exit(bus->connection, 0); /* it would flush, see bus_close() */
    r = sd_bus_attach_event(bus->connection, bus->loop, SD_EVENT_PRIORITY_NORMAL);
    if (r < 0)
        return r;
    r = sd_bus_match_signal_async(bus->connection, NULL, "org.freedesktop.DBus.Local", NULL,
                                  "org.freedesktop.DBus.Local", "Disconnected", on_disconnected, NULL, bus);
    if (r < 0)
        return r;

    /* Objects before the name: whoever sees the name finds the objects. */
    fascia_list_for_each (node, &bus->objects) {
        r = object_export(bus, FASCIA_LIST_ENTRY(node, struct object, node));
        if (r < 0)
            return r;
    }
    fascia_list_for_each (node, &bus->watches) {
        r = watch_start(FASCIA_LIST_ENTRY(node, struct watch, node));
        if (r < 0)
            return r;
    }
    fascia_list_for_each (node, &bus->hooks) {
        struct bus_hook *hook = FASCIA_LIST_ENTRY(node, struct bus_hook, node);
        r = hook->up(hook, bus->connection);
        if (r < 0)
            return r;
    }
    if (!bus->name)
        return 0;
    r = sd_bus_match_signal_async(bus->connection, NULL, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                  "org.freedesktop.DBus", "NameAcquired", on_name_acquired, NULL, bus);
    if (r < 0)
        return r;
    return sd_bus_request_name_async(bus->connection, NULL, bus->name, SD_BUS_NAME_QUEUE, on_name_reply, bus);
}

static void on_socket(void *userdata)
{
    struct bus *bus = userdata;

    forget_attempts(bus);
    (void)loop_timer_arm(bus->reconnect, 0);
}

/* Returns true when the daemon's socket is waited for from now on, and was not before. */
static bool monitor_begin(struct bus *bus)
{
    char path[BUS_ADDRESS_PATH_SIZE];

    return !bus->monitor && bus_address_path(bus->address, path, sizeof path) == 0 &&
           path_monitor_new(bus->loop, path, on_socket, bus, &bus->monitor) == 0;
}

/* How long until the next attempt, after one that failed with `error`. */
static int64_t next_delay(struct bus *bus, int error)
{
    int64_t first = bus->monitor ? SEEN_FIRST_US : BLIND_FIRST_US;
    int64_t max = bus->monitor ? SEEN_MAX_US : BLIND_MAX_US;

    /* Nobody listens yet, or no more, or it does not want us yet. Without a socket there is nobody to ask. */
    int64_t quick = bus->monitor && error != -ENOENT ? path_retry_us(&bus->quick_tries) : -1;
    if (quick >= 0)
        return quick;
    bus->delay_us = bus->delay_us == 0 ? first : bus->delay_us * 2;
    if (bus->delay_us > max)
        bus->delay_us = max;
    return bus->delay_us;
}

static void forget_attempts(struct bus *bus)
{
    bus->quick_tries = 0;
    bus->delay_us = 0;
}

/* The connection has just ended: its daemon may be back already. */
static void await_daemon(struct bus *bus)
{
    (void)monitor_begin(bus);
    (void)loop_timer_arm(bus->reconnect, next_delay(bus, -ECONNREFUSED));
}

static int connect_once(struct bus *bus)
{
    int r = establish(bus);
    if (r < 0)
        disconnect(bus);
    return r;
}

static int try_connect(sd_event_source *timer, uint64_t usec, void *userdata)
{
    struct bus *bus = userdata;
    (void)usec;

    int r = connect_once(bus);
    if (r < 0 && monitor_begin(bus))
        r = connect_once(bus); /* it may have come just before we began to watch */
    if (r < 0) {
        (void)loop_timer_arm(timer, next_delay(bus, r));
        tell_state(bus, false, false);
        return 0;
    }
    path_monitor_free(FASCIA_STEAL(bus->monitor));
    bus->connected_us = loop_now_us();
    if (!bus->name)
        tell_state(bus, true, false);
    return 0;
}

int bus_open(sd_event *loop, const char *address, const char *name, bus_state_fn fn, void *userdata,
             struct bus **ret_bus)
{
    _cleanup_(bus_close) struct bus *bus = calloc(1, sizeof *bus);

    if (!bus)
        return -ENOMEM;
    fascia_list_init(&bus->objects);
    fascia_list_init(&bus->watches);
    fascia_list_init(&bus->calls);
    fascia_list_init(&bus->hooks);
    bus->loop = sd_event_ref(loop);
    bus->fn = fn;
    bus->userdata = userdata;
    bus->address = strdup(address);
    bus->name = name ? strdup(name) : NULL;
    if (!bus->address || (name && !bus->name))
        return -ENOMEM;

    int r = loop_timer_new(loop, try_connect, bus, &bus->reconnect);
    if (r < 0)
        return r;
    /* From the loop, so that objects and watches added right after this call are there on the first
     * connection. */
    r = loop_timer_arm(bus->reconnect, 0);
    if (r < 0)
        return r;
    *ret_bus = FASCIA_STEAL(bus);
    return 0;
}

void bus_close(struct bus *bus)
{
    if (!bus)
        return;
    bus->fn = NULL;
    bus->reconnect = loop_source_free(bus->reconnect);
    /* Of a connection whose Hello was never answered, sd_bus_flush() would wait for the answer. */
    if (bus->connection && sd_bus_is_ready(bus->connection) > 0)
        (void)sd_bus_flush(bus->connection);
    disconnect(bus);
    path_monitor_free(FASCIA_STEAL(bus->monitor));
    fascia_list_for_each_safe (node, &bus->hooks) /* they belong to whoever added them */
        fascia_list_unlink(node);
    fascia_list_for_each_safe (node, &bus->objects)
        free(FASCIA_LIST_ENTRY(node, struct object, node));
    fascia_list_for_each_safe (node, &bus->watches)
        free(FASCIA_LIST_ENTRY(node, struct watch, node));
    sd_event_unref(bus->loop);
    free(bus->address);
    free(bus->name);
    free(bus);
}

int bus_add_object(struct bus *bus, const char *path, const char *interface, const sd_bus_vtable *vtable,
                   void *userdata)
{
    struct object *object = calloc(1, sizeof *object);

    if (!object)
        return -ENOMEM;
    *object = (struct object){.path = path, .interface = interface, .vtable = vtable, .userdata = userdata};
    fascia_list_append(&bus->objects, &object->node);
    return bus->connection ? object_export(bus, object) : 0;
}

void bus_emit_changed(struct bus *bus, const char *path, const char *interface, const char *const *names)
{
    if (!bus_is_connected(bus))
        return;
    /* sd-bus wants char ** and only reads it. */
    char *list[32] = {NULL};
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(list) - 1 && names[i]; i++)
        memcpy(&list[i], &names[i], sizeof list[i]);
    (void)sd_bus_emit_properties_changed_strv(bus->connection, path, interface, list);
}

int bus_watch(struct bus *bus, const char *service, const char *path, const char *interface, bus_watch_fn fn,
              void *userdata)
{
    struct watch *watch = calloc(1, sizeof *watch);

    if (!watch)
        return -ENOMEM;
    *watch = (struct watch){
        .bus = bus, .service = service, .path = path, .interface = interface, .fn = fn, .userdata = userdata};
    fascia_list_append(&bus->watches, &watch->node);
    return bus->connection ? watch_start(watch) : 0;
}

static int on_call_reply(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    int failure = sd_bus_message_is_method_error(reply, NULL) ? -sd_bus_message_get_errno(reply) : 0;
    (void)error;

    call_end(userdata, failure, reply);
    return 0;
}

int bus_call(struct bus *bus, const char *service, const char *path, const char *interface, const char *member,
             int64_t timeout_us, bus_reply_fn fn, void *userdata, const char *types, ...)
{
    sd_bus_message *message = NULL;
    int r;

    if (!bus_is_connected(bus))
        return -ENOTCONN;
    struct call *call = calloc(1, sizeof *call);
    if (!call)
        return -ENOMEM;
    *call = (struct call){.bus = bus, .fn = fn, .userdata = userdata};
    fascia_list_init(&call->node);

    r = sd_bus_message_new_method_call(bus->connection, &message, service, path, interface, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(message, 0);
    if (r >= 0 && types) {
        va_list args;
        va_start(args, types);
        r = sd_bus_message_appendv(message, types, args);
        va_end(args);
    }
    if (r >= 0)
        r = sd_bus_call_async(bus->connection, &call->slot, message, on_call_reply, call, (uint64_t)timeout_us);
    sd_bus_message_unref(message);
    if (r < 0) {
        free(call);
        return r;
    }
    fascia_list_append(&bus->calls, &call->node);
    return 0;
}

int bus_hook_add(struct bus *bus, struct bus_hook *hook)
{
    fascia_list_append(&bus->hooks, &hook->node);
    int r = bus->connection ? hook->up(hook, bus->connection) : 0;
    if (r < 0)
        fascia_list_unlink(&hook->node);
    return r;
}
