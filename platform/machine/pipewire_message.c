/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/machine/pipewire_message.h"

#include <errno.h>
#include <string.h>

#include "platform/machine/tree.h"

enum { HEADER_SIZE = 16, POD_SIZE = 8 };
enum { POD_INT = 4, POD_STRING = 8, POD_STRUCT = 14 };
enum { ID_CORE = 0, ID_CLIENT = 1, ID_REGISTRY = 2 };
enum { CORE_HELLO = 1, CORE_SYNC = 2, CORE_GET_REGISTRY = 5, CLIENT_UPDATE_PROPERTIES = 2 };
enum { CORE_INFO = 0, CORE_DONE = 1, REGISTRY_GLOBAL = 0 };
enum { PROTOCOL_VERSION = 3, SYNC_SEQUENCE = 1 };

/* --- what is sent ----------------------------------------------------------------------------------------------- */

static size_t put_u32(uint8_t *to, size_t at, uint32_t value)
{
    memcpy(to + at, &value, sizeof value);
    return at + sizeof value;
}

/* A message whose body is a struct of integers. */
static size_t put_message(uint8_t *to, size_t at, uint32_t id, uint32_t opcode, uint32_t sequence,
                          const uint32_t *values, uint32_t count)
{
    uint32_t body = count * 2 * POD_SIZE;

    at = put_u32(to, at, id);
    at = put_u32(to, at, opcode << 24 | (body + POD_SIZE));
    at = put_u32(to, at, sequence);
    at = put_u32(to, at, 0); /* descriptors */
    at = put_u32(to, at, body);
    at = put_u32(to, at, POD_STRUCT);
    for (uint32_t i = 0; i < count; i++) {
        at = put_u32(to, at, sizeof values[i]);
        at = put_u32(to, at, POD_INT);
        at = put_u32(to, at, values[i]);
        at = put_u32(to, at, 0); /* to a multiple of eight */
    }
    return at;
}

/* struct { struct { int 0 } }: no property. It is what makes the server let a client in. */
static size_t put_properties(uint8_t *to, size_t at, uint32_t sequence)
{
    at = put_u32(to, at, ID_CLIENT);
    at = put_u32(to, at, (uint32_t)CLIENT_UPDATE_PROPERTIES << 24 | 4 * POD_SIZE);
    at = put_u32(to, at, sequence);
    at = put_u32(to, at, 0);
    at = put_u32(to, at, 3 * POD_SIZE);
    at = put_u32(to, at, POD_STRUCT);
    at = put_u32(to, at, 2 * POD_SIZE);
    at = put_u32(to, at, POD_STRUCT);
    at = put_u32(to, at, 4);
    at = put_u32(to, at, POD_INT);
    at = put_u32(to, at, 0);
    return put_u32(to, at, 0);
}

size_t pipewire_request(uint8_t to[static PIPEWIRE_REQUEST_MAX])
{
    const uint32_t hello[] = {PROTOCOL_VERSION}, registry[] = {PROTOCOL_VERSION, ID_REGISTRY};
    const uint32_t sync[] = {ID_CORE, SYNC_SEQUENCE};
    size_t at = put_message(to, 0, ID_CORE, CORE_HELLO, 0, hello, 1);

    at = put_properties(to, at, 1);
    at = put_message(to, at, ID_CORE, CORE_GET_REGISTRY, 2, registry, 2);
    return put_message(to, at, ID_CORE, CORE_SYNC, 3, sync, 2);
}

/* --- what is received ------------------------------------------------------------------------------------------- */

/* Sticky: after a pod that does not fit, or is of another type, every further one is empty. */
struct pods {
    const uint8_t *at;
    size_t left;
    bool failed;
};

static uint32_t get_u32(const uint8_t *at)
{
    uint32_t value;

    memcpy(&value, at, sizeof value);
    return value;
}

/* The body of the next pod, which must be of that type (0: any). */
static struct pods next_pod(struct pods *pods, uint32_t type)
{
    struct pods none = {.failed = true};

