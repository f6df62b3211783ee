/* SPDX-License-Identifier: Apache-2.0 */
/* The file with the volumes that somebody has set. */
#include <errno.h>
#include <string.h>

#include "platform/file/file.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-audio/audio.h"

#define SAVE_US     1000000
#define FILE_MODE   0640
#define FOLDER_MODE 0700

static const char *path(const struct audio *audio)
{
    return audio->service->config.audio.store;
}

/* Kept for whoever wants to know what happened to it; or the first save would take the place of what only could not be
 * read now. */
static void set_aside(struct audio *audio, const char *why)
{
    const bool moved = file_set_aside(path(audio), ".corrupt") == 0;

    service_event(audio->service, FASCIA_EVENT_VOLUMES_SET_ASIDE, "%.100s %s; %s", path(audio), why,
                  moved ? "it was set aside as .corrupt" : "it cannot be set aside either");
}

static void load(struct audio *audio)
{
    char bytes[VOLUMES_SIZE_MAX + 1];
    size_t size = 0;

    int r = file_read(path(audio), bytes, sizeof bytes, &size);
    if (r == -ENOENT)
        return;
    if (r < 0) {
        set_aside(audio, strerror(-r));
        return;
    }
    r = volumes_decode(bytes, size, &audio->volumes);
    if (r != 0)
        set_aside(audio, r == VOLUMES_E_VERSION ? "was written by a newer fascia" : "is damaged");
}

static void save(struct audio *audio)
{
    char bytes[VOLUMES_SIZE_MAX];
    struct fascia_text text;

    fascia_text_init(&text, bytes, sizeof bytes);
    volumes_encode(&audio->volumes, &text);
    (void)file_make_folder(path(audio), FOLDER_MODE); /* as fasciad does it; what is wrong, the next line tells */
    int r = file_replace(path(audio), FILE_MODE, bytes, text.used);
    if (r < 0)
        service_event(audio->service, FASCIA_EVENT_VOLUMES_NOT_KEPT, "%.150s: %s", path(audio), strerror(-r));
    audio->volumes_changed = false;
}

static int on_save(sd_event_source *source, uint64_t usec, void *userdata)
{
    (void)source;
    (void)usec;
    save(userdata);
    return 0;
}

void audio_volumes_open(struct audio *audio, double volume_db[STREAM_CLASSES])
{
    if (path(audio)[0] == '\0')
        return;
    load(audio);
    for (unsigned c = 0; c < STREAM_CLASSES; c++) {
        if (audio->volumes.set[c])
            volume_db[c] = audio->volumes.db[c];
    }
    int r = loop_timer_new(audio->service->loop, on_save, audio, &audio->save);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "volumes are written at the end only: %s", strerror(-r));
}

void audio_volumes_set(struct audio *audio, enum stream_class stream, double db)
{
    audio->volumes.set[stream] = true;
    audio->volumes.db[stream] = db;
    if (path(audio)[0] == '\0' || audio->volumes_changed)
        return; /* not put off by what follows: it is written a second after the first change */
    audio->volumes_changed = true;
    if (audio->save)
        (void)loop_timer_arm(audio->save, SAVE_US);
}

void audio_volumes_close(struct audio *audio)
{
    audio->save = loop_source_free(audio->save);
    if (audio->volumes_changed)
        save(audio);
}
