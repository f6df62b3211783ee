/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-link/linkd.h"

const char *linkd_security_name(enum link_security security)
{
    static const char *const names[LINK_SECURITIES_] = {
        [LINK_SECURITY_WPA3_SAE] = "wpa3-sae",
        [LINK_SECURITY_WPA3_TRANSITION] = "wpa3-transition",
        [LINK_SECURITY_WPA2_PSK] = "wpa2-psk",
    };
    return names[security];
}

/* What is not as it should be although phones can join. */
static enum fascia_reason lacking(const struct linkd *linkd)
{
    if (!linkd->bus_connected)
        return FASCIA_REASON_BUS_ABSENT;
    if (linkd->name_taken)
        return FASCIA_REASON_BUS_NAME_TAKEN;
    return linkd->prepare_failed ? FASCIA_REASON_NOT_PREPARED : FASCIA_REASON_NONE;
}

static void publish_up(struct linkd *linkd)
{
    const struct hostapd_status *status = &linkd->status;
    enum fascia_reason reason = lacking(linkd);
    char class[MIMO_CLASS_SIZE];

    service_fact(&linkd->service, reason == FASCIA_REASON_NONE ? FASCIA_FUNCTION_FULL : FASCIA_FUNCTION_DEGRADED,
                 reason, "channel %u, %u MHz, %s, %s, %s", status->channel, status->width_mhz,
                 station_standard_name(status->standard), linkd_security_name(linkd->security),
                 mimo_class(&linkd->choice.mimo.streams, class));
}

/* Held down by a step of the ladder; the detail is what led there, or what the last attempt failed by. */
static void publish_held(struct linkd *linkd)
{
    const struct linkd_failure *failure = &linkd->failure;

    service_fact(&linkd->service, FASCIA_FUNCTION_FAILED,
                 linkd->machine.state == LINK_STATE_SAFE ? FASCIA_REASON_LINK_SAFE : FASCIA_REASON_BLUETOOTH_ONLY,
                 "%s%s%s", fascia_reason_id(failure->reason), failure->detail[0] ? ": " : "", failure->detail);
}

void linkd_publish(struct linkd *linkd)
{
    const struct linkd_failure *failure = &linkd->failure;

    if (!linkd->started && linkd->name_taken)
        service_fact(&linkd->service, FASCIA_FUNCTION_FAILED, FASCIA_REASON_BUS_NAME_TAKEN, "%s",
                     linkd->service.interface);
    else if (!linkd->service.config.link.enabled || (linkd->started && linkd->machine.state == LINK_STATE_OFF))
        service_fact(&linkd->service, FASCIA_FUNCTION_OFF, FASCIA_REASON_NONE, "%s", "");
    else if (linkd->machine.state == LINK_STATE_UP)
        publish_up(linkd);
    else if (link_machine_is_held(&linkd->machine))
        publish_held(linkd);
    else if (failure->reason != FASCIA_REASON_NONE)
        service_fact(&linkd->service, failure->state, failure->reason, "%s", failure->detail);
    else
        service_fact(&linkd->service, FASCIA_FUNCTION_STARTING, FASCIA_REASON_NONE, "%s", linkd->choice.detail);
}
