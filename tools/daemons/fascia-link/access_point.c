/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "platform/path/path_monitor.h"
#include "platform/process/children.h"
#include "stack/link/hostapd_conf.h"
#include "tools/daemons/fascia-link/linkd.h"

#define QUICK_US       2000000  /* commands that hostapd answers at once */
#define SLOW_US        10000000 /* ADD and REMOVE: drivers load and unload firmware, keys are derived */
#define PING_PERIOD_US 1000000
#define PATIENCE_US    3000000 /* hostapd may take this long to appear before that is a failure */

static const struct link_config *config_of(const struct linkd *linkd)
{
    return &linkd->service.config.link;
}

/* Down */

/* A hostapd that is merely starting is no news; one that was there, or never comes, is. */
static void fail_hostapd(struct linkd *linkd, const char *what, int error)
{
    int64_t now = loop_now_us();

    if (linkd->hostapd_lost_us == 0)
        linkd->hostapd_lost_us = now;
    if (linkd->was_up || now - linkd->hostapd_lost_us >= PATIENCE_US)
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_DOWN, "%s: %s%s%s", linkd->global, what,
                   error ? ": " : "", error ? strerror(error) : "");
}

static void drop_hostapd(struct linkd *linkd)
{
    linkd->attached = false;
    linkd->status_asked = false;
    (void)loop_timer_disarm(linkd->ping_timer);
    control_close(FASCIA_STEAL(linkd->hostapd));
}

static void on_hostapd_down(int error, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    drop_hostapd(linkd);
    fail_hostapd(linkd, error == -ETIMEDOUT ? "does not answer" : "is gone", error == -ETIMEDOUT ? 0 : -error);
    linkd_post(linkd, LINK_EVENT_HOSTAPD_DOWN);
}

/* Sends a command for the chosen interface. When that cannot be sent, on_hostapd_down() has said so. */
static void ask_interface(struct linkd *linkd, const char *command, control_reply_fn fn)
{
    char text[CONTROL_COMMAND_HOSTAPD + 1];

    (void)snprintf(text, sizeof text, "IFNAME=%s %s", linkd->choice.interface, command);
    (void)control_request(linkd->hostapd, text, QUICK_US, fn, linkd);
}

/* Events */

static void on_event(const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    struct hostapd_event event;

    if (hostapd_reply_event(text, size, &event) < 0 || !linkd->chosen)
        return;
    if (event.interface[0] && strcmp(event.interface, linkd->choice.interface) != 0)
        return;
    switch (event.kind) {
    case HOSTAPD_EVENT_AP_ENABLED:
        linkd_post(linkd, LINK_EVENT_AP_ENABLED);
        break;
    case HOSTAPD_EVENT_CHANNEL_SWITCHED:
    case HOSTAPD_EVENT_CHANNEL_CHANGED:
    case HOSTAPD_EVENT_CHANNEL_CHOSEN:
    case HOSTAPD_EVENT_CHECK_STARTED:
    case HOSTAPD_EVENT_CHECK_COMPLETED:
    case HOSTAPD_EVENT_RADAR:
    case HOSTAPD_EVENT_SELECTION_STARTED:
    case HOSTAPD_EVENT_SELECTION_COMPLETED:
        linkd_post(linkd, LINK_EVENT_AP_CHANGED); /* what it has come to is asked, not concluded */
        break;
    case HOSTAPD_EVENT_SELECTION_FAILED: /* AP-DISABLED follows, and the next choice does without */
        linkd->unmeasured = true;
        break;
    case HOSTAPD_EVENT_AP_DISABLED:
    case HOSTAPD_EVENT_INTERFACE_DISABLED:
        /* REMOVE, which we ask for ourselves, disables as well; the machine ignores that. */
        if (linkd->machine.state == LINK_STATE_UP || linkd->machine.state == LINK_STATE_ENABLING) {
            linkd->must_replace = true;
            linkd_radio_blame(linkd, event.kind == HOSTAPD_EVENT_AP_DISABLED ? "hostapd disabled the access point"
                                                                             : "the interface went down");
        }
        linkd_post(linkd, LINK_EVENT_AP_DISABLED);
        break;
    case HOSTAPD_EVENT_STATION_CONNECTED:
        linkd_remind_note(linkd, &event.mac);
        linkd_stations_soon(linkd);
        break;
    case HOSTAPD_EVENT_STATION_DISCONNECTED:
        linkd_station_gone(linkd, &event.mac);
        break;
    case HOSTAPD_EVENT_TERMINATING:
        /* Said by one interface that goes (REMOVE) as well as by a hostapd that ends: ask. */
        linkd_ap_ping(linkd);
        break;
    case HOSTAPD_EVENT_INTERFACE_ENABLED: /* what follows from it is told by AP-ENABLED or by our retry */
    case HOSTAPD_EVENT_CHANNEL_SWITCHING: /* the old channel is in use until it is done */
    case HOSTAPD_EVENT_RADAR_OVER:
    case HOSTAPD_EVENT_OTHER:
    case HOSTAPD_EVENTS_:
        break;
    }
}

