/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "platform/config/config.h"
#include "platform/config/walk.h"
#include "stack/aware/service_name.h"
#include "stack/aware/store.h"
#include "stack/base/cleanup.h"
#include "stack/base/text.h"

#define AT(member)            CONFIG_AT(fascia_config, aware.member)
#define TEXT(member)          CONFIG_TEXT(fascia_config, aware.member)
#define ARRAY(member)         CONFIG_ARRAY(fascia_config, aware.member)
#define SERVICE_AT(member)    CONFIG_AT(aware_service_config, member)
#define SERVICE_TEXT(member)  CONFIG_TEXT(aware_service_config, member)
#define SERVICE_ARRAY(member) CONFIG_ARRAY(aware_service_config, member)

#define FILTER_OCTETS_MAX 255 /* all entries of a matching filter, each with its length: one octet counts them */
#define MASK_DIGITS       8   /* a slot of the schedule: 32 bits */

const char *config_check_interface(const char *value)
{
    bool good = strcmp(value, ".") != 0 && strcmp(value, "..") != 0;

    for (const char *c = value; *c; c++)
        good = good && *c > ' ' && *c <= '~' && *c != '/' && *c != ':';
    return good ? NULL : "the name of a network interface";
}

static const char *check_hex(const char *value)
{
    size_t n = strlen(value);

    return n % 2 == 0 && strspn(value, "0123456789abcdefABCDEF") == n ? NULL : "an even number of hexadecimal digits";
}

/* "2437:0e000000": which of the 32 slots of 16 TU. */
static bool read_slots(const char *value, int64_t *ret_mhz, uint32_t *ret_slots)
{
    const char *colon = strchr(value, ':');
    char mhz[8] = "";
    uint8_t octets[MASK_DIGITS / 2];

    if (!colon || (size_t)(colon - value) >= sizeof mhz)
        return false;
    memcpy(mhz, value, (size_t)(colon - value));
    if (fascia_text_to_i64(mhz, 2412, 7115, ret_mhz) < 0 || fascia_text_to_bytes(colon + 1, octets, sizeof octets) < 0)
        return false;
    *ret_slots = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 | octets[3];
    return *ret_slots != 0;
}

static const char *check_slots(const char *value)
{
    int64_t mhz = 0;
    uint32_t slots = 0;

    return read_slots(value, &mhz, &slots) ? NULL : "MHz:slots, for instance 2437:0e000000, and not no slot at all";
}

static const char *check_instance(const char *value)
{
    for (const char *c = value; *c; c++) {
        if (iscntrl((unsigned char)*c))
            return "a text without control characters";
    }
    return NULL;
}

static const char *const manages[] = {"spawn", "adopt", NULL};
static const char *const roles[] = {"publish", "subscribe", NULL};
static const char *const securities[] = {"paired", "passphrase", "open", NULL};
static const char *const connects[] = {"on-order", "paired", "any", NULL};
static const char *const ciphers[] = {"sk-ccm-128", "sk-gcm-256", "pk-pasn-128", "pk-pasn-256", NULL};
static const unsigned int cipher_values[] = {AWARE_CIPHER_SK_CCM_128, AWARE_CIPHER_SK_GCM_256, AWARE_CIPHER_PK_PASN_128,
                                             AWARE_CIPHER_PK_PASN_256};
static const char *const methods[] = {"opportunistic", "pin-display",       "passphrase-display",
                                      "pin-keypad",    "passphrase-keypad", NULL};
static const unsigned int method_values[] = {AWARE_METHOD_OPPORTUNISTIC, AWARE_METHOD_PIN_DISPLAY,
                                             AWARE_METHOD_PASSPHRASE_DISPLAY, AWARE_METHOD_PIN_KEYPAD,
                                             AWARE_METHOD_PASSPHRASE_KEYPAD};

static const struct aware_service_config service_initial = {
    .enabled = true, .security = AWARE_SECURITY_PAIRED, .data_paths = 1};

static bool is_by_pairing(enum aware_cipher cipher)
{
    return cipher == AWARE_CIPHER_PK_PASN_128 || cipher == AWARE_CIPHER_PK_PASN_256;
}

static size_t count_by_pairing(const struct aware_service_config *service)
{
    size_t count = 0;

    for (size_t i = 0; i < service->ciphers_count; i++)
        count += is_by_pairing(service->ciphers[i]);
    return count;
}

