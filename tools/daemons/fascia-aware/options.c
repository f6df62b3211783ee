/* SPDX-License-Identifier: Apache-2.0 */
/* The options of Publish and Subscribe: a{sv} into a service's configuration. */
#include <ctype.h>
#include <string.h>

#include "stack/aware/names.h"
#include "tools/daemons/fascia-aware/awared.h"

#define ERROR_INVALID "org.fascia.Error.InvalidArgument"

static int refuse(sd_bus_error *error, const char *option, const char *allowed)
{
    return sd_bus_error_setf(error, ERROR_INVALID, "option %s: %s", option, allowed);
}

static bool is_hex(const char *text)
{
    size_t n = 0;

    for (; text[n]; n++) {
        if (!isxdigit((unsigned char)text[n]))
            return false;
    }
    return n % 2 == 0;
}

static int read_text(sd_bus_message *m, const char *name, const char **ret_text, sd_bus_error *error)
{
    return sd_bus_message_read(m, "v", "s", ret_text) < 0 ? refuse(error, name, "a string") : 0;
}

static int read_port(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    uint32_t port = 0;

    if (sd_bus_message_read(m, "v", "u", &port) < 0 || port > UINT16_MAX)
        return refuse(error, name, "u, 0 to 65535");
    service->port = port;
    return 0;
}

static int read_security(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    const char *text = "";

    int r = read_text(m, name, &text, error);
    if (r == 0 && aware_security_parse(text, &service->security) < 0)
        r = refuse(error, name, "paired, passphrase or open");
    return r;
}

static int read_connect(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    const char *text = "";

    int r = read_text(m, name, &text, error);
    if (r == 0 && aware_connect_parse(text, &service->connect) < 0)
        r = refuse(error, name, "on-order, paired or any");
    return r;
}

static int read_info(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    const char *text = "";

    int r = read_text(m, name, &text, error);
    if (r == 0 && (!is_hex(text) || fascia_text_copy(service->info, sizeof service->info, text) < 0))
        r = refuse(error, name, "up to 160 octets in hexadecimal");
    return r;
}

static int read_instance(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    const char *text = "";

    int r = read_text(m, name, &text, error);
    if (r == 0 && fascia_text_copy(service->instance, sizeof service->instance, text) < 0)
        r = refuse(error, name, "up to 63 octets");
    return r;
}

/* Calls `one` for each string of a variant with an array of them. */
static int read_words(sd_bus_message *m, const char *name, struct aware_service_config *service,
                      int (*one)(struct aware_service_config *service, const char *word), const char *allowed,
                      sd_bus_error *error)
{
    const char *word = NULL;

    int r = sd_bus_message_enter_container(m, 'v', "as");
    if (r > 0)
        r = sd_bus_message_enter_container(m, 'a', "s");
    if (r <= 0)
        return refuse(error, name, allowed);
    while ((r = sd_bus_message_read(m, "s", &word)) > 0) {
        if (one(service, word) < 0)
            return refuse(error, name, allowed);
    }
    if (r == 0)
        r = sd_bus_message_exit_container(m);
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

static int add_method(struct aware_service_config *service, const char *word)
{
    if (service->methods_count == AWARE_METHODS_MAX)
        return -1;
    return aware_method_parse(word, &service->methods[service->methods_count++]);
}

static int add_cipher(struct aware_service_config *service, const char *word)
{
    if (service->ciphers_count == AWARE_CIPHERS_MAX)
        return -1;
    return aware_cipher_parse(word, &service->ciphers[service->ciphers_count++]);
}

static int read_methods(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    service->methods_count = 0;
    return read_words(m, name, service, add_method,
                      "as, of opportunistic, pin-display, passphrase-display, pin-keypad, passphrase-keypad", error);
}

static int read_ciphers(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error)
{
    service->ciphers_count = 0;
    return read_words(m, name, service, add_cipher, "as, of sk-ccm-128, sk-gcm-256, pk-pasn-128, pk-pasn-256", error);
}

static const struct {
    const char *name;
    int (*read)(sd_bus_message *m, const char *name, struct aware_service_config *service, sd_bus_error *error);
} options[] = {{"port", read_port},         {"security", read_security}, {"connect", read_connect}, {"info", read_info},
               {"instance", read_instance}, {"methods", read_methods},   {"ciphers", read_ciphers}};

static int read_option(sd_bus_message *m, struct aware_service_config *service, sd_bus_error *error)
{
    const char *name = NULL;

    int r = sd_bus_message_read(m, "s", &name);
    if (r < 0)
        return r;
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(options); i++) {
        if (strcmp(options[i].name, name) == 0)
            return options[i].read(m, name, service, error);
    }
    return sd_bus_error_setf(error, ERROR_INVALID, "there is no option \"%.32s\"", name);
}

int awared_options_read(sd_bus_message *m, struct aware_service_config *service, bool *ret_any, sd_bus_error *error)
{
    bool any = false;

    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        any = true;
        r = read_option(m, service, error);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    if (r >= 0)
        r = sd_bus_message_exit_container(m);
    if (r >= 0)
        *ret_any = any;
    return r;
}
