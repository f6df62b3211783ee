/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/aware/stand.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/aware/example_config.h"
#include "tests/unit/test.h"

#define ENTRIES_MAX 4096
#define RULES_MAX   16
#define SECOND      INT64_C(1000000)

static struct {
    const char *prefix, *reply;
} rules[RULES_MAX];
static size_t rules_count;

/* Not random at all, so that a test can say what it expects: 0x01, 0x02, … */
static void count_up(void *to, size_t size, void *userdata)
{
    static uint8_t next;
    uint8_t *octets = to;

    (void)userdata;
    for (size_t i = 0; i < size; i++)
        octets[i] = ++next;
}

void stand_init(struct stand *stand)
{
    static const uint8_t iid[8] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};

    *stand = (struct stand){
        .now_us = 1000 * SECOND,
        .wall_s = 1790000000,
        .engine_there = true,
        .radio_there = true,
        .address_there = true,
        .saving_works = true,
        .prepares = true,
        .ifindex = 7,
    };
    memcpy(stand->iid, iid, sizeof iid);
    example_config(&stand->config);
    stand->entries = calloc(ENTRIES_MAX, sizeof *stand->entries);
    stand->aware = calloc(1, aware_size());
    assert_non_null(stand->entries);
    assert_non_null(stand->aware);
    rules_count = 0;
}

void stand_finish(struct stand *stand)
{
    const unsigned char *octets = (const unsigned char *)stand->aware;

    aware_finish(stand->aware);
    for (size_t i = 0; i < aware_size(); i++)
        assert_int_equal(octets[i], 0);
    free(stand->aware);
    free(stand->entries);
}

struct aware_service_config *stand_service(struct stand *stand, const char *name, enum aware_role role,
                                           enum aware_security security)
{
    return example_service(&stand->config, name, role, security);
}

/* What no command may ever hold, whatever the state. */
static void check_command(const char *text)
{
    unsigned int keys = 0;
    static const char *const names[] = {" password=", " pwd_hex=", " pmk=", " nd_pmk="};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        for (const char *at = strstr(text, names[i]); at; at = strstr(at + 1, names[i]))
            keys++;
    }
    assert_true(keys <= 1);
    assert_null(strchr(text, '\n'));
    assert_null(strstr(text, " password="));
    if (strncmp(text, "NAN_NDP_", 8) == 0 && strstr(text, " csid="))
        assert_int_equal(keys, 1);
    if (strncmp(text, "NAN_NDP_REQUEST", 15) == 0 || strncmp(text, "NAN_NDP_RESPONSE accept", 23) == 0)
        assert_non_null(strstr(text, " interface_id="));
    if (strncmp(text, "NAN_PAIR ", 9) == 0 && strstr(text, "auth=1"))
        assert_int_equal(keys, 1);
}

static const char *usual_reply(struct stand *stand, const char *text, char to[static 16])
{
    if (strcmp(text, "PING") == 0)
        return "PONG\n";
    if (strcmp(text, "GET_CAPABILITY nan") == 0)
        return "USD NAN";
    if (strncmp(text, "NAN_PUBLISH ", 12) != 0 && strncmp(text, "NAN_SUBSCRIBE ", 14) != 0)
        return "OK\n";
    (void)snprintf(to, 16, "%u", ++stand->next_id);
    return to;
}

static const char *reply_to(struct stand *stand, const char *text, char to[static 16])
{
    for (size_t i = rules_count; i > 0; i--) {
        if (strncmp(text, rules[i - 1].prefix, strlen(rules[i - 1].prefix)) == 0)
            return rules[i - 1].reply ? rules[i - 1].reply : usual_reply(stand, text, to);
    }
    return usual_reply(stand, text, to);
}

static void note(struct stand *stand, const struct aware_action *action, const char *text)
{
    assert_true(stand->count < ENTRIES_MAX);
    struct stand_entry *entry = &stand->entries[stand->count++];

    *entry = (struct stand_entry){.kind = action->kind, .action = *action};
    entry->action.command = NULL;
    (void)snprintf(entry->text, sizeof entry->text, "%s", text);
    /* Nothing that people read has a key in it. */
    assert_null(strstr(action->text, ND_PMK));
    assert_null(strstr(action->text, NIK));
    assert_null(strstr(action->text, NPK));
}

