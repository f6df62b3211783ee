/* SPDX-License-Identifier: Apache-2.0 */
/* The door to a control interface against a peer that this test plays itself on a Unix datagram socket. */
#include "platform/control/control.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "tests/unit/test.h"

#define LONG_US 60000000 /* never reached */

struct seen {
    int events, downs, replies;
    int error;      /* of the last reply */
    int down_error; /* of on_down */
    char text[128]; /* last reply or event */
    size_t size;    /* of the last reply */
    struct control *close_in_callback;
};

static char dir[] = "/tmp/fascia-control-XXXXXX";
static char path[64];
static sd_event *loop;
static int peer = -1;
static struct sockaddr_un client; /* where the peer's last request came from */
static struct seen seen;
static struct control *control;

static void on_event(const char *text, size_t size, void *userdata)
{
    (void)userdata;
    seen.events++;
    (void)snprintf(seen.text, sizeof seen.text, "%.*s", (int)size, text);
    control_close(seen.close_in_callback);
}

static void on_down(int error, void *userdata)
{
    (void)userdata;
    seen.downs++;
    seen.down_error = error;
}

static void on_reply(int error, const char *text, size_t size, void *userdata)
{
    (void)userdata;
    seen.replies++;
    seen.error = error;
    seen.size = size;
    (void)snprintf(seen.text, sizeof seen.text, "%.*s", (int)size, text);
    control_close(seen.close_in_callback);
}

static const struct control_handlers handlers = {.on_event = on_event, .on_down = on_down};

static void peer_open(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    peer = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(peer >= 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(peer, (const struct sockaddr *)&address, sizeof address), 0);
}

static void peer_close(void)
{
    if (peer >= 0)
        (void)close(peer);
    peer = -1;
    (void)unlink(path);
}

static int setup(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    (void)snprintf(path, sizeof path, "%s/global", dir);
    assert_int_equal(loop_new(&loop), 0);
    peer_open();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    control_close(FASCIA_STEAL(control));
    peer_close();
    loop_free(FASCIA_STEAL(loop));
    return 0;
}

static void open_door(void)
{
    assert_int_equal(control_open(loop, path, dir, CONTROL_COMMAND_HOSTAPD, &handlers, &control), 0);
}

/* Lets the loop handle what is there, without waiting. */
static void turn(void)
{
    while (sd_event_run(loop, 0) > 0)
        ;
}

/* What the peer received, or "" when nothing is there. */
static const char *received(void)
{
    static char text[512];
    socklen_t size = sizeof client;

    ssize_t n = recvfrom(peer, text, sizeof text - 1, 0, (struct sockaddr *)&client, &size);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void says(const char *text)
{
    assert_true(sendto(peer, text, strlen(text), 0, (const struct sockaddr *)&client, sizeof client) > 0);
    turn();
}

static void a_request_gets_its_reply_and_the_peers_process_is_known(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), 0);
    assert_string_equal(received(), "PING");
    says("PONG\n");
    assert_int_equal(seen.replies, 1);
    assert_string_equal(seen.text, "PONG\n");
    assert_int_equal(control_peer_pid(control), getpid());
}

static void one_request_is_in_flight_and_the_rest_follows_in_order(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "ONE", LONG_US, on_reply, NULL), 0);
    assert_int_equal(control_request(control, "TWO", LONG_US, on_reply, NULL), 0);
    assert_string_equal(received(), "ONE");
    assert_string_equal(received(), "");
    says("1");
    assert_string_equal(seen.text, "1");
    assert_string_equal(received(), "TWO");
    says("2");
    assert_string_equal(seen.text, "2");
    assert_int_equal(seen.replies, 2);
}

static void events_are_no_replies(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "STATUS", LONG_US, on_reply, NULL), 0);
    (void)received();
    says("IFNAME=wlan0 <3>AP-ENABLED ");
    says("<3>AP-DISABLED ");
    assert_int_equal(seen.events, 2);
    assert_int_equal(seen.replies, 0);
    says("state=ENABLED\n");
    assert_int_equal(seen.replies, 1);
}

static void a_reply_that_nobody_asked_for_is_ignored(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "PING", LONG_US, NULL, NULL), 0);
    (void)received();
    says("PONG\n");
    says("PONG\n");
    assert_int_equal(seen.downs, 0);
    assert_int_equal(seen.replies, 0);
}

static void silence_ends_the_connection_and_every_request(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "ONE", 1, on_reply, NULL), 0); /* 1 us: over at the next turn */
    assert_int_equal(control_request(control, "TWO", 1, on_reply, NULL), 0);
    assert_true(sd_event_run(loop, UINT64_MAX) > 0);
    turn();
    assert_int_equal(seen.replies, 2);
    assert_int_equal(seen.error, -ETIMEDOUT);
    assert_int_equal(seen.downs, 1);
    assert_int_equal(seen.down_error, -ETIMEDOUT);
    assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), -ENOTCONN);
    assert_int_equal(seen.replies, 2);
}

