/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_reply.h"

#include <errno.h>
#include <string.h>

#define LINE_SIZE 256

/* Takes the next line into a string; a line that is too long, or holds a NUL, comes out empty. False at the end. */
static bool next_line(const char **at, size_t *left, char line[static LINE_SIZE])
{
    if (*left == 0)
        return false;
    const char *end = memchr(*at, '\n', *left);
    size_t n = end ? (size_t)(end - *at) : *left;

    line[0] = '\0';
    if (n < LINE_SIZE) {
        memcpy(line, *at, n);
        line[n] = '\0';
    }
    size_t taken = end ? n + 1 : n;
    *at += taken;
    *left -= taken;
    return true;
}

/* The value of "key=value", or NULL. */
static const char *value_of(const char *line, const char *key)
{
    size_t n = strlen(key);
    return strncmp(line, key, n) == 0 && line[n] == '=' ? line + n + 1 : NULL;
}

static bool is_word(const char *text, size_t size, const char *word)
{
    size_t n = strlen(word);
    if (size < n || memcmp(text, word, n) != 0)
        return false;
    return size == n || text[n] == '\n';
}

bool hostapd_reply_is_ok(const char *text, size_t size)
{
    return is_word(text, size, "OK");
}

bool hostapd_reply_is_pong(const char *text, size_t size)
{
    return is_word(text, size, "PONG");
}

static enum hostapd_state state_of(const char *name)
{
    static const struct {
        const char *name;
        enum hostapd_state state;
    } states[] = {
        {"ENABLED", HOSTAPD_STATE_ENABLED},        {"DISABLED", HOSTAPD_STATE_DISABLED},
        {"UNINITIALIZED", HOSTAPD_STATE_DISABLED}, {"COUNTRY_UPDATE", HOSTAPD_STATE_STARTING},
        {"ACS", HOSTAPD_STATE_CHECKING},           {"HT_SCAN", HOSTAPD_STATE_STARTING},
        {"DFS", HOSTAPD_STATE_CHECKING},           {"NO_IR", HOSTAPD_STATE_DISABLED},
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(states[i].name, name) == 0)
            return states[i].state;
    }
    return HOSTAPD_STATE_UNKNOWN;
}

struct status_parser {
    struct hostapd_status status;
    const char *interface;
    int64_t secondary, vht_width, he_width, eht_width;
    bool n, ac, ax, be;
    int64_t bss; /* index of our BSS, -1 until seen */
};

static bool number(const char *line, const char *key, int64_t min, int64_t max, int64_t *ret_value)
{
    const char *value = value_of(line, key);
    return value && fascia_text_to_i64(value, min, max, ret_value) == 0;
}

/* hostapd prints an SSID with C-like escapes (printf_encode): \\ \" \e \n \r \t \xHH. */
static int decode_ssid(const char *text, uint8_t to[static 32], size_t *ret_size)
{
    static const char letters[] = "\\\"enrt";
    static const char octets[] = "\\\"\033\n\r\t";
    size_t n = 0;

    while (*text) {
        if (n == 32)
            return -EBADMSG;
        if (*text != '\\') {
            to[n++] = (uint8_t)*text++;
            continue;
        }
        text++;
        const char *letter = *text ? strchr(letters, *text) : NULL;
        if (letter) {
            to[n++] = (uint8_t)octets[letter - letters];
            text++;
        } else if (text[0] == 'x' && text[1] && text[2]) {
            if (fascia_text_to_bytes((const char[]){text[1], text[2], '\0'}, &to[n], 1) < 0)
                return -EBADMSG;
            n++;
            text += 3;
        } else {
            return -EBADMSG;
        }
    }
    *ret_size = n;
    return 0;
}

/* "bssid[0]=…": the value when the index is that of our BSS. */
static const char *indexed_value(const char *line, const char *key, int64_t index)
{
    char name[32];
    struct fascia_text text;

    if (index < 0)
        return NULL;
    fascia_text_init(&text, name, sizeof name);
    fascia_text_add(&text, "%s[%d]", key, (int)index);
    return value_of(line, name);
}

static void parse_bss(const char *line, struct status_parser *p)
{
    const char *value;
    int64_t v = 0;

    if (strncmp(line, "bss[", 4) == 0 && line[4] >= '0' && line[4] <= '9' && line[5] == ']' && line[6] == '=') {
        if (strcmp(line + 7, p->interface) == 0)
            p->bss = line[4] - '0';
    } else if ((value = indexed_value(line, "bssid", p->bss))) {
        p->status.has_bssid = fascia_mac_parse(value, &p->status.bssid) == 0;
    } else if ((value = indexed_value(line, "ssid", p->bss))) {
        if (decode_ssid(value, p->status.ssid, &p->status.ssid_size) < 0)
            p->status.ssid_size = 0;
    } else if ((value = indexed_value(line, "num_sta", p->bss))) {
        if (fascia_text_to_i64(value, 0, 65535, &v) == 0)
            p->status.stations = (uint32_t)v;
    }
}