static void answer(struct stand *stand, const struct aware_action *action)
{
    char id[16];
    char text[STAND_TEXT];

    assert_non_null(engine_command_text(action->command));
    assert_true(strlen(engine_command_text(action->command)) < sizeof text);
    (void)snprintf(text, sizeof text, "%s", engine_command_text(action->command));
    assert_true((stand->open & 1U << action->socket) != 0);
    assert_true(action->timeout_us > 0);
    check_command(text);
    note(stand, action, text);
    const char *reply = reply_to(stand, text, id);
    if (reply[0] == '\0')
        stand->held_token = action->token;
    else
        aware_on_reply(stand->aware, action->token, 0, reply, strlen(reply), stand->now_us);
}

static void add_peer(struct stand *stand, const struct aware_action *action)
{
    char address[ADDRESS_LINK_LOCAL_TEXT_SIZE];

    if (!stand->address_there)
        return;
    aware_on_peer_added(stand->aware, action->token, stand->add_error,
                        stand->add_error == 0 ? address_link_local_format(&action->iid, "ndi0", address) : NULL,
                        stand->add_text, stand->now_us);
}

static void carry_out(struct stand *stand, const struct aware_action *action)
{
    struct address_iid iid;

    memcpy(iid.octets, stand->iid, sizeof iid.octets);
    switch (action->kind) {
    case AWARE_ACTION_FIND_RADIO:
        aware_on_radio(stand->aware, stand->radio_there ? "wlan0" : "", "no radio has NAN", stand->now_us);
        break;
    case AWARE_ACTION_OPEN:
        if (stand->engine_there) {
            stand->open |= 1U << action->socket;
            aware_on_socket(stand->aware, action->socket, true, 0, stand->now_us);
        }
        break;
    case AWARE_ACTION_CLOSE:
        stand->open &= ~(1U << action->socket);
        break;
    case AWARE_ACTION_PREPARE:
        if (stand->address_there)
            aware_on_prepared(stand->aware, action->token, stand->prepares ? 0 : -EIO, &iid,
                              stand->prepares ? NULL : "no", stand->now_us);
        break;
    case AWARE_ACTION_PEER_ADD:
        add_peer(stand, action);
        break;
    case AWARE_ACTION_SAVE:
        aware_on_saved(stand->aware, stand->saving_works ? 0 : -ENOSPC, stand->now_us);
        break;
    case AWARE_ACTION_FACT:
        (void)snprintf(stand->state, sizeof stand->state, "%s %s", fascia_function_state_name(action->state),
                       fascia_reason_id(action->function_reason));
        break;
    case AWARE_ACTION_CONNECTED: {
        struct aware_path_view view;
        assert_true(aware_view_path_by_id(stand->aware, action->path, &view));
        assert_true(view.connected && view.address[0] != '\0');
        break;
    }
    case AWARE_ACTION_REQUEST:
    case AWARE_ACTION_RELEASE:
    case AWARE_ACTION_PEER_REMOVE:
    case AWARE_ACTION_KEEP_ALIVE:
    case AWARE_ACTION_EVENT:
    case AWARE_ACTION_CHANGED:
    case AWARE_ACTION_REQUESTED:
    case AWARE_ACTION_REQUEST_ENDED:
    case AWARE_ACTION_DISCONNECTED:
    case AWARE_ACTIONS_:
        break;
    }
}

void stand_settle(struct stand *stand)
{
    struct aware_action action;
    unsigned int steps = 0;

    while (aware_next(stand->aware, &action)) {
        assert_true(++steps < 2000);
        if (action.kind == AWARE_ACTION_REQUEST) {
            answer(stand, &action);
            continue;
        }
        note(stand, &action, "");
        carry_out(stand, &action);
    }
    assert_true(aware_deadline_us(stand->aware) > stand->now_us || aware_deadline_us(stand->aware) == 0);
}

void stand_start(struct stand *stand, const struct aware_store *store)
{
    aware_init(stand->aware, &stand->config, "/run/fascia/aware", "DE", count_up, NULL);
    aware_set_store(stand->aware, store, NULL);
    if (stand->address_there)
        aware_on_address_service(stand->aware, true, stand->now_us);
    aware_tick(stand->aware, stand->now_us, stand->wall_s);
    stand_settle(stand);
}

void stand_run(struct stand *stand, const struct aware_store *store)
{
    stand_start(stand, store);
    stand_event(stand, "NAN-CLUSTER-JOIN cluster_id=50:6f:9a:01:5c:7b new=1");
    aware_on_interface(stand->aware, "ndi0", stand->ifindex, true, stand->now_us);
    stand_settle(stand);
    assert_int_equal(stand_state(stand), AWARE_ENGINE_RUNNING);
}

void stand_publisher(struct stand *stand)
{
    stand_init(stand);
    (void)stand_service(stand, "_fascia._tcp", AWARE_ROLE_PUBLISH, AWARE_SECURITY_PAIRED);
    stand_run(stand, NULL);
    stand_forget(stand);
}

