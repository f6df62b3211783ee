/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-aware/awared.h"

#define STOP_TIME_US    3500000             /* within supervisor.stop_timeout_ms */
#define CLOCK_IS_SET_S  INT64_C(1700000000) /* before this program was written: a clock that was never set */
#define ACTIONS_AT_ONCE 10000               /* a core that always has something to do would starve the loop */

int64_t awared_wall_s(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec > CLOCK_IS_SET_S ? (int64_t)now.tv_sec : 0;
}

static void carry_out(struct awared *awared, const struct aware_action *action)
{
    switch (action->kind) {
    case AWARE_ACTION_FIND_RADIO:
        awared_radio_find(awared);
        break;
    case AWARE_ACTION_OPEN:
        awared_engine_want(awared, action->socket, action->ifname);
        break;
    case AWARE_ACTION_CLOSE:
        awared_engine_drop(awared, action->socket);
        break;
    case AWARE_ACTION_REQUEST:
        awared_engine_request(awared, action);
        break;
    case AWARE_ACTION_PREPARE:
        awared_address_prepare(awared, action);
        break;
    case AWARE_ACTION_RELEASE:
        awared_address_release(awared, action);
        break;
    case AWARE_ACTION_PEER_ADD:
        awared_address_add(awared, action);
        break;
    case AWARE_ACTION_PEER_REMOVE:
        awared_address_remove(awared, action);
        break;
    case AWARE_ACTION_KEEP_ALIVE:
        awared_keep_alive(awared, action->ifindex, &action->iid);
        break;
    case AWARE_ACTION_SAVE:
        awared_store_save(awared);
        break;
    case AWARE_ACTION_FACT:
        service_fact(&awared->service, action->state, action->function_reason, "%s", action->text);
        break;
    case AWARE_ACTION_EVENT:
        service_event(&awared->service, action->event, "%s", action->text);
        break;
    case AWARE_ACTION_CHANGED:
        awared->changed |= action->changed;
        break;
    case AWARE_ACTION_REQUESTED:
        awared_bus_requested(awared, action->request);
        break;
    case AWARE_ACTION_REQUEST_ENDED:
        awared_bus_request_ended(awared, action->request, action->text);
        break;
    case AWARE_ACTION_CONNECTED:
        awared_bus_connected(awared, action->path);
        break;
    case AWARE_ACTION_DISCONNECTED:
        awared_bus_disconnected(awared, action->path, action->reason, action->text);
        break;
    case AWARE_ACTIONS_:
        break;
    }
}

static void arm(struct awared *awared)
{
    int64_t deadline = aware_deadline_us(awared->aware);
    int64_t now = loop_now_us();

    if (deadline == INT64_MAX)
        (void)loop_timer_disarm(awared->timer);
    else
        (void)loop_timer_arm(awared->timer, deadline > now ? deadline - now : 0);
}

void awared_drive(struct awared *awared)
{
    struct aware_action action;
    int left = ACTIONS_AT_ONCE;

    if (awared->dispatching || !awared->started)
        return;
    awared->dispatching = true;
    while (left-- > 0 && aware_next(awared->aware, &action))
        carry_out(awared, &action);
    awared->dispatching = false;
    unsigned int changed = awared->changed;
    awared->changed = 0;
    awared_bus_changed(awared, changed);
    if (awared->stopping && aware_is_stopped(awared->aware))
        service_stopped(&awared->service);
    else if (left < 0)
        (void)loop_timer_arm(awared->timer, 0);
    else
        arm(awared);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct awared *awared = (struct awared *)userdata;
    (void)source;
    (void)usec;

    aware_tick(awared->aware, loop_now_us(), awared_wall_s());
    awared_drive(awared);
    return 0;
}

void awared_begin(struct awared *awared)
{
    if (awared->started || awared->stopping || !awared->service.config.aware.enabled)
        return;
    awared->started = true;
    awared_drive(awared);
    aware_on_address_service(awared->aware, awared->address_owner[0] != '\0', loop_now_us());
    awared_kernel_look(awared);
    aware_tick(awared->aware, loop_now_us(), awared_wall_s());
    awared_drive(awared);
}

int64_t awared_on_stop(void *userdata)
{
    struct awared *awared = (struct awared *)userdata;

    awared->stopping = true;
    if (!awared->started) {
        service_stopped(&awared->service);
        return STOP_TIME_US;
    }
    aware_order_stop(awared->aware, loop_now_us());
    awared_drive(awared);
    return STOP_TIME_US;
}

int awared_drive_open(struct awared *awared)
{
    const struct fascia_config *config = &awared->service.config;

    awared->aware = calloc(1, aware_size());
    if (!awared->aware)
        return -ENOMEM;
    int r = awared_store_name(awared);
    if (r < 0)
        return r;
    aware_init(awared->aware, &config->aware, awared->sockets, config->link.country, awared_random, awared);
    return loop_timer_new(awared->service.loop, on_timer, awared, &awared->timer);
}

void awared_drive_close(struct awared *awared)
{
    awared->timer = loop_source_free(awared->timer);
    if (!awared->aware)
        return;
    aware_finish(awared->aware);
    free(FASCIA_STEAL(awared->aware));
}
