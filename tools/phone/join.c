/* SPDX-License-Identifier: Apache-2.0 */
/* fascia-phone join: the steps of a phone that joins, one function each. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/rtnetlink/no_nd.h"
#include "tools/phone/credentials_file.h"
#include "tools/phone/radio.h"
#include "tools/phone/report.h"
#include "tools/phone/session.h"
#include "tools/phone/verbs.h"

#define REPLY_TIME_MS 2000
#define PROGRESS_US   2000000  /* say what is being waited for, when it takes longer than this */
#define CHECK_US      1000000  /* how often check_settled() looks */
#define UNSETTLED_US  5000000  /* how long a key handshake may take: hostapd gives it up after four seconds */
#define ANEW_US       15000000 /* a new association that takes this long is tried again */

/* A step returns 0, or anything else after the reason has entered the result. */
typedef int (*step_fn)(struct session *session);

static int step_credentials(struct session *session)
{
    char path[512] = "";

    int r = credentials_read(&session->options, &session->credentials, path, sizeof path);
    if (r != 0)
        phone_result_fail(&session->result, "credentials: %s%s%s", path, path[0] ? ": " : "",
                          phone_credentials_strerror(r));
    return r;
}

static int step_root(struct session *session)
{
    if (geteuid() == 0)
        return 0;
    phone_result_fail(&session->result, "root is needed: the phone makes a network namespace and moves a radio there");
    return -EPERM;
}

/* Disconnecting first: REASSOCIATE of 2.10 scans, finds the network and then does nothing in that state. */
static void associate_anew(struct session *session, const char *state)
{
    char reply[PHONE_REPLY_SIZE];

    session->unsettled_us = 0;
    session->anew_us = session_now_us();
    session->connected = false; /* until the next CONNECTED event */
    session_note(session, "associating-anew still %s", state);
    (void)supplicant_request(session->supplicant.control, "DISCONNECT", reply, sizeof reply, NULL, REPLY_TIME_MS);
    (void)supplicant_request(session->supplicant.control, "RECONNECT", reply, sizeof reply, NULL, REPLY_TIME_MS);
}

/*
 * An association request that was sent twice makes the access point begin the key handshake anew after it was done.
 * It then gives it up and forgets us, in frames that a station with protected management frames must not believe:
 * both wait for ever. A phone then associates anew, and again when that leads nowhere.
 */
static void check_settled(struct session *session)
{
    char reply[PHONE_REPLY_SIZE];
    struct phone_status status;
    size_t size = 0;
    int64_t now = session_now_us();

    if (session->connected)
        session->anew_us = 0;
    else
        session->unsettled_us = 0;
    if ((!session->connected && session->anew_us == 0) || now - session->checked_us < CHECK_US)
        return;
    session->checked_us = now;
    if (supplicant_request(session->supplicant.control, "STATUS", reply, sizeof reply, &size, REPLY_TIME_MS) < 0 ||
        phone_status_parse(reply, size, &status) < 0)
        return;
    if (!session->connected) {
        if (now - session->anew_us >= ANEW_US)
            associate_anew(session, status.state);
    } else if (strcmp(status.state, "COMPLETED") == 0) {
        session->unsettled_us = 0;
    } else if (session->unsettled_us == 0) {
        session->unsettled_us = now;
    } else if (now - session->unsettled_us >= UNSETTLED_US) {
        associate_anew(session, status.state);
    }
}

/* Waits while `is_done` is false. What is waited for is said every few seconds. */
static int wait_until(struct session *session, bool (*is_done)(struct session *), const char *what)
{
    int64_t next_note = session_now_us() + PROGRESS_US;

    while (!is_done(session)) {
        int64_t until = next_note < session->deadline_us ? next_note : session->deadline_us;
        int r = session_turn(session, until);
        if (r == 0 || r == -ETIMEDOUT)
            check_settled(session);
        if (r == -ETIMEDOUT && session_now_us() < session->deadline_us) {
            (void)fprintf(stderr, "fascia-phone: %6.1f s  … %s\n",
                          (double)(session_now_us() - session->result.started_us) / 1e6, what);
            next_note = session_now_us() + PROGRESS_US;
            continue;
        }
        if (r == -EINTR)
            phone_result_fail(&session->result, "ended by a signal while %s", what);
        if (r == -ECHILD)
            phone_result_fail(&session->result, "wpa_supplicant ended while %s: see --supplicant-log", what);
        if (r < 0)
            return r;
    }
    return 0;
}

static bool is_controlled(struct session *session)
{
    return supplicant_process_connect(&session->supplicant) == 0;
}

