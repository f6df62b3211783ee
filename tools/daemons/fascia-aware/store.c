/* SPDX-License-Identifier: Apache-2.0 */
/* The files of this service: the store with the keys, passphrases; and the kernel's random octets. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "platform/journal/journal.h"
#include "platform/loop/loop.h"
#include "tools/daemons/fascia-aware/awared.h"

void awared_random(void *to, size_t size, void *userdata)
{
    uint8_t *at = to;
    (void)userdata;

    while (size > 0) {
        ssize_t n = getrandom(at, size < 256 ? size : 256, 0);
        if (n < 0)
            continue; /* EINTR: nothing else can be, and without it no key is made */
        at += n;
        size -= (size_t)n;
    }
}

static int name(char *to, size_t size, const char *dir, const char *file)
{
    int n = snprintf(to, size, "%s/%s", dir, file);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int awared_store_name(struct awared *awared)
{
    const struct fascia_config *config = &awared->service.config;
    bool adopted = config->aware.supplicant.manage == AWARE_MANAGE_ADOPT;

    int r = name(awared->dir, sizeof awared->dir, config->runtime_dir, "aware");
    if (r == 0)
        r = adopted && config->aware.supplicant.control[0]
                ? fascia_text_copy(awared->global, sizeof awared->global, config->aware.supplicant.control)
                : name(awared->global, sizeof awared->global, awared->dir, "global");
    if (r == 0)
        r = adopted && config->aware.supplicant.sockets[0]
                ? fascia_text_copy(awared->sockets, sizeof awared->sockets, config->aware.supplicant.sockets)
                : name(awared->sockets, sizeof awared->sockets, awared->dir, "ctrl");
    if (r < 0)
        return r;
    /* fasciad makes it; by hand we do. Without it every later step says so with its path. */
    if (config->aware.enabled && mkdir(awared->dir, 0700) < 0 && errno != EEXIST && errno != ENOENT && errno != EACCES)
        return -errno;
    return 0;
}

/* An image that is not one is kept for whoever wants to know what happened to it. */
static void set_aside(const char *path, const char *why, char reason[static FASCIA_DETAIL_SIZE])
{
    bool moved = file_set_aside(path, ".corrupt") == 0;

    (void)snprintf(reason, FASCIA_DETAIL_SIZE, "%.80s %s; %s", path, why,
                   moved ? "it was set aside as .corrupt" : "it cannot be set aside either");
}

/* 0 and the store; 1: there is none; or a negative errno. What is wrong is told in `reason`. */
static int load(const char *path, struct aware_store *store, char reason[static FASCIA_DETAIL_SIZE])
{
    char image[AWARE_STORE_MAX + 1];
    size_t size = 0;

    int r = file_read_secret(path, image, sizeof image, &size);
    if (r == -ENOENT)
        return 1;
    if (r == 0) {
        r = aware_store_decode(image, size, store);
        explicit_bzero(image, sizeof image);
        if (r == AWARE_STORE_E_VERSION)
            set_aside(path, "was written by a newer fascia", reason);
        else if (r != 0)
            set_aside(path, "is damaged", reason);
    } else if (r == -EFBIG) {
        set_aside(path, "is too large", reason);
    } else { /* or the first save would take the place of keys that only could not be read now */
        set_aside(path, strerror(-r), reason);
    }
    return r;
}

/* One line: an editor's final line end is not part of the passphrase. */
static int read_passphrase(const char *path, struct fascia_secret *passphrase)
{
    char text[FASCIA_SECRET_MAX + 1];
    size_t size = 0;

    int r = file_read_secret(path, text, sizeof text, &size);
    if (r == 0) {
        if (size > 0 && text[size - 1] == '\n')
            size--;
        if (size > 0 && text[size - 1] == '\r')
            size--;
        r = size == 0 ? -ENODATA : fascia_secret_set(passphrase, text, size);
    }
    explicit_bzero(text, sizeof text);
    return r;
}

static void give_passphrases(struct awared *awared)
{
    const struct aware_config *config = &awared->service.config.aware;

    for (size_t i = 0; i < config->services_count; i++) {
        const struct aware_service_config *service = &config->services[i];
        struct fascia_secret passphrase = {0};

        if (service->security != AWARE_SECURITY_PASSPHRASE)
            continue;
        int r = read_passphrase(service->passphrase_file, &passphrase);
        if (r < 0)
            journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", service->passphrase_file, strerror(-r));
        aware_set_passphrase(awared->aware, service->name, service->role, r < 0 ? NULL : &passphrase);
        fascia_secret_wipe(&passphrase);
    }
}

int awared_store_open(struct awared *awared)
{
    static struct aware_store store; /* large */
    const struct aware_config *config = &awared->service.config.aware;
    char reason[FASCIA_DETAIL_SIZE] = "";

    if (!config->enabled)
        return 0;
    int made = file_make_folder(config->store, 0700); /* as fasciad does it */
    if (made < 0)
        journal_log(FASCIA_SEVERITY_WARNING, "the folder of %s: %s", config->store, strerror(-made));
    int r = load(config->store, &store, reason);
    aware_set_store(awared->aware, r == 0 ? &store : NULL, reason[0] ? reason : NULL);
    aware_store_wipe(&store);
    give_passphrases(awared);
    return 0;
}

void awared_store_save(struct awared *awared)
{
    uint8_t image[AWARE_STORE_MAX];
    size_t size = 0;

    int r = aware_store_encode(aware_store(awared->aware), image, sizeof image, &size);
    if (r == 0)
        r = file_replace(awared->service.config.aware.store, 0600, image, size);
    explicit_bzero(image, sizeof image);
    if (r < 0)
        journal_log(FASCIA_SEVERITY_ERROR, "%s: %s", awared->service.config.aware.store, strerror(-r));
    aware_on_saved(awared->aware, r, loop_now_us());
}
