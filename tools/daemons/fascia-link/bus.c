/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "tools/daemons/fascia-link/linkd.h"

/* org.fascia.Link1, as config/dbus/org.fascia.Link1.xml says; and the one call that this service makes. */

#define PREPARE_TIMEOUT_US 3000000

static bool is_up(const struct linkd *linkd)
{
    return linkd->machine.state == LINK_STATE_UP;
}

/* hostapd's SSID is any octets, a D-Bus string is UTF-8: what is not printable ASCII or well-formed is escaped. */
static void add_ssid(struct fascia_text *text, const uint8_t *ssid, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (ssid[i] >= 0x20 && ssid[i] <= 0x7e)
            fascia_text_add(text, "%c", ssid[i]);
        else
            fascia_text_add(text, "\\x%02x", ssid[i]);
    }
}

/* Well-formed UTF-8 without control characters goes as it is (RFC 3629, section 4, overlong forms excepted by D-Bus).
 */
static bool is_plain_utf8(const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint8_t lead = octets[i++];
        unsigned int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc2 ? 1 : 0;
        if (lead < 0x20 || lead == 0x7f || lead > 0xf4 || (lead >= 0x80 && lead < 0xc2))
            return false;
        if (more > 0 && i < size &&
            ((lead == 0xe0 && octets[i] < 0xa0) || (lead == 0xed && octets[i] > 0x9f) ||
             (lead == 0xf0 && octets[i] < 0x90) || (lead == 0xf4 && octets[i] > 0x8f)))
            return false;
        for (; more > 0; more--, i++) {
            if (i >= size || (octets[i] & 0xc0) != 0x80)
                return false;
        }
    }
    return true;
}

static void text_ssid(const struct linkd *linkd, struct fascia_text *text)
{
    const struct hostapd_status *status = &linkd->status;

    if (!is_up(linkd))
        return;
    if (is_plain_utf8(status->ssid, status->ssid_size))
        fascia_text_add(text, "%.*s", (int)status->ssid_size, (const char *)status->ssid);
    else
        add_ssid(text, status->ssid, status->ssid_size);
}

static void text_mode(const struct linkd *linkd, struct fascia_text *text)
{
    fascia_text_add(text, "%s", is_up(linkd) ? "ap" : "");
}

static void text_country(const struct linkd *linkd, struct fascia_text *text)
{
    fascia_text_add(text, "%s", is_up(linkd) ? linkd->country : "");
}

static void text_security(const struct linkd *linkd, struct fascia_text *text)
{
    if (is_up(linkd))
        fascia_text_add(text, "%s", linkd_security_name(linkd->security));
}

static void text_standard(const struct linkd *linkd, struct fascia_text *text)
{
    if (is_up(linkd))
        fascia_text_add(text, "%s", station_standard_name(linkd->status.standard));
}

static void text_wiphy(const struct linkd *linkd, struct fascia_text *text)
{
    fascia_text_add(text, "%s", linkd->chosen ? linkd->choice.wiphy_name : "");
}

static void text_interface(const struct linkd *linkd, struct fascia_text *text)
{
    fascia_text_add(text, "%s", linkd->chosen ? linkd->choice.interface : "");
}

static void text_bssid(const struct linkd *linkd, struct fascia_text *text)
{
    char mac[FASCIA_MAC_TEXT_SIZE];
    if (is_up(linkd) && linkd->status.has_bssid)
        fascia_text_add(text, "%s", fascia_mac_format(&linkd->status.bssid, mac));
}

static void text_class(const struct linkd *linkd, struct fascia_text *text)
{
    char class[MIMO_CLASS_SIZE];
    if (linkd->chosen)
        fascia_text_add(text, "%s", mimo_class(&linkd->choice.mimo.streams, class));
}

static const struct {
    const char *property;
    void (*fn)(const struct linkd *linkd, struct fascia_text *text);
} texts[] = {
    {"Mode", text_mode},         {"Ssid", text_ssid},         {"Country", text_country},
    {"Security", text_security}, {"Standard", text_standard}, {"Wiphy", text_wiphy},
    {"Bssid", text_bssid},       {"MimoClass", text_class},   {"Interface", text_interface},
};