static int step_supplicant(struct session *session)
{
    int r = supplicant_process_start(&session->supplicant, session->options.supplicant, session->interface,
                                     &session->credentials, session->options.supplicant_log);
    fascia_secret_wipe(&session->credentials.passphrase);
    if (r != 0) {
        phone_result_fail(&session->result, "%s does not start: %s; is wpasupplicant installed?",
                          session->options.supplicant, phone_credentials_strerror(r));
        return r;
    }
    session_note(session, "supplicant-started");

    /* Its control socket has no notification: look every 50 ms. */
    while (!is_controlled(session)) {
        int64_t look = session_now_us() + 50000;
        r = session_turn(session, look < session->deadline_us ? look : session->deadline_us);
        if (r == -ECHILD || r == -EINTR || session_now_us() >= session->deadline_us) {
            phone_result_fail(&session->result, "wpa_supplicant %s: see --supplicant-log",
                              r == -ECHILD ? "ended at its start" : "does not open its control socket");
            return r != 0 ? r : -ETIMEDOUT;
        }
    }
    return 0;
}

static int read_status(struct session *session)
{
    char reply[PHONE_REPLY_SIZE];
    size_t size = 0;

    int r = supplicant_request(session->supplicant.control, "STATUS", reply, sizeof reply, &size, REPLY_TIME_MS);
    if (r == 0)
        r = phone_status_parse(reply, size, &session->result.status);
    if (r == 0 &&
        supplicant_request(session->supplicant.control, "SIGNAL_POLL", reply, sizeof reply, &size, REPLY_TIME_MS) == 0)
        session->result.has_signal = phone_signal_parse(reply, size, &session->result.signal) == 0;
    return r;
}

/* The CONNECTED event may have come before we were attached: STATUS tells. */
static bool is_joined(struct session *session)
{
    struct phone_status *status = &session->result.status;

    if (!session->connected)
        return false;
    return read_status(session) == 0 && strcmp(status->state, "COMPLETED") == 0 && status->has_bssid;
}

static int step_join(struct session *session)
{
    struct phone_status *status = &session->result.status;
    char mac[FASCIA_MAC_TEXT_SIZE];

    if (read_status(session) == 0 && strcmp(status->state, "COMPLETED") == 0) {
        session->connected = session->rejoined = true;
        session->result.joins = 1;
    }
    int r = wait_until(session, is_joined, "joining");
    if (r == -ETIMEDOUT)
        phone_result_fail(&session->result, "not joined in %lld s: %s", (long long)session->options.seconds,
                          session->connected ? "the key handshake comes to no end: see the access point's log"
                                             : phone_event_advice(&session->obstacle));
    if (r < 0)
        return r;
    session->result.joined = true;
    session_note(session, "joined %s, %u MHz, %s, Wi-Fi %u", fascia_mac_format(&status->bssid, mac),
                 (unsigned)status->freq_mhz, status->key_mgmt, (unsigned)status->wifi_generation);
    return 0;
}

/* Own address, the head unit's neighbour entry and host route. Also after each new association: the BSS may be
 * another one, and what is there already is replaced. */
static int install_addresses(struct session *session)
{
    struct phone_result *result = &session->result;
    struct rtnl_link link;
    struct address_iid previous = session->head_unit_iid;

    int r = rtnl_link_get(session->rtnl, session->ifindex, &link);
    if (r == 0 && !link.has_mac)
        r = -EADDRNOTAVAIL;
    if (r != 0)
        return r;
    session->own_iid = address_iid_from_mac(&link.mac);
    session->head_unit_iid = session->options.has_head_unit_iid ? session->options.head_unit_iid
                                                                : address_iid_from_mac(&result->status.bssid);
    r = address_peer_check(&result->status.bssid, &session->head_unit_iid, &link.mac, &session->own_iid);
    if (r == 0)
        r = no_nd_address(session->rtnl, session->ifindex, &session->own_iid);
    if (r == 0 && result->has_head_unit && !address_iid_equal(&previous, &session->head_unit_iid))
        r = no_nd_peer_remove(session->rtnl, session->ifindex, &previous);
    if (r == 0)
        r = no_nd_peer_add(session->rtnl, session->ifindex, &result->status.bssid, &session->head_unit_iid);
    if (r != 0)
        return r;

    char text[ADDRESS_LINK_LOCAL_TEXT_SIZE];
    result->has_own = result->has_head_unit = true;
    result->own_mac = link.mac;
    result->head_unit_mac = result->status.bssid;
    (void)fascia_text_copy(result->own_address, sizeof result->own_address,
                           address_link_local_format(&session->own_iid, session->interface, text));
    (void)fascia_text_copy(result->head_unit_address, sizeof result->head_unit_address,
                           address_link_local_format(&session->head_unit_iid, session->interface, text));
    return 0;
}

static int step_address(struct session *session)
{
    int r = install_addresses(session);
    if (r != 0) {
        phone_result_fail(&session->result, "no address: %s %s", r < 0 ? strerror(-r) : address_result_text(r),
                          rtnl_explanation(session->rtnl));
        return r;
    }
    session->rejoined = false;
    session_note(session, "own-address %s", session->result.own_address);
    session_note(session, "head-unit-pinned %s, permanent neighbour", session->result.head_unit_address);
    return 0;
}

