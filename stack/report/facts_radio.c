/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts_radio.h"

#include <string.h>

static void put(struct report_facts *facts, char *to, size_t size, const char *from)
{
    if (!report_text_clean(to, size, from))
        facts->cut++;
}

#define PUT(facts, array, text) put((facts), (array), sizeof(array), (text))

static struct report_streams streams_of(struct mimo_streams streams)
{
    return (struct report_streams){.tx = streams.tx, .rx = streams.rx};
}

static void put_band(struct report_facts *facts, const struct capability *capability, enum wiphy_band id,
                     bool has_channels)
{
    static const enum capability_phy phys[REPORT_PHYS_] = {
        [REPORT_PHY_HT] = CAPABILITY_PHY_HT,
        [REPORT_PHY_VHT] = CAPABILITY_PHY_VHT,
        [REPORT_PHY_HE] = CAPABILITY_PHY_HE,
        [REPORT_PHY_EHT] = CAPABILITY_PHY_EHT,
    };
    const struct capability_band *from = &capability->bands[id];
    const struct capability_role *ap = &from->roles[WIPHY_ROLE_AP];
    struct report_band *band = &facts->link.bands[facts->link.bands_count++];

    *band = (struct report_band){
        .effective = streams_of(ap->effective),
        .widest = streams_of(ap->effective_widest),
        .width_mhz = ap->width_mhz,
        .width_startable_mhz = has_channels ? from->width_startable_mhz : 0,
        .has_channels = has_channels,
        .channels = from->channels,
        .startable = has_channels && ap->supported ? from->startable : 0,
        .radar = has_channels && ap->supported ? from->radar : 0,
        .listen_only = has_channels ? from->listen_only : 0,
        .disabled = has_channels ? from->disabled : 0,
        .indoor_only = has_channels ? from->indoor_only : 0,
    };
    PUT(facts, band->name, wiphy_band_name(id));
    PUT(facts, band->mimo_class, ap->class);
    PUT(facts, band->limit_tx, ap->supported ? capability_limit_name(ap->limit_tx) : "");
    PUT(facts, band->limit_rx, ap->supported ? capability_limit_name(ap->limit_rx) : "");
    PUT(facts, band->standard, ap->supported ? station_standard_name(ap->standard) : "");
    for (size_t phy = 0; phy < REPORT_PHYS_; phy++)
        band->streams[phy] = streams_of(ap->modes[phys[phy]].streams);
}

static void put_capability(struct report_facts *facts, const struct capability *capability)
{
    struct report_link *link = &facts->link;

    link->capability = (struct report_capability){
        .known = true,
        .self_managed = capability->self_managed,
        .ap = capability->roles[WIPHY_ROLE_AP],
        .station = capability->roles[WIPHY_ROLE_STATION],
        .nan = capability->roles[WIPHY_ROLE_NAN],
        .ap_and_station = capability->ap_and_station,
        .ap_and_nan = capability->ap_and_nan,
        .radar_detection = capability->radar_detection,
        .smps_static = capability->smps_static,
        .smps_dynamic = capability->smps_dynamic,
        .combination_channels = capability->combination_channels,
    };
    PUT(facts, link->capability.country, capability->country);
    link->antennas[0] = capability->antennas.available_tx;
    link->antennas[1] = capability->antennas.available_rx;
    link->antennas[2] = capability->antennas.used_tx;
    link->antennas[3] = capability->antennas.used_rx;
}

static void put_note(struct report_facts *facts, const char *text)
{
    struct report_link *link = &facts->link;

    if (link->notes_count == REPORT_NOTES_MAX) {
        facts->cut++;
        return;
    }
    PUT(facts, link->notes[link->notes_count], text);
    link->notes_count++;
}

static void put_mimo_notes(struct report_facts *facts, const struct capability *capability)
{
    unsigned int notes = 0;

    for (unsigned int band = 0; band < WIPHY_BANDS_; band++)
        notes |= capability->bands[band].roles[WIPHY_ROLE_AP].notes;
    for (unsigned int bit = 0; bit < 32; bit++) {
        if (notes & 1U << bit)
            put_note(facts, mimo_note_text((enum mimo_note)(1U << bit)));
    }
}

