/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/path/stale_socket.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "stack/base/text.h"

bool path_is_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat st;

    if (lstat(path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
        fascia_text_copy(address.sun_path, sizeof address.sun_path, path) < 0)
        return false;
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    /* Somebody of the other kind (stream) gives EPROTOTYPE, nobody ECONNREFUSED: unix(7). */
    bool stale = connect(fd, (const struct sockaddr *)&address, sizeof address) < 0 && errno == ECONNREFUSED;
    (void)close(fd);
    return stale;
}