/* A new association while the exchange or the stay goes on. */
static void follow_rejoin(struct session *session)
{
    if (!session->rejoined)
        return;
    session->rejoined = false;
    if (read_status(session) != 0 || !session->result.status.has_bssid)
        return;
    int r = install_addresses(session);
    session_note(session, r == 0 ? "addresses-renewed" : "addresses-not-renewed %d", r);
}

static bool is_exchanged(struct session *session)
{
    follow_rejoin(session);
    return talk_is_complete(&session->talk);
}

static int step_exchange(struct session *session)
{
    const struct join_options *o = &session->options;
    struct talk_options talk = {
        .ifindex = session->ifindex,
        .port = (uint16_t)o->port,
        .bytes = (uint32_t)o->exchange,
        .listen = o->from,
        .call = o->to,
    };

    if (o->exchange == 0)
        return 0;
    memcpy(talk.interface, session->interface, sizeof talk.interface);
    address_link_local(&session->own_iid, talk.own.s6_addr);
    address_link_local(&session->head_unit_iid, talk.peer.s6_addr);
    int r = talk_init(&session->talk, &talk, session_now_us());
    session->talking = true;
    if (r < 0) {
        phone_result_fail(&session->result, "TCP port %u: %s", (unsigned)talk.port, strerror(-r));
        return r;
    }
    return wait_until(session, is_exchanged, "exchanging bytes"); /* a time-out is explained by the transfers */
}

static int write_report(struct session *session)
{
    struct phone_result *result = &session->result;

    if (session->talking) {
        result->to_head_unit = session->talk.called;
        result->from_head_unit = session->talk.answered;
    }
    nd_count_read(&session->count, &result->nd);
    phone_result_settle(result);
    _cleanup_(json_object_release) struct json_object *json = report_of_result(result);
    int r = report_write(json, session->options.out);
    if (r < 0)
        (void)fprintf(stderr, "fascia-phone: %s: %s\n", session->options.out ? session->options.out : "stdout",
                      strerror(-r));
    return r;
}

static int start_play(struct session *session)
{
    struct play_options options = {
        .from = {.ifindex = session->ifindex},
        .port = (uint16_t)session->options.play_port,
        .bits = 16,
        .rate = (uint32_t)session->options.play_rate,
        .payload_type = 96,
        .level_dbfs = -20,
    };

    if (session->options.play_port == 0)
        return 0;
    (void)layout_named("5.1", &options.channels);
    memcpy(options.from.interface, session->interface, sizeof options.from.interface);
    address_link_local(&session->own_iid, options.from.address.s6_addr);
    address_link_local(&session->head_unit_iid, options.to.s6_addr);
    int r = play_start(&session->play, &options);
    if (r < 0)
        phone_result_fail(&session->result, "playing to port %u: %s", (unsigned)options.port, strerror(-r));
    else
        session_note(session, "playing 5.1 to port %u", (unsigned)options.port);
    return r;
}

/* Remains joined, answers calls, and keeps the report fresh, until a signal comes. */
static int stay(struct session *session)
{
    session_note(session, "ready staying until SIGTERM");
    int r = start_play(session);
    if (r < 0)
        return r;
    r = write_report(session);
    while (r == 0) {
        session->changed = false;
        r = session_turn(session, session_now_us() + UNSETTLED_US);
        if (r == -ETIMEDOUT)
            r = 0;
        if (r == 0)
            check_settled(session);
        follow_rejoin(session);
        if (r == 0 && session->changed && session->options.out)
            r = write_report(session);
    }
    if (r == -EINTR)
        return 0;
    phone_result_fail(&session->result, "%s", r == -ECHILD ? "wpa_supplicant ended" : strerror(-r));
    return r;
}

static int run(struct session *session)
{
    static const step_fn steps[] = {
        step_credentials, step_root, radio_take, step_supplicant, step_join, step_address, step_exchange,
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(steps); i++) {
        int r = steps[i](session);
        if (r != 0)
            return r;
    }
    return session->options.stay ? stay(session) : 0;
}

int verb_join(int argc, char **argv)
{
    static struct session session; /* too large for a stack frame, too single for the heap */
    struct join_options options;

    int r = join_options_parse(argc, argv, &options);
    if (r != 0)
        return r > 0 ? PHONE_EXIT_OK : PHONE_EXIT_USAGE;
    report_forget(options.out);
    r = session_init(&session, &options);
    if (r == 0)
        r = run(&session);
    else
        phone_result_fail(&session.result, "signals: %s", strerror(-r));

    /* Without --out a staying phone has printed its report when it was ready. */
    bool printed = options.stay && !options.out && r == 0;
    if (!printed && write_report(&session) < 0)
        r = -EIO;
    session_finish(&session);
    if (!session.result.ok)
        (void)fprintf(stderr, "fascia-phone: %s\n", session.result.reason);
    return r == 0 && session.result.ok ? PHONE_EXIT_OK : PHONE_EXIT_FAILED;
}
