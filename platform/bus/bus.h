/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_BUS_BUS_H
#define FASCIA_PLATFORM_BUS_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "stack/base/cleanup.h"

/*
 * The door to D-Bus. A connection that outlives the bus daemon: when the daemon goes away, objects, names and watches
 * that were asked for are established anew as soon as it is back. Its socket is waited for by inotify where its path is
 * known ("system", "session", "unix:path=…"), and asked for every 30 s, growing to 5 min, for what inotify does not
 * see; other addresses are tried after 1 s, growing to 30 s. Calls made meanwhile fail with -ENOTCONN. Objects' vtables
 * are ordinary sd-bus vtables.
 */

struct bus;

/** Told on every change; `name_taken`: connected, but somebody else owns our name. */
typedef void (*bus_state_fn)(struct bus *bus, bool connected, bool name_taken, void *userdata);

/**
 * Starts connecting to `address` ("system", "session", or a D-Bus address) and owning `name` (NULL: none).
 * Returns 0 also when no bus is there yet. `fn` may be NULL.
 */
int bus_open(sd_event *loop, const char *address, const char *name, bus_state_fn fn, void *userdata,
             struct bus **ret_bus);
void bus_close(struct bus *bus);

bool bus_is_connected(const struct bus *bus);

/** The current connection, or NULL. Valid until the loop runs again. */
sd_bus *bus_connection(struct bus *bus);

/** Exports an object now and after each reconnect. Strings and vtable are borrowed for the life of the bus.
 */
int bus_add_object(struct bus *bus, const char *path, const char *interface, const sd_bus_vtable *vtable,
                   void *userdata);

/** Emits PropertiesChanged for the named properties (NULL-terminated); silently nothing when not connected.
 */
void bus_emit_changed(struct bus *bus, const char *path, const char *interface, const char *const *names);

/**
 * Watches one interface of a peer: `fn` gets a Properties.GetAll reply (a{sv}, positioned at the array) when
 * the peer appears, when we reconnect, and after each of its PropertiesChanged; and NULL when the peer
 * vanished.
 */
typedef void (*bus_watch_fn)(struct bus *bus, sd_bus_message *properties, void *userdata);
int bus_watch(struct bus *bus, const char *service, const char *path, const char *interface, bus_watch_fn fn,
              void *userdata);

/**
 * Watches who owns a bus name: told from the loop when it is known first, after each change, and after each reconnect.
 * `owner`: a unique name and the process behind it (0 = not known); "" = nobody; NULL = the bus is away, nothing is
 * known. May free the watch.
 */
struct bus_name_watch;
typedef void (*bus_name_fn)(struct bus *bus, const char *owner, pid_t pid, void *userdata);

/** `name` is copied. Returns 0, -EINVAL for what is no bus name, or a negative errno. */
int bus_watch_name(struct bus *bus, const char *name, bus_name_fn fn, void *userdata,
                   struct bus_name_watch **ret_watch);

/** NULL-safe; also after bus_close(). */
void bus_name_watch_free(struct bus_name_watch *watch);

/** Watches one signal of a peer, also after each reconnect. `fn` may free the watch. Strings are borrowed for the life
 * of the watch. Returns 0 or a negative errno. */
struct bus_signal_watch;
typedef void (*bus_signal_fn)(struct bus *bus, sd_bus_message *signal, void *userdata);
int bus_watch_signal(struct bus *bus, const char *service, const char *path, const char *interface, const char *member,
                     bus_signal_fn fn, void *userdata, struct bus_signal_watch **ret_watch);

/** NULL-safe; also after bus_close(). */
void bus_signal_watch_free(struct bus_signal_watch *watch);

/** Asynchronous method call with a time limit; `fn` is always called once unless this returns an error. */
typedef void (*bus_reply_fn)(struct bus *bus, int error, sd_bus_message *reply, void *userdata);
int bus_call(struct bus *bus, const char *service, const char *path, const char *interface, const char *member,
             int64_t timeout_us, bus_reply_fn fn, void *userdata, const char *types, ...);

FASCIA_DEFINE_CLEANUP(struct bus, bus_close)
FASCIA_DEFINE_CLEANUP(struct bus_name_watch, bus_name_watch_free)
FASCIA_DEFINE_CLEANUP(struct bus_signal_watch, bus_signal_watch_free)

#endif
