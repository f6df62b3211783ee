/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/credentials.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define PSK_MIN 8
#define PSK_MAX 63 /* IEEE 802.11-2020 J.4: a passphrase has 8 to 63 characters */

/* Keys whose meaning depends on each other, collected until the end of the text. */
struct draft {
    char band;       /* of hw_mode: '2' or '5'; 0 = not said */
    bool six_ghz;    /* op_class 131..137 */
    int64_t channel; /* 0 = not said */
    const char *sae_password;
    size_t sae_password_size;
    const char *wpa_passphrase;
    size_t wpa_passphrase_size;
};

const char *phone_credentials_strerror(int e)
{
    static const char *const texts[] = {
        [0] = "nothing is wrong",
        [PHONE_CREDENTIALS_E_SSID] = "the network name is not 1..32 octets",
        [PHONE_CREDENTIALS_E_PASSPHRASE] = "the passphrase is not 8..63 printable characters",
        [PHONE_CREDENTIALS_E_SECURITY] = "the network offers neither SAE nor WPA2-PSK",
        [PHONE_CREDENTIALS_E_CHANNEL] = "the band has no such channel",
    };
    return e >= 0 && (size_t)e < FASCIA_ARRAY_SIZE(texts) ? texts[e] : strerror(-e);
}

uint32_t phone_freq_of_channel(char band, int64_t channel)
{
    if (band == '2' && channel == 14)
        return 2484;
    if (band == '2' && channel >= 1 && channel <= 13)
        return (uint32_t)(2407 + 5 * channel);
    if (band == '5' && channel >= 7 && channel <= 196)
        return (uint32_t)(5000 + 5 * channel);
    if (band == '6' && channel >= 1 && channel <= 233)
        return (uint32_t)(5950 + 5 * channel);
    return 0;
}

uint32_t phone_channel_of_freq(uint32_t freq_mhz)
{
    if (freq_mhz == 2484)
        return 14;
    if (freq_mhz >= 2412 && freq_mhz <= 2472)
        return (freq_mhz - 2407) / 5;
    if (freq_mhz >= 5955 && freq_mhz <= 7115)
        return (freq_mhz - 5950) / 5;
    if (freq_mhz >= 5035 && freq_mhz <= 5935)
        return (freq_mhz - 5000) / 5;
    return 0;
}

int phone_credentials_set_ssid(struct phone_credentials *credentials, const void *ssid, size_t size)
{
    if (size == 0 || size > PHONE_SSID_MAX)
        return PHONE_CREDENTIALS_E_SSID;
    memcpy(credentials->ssid, ssid, size);
    credentials->ssid_size = size;
    return 0;
}

static bool is_printable(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e)
            return false;
    }
    return true;
}

int phone_credentials_set_passphrase(struct phone_credentials *credentials, const void *text, size_t size)
{
    const char *at = text;

    if (size > 0 && at[size - 1] == '\n')
        size--;
    if (size > 0 && at[size - 1] == '\r')
        size--;
    if (size < PSK_MIN || size >= FASCIA_SECRET_MAX || !is_printable(at, size))
        return PHONE_CREDENTIALS_E_PASSPHRASE;
    return fascia_secret_set(&credentials->passphrase, at, size) < 0 ? PHONE_CREDENTIALS_E_PASSPHRASE : 0;
}

/* "ssid2": a quoted string without escapes, or hexadecimal digits. */
static int set_ssid2(struct phone_credentials *credentials, const char *value, size_t size)
{
    char hex[2 * PHONE_SSID_MAX + 1];
    uint8_t octets[PHONE_SSID_MAX];

    if (size >= 2 && value[0] == '"' && value[size - 1] == '"')
        return phone_credentials_set_ssid(credentials, value + 1, size - 2);
    if (size % 2 != 0 || size >= sizeof hex)
        return PHONE_CREDENTIALS_E_SSID;
    memcpy(hex, value, size);
    hex[size] = '\0';
    if (fascia_text_to_bytes(hex, octets, size / 2) < 0)
        return PHONE_CREDENTIALS_E_SSID;
    return phone_credentials_set_ssid(credentials, octets, size / 2);
}

static bool has_word(const char *value, size_t size, const char *word)
{
    size_t n = strlen(word);

    for (size_t at = 0; at < size;) {
        size_t length = 0;
        while (at + length < size && value[at + length] != ' ')
            length++;
        if (length == n && memcmp(value + at, word, n) == 0)
            return true;
        at += length + 1;
    }
    return false;
}

static int set_key_mgmt(struct phone_credentials *credentials, const char *value, size_t size)
{
    bool sae = has_word(value, size, "SAE");
    bool psk = has_word(value, size, "WPA-PSK") || has_word(value, size, "WPA-PSK-SHA256");

    if (!sae && !psk)
        return PHONE_CREDENTIALS_E_SECURITY;
    credentials->security = !sae ? PHONE_SECURITY_PSK : psk ? PHONE_SECURITY_SAE_OR_PSK : PHONE_SECURITY_SAE;
    return 0;
}

