/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "platform/config/config.h"
#include "platform/nl80211/nl80211.h"
#include "stack/link/choose.h"
#include "stack/link/hostapd_conf.h"

/*
 * print_conf FILE CONTROL_DIR [eht] [unmeasured]: the hostapd.conf that fascia-link would write for this machine's
 * radios and the configuration FILE, with a passphrase that is no secret. Exit status 2: bad usage or configuration, 3:
 * no radio can do it (the reason is on standard error), 4: no file can be written.
 */

#define PASSPHRASE "only-for-the-rig"

static struct wiphy_table radios;
static struct wiphy_interfaces interfaces;
static struct fascia_config config;

static int dump(void)
{
    _cleanup_(nl80211_close) struct nl80211 *nl = NULL;

    int r = nl80211_open(&nl);
    if (r == 0)
        r = nl80211_dump_wiphys(nl, &radios);
    return r == 0 ? nl80211_dump_interfaces(nl, &interfaces) : r;
}

static int print(const struct choose_result *choice, const char *control_dir, bool eht)
{
    static char octets[HOSTAPD_CONF_MAX];
    struct hostapd_conf_input input = {.config = &config.link,
                                       .wiphy = wiphy_find(&radios, choice->wiphy),
                                       .plan = &choice->plan,
                                       .interface = choice->interface,
                                       .control_dir = control_dir,
                                       .eht = eht};
    struct fascia_secret passphrase = {0};
    struct fascia_text text;

    (void)fascia_secret_set(&passphrase, PASSPHRASE, strlen(PASSPHRASE));
    fascia_text_init(&text, octets, sizeof octets);
    int r = hostapd_conf_write(&input, &passphrase, &text);
    if (r != 0) {
        (void)fprintf(stderr, "%s\n", hostapd_conf_explain(r));
        return 4;
    }
    (void)printf("# %s\n%s", choice->detail, octets);
    return 0;
}

int main(int argc, char **argv)
{
    struct choose_input input = {.config = &config.link, .radios = &radios, .interfaces = &interfaces};
    struct choose_result choice;
    char message[CONFIG_MESSAGE_SIZE];
    bool eht = false;

    if (argc < 3)
        return 2;
    for (int i = 3; i < argc; i++) {
        eht |= strcmp(argv[i], "eht") == 0;
        input.unmeasured |= strcmp(argv[i], "unmeasured") == 0;
    }
    if (config_load(argv[1], &config, message) != 0) {
        (void)fprintf(stderr, "%s\n", message);
        return 2;
    }
    int r = dump();
    if (r < 0) {
        (void)fprintf(stderr, "nl80211: %s\n", strerror(-r));
        return 3;
    }
    choose_radio(&input, &choice);
    if (choice.reason != FASCIA_REASON_NONE) {
        (void)fprintf(stderr, "%s\n", choice.detail);
        return 3;
    }
    return print(&choice, argv[2], eht);
}
