/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_key_file.h"

#include <string.h>

#include "stack/base/cleanup.h"

#define PMK_SIZE 32

/* A run of characters of a line: borrowed, not terminated. */
struct span {
    const char *at;
    size_t size;
};

const char *nan_key_file_explain(int result)
{
    static const char *const texts[] = {
        [NAN_KEY_FILE_E_WORD] = "a line begins with pmk, passphrase or #",
        [NAN_KEY_FILE_E_FORM] = "words are missing or too many",
        [NAN_KEY_FILE_E_DIGITS] = "a pmk has 64 hexadecimal digits, a service-id 12",
        [NAN_KEY_FILE_E_ADDRESS] = "the publisher is an address as xx:xx:xx:xx:xx:xx",
        [NAN_KEY_FILE_E_PASSPHRASE] = "a passphrase has 1 to 128 octets",
        [NAN_KEY_FILE_E_NAME] = "a service name has 1 to 255 octets",
        [NAN_KEY_FILE_E_MANY] = "at most 64 keys are taken",
        [NAN_KEY_FILE_E_CHARACTER] = "there is a NUL character in it",
    };
    return result > 0 && (size_t)result < FASCIA_ARRAY_SIZE(texts) ? texts[result] : NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct span trimmed(struct span span)
{
    while (span.size > 0 && is_blank(span.at[0])) {
        span.at++;
        span.size--;
    }
    while (span.size > 0 && is_blank(span.at[span.size - 1]))
        span.size--;
    return span;
}

static bool is_word(struct span span, const char *word)
{
    return span.size == strlen(word) && memcmp(span.at, word, span.size) == 0;
}

/* Takes a word off the front; empty at the end. */
static struct span first_word(struct span *span)
{
    *span = trimmed(*span);
    struct span word = {.at = span->at};
    while (word.size < span->size && !is_blank(span->at[word.size]))
        word.size++;
    span->at += word.size;
    span->size -= word.size;
    return word;
}

/* The same off the end. */
static struct span last_word(struct span *span)
{
    *span = trimmed(*span);
    size_t size = 0;
    while (size < span->size && !is_blank(span->at[span->size - size - 1]))
        size++;
    span->size -= size;
    return (struct span){.at = span->at + span->size, .size = size};
}

static bool take_hex(struct span span, uint8_t *to, size_t size)
{
    char text[2 * PMK_SIZE + 1];

    if (span.size != 2 * size || span.size >= sizeof text)
        return false;
    memcpy(text, span.at, span.size);
    text[span.size] = '\0';
    bool good = fascia_text_to_bytes(text, to, size) == 0;
    explicit_bzero(text, sizeof text);
    return good;
}

/* "service NAME" or "service-id DIGITS". */
static int take_service(struct span keyword, struct span value, struct nan_key_entry *entry)
{
    if (is_word(keyword, "service-id")) {
        entry->has_service_id = true;
        return take_hex(value, entry->service_id, sizeof entry->service_id) ? 0 : NAN_KEY_FILE_E_DIGITS;
    }
    if (!is_word(keyword, "service"))
        return NAN_KEY_FILE_E_FORM;
    if (value.size == 0 || value.size >= sizeof entry->service)
        return NAN_KEY_FILE_E_NAME;
    memcpy(entry->service, value.at, value.size);
    entry->service[value.size] = '\0';
    return 0;
}

static int take_pmk(struct span rest, struct nan_key_entry *entry)
{
    uint8_t pmk[PMK_SIZE];

    bool good = take_hex(first_word(&rest), pmk, sizeof pmk);
    if (good)
        (void)fascia_secret_set(&entry->secret, pmk, sizeof pmk);
    explicit_bzero(pmk, sizeof pmk);
    if (!good)
        return NAN_KEY_FILE_E_DIGITS;
    struct span keyword = first_word(&rest), value = first_word(&rest);
    if (trimmed(rest).size > 0)
        return NAN_KEY_FILE_E_FORM;
    return keyword.size > 0 ? take_service(keyword, value, entry) : 0;
}

static int take_passphrase(struct span rest, struct nan_key_entry *entry)
{
    char address[FASCIA_MAC_TEXT_SIZE] = "";

    struct span value = last_word(&rest), publisher = last_word(&rest);
    struct span service = last_word(&rest), keyword = last_word(&rest);
    if (!is_word(publisher, "publisher"))
        return NAN_KEY_FILE_E_FORM;
    if (value.size >= sizeof address)
        return NAN_KEY_FILE_E_ADDRESS;
    memcpy(address, value.at, value.size);
    if (fascia_mac_parse(address, &entry->publisher) != 0)
        return NAN_KEY_FILE_E_ADDRESS;
    int result = take_service(keyword, service, entry);
    if (result != 0)
        return result;
    rest = trimmed(rest);
    if (rest.size == 0 || fascia_secret_set(&entry->secret, rest.at, rest.size) != 0)
        return NAN_KEY_FILE_E_PASSPHRASE;
    entry->is_passphrase = true;
    return 0;
}

static int take_line(struct span line, unsigned int number, struct nan_key_file *keys)
{
    struct span rest = trimmed(line);

    if (rest.size == 0 || rest.at[0] == '#')
        return 0;
    if (memchr(rest.at, '\0', rest.size) != NULL)
        return NAN_KEY_FILE_E_CHARACTER;
    if (keys->count == NAN_KEY_FILE_MAX)
        return NAN_KEY_FILE_E_MANY;
    struct nan_key_entry *entry = &keys->entries[keys->count++]; /* so that it is wiped whatever happens */
    entry->line = number;
    struct span word = first_word(&rest);
    if (is_word(word, "pmk"))
        return take_pmk(rest, entry);
    if (is_word(word, "passphrase"))
        return take_passphrase(rest, entry);
    return NAN_KEY_FILE_E_WORD;
}

int nan_key_file_parse(const char *text, size_t size, struct nan_key_file *ret_keys, unsigned int *ret_line)
{
    struct span rest = {.at = text, .size = size};
    unsigned int number = 0;

    nan_key_file_wipe(ret_keys);
    while (rest.size > 0) {
        const char *end = memchr(rest.at, '\n', rest.size);
        struct span line = {.at = rest.at, .size = end != NULL ? (size_t)(end - rest.at) : rest.size};
        size_t used = line.size + (end != NULL ? 1 : 0);
        rest.at += used;
        rest.size -= used;
        int result = take_line(line, ++number, ret_keys);
        if (result != 0) {
            nan_key_file_wipe(ret_keys);
            *ret_line = number;
            return result;
        }
    }
    return 0;
}

void nan_key_file_wipe(struct nan_key_file *keys)
{
    if (keys != NULL)
        explicit_bzero(keys, sizeof *keys);
}