/* None is filled in by config_settle_aware(). */
static const char *ciphers_rule(const struct aware_service_config *service)
{
    size_t by_pairing = count_by_pairing(service);

    if (service->ciphers_count == 0)
        return NULL;
    switch (service->security) {
    case AWARE_SECURITY_PAIRED:
        return by_pairing == 0 ? "has none that takes its key from a pairing; security: paired needs pk-pasn-128 or "
                                 "pk-pasn-256"
                               : NULL;
    case AWARE_SECURITY_PASSPHRASE:
        return by_pairing > 0 ? "has one that takes its key from a pairing; security: passphrase allows sk-ccm-128 and "
                                "sk-gcm-256"
                              : NULL;
    case AWARE_SECURITY_OPEN:
        return "is of no use with security: open";
    case AWARE_SECURITIES_:
        break;
    }
    return NULL;
}

static const char *security_rule(const struct aware_service_config *service, const char **ret_key)
{
    *ret_key = "ciphers";
    const char *wrong = ciphers_rule(service);
    if (wrong)
        return wrong;
    *ret_key = "methods";
    if (service->security != AWARE_SECURITY_PAIRED && service->methods_count > 0)
        return "is of no use; only security: paired knows ways of pairing";
    *ret_key = "passphrase_file";
    if (service->security == AWARE_SECURITY_PASSPHRASE && service->passphrase_file[0] == '\0')
        return "is missing; security: passphrase needs it";
    if (service->security != AWARE_SECURITY_PASSPHRASE && service->passphrase_file[0] != '\0')
        return "is of no use; only security: passphrase has one";
    return NULL;
}

static const char *filter_rule(const char (*entries)[AWARE_FILTER_SIZE], size_t count)
{
    size_t octets = 0;

    for (size_t i = 0; i < count; i++)
        octets += 1 + strlen(entries[i]) / 2;
    return octets > FILTER_OCTETS_MAX ? "is longer than 255 octets, one for the length of each entry included" : NULL;
}

static const char *service_rule(const void *element, const char **ret_key)
{
    const struct aware_service_config *service = element;

    *ret_key = "name";
    int r = service_name_check(service->name, NULL);
    if (r != 0)
        return service_name_result_text(r);
    const char *wrong = security_rule(service, ret_key);
    if (wrong)
        return wrong;
    *ret_key = "filter_tx";
    wrong = filter_rule(service->filter_tx, service->filter_tx_count);
    if (wrong)
        return wrong;
    *ret_key = "filter_rx";
    wrong = filter_rule(service->filter_rx, service->filter_rx_count);
    if (wrong)
        return wrong;
    *ret_key = "connect";
    return service->role == AWARE_ROLE_PUBLISH && service->connect != AWARE_CONNECT_ON_ORDER
               ? "counts with role: subscribe only; who publishes does not ask for data paths"
               : NULL;
}

