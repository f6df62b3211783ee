/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/radio_show.h"

/* json-c's adders take a NULL value as JSON's null: an allocation that fails shows as null in a document that is
 * still whole. Only the outermost object is checked. */

static void put(struct json_object *object, const char *key, struct json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

static void put_int(struct json_object *object, const char *key, int64_t value)
{
    put(object, key, json_object_new_int64(value));
}

static void put_bool(struct json_object *object, const char *key, bool value)
{
    put(object, key, json_object_new_boolean(value));
}

/* An empty text is null: not known. */
static void put_text(struct json_object *object, const char *key, const char *value)
{
    put(object, key, value[0] != '\0' ? json_object_new_string(value) : NULL);
}

/* Some chips have fewer streams in a wide channel. */
static void put_wide(struct json_object *json, const char *width, bool has, const struct mimo_streams *streams)
{
    struct json_object *object = has && streams->rx > 0 ? json_object_new_object() : NULL;

    if (object == NULL)
        return;
    put_int(object, "tx", streams->tx);
    put_int(object, "rx", streams->rx);
    put(json, width, object);
}

static struct json_object *mode_json(const struct capability_mode *mode)
{
    struct json_object *json = json_object_new_object();

    put_int(json, "tx", mode->streams.tx);
    put_int(json, "rx", mode->streams.rx);
    put(json, "mcs_tx", mode->mcs_tx >= 0 ? json_object_new_int(mode->mcs_tx) : NULL);
    put(json, "mcs_rx", mode->mcs_rx >= 0 ? json_object_new_int(mode->mcs_rx) : NULL);
    put_int(json, "width_mhz", mode->width_mhz);
    put_wide(json, "160", mode->width_mhz >= 160, &mode->streams_160);
    put_wide(json, "320", mode->width_mhz >= 320, &mode->streams_320);
    return json;
}

static struct json_object *role_json(const struct capability_role *role)
{
    struct json_object *json = json_object_new_object(), *modes = json_object_new_object(),
                       *notes = json_object_new_array();

    put_text(json, "class", role->class);
    put_int(json, "tx", role->effective.tx);
    put_int(json, "rx", role->effective.rx);
    put_text(json, "limit_tx", capability_limit_name(role->limit_tx));
    put_text(json, "limit_rx", capability_limit_name(role->limit_rx));
    put_text(json, "standard", station_standard_name(role->standard));
    put_int(json, "width_mhz", role->width_mhz);
    put_int(json, "tx_widest", role->effective_widest.tx);
    put_int(json, "rx_widest", role->effective_widest.rx);
    for (unsigned int phy = 0; phy < CAPABILITY_PHYS_; phy++) {
        if (role->modes[phy].present)
            put(modes, capability_phy_name((enum capability_phy)phy), mode_json(&role->modes[phy]));
    }
    put(json, "modes", modes);
    for (unsigned int bit = 1; bit != 0 && bit <= role->notes; bit <<= 1) {
        if (role->notes & bit)
            (void)json_object_array_add(notes, json_object_new_string(mimo_note_text((enum mimo_note)bit)));
    }
    put(json, "notes", notes);
    return json;
}

static struct json_object *band_json(const char *name, const struct capability_band *band)
{
    struct json_object *json = json_object_new_object(), *roles = json_object_new_object(),
                       *channels = json_object_new_object();

    put_text(json, "name", name);
    for (unsigned int i = 0; i < WIPHY_ROLES_; i++) {
        if (band->roles[i].supported)
            put(roles, capability_role_name((enum wiphy_role)i), role_json(&band->roles[i]));
    }
    put(json, "roles", roles);
    put_int(channels, "all", band->channels);
    put_int(channels, "startable", band->startable);
    put_int(channels, "radar", band->radar);
    put_int(channels, "listen_only", band->listen_only);
    put_int(channels, "disabled", band->disabled);
    put_int(channels, "indoor_only", band->indoor_only);
    put_int(channels, "radar_free", band->radar_free);
    put_int(channels, "radar_seen", band->radar_seen);
    put(json, "channels", channels);
    put_int(json, "width_startable_mhz", band->width_startable_mhz);
    return json;
}

static struct json_object *antennas_json(const struct mimo_antennas *antennas)
{
    struct json_object *json = json_object_new_object();

    put_int(json, "available_tx", antennas->available_tx);
    put_int(json, "available_rx", antennas->available_rx);
    put_int(json, "configured_tx", antennas->used_tx);
    put_int(json, "configured_rx", antennas->used_rx);
    return json;
}

static struct json_object *about_json(const struct radio_about *about)
{
    struct json_object *json = json_object_new_object(), *sources = json_object_new_array(),
                       *certainty = json_object_new_array();

    put_text(json, "radio", about->radio);
    put_text(json, "title", about->title);
    put_text(json, "chip", about->chip);
    put_text(json, "driver", about->driver);
    for (size_t i = 0; i < about->sources_count; i++) {
        struct json_object *source = json_object_new_object();
        put_text(source, "where", about->sources[i].where);
        put_text(source, "what", about->sources[i].what);
        put_text(source, "when", about->sources[i].when);
        put_text(source, "kernel", about->sources[i].kernel);
        (void)json_object_array_add(sources, source);
    }
    put(json, "source", sources);
    for (size_t i = 0; i < about->certainty_count; i++) {
        struct json_object *note = json_object_new_object();
        put_text(note, "about", radio_group_words[about->certainty[i].about]);
        put_text(note, "note", about->certainty[i].note);
        (void)json_object_array_add(certainty, note);
    }
    put(json, "certainty", certainty);
    return json;
}

static struct json_object *abilities_json(const struct capability *radio)
{
    struct json_object *json = json_object_new_object();

    put_bool(json, "ap", radio->roles[WIPHY_ROLE_AP]);
    put_bool(json, "station", radio->roles[WIPHY_ROLE_STATION]);
    put_bool(json, "nan", radio->roles[WIPHY_ROLE_NAN]);
    put_bool(json, "ap_and_station", radio->ap_and_station);
    put_bool(json, "ap_and_nan", radio->ap_and_nan);
    put_int(json, "combination_channels", radio->combination_channels);
    put_bool(json, "radar_detection", radio->radar_detection);
    put_int(json, "radar_width_mhz", radio->radar_width_mhz);
    put_bool(json, "smps_static", radio->smps_static);
    put_bool(json, "smps_dynamic", radio->smps_dynamic);
    return json;
}

static struct json_object *aware_json(const struct aware_gates *gates)
{
    struct json_object *json = json_object_new_object(), *shut = json_object_new_array();

    put_bool(json, "data_path", gates->data_path);
    put_bool(json, "pairing", gates->pairing);
    put_bool(json, "dual_band", gates->dual_band);
    put_int(json, "channels", gates->channels);
    for (unsigned int gate = 0; gate < AWARE_GATES_; gate++) {
        if (gates->verdicts[gate] == AWARE_GATE_SHUT)
            (void)json_object_array_add(shut, json_object_new_string(aware_gate_name((enum aware_gate)gate)));
    }
    put(json, "missing", shut);
    return json;
}

struct json_object *radio_show_json(const struct capability *radio, const struct aware_gates *gates,
                                    const struct radio_about *about)
{
    struct json_object *json = json_object_new_object(), *bands = json_object_new_array();

    if (json == NULL)
        return NULL;
    put_text(json, "name", radio->name);
    put_int(json, "index", radio->index);
    put(json, "described", about != NULL ? about_json(about) : NULL);
    put_text(json, "country", radio->country);
    put_text(json, "dfs_region", wiphy_dfs_region_name(radio->dfs_region));
    put_bool(json, "self_managed", radio->self_managed);
    put(json, "antennas", antennas_json(&radio->antennas));
    put(json, "abilities", abilities_json(radio));
    put(json, "aware", aware_json(gates));
    for (unsigned int i = 0; i < WIPHY_BANDS_; i++) {
        if (radio->bands[i].present)
            (void)json_object_array_add(bands, band_json(wiphy_band_name((enum wiphy_band)i), &radio->bands[i]));
    }
    put(json, "bands", bands);
    return json;
}
