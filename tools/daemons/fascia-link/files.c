/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "stack/link/hostapd_conf.h"
#include "tools/daemons/fascia-link/linkd.h"

#define RANDOM_LENGTH 20 /* characters of 6 bits: 120 bits */

static int name(char *to, size_t size, const char *dir, const char *file)
{
    int n = snprintf(to, size, "%s/%s", dir, file);
    return n < 0 || (size_t)n >= size ? -ENAMETOOLONG : 0;
}

int linkd_files_open(struct linkd *linkd)
{
    const struct fascia_config *config = &linkd->service.config;

    int r = name(linkd->dir, sizeof linkd->dir, config->runtime_dir, "link");
    if (r == 0)
        r = name(linkd->control_dir, sizeof linkd->control_dir, linkd->dir, "ctrl");
    if (r == 0)
        r = name(linkd->conf_path, sizeof linkd->conf_path, linkd->dir, "hostapd.conf");
    if (r == 0)
        r = name(linkd->passphrase_path, sizeof linkd->passphrase_path, linkd->dir, "passphrase");
    if (r == 0)
        r = name(linkd->channel_path, sizeof linkd->channel_path, linkd->dir, "channel");
    if (r == 0)
        r = config->link.hostapd.manage == LINK_MANAGE_ADOPT && config->link.hostapd.control[0]
                ? fascia_text_copy(linkd->global, sizeof linkd->global, config->link.hostapd.control)
                : name(linkd->global, sizeof linkd->global, linkd->dir, "global");
    if (r < 0)
        return r;
    /* fasciad makes it; by hand we do. Without it every later step says so with its path. */
    if (config->link.enabled && mkdir(linkd->dir, 0700) < 0 && errno != EEXIST && errno != ENOENT && errno != EACCES)
        return -errno;
    return 0;
}

/* One line: an editor's final line end is not part of the passphrase. */
static int read_passphrase(const char *path, struct fascia_secret *passphrase)
{
    char text[FASCIA_SECRET_MAX];
    size_t size = 0;

    int r = file_read_secret(path, text, sizeof text, &size);
    if (size > 0 && text[size - 1] == '\n')
        size--;
    if (size > 0 && text[size - 1] == '\r')
        size--;
    if (r == 0)
        r = fascia_secret_set(passphrase, text, size);
    explicit_bzero(text, sizeof text);
    if (r == 0 && !hostapd_conf_passphrase_ok(passphrase))
        r = -EINVAL;
    if (r < 0)
        fascia_secret_wipe(passphrase);
    return r;
}

static int random_passphrase(struct fascia_secret *passphrase)
{
    uint8_t octets[RANDOM_LENGTH];

    ssize_t n = getrandom(octets, sizeof octets, 0);
    int r = n < 0 ? -errno : fascia_secret_set_random_text(passphrase, RANDOM_LENGTH, octets, (size_t)n);
    explicit_bzero(octets, sizeof octets);
    return r;
}

static int explain(int error, const char *path, char detail[static FASCIA_DETAIL_SIZE])
{
    (void)snprintf(detail, FASCIA_DETAIL_SIZE, "%.120s: %s", path,
                   error == -EINVAL || error == -EFBIG ? "not 8 to 63 printable ASCII characters" : strerror(-error));
    return error;
}

int linkd_files_passphrase(struct linkd *linkd, char detail[static FASCIA_DETAIL_SIZE])
{
    const char *configured = linkd->service.config.link.passphrase_file;
    struct fascia_secret passphrase = {0};
    int r;

    if (configured[0]) {
        r = read_passphrase(configured, &passphrase);
        if (r < 0)
            return explain(r, configured, detail);
    } else if (read_passphrase(linkd->passphrase_path, &passphrase) < 0) {
        /* None of this boot yet, or damaged. One that is there is used again: phones have it. */
        r = random_passphrase(&passphrase);
        if (r < 0)
            return explain(r, "getrandom", detail);
    }

    r = 0;
    if (!fascia_secret_equal(&passphrase, &linkd->passphrase)) {
        size_t size = 0;
        const uint8_t *octets = fascia_secret_borrow(&passphrase, &size);
        r = file_replace(linkd->passphrase_path, 0600, octets, size);
        if (r == 0)
            (void)fascia_secret_set(&linkd->passphrase, octets, size);
    }
    fascia_secret_wipe(&passphrase);
    return r < 0 ? explain(r, linkd->passphrase_path, detail) : 0;
}

bool linkd_files_conf_is(const struct linkd *linkd, const struct fascia_text *text)
{
    char octets[HOSTAPD_CONF_MAX];
    size_t size = 0;

    bool same = file_read_secret(linkd->conf_path, octets, sizeof octets, &size) == 0 && size == text->used &&
                memcmp(octets, text->start, text->used) == 0;
    explicit_bzero(octets, sizeof octets);
    return same;
}

bool linkd_files_conf_exists(const struct linkd *linkd)
{
    return access(linkd->conf_path, F_OK) == 0;
}

int linkd_files_write_conf(const struct linkd *linkd, const struct fascia_text *text)
{
    return file_replace(linkd->conf_path, 0600, text->start, text->used);
}
