/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/service.h"

#include <stdio.h>
#include <string.h>

#define TIMEOUT_US INT64_C(10000000)

const struct service service_audio = {.name = CLIENT_AUDIO, .program = "fascia-audio", .section = "audio"};
const struct service service_aware = {.name = CLIENT_AWARE, .program = "fascia-aware", .section = "aware"};

struct json_object *service_properties(sd_bus *bus, const char *address, const struct service *service)
{
    struct json_object *properties = client_properties(bus, service->name);

    if (properties == NULL)
        (void)fprintf(stderr,
                      "fasciactl: %s does not answer on the bus \"%s\"\n"
                      "  Set %s.enabled: true in fascia.yaml, and look at `fasciactl status`; or name its bus by "
                      "--bus ADDRESS or $FASCIA_BUS.\n",
                      service->program, address, service->section);
    return properties;
}

static void explain(const sd_bus_error *error, const char *address, const struct service *service, const char *what)
{
    if (sd_bus_error_has_name(error, SD_BUS_ERROR_SERVICE_UNKNOWN) > 0 ||
        sd_bus_error_has_name(error, SD_BUS_ERROR_NAME_HAS_NO_OWNER) > 0)
        (void)fprintf(stderr,
                      "fasciactl: cannot %s: %s does not answer on the bus \"%s\"\n"
                      "  Set %s.enabled: true in fascia.yaml, and look at `fasciactl status`.\n",
                      what, service->program, address, service->section);
    else
        client_explain(error, address, what);
}

int service_new_call(sd_bus *bus, const struct service *service, const char *member, sd_bus_message **ret_call)
{
    sd_bus_message *call = NULL;

    int r =
        sd_bus_message_new_method_call(bus, &call, service->name, client_path(service->name), service->name, member);
    if (r >= 0)
        r = sd_bus_message_set_auto_start(call, 0); /* an order must not start anything else */
    if (r < 0) {
        sd_bus_message_unref(call);
        return r;
    }
    *ret_call = call;
    return 0;
}

int service_send(sd_bus *bus, const char *address, const struct service *service, const char *what,
                 sd_bus_message *call, sd_bus_message **ret_reply)
{
    sd_bus_error error = SD_BUS_ERROR_NULL;
    sd_bus_message *reply = NULL;

    int r = sd_bus_call(bus, call, TIMEOUT_US, &error, &reply);
    if (r < 0 && !sd_bus_error_is_set(&error))
        (void)sd_bus_error_set_errno(&error, r);
    if (r < 0)
        explain(&error, address, service, what);
    sd_bus_error_free(&error);
    if (r >= 0 && ret_reply != NULL)
        *ret_reply = reply;
    else
        sd_bus_message_unref(reply);
    return r < 0 ? r : 0;
}

int service_callv(sd_bus *bus, const char *address, const struct service *service, const char *what,
                  sd_bus_message **ret_reply, const char *member, const char *types, va_list args)
{
    sd_bus_message *call = NULL;

    int r = service_new_call(bus, service, member, &call);
    if (r >= 0)
        r = sd_bus_message_appendv(call, types, args);
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: cannot %s: %s\n", what, strerror(-r));
    else
        r = service_send(bus, address, service, what, call, ret_reply);
    sd_bus_message_unref(call);
    return r < 0 ? r : 0;
}

int service_call(sd_bus *bus, const char *address, const struct service *service, const char *what,
                 sd_bus_message **ret_reply, const char *member, const char *types, ...)
{
    va_list args;

    va_start(args, types);
    int r = service_callv(bus, address, service, what, ret_reply, member, types, args);
    va_end(args);
    return r;
}
