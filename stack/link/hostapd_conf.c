/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/link/hostapd_conf.h"

#include <ctype.h>
#include <string.h>

#include "stack/link/elements.h"

#define PASSPHRASE_MIN 8
#define PASSPHRASE_MAX 63

const char *hostapd_conf_explain(int result)
{
    switch (result) {
    case HOSTAPD_CONF_E_PASSPHRASE:
        return "the passphrase is not 8 to 63 printable ASCII characters";
    case HOSTAPD_CONF_E_SSID:
        return "the SSID is not 1 to 32 octets";
    case HOSTAPD_CONF_E_NAME:
        return "an interface name or path cannot be written into hostapd.conf";
    case HOSTAPD_CONF_E_SECURITY:
        return "6 GHz allows link.security: wpa3-sae only";
    case HOSTAPD_CONF_E_ELEMENTS:
        return "link.accessory_element or link.vendor_elements is malformed";
    case HOSTAPD_CONF_E_CHANNEL:
        return "there is no channel that could be measured";
    case HOSTAPD_CONF_E_SIZE:
        return "the hostapd configuration is too long";
    default: /* not our enum: an int by the error convention */
        return "";
    }
}

bool hostapd_conf_passphrase_ok(const struct fascia_secret *passphrase)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(passphrase, &size);

    if (size < PASSPHRASE_MIN || size > PASSPHRASE_MAX)
        return false;
    for (size_t i = 0; i < size; i++) {
        if (octets[i] < 0x20 || octets[i] > 0x7e)
            return false;
    }
    return true;
}

void hostapd_conf_wipe(struct fascia_text *text)
{
    explicit_bzero(text->start, text->size);
    text->used = 0;
    text->cut = false;
}

static bool is_line(const char *value)
{
    for (const char *c = value; *c; c++) {
        if (iscntrl((unsigned char)*c))
            return false;
    }
    return value[0] != '\0';
}

static void add_bss(const struct hostapd_conf_input *input, struct fascia_text *text)
{
    const struct link_config *config = input->config;

    fascia_text_add(text, "# Written by fascia-link; holds the passphrase.\n");
    fascia_text_add(text, "interface=%s\ndriver=nl80211\n", input->interface);
    fascia_text_add(text, "ctrl_interface=%s\n", input->control_dir);
    fascia_text_add(text, "ssid2="); /* in hexadecimal: an SSID is any octets */
    for (const char *c = config->ssid; *c; c++)
        fascia_text_add(text, "%02x", (unsigned char)*c);
    fascia_text_add(text, "\nignore_broadcast_ssid=0\n"); /* never hidden: phones look for hidden networks less */
    fascia_text_add(text, "country_code=%s\nieee80211d=1\n", config->country);
    /*
     * With it hostapd checks radar channels before it uses them, and sends the spectrum management bit and a power
     * constraint of 3 dB there by itself.
     */
    if (input->plan->band == LINK_BAND_5GHZ)
        fascia_text_add(text, "ieee80211h=1\n");
    fascia_text_add(text, "max_num_sta=%d\nap_isolate=%d\nwmm_enabled=1\n", (int)config->max_stations, config->isolate);
    if (config->bss_transition)
        fascia_text_add(text, "bss_transition=1\n");
}

static void add_interworking(const struct link_interworking *interworking, struct fascia_text *text)
{
    if (!interworking->enabled)
        return;
    fascia_text_add(text, "interworking=1\naccess_network_type=%d\ninternet=%d\nasra=%d\nesr=%d\nuesa=%d\n",
                    (int)interworking->access_network_type, interworking->internet, interworking->asra,
                    interworking->esr, interworking->uesa);
    fascia_text_add(text, "venue_group=%d\nvenue_type=%d\n", (int)interworking->venue_group,
                    (int)interworking->venue_type);
}

/* The same elements in beacons and probe responses, and in association responses. */
static int add_elements(const struct link_config *config, struct fascia_text *text)
{
    char digits[ELEMENTS_COLLECTED_DIGITS];
    struct fascia_text elements;

    fascia_text_init(&elements, digits, sizeof digits);
    if (elements_collect(config, &elements) != 0 || !fascia_text_ok(&elements))
        return HOSTAPD_CONF_E_ELEMENTS;
    if (elements.used != 0)
        fascia_text_add(text, "vendor_elements=%s\nassocresp_elements=%s\n", digits, digits);
    return 0;
}