/* Connect */

/*
 * Whoever supervises us started the hostapd that we are to use, so both have the same parent. Run by hand there
 * is no such rule, and an adopted hostapd is anybody's.
 */
static bool is_foreign(const struct linkd *linkd)
{
    if (config_of(linkd)->hostapd.manage != LINK_MANAGE_SPAWN || !getenv("NOTIFY_SOCKET"))
        return false;
    pid_t parent = process_parent((pid_t)control_peer_pid(linkd->hostapd));
    return parent != 0 && parent != getppid();
}

static void refuse_hostapd(struct linkd *linkd)
{
    long long pid = (long long)control_peer_pid(linkd->hostapd);

    drop_hostapd(linkd);
    linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_CONTROL_SOCKET_TAKEN, "%s: process %lld answers",
               linkd->global, pid);
    linkd_post(linkd, LINK_EVENT_HOSTAPD_DOWN);
}

static void on_ping_reply(int error, const char *text, size_t size, void *userdata)
{
    (void)text;
    (void)size;
    struct linkd *linkd = userdata;
    if (error == 0 && linkd->attached)
        (void)loop_timer_arm(linkd->ping_timer, PING_PERIOD_US);
}

static int on_ping_time(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct linkd *linkd = userdata;
    (void)source;
    (void)usec;

    if (linkd->attached)
        (void)control_request(linkd->hostapd, "PING", QUICK_US, on_ping_reply, linkd);
    return 0;
}

void linkd_ap_ping(struct linkd *linkd)
{
    if (linkd->attached)
        (void)loop_timer_arm(linkd->ping_timer, 0);
}

static void on_attach_reply(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    if (error)
        return; /* on_hostapd_down() tells */
    if (!hostapd_reply_is_ok(text, size)) {
        drop_hostapd(linkd);
        fail_hostapd(linkd, "refuses to be watched (ATTACH)", 0);
        linkd_post(linkd, LINK_EVENT_HOSTAPD_DOWN);
        return;
    }
    linkd->attached = true;
    linkd->hostapd_lost_us = 0;
    (void)loop_timer_arm(linkd->ping_timer, PING_PERIOD_US);
    linkd_post(linkd, LINK_EVENT_HOSTAPD_UP);
}

static void on_first_reply(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    if (error)
        return;
    if (!hostapd_reply_is_pong(text, size) || is_foreign(linkd)) {
        refuse_hostapd(linkd);
        return;
    }
    (void)control_request(linkd->hostapd, "ATTACH", QUICK_US, on_attach_reply, linkd);
}

/*
 * Somebody deleted the global socket of a hostapd of ours that still runs, and we are not the one who was connected to
 * it. As long as nobody asks it anything it would live on, unreachable. Its interface's socket still takes orders: it
 * ends, and its supervisor starts another one.
 */