static int get_text(sd_bus *connection, const char *path, const char *interface, const char *property,
                    sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    char octets[256];
    struct fascia_text text;
    (void)connection;
    (void)path;
    (void)interface;
    (void)error;

    fascia_text_init(&text, octets, sizeof octets);
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(texts); i++) {
        if (strcmp(texts[i].property, property) == 0)
            texts[i].fn(userdata, &text);
    }
    return sd_bus_message_append(reply, "s", octets);
}

static uint32_t number_of(const struct linkd *linkd, const char *property)
{
    if (strcmp(property, "Radios") == 0)
        return (uint32_t)linkd->radios.count;
    if (linkd->chosen) {
        if (strcmp(property, "InterfaceIndex") == 0)
            return linkd->choice.ifindex;
        if (strcmp(property, "TxStreams") == 0)
            return linkd->choice.mimo.streams.tx;
        if (strcmp(property, "RxStreams") == 0)
            return linkd->choice.mimo.streams.rx;
    }
    if (is_up(linkd)) {
        if (strcmp(property, "Channel") == 0)
            return linkd->status.channel;
        if (strcmp(property, "FrequencyMhz") == 0)
            return linkd->status.frequency_mhz;
        if (strcmp(property, "WidthMhz") == 0)
            return linkd->status.width_mhz;
    }
    return 0;
}

static int get_number(sd_bus *connection, const char *path, const char *interface, const char *property,
                      sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    (void)connection;
    (void)path;
    (void)interface;
    (void)error;
    return sd_bus_message_append(reply, "u", number_of(userdata, property));
}

static const struct wiphy *chosen_wiphy(const struct linkd *linkd)
{
    return linkd->chosen ? wiphy_find(&linkd->radios, linkd->choice.wiphy) : NULL;
}

static int get_antennas(sd_bus *connection, const char *path, const char *interface, const char *property,
                        sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct wiphy *wiphy = chosen_wiphy(userdata);
    struct mimo_antennas a = {0};
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    if (wiphy)
        a = wiphy->antennas;
    return sd_bus_message_append(reply, "(uuuu)", a.available_tx, a.available_rx, a.used_tx, a.used_rx);
}

static int append_own_notes(sd_bus_message *reply, const struct linkd *linkd)
{
    const struct link_config *config = &linkd->service.config.link;
    char octets[192];
    struct fascia_text text;
    int r = 0;

    if (linkd->choice.mimo.streams.tx < config->min_streams) {
        fascia_text_init(&text, octets, sizeof octets);
        fascia_text_add(&text, "%u transmit streams, link.min_streams asks for %d",
                        (unsigned int)linkd->choice.mimo.streams.tx, (int)config->min_streams);
        r = sd_bus_message_append(reply, "s", octets);
    }
    if (r >= 0 && linkd->choice.plan.width_mhz < config->width_mhz) {
        fascia_text_init(&text, octets, sizeof octets);
        fascia_text_add(&text, "%u MHz instead of the configured %d: more is not allowed or not possible here",
                        linkd->choice.plan.width_mhz, (int)config->width_mhz);
        r = sd_bus_message_append(reply, "s", octets);
    }
    return r;
}

static int get_notes(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    const struct linkd *linkd = userdata;
    (void)connection;
    (void)path;
    (void)interface;
    (void)property;
    (void)error;

    int r = sd_bus_message_open_container(reply, 'a', "s");
    for (unsigned int bit = 1; linkd->chosen && r >= 0 && bit <= MIMO_NOTE_MORE_THAN_ANTENNAS; bit <<= 1) {
        if (linkd->choice.mimo.notes & bit)
            r = sd_bus_message_append(reply, "s", mimo_note_text((enum mimo_note)bit));
    }
    if (linkd->chosen && r >= 0)
        r = append_own_notes(reply, linkd);
    return r < 0 ? r : sd_bus_message_close_container(reply);
}

