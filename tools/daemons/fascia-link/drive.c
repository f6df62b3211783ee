/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-link/linkd.h"

void linkd_fail(struct linkd *linkd, enum fascia_function_state state, enum fascia_reason reason,
                const char *detail_format, ...)
{
    va_list args;

    linkd->failure = (struct linkd_failure){.state = state, .reason = reason};
    va_start(args, detail_format);
    (void)vsnprintf(linkd->failure.detail, sizeof linkd->failure.detail, detail_format, args);
    va_end(args);
}

static void on_up(struct linkd *linkd)
{
    const struct hostapd_status *status = &linkd->status;
    char bssid[FASCIA_MAC_TEXT_SIZE];

    linkd->failure = (struct linkd_failure){0};
    linkd->must_replace = false;
    linkd->was_up = true;
    service_event(&linkd->service, FASCIA_EVENT_LINK_UP, "%s on %s: channel %u (%u MHz), %u MHz wide, %s, country %s",
                  linkd->choice.interface, linkd->choice.wiphy_name, status->channel, status->frequency_mhz,
                  status->width_mhz, status->has_bssid ? fascia_mac_format(&status->bssid, bssid) : "?",
                  linkd->country[0] ? linkd->country : "?");
    linkd_stations_poll(linkd);
    linkd_remind_begin(linkd);
    linkd_bus_changed(linkd);
}

static void on_down(struct linkd *linkd)
{
    service_event(&linkd->service, FASCIA_EVENT_LINK_DOWN, "%s: %s", fascia_reason_id(linkd->failure.reason),
                  linkd->failure.detail);
    linkd->status = (struct hostapd_status){0};
    linkd_stations_poll(linkd);
    linkd_bus_changed(linkd);
}

static void carry_out(struct linkd *linkd, unsigned int actions)
{
    static const struct {
        enum link_action action;
        void (*fn)(struct linkd *linkd);
    } doers[] = {
        {LINK_ACTION_UP, on_up},
        {LINK_ACTION_DOWN, on_down},
        {LINK_ACTION_WITHDRAW, linkd_ap_withdraw},
        {LINK_ACTION_SCAN, linkd_radio_scan},
        {LINK_ACTION_PREPARE, linkd_bus_prepare},
        {LINK_ACTION_CONNECT, linkd_ap_connect},
        {LINK_ACTION_LOOK, linkd_ap_look},
        {LINK_ACTION_REMOVE, linkd_ap_remove},
        {LINK_ACTION_ADD, linkd_ap_add},
        {LINK_ACTION_STATUS, linkd_ap_status},
        {LINK_ACTION_RELEASE, linkd_ap_release},
    };
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(doers); i++) {
        if (actions & doers[i].action)
            doers[i].fn(linkd);
    }
}

static void step(struct linkd *linkd, enum link_event event)
{
    enum link_state before = linkd->machine.state;
    struct link_step step = link_machine_step(&linkd->machine, event, loop_now_us());

    if (linkd->machine.state != before)
        journal_log(FASCIA_SEVERITY_DEBUG, "%s: %s -> %s", link_event_name(event), link_state_name(before),
                    link_state_name(linkd->machine.state));
    if (step.timer_us > 0)
        (void)loop_timer_arm(linkd->timer, step.timer_us);
    else if (step.timer_us == 0)
        (void)loop_timer_disarm(linkd->timer);
    carry_out(linkd, step.actions);
}

void linkd_post(struct linkd *linkd, enum link_event event)
{
    if (linkd->pending_count == LINKD_PENDING) {
        /* Cannot be: an action posts one event. If it ever is, the timer brings the machine on. */
        journal_log(FASCIA_SEVERITY_ERROR, "event %s dropped", link_event_name(event));
        return;
    }
    linkd->pending[linkd->pending_count++] = event;
    if (linkd->dispatching)
        return;

    linkd->dispatching = true;
    while (linkd->pending_count > 0) {
        enum link_event next = linkd->pending[0];
        memmove(linkd->pending, linkd->pending + 1, --linkd->pending_count * sizeof linkd->pending[0]);
        step(linkd, next);
    }
    linkd->dispatching = false;
    linkd_publish(linkd);
}

/* What on_down() tells, and the fact until the link is up again; trouble that was there before is what stays told. */
static void explain_step(struct linkd *linkd, enum link_event event, const char *step)
{
    if (linkd->machine.state != LINK_STATE_UP || event == LINK_EVENT_KEEP)
        return;
    linkd_fail(linkd, FASCIA_FUNCTION_STARTING, FASCIA_REASON_LADDER, "%s: the access point is taken down", step);
    linkd->must_replace = true; /* also when hostapd does not let go of it */
}

int linkd_ladder_step(const char *step, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    enum link_event event = LINK_EVENT_KEEP;

    int r = link_machine_ladder_event(step, &event);
    if (r < 0)
        return r;
    explain_step(linkd, event, step);
    linkd_post(linkd, event);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    linkd_post(userdata, LINK_EVENT_TIMER);
    return 0;
}

/* A radio was blocked or unblocked: no message of nl80211's says that of one whose interface is down. */
static void on_switch(void *userdata)
{
    linkd_radio_look_soon(userdata);
}

int linkd_drive_open(struct linkd *linkd)
{
    link_machine_init(&linkd->machine);
    /* Where the kernel does not tell (a container), a blocked radio is looked at again after the back-off. */
    (void)nl80211_watch_blocked(linkd->service.loop, on_switch, linkd, &linkd->switch_watch);
    return loop_timer_new(linkd->service.loop, on_timer, linkd, &linkd->timer);
}

void linkd_drive_close(struct linkd *linkd)
{
    linkd->switch_watch = loop_source_free(linkd->switch_watch);
    linkd->timer = loop_source_free(linkd->timer);
}
