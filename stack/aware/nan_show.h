/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_SHOW_H
#define FASCIA_STACK_AWARE_NAN_SHOW_H

#include "stack/aware/nan_frame.h"
#include "stack/base/text.h"

/*
 * A frame in words. One description of the fields gives both forms, so that they cannot differ:
 *
 *   text  "key=value", an attribute or a member of a list on a line of its own, indented by how deep it is
 *   JSON  objects and arrays; octets are hexadecimal strings, numbers are numbers, what has a name gets "key_name"
 *
 * What foreign octets say is escaped: no control character, no byte above 0x7e gets out. Nothing is allocated; what
 * does not fit is cut, which fascia_text_ok() tells (a JSON document is then not whole).
 */

#define NAN_SHOW_SIZE 196608 /* enough for every frame of 2352 octets, in both forms */

struct nan_show {
    struct fascia_text *text; /* borrowed */
    bool json;
    bool first;         /* nothing is in this object or array yet */
    unsigned int depth; /* of lists */
};

void nan_show_init(struct nan_show *show, struct fascia_text *text, bool json);

/** Members of the object that is open. JSON: an object must be. */
void nan_show_uint(struct nan_show *show, const char *key, uint64_t value);
void nan_show_bits(struct nan_show *show, const char *key, uint32_t value);                    /* text: hexadecimal */
void nan_show_named(struct nan_show *show, const char *key, uint32_t value, const char *name); /* name may be NULL */
void nan_show_octets(struct nan_show *show, const char *key, const void *data, size_t size);
void nan_show_mac(struct nan_show *show, const char *key, const struct fascia_mac *mac);
void nan_show_string(struct nan_show *show, const char *key, const void *data, size_t size);
void nan_show_word(struct nan_show *show, const char *key, const char *word); /* our own text */
void nan_show_flag(struct nan_show *show, const char *key, bool value);       /* text: only when true */

/** The names of the bits that are set; unknown ones by their number. `name` is given the bit's number. */
void nan_show_names(struct nan_show *show, const char *key, uint32_t bits, const char *(*name)(unsigned int bit));

/** An array, or an object inside one (key NULL), or the outermost object (both NULL in JSON). */
void nan_show_open(struct nan_show *show, const char *key, const char *title);
void nan_show_close(struct nan_show *show);
void nan_show_list(struct nan_show *show, const char *key);
void nan_show_list_end(struct nan_show *show);

/** "attributes": each with id, name, size, and its fields, or with "error" and its octets when it is malformed; with
 * its octets alone when nothing is known of them. Returns how many were malformed. */
size_t nan_show_attributes(struct nan_show *show, const struct nan_frame *frame);

/** Whether more of an attribute than its octets is known here. */
bool nan_is_decoded(uint8_t id);

#endif
