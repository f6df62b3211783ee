/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/names.h"

#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"

struct word {
    int value;
    const char *text;
};

static const struct word roles[] = {{AWARE_ROLE_PUBLISH, "publish"}, {AWARE_ROLE_SUBSCRIBE, "subscribe"}};
static const struct word securities[] = {
    {AWARE_SECURITY_PAIRED, "paired"}, {AWARE_SECURITY_PASSPHRASE, "passphrase"}, {AWARE_SECURITY_OPEN, "open"}};
static const struct word connects[] = {
    {AWARE_CONNECT_ON_ORDER, "on-order"}, {AWARE_CONNECT_PAIRED, "paired"}, {AWARE_CONNECT_ANY, "any"}};
static const struct word transports[] = {{AWARE_TRANSPORT_TCP, "tcp"}, {AWARE_TRANSPORT_UDP, "udp"}};
static const struct word methods[] = {{AWARE_METHOD_OPPORTUNISTIC, "opportunistic"},
                                      {AWARE_METHOD_PIN_DISPLAY, "pin-display"},
                                      {AWARE_METHOD_PASSPHRASE_DISPLAY, "passphrase-display"},
                                      {AWARE_METHOD_PIN_KEYPAD, "pin-keypad"},
                                      {AWARE_METHOD_PASSPHRASE_KEYPAD, "passphrase-keypad"}};
static const struct word ciphers[] = {{AWARE_CIPHER_SK_CCM_128, "sk-ccm-128"},
                                      {AWARE_CIPHER_SK_GCM_256, "sk-gcm-256"},
                                      {AWARE_CIPHER_PK_PASN_128, "pk-pasn-128"},
                                      {AWARE_CIPHER_PK_PASN_256, "pk-pasn-256"}};

static const char *name_of(const struct word *words, size_t count, int value)
{
    for (size_t i = 0; i < count; i++) {
        if (words[i].value == value)
            return words[i].text;
    }
    return "?";
}

static int value_of(const struct word *words, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i].text, text) == 0)
            return words[i].value;
    }
    return -EINVAL;
}

#define NAME_OF(words, value) name_of(words, FASCIA_ARRAY_SIZE(words), (int)(value))

const char *aware_role_name(enum aware_role role)
{
    return NAME_OF(roles, role);
}

const char *aware_security_name(enum aware_security security)
{
    return NAME_OF(securities, security);
}

const char *aware_connect_name(enum aware_connect connect)
{
    return NAME_OF(connects, connect);
}

const char *aware_transport_name(enum aware_transport transport)
{
    return NAME_OF(transports, transport);
}

const char *aware_method_name(enum aware_method method)
{
    return NAME_OF(methods, method);
}

const char *aware_cipher_name(enum aware_cipher cipher)
{
    return cipher == AWARE_CIPHER_NONE ? "none" : NAME_OF(ciphers, cipher);
}

#define PARSE(words, type, text, to)                                                                                   \
    do {                                                                                                               \
        int value_ = value_of(words, FASCIA_ARRAY_SIZE(words), text);                                                  \
        if (value_ < 0)                                                                                                \
            return value_;                                                                                             \
        *(to) = (type)value_;                                                                                          \
        return 0;                                                                                                      \
    } while (0)

int aware_security_parse(const char *text, enum aware_security *ret_security)
{
    PARSE(securities, enum aware_security, text, ret_security);
}

int aware_connect_parse(const char *text, enum aware_connect *ret_connect)
{
    PARSE(connects, enum aware_connect, text, ret_connect);
}

int aware_method_parse(const char *text, enum aware_method *ret_method)
{
    PARSE(methods, enum aware_method, text, ret_method);
}

int aware_cipher_parse(const char *text, enum aware_cipher *ret_cipher)
{
    PARSE(ciphers, enum aware_cipher, text, ret_cipher);
}
