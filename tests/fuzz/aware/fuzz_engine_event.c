/* SPDX-License-Identifier: Apache-2.0 */
/* One line of the engine, with and without what the socket puts in front: both say the same, and nothing is beyond its
 * bounds. */
#include <stdlib.h>
#include <string.h>

#include "stack/aware/engine_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool condition)
{
    if (!condition)
        abort();
}

static void check_key(const struct fascia_secret *key, size_t expected)
{
    size_t size = 0;

    (void)fascia_secret_borrow(key, &size);
    demand(size == 0 || size == expected);
}

static void check(const struct engine_event *event)
{
    static const struct fascia_mac zero;

    demand((unsigned int)event->kind < ENGINE_EVENTS_);
    demand(event->info_size <= sizeof event->info && (!event->info_cut || event->info_size == sizeof event->info));
    demand(event->ciphers_count <= AWARE_CIPHERS_MAX);
    demand(memchr(event->akm, '\0', sizeof event->akm) && memchr(event->ifname, '\0', sizeof event->ifname));
    demand(memchr(event->pairing_cipher, '\0', sizeof event->pairing_cipher) != NULL);
    demand(fascia_mac_equal(&event->peer, &zero) || fascia_mac_is_unicast(&event->peer));
    check_key(&event->nd_pmk, 32);
    check_key(&event->npk, 32);
    check_key(&event->nik, 16);
    demand((event->kind == ENGINE_EVENT_NIK_RECEIVED) == !fascia_secret_is_empty(&event->nik));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char front[] = "IFNAME=nan0 <3>";
    static struct engine_event event, other;

    char *line = malloc(sizeof front - 1 + size);
    if (!line)
        return 0;
    memcpy(line, front, sizeof front - 1);
    if (size > 0)
        memcpy(line + sizeof front - 1, data, size);
    memset(&event, 0, sizeof event);
    memset(&other, 0, sizeof other);
    bool bare = size == 0 || (data[0] != '<' && data[0] != 'I');
    int r = engine_event_parse((const char *)line + sizeof front - 1, size, &event);
    int s = engine_event_parse(line, sizeof front - 1 + size, &other);
    free(line);

    demand(r == 0 || r == ENGINE_E_FOREIGN || r == ENGINE_E_MALFORMED);
    if (bare)
        demand(r == s && memcmp(&event, &other, sizeof event) == 0);
    if (r == 0) {
        check(&event);
        engine_event_wipe(&event);
        demand(fascia_secret_is_empty(&event.nik) && fascia_secret_is_empty(&event.npk));
    }
    return 0;
}
