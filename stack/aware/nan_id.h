/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_ID_H
#define FASCIA_STACK_AWARE_NAN_ID_H

#include <stddef.h>
#include <stdint.h>

/* Numbers of the protocol and their names. Values are foreign: each name function returns NULL for one that is newer
 * than this code. Names are lower case, without spaces at either end, and stable (they are in `fasciactl aware decode
 * --json`).
 */

enum nan_attr_id {
    NAN_ATTR_MASTER_INDICATION = 0x00,
    NAN_ATTR_CLUSTER = 0x01,
    NAN_ATTR_SERVICE_ID_LIST = 0x02,
    NAN_ATTR_SDA = 0x03,
    NAN_ATTR_SDEA = 0x0e,
    NAN_ATTR_DEVICE_CAPABILITY = 0x0f,
    NAN_ATTR_NDP = 0x10,
    NAN_ATTR_AVAILABILITY = 0x12,
    NAN_ATTR_NDC = 0x13,
    NAN_ATTR_NDL = 0x14,
    NAN_ATTR_NDL_QOS = 0x15,
    NAN_ATTR_ELEMENT_CONTAINER = 0x1d,
    NAN_ATTR_CSIA = 0x22,
    NAN_ATTR_SCIA = 0x23,
    NAN_ATTR_SKDA = 0x24,
    NAN_ATTR_NDPE = 0x29,
    NAN_ATTR_DCEA = 0x2a,
    NAN_ATTR_NIRA = 0x2b,
    NAN_ATTR_NPBA = 0x2c,
    NAN_ATTR_VENDOR = 0xdd,
};

/** "NDP extension"; also for attributes whose body this code does not decode. */
const char *nan_attr_name(uint8_t id);

enum nan_subtype {
    NAN_SUBTYPE_NDP_REQUEST = 5,
    NAN_SUBTYPE_NDP_RESPONSE = 6,
    NAN_SUBTYPE_NDP_CONFIRM = 7,
    NAN_SUBTYPE_NDP_KEY_INSTALL = 8,
    NAN_SUBTYPE_NDP_TERMINATION = 9,
};
const char *nan_subtype_name(uint8_t subtype); /* "data path request" */

enum nan_category {
    NAN_CATEGORY_PUBLIC = 0x04,
    NAN_CATEGORY_PROTECTED_DUAL = 0x09,
};

const char *nan_reason_name(uint8_t reason); /* of NDP, NDL and bootstrapping: "NDP rejected"; "none" for 0 */

enum nan_suite {
    NAN_SUITE_SK_128 = 1, /* CCMP-128, SHA-256 */
    NAN_SUITE_SK_256 = 2, /* GCMP-256, SHA-384 */
    NAN_SUITE_PK_2WDH_128 = 3,
    NAN_SUITE_PK_2WDH_256 = 4,
    NAN_SUITE_GTK_128 = 5,
    NAN_SUITE_GTK_256 = 6,
    NAN_SUITE_PK_PASN_128 = 7, /* CCMP-128, SHA-256 */
    NAN_SUITE_PK_PASN_256 = 8, /* GCMP-256, SHA-384 */
};
const char *nan_suite_name(uint8_t suite); /* "NCS-SK-128" */

/** Octets of the MIC in a key descriptor: 16 or 24; 0 for suites that are not those of a data path. */
size_t nan_suite_mic_size(uint8_t suite);

enum nan_protocol {
    NAN_PROTOCOL_BONJOUR = 1,
    NAN_PROTOCOL_GENERIC = 2,
    NAN_PROTOCOL_MATTER = 3,
};
const char *nan_protocol_name(uint8_t protocol); /* of service info: "generic" */

/** Pairing bootstrapping methods: bits of a set. */
enum nan_method {
    NAN_METHOD_OPPORTUNISTIC = 1 << 0,
    NAN_METHOD_PIN_DISPLAY = 1 << 1,
    NAN_METHOD_PASSPHRASE_DISPLAY = 1 << 2,
    NAN_METHOD_QR_DISPLAY = 1 << 3,
    NAN_METHOD_NFC_TAG = 1 << 4,
    NAN_METHOD_PIN_KEYPAD = 1 << 5,
    NAN_METHOD_PASSPHRASE_KEYPAD = 1 << 6,
    NAN_METHOD_QR_SCAN = 1 << 7,
    NAN_METHOD_NFC_READER = 1 << 8,
    NAN_METHOD_SERVICE_MANAGED = 1 << 14,
    NAN_METHOD_HANDSHAKE_SKIPPED = 1 << 15,
};
const char *nan_method_name(unsigned int bit); /* bit number 0..15: "PIN display" */

#endif
