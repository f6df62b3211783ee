/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "stack/base/cleanup.h"
#include "stack/base/text.h"
#include "tools/fasciactl/radio_show.h"

enum { CELL = 64, INDENT = 23, COLUMNS = 118 };

static const char *yes_no(bool value)
{
    return value ? "yes" : "no";
}

static void chains(struct report_out *out, const char *direction, uint32_t used, uint32_t available)
{
    if (used == 0 && available == 0)
        report_add(out, "%s not told", direction);
    else if (used == 0)
        report_add(out, "%s %d", direction, __builtin_popcount(available));
    else
        report_add(out, "%s %d of %d", direction, __builtin_popcount(used), __builtin_popcount(available));
}

/* Whether the radio is enough; the engine is another question (`fasciactl doctor`). */
static void aware(const struct aware_gates *gates, struct report_out *out)
{
    enum aware_gate shut = aware_gates_first_shut(gates, true);

    report_add(out, "  Wi-Fi Aware          data path %s, pairing %s", yes_no(gates->data_path),
               yes_no(gates->pairing));
    if (gates->data_path)
        report_add(out, ", on %u channel%s at once", gates->channels, gates->channels == 1 ? "" : "s");
    if (shut != AWARE_GATES_)
        report_add(out, "\n%*s(%s)", INDENT, "", aware_gate_text(shut));
    report_put(out, "\n");
}

static void head(const struct capability *radio, const struct aware_gates *gates, const struct radio_about *about,
                 struct report_out *out)
{
    report_add(out, "%s", radio->name);
    if (about != NULL)
        report_add(out, ": %s (described: %s)", about->title, about->radio);
    report_put(out, "\n  Antennas             ");
    chains(out, "transmit", radio->antennas.used_tx, radio->antennas.available_tx);
    chains(out, ", receive", radio->antennas.used_rx, radio->antennas.available_rx);
    report_add(out, "\n  Country              %s%s\n", radio->country[0] != '\0' ? radio->country : "not known",
               radio->self_managed ? ", managed by the driver: ours is ignored" : "");
    report_add(out, "  Can be               access point %s, client %s, Wi-Fi Aware %s\n",
               yes_no(radio->roles[WIPHY_ROLE_AP]), yes_no(radio->roles[WIPHY_ROLE_STATION]),
               yes_no(radio->roles[WIPHY_ROLE_NAN]));
    report_add(out, "  Access point and     client %s, Wi-Fi Aware %s", yes_no(radio->ap_and_station),
               yes_no(radio->ap_and_nan));
    if (radio->combination_channels > 0)
        report_add(out, ", on %u channel%s at once", radio->combination_channels,
                   radio->combination_channels == 1 ? "" : "s");
    report_put(out, "\n");
    aware(gates, out);
    report_add(out, "  Radar detection      %s", yes_no(radio->radar_detection));
    if (radio->radar_width_mhz > 0)
        report_add(out, ", up to %u MHz", radio->radar_width_mhz);
    report_put(out, "\n");
    report_add(out, "  Saves streams as AP  static %s, dynamic %s\n", yes_no(radio->smps_static),
               yes_no(radio->smps_dynamic));
}

static const char *mcs_text(int mcs, char to[static 8])
{
    (void)snprintf(to, 8, mcs >= 0 ? "%d" : "?", mcs);
    return to;
}

static const char *mode_cell(const struct capability_mode *mode, char to[static CELL])
{
    struct fascia_text text;
    char class[MIMO_CLASS_SIZE], tx[8], rx[8];

    fascia_text_init(&text, to, CELL);
    if (!mode->present)
        return "-";
    (void)mimo_class(&mode->streams, class);
    fascia_text_add(&text, "%s", class[0] != '\0' ? class : "?");
    if (mode->mcs_tx >= 0 && mode->mcs_tx == mode->mcs_rx)
        fascia_text_add(&text, "/%d", mode->mcs_tx);
    else if (mode->mcs_tx >= 0 || mode->mcs_rx >= 0)
        fascia_text_add(&text, "/%s,%s", mcs_text(mode->mcs_tx, tx), mcs_text(mode->mcs_rx, rx));
    return to;
}

static const char *limit_cell(const struct capability_role *role, char to[static CELL])
{
    struct fascia_text text;

    fascia_text_init(&text, to, CELL);
    if (role->limit_tx == role->limit_rx)
        fascia_text_add(&text, "%s", capability_limit_name(role->limit_tx));
    else
        fascia_text_add(&text, "tx %s, rx %s", capability_limit_name(role->limit_tx),
                        capability_limit_name(role->limit_rx));
    return to;
}

/* Some chips have fewer streams in their widest channel: "160 1x1". */
static const char *width_cell(const struct capability_role *role, char to[static CELL])
{
    struct fascia_text text;
    char class[MIMO_CLASS_SIZE];

    fascia_text_init(&text, to, CELL);
    fascia_text_add(&text, "%u", role->width_mhz);
    (void)mimo_class(&role->effective_widest, class);
    if (class[0] != '\0' && strcmp(class, role->class) != 0)
        fascia_text_add(&text, " %s", class);
    return to;
}

