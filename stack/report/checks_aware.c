/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "stack/report/checks.h"

/* Wi-Fi Aware is switched on by few: where it is not, its rules have nothing to judge. */
static bool is_off(const struct report_facts *facts, struct fascia_text *evidence)
{
    const struct report_function *function = report_facts_function(facts, "aware");

    if (function != NULL ? function->state != FASCIA_FUNCTION_OFF : facts->aware.answered)
        return false;
    fascia_text_add(evidence, "Wi-Fi Aware is switched off (aware.enabled)");
    return true;
}

static bool answers(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->aware.answered)
        check_say_absent(facts, "aware", evidence);
    return facts->aware.answered;
}

enum report_outcome check_aware_running(const struct report_facts *facts, const struct report_parameters *parameters,
                                        struct fascia_text *evidence)
{
    const struct report_aware *aware = &facts->aware;
    size_t running = 0;

    (void)parameters;
    if (is_off(facts, evidence))
        return REPORT_OUTCOME_NOT_APPLICABLE;
    if (!answers(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < aware->services_count; i++)
        running += aware->services[i].running ? 1 : 0;
    fascia_text_add(evidence, "engine %s", aware->engine[0] != '\0' ? aware->engine : "unknown");
    if (aware->cluster[0] != '\0')
        fascia_text_add(evidence, " in cluster %s", aware->cluster);
    fascia_text_add(evidence, ", %zu of %zu services on the air", running, aware->services_count);
    return check_met_if(strcmp(aware->engine, "running") == 0 && running > 0 && running == aware->services_count);
}

enum report_outcome check_aware_secured(const struct report_facts *facts, const struct report_parameters *parameters,
                                        struct fascia_text *evidence)
{
    const struct report_aware *aware = &facts->aware;
    size_t connected = 0;
    bool met = true;

    (void)parameters;
    if (is_off(facts, evidence))
        return REPORT_OUTCOME_NOT_APPLICABLE;
    if (!answers(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < aware->paths_count; i++) {
        const struct report_aware_path *path = &aware->paths[i];
        if (!path->connected)
            continue;
        met = met && path->cipher != 0;
        fascia_text_add(evidence, "%s%s by cipher suite %u%s", connected++ > 0 ? "; " : "", path->nmi, path->cipher,
                        path->cipher == 0 ? " (open: nothing vouches for its address)" : "");
    }
    if (connected == 0) {
        fascia_text_add(evidence, "there is no data path");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    return check_met_if(met);
}

enum report_outcome check_aware_remembered(const struct report_facts *facts, const struct report_parameters *parameters,
                                           struct fascia_text *evidence)
{
    const struct report_aware *aware = &facts->aware;
    size_t paired = 0, lost = 0;

    (void)parameters;
    if (is_off(facts, evidence))
        return REPORT_OUTCOME_NOT_APPLICABLE;
    if (!answers(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < aware->peers_count; i++) {
        const struct report_aware_peer *peer = &aware->peers[i];
        if (!peer->paired)
            continue;
        const char *why = peer->must_pair_again ? "must pair again, the engine was restarted"
                          : peer->remembered    ? NULL
                                                : "is paired, but its identity did not arrive";
        if (why != NULL)
            fascia_text_add(evidence, "%s%s %s", lost > 0 ? "; " : "", peer->name[0] != '\0' ? peer->name : peer->nmi,
                            why);
        lost += why != NULL ? 1 : 0;
        paired++;
    }
    if (paired == 0) {
        fascia_text_add(evidence, "no peer is paired");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    fascia_text_add(evidence, "%s%zu of %zu pairings can be used", lost > 0 ? "; " : "", paired - lost, paired);
    return check_met_if(lost == 0);
}
