/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-link/linkd.h"

/* What org.fascia.Link1 offers about stations; the rest of the interface is in bus.c. */

static int append_entry(sd_bus_message *reply, const char *key, const char *type, uint32_t value)
{
    return sd_bus_message_append(reply, "{sv}", key, type, value);
}

static int append_station(sd_bus_message *reply, const struct station *station)
{
    char mac[FASCIA_MAC_TEXT_SIZE];

    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}", "mac", "s", fascia_mac_format(&station->mac, mac));
    if (r >= 0)
        r = append_entry(reply, "tx_nss", "u", station->tx_nss_max);
    if (r >= 0)
        r = append_entry(reply, "rx_nss", "u", station->rx_nss_max);
    if (r >= 0)
        r = append_entry(reply, "tx_rate_kbps", "u", station->tx.rate_kbps);
    if (r >= 0)
        r = append_entry(reply, "rx_rate_kbps", "u", station->rx.rate_kbps);
    if (r >= 0 && station->has_signal)
        r = sd_bus_message_append(reply, "{sv}", "signal_dbm", "i", (int32_t)station->signal_dbm);
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}", "standard", "s", station_standard_name(station->standard_max));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_stations(sd_bus *connection, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < linkd->stations.table.count; i++)
        r = append_station(reply, &linkd->stations.table.list[i]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Stations", "aa{sv}", get_stations, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_VTABLE_END,
};

void linkd_stations_bus_changed(struct linkd *linkd)
{
    static const char *const names[] = {"Stations", NULL};
    service_emit_changed(&linkd->service, names);
}

int linkd_stations_bus_open(struct linkd *linkd)
{
    return service_add_object(&linkd->service, vtable, linkd);
}
