/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fascia_text_init(struct fascia_text *t, char *buffer, size_t size)
{
    *t = (struct fascia_text){.start = buffer, .size = size};
    buffer[0] = '\0';
}

void fascia_text_add(struct fascia_text *t, const char *format, ...)
{
    if (t->cut)
        return;

    size_t room = t->size - t->used;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(t->start + t->used, room, format, args);
    va_end(args);

    if (n < 0 || (size_t)n >= room) {
        t->cut = true;
        t->used = strlen(t->start);
        return;
    }
    t->used += (size_t)n;
}

bool fascia_text_ok(const struct fascia_text *t)
{
    return !t->cut;
}

int fascia_text_copy(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);
    if (n >= size) {
        to[0] = '\0';
        return -ENAMETOOLONG;
    }
    memcpy(to, from, n + 1);
    return 0;
}

int fascia_text_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value)
{
    char *end = NULL;

    /* strtoll would skip leading space and accept "+5"; a configuration value is neither. */
    if (!isdigit((unsigned char)text[0]) && text[0] != '-')
        return -EINVAL;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (end == text || *end != '\0')
        return -EINVAL;
    if (errno == ERANGE || v < min || v > max)
        return -ERANGE;
    *ret_value = v;
    return 0;
}

int fascia_text_to_double(const char *text, double min, double max, double *ret_value)
{
    const char *c = text + (text[0] == '-');
    int digits = 0, point = -1;
    double whole = 0, scale = 1;

    /* Fifteen digits are a whole number below 2^53, and the power of ten is exact, too: one rounding, the division's.
     */
    for (; isdigit((unsigned char)*c) || (*c == '.' && point < 0 && digits > 0); c++) {
        if (*c == '.') {
            point = digits;
            continue;
        }
        whole = whole * 10 + (*c - '0');
        scale *= point < 0 ? 1 : 10;
        digits++;
    }
    if (*c != '\0' || digits == 0 || digits == point || digits > 15)
        return -EINVAL;
    double value = text[0] == '-' ? -(whole / scale) : whole / scale;
    if (value < min || value > max)
        return -ERANGE;
    *ret_value = value;
    return 0;
}

int fascia_text_word(const char **at, char *to, size_t size)
{
    const char *start = *at + strspn(*at, " ");
    size_t n = strcspn(start, " ");

    if (n == 0)
        return -ENODATA;
    if (n >= size)
        return -EMSGSIZE;
    memcpy(to, start, n);
    to[n] = '\0';
    *at = start + n;
    return 0;
}

int fascia_text_rest(const char *at, char *to, size_t size)
{
    const char *start = at + strspn(at, " ");
    size_t n = strlen(start);

    if (n >= size)
        return -EMSGSIZE;
    for (size_t i = 0; i < n; i++) {
        if (iscntrl((unsigned char)start[i]))
            return -EBADMSG;
    }
    memcpy(to, start, n + 1);
    return 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static int hex_octet(const char *text)
{
    int high = hex_digit(text[0]);
    if (high < 0)
        return -1;
    int low = hex_digit(text[1]);
    return low < 0 ? -1 : high << 4 | low;
}

int fascia_text_to_bytes(const char *hex, uint8_t *to, size_t n)
{
    if (strlen(hex) != 2 * n)
        return -EINVAL;
    for (size_t i = 0; i < n; i++) {
        if (hex_octet(hex + 2 * i) < 0)
            return -EINVAL;
    }
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)hex_octet(hex + 2 * i);
    return 0;
}

int fascia_mac_parse(const char *text, struct fascia_mac *ret_mac)
{
    struct fascia_mac mac = {{0}};

    if (strlen(text) != FASCIA_MAC_TEXT_SIZE - 1)
        return -EINVAL;
    for (size_t i = 0; i < 6; i++) {
        int octet = hex_octet(text + 3 * i);
        if (octet < 0 || (i < 5 && text[3 * i + 2] != ':'))
            return -EINVAL;
        mac.octets[i] = (uint8_t)octet;
    }
    *ret_mac = mac;
    return 0;
}

const char *fascia_mac_format(const struct fascia_mac *mac, char to[static FASCIA_MAC_TEXT_SIZE])
{
    const uint8_t *o = mac->octets;
    (void)snprintf(to, FASCIA_MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3], o[4], o[5]);
    return to;
}

bool fascia_mac_equal(const struct fascia_mac *a, const struct fascia_mac *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

bool fascia_mac_is_unicast(const struct fascia_mac *mac)
{
    static const struct fascia_mac zero;
    return (mac->octets[0] & 0x01) == 0 && !fascia_mac_equal(mac, &zero);
}
