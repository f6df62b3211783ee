/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/phone/supplicant_event.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "stack/base/cleanup.h"

struct event_name {
    const char *name;   /* in the timeline */
    const char *prefix; /* of wpa_supplicant's message */
};

static const struct event_name names[PHONE_EVENTS_] = {
    [PHONE_EVENT_OTHER] = {"other", NULL},
    [PHONE_EVENT_SCAN_RESULTS] = {"scan-results", "CTRL-EVENT-SCAN-RESULTS"},
    [PHONE_EVENT_SCAN_FAILED] = {"scan-failed", "CTRL-EVENT-SCAN-FAILED"},
    [PHONE_EVENT_NETWORK_NOT_FOUND] = {"network-not-found", "CTRL-EVENT-NETWORK-NOT-FOUND"},
    [PHONE_EVENT_AUTHENTICATING] = {"authenticating", "SME: Trying to authenticate with"},
    [PHONE_EVENT_ASSOCIATING] = {"associating", "Trying to associate with"},
    [PHONE_EVENT_ASSOCIATED] = {"associated", "Associated with"},
    [PHONE_EVENT_CONNECTED] = {"connected", "CTRL-EVENT-CONNECTED"},
    [PHONE_EVENT_DISCONNECTED] = {"disconnected", "CTRL-EVENT-DISCONNECTED"},
    [PHONE_EVENT_AUTH_REJECT] = {"auth-reject", "CTRL-EVENT-AUTH-REJECT"},
    [PHONE_EVENT_ASSOC_REJECT] = {"assoc-reject", "CTRL-EVENT-ASSOC-REJECT"},
    [PHONE_EVENT_NETWORK_DISABLED] = {"network-disabled", "CTRL-EVENT-SSID-TEMP-DISABLED"},
    [PHONE_EVENT_CHANNEL_SWITCH] = {"channel-switch", "CTRL-EVENT-CHANNEL-SWITCH"},
    [PHONE_EVENT_TERMINATING] = {"terminating", "CTRL-EVENT-TERMINATING"},
};

static const char *event_name(enum phone_event_kind kind)
{
    return names[kind].name;
}

/* "<3>" and optionally "IFNAME=wlan0 " before it. Returns the text behind, NULL when it is not there. */
static const char *skip_level(const char *line, uint32_t *ret_level)
{
    if (strncmp(line, "IFNAME=", 7) == 0) {
        line = strchr(line, ' ');
        if (!line)
            return NULL;
        line++;
    }
    if (line[0] != '<' || !isdigit((unsigned char)line[1]) || line[2] != '>')
        return NULL;
    *ret_level = (uint32_t)(line[1] - '0');
    return line + 3;
}

static enum phone_event_kind find_kind(const char *text, const char **ret_rest)
{
    for (int kind = PHONE_EVENT_OTHER + 1; kind < PHONE_EVENTS_; kind++) {
        size_t n = strlen(names[kind].prefix);
        if (strncmp(text, names[kind].prefix, n) == 0 && (text[n] == ' ' || text[n] == '\0')) {
            *ret_rest = text + n;
            return (enum phone_event_kind)kind;
        }
    }
    *ret_rest = text;
    return PHONE_EVENT_OTHER;
}

/* The next word; blanks inside double quotes do not end it (a network name may hold any text, escaped). */
static size_t word_length(const char *at)
{
    bool quoted = false;
    size_t n = 0;

    for (; at[n] && (quoted || at[n] != ' '); n++) {
        if (quoted && at[n] == '\\' && at[n + 1])
            n++;
        else if (at[n] == '"')
            quoted = !quoted;
    }
    return n;
}

static int take_number(const char *value, uint32_t *ret_number)
{
    int64_t number = 0;
    if (fascia_text_to_i64(value, 0, UINT16_MAX, &number) < 0)
        return -EBADMSG;
    *ret_number = (uint32_t)number;
    return 0;
}

static int take_field(struct phone_event *event, const char *word)
{
    uint32_t flag = 0;
    int r = 0;

    if (strncmp(word, "bssid=", 6) == 0) {
        event->has_bssid = true;
        return fascia_mac_parse(word + 6, &event->bssid) < 0 ? -EBADMSG : 0;
    }
    if (strncmp(word, "status_code=", 12) == 0)
        return take_number(word + 12, &event->status);
    if (strncmp(word, "locally_generated=", 18) == 0) {
        r = take_number(word + 18, &flag);
        event->locally_generated = flag != 0;
        return r;
    }
    if (strncmp(word, "reason=", 7) == 0 && event->kind == PHONE_EVENT_DISCONNECTED)
        return take_number(word + 7, &event->reason);
    if (strcmp(word, "reason=WRONG_KEY") == 0)
        event->wrong_key = true;
    if (strcmp(word, "timeout") == 0 || strncmp(word, "timeout=", 8) == 0)
        event->timed_out = true;
    return 0;
}

