/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/capability.h"
#include "tools/daemons/fascia-link/linkd.h"

/* Capability and Bands of org.fascia.Link1: the record of the chosen radio, as dictionaries. */

static int append_u(sd_bus_message *reply, const char *key, uint32_t value)
{
    return sd_bus_message_append(reply, "{sv}", key, "u", value);
}

static int append_b(sd_bus_message *reply, const char *key, bool value)
{
    return sd_bus_message_append(reply, "{sv}", key, "b", (int)value);
}

static int append_s(sd_bus_message *reply, const char *key, const char *value)
{
    return sd_bus_message_append(reply, "{sv}", key, "s", value);
}

static int append_modes(sd_bus_message *reply, const struct capability_role *role)
{
    static const struct {
        const char *tx, *rx;
    } keys[CAPABILITY_PHYS_] = {
        [CAPABILITY_PHY_HT] = {"ht_tx", "ht_rx"},
        [CAPABILITY_PHY_VHT] = {"vht_tx", "vht_rx"},
        [CAPABILITY_PHY_HE] = {"he_tx", "he_rx"},
        [CAPABILITY_PHY_EHT] = {"eht_tx", "eht_rx"},
    };
    int r = 0;

    for (size_t i = 0; r >= 0 && i < CAPABILITY_PHYS_; i++) {
        const struct capability_mode *mode = &role->modes[i];
        r = append_u(reply, keys[i].tx, mode->present ? mode->streams.tx : 0);
        if (r >= 0)
            r = append_u(reply, keys[i].rx, mode->present ? mode->streams.rx : 0);
    }
    return r;
}

static int append_streams(sd_bus_message *reply, const struct capability_role *role)
{
    int r = append_s(reply, "class", role->class);

    if (r >= 0)
        r = append_u(reply, "tx", role->effective.tx);
    if (r >= 0)
        r = append_u(reply, "rx", role->effective.rx);
    if (r >= 0)
        r = append_u(reply, "tx_widest", role->effective_widest.tx);
    if (r >= 0)
        r = append_u(reply, "rx_widest", role->effective_widest.rx);
    if (r >= 0)
        r = append_s(reply, "limit_tx", capability_limit_name(role->limit_tx));
    if (r >= 0)
        r = append_s(reply, "limit_rx", capability_limit_name(role->limit_rx));
    if (r >= 0)
        r = append_s(reply, "standard", station_standard_name(role->standard));
    if (r >= 0)
        r = append_u(reply, "width_mhz", role->width_mhz);
    return r < 0 ? r : append_modes(reply, role);
}

static int append_band(sd_bus_message *reply, const struct capability_band *band, enum wiphy_band number)
{
    const struct {
        const char *key;
        uint16_t value;
    } counts[] = {
        {"width_startable_mhz", band->width_startable_mhz},
        {"channels", band->channels},
        {"startable", band->startable},
        {"radar", band->radar},
        {"listen_only", band->listen_only},
        {"disabled", band->disabled},
        {"indoor_only", band->indoor_only},
    };

    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = append_s(reply, "name", wiphy_band_name(number));
    if (r >= 0)
        r = append_streams(reply, &band->roles[WIPHY_ROLE_AP]);
    for (size_t i = 0; r >= 0 && i < FASCIA_ARRAY_SIZE(counts); i++)
        r = append_u(reply, counts[i].key, counts[i].value);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_bands(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (unsigned int i = 0; linkd->chosen && r >= 0 && i < WIPHY_BANDS_; i++) {
        if (linkd->capability.bands[i].present)
            r = append_band(reply, &linkd->capability.bands[i], (enum wiphy_band)i);
    }
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int append_record(sd_bus_message *reply, const struct capability *record)
{
    const struct {
        const char *key;
        bool value;
    } flags[] = {
        {"self_managed", record->self_managed},         {"ap", record->roles[WIPHY_ROLE_AP]},
        {"station", record->roles[WIPHY_ROLE_STATION]}, {"nan", record->roles[WIPHY_ROLE_NAN]},
        {"ap_and_station", record->ap_and_station},     {"ap_and_nan", record->ap_and_nan},
        {"radar_detection", record->radar_detection},   {"smps_static", record->smps_static},
        {"smps_dynamic", record->smps_dynamic},
    };

    int r = append_s(reply, "country", record->country);
    if (r >= 0)
        r = append_u(reply, "combination_channels", record->combination_channels);
    for (size_t i = 0; r >= 0 && i < FASCIA_ARRAY_SIZE(flags); i++)
        r = append_b(reply, flags[i].key, flags[i].value);
    return r;
}

static int get_capability(sd_bus *connection, const char *path, const char *interface, const char *property,
                          sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0 && linkd->chosen)
        r = append_record(reply, &linkd->capability);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

const sd_bus_vtable linkd_bus_radio_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Capability", "a{sv}", get_capability, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Bands", "aa{sv}", get_bands, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};