static void parse_status_line(const char *line, struct status_parser *p)
{
    const char *value = value_of(line, "state");
    int64_t v = 0;

    if (value)
        p->status.state = state_of(value);
    else if (number(line, "freq", 0, 100000, &v))
        p->status.frequency_mhz = (uint32_t)v;
    else if (number(line, "channel", 0, 255, &v))
        p->status.channel = (uint32_t)v;
    else if (number(line, "cac_time_left_seconds", 0, UINT32_MAX, &v))
        p->status.check_left_s = (uint32_t)v;
    else if (number(line, "ieee80211n", 0, 1, &v))
        p->n = v;
    else if (number(line, "ieee80211ac", 0, 1, &v))
        p->ac = v;
    else if (number(line, "ieee80211ax", 0, 1, &v))
        p->ax = v;
    else if (number(line, "ieee80211be", 0, 1, &v))
        p->be = v;
    else if (!number(line, "secondary_channel", -1, 1, &p->secondary) &&
             !number(line, "vht_oper_chwidth", 0, 15, &p->vht_width) &&
             !number(line, "he_oper_chwidth", 0, 15, &p->he_width) &&
             !number(line, "eht_oper_chwidth", 0, 15, &p->eht_width))
        parse_bss(line, p);
}

/* The values of hostapd's *_oper_chwidth (9 is 320 MHz). */
static uint32_t width_of(const struct status_parser *p)
{
    int64_t code = p->be ? p->eht_width : p->ax ? p->he_width : p->ac ? p->vht_width : 0;

    switch (code) {
    case 1:
        return 80;
    case 2:
    case 3: /* 80+80 */
        return 160;
    case 9:
        return 320;
    default: /* not an enum of ours */
        return p->secondary ? 40 : 20;
    }
}

int hostapd_reply_status(const char *text, size_t size, const char *interface, struct hostapd_status *ret_status)
{
    struct status_parser p = {.interface = interface, .bss = -1};
    char line[LINE_SIZE] = "";

    while (next_line(&text, &size, line))
        parse_status_line(line, &p);
    if (p.status.state == HOSTAPD_STATE_UNKNOWN)
        return -EBADMSG;
    p.status.width_mhz = width_of(&p);
    p.status.standard = p.be   ? STATION_STANDARD_EHT
                        : p.ax ? STATION_STANDARD_HE
                        : p.ac ? STATION_STANDARD_VHT
                        : p.n  ? STATION_STANDARD_HT
                               : STATION_STANDARD_LEGACY;
    *ret_status = p.status;
    return 0;
}

int hostapd_reply_security(const char *text, size_t size, enum link_security *ret_security)
{
    char line[LINE_SIZE] = "";
    bool sae = false, psk = false;

    while (next_line(&text, &size, line)) {
        const char *at = value_of(line, "key_mgmt");
        char word[32];
        while (at && fascia_text_word(&at, word, sizeof word) == 0) {
            sae |= strcmp(word, "SAE") == 0;
            psk |= strncmp(word, "WPA-PSK", 7) == 0;
        }
    }
    explicit_bzero(line, sizeof line); /* an adopted hostapd with WPS prints the passphrase here */
    if (!sae && !psk)
        return -EBADMSG;
    *ret_security = !psk ? LINK_SECURITY_WPA3_SAE : sae ? LINK_SECURITY_WPA3_TRANSITION : LINK_SECURITY_WPA2_PSK;
    return 0;
}

static bool interface_name_ok(const char *name)
{
    size_t n = strlen(name);
    if (n == 0 || n >= HOSTAPD_INTERFACE_SIZE)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '/')
            return false;
    }
    return true;
}

void hostapd_reply_interfaces(const char *text, size_t size, struct hostapd_interfaces *ret_interfaces)
{
    struct hostapd_interfaces interfaces = {0};
    char line[LINE_SIZE] = "";

    while (next_line(&text, &size, line)) {
        if (interfaces.count < HOSTAPD_INTERFACES_MAX && interface_name_ok(line))
            (void)fascia_text_copy(interfaces.names[interfaces.count++], HOSTAPD_INTERFACE_SIZE, line);
    }
    *ret_interfaces = interfaces;
}

bool hostapd_reply_is_event(const char *text, size_t size)
{
    return (size > 0 && text[0] == '<') || (size > 7 && memcmp(text, "IFNAME=", 7) == 0);
}

