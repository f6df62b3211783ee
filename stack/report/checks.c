/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "stack/report/judge.h"

/* One function per check. Each says what was measured, also when the rule is met: the evidence is the report. */

typedef enum report_outcome (*check_fn)(const struct report_facts *facts, const struct report_parameters *parameters,
                                        struct fascia_text *evidence);

static enum report_outcome met_if(bool condition)
{
    return condition ? REPORT_OUTCOME_MET : REPORT_OUTCOME_NOT_MET;
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
    return met_if(full);
}

/* --- link --- */

/* True when there is a link to judge; else says why not. */
static bool link_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->link.answered)
        fascia_text_add(evidence, "the link service does not answer");
    else if (facts->link.mode[0] == '\0')
        fascia_text_add(evidence, "there is no link");
    return facts->link.answered && facts->link.mode[0] != '\0';
}

static const char *band_name(uint32_t mhz)
{
    if (mhz == 0)
        return "the band in use";
    if (mhz < 5000)
        return "2.4 GHz";
    return mhz < 5945 ? "5 GHz" : "6 GHz";
}

static unsigned int bits(uint32_t mask)
{
    return (unsigned int)__builtin_popcount(mask);
}

static void add_antennas(const struct report_link *link, struct fascia_text *evidence)
{
    const uint32_t *masks = link->antennas;

    if (masks[0] == 0 && masks[1] == 0 && masks[2] == 0 && masks[3] == 0) {
        fascia_text_add(evidence, "; antennas: not reported by the driver");
        return;
    }
    fascia_text_add(evidence, "; antennas available TX %u RX %u", bits(masks[0]), bits(masks[1]));
    if ((masks[2] != 0 && bits(masks[2]) < bits(masks[0])) || (masks[3] != 0 && bits(masks[3]) < bits(masks[1])))
        fascia_text_add(evidence, ", but masked to TX %u RX %u: some are switched off", bits(masks[2]), bits(masks[3]));
}

static enum report_outcome check_mimo_capability(const struct report_facts *facts,
                                                 const struct report_parameters *parameters,
                                                 struct fascia_text *evidence)
{
    const struct report_link *link = &facts->link;

    if (!link->answered) {
        (void)link_is_there(facts, evidence);
        return REPORT_OUTCOME_UNKNOWN;
    }
    if (link->streams.tx == 0 || link->streams.rx == 0) {
        fascia_text_add(evidence, "the radio's spatial streams are not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "radio %s is %s on %s (TX x RX); asked: %ux%u", link->wiphy, link->mimo_class,
                    band_name(link->frequency_mhz), parameters->tx, parameters->rx);
    add_antennas(link, evidence);
    return met_if(link->streams.tx >= parameters->tx && link->streams.rx >= parameters->rx);
}

static enum report_outcome check_mimo_negotiated(const struct report_facts *facts,
                                                 const struct report_parameters *parameters,
                                                 struct fascia_text *evidence)
{
    bool met = true, known = true;