/* Somebody else fills the peer's queue. Returns how many datagrams fitted. */
static int fill_the_peer(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int count = 0;

    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(fd >= 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    while (sendto(fd, "x", 1, 0, (const struct sockaddr *)&address, sizeof address) == 1)
        count++;
    assert_int_equal(errno, EAGAIN);
    (void)close(fd);
    return count;
}

static void a_request_that_finds_no_room_is_sent_once_and_as_soon_as_there_is_some(void **state)
{
    (void)state;
    open_door();
    int others = fill_the_peer();
    assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), 0);
    turn();
    for (int i = 0; i < others; i++)
        assert_string_equal(received(), "x");
    assert_string_equal(received(), "");
    turn();
    assert_string_equal(received(), "PING");
    turn();
    assert_string_equal(received(), "");
    says("PONG\n");
    assert_int_equal(seen.replies, 1);
    assert_int_equal(seen.error, 0);
}

static void no_room_for_too_long_is_silence(void **state)
{
    (void)state;
    open_door();
    (void)fill_the_peer();
    assert_int_equal(control_request(control, "PING", 1, on_reply, NULL), 0);
    assert_true(sd_event_run(loop, UINT64_MAX) > 0);
    turn();
    assert_int_equal(seen.down_error, -ETIMEDOUT);
    assert_int_equal(seen.replies, 1);
}

static void a_dead_peer_is_noticed_at_the_next_request(void **state)
{
    (void)state;
    open_door();
    peer_close();
    assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), -ECONNREFUSED);
    assert_int_equal(seen.downs, 1);
    assert_int_equal(seen.replies, 0);
}

static void nobody_there_is_an_error_of_open(void **state)
{
    (void)state;
    assert_int_equal(close(peer), 0); /* the file stays, as after a crash */
    peer = -1;
    assert_int_equal(control_open(loop, path, dir, CONTROL_COMMAND_HOSTAPD, &handlers, &control), -ECONNREFUSED);
    peer_close();
    assert_int_equal(control_open(loop, path, dir, CONTROL_COMMAND_HOSTAPD, &handlers, &control), -ENOENT);
    assert_int_equal(control_open(loop, path, "/nonexistent", CONTROL_COMMAND_HOSTAPD, &handlers, &control), -ENOENT);
}

static void something_else_at_the_path_is_an_error_of_open(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;

    peer_close();
    peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(peer, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(peer, 1), 0);
    assert_int_equal(control_open(loop, path, dir, CONTROL_COMMAND_HOSTAPD, &handlers, &control), -EPROTOTYPE);
}

static void closing_answers_what_is_open_and_removes_the_socket(void **state)
{
    char own[128];
    struct stat st;
    (void)state;

    open_door();
    assert_int_equal(control_request(control, "ONE", LONG_US, on_reply, NULL), 0);
    (void)received();
    (void)snprintf(own, sizeof own, "%s", client.sun_path);
    assert_int_equal(stat(own, &st), 0);
    control_close(FASCIA_STEAL(control));
    assert_int_equal(seen.error, -ECANCELED);
    assert_int_equal(seen.downs, 0);
    assert_int_equal(stat(own, &st), -1);
}

static void a_last_word_does_not_wait_for_the_request_in_flight(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "STATUS", LONG_US, on_reply, NULL), 0);
    assert_int_equal(control_close_saying(FASCIA_STEAL(control), "REMOVE wlan0"), 0);
    assert_int_equal(seen.error, -ECANCELED);
    assert_string_equal(received(), "STATUS");
    assert_string_equal(received(), "REMOVE wlan0");
    assert_int_equal(control_close_saying(NULL, "REMOVE wlan0"), 0);
}

static void a_callback_may_close_the_door(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "ONE", LONG_US, on_reply, NULL), 0);
    (void)received();
    seen.close_in_callback = FASCIA_STEAL(control);
    says("1");
    assert_int_equal(seen.replies, 1);
    seen.close_in_callback = NULL;

    open_door();
    assert_int_equal(control_request(control, "ATTACH", LONG_US, on_reply, NULL), 0);
    (void)received();
    says("OK\n");
    seen.close_in_callback = FASCIA_STEAL(control);
    says("<3>AP-DISABLED ");
    assert_int_equal(seen.events, 1);
}

static void the_queue_and_the_command_are_bounded(void **state)
{
    char command[CONTROL_COMMAND_HOSTAPD + 2];
    (void)state;

    open_door();
    memset(command, 'x', sizeof command - 1);
    command[sizeof command - 1] = '\0';
    assert_int_equal(control_request(control, command, LONG_US, on_reply, NULL), -EMSGSIZE);
    for (int i = 0; i < CONTROL_QUEUE_MAX; i++)
        assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), 0);
    assert_int_equal(control_request(control, "PING", LONG_US, on_reply, NULL), -ENOBUFS);
    control_close(FASCIA_STEAL(control));
    assert_int_equal(seen.replies, CONTROL_QUEUE_MAX);
}