void stand_open_window(struct stand *stand)
{
    assert_int_equal(aware_order_window(stand->aware, 120, stand->now_us), 0);
    stand_settle(stand);
}

void stand_wait_us(struct stand *stand, int64_t us)
{
    int64_t until_us = stand->now_us + us;
    unsigned int ticks = 0;

    for (;;) {
        int64_t deadline_us = aware_deadline_us(stand->aware);
        if (deadline_us > until_us)
            break;
        assert_true(++ticks < 10000);
        if (deadline_us > stand->now_us)
            stand->now_us = deadline_us;
        aware_tick(stand->aware, stand->now_us, stand->wall_s);
        stand_settle(stand);
    }
    stand->now_us = until_us;
}

void stand_wait(struct stand *stand, int64_t seconds)
{
    stand->wall_s += seconds;
    stand_wait_us(stand, seconds * SECOND);
}

void stand_event_from(struct stand *stand, enum aware_socket socket, const char *line)
{
    aware_on_event(stand->aware, socket, line, strlen(line), stand->now_us, stand->wall_s);
    stand_settle(stand);
}

void stand_event(struct stand *stand, const char *format, ...)
{
    char line[1024] = "<3>";
    va_list args;

    va_start(args, format);
    (void)vsnprintf(line + 3, sizeof line - 3, format, args);
    va_end(args);
    stand_event_from(stand, AWARE_SOCKET_NMI, line);
}

void stand_answer(struct stand *stand, const char *prefix, const char *reply)
{
    (void)stand;
    assert_true(rules_count < RULES_MAX);
    rules[rules_count].prefix = prefix;
    rules[rules_count++].reply = reply;
}

void stand_reply(struct stand *stand, const char *reply)
{
    uint32_t token = stand->held_token;

    assert_true(token != 0);
    stand->held_token = 0;
    aware_on_reply(stand->aware, token, 0, reply, strlen(reply), stand->now_us);
    stand_settle(stand);
}

void stand_lose_engine(struct stand *stand)
{
    stand->open = 0;
    for (unsigned int i = AWARE_SOCKETS_; i > 0; i--)
        aware_on_socket(stand->aware, (enum aware_socket)(i - 1), false, -ECONNRESET, stand->now_us);
    stand_settle(stand);
}

void stand_address_service(struct stand *stand, bool there)
{
    stand->address_there = there;
    aware_on_address_service(stand->aware, there, stand->now_us);
    stand_settle(stand);
}

/* Looking back */

static bool is_request(const struct stand_entry *entry, const char *prefix)
{
    return entry->kind == AWARE_ACTION_REQUEST && strncmp(entry->text, prefix, strlen(prefix)) == 0;
}

size_t stand_requests(const struct stand *stand, const char *prefix)
{
    size_t count = 0;

    for (size_t i = 0; i < stand->count; i++)
        count += is_request(&stand->entries[i], prefix);
    return count;
}

const char *stand_last(const struct stand *stand, const char *prefix)
{
    for (size_t i = stand->count; i > 0; i--) {
        if (is_request(&stand->entries[i - 1], prefix))
            return stand->entries[i - 1].text;
    }
    return "";
}

size_t stand_place(const struct stand *stand, const char *prefix)
{
    for (size_t i = 0; i < stand->count; i++) {
        if (is_request(&stand->entries[i], prefix))
            return i;
    }
    return SIZE_MAX;
}

size_t stand_actions(const struct stand *stand, enum aware_action_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < stand->count; i++)
        count += stand->entries[i].kind == kind;
    return count;
}

const struct aware_action *stand_action(const struct stand *stand, enum aware_action_kind kind)
{
    for (size_t i = stand->count; i > 0; i--) {
        if (stand->entries[i - 1].kind == kind)
            return &stand->entries[i - 1].action;
    }
    fail_msg("there was no such action");
    return NULL;
}

size_t stand_events(const struct stand *stand, enum fascia_event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < stand->count; i++)
        count += stand->entries[i].kind == AWARE_ACTION_EVENT && stand->entries[i].action.event == kind;
    return count;
}

void stand_forget(struct stand *stand)
{
    stand->count = 0;
}

void stand_mac(const char *text, struct fascia_mac *ret_mac)
{
    assert_int_equal(fascia_mac_parse(text, ret_mac), 0);
}