static void end_unreachable(struct linkd *linkd)
{
    const struct control_handlers handlers = {.on_event = on_event, .on_down = on_hostapd_down, .userdata = linkd};
    struct control *other = NULL;
    struct fascia_text text;
    char path[sizeof linkd->control_dir + HOSTAPD_INTERFACE_SIZE];

    if (config_of(linkd)->hostapd.manage != LINK_MANAGE_SPAWN)
        return;
    fascia_text_init(&text, path, sizeof path);
    fascia_text_add(&text, "%s/%s", linkd->control_dir, linkd->choice.interface);
    if (!fascia_text_ok(&text) ||
        control_open(linkd->service.loop, path, linkd->dir, CONTROL_COMMAND_HOSTAPD, &handlers, &other) < 0)
        return;
    journal_log(FASCIA_SEVERITY_WARNING, "%s is gone but hostapd is not: it is ended", linkd->global);
    (void)control_close_saying(other, "TERMINATE");
}

void linkd_ap_connect(struct linkd *linkd)
{
    const struct control_handlers handlers = {.on_event = on_event, .on_down = on_hostapd_down, .userdata = linkd};

    if (linkd->attached) {
        linkd_post(linkd, LINK_EVENT_HOSTAPD_UP);
        return;
    }
    drop_hostapd(linkd);
    int r = control_open(linkd->service.loop, linkd->global, linkd->dir, CONTROL_COMMAND_HOSTAPD, &handlers,
                         &linkd->hostapd);
    if (r == -EACCES || r == -EPERM) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PERMISSION,
                   "%s: may not connect; an adopted hostapd wants `-G` with a group of this account", linkd->global);
        linkd_post(linkd, LINK_EVENT_HOSTAPD_DOWN);
        return;
    }
    if (r < 0) {
        if (r == -ENOENT)
            end_unreachable(linkd);
        fail_hostapd(linkd, "cannot connect", -r);
        linkd_post(linkd, LINK_EVENT_HOSTAPD_DOWN);
        return;
    }
    (void)control_request(linkd->hostapd, "PING", QUICK_US, on_first_reply, linkd);
}

/* Look, remove, add */

/* The text of hostapd.conf; the caller wipes it. False with the failure set. */
static bool compose(struct linkd *linkd, struct fascia_text *text)
{
    const struct wiphy *wiphy = wiphy_find(&linkd->radios, linkd->choice.wiphy);
    char detail[FASCIA_DETAIL_SIZE];

    int r = linkd_files_passphrase(linkd, detail);
    if (r < 0) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_PASSPHRASE_FILE, "%s", detail);
        return false;
    }
    if (!wiphy) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_RADIO, "%s is gone", linkd->choice.wiphy_name);
        return false;
    }
    struct hostapd_conf_input input = {.config = config_of(linkd),
                                       .wiphy = wiphy,
                                       .plan = &linkd->choice.plan,
                                       .interface = linkd->choice.interface,
                                       .control_dir = linkd->control_dir,
                                       .eht = !linkd->eht_refused};
    linkd->eht_asked = input.eht && hostapd_conf_has_eht(&input);
    r = hostapd_conf_write(&input, &linkd->passphrase, text);
    if (r != 0) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED,
                   r == HOSTAPD_CONF_E_PASSPHRASE ? FASCIA_REASON_PASSPHRASE_FILE : FASCIA_REASON_HOSTAPD_REFUSED, "%s",
                   hostapd_conf_explain(r));
        return false;
    }
    return true;
}

/* The configured access point is up and running: it is taken over, so the phone stays. */
static bool is_the_same(struct linkd *linkd)
{
    char octets[HOSTAPD_CONF_MAX];
    struct fascia_text text;

    if (linkd->must_replace)
        return false;
    fascia_text_init(&text, octets, sizeof octets);
    bool same = compose(linkd, &text) && linkd_files_conf_is(linkd, &text);
    if (!same && linkd->eht_asked) { /* an earlier run may have learnt that this hostapd has no 802.11be */
        linkd->eht_refused = true;
        fascia_text_init(&text, octets, sizeof octets);
        same = compose(linkd, &text) && linkd_files_conf_is(linkd, &text);
        linkd->eht_refused = same;
    }
    same = same && linkd_radio_is_beaconing(linkd);
    hostapd_conf_wipe(&text);
    return same;
}

