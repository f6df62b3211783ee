/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_BASE_TEXT_H
#define FASCIA_STACK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Bounded text. The builder never overflows and never allocates: what does not fit is cut and `cut` stays
 * set, so a chain of appends needs one check at the end.
 */

struct fascia_text {
    char *start; /* borrowed, always NUL-terminated */
    size_t size; /* capacity including the NUL; at least 1 */
    size_t used; /* without the NUL */
    bool cut;
};

/** Starts an empty text in `size` (>= 1) octets at `buffer`, which is borrowed. */
void fascia_text_init(struct fascia_text *t, char *buffer, size_t size);

/** Appends printf-formatted text. */
void fascia_text_add(struct fascia_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** True when nothing was cut. */
bool fascia_text_ok(const struct fascia_text *t);

/** Copies a string into a fixed array. Returns 0, or -ENAMETOOLONG leaving `to` empty. */
int fascia_text_copy(char *to, size_t size, const char *from);

/** Parses a whole decimal string, in [min, max]. Returns 0, -EINVAL or -ERANGE. */
int fascia_text_to_i64(const char *text, int64_t min, int64_t max, int64_t *ret_value);

/**
 * Parses a whole decimal fraction, "-6" or "0.7071", in [min, max]: no exponent, no white space, at most 15 digits,
 * which a double holds exactly. The locale does not matter. Returns 0, -EINVAL or -ERANGE.
 */
int fascia_text_to_double(const char *text, double min, double max, double *ret_value);

/**
 * Takes the next space-separated word at *at into a fixed array and moves *at behind it.
 * Returns 0, -ENODATA when no word is left, -EMSGSIZE when it does not fit; *at stays put on errors.
 */
int fascia_text_word(const char **at, char *to, size_t size);

/**
 * Copies the rest of a line of another process, without leading spaces. Returns 0, -EMSGSIZE when it does not
 * fit, -EBADMSG when it holds a control character (so it can be printed and logged as it is).
 */
int fascia_text_rest(const char *at, char *to, size_t size);

/** Parses exactly 2*n hexadecimal digits into n octets. Returns 0 or -EINVAL. */
int fascia_text_to_bytes(const char *hex, uint8_t *to, size_t n);

/** A MAC address, in transmission order. */
struct fascia_mac {
    uint8_t octets[6];
};

#define FASCIA_MAC_TEXT_SIZE 18 /* "02:00:00:00:00:01" and NUL */

/** Parses "xx:xx:xx:xx:xx:xx" (exactly, either case). Returns 0 or -EINVAL. */
int fascia_mac_parse(const char *text, struct fascia_mac *ret_mac);

/** Formats lower case into `to` and returns it. */
const char *fascia_mac_format(const struct fascia_mac *mac, char to[static FASCIA_MAC_TEXT_SIZE]);

bool fascia_mac_equal(const struct fascia_mac *a, const struct fascia_mac *b);

/** True for a usable station address: not all zero, not a group address. */
bool fascia_mac_is_unicast(const struct fascia_mac *mac);

#endif
