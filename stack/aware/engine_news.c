/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "stack/aware/internal.h"

static bool is_pong(const char *text, size_t size)
{
    return size >= 4 && memcmp(text, "PONG", 4) == 0;
}

static bool has_nan(struct aware *aware, const char *text, size_t size)
{
    struct engine_life *engine = &aware->engine;
    bool nan = false;

    engine->usd = false;
    engine_reply_capability(text, size, &engine->usd, &nan);
    if (nan)
        return true;
    engine->unfit = engine->usd ? FASCIA_REASON_AWARE_UNFIT_RADIO : FASCIA_REASON_AWARE_UNFIT_ENGINE;
    (void)snprintf(engine->why, sizeof engine->why, "GET_CAPABILITY nan on %s has no word NAN%s", engine->radio,
                   engine->usd ? ", but USD" : "");
    return false;
}

void engine_on_reply(struct aware *aware, const struct job *job, const char *text, size_t size)
{
    struct engine_life *engine = &aware->engine;
    bool ok = engine_reply_is_ok(text, size);

    if (job->detail != engine->command)
        return;
    if (engine->phase == ENGINE_PHASE_PING)
        ok = is_pong(text, size);
    if (engine->phase == ENGINE_PHASE_RADIO_ADD)
        engine->radio_added |= ok;
    if (engine->phase == ENGINE_PHASE_CAPABILITY) {
        engine_feed(aware, has_nan(aware, text, size) ? ENGINE_INPUT_OK : ENGINE_INPUT_UNFIT);
        return;
    }
    if (engine->phase == ENGINE_PHASE_CONFIGURE) {
        ok |= engine->setting == ENGINE_SETTING_MAY_FAIL;
        if (ok && ++engine->setting < ENGINE_SETTINGS) {
            engine_send(aware, AWARE_SOCKET_NMI);
            return;
        }
    }
    /* A radio offers so many channels at once, and the engine refuses a schedule with more. */
    if (engine->phase == ENGINE_PHASE_SCHEDULE && !ok && engine->slots > 1) {
        engine->slots--;
        engine_send(aware, AWARE_SOCKET_NMI);
        return;
    }
    engine_feed(aware, ok ? ENGINE_INPUT_OK : ENGINE_INPUT_FAIL);
}

/* News */

void aware_on_radio(struct aware *aware, const char *ifname, const char *why, int64_t now_us)
{
    struct engine_life *engine = &aware->engine;

    aware->now_us = now_us;
    if (ifname[0] == '\0') {
        engine->unfit = FASCIA_REASON_AWARE_NO_RADIO;
        (void)snprintf(engine->why, sizeof engine->why, "%s", why ? why : "");
        engine_feed(aware, ENGINE_INPUT_NO_RADIO);
        return;
    }
    if (strcmp(ifname, engine->radio) != 0 && engine->radio[0] != '\0' && engine->phase > ENGINE_PHASE_NO_RADIO)
        engine_feed(aware, ENGINE_INPUT_NO_RADIO); /* another one: all over again */
    if (fascia_text_copy(engine->radio, sizeof engine->radio, ifname) == 0)
        engine_feed(aware, ENGINE_INPUT_RADIO);
}

void aware_on_socket(struct aware *aware, enum aware_socket socket, bool open, int error, int64_t now_us)
{
    static const struct {
        enum engine_input up, down;
    } inputs[AWARE_SOCKETS_] = {
        [AWARE_SOCKET_GLOBAL] = {ENGINE_INPUT_GLOBAL_UP, ENGINE_INPUT_GLOBAL_DOWN},
        [AWARE_SOCKET_RADIO] = {ENGINE_INPUT_RADIO_UP, ENGINE_INPUT_RADIO_DOWN},
        [AWARE_SOCKET_NMI] = {ENGINE_INPUT_NMI_UP, ENGINE_INPUT_NMI_DOWN},
    };
    struct channel *channel = &aware->channels[socket];

    (void)error; /* whatever it was, the door tries again */
    aware->now_us = now_us;
    if (!channel->wanted)
        return; /* closed meanwhile */
    if (channel->open && !open) {
        channel->first = channel->count = 0;
        channel->token = 0;
    }
    channel->open = open;
    if (open && socket == AWARE_SOCKET_GLOBAL)
        aware->engine.absent = false;
    engine_feed(aware, open ? inputs[socket].up : inputs[socket].down);
}

void aware_on_interface(struct aware *aware, const char *ifname, unsigned int ifindex, bool up, int64_t now_us)
{
    struct engine_life *engine = &aware->engine;

    aware->now_us = now_us;
    if (strcmp(ifname, aware->config->ndi) != 0)
        return;
    bool went_down = engine->up && !up;
    engine->seen = ifindex;
    engine->up = up;
    if (engine->ifindex == 0 && ifindex != 0)
        engine_feed(aware, ENGINE_INPUT_INDEX);
    else if (engine->ifindex != 0 && (ifindex != engine->ifindex || (went_down && engine_is_running(aware))))
        /* Only making it anew brings it up again: the engine does so then, and nobody else ever. */
        engine_feed(aware, ENGINE_INPUT_INDEX_GONE);
    aware->changed |= AWARE_CHANGED_ENGINE;
}

void aware_on_address_service(struct aware *aware, bool there, int64_t now_us)
{
    struct engine_life *engine = &aware->engine;

    aware->now_us = now_us;
    if (there == engine->address_service)
        return;
    engine->address_service = there;
    engine->prepared = false;
    engine->prepare_token = 0;
    engine->prepare_refused = false;
    if (there)
        engine_feed(aware, ENGINE_INPUT_ADDRESS_UP);
}

void aware_on_prepared(struct aware *aware, uint32_t token, int error, const struct address_iid *own, const char *text,
                       int64_t now_us)
{
    struct engine_life *engine = &aware->engine;

    aware->now_us = now_us;
    if (token == 0 || token != engine->prepare_token)
        return;
    engine->prepare_token = 0;
    if (error != 0 || !own || address_iid_is_zero(own)) {
        engine->prepare_refused = true;
        (void)snprintf(engine->why, sizeof engine->why, "the address service does not prepare %s: %s",
                       aware->config->ndi, text ? text : "");
        engine_feed(aware, ENGINE_INPUT_PREPARE_FAILED);
        return;
    }
    if (!address_iid_is_zero(&engine->iid) && !address_iid_equal(&engine->iid, own))
        paths_terminate(aware, 0, AWARE_REASON_UNSPECIFIED, "our address changed");
    engine->iid = *own;
    engine->prepared = true;
    engine->prepare_refused = false;
    aware->changed |= AWARE_CHANGED_ENGINE;
    engine_feed(aware, ENGINE_INPUT_PREPARED);
}
