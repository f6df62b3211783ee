/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/watch.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "platform/loop/loop.h"
#include "stack/base/text.h"
#include "tools/fasciactl/client.h"
#include "tools/fasciactl/output.h"

int watch_run(struct watch *watch, struct fasciactl *ctl, int argc, char **argv, const char *help, watch_start_fn start,
              void *userdata)
{
    sd_bus *probe = NULL;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &watch->json, &status) != 0)
        return status;
    /* A bus that is not there at the start is a mistake of the caller; later it is something to wait out. */
    if (client_open(ctl->bus, &probe) < 0)
        return STATUS_IMPOSSIBLE;
    client_close(probe);

    int r = start(userdata, ctl->bus);
    if (r >= 0)
        r = loop_run(watch->loop);
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: %s\n", strerror(-r));
    return r < 0 ? STATUS_IMPOSSIBLE : r;
}

void watch_connected(struct watch *watch, bool connected)
{
    if (!connected && watch->was_connected)
        (void)fputs("fasciactl: the bus is gone; waiting for it\n", stderr);
    watch->was_connected = connected;
}

void watch_print(struct watch *watch, struct json_object *object, const char *text)
{
    char clock[16] = "";
    time_t now = time(NULL);
    struct tm local;
    bool read = true;

    if (watch->json) {
        read = output_json_line(stdout, object) >= 0;
    } else {
        if (localtime_r(&now, &local) != NULL)
            (void)strftime(clock, sizeof clock, "%H:%M:%S", &local);
        read = printf("%s  %s\n", clock, text) >= 0 && fflush(stdout) == 0;
    }
    if (!read)
        (void)sd_event_exit(watch->loop, STATUS_IMPOSSIBLE);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

void watch_change_json(const struct watch_change *change, struct json_object *object)
{
    add_text(object, "kind", change->kind);
    add_text(object, "name", change->name);
    add_text(object, "from", change->from);
    add_text(object, "to", change->to);
    add_text(object, "detail", change->detail);
}

void watch_change_text(const struct watch_change *change, int width, char *line, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, line, size);
    fascia_text_add(&text, "%-*s %-17s %s%s%s%s%s", width, change->kind, change->name, change->from,
                    change->from[0] != '\0' ? " -> " : "", change->to[0] != '\0' ? change->to : "gone",
                    change->detail[0] != '\0' ? "  " : "", change->detail);
}