/* Messages in plain words name the BSS as their first word, or after "Connection to". */
static void take_plain_bssid(struct phone_event *event, const char *rest)
{
    char word[FASCIA_MAC_TEXT_SIZE];
    static const char connection[] = " - Connection to ";

    if (event->kind == PHONE_EVENT_CONNECTED && strncmp(rest, connection, sizeof connection - 1) == 0)
        rest += sizeof connection - 1;
    if (!event->has_bssid && fascia_text_word(&rest, word, sizeof word) == 0)
        event->has_bssid = fascia_mac_parse(word, &event->bssid) == 0;
}

int phone_event_parse(const char *line, size_t size, struct phone_event *ret_event)
{
    char copy[PHONE_EVENT_SIZE], word[128];
    struct phone_event event = {0};

    if (size > 0 && line[size - 1] == '\n')
        size--;
    if (size >= sizeof copy)
        return -EMSGSIZE;
    if (size == 0 || memchr(line, '\0', size))
        return -EBADMSG;
    memcpy(copy, line, size);
    copy[size] = '\0';

    const char *rest = skip_level(copy, &event.level);
    if (!rest)
        return -EBADMSG;
    event.kind = find_kind(rest, &rest);
    for (const char *at = rest; event.kind != PHONE_EVENT_OTHER && *at;) {
        size_t n = word_length(at);
        if (n < sizeof word) {
            memcpy(word, at, n);
            word[n] = '\0';
            int r = take_field(&event, word);
            if (r < 0)
                return r;
        }
        at += n;
        at += strspn(at, " ");
    }
    take_plain_bssid(&event, rest);
    *ret_event = event;
    return 0;
}

void phone_event_describe(const struct phone_event *event, struct fascia_text *text)
{
    char mac[FASCIA_MAC_TEXT_SIZE];

    fascia_text_add(text, "%s", event_name(event->kind));
    if (event->has_bssid)
        fascia_text_add(text, " %s", fascia_mac_format(&event->bssid, mac));
    if (event->kind == PHONE_EVENT_AUTH_REJECT || event->kind == PHONE_EVENT_ASSOC_REJECT)
        fascia_text_add(text, " status %u%s", (unsigned)event->status, event->timed_out ? " (no answer)" : "");
    if (event->kind == PHONE_EVENT_DISCONNECTED)
        fascia_text_add(text, " reason %u%s", (unsigned)event->reason,
                        event->locally_generated ? " (own decision)" : "");
    if (event->kind == PHONE_EVENT_NETWORK_DISABLED && event->wrong_key)
        fascia_text_add(text, " wrong passphrase");
}

bool phone_event_is_obstacle(const struct phone_event *event)
{
    switch (event->kind) {
    case PHONE_EVENT_SCAN_FAILED:
    case PHONE_EVENT_NETWORK_NOT_FOUND:
    case PHONE_EVENT_DISCONNECTED:
    case PHONE_EVENT_AUTH_REJECT:
    case PHONE_EVENT_ASSOC_REJECT:
        return true;
    case PHONE_EVENT_NETWORK_DISABLED:
        return event->wrong_key; /* otherwise it only repeats what a reject has said better */
    case PHONE_EVENT_OTHER:
    case PHONE_EVENT_SCAN_RESULTS:
    case PHONE_EVENT_AUTHENTICATING:
    case PHONE_EVENT_ASSOCIATING:
    case PHONE_EVENT_ASSOCIATED:
    case PHONE_EVENT_CONNECTED:
    case PHONE_EVENT_CHANNEL_SWITCH:
    case PHONE_EVENT_TERMINATING:
    case PHONE_EVENTS_:
        break;
    }
    return false;
}

const char *phone_event_advice(const struct phone_event *event)
{
    switch (event->kind) {
    case PHONE_EVENT_NETWORK_NOT_FOUND:
        return "no network of that name, channel and security was heard: is the access point up?";
    case PHONE_EVENT_SCAN_FAILED:
        return "the radio does not scan: see dmesg and rfkill";
    case PHONE_EVENT_AUTH_REJECT:
        if (event->status == 1) /* what an access point answers when SAE's confirm does not fit */
            return "the access point refuses the authentication (status 1): with SAE, a wrong passphrase";
        return "the access point refuses the authentication: the status is in the timeline";
    case PHONE_EVENT_ASSOC_REJECT:
        if (event->status == 17)
            return "the access point is full (status 17): see max_stations";
        return "the access point refuses the association: the status is in the timeline";
    case PHONE_EVENT_NETWORK_DISABLED:
        return "the passphrase is wrong";
    case PHONE_EVENT_DISCONNECTED:
        return "the access point ended the connection: the reason is in the timeline";
    case PHONE_EVENT_OTHER:
    case PHONE_EVENT_SCAN_RESULTS:
    case PHONE_EVENT_AUTHENTICATING:
    case PHONE_EVENT_ASSOCIATING:
    case PHONE_EVENT_ASSOCIATED:
    case PHONE_EVENT_CONNECTED:
    case PHONE_EVENT_CHANNEL_SWITCH:
    case PHONE_EVENT_TERMINATING:
    case PHONE_EVENTS_:
        break;
    }
    return "nothing was heard of the access point";
}
