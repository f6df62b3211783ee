/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/identity/name.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "stack/base/text.h"

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 1123 2.1; a wildcard only as the whole leftmost label, and not alone. */
static bool is_dns_name(const char *text)
{
    const char *at = strncmp(text, "*.", 2) == 0 ? text + 2 : text;

    for (;;) {
        size_t length = strcspn(at, ".");
        if (length == 0 || length > 63 || !is_letter_or_digit(at[0]) || !is_letter_or_digit(at[length - 1]))
            return false;
        for (size_t i = 0; i < length; i++) {
            if (!is_letter_or_digit(at[i]) && at[i] != '-')
                return false;
        }
        at += length;
        if (*at == '\0')
            return true;
        at++;
    }
}

int identity_name_from_ip(const uint8_t *ip, size_t size, struct identity_name *ret_name)
{
    struct identity_name name = {.ip_size = size};

    if (size != 4 && size != 16)
        return IDENTITY_E_NAME;
    memcpy(name.ip, ip, size);
    if (inet_ntop(size == 4 ? AF_INET : AF_INET6, name.ip, name.text, sizeof name.text) == NULL)
        return IDENTITY_E_NAME;
    *ret_name = name;
    return 0;
}

int identity_name_from_dns(const char *text, size_t size, struct identity_name *ret_name)
{
    struct identity_name name = {.ip_size = 0};

    if (size == 0 || size >= sizeof name.text)
        return IDENTITY_E_NAME;
    for (size_t i = 0; i < size; i++) {
        if (text[i] <= ' ' || text[i] > '~')
            return IDENTITY_E_NAME;
    }
    memcpy(name.text, text, size);
    *ret_name = name;
    return 0;
}

static int parse_address(const char *text, struct identity_name *ret_name)
{
    uint8_t ip[16];

    if (inet_pton(AF_INET, text, ip) == 1)
        return identity_name_from_ip(ip, 4, ret_name);
    if (inet_pton(AF_INET6, text, ip) == 1)
        return identity_name_from_ip(ip, 16, ret_name);
    return IDENTITY_E_NAME;
}

bool identity_name_looks_like_address(const char *text)
{
    struct identity_name name;

    /* A top-level domain has letters: what has digits and dots only is meant as an address. */
    return parse_address(text, &name) == 0 || strchr(text, ':') != NULL || text[strspn(text, "0123456789.")] == '\0';
}

int identity_name_parse(const char *text, struct identity_name *ret_name)
{
    bool dns = strncmp(text, "dns:", 4) == 0, ip = strncmp(text, "ip:", 3) == 0;
    const char *value = text + (dns ? 4 : ip ? 3 : 0);

    if (strchr(value, '%') != NULL)
        return IDENTITY_E_ZONE;
    if (!dns && parse_address(value, ret_name) == 0)
        return 0;
    size_t size = strlen(value);
    if (ip || size > 253 || identity_name_looks_like_address(value) || !is_dns_name(value))
        return IDENTITY_E_NAME;
    int r = identity_name_from_dns(value, size, ret_name);
    for (size_t i = 0; r == 0 && i < size; i++) {
        char c = ret_name->text[i];
        ret_name->text[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return r;
}

/* The name without the dot that makes it absolute. */
static size_t length_of(const char *text)
{
    size_t length = strlen(text);

    return length > 1 && text[length - 1] == '.' ? length - 1 : length;
}

static bool is_same(const char *a, size_t a_size, const char *b, size_t b_size)
{
    return a_size == b_size && strncasecmp(a, b, a_size) == 0;
}

bool identity_name_matches(const struct identity_name *presented, const struct identity_name *expected)
{
    if (presented->ip_size != 0 || expected->ip_size != 0)
        return presented->ip_size == expected->ip_size && memcmp(presented->ip, expected->ip, presented->ip_size) == 0;

    size_t presented_size = length_of(presented->text), expected_size = length_of(expected->text);
    if (is_same(presented->text, presented_size, expected->text, expected_size))
        return true;
    if (strncmp(presented->text, "*.", 2) != 0)
        return false;
    /* One label of the expected name stands for "*"; at least two must follow, as nobody owns "*.local". */
    size_t label = strcspn(expected->text, ".");
    if (label == 0 || label >= expected_size || strchr(presented->text + 2, '.') == NULL)
        return false;
    return is_same(presented->text + 1, presented_size - 1, expected->text + label, expected_size - label);
}

/* Takes "%zone" off. */
static int split_zone(char *host, char zone[IDENTITY_ZONE_SIZE])
{
    char *percent = strchr(host, '%');

    if (percent == NULL)
        return 0;
    *percent = '\0';
    if (percent[1] == '\0' || fascia_text_copy(zone, IDENTITY_ZONE_SIZE, percent + 1) < 0)
        return IDENTITY_E_ZONE;
    return 0;
}

static int parse_port(const char *text, uint16_t *ret_port)
{
    int64_t port = 0;

    if (fascia_text_to_i64(text, 1, UINT16_MAX, &port) < 0)
        return IDENTITY_E_PORT;
    *ret_port = (uint16_t)port;
    return 0;
}

/* Cuts ":PORT" and the brackets off. `ret_port` stays when there is none. */
static int split_port(char *text, char **ret_host, uint16_t *ret_port)
{
    char *colon = strchr(text, ':'), *close = strchr(text, ']');

    *ret_host = text;
    if (text[0] == '[') {
        if (close == NULL || (close[1] != '\0' && close[1] != ':'))
            return IDENTITY_E_NAME;
        *close = '\0';
        *ret_host = text + 1;
        return close[1] == ':' ? parse_port(close + 2, ret_port) : 0;
    }
    if (colon == NULL || strchr(colon + 1, ':') != NULL)
        return 0; /* a name, or a bare IPv6 address */
    *colon = '\0';
    return parse_port(colon + 1, ret_port);
}

int identity_target_parse(const char *text, uint16_t default_port, struct identity_target *ret_target)
{
    char copy[IDENTITY_NAME_SIZE + IDENTITY_ZONE_SIZE + 16];
    struct identity_target target = {.port = default_port};
    char *host = NULL;

    if (fascia_text_copy(copy, sizeof copy, text) < 0)
        return IDENTITY_E_NAME;
    int r = split_port(copy, &host, &target.port);
    if (r != 0)
        return r;
    r = split_zone(host, target.zone);
    if (r != 0)
        return r;
    r = identity_name_parse(host, &target.name);
    if (r != 0)
        return r;
    if (target.zone[0] != '\0' && target.name.ip_size != 16)
        return IDENTITY_E_ZONE;
    if (host[0] == '*')
        return IDENTITY_E_NAME;
    *ret_target = target;
    return 0;
}

const char *identity_name_error(int error)
{
    switch (error) {
    case IDENTITY_E_ZONE:
        return "a zone (%interface) belongs to one machine: it is used to connect over IPv6, and no part of a "
               "certificate "
               "(RFC 4007 section 6)";
    case IDENTITY_E_PORT:
        return "the port is not a number from 1 to 65535";
    default:
        return "neither a DNS name (letters, digits, hyphens) nor an IP address";
    }
}