    if (!link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (facts->link.peers_count == 0) {
        fascia_text_add(evidence, "no phone is associated");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        const struct report_peer *peer = &facts->link.peers[i];
        if (peer->nss.tx == 0 || peer->nss.rx == 0) {
            known = false;
            fascia_text_add(evidence, "%s%s: streams not known yet (no traffic, or a driver that does not say)",
                            i > 0 ? "; " : "", peer->mac);
            continue;
        }
        met = met && peer->nss.tx >= parameters->tx && peer->nss.rx >= parameters->rx;
        fascia_text_add(evidence, "%s%s: %ux%u seen with %s", i > 0 ? "; " : "", peer->mac, peer->nss.tx, peer->nss.rx,
                        peer->standard[0] != '\0' ? peer->standard : "unknown standard");
    }
    fascia_text_add(evidence, "; asked: %ux%u", parameters->tx, parameters->rx);
    if (!met)
        return REPORT_OUTCOME_NOT_MET;
    return known ? REPORT_OUTCOME_MET : REPORT_OUTCOME_UNKNOWN;
}

static uint32_t generation_of(const char *standard)
{
    static const struct {
        const char *standard;
        uint32_t generation;
    } generations[] = {{"802.11n", 4}, {"802.11ac", 5}, {"802.11ax", 6}, {"802.11be", 7}};

    for (size_t i = 0; i < sizeof generations / sizeof generations[0]; i++) {
        if (strcmp(standard, generations[i].standard) == 0)
            return generations[i].generation;
    }
    return 0;
}

static enum report_outcome check_generation(const struct report_facts *facts,
                                            const struct report_parameters *parameters, struct fascia_text *evidence)
{
    if (!link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;

    uint32_t generation = generation_of(facts->link.standard);
    if (generation == 0) {
        fascia_text_add(evidence, "the access point's standard is not known (\"%s\")", facts->link.standard);
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "the access point operates %s (Wi-Fi %u); asked: Wi-Fi %u", facts->link.standard,
                    generation, parameters->generation);
    return met_if(generation >= parameters->generation);
}

static enum report_outcome check_frequency(const struct report_facts *facts, const struct report_parameters *parameters,
                                           struct fascia_text *evidence)
{
    const struct report_link *link = &facts->link;

    if (!link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (link->frequency_mhz == 0) {
        fascia_text_add(evidence, "the frequency is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "channel %u, %u MHz (%s); asked: %u MHz or above", link->channel, link->frequency_mhz,
                    band_name(link->frequency_mhz), parameters->mhz);
    return met_if(link->frequency_mhz >= parameters->mhz);
}

static enum report_outcome check_width(const struct report_facts *facts, const struct report_parameters *parameters,
                                       struct fascia_text *evidence)
{
    if (!link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (facts->link.width_mhz == 0) {
        fascia_text_add(evidence, "the operating width is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "%u MHz wide; asked: %u MHz", facts->link.width_mhz, parameters->mhz);
    return met_if(facts->link.width_mhz >= parameters->mhz);
}

static enum report_outcome check_wpa3(const struct report_facts *facts, const struct report_parameters *parameters,
                                      struct fascia_text *evidence)
{
    const char *security = facts->link.security;

    if (!link_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    if (security[0] == '\0') {
        fascia_text_add(evidence, "the security in use is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "the access point runs %s", security);
    if (facts->phone.attached && facts->phone.key_mgmt[0] != '\0')
        fascia_text_add(evidence, "; the phone joined with %s", facts->phone.key_mgmt);
    if (strcmp(security, "wpa3-transition") == 0)
        return met_if(parameters->transition);
    return met_if(strcmp(security, "wpa3-sae") == 0);
}

/* --- address --- */

/* True when there is an addressed interface to judge; else says why not. */
static bool address_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->address.answered)
        fascia_text_add(evidence, "the address service does not answer");
    else if (facts->address.interfaces_count == 0)
        fascia_text_add(evidence, "no interface is addressed");
    return facts->address.answered && facts->address.interfaces_count > 0;
}

/* fe80::/10 (RFC 4291, 2.5.6); the services write addresses in the canonical form of RFC 5952. */
static bool is_link_local(const char *address)
{
    return strncmp(address, "fe80:", 5) == 0;
}

static enum report_outcome check_link_local(const struct report_facts *facts,
                                            const struct report_parameters *parameters, struct fascia_text *evidence)
{
    bool met = true;

    (void)parameters;
    if (!address_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < facts->address.interfaces_count; i++) {
        const struct report_interface *interface = &facts->address.interfaces[i];
        met = met && is_link_local(interface->address);
        fascia_text_add(evidence, "%s%s: %s", i > 0 ? "; " : "", interface->name,
                        interface->address[0] != '\0' ? interface->address : "no address");
    }
    for (size_t i = 0; i < facts->address.peers_count; i++) {
        const struct report_address_peer *peer = &facts->address.peers[i];
        met = met && is_link_local(peer->address);
        fascia_text_add(evidence, "; peer %s: %s", peer->mac, peer->address[0] != '\0' ? peer->address : "none");
    }
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        if (facts->link.peers[i].address[0] != '\0')
            continue;
        met = false;
        fascia_text_add(evidence, "; station %s is associated but not addressed", facts->link.peers[i].mac);
    }
    return met_if(met);
}

static enum report_outcome check_no_nd(const struct report_facts *facts, const struct report_parameters *parameters,
                                       struct fascia_text *evidence)
{
    bool met = true, counted = true;

    (void)parameters;
    if (!address_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    for (size_t i = 0; i < facts->address.interfaces_count; i++) {
        const struct report_interface *interface = &facts->address.interfaces[i];
        met = met && interface->nd_packets == 0 && interface->mld_packets == 0 && strcmp(interface->nd, "none") == 0;
        counted = counted && interface->packets > 0;
        fascia_text_add(evidence,
                        "%s%s (nd: %s): %" PRIu64 " ND and %" PRIu64 " MLD among %" PRIu64 " IPv6 packets sent",
                        i > 0 ? "; " : "", interface->name, interface->nd, interface->nd_packets,
                        interface->mld_packets, interface->packets);
    }
    if (facts->phone.has_nd) {
        met = met && facts->phone.nd_received == 0 && facts->phone.mld_received == 0;
        fascia_text_add(evidence, "; the phone received %" PRIu64 " ND and %" PRIu64 " MLD", facts->phone.nd_received,
                        facts->phone.mld_received);
        if (facts->phone.dropped > 0)
            fascia_text_add(evidence, " (and missed %" PRIu64 " frames)", facts->phone.dropped);
    }
    if (!met)
        return REPORT_OUTCOME_NOT_MET;
    if (!counted) {
        fascia_text_add(evidence, "; without any packet this proves nothing yet");
        return REPORT_OUTCOME_UNKNOWN;
    }
    return REPORT_OUTCOME_MET;
}

/* --- sound --- */

static bool sound_is_there(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->audio.answered)
        fascia_text_add(evidence, "the audio service does not answer");
    else if (facts->audio.mode[0] == '\0')
        fascia_text_add(evidence, "no programme is being rendered");
    return facts->audio.answered && facts->audio.mode[0] != '\0';
}

static enum report_outcome check_speakers(const struct report_facts *facts, const struct report_parameters *parameters,
                                          struct fascia_text *evidence)
{
    const struct report_audio *audio = &facts->audio;

    if (!audio->answered || audio->speakers_count == 0) {
        fascia_text_add(evidence, "the speakers are not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, "%zu speaker%s (", audio->speakers_count, audio->speakers_count == 1 ? "" : "s");
    for (size_t i = 0; i < audio->speakers_count; i++)
        fascia_text_add(evidence, "%s%s", i > 0 ? " " : "", audio->speakers[i]);
    fascia_text_add(evidence, "); asked: %u", parameters->count);
    return met_if(audio->speakers_count >= parameters->count);
}

static bool is_lfe(const char *channel)
{
    return strncmp(channel, "LFE", 3) == 0;
}

static bool is_admitted(const struct report_audio *audio, const char *channel)
{
    for (size_t i = 0; i < audio->lost_count; i++) {
        if (strcmp(audio->lost[i], channel) == 0)
            return true;
    }
    return false;
}

static bool is_heard(const struct report_audio *audio, size_t channel)
{
    for (size_t i = 0; i < audio->speakers_count; i++) {
        if (fabs(audio->matrix[i][channel]) > REPORT_SILENCE)
            return true;
    }
    return false;
}

/* Takes nobody's word for it: a channel without a weight in the matrix is lost, whether it is listed or not. */
static bool channels_survive(const struct report_audio *audio, struct fascia_text *evidence)
{
    bool survive = true, any = false;

    for (size_t i = 0; i < audio->channels_count; i++) {
        const char *channel = audio->channels[i];
        bool admitted = is_admitted(audio, channel);
        if (!admitted && is_heard(audio, i))
            continue;
        any = true;
        survive = survive && admitted && is_lfe(channel);
        fascia_text_add(evidence, "; %s is lost%s", channel, admitted ? "" : " and the service does not say so");
        if (admitted && is_lfe(channel))
            fascia_text_add(evidence, " by the configured LFE policy");
    }
    if (!any)
        fascia_text_add(evidence, "; no channel is lost");
    return survive;
}

static enum report_outcome check_spatial(const struct report_facts *facts, const struct report_parameters *parameters,
                                         struct fascia_text *evidence)
{
    const struct report_audio *audio = &facts->audio;

    (void)parameters;
    if (!sound_is_there(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    fascia_text_add(evidence, "%s (%zu channels) as %s on %zu speaker%s", audio->source, audio->channels_count,
                    audio->mode, audio->speakers_count, audio->speakers_count == 1 ? "" : "s");
    if (strcmp(audio->mode, "refuse") == 0) {
        fascia_text_add(evidence, ": %s", audio->mode_reason);
        return REPORT_OUTCOME_NOT_MET;
    }
    if (!audio->has_matrix) {
        fascia_text_add(evidence, "; the matrix is not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    bool survive = channels_survive(audio, evidence);
    fascia_text_add(evidence, "; worst-case gain %+.1f dB", audio->worst_gain_db);
    if (audio->channels_count < 3) {
        fascia_text_add(evidence, "; but the source is no multichannel programme");
        return REPORT_OUTCOME_NOT_MET;
    }
    return met_if(survive);
}

struct deviation {
    size_t compared, missing;
    double worst_db;
    const char *channel, *speaker;
};

/* Measured against expected level of one path. Expected silence must be 40 dB down: crosstalk, not a tolerance. */
static double path_error_db(double expected, double measured)
{
    double want = report_db(fabs(expected)), got = report_db(fabs(measured));

    if (want > -60.0)
        return fabs(got - want);
    return got > -40.0 ? got + 40.0 : 0.0;
}

static struct deviation compare_sound(const struct report_audio *audio, const struct report_sound *sound)
{
    struct deviation d = {.channel = "", .speaker = ""};

    for (size_t j = 0; j < audio->channels_count; j++) {
        const struct report_sound_channel *channel = report_sound_channel(sound, audio->channels[j]);
        for (size_t i = 0; i < audio->speakers_count; i++) {
            size_t k = report_sound_speaker(sound, audio->speakers[i]);
            if (channel == NULL || k == SIZE_MAX || !channel->known[k]) {
                d.missing++;
                continue;
            }
            double error = path_error_db(audio->matrix[i][j], channel->gains[k]);
            if (d.compared++ > 0 && error <= d.worst_db)
                continue;
            d.worst_db = error;
            d.channel = audio->channels[j];
            d.speaker = audio->speakers[i];
        }
    }
    return d;
}

static enum report_outcome check_sound_measured(const struct report_facts *facts,
                                                const struct report_parameters *parameters,
                                                struct fascia_text *evidence)
{
    if (!facts->sound.attached) {
        fascia_text_add(evidence, "no sound measurement is attached");
        return REPORT_OUTCOME_NOT_APPLICABLE;
    }
    if (!facts->audio.has_matrix) {
        fascia_text_add(evidence, "there is no matrix to compare the measurement with");
        return REPORT_OUTCOME_UNKNOWN;
    }

    struct deviation d = compare_sound(&facts->audio, &facts->sound);
    if (d.compared > 0)
        fascia_text_add(evidence,
                        "%zu paths measured; largest deviation from the matrix %.2f dB (%s at %s); "
                        "tolerance %u dB",
                        d.compared, d.worst_db, d.channel, d.speaker, parameters->tolerance_db);
    if (d.missing > 0)
        fascia_text_add(evidence, "%s%zu paths not measured", d.compared > 0 ? "; " : "", d.missing);
    if (d.compared > 0 && d.worst_db > parameters->tolerance_db)
        return REPORT_OUTCOME_NOT_MET;
    return d.missing > 0 ? REPORT_OUTCOME_UNKNOWN : REPORT_OUTCOME_MET;
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
    return met_if(to && from);
}

static const check_fn checks[REPORT_CHECKS_] = {
    [REPORT_CHECK_FUNCTIONS_FULL] = check_functions,
    [REPORT_CHECK_MIMO_MIN_STREAMS] = check_mimo_capability,
    [REPORT_CHECK_MIMO_NEGOTIATED] = check_mimo_negotiated,
    [REPORT_CHECK_WIFI_GENERATION_MIN] = check_generation,
    [REPORT_CHECK_FREQUENCY_MIN] = check_frequency,
    [REPORT_CHECK_WIDTH_MIN] = check_width,
    [REPORT_CHECK_SECURITY_WPA3] = check_wpa3,
    [REPORT_CHECK_LINK_LOCAL_ADDRESS] = check_link_local,
    [REPORT_CHECK_NO_NEIGHBOR_DISCOVERY] = check_no_nd,
    [REPORT_CHECK_SPEAKERS_MIN] = check_speakers,
    [REPORT_CHECK_SPATIAL_AUDIO_RENDERED] = check_spatial,
    [REPORT_CHECK_SOUND_MEASURED] = check_sound_measured,
    [REPORT_CHECK_PHONE_TRAFFIC] = check_phone_traffic,
};

enum report_outcome report_check_run(const struct report_facts *facts, enum report_check check,
                                     const struct report_parameters *parameters, struct fascia_text *evidence)
{
    if ((unsigned int)check >= REPORT_CHECKS_)
        return REPORT_OUTCOME_UNKNOWN;
    return checks[check](facts, parameters, evidence);
}