static void role_row(const char *band, const char *name, const struct capability_role *role, struct report_out *out)
{
    char cell[CELL];

    report_put(out, "  ");
    report_pad(out, band, 8);
    report_pad(out, name, 9);
    report_pad(out, role->class[0] != '\0' ? role->class : "?", 7);
    report_pad(out, limit_cell(role, cell), 21);
    report_pad(out, station_standard_name(role->standard), 10);
    report_pad(out, width_cell(role, cell), 9);
    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++)
        report_pad(out, mode_cell(&role->modes[phy], cell), phy + 1 < CAPABILITY_PHYS_ ? 9 : 0);
    report_put(out, "\n");
}

static void role_rows(const struct capability *radio, struct report_out *out)
{
    report_put(out,
               "\n  Band    As       Class  Limited by           Newest    MHz      HT       VHT      HE       EHT\n");
    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        for (unsigned int role = 0; radio->bands[band].present && role < WIPHY_ROLES_; role++) {
            if (radio->bands[band].roles[role].supported)
                role_row(wiphy_band_name((enum wiphy_band)band), capability_role_name((enum wiphy_role)role),
                         &radio->bands[band].roles[role], out);
        }
    }
}

static void number(struct report_out *out, unsigned int value, size_t width)
{
    char cell[16];

    (void)snprintf(cell, sizeof cell, "%u", value);
    report_pad(out, cell, width);
}

static void channel_rows(const struct capability *radio, struct report_out *out)
{
    report_put(
        out,
        "\n  Band    Channels  AP may start  Needs radar check  Listen only  Indoors  Disabled  Widest start, MHz\n");
    for (unsigned int i = 0; i < WIPHY_BANDS_; i++) {
        const struct capability_band *band = &radio->bands[i];
        if (!band->present)
            continue;
        report_put(out, "  ");
        report_pad(out, wiphy_band_name((enum wiphy_band)i), 8);
        number(out, band->channels, 10);
        number(out, band->startable, 14);
        number(out, band->radar, 19);
        number(out, band->listen_only, 13);
        number(out, band->indoor_only, 9);
        number(out, band->disabled, 10);
        number(out, band->width_startable_mhz, 0);
        report_put(out, "\n");
    }
}

/* Each limit and each note that occurs, in words, once. */
static void legend(const struct capability *radio, struct report_out *out)
{
    unsigned int limits = 0, notes = 0;

    for (unsigned int band = 0; band < WIPHY_BANDS_; band++) {
        for (unsigned int i = 0; i < WIPHY_ROLES_; i++) {
            const struct capability_role *role = &radio->bands[band].roles[i];
            if (!radio->bands[band].present || !role->supported)
                continue;
            limits |= 1U << role->limit_tx | 1U << role->limit_rx;
            notes |= role->notes;
        }
    }
    report_put(out, "\n");
    for (unsigned int i = 0; i < CAPABILITY_LIMITS_; i++) {
        if (limits & 1U << i) {
            report_put(out, "  ");
            report_pad(out, capability_limit_name((enum capability_limit)i), 21);
            report_add(out, "%s\n", capability_limit_text((enum capability_limit)i));
        }
    }
    for (unsigned int bit = 1; bit != 0 && bit <= notes; bit <<= 1) {
        if (notes & bit)
            report_add(out, "  Note                 %s\n", mimo_note_text((enum mimo_note)bit));
    }
}

/* Text that is broken at blanks; the lines stand below each other. */
static void wrapped(struct report_out *out, const char *text)
{
    size_t column = INDENT;

    for (bool first = true; *text != '\0'; first = false) {
        size_t length = strcspn(text, " ");
        bool fits = first || column + 1 + length <= COLUMNS;
        if (!first)
            report_put(out, fits ? " " : "\n");
        if (!fits)
            report_pad(out, "", INDENT);
        report_add(out, "%.*s", (int)length, text);
        column = (fits ? column + !first : INDENT) + length;
        text += length + (text[length] == ' ');
    }
    report_put(out, "\n");
}

static void origin(const struct radio_about *about, struct report_out *out)
{
    char line[sizeof about->certainty[0].note + RADIO_WORD_SIZE];

    report_put(out, "\n");
    for (size_t i = 0; i < about->sources_count; i++) {
        const struct radio_source *source = &about->sources[i];
        report_add(out, "  Source               %s\n                       %s%s%s%s%s\n", source->where, source->what,
                   source->when[0] != '\0' ? "; " : "", source->when, source->kernel[0] != '\0' ? "; " : "",
                   source->kernel);
    }
    for (size_t i = 0; i < about->certainty_count; i++) {
        (void)snprintf(line, sizeof line, "%s: %s", radio_group_words[about->certainty[i].about],
                       about->certainty[i].note);
        report_put(out, "  Not certain          ");
        wrapped(out, line);
    }
}

void radio_show_text(const struct capability *radio, const struct aware_gates *gates, const struct radio_about *about,
                     struct report_out *out)
{
    head(radio, gates, about, out);
    role_rows(radio, out);
    channel_rows(radio, out);
    legend(radio, out);
    if (about != NULL)
        origin(about, out);
}