/* hostapd.conf(5): sae_password=<password>[|mac=…][|vlanid=…][|pk=…][|id=…] */
static size_t sae_password_size(const char *value, size_t size)
{
    static const char *const options[] = {"|mac=", "|vlanid=", "|pk=", "|id="};
    size_t end = size;

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(options); i++) {
        const char *found = memmem(value, end, options[i], strlen(options[i]));
        if (found)
            end = (size_t)(found - value);
    }
    return end;
}

static int to_number(const char *value, size_t size, int64_t *ret_number)
{
    char text[8];

    if (size >= sizeof text)
        return PHONE_CREDENTIALS_E_CHANNEL;
    memcpy(text, value, size);
    text[size] = '\0';
    return fascia_text_to_i64(text, 0, 255, ret_number) < 0 ? PHONE_CREDENTIALS_E_CHANNEL : 0;
}

static bool is_key(const char *key, size_t size, const char *name)
{
    return strlen(name) == size && memcmp(key, name, size) == 0;
}

static int take_line(struct phone_credentials *credentials, struct draft *draft, const char *line, size_t size)
{
    const char *equals = memchr(line, '=', size);
    if (size == 0 || line[0] == '#' || !equals)
        return 0;

    size_t key = (size_t)(equals - line);
    const char *value = equals + 1;
    size_t n = size - key - 1;
    int64_t op_class = 0;

    if (is_key(line, key, "ssid"))
        return phone_credentials_set_ssid(credentials, value, n);
    if (is_key(line, key, "ssid2"))
        return set_ssid2(credentials, value, n);
    if (is_key(line, key, "wpa_key_mgmt"))
        return set_key_mgmt(credentials, value, n);
    if (is_key(line, key, "channel"))
        return to_number(value, n, &draft->channel);
    if (is_key(line, key, "hw_mode"))
        draft->band = (char)(n == 1 && value[0] == 'a' ? '5' : '2');
    if (is_key(line, key, "op_class")) {
        int r = to_number(value, n, &op_class);
        draft->six_ghz = op_class >= 131 && op_class <= 137; /* IEEE 802.11ax-2021 table E-4 */
        return r;
    }
    if (is_key(line, key, "sae_password")) {
        draft->sae_password = value;
        draft->sae_password_size = sae_password_size(value, n);
    }
    if (is_key(line, key, "wpa_passphrase")) {
        draft->wpa_passphrase = value;
        draft->wpa_passphrase_size = n;
    }
    return 0;
}

static int settle(struct phone_credentials *credentials, const struct draft *draft)
{
    if (draft->channel != 0 && (draft->band || draft->six_ghz)) {
        credentials->freq_mhz = phone_freq_of_channel((char)(draft->six_ghz ? '6' : draft->band), draft->channel);
        if (credentials->freq_mhz == 0)
            return PHONE_CREDENTIALS_E_CHANNEL;
    }

    /* hostapd takes sae_password for SAE and falls back to wpa_passphrase; PSK knows the latter only. */
    if (draft->sae_password && (credentials->security != PHONE_SECURITY_PSK || !draft->wpa_passphrase))
        return phone_credentials_set_passphrase(credentials, draft->sae_password, draft->sae_password_size);
    if (draft->wpa_passphrase)
        return phone_credentials_set_passphrase(credentials, draft->wpa_passphrase, draft->wpa_passphrase_size);
    return 0;
}

int phone_credentials_parse(struct phone_credentials *credentials, const char *text, size_t size)
{
    struct draft draft = {0};

    if (size > PHONE_CREDENTIALS_SIZE)
        return -EMSGSIZE;
    while (size > 0) {
        const char *newline = memchr(text, '\n', size);
        size_t whole = newline ? (size_t)(newline - text) + 1 : size;
        size_t line = newline ? whole - 1 : whole;

        if (line > 0 && text[line - 1] == '\r')
            line--;
        if (line >= 4 && memcmp(text, "bss=", 4) == 0)
            break; /* the next BSS is another network */
        int r = take_line(credentials, &draft, text, line);
        if (r != 0)
            return r;
        text += whole;
        size -= whole;
    }
    return settle(credentials, &draft);
}

int phone_credentials_check(const struct phone_credentials *credentials)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(&credentials->passphrase, &size);

    if (credentials->ssid_size == 0)
        return PHONE_CREDENTIALS_E_SSID;
    if (size < PSK_MIN || !is_printable((const char *)octets, size))
        return PHONE_CREDENTIALS_E_PASSPHRASE;
    if (credentials->security != PHONE_SECURITY_SAE && size > PSK_MAX)
        return PHONE_CREDENTIALS_E_PASSPHRASE;
    return 0;
}

void phone_credentials_wipe(struct phone_credentials *credentials)
{
    if (!credentials)
        return;
    fascia_secret_wipe(&credentials->passphrase);
    *credentials = (struct phone_credentials){0};
}