/* hostapd compares these flags with the driver's and refuses what is not there, so only what is there is named. */
static void add_ht(const struct wiphy_phys *caps, const struct channel_plan *plan, struct fascia_text *text)
{
    enum { LDPC = 0x0001, SHORT_GI_20 = 0x0020, SHORT_GI_40 = 0x0040, TX_STBC = 0x0080, RX_STBC = 0x0300 };

    fascia_text_add(text, "ieee80211n=1\nht_capab=");
    if (plan->secondary != 0)
        fascia_text_add(text, plan->secondary > 0 ? "[HT40+]" : "[HT40-]");
    if (caps->ht_caps & LDPC)
        fascia_text_add(text, "[LDPC]");
    if (caps->ht_caps & SHORT_GI_20)
        fascia_text_add(text, "[SHORT-GI-20]");
    if (caps->ht_caps & SHORT_GI_40)
        fascia_text_add(text, "[SHORT-GI-40]");
    if (caps->ht_caps & TX_STBC)
        fascia_text_add(text, "[TX-STBC]");
    if (caps->ht_caps & RX_STBC)
        fascia_text_add(text, "[RX-STBC1]");
    fascia_text_add(text, "\n");
}

/* hostapd's *_oper_chwidth: 0 = 20 or 40 MHz, 1 = 80, 2 = 160 */
static unsigned int oper_width(const struct channel_plan *plan)
{
    return plan->width_mhz >= 160 ? 2 : plan->width_mhz >= 80 ? 1 : 0;
}

static void add_vht(const struct wiphy_phys *caps, const struct channel_plan *plan, struct fascia_text *text)
{
    enum { RXLDPC = 0x0010, SHORT_GI_80 = 0x0020, SHORT_GI_160 = 0x0040 };

    fascia_text_add(text, "ieee80211ac=1\nvht_capab=");
    if (caps->vht_caps & RXLDPC)
        fascia_text_add(text, "[RXLDPC]");
    if (caps->vht_caps & SHORT_GI_80)
        fascia_text_add(text, "[SHORT-GI-80]");
    if (plan->width_mhz == 160) {
        fascia_text_add(text, "[VHT160]");
        if (caps->vht_caps & SHORT_GI_160)
            fascia_text_add(text, "[SHORT-GI-160]");
    }
    fascia_text_add(text, "\nvht_oper_chwidth=%u\n", oper_width(plan));
    if (plan->width_mhz >= 80 && plan->centre_segment != 0)
        fascia_text_add(text, "vht_oper_centr_freq_seg0_idx=%u\n", plan->centre_segment);
}

/* HE and EHT: the same two keys. In 6 GHz hostapd derives the secondary channel from the centre, so it needs that of 40
 * MHz, too. */
static void add_width(const char *mode, const struct channel_plan *plan, struct fascia_text *text)
{
    fascia_text_add(text, "%s_oper_chwidth=%u\n", mode, oper_width(plan));
    if (plan->centre_segment != 0 && (plan->width_mhz >= 80 || plan->band == LINK_BAND_6GHZ))
        fascia_text_add(text, "%s_oper_centr_freq_seg0_idx=%u\n", mode, plan->centre_segment);
}

/*
 * hostapd's own measurement ("ACS"): two scans, each some 110 ms for a channel. freqlist names what may be taken;
 * acs_exclude_dfs is for drivers that do it themselves: for hostapd 2.10's own it changes nothing, so that radar
 * channels must be missing in the list, too.
 */
static void add_candidates(const struct link_config *config, const struct channel_plan *plan, struct fascia_text *text)
{
    fascia_text_add(text, "acs_num_scans=2\nfreqlist=");
    for (size_t i = 0; i < plan->candidate_count; i++)
        fascia_text_add(text, "%s%u", i ? "," : "", plan->candidates[i]);
    fascia_text_add(text, "\n");
    if (!config->dfs)
        fascia_text_add(text, "acs_exclude_dfs=1\n");
}

static void phys_of(const struct hostapd_conf_input *input, struct wiphy_phys *ret_phys)
{
    wiphy_phys_of(input->wiphy, wiphy_band_of(input->plan->band), WIPHY_ROLE_AP, ret_phys);
    wiphy_phys_limit(ret_phys, input->config->standard);
}

