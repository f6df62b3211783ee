/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/checks.h"

#include <inttypes.h>
#include <string.h>

enum report_outcome check_met_if(bool condition)
{
    return condition ? REPORT_OUTCOME_MET : REPORT_OUTCOME_NOT_MET;
}

void check_say_absent(const struct report_facts *facts, const char *function, struct fascia_text *evidence)
{
    static const char *const services[][2] = {
        {"link", "link"}, {"address", "address"}, {"audio", "audio"}, {"aware", "Wi-Fi Aware"}};

    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (strcmp(services[i][0], function) == 0)
            fascia_text_add(evidence, "the %s service %s", services[i][1],
                            report_facts_is_off(facts, function) ? "is switched off" : "does not answer");
    }
}

/* --- functions --- */

static enum report_outcome check_functions(const struct report_facts *facts, const struct report_parameters *parameters,
                                           struct fascia_text *evidence)
{
    bool all = strcmp(parameters->function, "all") == 0, full = true;
    size_t seen = 0;

    for (size_t i = 0; i < facts->functions_count; i++) {
        const struct report_function *function = &facts->functions[i];
        bool off = function->state == FASCIA_FUNCTION_OFF;
        if (all ? off : strcmp(parameters->function, function->name) != 0)
            continue;
        full = full && function->state == FASCIA_FUNCTION_FULL;
        fascia_text_add(evidence, "%s%s %s", seen > 0 ? ", " : "", function->name,
                        fascia_function_state_name(function->state));
        if (function->state != FASCIA_FUNCTION_FULL && function->reason[0] != '\0' &&
            strcmp(function->reason, "none") != 0)
            fascia_text_add(evidence, " (%s)", function->reason);
        seen++;
    }
    if (seen == 0) {
        fascia_text_add(evidence, "no such function is reported: %s", parameters->function);
        return REPORT_OUTCOME_UNKNOWN;
    }
    return check_met_if(full);
}

/* --- phone --- */

static bool add_transfer(const char *name, const struct report_transfer *transfer, struct fascia_text *evidence)
{
    if (!transfer->measured)
        fascia_text_add(evidence, "; %s: not tried", name);
    else
        fascia_text_add(evidence, "; %s: %s, %" PRIu64 " octets in %.0f ms", name, transfer->ok ? "ok" : "failed",
                        transfer->bytes, transfer->ms);
    return transfer->measured && transfer->ok;
}

static enum report_outcome check_phone_traffic(const struct report_facts *facts,
                                               const struct report_parameters *parameters, struct fascia_text *evidence)
{
    const struct report_phone *phone = &facts->phone;

    (void)parameters;
    if (!phone->attached) {
        fascia_text_add(evidence, "no phone record is attached");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    if (!phone->joined) {
        fascia_text_add(evidence, "the phone did not join");
        return REPORT_OUTCOME_NOT_MET;
    }
    fascia_text_add(evidence, "the phone joined as %s", phone->own_address[0] != '\0' ? phone->own_address : "(none)");
    bool to = add_transfer("TCP to the head unit", &phone->to_head_unit, evidence);
    bool from = add_transfer("from the head unit", &phone->from_head_unit, evidence);
    return check_met_if(to && from);
}

static const struct {
    check_fn run;
    bool needs_unit; /* nothing to judge about a radio that is only described */
} checks[REPORT_CHECKS_] = {
    [REPORT_CHECK_FUNCTIONS_FULL] = {check_functions, true},
    [REPORT_CHECK_MIMO_MIN_STREAMS] = {check_mimo_capability, false},
    [REPORT_CHECK_MIMO_NEGOTIATED] = {check_mimo_negotiated, true},
    [REPORT_CHECK_WIFI_GENERATION_MIN] = {check_generation, false},
    [REPORT_CHECK_WIFI_GENERATION_CAPABLE] = {check_generation_capable, false},
    [REPORT_CHECK_BAND_AVAILABLE] = {check_band_available, false},
    [REPORT_CHECK_NAN_AVAILABLE] = {check_nan_available, false},
    [REPORT_CHECK_FREQUENCY_MIN] = {check_frequency, false},
    [REPORT_CHECK_WIDTH_MIN] = {check_width, false},
    [REPORT_CHECK_SECURITY_WPA3] = {check_wpa3, true},
    [REPORT_CHECK_LINK_LOCAL_ADDRESS] = {check_link_local, true},
    [REPORT_CHECK_NO_NEIGHBOR_DISCOVERY] = {check_no_nd, true},
    [REPORT_CHECK_AWARE_RUNNING] = {check_aware_running, true},
    [REPORT_CHECK_AWARE_SECURED] = {check_aware_secured, true},
    [REPORT_CHECK_AWARE_REMEMBERED] = {check_aware_remembered, true},
    [REPORT_CHECK_SPEAKERS_MIN] = {check_speakers, true},
    [REPORT_CHECK_SPATIAL_AUDIO_RENDERED] = {check_spatial, true},
    [REPORT_CHECK_SOUND_MEASURED] = {check_sound_measured, true},
    [REPORT_CHECK_PHONE_TRAFFIC] = {check_phone_traffic, true},
};

enum report_outcome report_check_run(const struct report_facts *facts, enum report_check check,
                                     const struct report_parameters *parameters, struct fascia_text *evidence)
{
    if ((unsigned int)check >= REPORT_CHECKS_)
        return REPORT_OUTCOME_UNKNOWN;
    if (facts->described.is && checks[check].needs_unit) {
        fascia_text_add(evidence, "not judged offline: it needs a running unit");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    return checks[check].run(facts, parameters, evidence);
}
