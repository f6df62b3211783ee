/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/engine_command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NIK_OCTETS 16
#define PMK_OCTETS 32

/* A generic service: the information is ours to define (hostap's nan_defs.h, service protocol types). */
#define PROTOCOL_GENERIC 2

void engine_command_wipe(struct engine_command *command)
{
    explicit_bzero(command, sizeof *command);
}

const char *engine_command_text(const struct engine_command *command)
{
    return command->failed_ || command->size_ == 0 ? NULL : command->text_;
}

static void __attribute__((format(printf, 2, 3))) add(struct engine_command *to, const char *format, ...)
{
    size_t room = sizeof to->text_ - to->size_;
    va_list args;

    va_start(args, format);
    int n = vsnprintf(to->text_ + to->size_, room, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= room)
        to->failed_ = true;
    else
        to->size_ += (size_t)n;
}

static void begin(struct engine_command *to, const char *verb)
{
    engine_command_wipe(to);
    add(to, "%s", verb);
}

/* A blank would end the value, and a line end the command. */
static bool is_word(const char *text)
{
    for (const char *c = text; *c; c++) {
        if (*c <= ' ' || *c > '~')
            return false;
    }
    return text[0] != '\0';
}

static void add_word(struct engine_command *to, const char *before, const char *word)
{
    if (word && is_word(word))
        add(to, "%s%s", before, word);
    else
        to->failed_ = true;
}

static void add_number(struct engine_command *to, const char *key, uint32_t value)
{
    add(to, " %s=%u", key, value);
}

static void add_mac(struct engine_command *to, const char *before, const struct fascia_mac *mac)
{
    char text[FASCIA_MAC_TEXT_SIZE];

    if (!fascia_mac_is_unicast(mac))
        to->failed_ = true;
    add(to, "%s%s", before, fascia_mac_format(mac, text));
}

static void add_hex(struct engine_command *to, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++)
        add(to, "%02x", octets[i]);
}

/* Digits as the configuration has them. */
static void add_digits(struct engine_command *to, const char *before, const char *digits)
{
    size_t n = strlen(digits);

    if (n == 0 || n % 2 != 0 || strspn(digits, "0123456789abcdefABCDEF") != n)
        to->failed_ = true;
    add(to, "%s%s", before, digits);
}

/* size 0: any but none. */
static void add_secret(struct engine_command *to, const char *before, const struct fascia_secret *secret, size_t size)
{
    size_t n = 0;
    const uint8_t *octets = fascia_secret_borrow(secret, &n);

    if (size != 0 ? n != size : n == 0)
        to->failed_ = true;
    add(to, "%s", before);
    add_hex(to, octets, n);
}

/* INTERFACE_ADD <ifname> TAB <config> TAB <driver> TAB <ctrl_interface> [TAB <driver_param> TAB <bridge> TAB create TAB
 * <type>]; what is empty stays between its tabs. */
static void interface_add(struct engine_command *to, const char *ifname, const char *sockets_dir)
{
    begin(to, "INTERFACE_ADD");
    add_word(to, " ", ifname);
    add_word(to, "\t\tnl80211\tDIR=", sockets_dir);
}

void engine_interface_add(struct engine_command *to, const char *ifname, const char *sockets_dir)
{
    interface_add(to, ifname, sockets_dir);
}

void engine_interface_create(struct engine_command *to, const char *ifname, const char *sockets_dir, const char *type)
{
    interface_add(to, ifname, sockets_dir);
    add_word(to, "\t\t\tcreate\t", type);
}

void engine_interface_remove(struct engine_command *to, const char *ifname)
{
    begin(to, "INTERFACE_REMOVE");
    add_word(to, " ", ifname);
}

void engine_plain(struct engine_command *to, const char *text)
{
    begin(to, text);
    for (const char *c = text; *c; c++)
        to->failed_ |= *c < ' ' || *c > '~';
}

void engine_set_number(struct engine_command *to, const char *key, uint32_t value)
{
    begin(to, "NAN_SET");
    add_word(to, " ", key);
    add(to, " %u", value);
}

void engine_set_country(struct engine_command *to, const char country[static 3])
{
    begin(to, "SET country");
    if (strnlen(country, 3) == 2)
        add_word(to, " ", country);
    else
        to->failed_ = true;
}

void engine_set_bootstrap(struct engine_command *to, uint16_t supported, uint16_t auto_accepted, uint16_t comeback_tu)
{
    begin(to, "NAN_SET bootstrap_config");
    add(to, " 0x%04x,0x%04x,%u", supported, auto_accepted, comeback_tu);
}

