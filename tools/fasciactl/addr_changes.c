/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/addr_changes.h"

#include <inttypes.h>
#include <string.h>

#include "stack/base/text.h"
#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/json.h"

static void write_service(struct json_object *properties, char *to, size_t size)
{
    char state[32], reason[48];
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (properties == NULL)
        return;
    addr_text_read(properties, "State", state, sizeof state);
    addr_text_read(properties, "Reason", reason, sizeof reason);
    fascia_text_add(&text, "%s", state);
    if (reason[0] != '\0' && strcmp(reason, "none") != 0)
        fascia_text_add(&text, " (%s)", reason);
}

static void write_interface(const struct addr_interface *is, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (is->ifindex != 0)
        fascia_text_add(&text, "%s%s%s",
                        is->progress[0] != '\0' ? is->progress
                        : is->address[0]        ? "ready"
                                                : "prepared",
                        is->address[0] != '\0' ? " " : "", is->address);
}

static void write_restored(const struct addr_interface *is, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (is->restored != 0)
        fascia_text_add(&text, "%" PRIu64 " foreign edits put back", is->restored);
}

static void tell(struct addr_change *change, addr_change_fn fn, void *userdata)
{
    if (strcmp(change->from, change->to) != 0)
        fn(change, userdata);
}

/* One text of an interface. */
static void compare_text(const char *kind, const char *name, const char *from, const char *to, addr_change_fn fn,
                         void *userdata)
{
    struct addr_change change = {.kind = kind};

    (void)fascia_text_copy(change.name, sizeof change.name, name);
    (void)fascia_text_copy(change.from, sizeof change.from, from);
    (void)fascia_text_copy(change.to, sizeof change.to, to);
    tell(&change, fn, userdata);
}

/* One of both may be all zero: was not, or is not any more. */
static void compare_interface(const struct addr_interface *was, const struct addr_interface *is, addr_change_fn fn,
                              void *userdata)
{
    const char *name = is->ifindex != 0 ? is->name : was->name;
    struct addr_change change = {.kind = "interface"};

    (void)fascia_text_copy(change.name, sizeof change.name, name);
    write_interface(was, change.from, sizeof change.from);
    write_interface(is, change.to, sizeof change.to);
    tell(&change, fn, userdata);
    if (is->ifindex == 0)
        return; /* the rest went with it */
    compare_text("mode", name, was->nd, is->nd, fn, userdata);
    compare_text("identifier", name, was->own_iid, is->own_iid, fn, userdata);
    compare_text("offender", name, was->offender, is->offender, fn, userdata);
    change.kind = "restored";
    write_restored(was, change.from, sizeof change.from);
    write_restored(is, change.to, sizeof change.to);
    tell(&change, fn, userdata);
}

/* The interface with this index, or all zero. */
static struct addr_interface find(struct json_object *properties, uint32_t ifindex)
{
    struct addr_interface is = {.ifindex = 0};
    struct json_object *row = NULL;

    for (size_t i = 0; (row = addr_row(properties, "Interfaces", i)) != NULL; i++) {
        addr_interface_read(row, &is);
        if (is.ifindex == ifindex)
            return is;
    }
    return (struct addr_interface){.ifindex = 0};
}

void addr_changes_find(struct json_object *before, struct json_object *now, addr_change_fn fn, void *userdata)
{
    struct addr_change service = {.kind = "service", .name = "fascia-addr"};
    struct json_object *row = NULL;

    write_service(before, service.from, sizeof service.from);
    write_service(now, service.to, sizeof service.to);
    tell(&service, fn, userdata);
    for (size_t i = 0; (row = addr_row(now, "Interfaces", i)) != NULL; i++) {
        struct addr_interface is, was;
        addr_interface_read(row, &is);
        was = find(before, is.ifindex);
        compare_interface(&was, &is, fn, userdata);
    }
    for (size_t i = 0; (row = addr_row(before, "Interfaces", i)) != NULL; i++) {
        struct addr_interface is, was;
        addr_interface_read(row, &was);
        is = find(now, was.ifindex);
        if (is.ifindex == 0)
            compare_interface(&was, &is, fn, userdata);
    }
}
