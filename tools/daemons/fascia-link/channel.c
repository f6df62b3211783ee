/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "platform/journal/journal.h"
#include "tools/daemons/fascia-link/linkd.h"

/*
 * Where the access point is, as opposed to where the configuration puts it: measured (channel: auto), switched by
 * hand, or moved by hostapd because of radar. It is kept in a file of the private folder, which lives as long as the
 * boot, so that a restarted service takes the running access point over. A file that was written for another
 * configuration does not count; a damaged one neither.
 */

#define TEXT_SIZE 96

/* What the memory belongs to: another `link.band` or `link.channel` is a new wish. */
static void add_wish(const struct link_config *config, struct fascia_text *text)
{
    fascia_text_add(text, "%d %d ", (int)config->band, (int)config->channel);
}

static void write_memory(struct linkd *linkd)
{
    char octets[TEXT_SIZE];
    struct fascia_text text;

    fascia_text_init(&text, octets, sizeof octets);
    add_wish(&linkd->service.config.link, &text);
    fascia_text_add(&text, "%d %u %u", (int)linkd->last.band, linkd->last.number, linkd->last.width_mhz);
    int r = file_replace(linkd->channel_path, 0600, octets, text.used);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "%s: %s", linkd->channel_path, strerror(-r));
}

static bool parse_memory(const char *at, struct choose_last *ret_last)
{
    int64_t band = 0, number = 0, width = 0;
    char words[3][24];

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(words); i++) {
        if (fascia_text_word(&at, words[i], sizeof words[i]) < 0)
            return false;
    }
    if (fascia_text_to_i64(words[0], 0, LINK_BANDS_ - 1, &band) < 0 ||
        fascia_text_to_i64(words[1], 1, 233, &number) < 0 || fascia_text_to_i64(words[2], 20, 160, &width) < 0)
        return false;
    *ret_last =
        (struct choose_last){.band = (enum link_band)band, .number = (uint32_t)number, .width_mhz = (uint32_t)width};
    return true;
}

void linkd_channel_recall(struct linkd *linkd)
{
    char octets[TEXT_SIZE] = "", wish[TEXT_SIZE];
    struct fascia_text text;
    size_t size = 0;

    fascia_text_init(&text, wish, sizeof wish);
    add_wish(&linkd->service.config.link, &text);
    if (file_read_secret(linkd->channel_path, octets, sizeof octets - 1, &size) < 0)
        return;
    octets[size] = '\0';
    if (strncmp(octets, wish, text.used) == 0)
        (void)parse_memory(octets + text.used, &linkd->last);
}

void linkd_channel_forget(struct linkd *linkd)
{
    linkd->last = (struct choose_last){0};
    (void)unlink(linkd->channel_path);
}

static enum link_band band_of(uint32_t frequency_mhz)
{
    if (frequency_mhz < 5000)
        return LINK_BAND_2GHZ;
    return frequency_mhz < 5945 ? LINK_BAND_5GHZ : LINK_BAND_6GHZ;
}

/*
 * A width that hostapd itself gave up (a neighbour's 20 MHz network, for instance) is no move: the next start asks for
 * the configured one again.
 */
static bool has_moved(const struct linkd *linkd)
{
    return linkd->status.frequency_mhz != 0 &&
           (linkd->switching || linkd->status.frequency_mhz != linkd->choice.plan.frequency_mhz);
}

void linkd_channel_follow(struct linkd *linkd)
{
    const struct hostapd_status *status = &linkd->status;
    struct channel_plan plan;

    bool moved = has_moved(linkd);
    linkd->switching = false;
    if (!moved ||
        !channel_block(band_of(status->frequency_mhz), channel_number(status->frequency_mhz), status->width_mhz, &plan))
        return;
    linkd->choice.plan = plan;
    linkd->last = (struct choose_last){.band = plan.band, .number = plan.number, .width_mhz = plan.width_mhz};
    write_memory(linkd);
    (void)linkd_ap_rewrite(linkd);
    service_event(&linkd->service, FASCIA_EVENT_CHANNEL, "%s: channel %u (%u MHz), %u MHz wide",
                  linkd->choice.interface, plan.number, plan.frequency_mhz, plan.width_mhz);
}