void engine_set_nik(struct engine_command *to, const struct fascia_secret *nik)
{
    begin(to, "NAN_SET nik");
    add_secret(to, " ", nik, NIK_OCTETS);
}

void engine_schedule(struct engine_command *to, unsigned int map_id, const char (*slots)[16], size_t count)
{
    begin(to, "NAN_SCHED_CONFIG_MAP");
    add_number(to, "map_id", map_id);
    to->failed_ |= count == 0;
    for (size_t i = 0; i < count; i++)
        add_word(to, " ", slots[i]);
}

static void add_info(struct engine_command *to, const struct aware_service_config *service)
{
    if (service->info[0] != '\0')
        add_digits(to, " ssi=", service->info);
}

/* A matching filter is a run of length(1) value; an entry without a value matches everything. */
static void add_filter(struct engine_command *to, const char *before, const char (*entries)[AWARE_FILTER_SIZE],
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *digits = entries[i];
        add(to, "%s%02zx", i == 0 ? before : "", strlen(digits) / 2);
        if (digits[0] != '\0')
            add_digits(to, "", digits);
    }
}

static void add_filters(struct engine_command *to, const struct aware_service_config *service)
{
    add_filter(to, " match_filter_tx=", service->filter_tx, service->filter_tx_count);
    add_filter(to, " match_filter_rx=", service->filter_rx, service->filter_rx_count);
}

static void add_methods(struct engine_command *to, const struct aware_service_config *service)
{
    uint32_t mask = 0;

    for (size_t i = 0; i < service->methods_count; i++)
        mask |= UINT32_C(1) << service->methods[i];
    if (mask != 0)
        add_number(to, "pbm", mask);
}

static void add_service(struct engine_command *to, const struct aware_service_config *service)
{
    add_word(to, " service_name=", service->name);
    add(to, " sync=1 srv_proto_type=%d", PROTOCOL_GENERIC);
}

/* fsd=0: the engine would else announce a further discovery that is for unsynchronised services. */
void engine_publish(struct engine_command *to, const struct aware_service_config *service, unsigned int ttl_s)
{
    begin(to, "NAN_PUBLISH");
    add_service(to, service);
    add(to, " fsd=0 ttl=%u", ttl_s);
    add_info(to, service);
    add(to, " data_path=1");
    for (size_t i = 0; i < service->ciphers_count; i++)
        add(to, "%s%d", i == 0 ? " cipher_suites=" : ",", (int)service->ciphers[i]);
    add_methods(to, service);
    add_filters(to, service);
}

void engine_subscribe(struct engine_command *to, const struct aware_service_config *service, unsigned int ttl_s)
{
    begin(to, "NAN_SUBSCRIBE");
    add_service(to, service);
    if (ttl_s != 0)
        add_number(to, "ttl", ttl_s);
    add_info(to, service);
    add(to, " active=1");
    add_filters(to, service);
}

void engine_cancel(struct engine_command *to, enum aware_role role, uint32_t id)
{
    bool publisher = role == AWARE_ROLE_PUBLISH;

    begin(to, publisher ? "NAN_CANCEL_PUBLISH" : "NAN_CANCEL_SUBSCRIBE");
    add_number(to, publisher ? "publish_id" : "subscribe_id", id);
}

void engine_bootstrap(struct engine_command *to, const struct fascia_mac *peer, uint32_t own_id, uint32_t peer_id,
                      uint16_t method, bool authorise)
{
    begin(to, "NAN_BOOTSTRAP");
    add_mac(to, " ", peer);
    add_number(to, "handle", own_id);
    add_number(to, "req_instance_id", peer_id);
    add_number(to, "method", method);
    if (authorise)
        add(to, " auth");
}

void engine_bootstrap_reset(struct engine_command *to, const struct fascia_mac *peer)
{
    begin(to, "NAN_BOOTSTRAP_RESET");
    add_mac(to, " ", peer);
}

void engine_pair(struct engine_command *to, const struct engine_pair *pair)
{
    begin(to, "NAN_PAIR");
    add_mac(to, " ", &pair->peer);
    add_number(to, "auth", (uint32_t)pair->auth);
    add(to, " cipher=%s", pair->gcmp_256 ? "GCMP-256" : "CCMP");
    add_number(to, "handle", pair->own_id);
    add_number(to, "peer_instance_id", pair->peer_id);
    if (pair->responder)
        add(to, " responder");
    if (pair->password)
        add_secret(to, " pwd_hex=", pair->password, 0);
    if ((pair->auth == ENGINE_AUTH_SAE) != (pair->password != NULL))
        to->failed_ = true;
}

