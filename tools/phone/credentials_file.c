/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/phone/credentials_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "platform/file/file.h"

static int read_config(const char *path, struct phone_credentials *credentials)
{
    char text[PHONE_CREDENTIALS_SIZE + 1];
    size_t size = 0;

    int r = file_read_secret(path, text, sizeof text, &size);
    if (r == 0)
        r = phone_credentials_parse(credentials, text, size);
    explicit_bzero(text, sizeof text);
    return r;
}

static int read_passphrase(const char *path, struct phone_credentials *credentials)
{
    char text[FASCIA_SECRET_MAX + 4];
    size_t size = 0;

    int r = file_read_secret(path, text, sizeof text, &size);
    if (r == 0)
        r = phone_credentials_set_passphrase(credentials, text, size);
    explicit_bzero(text, sizeof text);
    return r;
}

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int read_folder(const char *folder, struct phone_credentials *credentials, char *path, size_t size)
{
    (void)snprintf(path, size, "%s/hostapd.conf", folder);
    int r = read_config(path, credentials);
    if (r != 0)
        return r;
    (void)snprintf(path, size, "%s/passphrase", folder);
    r = read_passphrase(path, credentials);
    return r == -ENOENT && !fascia_secret_is_empty(&credentials->passphrase) ? 0 : r;
}

int credentials_read(const struct join_options *options, struct phone_credentials *credentials, char *ret_path,
                     size_t path_size)
{
    int r = 0;

    if (options->credentials && is_folder(options->credentials)) {
        r = read_folder(options->credentials, credentials, ret_path, path_size);
    } else if (options->credentials) {
        (void)snprintf(ret_path, path_size, "%s", options->credentials);
        r = read_config(ret_path, credentials);
    }
    if (r == 0 && options->ssid) {
        (void)snprintf(ret_path, path_size, "--ssid");
        r = phone_credentials_set_ssid(credentials, options->ssid, strlen(options->ssid));
    }
    if (r == 0 && options->passphrase_file) {
        (void)snprintf(ret_path, path_size, "%s", options->passphrase_file);
        r = read_passphrase(ret_path, credentials);
    }
    if (r == 0 && options->freq_mhz >= 0)
        credentials->freq_mhz = (uint32_t)options->freq_mhz;
    return r == 0 ? phone_credentials_check(credentials) : r;
}
