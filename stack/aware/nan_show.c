/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_show.h"

#include <string.h>

/* Appended by hand: a capture has many frames, and printf() would be most of the time that they take. */

static void add(struct nan_show *show, const char *data, size_t size)
{
    struct fascia_text *text = show->text;

    if (size > text->size - 1 - text->used) {
        size = text->size - 1 - text->used;
        text->cut = true;
    }
    memcpy(text->start + text->used, data, size);
    text->used += size;
    text->start[text->used] = '\0';
}

static void add_text(struct nan_show *show, const char *text)
{
    add(show, text, strlen(text));
}

static void add_uint(struct nan_show *show, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    add(show, digits + at, sizeof digits - at);
}

static void add_hex(struct nan_show *show, const uint8_t *data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char some[64];

    while (size > 0) {
        size_t n = size < sizeof some / 2 ? size : sizeof some / 2;
        for (size_t i = 0; i < n; i++) {
            some[2 * i] = digits[data[i] >> 4];
            some[2 * i + 1] = digits[data[i] & 15];
        }
        add(show, some, 2 * n);
        data += n;
        size -= n;
    }
}

/* As in JSON strings, in both forms. */
static void add_escaped(struct nan_show *show, const uint8_t *data, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '"' || data[i] == '\\') {
            add(show, (const char[]){'\\', (char)data[i]}, 2);
        } else if (data[i] >= 0x20 && data[i] < 0x7f) {
            add(show, (const char *)data + i, 1);
        } else {
            add(show, "\\u00", 4);
            add_hex(show, data + i, 1);
        }
    }
}

void nan_show_init(struct nan_show *show, struct fascia_text *text, bool json)
{
    *show = (struct nan_show){.text = text, .json = json, .first = true};
}

/* Up to the value. `suffix` is part of the key. */
static void begin(struct nan_show *show, const char *key, const char *suffix)
{
    if (show->json) {
        add(show, ",", show->first ? 0 : 1);
        add(show, "\"", 1);
        add_text(show, key);
        add_text(show, suffix);
        add(show, "\":", 2);
    } else {
        add(show, " ", show->first ? 0 : 1);
        add_text(show, key);
        add_text(show, suffix);
        add(show, "=", 1);
    }
    show->first = false;
}

static void quote(struct nan_show *show)
{
    add(show, "\"", show->json ? 1 : 0);
}

void nan_show_uint(struct nan_show *show, const char *key, uint64_t value)
{
    begin(show, key, "");
    add_uint(show, value);
}

void nan_show_bits(struct nan_show *show, const char *key, uint32_t value)
{
    uint8_t octets[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8), (uint8_t)value};
    size_t skipped = value > UINT16_MAX ? 0 : value > UINT8_MAX ? 2 : 3;

    begin(show, key, "");
    if (show->json) {
        add_uint(show, value);
        return;
    }
    add(show, "0x", 2);
    add_hex(show, octets + skipped, sizeof octets - skipped);
}

void nan_show_named(struct nan_show *show, const char *key, uint32_t value, const char *name)
{
    nan_show_uint(show, key, value);
    if (show->json) {
        begin(show, key, "_name");
        add_text(show, name != NULL ? "\"" : "null");
        if (name == NULL)
            return;
        add_text(show, name);
        add(show, "\"", 1);
    } else {
        add(show, " (", 2);
        add_text(show, name != NULL ? name : "?");
        add(show, ")", 1);
    }
}

void nan_show_octets(struct nan_show *show, const char *key, const void *data, size_t size)
{
    begin(show, key, "");
    quote(show);
    if (size > 0)
        add_hex(show, data, size);
    else if (!show->json)
        add(show, "-", 1);
    quote(show);
}

void nan_show_mac(struct nan_show *show, const char *key, const struct fascia_mac *mac)
{
    begin(show, key, "");
    quote(show);
    for (size_t i = 0; i < sizeof mac->octets; i++) {
        add(show, ":", i > 0 ? 1 : 0);
        add_hex(show, &mac->octets[i], 1);
    }
    quote(show);
}

void nan_show_string(struct nan_show *show, const char *key, const void *data, size_t size)
{
    begin(show, key, "");
    add(show, "\"", 1);
    add_escaped(show, data, size);
    add(show, "\"", 1);
}

void nan_show_word(struct nan_show *show, const char *key, const char *word)
{
    begin(show, key, "");
    quote(show);
    add_text(show, word);
    quote(show);
}

void nan_show_flag(struct nan_show *show, const char *key, bool value)
{
    if (!show->json && !value)
        return;
    if (show->json) {
        begin(show, key, "");
        add_text(show, value ? "true" : "false");
        return;
    }
    add(show, " ", show->first ? 0 : 1);
    add_text(show, key);
    show->first = false;
}

void nan_show_names(struct nan_show *show, const char *key, uint32_t bits, const char *(*name)(unsigned int bit))
{
    bool first = true;

    begin(show, key, "");
    add(show, "[", show->json ? 1 : 0);
    for (unsigned int bit = 0; bit < 32; bit++) {
        if (!(bits >> bit & 1))
            continue;
        add(show, ",", first ? 0 : 1);
        first = false;
        quote(show);
        if (name(bit) != NULL) {
            add_text(show, name(bit));
        } else {
            add_text(show, "bit ");
            add_uint(show, bit);
        }
        quote(show);
    }
    if (first && !show->json)
        add(show, "-", 1);
    add(show, "]", show->json ? 1 : 0);
}

void nan_show_open(struct nan_show *show, const char *key, const char *title)
{
    if (show->json) {
        if (key != NULL)
            begin(show, key, "");
        else
            add(show, ",", show->first ? 0 : 1);
        add(show, "{", 1);
        show->first = true;
        return;
    }
    if (show->depth > 0) {
        add(show, "\n", 1);
        for (unsigned int i = 0; i < show->depth; i++)
            add(show, "  ", 2);
    }
    if (title != NULL)
        add_text(show, title);
    show->first = title == NULL;
}

void nan_show_close(struct nan_show *show)
{
    add(show, "}", show->json ? 1 : 0);
    show->first = false;
}

void nan_show_list(struct nan_show *show, const char *key)
{
    show->depth++;
    if (!show->json)
        return;
    begin(show, key, "");
    add(show, "[", 1);
    show->first = true;
}

void nan_show_list_end(struct nan_show *show)
{
    show->depth--;
    add(show, "]", show->json ? 1 : 0);
    show->first = false;
}
