/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of org.fascia.Aware1. Who may call is the bus policy's business. */
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-aware/awared.h"

#define ERROR_INVALID  "org.fascia.Error.InvalidArgument"
#define ERROR_REFUSED  "org.fascia.Error.Refused"
#define ERROR_FAILED   "org.fascia.Error.Failed"
#define CONFIGURED_S   UINT32_MAX /* OpenWindow */
#define PIN_LENGTH_MAX 8
#define DATA_PATHS     1 /* to one peer, of a service that the bus gave */

static bool is_malformed(int result)
{
    return result == AWARE_E_NAME || result == AWARE_E_PIN || result == AWARE_E_CONFIG;
}

/* Answers the order with what came of it; what it set going is carried out. */
static int answer(struct awared *awared, sd_bus_message *m, int result, sd_bus_error *error)
{
    awared_drive(awared);
    if (result == 0)
        return sd_bus_reply_method_return(m, NULL);
    if (result < 0)
        return sd_bus_error_setf(error, ERROR_FAILED, "%s", strerror(-result));
    return sd_bus_error_set(error, is_malformed(result) ? ERROR_INVALID : ERROR_REFUSED, aware_result_text(result));
}

static int check_started(const struct awared *awared, sd_bus_error *error)
{
    if (awared->started)
        return 0;
    return sd_bus_error_set(error, ERROR_REFUSED,
                            awared->service.config.aware.enabled ? "another process owns the name"
                                                                 : "aware.enabled is false in the configuration");
}

static int read_number(struct awared *awared, sd_bus_message *m, uint32_t *ret_number, sd_bus_error *error)
{
    int r = sd_bus_message_read(m, "u", ret_number);
    return r < 0 ? r : check_started(awared, error);
}

static int read_mac(struct awared *awared, sd_bus_message *m, struct fascia_mac *ret_mac, sd_bus_error *error)
{
    const char *text = NULL;

    int r = sd_bus_message_read(m, "s", &text);
    if (r >= 0)
        r = check_started(awared, error);
    if (r < 0)
        return r;
    if (fascia_mac_parse(text, ret_mac) < 0)
        return sd_bus_error_set(error, ERROR_INVALID, "nmi is not of the form xx:xx:xx:xx:xx:xx");
    return 0;
}

static int open_window(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    uint32_t seconds = 0;

    int r = read_number(awared, m, &seconds, error);
    if (r < 0)
        return r;
    int64_t s = seconds == CONFIGURED_S ? awared->service.config.aware.pairing_s : (int64_t)seconds;
    return answer(awared, m, aware_order_window(awared->aware, s, loop_now_us()), error);
}

static int pair(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    struct fascia_mac mac;

    int r = read_mac(awared, m, &mac, error);
    return r < 0 ? r : answer(awared, m, aware_order_pair(awared->aware, &mac, loop_now_us()), error);
}

static int connect_(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    struct fascia_mac mac;

    int r = read_mac(awared, m, &mac, error);
    return r < 0 ? r : answer(awared, m, aware_order_connect(awared->aware, &mac, loop_now_us()), error);
}

static int get_pin(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    char text[PIN_LENGTH_MAX + 1] = "";
    uint32_t request = 0;
    size_t size = 0;

    int r = read_number(awared, m, &request, error);
    if (r < 0)
        return r;
    const struct fascia_secret *pin = aware_pin(awared->aware, request);
    const uint8_t *octets = pin ? fascia_secret_borrow(pin, &size) : NULL;
    if (!octets || size == 0 || size > PIN_LENGTH_MAX)
        return sd_bus_error_set(error, ERROR_REFUSED, "no such request shows a PIN");
    memcpy(text, octets, size);
    r = sd_bus_reply_method_return(m, "s", text); /* the message is wiped: the method is marked */
    explicit_bzero(text, sizeof text);
    return r;
}

static int enter_pin(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    struct fascia_secret pin = {0};
    const char *text = NULL;
    uint32_t request = 0;

    int r = sd_bus_message_read(m, "us", &request, &text);
    if (r >= 0)
        r = check_started(awared, error);
    if (r < 0)
        return r;
    size_t size = strlen(text);
    if (size > PIN_LENGTH_MAX || fascia_secret_set(&pin, text, size) < 0)
        return sd_bus_error_set(error, ERROR_INVALID, aware_result_text(AWARE_E_PIN));
    r = aware_order_enter_pin(awared->aware, request, &pin, loop_now_us());
    fascia_secret_wipe(&pin);
    return answer(awared, m, r, error);
}

static int refuse(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    uint32_t request = 0;

    int r = read_number(awared, m, &request, error);
    return r < 0 ? r : answer(awared, m, aware_order_refuse(awared->aware, request, loop_now_us()), error);
}

static int forget(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    uint32_t peer = 0;

    int r = read_number(awared, m, &peer, error);
    return r < 0 ? r : answer(awared, m, aware_order_forget(awared->aware, peer, loop_now_us()), error);
}

