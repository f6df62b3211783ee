/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "stack/link/hostapd_command.h"
#include "tools/daemons/fascia-link/linkd.h"

/*
 * SwitchChannel and RequestTransition of org.fascia.Link1. hostapd answers later, and the caller gets its answer then;
 * who may call is the bus policy's business.
 */

#define ORDER_TIME_US 2000000

struct order {
    struct linkd *linkd;
    sd_bus_message *call; /* referenced until it is answered */
    bool is_switch;
};

static int refuse_without_link(sd_bus_error *error)
{
    return sd_bus_error_set(error, "org.fascia.Error.NoLink", "there is no access point at present");
}

static void on_reply(int error, const char *text, size_t size, void *userdata)
{
    struct order *order = userdata;

    if (error == 0 && hostapd_reply_is_ok(text, size)) {
        order->linkd->switching = order->linkd->switching || order->is_switch;
        (void)sd_bus_reply_method_return(order->call, NULL);
    } else {
        (void)sd_bus_reply_method_errorf(order->call, "org.fascia.Error.Refused", "hostapd: %s",
                                         error ? strerror(-error) : "refused; its output says why");
    }
    sd_bus_message_unref(order->call);
    free(order);
}

/* Returns 1: the answer follows. */
static int send(struct linkd *linkd, sd_bus_message *call, bool is_switch, const struct fascia_text *command)
{
    if (!fascia_text_ok(command))
        return -EMSGSIZE;
    struct order *order = calloc(1, sizeof *order);
    if (!order)
        return -ENOMEM;
    *order = (struct order){.linkd = linkd, .call = sd_bus_message_ref(call), .is_switch = is_switch};
    int r = control_request(linkd->hostapd, command->start, ORDER_TIME_US, on_reply, order);
    if (r < 0) {
        sd_bus_message_unref(order->call);
        free(order);
        return r;
    }
    return 1;
}

static void begin(const struct linkd *linkd, char octets[static CONTROL_COMMAND_HOSTAPD + 1],
                  struct fascia_text *command)
{
    fascia_text_init(command, octets, CONTROL_COMMAND_HOSTAPD + 1);
    fascia_text_add(command, "IFNAME=%s ", linkd->choice.interface);
}

/* A switch takes half a second, a radar check a minute: the phones would be alone meanwhile. */
static int judge(const struct wiphy *wiphy, const struct channel_plan *plan, uint32_t number, sd_bus_error *error)
{
    uint32_t frequency = channel_frequency(plan->band, number);
    const struct wiphy_channel *channel = frequency ? wiphy_channel(wiphy, wiphy_band_of(plan->band), frequency) : NULL;
    const struct channel_rules rules = {.settled = true};
    const char *why = channel_verdict_text(CHANNEL_MISSING);

    if (channel && channel->flags & WIPHY_CHANNEL_RADAR)
        why = channel_verdict_text(CHANNEL_RADAR);
    else if (channel) {
        enum channel_verdict verdict = channel_judge(wiphy, plan->band, frequency, &rules);
        if (verdict == CHANNEL_ALLOWED)
            return 0;
        why = channel_verdict_text(verdict);
    }
    return sd_bus_error_setf(error, "org.fascia.Error.ChannelNotAllowed", "channel %u of %s %s", number,
                             wiphy_band_name(wiphy_band_of(plan->band)), why);
}

static int switch_channel(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct linkd *linkd = userdata;
    const struct wiphy *wiphy = wiphy_find(&linkd->radios, linkd->choice.wiphy);
    const struct channel_rules rules = {.settled = true, .standard = linkd->service.config.link.standard};
    char octets[CONTROL_COMMAND_HOSTAPD + 1];
    struct fascia_text command;
    struct channel_plan plan;
    uint32_t number = 0, width = 0;

    int r = sd_bus_message_read(call, "uu", &number, &width);
    if (r < 0)
        return r;
    if (linkd->machine.state != LINK_STATE_UP || !wiphy)
        return refuse_without_link(error);
    if (width != 0 && width != 20 && width != 40 && width != 80 && width != 160)
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "width_mhz is 0, 20, 40, 80 or 160");
    r = judge(wiphy, &linkd->choice.plan, number, error);
    if (r < 0)
        return r;
    channel_plan(wiphy, linkd->choice.plan.band, number, width ? width : linkd->status.width_mhz, &rules, &plan);
    if (plan.number == linkd->status.channel && plan.width_mhz == linkd->status.width_mhz)
        return sd_bus_reply_method_return(call, NULL);
    begin(linkd, octets, &command);
    hostapd_command_switch(&plan, linkd->status.standard, &command);
    return send(linkd, call, true, &command);
}

static int request_transition(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    struct linkd *linkd = userdata;
    char octets[CONTROL_COMMAND_HOSTAPD + 1];
    struct fascia_text command;
    struct fascia_mac mac;
    const char *text = NULL;
    uint32_t timer = 0;

    int r = sd_bus_message_read(call, "su", &text, &timer);
    if (r < 0)
        return r;
    if (linkd->machine.state != LINK_STATE_UP)
        return refuse_without_link(error);
    if (timer > UINT16_MAX)
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "the timer is 0 to 65535 beacon intervals");
    const struct station *station =
        fascia_mac_parse(text, &mac) < 0 ? NULL : station_find(&linkd->stations.table, &mac);
    if (!station || station->away)
        return sd_bus_error_setf(error, "org.fascia.Error.UnknownStation", "no phone %s is associated", text);
    begin(linkd, octets, &command);
    hostapd_command_transition(&mac, timer, &command);
    return send(linkd, call, false, &command);
}

const sd_bus_vtable linkd_orders_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("SwitchChannel", "uu", NULL, switch_channel, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RequestTransition", "su", NULL, request_transition, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};