static enum hostapd_event_kind kind_of(const char *word)
{
    static const struct {
        const char *word;
        enum hostapd_event_kind kind;
    } kinds[] = {
        {"AP-ENABLED", HOSTAPD_EVENT_AP_ENABLED},
        {"AP-DISABLED", HOSTAPD_EVENT_AP_DISABLED},
        {"INTERFACE-ENABLED", HOSTAPD_EVENT_INTERFACE_ENABLED},
        {"INTERFACE-DISABLED", HOSTAPD_EVENT_INTERFACE_DISABLED},
        {"AP-STA-CONNECTED", HOSTAPD_EVENT_STATION_CONNECTED},
        {"AP-STA-DISCONNECTED", HOSTAPD_EVENT_STATION_DISCONNECTED},
        {"AP-CSA-FINISHED", HOSTAPD_EVENT_CHANNEL_SWITCHED},
        {"CTRL-EVENT-STARTED-CHANNEL-SWITCH", HOSTAPD_EVENT_CHANNEL_SWITCHING},
        {"CTRL-EVENT-CHANNEL-SWITCH", HOSTAPD_EVENT_CHANNEL_CHANGED},
        {"DFS-NEW-CHANNEL", HOSTAPD_EVENT_CHANNEL_CHOSEN},
        {"DFS-CAC-START", HOSTAPD_EVENT_CHECK_STARTED},
        {"DFS-CAC-COMPLETED", HOSTAPD_EVENT_CHECK_COMPLETED},
        {"DFS-RADAR-DETECTED", HOSTAPD_EVENT_RADAR},
        {"DFS-NOP-FINISHED", HOSTAPD_EVENT_RADAR_OVER},
        {"ACS-STARTED", HOSTAPD_EVENT_SELECTION_STARTED},
        {"ACS-COMPLETED", HOSTAPD_EVENT_SELECTION_COMPLETED},
        {"ACS-FAILED", HOSTAPD_EVENT_SELECTION_FAILED},
        {"CTRL-EVENT-TERMINATING", HOSTAPD_EVENT_TERMINATING},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].word, word) == 0)
            return kinds[i].kind;
    }
    return HOSTAPD_EVENT_OTHER;
}

/*
 * "freq=5500 chan=100 … cac_time=60s": what is used of the words behind an event's name. A value that is no number is
 * as good as not said. DFS-CAC-START puts commas between some of them.
 */
static void parse_values(const char *at, struct hostapd_event *event)
{
    char word[64];
    int64_t v = 0;

    while (fascia_text_word(&at, word, sizeof word) == 0) {
        size_t n = strlen(word);
        if (word[n - 1] == ',')
            word[--n] = '\0';
        if (strncmp(word, "cac_time=", 9) == 0 && word[n - 1] == 's')
            word[--n] = '\0';
        if (number(word, "freq", 0, 100000, &v))
            event->frequency_mhz = (uint32_t)v;
        else if (number(word, "cac_time", 0, 86400, &v))
            event->check_s = (uint32_t)v;
        else if (number(word, "success", 0, 1, &v))
            event->success = v == 1;
    }
}

static bool has_values(enum hostapd_event_kind kind)
{
    return kind >= HOSTAPD_EVENT_CHANNEL_SWITCHED && kind <= HOSTAPD_EVENT_SELECTION_COMPLETED;
}

int hostapd_reply_event(const char *text, size_t size, struct hostapd_event *ret_event)
{
    struct hostapd_event event = {.kind = HOSTAPD_EVENT_OTHER};
    char line[LINE_SIZE] = "", word[64];

    if (!hostapd_reply_is_event(text, size) || !next_line(&text, &size, line))
        return -EBADMSG;
    const char *at = line;
    const char *name = value_of(line, "IFNAME");
    if (name) {
        at = name;
        if (fascia_text_word(&at, event.interface, sizeof event.interface) < 0 || !interface_name_ok(event.interface))
            return -EBADMSG;
        at += strspn(at, " ");
    }
    const char *level_end = at[0] == '<' ? strchr(at, '>') : NULL;
    if (!level_end)
        return -EBADMSG;
    at = level_end + 1;
    if (fascia_text_word(&at, word, sizeof word) == 0)
        event.kind = kind_of(word);
    if (event.kind == HOSTAPD_EVENT_STATION_CONNECTED || event.kind == HOSTAPD_EVENT_STATION_DISCONNECTED) {
        char mac[FASCIA_MAC_TEXT_SIZE];
        if (fascia_text_word(&at, mac, sizeof mac) < 0 || fascia_mac_parse(mac, &event.mac) < 0 ||
            !fascia_mac_is_unicast(&event.mac))
            return -EBADMSG;
    }
    if (has_values(event.kind))
        parse_values(at, &event);
    *ret_event = event;
    return 0;
}
