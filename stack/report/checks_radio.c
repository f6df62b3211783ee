/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "stack/link/capability.h"
#include "stack/report/checks.h"

/* What the radio could do, whatever the link does with it. The same for a radio that is there and one described. */

static unsigned int bits(uint32_t mask)
{
    return (unsigned int)__builtin_popcount(mask);
}

static bool radio_is_known(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (!facts->described.is && !facts->link.answered)
        check_say_absent(facts, "link", evidence);
    else if (facts->link.bands_count == 0)
        fascia_text_add(evidence, "the radio's bands are not known");
    return (facts->described.is || facts->link.answered) && facts->link.bands_count > 0;
}

static void add_radio(const struct report_facts *facts, struct fascia_text *evidence)
{
    if (facts->described.is)
        fascia_text_add(evidence, "described radio %s", facts->described.radio);
    else
        fascia_text_add(evidence, "radio %s", facts->link.wiphy);
}

/* --- streams --- */

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

const char *report_limit_text(const char *id)
{
    for (unsigned int i = 0; i < CAPABILITY_LIMITS_; i++) {
        if (strcmp(capability_limit_name((enum capability_limit)i), id) == 0)
            return capability_limit_text((enum capability_limit)i);
    }
    return "";
}

static void add_limit(const char *direction, const char *id, struct fascia_text *evidence)
{
    const char *text = report_limit_text(id);

    if (id[0] == '\0')
        return;
    fascia_text_add(evidence, "; %s limited by %s", direction, id);
    if (text[0] != '\0')
        fascia_text_add(evidence, " (%s)", text);
}

/* Some chips have fewer streams on their widest channels. */
static void add_widest(const struct report_band *band, struct fascia_text *evidence)
{
    if (band == NULL || band->widest.tx == 0 || band->widest.rx == 0)
        return;
    if (band->widest.tx != band->effective.tx || band->widest.rx != band->effective.rx)
        fascia_text_add(evidence, "; at %u MHz only %ux%u", band->width_mhz, band->widest.tx, band->widest.rx);
}

static void add_limits(const struct report_band *band, struct fascia_text *evidence)
{
    if (band == NULL)
        return;
    if (strcmp(band->limit_tx, band->limit_rx) == 0) {
        add_limit("TX and RX", band->limit_tx, evidence);
        return;
    }
    add_limit("TX", band->limit_tx, evidence);
    add_limit("RX", band->limit_rx, evidence);
}

enum report_outcome check_mimo_capability(const struct report_facts *facts, const struct report_parameters *parameters,
                                          struct fascia_text *evidence)
{
    const struct report_link *link = &facts->link;
    const struct report_band *band = report_facts_band_in_use(facts);

