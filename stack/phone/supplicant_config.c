/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/supplicant_config.h"

#include <errno.h>
#include <string.h>

#include "stack/base/text.h"

struct security_lines {
    const char *key_mgmt;
    int pmf; /* ieee80211w: 1 = capable, 2 = required */
};

static const struct security_lines lines[PHONE_SECURITIES_] = {
    [PHONE_SECURITY_SAE] = {"SAE", 2}, /* WPA3 Specification 2.3: SAE only with PMF required */
    [PHONE_SECURITY_SAE_OR_PSK] = {"SAE WPA-PSK WPA-PSK-SHA256", 1},
    [PHONE_SECURITY_PSK] = {"WPA-PSK WPA-PSK-SHA256", 1},
};

static void add_hex(struct fascia_text *t, const uint8_t *octets, size_t size)
{
    for (size_t i = 0; i < size; i++)
        fascia_text_add(t, "%02x", octets[i]);
}

int phone_supplicant_config(const struct phone_credentials *credentials, const char *control_dir, char *to, size_t size)
{
    int r = phone_credentials_check(credentials);
    if (r != 0)
        return r;

    struct fascia_text t;
    size_t secret_size = 0;
    const uint8_t *secret = fascia_secret_borrow(&credentials->passphrase, &secret_size);

    fascia_text_init(&t, to, size);
    fascia_text_add(&t, "ctrl_interface=DIR=%s\nupdate_config=0\nap_scan=1\nsae_pwe=2\np2p_disabled=1\n", control_dir);
    fascia_text_add(&t, "network={\n\tssid="); /* hexadecimal: any octet may be in a name */
    add_hex(&t, credentials->ssid, credentials->ssid_size);
    fascia_text_add(&t, "\n\tkey_mgmt=%s\n\tproto=RSN\n\tpairwise=CCMP\n\tieee80211w=%d\n",
                    lines[credentials->security].key_mgmt, lines[credentials->security].pmf);
    if (credentials->security != PHONE_SECURITY_PSK) {
        fascia_text_add(&t, "\tsae_password=");
        add_hex(&t, secret, secret_size);
        fascia_text_add(&t, "\n");
    }
    if (credentials->security != PHONE_SECURITY_SAE) /* bare hexadecimal would mean the key itself */
        fascia_text_add(&t, "\tpsk=\"%.*s\"\n", (int)secret_size, (const char *)secret);
    if (credentials->freq_mhz != 0)
        fascia_text_add(&t, "\tscan_freq=%u\n", (unsigned)credentials->freq_mhz);
    fascia_text_add(&t, "}\n");

    if (!fascia_text_ok(&t)) {
        explicit_bzero(to, size);
        return -EMSGSIZE;
    }
    return 0;
}