static bool can_start(const struct report_facts *facts, const struct report_band *band)
{
    const struct report_capability *capability = &facts->link.capability;

    if (!capability->ap || band->standard[0] == '\0')
        return false;
    return !band->has_channels || band->startable > 0 || (band->radar > 0 && capability->radar_detection);
}

static uint32_t first_channel_mhz(const char *band)
{
    static const struct {
        const char *band;
        uint32_t mhz;
    } first[] = {{"2.4GHz", 2412}, {"5GHz", 5180}, {"6GHz", 5955}};

    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++) {
        if (strcmp(first[i].band, band) == 0)
            return first[i].mhz;
    }
    return 0;
}

/* Judged on `band`: the facts of the link become what an access point there could do. */
static void judge_on(struct report_facts *facts, const struct report_band *band)
{
    struct report_link *link = &facts->link;
    bool at_once = band->has_channels && band->startable > 0;

    PUT(facts, facts->described.band, band->name);
    PUT(facts, link->standard, band->standard);
    PUT(facts, link->mimo_class, band->mimo_class);
    link->streams = band->effective;
    link->width_mhz = at_once ? band->width_startable_mhz : band->width_mhz;
    link->frequency_mhz = first_channel_mhz(band->name);
}

static void choose_band(struct report_facts *facts, const char *wanted)
{
    static const char *const order[] = {"5GHz", "2.4GHz", "6GHz"};

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const struct report_band *band = report_facts_band(facts, wanted != NULL ? wanted : order[i]);
        if (band == NULL || !can_start(facts, band))
            continue;
        judge_on(facts, band);
        return;
    }
}

static void put_source(struct report_facts *facts, const struct radio_about *about)
{
    struct fascia_text text;
    char source[512];

    fascia_text_init(&text, source, sizeof source);
    for (size_t i = 0; i < about->sources_count; i++)
        fascia_text_add(&text, "%s%s%s%s%s%s%s", i > 0 ? "; " : "", about->sources[i].what,
                        about->sources[i].what[0] != '\0' ? ": " : "", about->sources[i].where,
                        about->sources[i].when[0] != '\0' ? " (" : "", about->sources[i].when,
                        about->sources[i].when[0] != '\0' ? ")" : "");
    if (!fascia_text_ok(&text))
        facts->cut++;
    PUT(facts, facts->described.source, source);
    for (size_t i = 0; i < about->certainty_count; i++) {
        char note[REPORT_NOTE_SIZE];
        fascia_text_init(&text, note, sizeof note);
        fascia_text_add(&text, "%s: %s", radio_group_words[about->certainty[i].about], about->certainty[i].note);
        if (!fascia_text_ok(&text))
            memcpy(note + sizeof note - 4, "...", 4);
        put_note(facts, note);
    }
}

void report_facts_of_radio(struct report_facts *facts, const struct report_radio *radio)
{
    const struct capability *capability = radio->capability;
    const char *country = radio->country != NULL ? radio->country : capability->country;
    bool same = strcmp(country, capability->country) == 0;
    struct report_described *described = &facts->described;

    described->is = true;
    PUT(facts, described->radio, radio->about->radio);
    PUT(facts, described->title, radio->about->title);
    PUT(facts, described->country, country);
    PUT(facts, facts->link.country, country);
    PUT(facts, facts->link.wiphy, capability->name);
    facts->link.radios = 1;
    put_capability(facts, capability);
    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        if (capability->bands[band].present && facts->link.bands_count < REPORT_BANDS_MAX)
            put_band(facts, capability, (enum wiphy_band)band, same);
    }
    put_mimo_notes(facts, capability);
    if (!same)
        put_note(facts, "The channels are described for another country than the one asked for: which of them may be "
                        "used there is not known.");
    put_source(facts, radio->about);
    choose_band(facts, radio->band);
}