    if (facts->described.is ? !check_link_is_there(facts, evidence) : !link->answered) {
        if (!facts->described.is)
            (void)check_link_is_there(facts, evidence);
        return REPORT_OUTCOME_UNKNOWN;
    }
    if (link->streams.tx == 0 || link->streams.rx == 0) {
        fascia_text_add(evidence, "the radio's spatial streams are not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    add_radio(facts, evidence);
    fascia_text_add(evidence, " is %s on %s (TX x RX); asked: %ux%u", link->mimo_class,
                    report_band_text(band != NULL ? band->name : report_band_name(link->frequency_mhz)), parameters->tx,
                    parameters->rx);
    add_widest(band, evidence);
    add_limits(band, evidence);
    add_antennas(link, evidence);
    return check_met_if(link->streams.tx >= parameters->tx && link->streams.rx >= parameters->rx);
}

/* --- bands --- */

/* An access point may start there: at once, or where that will do after radar detection. */
static bool can_start(const struct report_facts *facts, const struct report_band *band, bool radar)
{
    if (facts->link.capability.known && !facts->link.capability.ap)
        return false;
    return band->startable > 0 || (radar && band->radar > 0 && facts->link.capability.radar_detection);
}

static void add_channels(const struct report_facts *facts, const struct report_band *band, struct fascia_text *evidence)
{
    const char *country = facts->described.is ? facts->described.country : facts->link.capability.country;

    if (country[0] != '\0')
        fascia_text_add(evidence, " in country %s", country);
    else
        fascia_text_add(evidence, " (country not told)");
    fascia_text_add(evidence, ": of %u channels %u startable", band->channels, band->startable);
    if (band->width_startable_mhz > 0)
        fascia_text_add(evidence, " (up to %u MHz wide)", band->width_startable_mhz);
    fascia_text_add(evidence, ", %u after radar detection%s, %u listen-only, %u disabled", band->radar,
                    band->radar > 0 && !facts->link.capability.radar_detection ? " that it cannot do" : "",
                    band->listen_only, band->disabled);
    if (band->indoor_only > 0)
        fascia_text_add(evidence, "; %u of them for indoor use only, which a vehicle is not", band->indoor_only);
}

enum report_outcome check_band_available(const struct report_facts *facts, const struct report_parameters *parameters,
                                         struct fascia_text *evidence)
{
    const struct report_band *band = report_facts_band(facts, parameters->band);
    const char *name = report_band_text(parameters->band);

    if (!radio_is_known(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    add_radio(facts, evidence);
    if (facts->link.capability.known && !facts->link.capability.ap) {
        fascia_text_add(evidence, " cannot be an access point at all");
        return REPORT_OUTCOME_NOT_MET;
    }
    if (band == NULL) {
        fascia_text_add(evidence, " does not have the band %s", name);
        return REPORT_OUTCOME_NOT_MET;
    }
    fascia_text_add(evidence, " on %s", name);
    if (!band->has_channels) {
        fascia_text_add(evidence, ": which channels may be used%s%s is not known", facts->described.is ? " in " : "",
                        facts->described.country);
        return REPORT_OUTCOME_UNKNOWN;
    }
    add_channels(facts, band, evidence);
    fascia_text_add(evidence, "; asked: %u MHz%s", parameters->mhz,
                    parameters->radar ? ", radar detection will do" : ", at once");
    if (band->startable > 0 && band->width_startable_mhz >= parameters->mhz)
        return REPORT_OUTCOME_MET;
    /* How wide a block behind radar may be is not counted: what the modes can is the bound. */
    return check_met_if(parameters->radar && can_start(facts, band, true) && band->width_mhz >= parameters->mhz);
}

/* The newest standard on a band that will do ("any": on all); NULL when none is known. */
static const struct report_band *newest(const struct report_facts *facts, const char *name)
{
    const struct report_band *best = NULL;

    for (size_t i = 0; i < facts->link.bands_count; i++) {
        const struct report_band *band = &facts->link.bands[i];
        uint32_t generation = check_generation_of(band->standard);
        if (generation == 0 || (strcmp(name, "any") != 0 && strcmp(name, band->name) != 0))
            continue;
        if (best == NULL || generation > check_generation_of(best->standard))
            best = band;
    }
    return best;
}

/* The radio's modes alone count; that the country may keep it from using them is told, and judged by band-available. */
enum report_outcome check_generation_capable(const struct report_facts *facts,
                                             const struct report_parameters *parameters, struct fascia_text *evidence)
{
    const struct report_link *link = &facts->link;
    const struct report_band *band = newest(facts, parameters->band);
    const char *asked = strcmp(parameters->band, "any") == 0 ? "any band" : report_band_text(parameters->band);

    if (!radio_is_known(facts, evidence))
        return REPORT_OUTCOME_UNKNOWN;
    add_radio(facts, evidence);
    if (band == NULL) {
        fascia_text_add(evidence, " tells no standard of an access point on %s", asked);
        return REPORT_OUTCOME_UNKNOWN;
    }
    fascia_text_add(evidence, " could operate %s (Wi-Fi %u) on %s", band->standard, check_generation_of(band->standard),
                    report_band_text(band->name));
    if (band->has_channels && !can_start(facts, band, true))
        fascia_text_add(evidence, ", but may start on no channel there");
    if (!facts->described.is && link->mode[0] != '\0')
        fascia_text_add(evidence, "; the access point operates %s",
                        link->standard[0] != '\0' ? link->standard : "what is not known");
    fascia_text_add(evidence, "; asked: Wi-Fi %u on %s", parameters->generation, asked);
    return check_met_if(check_generation_of(band->standard) >= parameters->generation);
}

enum report_outcome check_nan_available(const struct report_facts *facts, const struct report_parameters *parameters,
                                        struct fascia_text *evidence)
{
    const struct report_capability *capability = &facts->link.capability;

    if (!facts->described.is && !facts->link.answered) {
        check_say_absent(facts, "link", evidence);
        return REPORT_OUTCOME_UNKNOWN;
    }
    if (!capability->known) {
        fascia_text_add(evidence, "the radio's interface types are not known");
        return REPORT_OUTCOME_UNKNOWN;
    }
    add_radio(facts, evidence);
    fascia_text_add(evidence, " %s the interface type NAN%s", capability->nan ? "has" : "does not have",
                    capability->ap_and_nan
                        ? ", also while it is an access point"
                        : (capability->nan ? ", but no combination of it with an access point is told" : ""));
    if (parameters->with_ap)
        fascia_text_add(evidence, "; asked: both at once");
    return check_met_if(capability->nan && (!parameters->with_ap || capability->ap_and_nan));
}
