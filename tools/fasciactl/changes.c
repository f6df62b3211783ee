/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/changes.h"

#include <string.h>

static void write_function(const struct report_function *function, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (function == NULL)
        return;
    fascia_text_add(&text, "%s", fascia_function_state_name(function->state));
    if (function->reason[0] != '\0' && strcmp(function->reason, "none") != 0)
        fascia_text_add(&text, " (%s)", function->reason);
}

static void write_unit(const struct report_unit *unit, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (unit == NULL)
        return;
    fascia_text_add(&text, "%s", unit->state);
    if (unit->pid != 0)
        fascia_text_add(&text, " pid %u", unit->pid);
    if (unit->restarts != 0)
        fascia_text_add(&text, " restarts %u", unit->restarts);
}

static void write_peer(const struct report_peer *peer, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (peer != NULL)
        fascia_text_add(&text, "%ux%u %s", peer->nss.tx, peer->nss.rx,
                        peer->address[0] != '\0' ? peer->address : "not addressed");
}

static void write_link(const struct report_link *link, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (link->mode[0] != '\0')
        fascia_text_add(&text, "%s channel %u, %u MHz, %s, %s", link->mode, link->channel, link->width_mhz,
                        link->standard, link->mimo_class);
}

static void write_sound(const struct report_audio *audio, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (audio->mode[0] != '\0')
        fascia_text_add(&text, "%s as %s on %zu", audio->source, audio->mode, audio->speakers_count);
}

static void write_ladder(const struct report_ladder *ladder, char *to, size_t size)
{
    struct fascia_text text;

    fascia_text_init(&text, to, size);
    if (ladder == NULL)
        return;
    fascia_text_add(&text, "%s attempt %u", ladder->step, ladder->attempt);
    if (ladder->hmi[0] != '\0')
        fascia_text_add(&text, " (%s)", ladder->hmi);
}

static void tell(struct change *change, change_fn fn, void *userdata)
{
    if (strcmp(change->from, change->to) != 0)
        fn(change, userdata);
}

static const struct report_unit *find_unit(const struct report_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->units_count; i++) {
        if (strcmp(facts->units[i].name, name) == 0)
            return &facts->units[i];
    }
    return NULL;
}

static const struct report_peer *find_peer(const struct report_facts *facts, const char *mac)
{
    for (size_t i = 0; i < facts->link.peers_count; i++) {
        if (strcmp(facts->link.peers[i].mac, mac) == 0)
            return &facts->link.peers[i];
    }
    return NULL;
}

static void compare_function(const struct report_function *was, const struct report_function *is, change_fn fn,
                             void *userdata)
{
    const struct report_function *any = is != NULL ? is : was;
    struct change change = {.kind = "function", .name = any->name, .detail = is != NULL ? is->detail : ""};

    write_function(was, change.from, sizeof change.from);
    write_function(is, change.to, sizeof change.to);
    tell(&change, fn, userdata);
}

static void compare_unit(const struct report_unit *was, const struct report_unit *is, change_fn fn, void *userdata)
{
    const struct report_unit *any = is != NULL ? is : was;
    struct change change = {.kind = "unit", .name = any->name, .detail = ""};

    write_unit(was, change.from, sizeof change.from);
    write_unit(is, change.to, sizeof change.to);
    tell(&change, fn, userdata);
}

static void compare_peer(const struct report_peer *was, const struct report_peer *is, change_fn fn, void *userdata)
{
    const struct report_peer *any = is != NULL ? is : was;
    struct change change = {.kind = "station", .name = any->mac, .detail = any->standard};

    write_peer(was, change.from, sizeof change.from);
    write_peer(is, change.to, sizeof change.to);
    tell(&change, fn, userdata);
}

static const struct report_ladder *find_ladder(const struct report_facts *facts, const char *function)
{
    for (size_t i = 0; i < facts->ladders_count; i++) {
        if (strcmp(facts->ladders[i].function, function) == 0)
            return &facts->ladders[i];
    }
    return NULL;
}

static void compare_supervisor(const struct report_facts *before, const struct report_facts *now, change_fn fn,
                               void *userdata)
{
    struct change phase = {.kind = "phase", .name = "fasciad", .detail = ""};

    (void)fascia_text_copy(phase.from, sizeof phase.from, before->phase);
    (void)fascia_text_copy(phase.to, sizeof phase.to, now->phase);
    tell(&phase, fn, userdata);
    for (size_t i = 0; i < now->ladders_count; i++) {
        struct change ladder = {.kind = "ladder", .name = now->ladders[i].function, .detail = ""};
        write_ladder(find_ladder(before, ladder.name), ladder.from, sizeof ladder.from);
        write_ladder(&now->ladders[i], ladder.to, sizeof ladder.to);
        tell(&ladder, fn, userdata);
    }
    for (size_t i = 0; i < before->ladders_count; i++) {
        struct change ladder = {.kind = "ladder", .name = before->ladders[i].function, .detail = ""};
        write_ladder(&before->ladders[i], ladder.from, sizeof ladder.from);
        if (find_ladder(now, ladder.name) == NULL)
            tell(&ladder, fn, userdata);
    }
}

void changes_find(const struct report_facts *before, const struct report_facts *now, change_fn fn, void *userdata)
{
    compare_supervisor(before, now, fn, userdata);
    for (size_t i = 0; i < now->units_count; i++)
        compare_unit(find_unit(before, now->units[i].name), &now->units[i], fn, userdata);
    for (size_t i = 0; i < before->units_count; i++) {
        if (find_unit(now, before->units[i].name) == NULL)
            compare_unit(&before->units[i], NULL, fn, userdata);
    }
    for (size_t i = 0; i < now->functions_count; i++)
        compare_function(report_facts_function(before, now->functions[i].name), &now->functions[i], fn, userdata);
    for (size_t i = 0; i < before->functions_count; i++) {
        if (report_facts_function(now, before->functions[i].name) == NULL)
            compare_function(&before->functions[i], NULL, fn, userdata);
    }

    struct change link = {.kind = "link", .name = "link", .detail = now->link.ssid};
    write_link(&before->link, link.from, sizeof link.from);
    write_link(&now->link, link.to, sizeof link.to);
    tell(&link, fn, userdata);
    for (size_t i = 0; i < now->link.peers_count; i++)
        compare_peer(find_peer(before, now->link.peers[i].mac), &now->link.peers[i], fn, userdata);
    for (size_t i = 0; i < before->link.peers_count; i++) {
        if (find_peer(now, before->link.peers[i].mac) == NULL)
            compare_peer(&before->link.peers[i], NULL, fn, userdata);
    }

    struct change sound = {.kind = "sound", .name = "sound", .detail = now->audio.mode_reason};
    write_sound(&before->audio, sound.from, sizeof sound.from);
    write_sound(&now->audio, sound.to, sizeof sound.to);
    tell(&sound, fn, userdata);
}