static const struct config_key service_keys[] = {
    {"name", CONFIG_TYPE_STRING, SERVICE_TEXT(name), .min = 1, .required = true, .identity = true,
     .help = "_name._tcp or _name._udp (RFC 6335), as the phone's app has it"},
    {"role", CONFIG_TYPE_ENUM, SERVICE_AT(role), .names = roles, .required = true, .identity = true,
     .help = "publish: phones find it; subscribe: it is looked for"},
    {"enabled", CONFIG_TYPE_BOOL, SERVICE_AT(enabled),
     .help = "whether it is started with the function; otherwise by order"},
    {"info", CONFIG_TYPE_STRING, SERVICE_TEXT(info), .min = 0, .check = check_hex,
     .help = "service specific information of discovery, hexadecimal"},
    {"filter_tx", CONFIG_TYPE_STRINGS, SERVICE_ARRAY(filter_tx), .min = 0, .max = AWARE_FILTERS_MAX, .check = check_hex,
     .help = "matching filter that is sent, entries in hexadecimal; an empty one matches everything"},
    {"filter_rx", CONFIG_TYPE_STRINGS, SERVICE_ARRAY(filter_rx), .min = 0, .max = AWARE_FILTERS_MAX, .check = check_hex,
     .help = "matching filter that a peer's must match"},
    {"security", CONFIG_TYPE_ENUM, SERVICE_AT(security), .names = securities,
     .help = "what a data path must have; open: its addresses are not authenticated"},
    {"ciphers", CONFIG_TYPE_ENUMS, SERVICE_ARRAY(ciphers), .min = 0, .max = AWARE_CIPHERS_MAX, .names = ciphers,
     .values = cipher_values, .help = "of data paths; left out: the 128 bit one of that security"},
    {"methods", CONFIG_TYPE_ENUMS, SERVICE_ARRAY(methods), .min = 0, .max = AWARE_METHODS_MAX, .names = methods,
     .values = method_values, .help = "ways of pairing; left out: pin-display to publish, pin-keypad to subscribe"},
    {"passphrase_file", CONFIG_TYPE_PATH, SERVICE_TEXT(passphrase_file), .min = 1,
     .help = "file with the passphrase, for security: passphrase"},
    {"port", CONFIG_TYPE_INT, SERVICE_AT(port), .min = 0, .max = 65535,
     .help = "told to the peer with the transport of the name; 0: not told"},
    {"instance", CONFIG_TYPE_STRING, SERVICE_TEXT(instance), .min = 0, .check = check_instance,
     .help = "name of the instance, told to the peer; empty: not told"},
    {"connect", CONFIG_TYPE_ENUM, SERVICE_AT(connect), .names = connects,
     .help = "when a data path is asked for; paired: as soon as a paired phone is there; any: as soon as any is"},
    {"data_paths", CONFIG_TYPE_INT, SERVICE_AT(data_paths), .min = 1, .max = 8, .help = "at most so many to one peer"},
    CONFIG_END,
};

static const struct config_key supplicant_keys[] = {
    {"manage", CONFIG_TYPE_ENUM, AT(supplicant.manage), .names = manages,
     .help = "spawn: fasciad runs wpa_supplicant; adopt: somebody else does"},
    {"program", CONFIG_TYPE_PROGRAM, TEXT(supplicant.program), .min = 1,
     .help = "wpa_supplicant's name or path; 2.12 or newer with CONFIG_NAN"},
    {"control", CONFIG_TYPE_PATH, TEXT(supplicant.control), .min = 1,
     .help = "global control socket of an adopted wpa_supplicant"},
    {"sockets", CONFIG_TYPE_PATH, TEXT(supplicant.sockets), .min = 1,
     .help = "folder for the interfaces' control sockets of an adopted one; left out: below runtime_dir"},
    CONFIG_END,
};

const struct config_key config_aware_keys[] = {
    {"enabled", CONFIG_TYPE_BOOL, AT(enabled), .help = "whether there is Wi-Fi Aware"},
    {"supplicant", CONFIG_SECTION(supplicant_keys), .help = "the NAN engine"},
    {"interface", CONFIG_TYPE_STRING, TEXT(interface), .min = 1, .check = config_check_interface,
     .help = "interface of the radio; left out: chosen by what the radio can do"},
    {"nmi", CONFIG_TYPE_STRING, TEXT(nmi), .min = 1, .check = config_check_interface,
     .help = "name for the management interface"},
    {"ndi", CONFIG_TYPE_STRING, TEXT(ndi), .min = 1, .check = config_check_interface,
     .help = "name for the data interface"},
    {"master_preference", CONFIG_TYPE_INT, AT(master_preference), .min = 1, .max = 254,
     .help = "how much this side wants to keep the time of the cluster"},
    {"dual_band", CONFIG_TYPE_BOOL, AT(dual_band), .help = "discovery on 5 GHz, too"},
    {"schedule", CONFIG_TYPE_STRINGS, ARRAY(schedule), .min = 1, .max = AWARE_SCHEDULE_MAX, .check = check_slots,
     .help = "channels of data paths, each MHz and its slots of 16 TU as a bitmap"},
    {"idle_s", CONFIG_TYPE_INT, AT(idle_s), .min = 5, .max = 65535, .help = "a data path without traffic ends after"},
    {"keep_alive_s", CONFIG_TYPE_INT, AT(keep_alive_s), .min = 0, .max = 65535,
     .help = "a datagram is sent as often to keep data paths; 0: idle ones end"},
    {"pairing_s", CONFIG_TYPE_INT, AT(pairing_s), .min = 10, .max = 3600,
     .help = "how long a window for pairing, and a PIN, is open"},
    {"pin_digits", CONFIG_TYPE_INT, AT(pin_digits), .min = 4, .max = 8, .help = "digits of a PIN that is shown"},
    {"nik_lifetime_s", CONFIG_TYPE_INT, AT(nik_lifetime_s), .min = 600, .max = INT32_MAX,
     .help = "how long a phone is to remember this side"},
    {"peers_max", CONFIG_TYPE_INT, AT(peers_max), .min = 1, .max = AWARE_STORE_PEERS_MAX,
     .help = "pairings that are kept"},
    {"store", CONFIG_TYPE_PATH, TEXT(store), .min = 1, .help = "file with the keys of pairings, mode 0600"},
    {"services", CONFIG_TYPE_LIST, ARRAY(services), .min = 0, .max = AWARE_SERVICES_MAX, .keys = service_keys,
     .initial = &service_initial, .rule = service_rule, .help = "what is published and looked for"},
    CONFIG_END,
};

