/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_AWARE_CONFIG_H
#define FASCIA_STACK_AWARE_AWARE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The `aware:` section of fascia.yaml, validated. Defaults and ranges: platform/config/schema_aware.c. */

#define AWARE_SERVICES_MAX      8
#define AWARE_SERVICE_NAME_SIZE 24  /* "_" + 15 + "._tcp" and NUL, RFC 6335 section 5.1 */
#define AWARE_INFO_MAX          160 /* octets of service specific information: the engine does not fragment elements */
#define AWARE_FILTERS_MAX       8   /* entries of a matching filter */
#define AWARE_FILTER_SIZE       64  /* hexadecimal digits of one, and NUL */
#define AWARE_CIPHERS_MAX       6
#define AWARE_METHODS_MAX       8
#define AWARE_SCHEDULE_MAX      8
#define AWARE_INTERFACE_SIZE    16 /* IFNAMSIZ */

enum aware_manage { AWARE_MANAGE_SPAWN, AWARE_MANAGE_ADOPT, AWARE_MANAGES_ };

enum aware_role { AWARE_ROLE_PUBLISH, AWARE_ROLE_SUBSCRIBE, AWARE_ROLES_ };

/** What a data path of a service must have. */
enum aware_security {
    AWARE_SECURITY_PAIRED,     /* only with a peer that is paired; the key comes from the pairing */
    AWARE_SECURITY_PASSPHRASE, /* one passphrase for everybody */
    AWARE_SECURITY_OPEN,       /* nothing: addresses of such a data path are not authenticated */
    AWARE_SECURITIES_
};

/** Cipher suites of a data path; the values are those on the air. */
enum aware_cipher {
    AWARE_CIPHER_NONE = 0,
    AWARE_CIPHER_SK_CCM_128 = 1,  /* NCS-SK-128 */
    AWARE_CIPHER_SK_GCM_256 = 2,  /* NCS-SK-256 */
    AWARE_CIPHER_PK_PASN_128 = 7, /* NCS-PK-PASN-128 */
    AWARE_CIPHER_PK_PASN_256 = 8, /* NCS-PK-PASN-256 */
};

/** Bootstrapping methods; the values are bit numbers on the air. */
enum aware_method {
    AWARE_METHOD_OPPORTUNISTIC = 0,
    AWARE_METHOD_PIN_DISPLAY = 1,
    AWARE_METHOD_PASSPHRASE_DISPLAY = 2,
    AWARE_METHOD_PIN_KEYPAD = 5,
    AWARE_METHOD_PASSPHRASE_KEYPAD = 6,
};

/** When a subscriber asks for a data path. */
enum aware_connect {
    AWARE_CONNECT_ON_ORDER,
    AWARE_CONNECT_PAIRED, /* as soon as a paired peer is discovered */
    AWARE_CONNECT_ANY,    /* as soon as any peer is: not with security "paired" before it is paired */
    AWARE_CONNECTS_
};

enum aware_transport { AWARE_TRANSPORT_TCP, AWARE_TRANSPORT_UDP, AWARE_TRANSPORTS_ };

struct aware_service_config {
    char name[AWARE_SERVICE_NAME_SIZE]; /* "_name._tcp" or "_name._udp" */
    enum aware_role role;
    bool enabled;                      /* started with the service; otherwise by Publish or Subscribe */
    char info[2 * AWARE_INFO_MAX + 1]; /* hexadecimal; "" = none. In SDFs */
    char filter_tx[AWARE_FILTERS_MAX][AWARE_FILTER_SIZE]; /* hexadecimal; "" matches everything */
    size_t filter_tx_count;
    char filter_rx[AWARE_FILTERS_MAX][AWARE_FILTER_SIZE];
    size_t filter_rx_count;
    enum aware_security security;
    enum aware_cipher ciphers[AWARE_CIPHERS_MAX]; /* none with security "open" */
    size_t ciphers_count;
    enum aware_method methods[AWARE_METHODS_MAX]; /* with security "paired" */
    size_t methods_count;
    char passphrase_file[256];
    int64_t port;               /* sub-TLV 00 of the data path's service information; 0 = not sent */
    char instance[64];          /* sub-TLV 03; "" = not sent */
    enum aware_connect connect; /* subscriber */
    int64_t data_paths;         /* at most so many to one peer */
};

struct aware_config {
    bool enabled;
    struct {
        enum aware_manage manage;
        char program[256];
        char control[256]; /* global control socket of an adopted one; "" = in runtime_dir */
        char sockets[256]; /* folder of the interfaces' control sockets of an adopted one; "" = in runtime_dir */
    } supplicant;
    char interface[AWARE_INTERFACE_SIZE]; /* of the radio; "" = chosen by what the radio can do */
    char nmi[AWARE_INTERFACE_SIZE];       /* name to be given to the management interface */
    char ndi[AWARE_INTERFACE_SIZE];       /* and to the data interface */
    int64_t master_preference;            /* 1..254 */
    bool dual_band;
    char schedule[AWARE_SCHEDULE_MAX][16]; /* "2437:0e000000": MHz, 32 slots of 16 TU */
    size_t schedule_count;
    int64_t idle_s;         /* a data path without traffic ends after this */
    int64_t keep_alive_s;   /* 0 = none: idle data paths end */
    int64_t pairing_s;      /* how long a pairing window, and a PIN, is open */
    int64_t pin_digits;     /* 4..8 */
    int64_t nik_lifetime_s; /* how long a phone is to remember us */
    int64_t peers_max;      /* pairings kept */
    char store[256];        /* file with our and the peers' keys, 0600 */
    struct aware_service_config services[AWARE_SERVICES_MAX];
    size_t services_count;
};

#endif
