/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "tools/fasciactl/addr.h"
#include "tools/fasciactl/json.h"

void addr_text_read(struct json_object *object, const char *key, char *to, size_t size)
{
    struct json_object *value = NULL;

    to[0] = '\0';
    if (json_object_object_get_ex(object, key, &value) && json_object_is_type(value, json_type_string))
        (void)report_text_clean(to, size, json_object_get_string(value));
}

static uint64_t number_of(struct json_object *object, const char *key)
{
    struct json_object *value = NULL;

    if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, json_type_int))
        return 0;
    return json_object_get_uint64(value);
}

/* `otherwise`: what it is when an older service does not tell. */
static bool is_set(struct json_object *object, const char *key, bool otherwise)
{
    struct json_object *value = NULL;

    return json_object_object_get_ex(object, key, &value) ? json_object_get_boolean(value) != 0 : otherwise;
}

void addr_interface_read(struct json_object *row, struct addr_interface *ret_interface)
{
    struct addr_interface *to = ret_interface;

    *to = (struct addr_interface){.ifindex = (uint32_t)number_of(row, "ifindex"),
                                  .up = is_set(row, "up", false),
                                  .counted = is_set(row, "counted", true),
                                  .peers = number_of(row, "peers"),
                                  .packets = number_of(row, "packets"),
                                  .nd_packets = number_of(row, "nd_packets"),
                                  .mld_packets = number_of(row, "mld_packets"),
                                  .rs_packets = number_of(row, "rs_packets"),
                                  .na_packets = number_of(row, "na_packets"),
                                  .nd_received = number_of(row, "nd_received"),
                                  .mld_received = number_of(row, "mld_received"),
                                  .ra_received = number_of(row, "ra_received"),
                                  .missed = number_of(row, "missed"),
                                  .restored = number_of(row, "restored")};
    addr_text_read(row, "name", to->name, sizeof to->name);
    addr_text_read(row, "nd", to->nd, sizeof to->nd);
    addr_text_read(row, "progress", to->progress, sizeof to->progress);
    addr_text_read(row, "mac", to->mac, sizeof to->mac);
    addr_text_read(row, "own_iid", to->own_iid, sizeof to->own_iid);
    addr_text_read(row, "iid_policy", to->iid_policy, sizeof to->iid_policy);
    addr_text_read(row, "address", to->address, sizeof to->address);
    addr_text_read(row, "offender", to->offender, sizeof to->offender);
}

struct json_object *addr_properties(const char *bus_address)
{
    _cleanup_(client_close) sd_bus *bus = NULL;

    if (client_open(bus_address, &bus) < 0)
        return NULL;
    struct json_object *properties = client_properties(bus, CLIENT_ADDRESS);
    if (json_object_is_type(properties, json_type_object))
        return properties;
    (void)json_object_put(properties);
    (void)fprintf(stderr,
                  "fasciactl: fascia-addr does not answer on the bus \"%s\"\n"
                  "  `fasciactl status` says whether it runs; or name fascia's bus by --bus ADDRESS or $FASCIA_BUS.\n",
                  bus_address);
    return NULL;
}

struct json_object *addr_row(struct json_object *properties, const char *key, size_t i)
{
    struct json_object *array = NULL;

    if (!json_object_object_get_ex(properties, key, &array) || !json_object_is_type(array, json_type_array))
        return NULL;
    struct json_object *row = i < json_object_array_length(array) ? json_object_array_get_idx(array, i) : NULL;
    return json_object_is_type(row, json_type_object) ? row : NULL;
}

bool addr_find(struct json_object *properties, const char *name, struct addr_interface *ret_interface)
{
    struct json_object *row = NULL;

    for (size_t i = 0; (row = addr_row(properties, "Interfaces", i)) != NULL; i++) {
        struct addr_interface interface;
        addr_interface_read(row, &interface);
        if (strcmp(interface.name, name) == 0) {
            *ret_interface = interface;
            return true;
        }
    }
    (void)fprintf(stderr, "fasciactl: fascia-addr does not manage an interface \"%s\"\n", name);
    return false;
}
