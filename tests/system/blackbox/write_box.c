/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a black box by the real door, for the tests:
 *
 *     write_box FILE OCTETS BOOTS BOOT-ID
 *
 * Each line on standard input, "NAME MONOTONIC-US SOURCE DETAIL…", is appended; the end of the input closes the box.
 * What the door tells comes out as "opened BOOTS" or "broken WHY", and at the end "closed STATE".
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "platform/blackbox/blackbox.h"
#include "platform/loop/loop.h"

struct test {
    sd_event *loop;
    struct blackbox *box;
    char line[512];
    size_t used;
};

static void on_opened(void *userdata)
{
    const struct test *test = userdata;
    printf("opened %u\n", blackbox_boots(test->box));
    (void)fflush(stdout);
}

static void on_broken(const char *why, void *userdata)
{
    const struct test *test = userdata;
    printf("broken %s\n", why);
    (void)fflush(stdout);
    if (strcmp(blackbox_state(test->box), why) != 0)
        abort();
}

static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
    struct test *test = userdata;
    struct fascia_event event;
    (void)source, (void)revents;

    ssize_t n = read(fd, test->line + test->used, sizeof test->line - 1 - test->used);
    if (n <= 0)
        return sd_event_exit(test->loop, 0);
    test->used += (size_t)n;
    test->line[test->used] = '\0';
    for (char *end; (end = strchr(test->line, '\n')) != NULL;) {
        *end = '\0';
        if (fascia_event_parse(test->line, &event) != 0)
            return -EBADMSG;
        blackbox_append(test->box, &event);
        test->used -= (size_t)(end + 1 - test->line);
        memmove(test->line, end + 1, test->used + 1);
    }
    return test->used + 1 < sizeof test->line ? 0 : -EMSGSIZE;
}

int main(int argc, char **argv)
{
    struct test test = {0};
    sd_event_source *input = NULL;

    if (argc != 5)
        return 64;
    struct blackbox_options options = {.path = argv[1],
                                       .size_octets = strtoll(argv[2], NULL, 10),
                                       .boots = (unsigned int)strtoul(argv[3], NULL, 10),
                                       .opened = on_opened,
                                       .boot_id = argv[4]};
    if (loop_new(&test.loop) < 0 || blackbox_open(test.loop, &options, on_broken, &test, &test.box) < 0 ||
        loop_io_new(test.loop, STDIN_FILENO, EPOLLIN, on_input, &test, &input) < 0)
        return 1;
    int status = loop_run(test.loop);
    printf("closed %s\n", blackbox_state(test.box));
    blackbox_close(test.box);
    (void)loop_source_free(input);
    loop_free(test.loop);
    return status < 0 ? 1 : status;
}