static void a_command_may_be_as_long_as_its_reader_takes(void **state)
{
    static char command[CONTROL_COMMAND_SUPPLICANT + 2], got[CONTROL_COMMAND_SUPPLICANT + 2];
    (void)state;

    assert_int_equal(control_open(loop, path, dir, CONTROL_COMMAND_SUPPLICANT, &handlers, &control), 0);
    memset(command, 'x', CONTROL_COMMAND_SUPPLICANT + 1);
    assert_int_equal(control_request(control, command, LONG_US, on_reply, NULL), -EMSGSIZE);
    command[CONTROL_COMMAND_SUPPLICANT] = '\0';
    assert_int_equal(control_request(control, command, LONG_US, on_reply, NULL), 0);
    assert_int_equal(recv(peer, got, sizeof got, 0), CONTROL_COMMAND_SUPPLICANT);
    assert_string_equal(got, command);
}

static void an_answer_of_the_greatest_size_arrives_whole(void **state)
{
    static char answer[CONTROL_REPLY_MAX + 1];
    (void)state;

    open_door();
    assert_int_equal(control_request(control, "NAN_PEER_INFO", LONG_US, on_reply, NULL), 0);
    (void)received();
    memset(answer, 'y', CONTROL_REPLY_MAX);
    says(answer);
    assert_int_equal(seen.replies, 1);
    assert_int_equal(seen.size, CONTROL_REPLY_MAX);
}

#define KEY "pwd_hex=313233343536"

void __real_free(void *memory);
void __wrap_free(void *memory);

static int keys_freed; /* blocks that still held a key when they were given back */

void __wrap_free(void *memory)
{
    if (memory && memmem(memory, malloc_usable_size(memory), KEY, strlen(KEY)))
        keys_freed++;
    __real_free(memory);
}

static void a_command_is_wiped_when_it_has_been_sent_and_when_it_never_is(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(control_request(control, "NAN_PAIR " KEY, LONG_US, on_reply, NULL), 0);
    assert_int_equal(control_request(control, "NAN_PAIR " KEY, LONG_US, on_reply, NULL), 0);
    assert_string_equal(received(), "NAN_PAIR " KEY);
    control_close(FASCIA_STEAL(control));
    assert_int_equal(seen.replies, 2);
    open_door();
    peer_close();
    assert_int_equal(control_request(control, "NAN_PAIR " KEY, LONG_US, on_reply, NULL), -ECONNREFUSED);
    control_close(FASCIA_STEAL(control));
    assert_int_equal(keys_freed, 0);
    char *copy = strdup(KEY); /* it would have been seen */
    assert_string_equal(copy, KEY);
    free(copy);
    assert_int_equal(keys_freed, 1);
}

static void sockets_of_killed_clients_are_swept_and_those_of_living_ones_kept(void **state)
{
    char living[96], dead[96], other[96];
    (void)state;

    (void)snprintf(living, sizeof living, "%s/client-%d-900", dir, (int)getpid());
    (void)snprintf(dead, sizeof dead, "%s/client-%d-1", dir, 0x3fffffff); /* above any pid_max */
    (void)snprintf(other, sizeof other, "%s/passphrase", dir);
    const char *const all[] = {living, dead, other};
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(fclose(fopen(all[i], "we")), 0);
    control_sweep(dir);
    assert_int_equal(access(dead, F_OK), -1);
    assert_int_equal(unlink(living), 0);
    assert_int_equal(unlink(other), 0);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir); /* fails when a test left a socket behind */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_gets_its_reply_and_the_peers_process_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(one_request_is_in_flight_and_the_rest_follows_in_order, setup, teardown),
        cmocka_unit_test_setup_teardown(events_are_no_replies, setup, teardown),
        cmocka_unit_test_setup_teardown(a_reply_that_nobody_asked_for_is_ignored, setup, teardown),
        cmocka_unit_test_setup_teardown(silence_ends_the_connection_and_every_request, setup, teardown),
        cmocka_unit_test_setup_teardown(a_request_that_finds_no_room_is_sent_once_and_as_soon_as_there_is_some, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(no_room_for_too_long_is_silence, setup, teardown),
        cmocka_unit_test_setup_teardown(a_dead_peer_is_noticed_at_the_next_request, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_there_is_an_error_of_open, setup, teardown),
        cmocka_unit_test_setup_teardown(something_else_at_the_path_is_an_error_of_open, setup, teardown),
        cmocka_unit_test_setup_teardown(closing_answers_what_is_open_and_removes_the_socket, setup, teardown),
        cmocka_unit_test_setup_teardown(a_last_word_does_not_wait_for_the_request_in_flight, setup, teardown),
        cmocka_unit_test_setup_teardown(a_callback_may_close_the_door, setup, teardown),
        cmocka_unit_test_setup_teardown(the_queue_and_the_command_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(a_command_may_be_as_long_as_its_reader_takes, setup, teardown),
        cmocka_unit_test_setup_teardown(an_answer_of_the_greatest_size_arrives_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(a_command_is_wiped_when_it_has_been_sent_and_when_it_never_is, setup, teardown),
        cmocka_unit_test_setup_teardown(sockets_of_killed_clients_are_swept_and_those_of_living_ones_kept, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