static int rename_(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    const char *name = NULL;
    uint32_t peer = 0;

    int r = sd_bus_message_read(m, "us", &peer, &name);
    if (r >= 0)
        r = check_started(awared, error);
    if (r < 0)
        return r;
    if (strlen(name) >= AWARE_PEER_NAME_SIZE)
        return sd_bus_error_setf(error, ERROR_INVALID, "a name has at most %d octets", AWARE_PEER_NAME_SIZE - 1);
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return sd_bus_error_set(error, ERROR_INVALID, "a name has no control characters");
    }
    return answer(awared, m, aware_order_rename(awared->aware, peer, name), error);
}

static int cancel(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    uint32_t service = 0;

    int r = read_number(awared, m, &service, error);
    return r < 0 ? r : answer(awared, m, aware_order_cancel(awared->aware, service, loop_now_us()), error);
}

static int disconnect(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    struct awared *awared = (struct awared *)userdata;
    uint32_t path = 0;

    int r = read_number(awared, m, &path, error);
    return r < 0 ? r : answer(awared, m, aware_order_disconnect(awared->aware, path, loop_now_us()), error);
}

/* What a service has that nobody described: paired with a PIN that the publisher shows. */
static void describe(struct aware_service_config *service, const char *name, enum aware_role role)
{
    *service = (struct aware_service_config){
        .role = role,
        .enabled = true,
        .security = AWARE_SECURITY_PAIRED,
        .ciphers = {AWARE_CIPHER_PK_PASN_128},
        .ciphers_count = 1,
        .methods = {role == AWARE_ROLE_PUBLISH ? AWARE_METHOD_PIN_DISPLAY : AWARE_METHOD_PIN_KEYPAD},
        .methods_count = 1,
        .data_paths = DATA_PATHS};
    (void)fascia_text_copy(service->name, sizeof service->name, name);
}

/* An open service has neither ciphers nor methods, whatever the defaults are. */
static void settle(struct aware_service_config *service, const struct aware_service_config *defaults)
{
    bool same_ciphers = service->ciphers_count == defaults->ciphers_count &&
                        memcmp(service->ciphers, defaults->ciphers, sizeof service->ciphers) == 0;

    if (service->security != AWARE_SECURITY_PAIRED)
        service->methods_count = 0;
    if (service->security == AWARE_SECURITY_OPEN && same_ciphers)
        service->ciphers_count = 0;
    if (service->security == AWARE_SECURITY_PASSPHRASE && same_ciphers)
        service->ciphers[0] = AWARE_CIPHER_SK_CCM_128;
}

static int start(sd_bus_message *m, struct awared *awared, enum aware_role role, sd_bus_error *error)
{
    struct aware_service_config service, defaults;
    const char *name = NULL;
    uint32_t id = 0;
    bool any = false;

    int r = sd_bus_message_read(m, "s", &name);
    if (r >= 0)
        r = check_started(awared, error);
    if (r < 0)
        return r;
    const struct aware_service_config *configured = aware_find_service(awared->aware, name, role);
    describe(&defaults, name, role);
    service = configured ? *configured : defaults;
    r = awared_options_read(m, &service, &any, error);
    if (r < 0)
        return r;
    if (strlen(name) >= sizeof service.name)
        return sd_bus_error_set(error, ERROR_INVALID, aware_result_text(AWARE_E_NAME));
    if (!configured)
        settle(&service, &defaults);
    r = aware_order_start(awared->aware, configured && !any ? configured : &service, loop_now_us(), &id);
    if (r != 0)
        return answer(awared, m, r, error);
    awared_drive(awared);
    return sd_bus_reply_method_return(m, "u", id);
}

static int publish(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return start(m, userdata, AWARE_ROLE_PUBLISH, error);
}

static int subscribe(sd_bus_message *m, void *userdata, sd_bus_error *error)
{
    return start(m, userdata, AWARE_ROLE_SUBSCRIBE, error);
}

#define ORDER(name, in, out, fn)  SD_BUS_METHOD(name, in, out, fn, SD_BUS_VTABLE_UNPRIVILEGED)
#define SECRET(name, in, out, fn) SD_BUS_METHOD(name, in, out, fn, SD_BUS_VTABLE_UNPRIVILEGED | SD_BUS_VTABLE_SENSITIVE)

const sd_bus_vtable awared_orders_vtable[] = {
    SD_BUS_VTABLE_START(0),
    ORDER("OpenWindow", "u", NULL, open_window),
    ORDER("Pair", "s", NULL, pair),
    SECRET("GetPin", "u", "s", get_pin),
    SECRET("EnterPin", "us", NULL, enter_pin),
    ORDER("Refuse", "u", NULL, refuse),
    ORDER("Forget", "u", NULL, forget),
    ORDER("Rename", "us", NULL, rename_),
    ORDER("Publish", "sa{sv}", "u", publish),
    ORDER("Subscribe", "sa{sv}", "u", subscribe),
    ORDER("Cancel", "u", NULL, cancel),
    ORDER("Connect", "s", NULL, connect_),
    ORDER("Disconnect", "u", NULL, disconnect),
    SD_BUS_VTABLE_END,
};