bool hostapd_conf_has_eht(const struct hostapd_conf_input *input)
{
    struct wiphy_phys phys;

    phys_of(input, &phys);
    return phys.he && phys.eht;
}

static void add_radio(const struct hostapd_conf_input *input, struct fascia_text *text)
{
    const struct channel_plan *plan = input->plan;
    struct wiphy_phys phys;

    phys_of(input, &phys);
    fascia_text_add(text, "hw_mode=%s\nchannel=%u\n", plan->band == LINK_BAND_2GHZ ? "g" : "a", plan->number);
    if (plan->number == LINK_CHANNEL_AUTO)
        add_candidates(input->config, plan, text);
    if (plan->band == LINK_BAND_6GHZ) {
        /* Global operating classes 131 to 134 are 20, 40, 80, 160 MHz (IEEE 802.11-2020, table E-4). */
        unsigned int steps = plan->width_mhz >= 160 ? 3 : plan->width_mhz >= 80 ? 2 : plan->width_mhz >= 40;
        fascia_text_add(text, "op_class=%u\n", 131 + steps);
    }
    if (phys.ht)
        add_ht(&phys, plan, text);
    if (plan->band == LINK_BAND_5GHZ && phys.vht)
        add_vht(&phys, plan, text);
    if (phys.he) {
        fascia_text_add(text, "ieee80211ax=1\n");
        add_width("he", plan, text);
    }
    if (phys.he && phys.eht && input->eht) {
        fascia_text_add(text, "ieee80211be=1\n");
        add_width("eht", plan, text);
    }
}

/*
 * wpa_passphrase serves SAE as well as PSK. Unlike sae_password it has no syntax of its own behind a '|', so a
 * passphrase that happens to hold "|id=" or "|mac=" stays a passphrase.
 */
static void add_security(enum link_security security, const struct fascia_secret *passphrase, struct fascia_text *text)
{
    size_t size = 0;
    const uint8_t *octets = fascia_secret_borrow(passphrase, &size);

    fascia_text_add(text, "wpa=2\nrsn_pairwise=CCMP\n");
    switch (security) {
    case LINK_SECURITY_WPA3_SAE:
        fascia_text_add(text, "wpa_key_mgmt=SAE\nieee80211w=2\nsae_pwe=2\nsae_require_mfp=1\n");
        break;
    case LINK_SECURITY_WPA3_TRANSITION:
        fascia_text_add(text, "wpa_key_mgmt=SAE WPA-PSK\nieee80211w=1\nsae_pwe=2\nsae_require_mfp=1\n");
        break;
    case LINK_SECURITY_WPA2_PSK:
        fascia_text_add(text, "wpa_key_mgmt=WPA-PSK\nieee80211w=1\n");
        break;
    case LINK_SECURITIES_:
        break;
    }
    fascia_text_add(text, "wpa_passphrase=%.*s\n", (int)size, (const char *)octets);
}

static int check(const struct hostapd_conf_input *input, const struct fascia_secret *passphrase)
{
    size_t ssid = strlen(input->config->ssid);

    if (!hostapd_conf_passphrase_ok(passphrase))
        return HOSTAPD_CONF_E_PASSPHRASE;
    if (ssid < 1 || ssid > 32)
        return HOSTAPD_CONF_E_SSID;
    if (!is_line(input->interface) || !is_line(input->control_dir))
        return HOSTAPD_CONF_E_NAME;
    if (input->plan->band == LINK_BAND_6GHZ && input->config->security != LINK_SECURITY_WPA3_SAE)
        return HOSTAPD_CONF_E_SECURITY;
    if (input->plan->number == LINK_CHANNEL_AUTO && input->plan->candidate_count == 0)
        return HOSTAPD_CONF_E_CHANNEL;
    return 0;
}

int hostapd_conf_write(const struct hostapd_conf_input *input, const struct fascia_secret *passphrase,
                       struct fascia_text *text)
{
    int r = check(input, passphrase);

    if (r == 0) {
        add_bss(input, text);
        add_interworking(&input->config->interworking, text);
        r = add_elements(input->config, text);
    }
    if (r == 0) {
        add_radio(input, text);
        add_security(input->config->security, passphrase, text);
        if (!fascia_text_ok(text))
            r = HOSTAPD_CONF_E_SIZE;
    }
    if (r != 0)
        hostapd_conf_wipe(text);
    return r;
}
