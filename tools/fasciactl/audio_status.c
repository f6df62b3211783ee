/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stack/report/render.h"
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"

static const char help[] =
    "Usage: fasciactl audio status [--json]\n"
    "\n"
    "Shows how the programme reaches the speakers: mode and why, the policy, the cabin, the matrix, the classes of\n"
    "streams with their levels, and the network source.\n"
    "\n"
    "  --json  the same as JSON, as in `fasciactl report --json`, with state and network counters\n"
    "\n"
    "Exit status: 0 when it could be shown, whatever it shows; 3 when fascia-audio does not answer.\n";

struct counters { /* of the network source */
    uint64_t packets, lost, late, concealed, underruns, refused;
    double buffer_ms, jitter_ms, drift_ppm;
};

static bool read_counters(sd_bus *bus, const char *address, const struct report_facts *facts,
                          struct counters *ret_counters)
{
    const char *state = facts->audio.network.state;
    sd_bus_message *reply = NULL;
    struct counters c;

    if (state[0] == '\0' || strcmp(state, "off") == 0 ||
        service_call(bus, address, &service_audio, "read the network source", &reply, "GetNetwork", "") < 0)
        return false;
    int r = sd_bus_message_read(reply, "(tttttt)ddd", &c.packets, &c.lost, &c.late, &c.concealed, &c.underruns,
                                &c.refused, &c.buffer_ms, &c.jitter_ms, &c.drift_ppm);
    sd_bus_message_unref(reply);
    if (r < 0)
        return false;
    *ret_counters = c;
    return true;
}

static int show_text(const struct report_facts *facts, const struct counters *counters)
{
    const struct report_function *function = report_facts_function(facts, "audio");
    struct report_out out = output_to(stdout);

    if (function != NULL)
        report_text_function(facts, function, &out);
    report_text_sound(facts, &out);
    if (counters != NULL)
        report_add(&out,
                   "          %" PRIu64 " packets, %" PRIu64 " lost, %" PRIu64 " late, %" PRIu64 " refused; %" PRIu64
                   " frames concealed, %" PRIu64 " underruns; buffer %.1f ms, jitter %.2f ms, drift %+.1f ppm\n",
                   counters->packets, counters->lost, counters->late, counters->refused, counters->concealed,
                   counters->underruns, counters->buffer_ms, counters->jitter_ms, counters->drift_ppm);
    return out.error != 0 || fflush(stdout) != 0 ? -EIO : 0;
}

static void add_u64(struct json_object *object, const char *key, uint64_t value)
{
    (void)json_object_object_add(object, key, json_object_new_uint64(value));
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    (void)json_object_object_add(object, key, json_object_new_string(text));
}

static struct json_object *counters_json(const struct counters *c)
{
    struct json_object *object = json_object_new_object();

    add_u64(object, "packets", c->packets);
    add_u64(object, "lost", c->lost);
    add_u64(object, "late", c->late);
    add_u64(object, "refused", c->refused);
    add_u64(object, "concealed_frames", c->concealed);
    add_u64(object, "underruns", c->underruns);
    (void)json_object_object_add(object, "buffer_ms", json_object_new_double(c->buffer_ms));
    (void)json_object_object_add(object, "jitter_ms", json_object_new_double(c->jitter_ms));
    (void)json_object_object_add(object, "drift_ppm", json_object_new_double(c->drift_ppm));
    return object;
}

static int show_json(const struct report_facts *facts, const struct counters *counters)
{
    const struct report_function *function = report_facts_function(facts, "audio");
    _cleanup_(json_release) struct json_object *document = report_json_audio(facts);

    if (document == NULL)
        return -ENOMEM;
    if (function != NULL) {
        add_text(document, "state", fascia_function_state_name(function->state));
        add_text(document, "reason", function->reason);
        add_text(document, "detail", function->detail);
    }
    if (counters != NULL)
        (void)json_object_object_add(document, "network_counters", counters_json(counters));
    return output_json(stdout, document);
}

int audio_status(struct fasciactl *ctl, int argc, char **argv)
{
    _cleanup_(client_close) sd_bus *bus = NULL;
    _cleanup_(freep) struct report_facts *facts = NULL;
    struct counters counters;
    bool json = false;
    int status = 0;

    if (only_json(ctl, argc, argv, help, &json, &status) != 0)
        return status;
    facts = client_facts_new();
    if (facts == NULL || client_open(ctl->bus, &bus) < 0 || !audio_facts_read(bus, ctl->bus, facts))
        return STATUS_IMPOSSIBLE;
    const struct counters *known = read_counters(bus, ctl->bus, facts, &counters) ? &counters : NULL;
    return (json ? show_json(facts, known) : show_text(facts, known)) == 0 ? STATUS_OK : STATUS_IMPOSSIBLE;
}
