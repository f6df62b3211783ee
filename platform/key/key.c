/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/key/key.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_key(int fd, size_t size, struct fascia_secret *ret_key)
{
    uint8_t octets[FASCIA_SECRET_MAX + 1];
    struct stat status;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0)
        return -EACCES;
    ssize_t n = read(fd, octets, size + 1);
    int r = n < 0 ? -errno : -EBADMSG;
    if (n == (ssize_t)size)
        r = fascia_secret_set(ret_key, octets, size);
    explicit_bzero(octets, sizeof octets);
    return r;
}

/* Random octets into a new file of another name, on the disk before it gets the name. */
static int write_new(const char *path, size_t size)
{
    uint8_t octets[FASCIA_SECRET_MAX];

    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return -errno;
    int r = getrandom(octets, size, 0) == (ssize_t)size ? 0 : -EIO;
    if (r == 0 && write(fd, octets, size) != (ssize_t)size)
        r = -EIO;
    if (r == 0 && fsync(fd) < 0)
        r = -errno;
    explicit_bzero(octets, sizeof octets);
    (void)close(fd);
    return r;
}

static void sync_folder(const char *path)
{
    char folder[512];
    const char *slash = strrchr(path, '/');

    if (!slash || snprintf(folder, sizeof folder, "%.*s/", (int)(slash - path), path) >= (int)sizeof folder)
        return;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    (void)close(fd);
}

static int make_key(const char *path, size_t size)
{
    char temporary[512];

    if (snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid()) >= (int)sizeof temporary)
        return -ENAMETOOLONG;
    (void)unlink(temporary); /* of an earlier process with that number */
    int r = write_new(temporary, size);
    if (r == 0 && link(temporary, path) < 0 && errno != EEXIST) /* unlike rename() it replaces nothing */
        r = -errno;
    (void)unlink(temporary);
    if (r == 0)
        sync_folder(path);
    return r;
}

int key_load(const char *path, size_t size, struct fascia_secret *ret_key)
{
    if (size == 0 || size > FASCIA_SECRET_MAX)
        return -EINVAL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT) {
        int r = make_key(path, size);
        if (r < 0)
            return r;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK);
    }
    if (fd < 0)
        return -errno;
    int r = read_key(fd, size, ret_key);
    (void)close(fd);
    return r;
}

int key_hmac_sha256(const struct fascia_secret *key, const void *data, size_t size, uint8_t ret_octets[static 32])
{
    size_t key_size = 0;
    const uint8_t *octets = fascia_secret_borrow(key, &key_size);
    unsigned int length = 0;

    if (!HMAC(EVP_sha256(), octets, (int)key_size, (const unsigned char *)data, size, ret_octets, &length) ||
        length != 32)
        return -EIO;
    return 0;
}
