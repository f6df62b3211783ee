/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/elements.h"

#include <errno.h>
#include <string.h>

#define OUI_SIZE       3
#define HEADER         2 /* id and length */
#define ACCESSORY_TYPE 0 /* octet behind the OUI */

static const uint8_t accessory_oui[OUI_SIZE] = {0x00, 0xa0, 0x40};

enum accessory_part {
    PART_FLAGS = 0,
    PART_NAME = 1,
    PART_MANUFACTURER = 2,
    PART_MODEL = 3,
    PART_OUI = 4,
    PART_BLUETOOTH_MAC = 6,
    PART_DEVICE_ID = 7,
};

const char *elements_explain(int result)
{
    switch (result) {
    case 0:
        return NULL;
    case ELEMENTS_E_HEXADECIMAL:
        return "an even number of hexadecimal digits";
    case ELEMENTS_E_ID:
        return "a vendor-specific element, which begins with dd";
    case ELEMENTS_E_LENGTH:
        return "a whole element: dd, the number of octets that follow (3 to 255), and these";
    default: /* not our enum: an int by the error convention */
        return "an OUI as xx:xx:xx, an address as xx:xx:xx:xx:xx:xx";
    }
}

int elements_vendor_check(const char *hex)
{
    uint8_t octets[ELEMENTS_WHOLE_MAX];
    size_t digits = strlen(hex), size = digits / 2;

    if (size < HEADER)
        return ELEMENTS_E_LENGTH;
    if (size > sizeof octets)
        return ELEMENTS_E_LENGTH;
    if (digits % 2 != 0 || fascia_text_to_bytes(hex, octets, size) != 0)
        return ELEMENTS_E_HEXADECIMAL;
    if (octets[0] != ELEMENTS_VENDOR_ID)
        return ELEMENTS_E_ID;
    return octets[1] == size - HEADER && octets[1] >= OUI_SIZE ? 0 : ELEMENTS_E_LENGTH;
}

int elements_parse_oui(const char *text, uint8_t ret_oui[static 3])
{
    char whole[FASCIA_MAC_TEXT_SIZE] = "";
    struct fascia_mac mac;

    if (strlen(text) != 8)
        return -EINVAL;
    memcpy(whole, text, 8);
    memcpy(whole + 8, ":00:00:00", 10);
    if (fascia_mac_parse(whole, &mac) != 0)
        return -EINVAL;
    memcpy(ret_oui, mac.octets, OUI_SIZE);
    return 0;
}

/* An element under way. */
struct element {
    uint8_t octets[ELEMENTS_WHOLE_MAX];
    size_t used;
    bool failed;
};

static void add(struct element *e, const void *data, size_t size)
{
    if (e->failed || size > sizeof e->octets - e->used) {
        e->failed = true;
        return;
    }
    memcpy(e->octets + e->used, data, size);
    e->used += size;
}

static void add_part(struct element *e, enum accessory_part part, const void *value, size_t size)
{
    uint8_t head[2] = {(uint8_t)part, (uint8_t)size};

    if (size > UINT8_MAX)
        e->failed = true;
    add(e, head, sizeof head);
    add(e, value, size);
}

static void add_part_text(struct element *e, enum accessory_part part, const char *value)
{
    if (value[0] != '\0')
        add_part(e, part, value, strlen(value));
}

static void add_part_mac(struct element *e, enum accessory_part part, const char *value)
{
    struct fascia_mac mac;

    if (value[0] == '\0')
        return;
    if (fascia_mac_parse(value, &mac) == 0)
        add_part(e, part, mac.octets, sizeof mac.octets);
    else
        e->failed = true;
}

int elements_accessory(const struct link_accessory_element *accessory, uint8_t ret_element[static ELEMENTS_WHOLE_MAX],
                       size_t *ret_size)
{
    struct element e = {.octets = {ELEMENTS_VENDOR_ID}, .used = HEADER};

    add(&e, accessory_oui, sizeof accessory_oui);
    add(&e, &(uint8_t){ACCESSORY_TYPE}, 1);
    if (accessory->flags > UINT16_MAX)
        e.failed = true;
    if (accessory->flags >= 0)
        add_part(&e, PART_FLAGS, (uint8_t[]){(uint8_t)(accessory->flags >> 8), (uint8_t)accessory->flags}, 2);
    add_part_text(&e, PART_NAME, accessory->name);
    add_part_text(&e, PART_MANUFACTURER, accessory->manufacturer);
    add_part_text(&e, PART_MODEL, accessory->model);
    if (accessory->oui[0] != '\0') {
        uint8_t oui[OUI_SIZE] = {0};
        e.failed |= elements_parse_oui(accessory->oui, oui) != 0;
        add_part(&e, PART_OUI, oui, sizeof oui);
    }
    add_part_mac(&e, PART_BLUETOOTH_MAC, accessory->bluetooth_mac);
    add_part_mac(&e, PART_DEVICE_ID, accessory->device_id);
    if (e.failed)
        return ELEMENTS_E_VALUE;
    e.octets[1] = (uint8_t)(e.used - HEADER);
    memcpy(ret_element, e.octets, e.used);
    *ret_size = e.used;
    return 0;
}

int elements_collect(const struct link_config *config, struct fascia_text *text)
{
    uint8_t element[ELEMENTS_WHOLE_MAX];
    size_t size = 0;

    if (config->accessory.enabled) {
        int r = elements_accessory(&config->accessory, element, &size);
        if (r != 0)
            return r;
    }
    for (size_t i = 0; i < size; i++)
        fascia_text_add(text, "%02x", element[i]);
    for (size_t i = 0; i < config->vendor_elements_count; i++) {
        int r = elements_vendor_check(config->vendor_elements[i]);
        if (r != 0)
            return r;
        fascia_text_add(text, "%s", config->vendor_elements[i]);
    }
    return 0;
}
