/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/supplicant_reply.h"

#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"

/* One known key: how its value (NUL-terminated, no line end) enters the record. 0 or -EBADMSG. */
struct reply_key {
    const char *name;
    int (*take)(void *record, const char *value);
};

static int take_u32(const char *value, int64_t max, uint32_t *ret_number)
{
    int64_t number = 0;
    if (fascia_text_to_i64(value, 0, max, &number) < 0)
        return -EBADMSG;
    *ret_number = (uint32_t)number;
    return 0;
}

static int take_word(char *to, size_t size, const char *value)
{
    return fascia_text_rest(value, to, size) < 0 ? -EBADMSG : 0;
}

static int take_line(const struct reply_key *keys, size_t count, uint32_t *seen, void *record, char *line)
{
    char *equals = strchr(line, '=');
    if (!equals)
        return 0;
    *equals = '\0';
    for (size_t i = 0; i < count; i++) {
        if (strcmp(line, keys[i].name) != 0)
            continue;
        if (*seen & 1U << i)
            return -EBADMSG;
        *seen |= 1U << i;
        return keys[i].take(record, equals + 1);
    }
    return 0;
}

/* Cuts `text` into lines and hands each known key to its taker; `ret_seen` gets one bit per key found. */
static int take_lines(const struct reply_key *keys, size_t count, const char *text, size_t size, void *record,
                      uint32_t *ret_seen)
{
    char line[256];
    uint32_t seen = 0;

    if (size > PHONE_REPLY_SIZE)
        return -EMSGSIZE;
    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t n = newline ? (size_t)(newline - text) : size;
        size_t whole = newline ? n + 1 : n;

        if (n < sizeof line && !memchr(text, '\0', n)) { /* no known key has a longer value */
            memcpy(line, text, n);
            line[n] = '\0';
            int r = take_line(keys, count, &seen, record, line);
            if (r < 0)
                return r;
        }
        text += whole;
        size -= whole;
    }
    *ret_seen = seen;
    return 0;
}

static int escaped_octet(const char *text, size_t left, uint8_t *ret_octet, size_t *ret_used)
{
    static const char from[] = "\"\\nrte", to[] = "\"\\\n\r\t\033";
    const char *known = left >= 1 && text[0] ? strchr(from, text[0]) : NULL;

    if (known) {
        *ret_octet = (uint8_t)to[known - from];
        *ret_used = 1;
        return 0;
    }
    if (left < 3 || text[0] != 'x')
        return -EINVAL;
    char hex[3] = {text[1], text[2], '\0'};
    if (fascia_text_to_bytes(hex, ret_octet, 1) < 0)
        return -EINVAL;
    *ret_used = 3;
    return 0;
}

int phone_ssid_decode(const char *text, size_t size, uint8_t to[static PHONE_SSID_MAX], size_t *ret_size)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        uint8_t octet = (uint8_t)text[i];
        size_t more = 0;

        if (text[i] == '\\' && escaped_octet(text + i + 1, size - i - 1, &octet, &more) < 0)
            return -EINVAL;
        if (used == PHONE_SSID_MAX)
            return -EMSGSIZE;
        to[used++] = octet;
        i += more;
    }
    *ret_size = used;
    return 0;
}

static int status_state(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_word(s->state, sizeof s->state, value);
}

static int status_bssid(void *record, const char *value)
{
    struct phone_status *s = record;
    s->has_bssid = true;
    return fascia_mac_parse(value, &s->bssid) < 0 ? -EBADMSG : 0;
}

static int status_address(void *record, const char *value)
{
    struct phone_status *s = record;
    s->has_address = true;
    return fascia_mac_parse(value, &s->address) < 0 ? -EBADMSG : 0;
}

static int status_ssid(void *record, const char *value)
{
    struct phone_status *s = record;
    return phone_ssid_decode(value, strlen(value), s->ssid, &s->ssid_size) < 0 ? -EBADMSG : 0;
}

static int status_freq(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_u32(value, 100000, &s->freq_mhz);
}

static int status_key_mgmt(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_word(s->key_mgmt, sizeof s->key_mgmt, value);
}

static int status_pairwise(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_word(s->pairwise_cipher, sizeof s->pairwise_cipher, value);
}

static int status_generation(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_u32(value, 99, &s->wifi_generation);
}

static int status_pmf(void *record, const char *value)
{
    struct phone_status *s = record;
    return take_u32(value, 2, &s->pmf);
}

int phone_status_parse(const char *text, size_t size, struct phone_status *ret_status)
{
    static const struct reply_key keys[] = {
        {"wpa_state", status_state},
        {"bssid", status_bssid},
        {"address", status_address},
        {"ssid", status_ssid},
        {"freq", status_freq},
        {"key_mgmt", status_key_mgmt},
        {"pairwise_cipher", status_pairwise},
        {"wifi_generation", status_generation},
        {"pmf", status_pmf},
    };
    struct phone_status status = {0};
    uint32_t seen = 0;

    int r = take_lines(keys, FASCIA_ARRAY_SIZE(keys), text, size, &status, &seen);
    if (r < 0)
        return r;
    if (!(seen & 1U)) /* wpa_state is in every STATUS */
        return -EBADMSG;
    *ret_status = status;
    return 0;
}

static int signal_rssi(void *record, const char *value)
{
    struct phone_signal *s = record;
    int64_t number = 0;
    if (fascia_text_to_i64(value, -1000, 1000, &number) < 0)
        return -EBADMSG;
    s->rssi_dbm = (int32_t)number;
    return 0;
}

static int signal_speed(void *record, const char *value)
{
    struct phone_signal *s = record;
    return take_u32(value, 1000000, &s->link_speed_mbps);
}

static int signal_freq(void *record, const char *value)
{
    struct phone_signal *s = record;
    return take_u32(value, 100000, &s->freq_mhz);
}

/* "20 MHz (no HT)", "40 MHz", "80+80 MHz", … */
static int signal_width(void *record, const char *value)
{
    struct phone_signal *s = record;
    char number[8];
    size_t n = strspn(value, "0123456789");

    if (strncmp(value, "80+80", 5) == 0) {
        s->width_mhz = 160;
        return 0;
    }
    if (n == 0 || n >= sizeof number)
        return 0; /* "unknown" */
    memcpy(number, value, n);
    number[n] = '\0';
    return take_u32(number, 1000, &s->width_mhz);
}

static int signal_center(void *record, const char *value)
{
    struct phone_signal *s = record;
    return take_u32(value, 100000, &s->center_mhz);
}

int phone_signal_parse(const char *text, size_t size, struct phone_signal *ret_signal)
{
    static const struct reply_key keys[] = {
        {"FREQUENCY", signal_freq}, {"RSSI", signal_rssi},          {"LINKSPEED", signal_speed},
        {"WIDTH", signal_width},    {"CENTER_FRQ1", signal_center},
    };
    struct phone_signal record = {0};
    uint32_t seen = 0;

    int r = take_lines(keys, FASCIA_ARRAY_SIZE(keys), text, size, &record, &seen);
    if (r < 0)
        return r;
    if (!(seen & 1U))
        return -EBADMSG;
    *ret_signal = record;
    return 0;
}