static enum link_event judge_interfaces(struct linkd *linkd, const struct hostapd_interfaces *list)
{
    bool adopted = config_of(linkd)->hostapd.manage == LINK_MANAGE_ADOPT;
    bool ours = false;

    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->names[i], linkd->choice.interface) == 0) {
            ours = true;
        } else if (!adopted) { /* a hostapd of our own has nothing but what we gave it */
            memcpy(linkd->removing, list->names[i], sizeof linkd->removing);
            return LINK_EVENT_FOUND_OTHER;
        }
    }
    if (!ours)
        return LINK_EVENT_FOUND_NONE;
    if (is_the_same(linkd))
        return LINK_EVENT_FOUND_SAME;
    if (adopted && !linkd_files_conf_exists(linkd)) {
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_REFUSED,
                   "the adopted hostapd already uses %s for an access point that is not ours", linkd->choice.interface);
        return LINK_EVENT_REFUSED;
    }
    (void)fascia_text_copy(linkd->removing, sizeof linkd->removing, linkd->choice.interface);
    return LINK_EVENT_FOUND_OTHER;
}

static void on_interfaces(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    struct hostapd_interfaces list;

    if (error)
        return;
    hostapd_reply_interfaces(text, size, &list);
    linkd_post(linkd, judge_interfaces(linkd, &list));
}

void linkd_ap_look(struct linkd *linkd)
{
    (void)control_request(linkd->hostapd, "INTERFACES", QUICK_US, on_interfaces, linkd);
}

static void on_removed(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    if (error)
        return;
    if (hostapd_reply_is_ok(text, size)) {
        linkd_post(linkd, LINK_EVENT_DONE);
        return;
    }
    linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_HOSTAPD_REFUSED, "REMOVE %s failed", linkd->removing);
    linkd_post(linkd, LINK_EVENT_REFUSED);
}

void linkd_ap_remove(struct linkd *linkd)
{
    char command[64];

    (void)snprintf(command, sizeof command, "REMOVE %s", linkd->removing);
    (void)control_request(linkd->hostapd, command, SLOW_US, on_removed, linkd);
}

static void on_added(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    if (error)
        return;
    if (hostapd_reply_is_ok(text, size)) {
        linkd->must_replace = false;
        linkd_post(linkd, LINK_EVENT_DONE);
        return;
    }
    if (linkd->eht_asked) { /* a hostapd without 802.11be refuses a file with its lines; nothing else tells */
        linkd->eht_refused = true;
        journal_log(FASCIA_SEVERITY_INFO, "hostapd refused the configuration; trying without 802.11be");
        linkd_ap_add(linkd);
        return;
    }
    linkd_radio_blame(linkd, "hostapd refused the configuration (ADD); its output says why");
    linkd_post(linkd, LINK_EVENT_REFUSED);
}

int linkd_ap_rewrite(struct linkd *linkd)
{
    char octets[HOSTAPD_CONF_MAX];
    struct fascia_text text;

    fascia_text_init(&text, octets, sizeof octets);
    int r = compose(linkd, &text) ? linkd_files_write_conf(linkd, &text) : -EINVAL;
    hostapd_conf_wipe(&text);
    if (r < 0 && r != -EINVAL)
        linkd_fail(linkd, FASCIA_FUNCTION_FAILED, FASCIA_REASON_NO_PERMISSION, "%s: %s", linkd->conf_path,
                   strerror(-r));
    return r;
}

void linkd_ap_add(struct linkd *linkd)
{
    char command[CONTROL_COMMAND_HOSTAPD + 1];

    if (linkd_ap_rewrite(linkd) < 0) {
        linkd_post(linkd, LINK_EVENT_REFUSED);
        return;
    }
    /* The label only tells hostapd which interfaces share a radio; the radio's name could hold a ':'. */
    (void)snprintf(command, sizeof command, "ADD bss_config=phy%u:%s", linkd->choice.wiphy, linkd->conf_path);
    (void)control_request(linkd->hostapd, command, SLOW_US, on_added, linkd);
}

/* Status */