static void settle_service(struct aware_service_config *service)
{
    bool paired = service->security == AWARE_SECURITY_PAIRED;

    if (service->ciphers_count == 0 && service->security != AWARE_SECURITY_OPEN)
        service->ciphers[service->ciphers_count++] = paired ? AWARE_CIPHER_PK_PASN_128 : AWARE_CIPHER_SK_CCM_128;
    if (service->methods_count == 0 && paired)
        service->methods[service->methods_count++] =
            service->role == AWARE_ROLE_PUBLISH ? AWARE_METHOD_PIN_DISPLAY : AWARE_METHOD_PIN_KEYPAD;
}

void config_settle_aware(struct aware_config *aware)
{
    for (size_t i = 0; i < aware->services_count; i++)
        settle_service(&aware->services[i]);
}

static int broken(const struct walk *w, const char *key, const char *what)
{
    yaml_mark_t mark = walk_mark(w, key);

    return walk_invalid(w, &mark, key, "%s", what);
}

/* Two channels cannot have one slot, nor a channel two rows. */
static int check_schedule(const struct walk *w, const struct aware_config *aware)
{
    for (size_t i = 0; i < aware->schedule_count; i++) {
        int64_t mhz = 0, other_mhz = 0;
        uint32_t slots = 0, other_slots = 0;
        (void)read_slots(aware->schedule[i], &mhz, &slots);
        for (size_t j = 0; j < i; j++) {
            (void)read_slots(aware->schedule[j], &other_mhz, &other_slots);
            if (mhz == other_mhz)
                return broken(w, "aware.schedule", "has one channel twice; allowed is one bitmap for each");
            if (slots & other_slots)
                return broken(w, "aware.schedule",
                              "has two channels in one slot; allowed is one channel for each slot");
        }
    }
    return 0;
}

static int check_interfaces(const struct walk *w, const struct aware_config *aware)
{
    if (strcmp(aware->nmi, aware->ndi) == 0)
        return broken(w, "aware.ndi", "is the same as aware.nmi; allowed is another name");
    if (strcmp(aware->interface, aware->nmi) == 0)
        return broken(w, "aware.nmi", "is the same as aware.interface; allowed is a name that no interface has");
    if (strcmp(aware->interface, aware->ndi) == 0)
        return broken(w, "aware.ndi", "is the same as aware.interface; allowed is a name that no interface has");
    return 0;
}

int walk_check_aware(const struct walk *w, const struct aware_config *aware, const struct link_config *link)
{
    if (aware->enabled && link->country[0] == '\0')
        return broken(w, "link.country",
                      "is missing; Wi-Fi Aware needs its ISO 3166-1 alpha-2 country, for instance DE, too");
    if (aware->supplicant.manage == AWARE_MANAGE_ADOPT && aware->supplicant.control[0] == '\0')
        return broken(w, "aware.supplicant.control", "is missing; manage: adopt needs the global control socket");
    if (aware->keep_alive_s >= aware->idle_s)
        return broken(w, "aware.keep_alive_s", "is not below aware.idle_s; allowed are 0 (none) and what is");
    int r = check_interfaces(w, aware);
    return r == 0 ? check_schedule(w, aware) : r;
}
