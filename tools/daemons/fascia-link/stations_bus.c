/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/daemons/fascia-link/linkd.h"

/* What org.fascia.Link1 offers about stations; the rest of the interface is in bus.c. */

/* Stations */

static int append_u32(sd_bus_message *reply, const char *key, uint32_t value)
{
    return sd_bus_message_append(reply, "{sv}", key, "u", value);
}

/* sd-bus takes the variadic argument of "t" as 64 bits. */
static int append_u64(sd_bus_message *reply, const char *key, bool has, uint64_t value)
{
    return has ? sd_bus_message_append(reply, "{sv}", key, "t", value) : 0;
}

static int append_identity(sd_bus_message *reply, const struct station *station)
{
    char mac[FASCIA_MAC_TEXT_SIZE];

    int r = sd_bus_message_append(reply, "{sv}", "mac", "s", fascia_mac_format(&station->mac, mac));
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}", "standard", "s", station_standard_name(station->standard_max));
    if (r >= 0 && station->has_signal)
        r = sd_bus_message_append(reply, "{sv}", "signal_dbm", "i", (int32_t)station->signal_dbm);
    if (r >= 0)
        r = append_u32(reply, "connected_s", station->connected_s);
    if (r >= 0)
        r = append_u32(reply, "returns", station->returns);
    return r < 0 ? r : sd_bus_message_append(reply, "{sv}", "away", "b", (int)station->away);
}

struct rate_keys {
    const char *nss, *rate, *width, *mcs, *gi;
};

static int append_rate(sd_bus_message *reply, const struct rate_keys *keys, uint8_t nss_max,
                       const struct station_rate *rate)
{
    int r = append_u32(reply, keys->nss, nss_max);
    if (r >= 0)
        r = append_u32(reply, keys->rate, rate->rate_kbps);
    if (r >= 0)
        r = append_u32(reply, keys->width, rate->width_mhz);
    if (r >= 0 && rate->has_mcs)
        r = append_u32(reply, keys->mcs, rate->mcs);
    return r < 0 ? r : append_u32(reply, keys->gi, rate->gi_ns);
}

static int append_counters(sd_bus_message *reply, const struct station *station)
{
    int r = append_u32(reply, "tx_packets", station->tx_packets);
    if (r >= 0)
        r = append_u32(reply, "retries", station->retries);
    if (r >= 0)
        r = append_u32(reply, "failed", station->failed);
    if (r >= 0)
        r = append_u64(reply, "tx_airtime_us", station->has_tx_airtime, station->tx_airtime_us);
    return r < 0 ? r : append_u64(reply, "rx_airtime_us", station->has_rx_airtime, station->rx_airtime_us);
}

static int append_station(sd_bus_message *reply, const struct station *station)
{
    static const struct rate_keys tx = {"tx_nss", "tx_rate_kbps", "tx_width_mhz", "tx_mcs", "tx_gi_ns"};
    static const struct rate_keys rx = {"rx_nss", "rx_rate_kbps", "rx_width_mhz", "rx_mcs", "rx_gi_ns"};

    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = append_identity(reply, station);
    if (r >= 0)
        r = append_rate(reply, &tx, station->tx_nss_max, &station->tx);
    if (r >= 0)
        r = append_rate(reply, &rx, station->rx_nss_max, &station->rx);
    if (r >= 0)
        r = append_counters(reply, station);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_stations(sd_bus *connection, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    const struct station_table *table = &linkd->stations.table;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < table->count; i++)
        r = append_station(reply, &table->list[i]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* History */

static int append_sample(sd_bus_message *reply, const struct station_sample *sample)
{
    return sd_bus_message_append(reply, "(tuuuuiuu)", (uint64_t)sample->time_us, sample->tx_rate_kbps,
                                 sample->rx_rate_kbps, (uint32_t)sample->tx_nss, (uint32_t)sample->rx_nss,
                                 (int32_t)sample->signal_dbm, sample->retries, sample->airtime_permille);
}

static int append_series(sd_bus_message *reply, const struct station_series *series)
{
    int r = sd_bus_message_open_container(reply, 'a', "(tuuuuiuu)");
    for (size_t i = 0; r >= 0 && i < series->count; i++)
        r = append_sample(reply, &series->samples[i]);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int send_history(sd_bus_message *call, const struct station_history *history)
{
    sd_bus_message *reply = NULL;

    int r = sd_bus_message_new_method_return(call, &reply);
    if (r >= 0)
        r = append_series(reply, &history->series);
    if (r >= 0)
        r = sd_bus_send(NULL, reply, NULL);
    sd_bus_message_unref(reply);
    return r;
}

static int get_station_history(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    const char *text = NULL;
    struct fascia_mac mac;

    int r = sd_bus_message_read(call, "s", &text);
    if (r < 0)
        return r;
    if (fascia_mac_parse(text, &mac) < 0)
        return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS, "mac is written 02:00:00:00:00:01");
    const struct station_history *history = station_histories_find(&linkd->stations.histories, &mac);
    if (!history)
        return sd_bus_error_setf(error, "org.fascia.Error.UnknownStation", "no history of %s is kept", text);
    return send_history(call, history);
}

/* Survey */

/* Drivers that can be on several channels at once do not mark any. */
static bool is_in_use(const struct linkd *linkd, const struct survey_channel *channel)
{
    return channel->in_use ||
           (linkd->machine.state == LINK_STATE_UP && channel->frequency_mhz == linkd->status.frequency_mhz);
}

static int append_channel(sd_bus_message *reply, const struct survey_channel *channel, bool in_use)
{
    int r = sd_bus_message_open_container(reply, 'a', "{sv}");
    if (r >= 0)
        r = append_u32(reply, "frequency_mhz", channel->frequency_mhz);
    if (r >= 0)
        r = sd_bus_message_append(reply, "{sv}", "in_use", "b", (int)in_use);
    if (r >= 0 && channel->has_noise)
        r = sd_bus_message_append(reply, "{sv}", "noise_dbm", "i", (int32_t)channel->noise_dbm);
    if (r >= 0)
        r = append_u64(reply, "active_ms", channel->has_active, channel->active_ms);
    if (r >= 0)
        r = append_u64(reply, "busy_ms", channel->has_busy, channel->busy_ms);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

static int get_survey(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    struct linkd *linkd = userdata;
    const struct survey *survey = linkd_stations_survey(linkd);
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "a{sv}");
    for (size_t i = 0; r >= 0 && i < survey->count; i++)
        r = append_channel(reply, &survey->list[i], is_in_use(linkd, &survey->list[i]));
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

/* The survey's counters change all the time, so nobody is told: who wants it asks. */
static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Stations", "aa{sv}", get_stations, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Survey", "aa{sv}", get_survey, 0, 0),
    SD_BUS_METHOD("GetStationHistory", "s", "a(tuuuuiuu)", get_station_history, SD_BUS_VTABLE_UNPRIVILEGED),
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