    if (pods->failed || pods->left < POD_SIZE) {
        pods->failed = true;
        return none;
    }
    uint32_t size = get_u32(pods->at), its_type = get_u32(pods->at + 4);
    if (size > pods->left - POD_SIZE || (type != 0 && its_type != type)) {
        pods->failed = true;
        return none;
    }
    struct pods body = {.at = pods->at + POD_SIZE, .left = size};
    size_t padded = ((size_t)size + POD_SIZE - 1) / POD_SIZE * POD_SIZE, rest = pods->left - POD_SIZE;
    padded = padded < rest ? padded : rest; /* the last one may end without its padding */
    pods->at += POD_SIZE + padded;
    pods->left = rest - padded;
    return body;
}

static uint32_t next_int(struct pods *pods)
{
    struct pods body = next_pod(pods, POD_INT);

    if (body.failed || body.left != 4) {
        pods->failed = true;
        return 0;
    }
    return get_u32(body.at);
}

/* Within the message; "" when there is none. */
static const char *next_text(struct pods *pods)
{
    struct pods body = next_pod(pods, 0);

    /* A text may be absent, which is a pod of type "none" and size 0. */
    if (body.failed || body.left == 0)
        return "";
    if (body.at[body.left - 1] != '\0') {
        pods->failed = true;
        return "";
    }
    return (const char *)body.at;
}

/* struct(Int id, Int cookie, String user, String host, String version, String name, …) */
static int take_info(struct pods info, struct pipewire_news *news)
{
    (void)next_int(&info);
    (void)next_int(&info);
    (void)next_text(&info);
    (void)next_text(&info);
    const char *version = next_text(&info);
    if (info.failed)
        return -EBADMSG;
    machine_copy(news->version, sizeof news->version, version);
    return 0;
}

/* struct(Int id, Int permissions, String type, Int version, Struct(Int n, (String key, String value)*)) */
static int take_global(struct pods global, struct pipewire_news *news)
{
    bool sink = false, wanted = false, metadata = false;

    (void)next_int(&global);
    (void)next_int(&global);
    const char *type = next_text(&global);
    (void)next_int(&global);
    struct pods properties = next_pod(&global, POD_STRUCT);
    uint32_t count = next_int(&properties);
    if (global.failed || properties.failed)
        return -EBADMSG;
    for (uint32_t i = 0; i < count && !properties.failed; i++) {
        const char *key = next_text(&properties), *value = next_text(&properties);
        if (strcmp(key, "media.class") == 0)
            sink = strcmp(value, "Audio/Sink") == 0 || strcmp(value, "Audio/Duplex") == 0;
        else if (strcmp(key, "node.name") == 0)
            wanted = news->wanted && strcmp(value, news->wanted) == 0;
        else if (strcmp(key, "metadata.name") == 0)
            metadata = strcmp(value, "default") == 0;
    }
    if (properties.failed)
        return -EBADMSG;
    if (sink && strcmp(type, "PipeWire:Interface:Node") == 0) {
        news->sinks += news->sinks < 1000;
        news->wanted_there = news->wanted_there || wanted;
    }
    news->session_manager = news->session_manager || (metadata && strcmp(type, "PipeWire:Interface:Metadata") == 0);
    return 0;
}

static int take_body(uint32_t id, uint32_t opcode, const uint8_t *body, size_t size, struct pipewire_news *news)
{
    struct pods message = {.at = body, .left = size};

    if (id != ID_CORE && id != ID_REGISTRY)
        return 0;
    struct pods fields = next_pod(&message, POD_STRUCT);
    if (fields.failed)
        return -EBADMSG;
    if (id == ID_REGISTRY)
        return opcode == REGISTRY_GLOBAL ? take_global(fields, news) : 0;
    if (opcode == CORE_INFO)
        return take_info(fields, news);
    if (opcode == CORE_DONE) {
        uint32_t about = next_int(&fields);
        (void)next_int(&fields);
        news->done = news->done || (!fields.failed && about == ID_CORE);
    }
    return 0;
}

int64_t pipewire_take(const uint8_t *data, size_t size, struct pipewire_news *news)
{
    size_t used = 0;

    while (size - used >= HEADER_SIZE) {
        uint32_t id = get_u32(data + used), word = get_u32(data + used + 4), body = word & 0xffffff;
        if (body > PIPEWIRE_MESSAGE_MAX - HEADER_SIZE)
            return -EBADMSG;
        if (size - used - HEADER_SIZE < body)
            break;
        int r = take_body(id, word >> 24, data + used + HEADER_SIZE, body, news);
        if (r < 0)
            return r;
        used += HEADER_SIZE + body;
    }
    return (int64_t)used;
}