static void on_security(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    linkd->status_asked = false;
    if (error)
        return;
    if (hostapd_reply_security(text, size, &linkd->security) < 0) {
        linkd->must_replace = true;
        linkd_radio_blame(linkd, "hostapd runs the access point with another kind of security");
        linkd_post(linkd, LINK_EVENT_STATUS_DISABLED);
        return;
    }
    linkd_channel_follow(linkd);
    linkd_radio_country(linkd);
    linkd_post(linkd, LINK_EVENT_STATUS_ENABLED);
    linkd_bus_changed(linkd);
}

static void on_status(int error, const char *text, size_t size, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    struct hostapd_status status = {0};

    if (error) {
        linkd->status_asked = false;
        return;
    }
    if (hostapd_reply_status(text, size, linkd->choice.interface, &status) == 0 &&
        status.state == HOSTAPD_STATE_ENABLED) {
        linkd->status = status;
        ask_interface(linkd, "GET_CONFIG", on_security);
        return;
    }
    linkd->status_asked = false;
    if (status.state == HOSTAPD_STATE_CHECKING) {
        linkd_fail(linkd, FASCIA_FUNCTION_STARTING, FASCIA_REASON_RADAR_CHECK, "channel %u (%u MHz), %u s left",
                   status.channel, status.frequency_mhz, status.check_left_s);
        linkd_post(linkd, LINK_EVENT_STATUS_CHECKING);
        return;
    }
    if (status.state == HOSTAPD_STATE_STARTING) {
        linkd_post(linkd, LINK_EVENT_STATUS_STARTING);
        return;
    }
    linkd->must_replace = true;
    linkd_radio_blame(linkd, "hostapd gave the access point up");
    linkd_post(linkd, LINK_EVENT_STATUS_DISABLED);
}

void linkd_ap_status(struct linkd *linkd)
{
    if (linkd->status_asked)
        return;
    linkd->status_asked = true;
    ask_interface(linkd, "STATUS", on_status);
}

void linkd_ap_withdraw(struct linkd *linkd)
{
    char command[64];

    if (!linkd->attached || linkd->choice.interface[0] == '\0')
        return;
    /* As in judge_interfaces(): an adopted hostapd that was never given a configuration has none of ours. */
    if (config_of(linkd)->hostapd.manage == LINK_MANAGE_ADOPT && !linkd_files_conf_exists(linkd))
        return;
    (void)snprintf(command, sizeof command, "REMOVE %s", linkd->choice.interface);
    (void)control_request(linkd->hostapd, command, SLOW_US, NULL, NULL);
}

/* Somebody bound the socket, or made it accessible: no need to wait for the next attempt. */
static void on_socket_appeared(void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;

    if (linkd->attached)
        linkd_ap_ping(linkd); /* is it still the one that we talk to? */
    else
        linkd_post(linkd, LINK_EVENT_HOSTAPD_APPEARED);
}

/* Ours goes with fasciad. An adopted hostapd stays, so what we gave it is taken back. */
void linkd_ap_release(struct linkd *linkd)
{
    char command[64];

    if (config_of(linkd)->hostapd.manage != LINK_MANAGE_ADOPT || linkd->status.state != HOSTAPD_STATE_ENABLED)
        return;
    linkd->attached = false;
    (void)snprintf(command, sizeof command, "REMOVE %s", linkd->choice.interface);
    (void)control_close_saying(FASCIA_STEAL(linkd->hostapd), command);
}

int linkd_ap_open(struct linkd *linkd)
{
    control_sweep(linkd->dir);
    int r = path_monitor_new(linkd->service.loop, linkd->global, on_socket_appeared, linkd, &linkd->socket_monitor);
    if (r == 0)
        r = linkd_remind_open(linkd);
    if (r < 0)
        return r;
    return loop_timer_new(linkd->service.loop, on_ping_time, linkd, &linkd->ping_timer);
}

void linkd_ap_close(struct linkd *linkd)
{
    drop_hostapd(linkd);
    linkd_remind_close(linkd);
    path_monitor_free(FASCIA_STEAL(linkd->socket_monitor));
    linkd->ping_timer = loop_source_free(linkd->ping_timer);
}