static bool find_peer(const struct stand *stand, const char *nmi, struct aware_peer_view *view)
{
    struct fascia_mac mac;

    stand_mac(nmi, &mac);
    for (size_t i = 0; aware_view_peer(stand->aware, i, view); i++) {
        if (fascia_mac_equal(&view->nmi, &mac))
            return true;
    }
    return false;
}

struct aware_peer_view stand_peer(const struct stand *stand, const char *nmi)
{
    struct aware_peer_view view = {0};

    assert_true(find_peer(stand, nmi, &view));
    return view;
}

bool stand_has_peer(const struct stand *stand, const char *nmi)
{
    struct aware_peer_view view;

    return find_peer(stand, nmi, &view);
}

struct aware_path_view stand_path(const struct stand *stand, size_t index)
{
    struct aware_path_view view = {0};

    assert_true(aware_view_path(stand->aware, index, &view));
    return view;
}

size_t stand_paths(const struct stand *stand)
{
    struct aware_path_view view;
    size_t count = 0;

    while (aware_view_path(stand->aware, count, &view))
        count++;
    return count;
}

enum aware_engine_state stand_state(const struct stand *stand)
{
    struct aware_engine_view view;

    aware_view_engine(stand->aware, &view);
    return view.state;
}

/* Usual events */

void stand_replied(struct stand *stand, const char *nmi)
{
    stand_event(stand, "NAN-REPLIED publish_id=1 address=%s subscribe_id=6 srv_proto_type=2 ssi=ddbbccaa", nmi);
}

void stand_found(struct stand *stand, const char *nmi, unsigned int publish_id, unsigned int methods)
{
    stand_event(stand,
                "NAN-DISCOVERY-RESULT subscribe_id=1 publish_id=%u address=%s fsd=0 fsd_gas=0 srv_proto_type=2 "
                "ssi=020001aa cipher_suites=1,7 pairing_setup_supp=1 npk_nik_caching_supp=1 pbm=0x%04x data_path=1",
                publish_id, nmi, methods);
}

void stand_bootstrap_asked(struct stand *stand, const char *nmi)
{
    stand_event(stand, "NAN-BOOTSTRAP-REQUEST peer_nmi=%s pbm=0x0002 handle=1 requestor_instance_id=6", nmi);
}

void stand_pairing_asked(struct stand *stand, const char *nmi, bool verify)
{
    stand_event(stand, "NAN-PAIRING-REQUEST peer_nmi=%s csid=7 instance_id=6 key_mgmt=SAE verify=%d", nmi, verify);
}

void stand_paired(struct stand *stand, const char *nmi)
{
    stand_event(stand, "NAN-PAIRING-STATUS addr=%s akmp=SAE cipher=CCMP status=success nd_pmk=" ND_PMK, nmi);
}

void stand_nik(struct stand *stand, const char *nik)
{
    stand_event(stand, "NAN-NIK-RECEIVED nik=%s cipher_version=0 akmp=SAE pmk=" NPK " lifetime=43200 identity_id=1",
                nik);
}

void stand_pair_phone(struct stand *stand, const char *nmi, const char *nik)
{
    assert_int_equal(aware_order_window(stand->aware, 120, stand->now_us), 0);
    stand_bootstrap_asked(stand, nmi);
    stand_event(stand, "NAN-BOOTSTRAP-SUCCESS peer_nmi=%s pbm=0x0002 handle=1 requestor_instance_id=6", nmi);
    stand_pairing_asked(stand, nmi, false);
    stand_paired(stand, nmi);
    stand_nik(stand, nik);
}

void stand_path_asked(struct stand *stand, const char *nmi, const char *ndi, unsigned int ndp_id, unsigned int csid)
{
    stand_event(stand, "NAN-NDP-REQUEST peer_nmi=%s init_ndi=%s ndp_id=%u publish_inst_id=1 ssi=0002003412 csid=%u",
                nmi, ndi, ndp_id, csid);
}

void stand_connected(struct stand *stand, const char *nmi, unsigned int ndp_id, const char *local, const char *peer,
                     const char *iid)
{
    stand_event(stand,
                "NAN-NDP-CONNECTED peer=%s ndp_id=%u local_ndi=%s peer_ndi=%s ssi=000200341201010006 interface_id=%s",
                nmi, ndp_id, local, peer, iid);
}

void stand_disconnected(struct stand *stand, const char *nmi, unsigned int ndp_id, const char *local, const char *peer,
                        unsigned int reason, bool locally, bool failure)
{
    stand_event(
        stand,
        "NAN-NDP-DISCONNECTED peer=%s ndp_id=%u local_ndi=%s peer_ndi=%s reason=%u locally_generated=%d, failure=%d",
        nmi, ndp_id, local, peer, reason, locally, failure);
}
