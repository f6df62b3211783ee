/* SPDX-License-Identifier: Apache-2.0 */
/* Who on the bus has ducked something: one who leaves takes his ducks along. */
#include <string.h>

#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

static void leave(struct audio_client *client)
{
    bus_name_watch_free(FASCIA_STEAL(client->watch));
    client->name[0] = '\0';
}

/* Nobody, or the bus is away: then the name will never be his again. */
static void on_owner(struct bus *bus, const char *owner, pid_t pid, void *userdata)
{
    struct audio_client *client = userdata;
    struct audio *audio = client->audio;
    (void)bus;
    (void)pid;

    if (owner && owner[0] != '\0')
        return;
    leave(client);
    focus_forget(&audio->focus, client->owner, loop_now_us());
    audio_focus_apply(audio);
    audio_focus_wake(audio);
}

/* Index of a client, "": of a free place; FOCUS_DUCKS_MAX: none. */
static size_t find(const struct audio *audio, const char *name)
{
    size_t i = 0;

    while (i < FOCUS_DUCKS_MAX && strcmp(audio->clients[i].name, name) != 0)
        i++;
    return i;
}

uint64_t audio_client_find(const struct audio *audio, const char *name)
{
    const size_t i = name[0] != '\0' ? find(audio, name) : FOCUS_DUCKS_MAX;

    return i < FOCUS_DUCKS_MAX ? audio->clients[i].owner : 0;
}

uint64_t audio_client_owner(struct audio *audio, const char *name)
{
    const uint64_t known = audio_client_find(audio, name);
    const size_t i = find(audio, "");

    if (known != 0 || name[0] == '\0' || i == FOCUS_DUCKS_MAX)
        return known;
    struct audio_client *client = &audio->clients[i];
    if (fascia_text_copy(client->name, sizeof client->name, name) < 0)
        return 0;
    client->audio = audio;
    client->owner = ++audio->owners; /* a number of its own: late news of an earlier one cannot be meant for it */
    if (bus_watch_name(audio->service->bus, name, on_owner, client, &client->watch) < 0) {
        leave(client);
        return 0;
    }
    return client->owner;
}

void audio_clients_prune(struct audio *audio)
{
    for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++) {
        struct audio_client *client = &audio->clients[i];

        if (client->name[0] != '\0' && !focus_has_ducks(&audio->focus, client->owner))
            leave(client);
    }
}

void audio_clients_close(struct audio *audio)
{
    for (size_t i = 0; i < FOCUS_DUCKS_MAX; i++)
        leave(&audio->clients[i]);
}