#define TEXT(name)   SD_BUS_PROPERTY(name, "s", get_text, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)
#define NUMBER(name) SD_BUS_PROPERTY(name, "u", get_number, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static const sd_bus_vtable vtable[] = {
    SD_BUS_VTABLE_START(0),
    TEXT("Mode"),
    TEXT("Ssid"),
    TEXT("Country"),
    TEXT("Security"),
    NUMBER("Channel"),
    NUMBER("FrequencyMhz"),
    NUMBER("WidthMhz"),
    TEXT("Standard"),
    TEXT("Wiphy"),
    TEXT("Interface"),
    NUMBER("InterfaceIndex"),
    TEXT("Bssid"),
    NUMBER("TxStreams"),
    NUMBER("RxStreams"),
    TEXT("MimoClass"),
    SD_BUS_PROPERTY("Antennas", "(uuuu)", get_antennas, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    SD_BUS_PROPERTY("Notes", "as", get_notes, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
    NUMBER("Radios"),
    SD_BUS_VTABLE_END,
};

void linkd_bus_changed(struct linkd *linkd)
{
    static const char *const names[] = {
        "Mode",      "Ssid",     "Country",   "Security",       "Channel", "FrequencyMhz", "WidthMhz",
        "Standard",  "Wiphy",    "Interface", "InterfaceIndex", "Bssid",   "TxStreams",    "RxStreams",
        "MimoClass", "Antennas", "Bands",     "Capability",     "Notes",   "Radios",       NULL};
    service_emit_changed(&linkd->service, names);
}

static void prepare_failed(struct linkd *linkd, int error, const char *what)
{
    linkd->prepare_failed = true;
    linkd_fail(linkd, FASCIA_FUNCTION_DEGRADED,
               error == -ENOTCONN ? FASCIA_REASON_BUS_ABSENT : FASCIA_REASON_NOT_PREPARED,
               "no access point is brought up: %s", what);
    linkd_post(linkd, LINK_EVENT_PREPARE_FAILED);
}

static void on_prepare_reply(struct bus *bus, int error, sd_bus_message *reply, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    const sd_bus_error *refusal = reply ? sd_bus_message_get_error(reply) : NULL;
    (void)bus;

    if (error < 0) {
        prepare_failed(linkd, error, refusal && refusal->message ? refusal->message : strerror(-error));
        return;
    }
    linkd->prepare_failed = false;
    linkd_post(linkd, LINK_EVENT_PREPARED);
}

/* Without the address service's word the interface is not brought up: an ND packet could leave it. */
void linkd_bus_prepare(struct linkd *linkd)
{
    if (!linkd->service.config.address.enabled) {
        linkd_post(linkd, LINK_EVENT_PREPARED);
        return;
    }
    int r = bus_call(linkd->service.bus, "org.fascia.Addr1", "/org/fascia/Addr1", "org.fascia.Addr1", "Prepare",
                     PREPARE_TIMEOUT_US, on_prepare_reply, linkd, "u", linkd->choice.ifindex);
    if (r < 0)
        prepare_failed(linkd, r, r == -ENOTCONN ? "no D-Bus to ask the address service over" : strerror(-r));
}

static void on_address_service(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct linkd *linkd = (struct linkd *)userdata;
    bool present = owner && owner[0] != '\0';
    (void)bus;
    (void)pid;

    if (present == linkd->address_present)
        return;
    linkd->address_present = present;
    if (present)
        linkd_post(linkd, LINK_EVENT_ADDRESS_UP);
}

int linkd_bus_open(struct linkd *linkd)
{
    int r = service_add_object(&linkd->service, vtable, linkd);
    if (r >= 0)
        r = service_add_object(&linkd->service, linkd_bus_radio_vtable, linkd);
    if (r >= 0)
        r = service_add_object(&linkd->service, linkd_orders_vtable, linkd);
    if (r < 0 || !linkd->service.config.address.enabled)
        return r;
    return bus_watch_name(linkd->service.bus, "org.fascia.Addr1", on_address_service, linkd, &linkd->address_watch);
}
