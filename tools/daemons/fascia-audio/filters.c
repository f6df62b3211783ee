/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filters of virtual surround. Reading a set of head-related responses takes a few hundred milliseconds of a child
 * process; meanwhile everything else goes on. The last filters are kept, and what could not be made is not tried again
 * for the same wish.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "audio/virtual/wish.h"
#include "platform/loop/loop.h"
#include "platform/sofa/sofa.h"
#include "tools/daemons/fascia-audio/audio.h"

struct audio_filters {
    struct audio *audio;
    struct virtual_wish wish;
    struct virtual_filters *made; /* NULL: not yet, or they cannot be */
    char why[FASCIA_DETAIL_SIZE]; /* they cannot be; "": not yet */
    struct sofa_reading reading;
    sd_event_source *end, *limit; /* of the reading */
};

/* --- making ----------------------------------------------------------------------------------------------------- */

static void stop_watching(struct audio_filters *f)
{
    f->end = loop_source_free(f->end);
    f->limit = loop_source_free(f->limit);
}

/* The responses are there, or will not come within `wait_ms`. */
static void take(struct audio_filters *f, unsigned wait_ms)
{
    struct hrtf *hrtf = NULL;
    struct fascia_text why;

    stop_watching(f);
    fascia_text_init(&why, f->why, sizeof f->why);
    if (sofa_finish(&f->reading, wait_ms, &hrtf, &why) == 0)
        (void)virtual_wish_design(&f->wish, hrtf, &f->made, &why);
    hrtf_free(hrtf);
}

static int on_end(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
    struct audio_filters *f = userdata;
    (void)source, (void)fd, (void)events;

    take(f, 0);
    audio_play_on_filters(f->audio);
    return 0;
}

static int on_limit(sd_event_source *source, uint64_t usec, void *userdata)
{
    struct audio_filters *f = userdata;
    (void)source, (void)usec;

    if (f->reading.child.pid != 0)
        take(f, 0);
    stop_watching(f);
    audio_play_on_filters(f->audio);
    return 0;
}

static int set_limit(struct audio_filters *f, int64_t us)
{
    int r = loop_timer_new(f->audio->service->loop, on_limit, f, &f->limit);

    return r < 0 ? r : loop_timer_arm(f->limit, us);
}

static int watch(struct audio_filters *f)
{
    int r = loop_io_new(f->audio->service->loop, f->reading.child.end, EPOLLIN, on_end, f, &f->end);

    return r < 0 ? r : set_limit(f, SOFA_SECONDS_MAX * INT64_C(1000000));
}

static void begin(struct audio_filters *f)
{
    struct fascia_text why;

    fascia_text_init(&why, f->why, sizeof f->why);
    if (sofa_begin(f->audio->service->config.audio.spatial.hrtf, f->wish.rate, &f->reading, &why) == 0) {
        if (f->reading.child.end >= 0 && watch(f) == 0)
            return;
        take(f, SOFA_SECONDS_MAX * 1000); /* before Linux 5.3 there is no descriptor of an end: all wait */
    }
    /* That is all already. Whoever waits for the filters that these take the place of is to be told, but from the loop:
     * he may be the one who asks here. */
    if (f->audio->kept_count > 0)
        (void)set_limit(f, 0);
}

/* --- what others see -------------------------------------------------------------------------------------------- */

int audio_filters_get(struct audio *audio, const struct virtual_wish *wish, const struct virtual_filters **ret_filters,
                      struct fascia_text *message)
{
    struct audio_filters *f = audio->play.filters;

    if (!f || !virtual_wish_equal(wish, &f->wish)) {
        f = calloc(1, sizeof *f);
        if (!f)
            return -ENOMEM;
        audio_filters_free(audio->play.filters);
        audio->play.filters = f;
        f->audio = audio;
        f->wish = *wish;
        begin(f);
    }
    if (f->made) {
        *ret_filters = f->made;
        return 0;
    }
    if (f->why[0] == '\0')
        return AUDIO_E_LATER;
    fascia_text_add(message, "%s", f->why);
    return -ENOTSUP;
}

void audio_filters_free(struct audio_filters *filters)
{
    if (!filters)
        return;
    stop_watching(filters);
    sofa_abandon(&filters->reading);
    virtual_filters_free(filters->made);
    free(filters);
}
