/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/config/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "platform/config/schema.h"
#include "platform/config/walk.h"
#include "platform/file/file.h"

static bool is_disabled(const struct fascia_config *c, const char *function)
{
    return (strcmp(function, "link") == 0 && !c->link.enabled) ||
           (strcmp(function, "address") == 0 && !c->address.enabled) ||
           (strcmp(function, "audio") == 0 && !c->audio.enabled) ||
           (strcmp(function, "aware") == 0 && !c->aware.enabled);
}

/*
 * A function that is not enabled is never FULL: its stage would be missed at every boot. This holds for stages of the
 * file, too: to list a default changes nothing.
 */
static void drop_disabled_stages(struct fascia_config *c)
{
    struct supervisor_config *s = &c->supervisor;
    size_t kept = 0;

    for (size_t i = 0; i < s->stages_count; i++) {
        if (!is_disabled(c, s->stages[i].wait_for))
            memmove(&s->stages[kept++], &s->stages[i], sizeof s->stages[0]);
    }
    memset(&s->stages[kept], 0, (s->stages_count - kept) * sizeof s->stages[0]);
    s->stages_count = kept;
}

static void inherit_limit(int64_t *limit, int64_t from)
{
    if (*limit < 0)
        *limit = from;
}

static void inherit_limits(struct supervisor_config *s)
{
    for (size_t i = 0; i < s->units_count; i++) {
        inherit_limit(&s->units[i].limits.processes, s->limits.processes);
        inherit_limit(&s->units[i].limits.memory_mb, s->limits.memory_mb);
        inherit_limit(&s->units[i].limits.files, s->limits.files);
    }
}

static int broken(const struct walk *w, const char *key, const char *what)
{
    yaml_mark_t mark = walk_mark(w, key);

    return walk_invalid(w, &mark, key, "%s", what);
}

/* Rules between keys of different sections. */
static int check_whole(const struct walk *w, const void *base)
{
    const struct fascia_config *c = base;
    int r = walk_check_link(w, &c->link);

    if (r == 0)
        r = walk_check_aware(w, &c->aware, &c->link);
    if (r == 0)
        r = walk_check_audio(w, &c->audio);
    if (r != 0)
        return r;
    if (c->supervisor.backoff_first_ms > c->supervisor.backoff_max_ms)
        return broken(w, "supervisor.backoff_first_ms", "is above supervisor.backoff_max_ms");
    return 0;
}

int config_parse(const char *name, const void *data, size_t size, struct fascia_config *ret_config,
                 char message[static CONFIG_MESSAGE_SIZE])
{
    static const struct walk_file file = {.keys = config_schema,
                                          .shape = "a mapping of sections",
                                          .one = "one file holds one configuration",
                                          .may_be_empty = true,
                                          .check = check_whole};
    struct fascia_config config;

    config_defaults(&config);
    int r = walk_parse(name, data, size, &file, &config, message);
    if (r != 0)
        return r;
    drop_disabled_stages(&config);
    inherit_limits(&config.supervisor);
    config_settle_aware(&config.aware);
    config_settle_audio(&config.audio);
    memcpy(ret_config, &config, sizeof config); /* with the padding: its octets are compared and hashed */
    return 0;
}

int config_load(const char *path, struct fascia_config *ret_config, char message[static CONFIG_MESSAGE_SIZE])
{
    char *data = malloc(CONFIG_FILE_MAX + 1);
    size_t size = 0;

    if (!data)
        return -ENOMEM;
    int r = file_read(path, data, CONFIG_FILE_MAX + 1, &size);
    if (r < 0) {
        (void)snprintf(message, CONFIG_MESSAGE_SIZE, "%s: cannot be read: %s", path, strerror(-r));
    } else {
        r = config_parse(path, data, size, ret_config, message);
    }
    free(data);
    return r;
}