void engine_pair_abort(struct engine_command *to, const struct fascia_mac *peer)
{
    begin(to, "NAN_PAIR_ABORT");
    add_mac(to, " ", peer);
}

static void add_path_info(struct engine_command *to, const struct engine_data_path *path)
{
    if (!path->info || path->info_size == 0)
        return;
    add(to, " ssi=");
    add_hex(to, path->info, path->info_size);
}

/* The engine does not say which key it takes when it is given two, nor what an open data path does with one. */
static void add_key(struct engine_command *to, const struct engine_data_path *path)
{
    bool secured = path->cipher != AWARE_CIPHER_NONE;

    if (secured != ((path->pmk != NULL) != (path->password != NULL)) || (path->pmk && path->password)) {
        to->failed_ = true;
        return;
    }
    if (!secured)
        return;
    add_number(to, "csid", (uint32_t)path->cipher);
    if (path->pmk)
        add_secret(to, " pmk=", path->pmk, PMK_OCTETS);
    else
        add_secret(to, " pwd_hex=", path->password, 0);
}

static void add_iid(struct engine_command *to, const struct address_iid *iid)
{
    char text[ADDRESS_IID_TEXT_SIZE];

    if (!iid || address_iid_is_zero(iid))
        to->failed_ = true;
    else
        add(to, " interface_id=%s", address_iid_format(iid, text));
}

void engine_ndp_request(struct engine_command *to, const struct engine_data_path *path)
{
    begin(to, "NAN_NDP_REQUEST");
    add_number(to, "handle", path->own_id);
    add_word(to, " ndi=", path->ndi);
    add_mac(to, " peer_nmi=", &path->peer);
    add_number(to, "peer_id", path->peer_id);
    add_path_info(to, path);
    add_key(to, path);
    add_iid(to, path->iid);
}

void engine_ndp_accept(struct engine_command *to, const struct engine_data_path *path)
{
    begin(to, "NAN_NDP_RESPONSE accept");
    add_mac(to, " peer_nmi=", &path->peer);
    add_word(to, " ndi=", path->ndi);
    add_number(to, "ndp_id", path->ndp_id);
    add_mac(to, " init_ndi=", &path->initiator);
    add_number(to, "handle", path->own_id);
    add_path_info(to, path);
    add_key(to, path);
    add_iid(to, path->iid);
}

void engine_ndp_reject(struct engine_command *to, const struct engine_data_path *path, unsigned int reason)
{
    begin(to, "NAN_NDP_RESPONSE reject");
    add_mac(to, " peer_nmi=", &path->peer);
    add_number(to, "ndp_id", path->ndp_id);
    add_mac(to, " init_ndi=", &path->initiator);
    add_number(to, "reason_code", reason);
}

void engine_ndp_terminate(struct engine_command *to, const struct engine_data_path *path)
{
    begin(to, "NAN_NDP_TERMINATE");
    add_mac(to, " peer_nmi=", &path->peer);
    add_mac(to, " init_ndi=", &path->initiator);
    add_number(to, "ndp_id", path->ndp_id);
}

static size_t without_line_end(const char *reply, size_t size)
{
    return size > 0 && reply[size - 1] == '\n' ? size - 1 : size;
}

bool engine_reply_is_ok(const char *reply, size_t size)
{
    return without_line_end(reply, size) == 2 && memcmp(reply, "OK", 2) == 0;
}

int engine_reply_id(const char *reply, size_t size, uint32_t *ret_id)
{
    char text[16];
    int64_t id = 0;

    size = without_line_end(reply, size);
    if (size >= sizeof text || memchr(reply, '\0', size))
        return -EBADMSG;
    memcpy(text, reply, size);
    text[size] = '\0';
    if (fascia_text_to_i64(text, 1, UINT8_MAX, &id) < 0)
        return -EBADMSG;
    *ret_id = (uint32_t)id;
    return 0;
}

void engine_reply_capability(const char *reply, size_t size, bool *ret_usd, bool *ret_nan)
{
    bool usd = false, nan = false;

    size = without_line_end(reply, size);
    for (size_t i = 0; i < size;) {
        const char *end = memchr(reply + i, ' ', size - i);
        size_t n = end ? (size_t)(end - reply) - i : size - i;
        usd |= n == 3 && memcmp(reply + i, "USD", 3) == 0;
        nan |= n == 3 && memcmp(reply + i, "NAN", 3) == 0;
        i += n + 1;
    }
    *ret_usd = usd;
    *ret_nan = nan;
}
