/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_id.h"

#include "stack/base/cleanup.h"

const char *nan_attr_name(uint8_t id)
{
    static const char *const names[] = {
        [NAN_ATTR_MASTER_INDICATION] = "master indication",
        [NAN_ATTR_CLUSTER] = "cluster",
        [NAN_ATTR_SERVICE_ID_LIST] = "service id list",
        [NAN_ATTR_SDA] = "service descriptor",
        [0x04] = "connection capability",
        [0x05] = "WLAN infrastructure",
        [0x06] = "P2P operation",
        [0x07] = "IBSS",
        [0x08] = "mesh",
        [0x09] = "further service discovery",
        [0x0a] = "further availability map",
        [0x0b] = "country code",
        [0x0c] = "ranging",
        [0x0d] = "cluster discovery",
        [NAN_ATTR_SDEA] = "service descriptor extension",
        [NAN_ATTR_DEVICE_CAPABILITY] = "device capability",
        [NAN_ATTR_NDP] = "NDP",
        [NAN_ATTR_AVAILABILITY] = "availability",
        [NAN_ATTR_NDC] = "NDC",
        [NAN_ATTR_NDL] = "NDL",
        [NAN_ATTR_NDL_QOS] = "NDL QoS",
        [0x17] = "unaligned schedule",
        [0x1a] = "ranging information",
        [0x1b] = "ranging setup",
        [0x1c] = "FTM ranging report",
        [NAN_ATTR_ELEMENT_CONTAINER] = "element container",
        [0x1e] = "extended WLAN infrastructure",
        [0x1f] = "extended P2P operation",
        [0x20] = "extended IBSS",
        [0x21] = "extended mesh",
        [NAN_ATTR_CSIA] = "cipher suite information",
        [NAN_ATTR_SCIA] = "security context information",
        [NAN_ATTR_SKDA] = "shared key descriptor",
        [0x27] = "public availability",
        [0x28] = "subscribe service id list",
        [NAN_ATTR_NDPE] = "NDP extension",
        [NAN_ATTR_DCEA] = "device capability extension",
        [NAN_ATTR_NIRA] = "identity resolution",
        [NAN_ATTR_NPBA] = "pairing bootstrapping",
        [0x2d] = "S3",
        [0x2e] = "transmit power envelope",
        [NAN_ATTR_VENDOR] = "vendor specific",
    };
    return id < FASCIA_ARRAY_SIZE(names) ? names[id] : NULL;
}

const char *nan_subtype_name(uint8_t subtype)
{
    static const char *const names[] = {
        [1] = "ranging request",
        [2] = "ranging response",
        [3] = "ranging termination",
        [4] = "ranging report",
        [NAN_SUBTYPE_NDP_REQUEST] = "data path request",
        [NAN_SUBTYPE_NDP_RESPONSE] = "data path response",
        [NAN_SUBTYPE_NDP_CONFIRM] = "data path confirm",
        [NAN_SUBTYPE_NDP_KEY_INSTALL] = "data path key installment",
        [NAN_SUBTYPE_NDP_TERMINATION] = "data path termination",
        [10] = "schedule request",
        [11] = "schedule response",
        [12] = "schedule confirm",
        [13] = "schedule update notification",
    };
    return subtype < FASCIA_ARRAY_SIZE(names) ? names[subtype] : NULL;
}

const char *nan_reason_name(uint8_t reason)
{
    static const char *const names[] = {
        [0] = "none",
        [1] = "unspecified",
        [2] = "resource limitation",
        [3] = "invalid parameters",
        [4] = "FTM parameters",
        [5] = "no movement",
        [6] = "invalid availability",
        [7] = "immutable schedule unacceptable",
        [8] = "security policy",
        [9] = "QoS unacceptable",
        [10] = "NDP rejected",
        [11] = "NDL unacceptable",
        [12] = "ranging schedule unacceptable",
        [13] = "bootstrapping rejected",
    };
    return reason < FASCIA_ARRAY_SIZE(names) ? names[reason] : NULL;
}

const char *nan_suite_name(uint8_t suite)
{
    static const char *const names[] = {
        [NAN_SUITE_SK_128] = "NCS-SK-128",           [NAN_SUITE_SK_256] = "NCS-SK-256",
        [NAN_SUITE_PK_2WDH_128] = "NCS-PK-2WDH-128", [NAN_SUITE_PK_2WDH_256] = "NCS-PK-2WDH-256",
        [NAN_SUITE_GTK_128] = "NCS-GTK-CCMP-128",    [NAN_SUITE_GTK_256] = "NCS-GTK-GCMP-256",
        [NAN_SUITE_PK_PASN_128] = "NCS-PK-PASN-128", [NAN_SUITE_PK_PASN_256] = "NCS-PK-PASN-256",
    };
    return suite < FASCIA_ARRAY_SIZE(names) ? names[suite] : NULL;
}

size_t nan_suite_mic_size(uint8_t suite)
{
    switch (suite) {
    case NAN_SUITE_SK_128:
    case NAN_SUITE_PK_PASN_128:
        return 16;
    case NAN_SUITE_SK_256:
    case NAN_SUITE_PK_PASN_256:
        return 24;
    default: /* a number of the other side's */
        return 0;
    }
}

const char *nan_protocol_name(uint8_t protocol)
{
    static const char *const names[] = {
        [NAN_PROTOCOL_BONJOUR] = "Bonjour",
        [NAN_PROTOCOL_GENERIC] = "generic",
        [NAN_PROTOCOL_MATTER] = "Matter",
    };
    return protocol < FASCIA_ARRAY_SIZE(names) ? names[protocol] : NULL;
}

const char *nan_method_name(unsigned int bit)
{
    static const char *const names[] = {
        "opportunistic",
        "PIN display",
        "passphrase display",
        "QR display",
        "NFC tag",
        "PIN keypad",
        "passphrase keypad",
        "QR scan",
        "NFC reader",
        [14] = "service managed",
        [15] = "handshake skipped",
    };
    return bit < FASCIA_ARRAY_SIZE(names) ? names[bit] : NULL;
}
