/* SPDX-License-Identifier: Apache-2.0 */
/* The door to the NAN engine against a peer that this test plays itself, or a process of its own where one has to die.
 */
#include "platform/wpa_supplicant/engine.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "tests/unit/test.h"

struct seen {
    int opens, downs, events, replies;
    int down_error, error;
    char text[128]; /* last reply or event */
    bool reopen;    /* from within a reply */
};

static char dir[] = "/tmp/fascia-engine-XXXXXX";
static char path[64];
static sd_event *loop;
static int peer = -1;
static struct sockaddr_un client;
static struct seen seen;
static struct engine_door *door;
static bool hurry; /* long delays are none */

int __real_loop_timer_arm(sd_event_source *timer, int64_t delay_us);
int __wrap_loop_timer_arm(sd_event_source *timer, int64_t delay_us);

int __wrap_loop_timer_arm(sd_event_source *timer, int64_t delay_us)
{
    return __real_loop_timer_arm(timer, hurry && delay_us <= ENGINE_DOOR_QUIET_US ? 0 : delay_us);
}

static void on_open(void *userdata)
{
    (void)userdata;
    seen.opens++;
}

static void on_down(int error, void *userdata)
{
    (void)userdata;
    seen.downs++;
    seen.down_error = error;
}

static void on_event(const char *line, size_t size, void *userdata)
{
    (void)userdata;
    seen.events++;
    (void)snprintf(seen.text, sizeof seen.text, "%.*s", (int)size, line);
}

static void on_reply(int error, const char *text, size_t size, void *userdata)
{
    (void)userdata;
    seen.replies++;
    seen.error = error;
    (void)snprintf(seen.text, sizeof seen.text, "%.*s", (int)size, text);
    if (seen.reopen)
        assert_int_equal(engine_door_open(door, path), 0);
}

static const struct engine_door_handlers handlers = {.on_open = on_open, .on_down = on_down, .on_event = on_event};

static int bind_peer(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static int setup(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof seen);
    hurry = false;
    (void)snprintf(path, sizeof path, "%s/nan0", dir);
    assert_int_equal(loop_new(&loop), 0);
    assert_int_equal(engine_door_new(loop, dir, &handlers, &door), 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    seen.reopen = false;
    engine_door_free(FASCIA_STEAL(door));
    if (peer >= 0)
        (void)close(peer);
    peer = -1;
    (void)unlink(path);
    loop_free(FASCIA_STEAL(loop));
    return 0;
}

/* Lets the loop handle what is there, without waiting. */
static void turn(void)
{
    while (sd_event_run(loop, 0) > 0)
        ;
}

static void turn_until(const int *count)
{
    while (*count == 0)
        assert_true(sd_event_run(loop, 20000000) > 0);
}

static const char *received(void)
{
    static char text[512];
    socklen_t size = sizeof client;

    ssize_t n = recvfrom(peer, text, sizeof text - 1, MSG_DONTWAIT, (struct sockaddr *)&client, &size);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void says(const char *text)
{
    assert_true(sendto(peer, text, strlen(text), 0, (const struct sockaddr *)&client, sizeof client) > 0);
    turn();
}

static void open_door(void)
{
    peer = bind_peer();
    assert_int_equal(engine_door_open(door, path), 0);
    assert_int_equal(seen.opens, 0); /* never from within */
    turn();
    assert_string_equal(received(), "ATTACH");
    says("OK\n");
    assert_int_equal(seen.opens, 1);
}

static int request(const char *text)
{
    static struct engine_command command;

    engine_plain(&command, text);
    return engine_door_request(door, &command, 60000000, on_reply, NULL);
}

static void a_socket_that_is_there_is_opened_and_attached(void **state)
{
    (void)state;
    open_door();
    says("<3>NAN-STOPPED ifname=nan0");
    assert_int_equal(seen.events, 1);
    assert_string_equal(seen.text, "<3>NAN-STOPPED ifname=nan0");
    assert_int_equal(request("NAN_START"), 0);
    assert_string_equal(received(), "NAN_START");
    says("OK\n");
    assert_int_equal(seen.replies, 1);
    assert_int_equal(seen.error, 0);
    assert_int_equal(seen.downs, 0);
}

static void a_socket_that_is_not_there_is_opened_as_soon_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(engine_door_open(door, path), 0);
    turn();
    assert_int_equal(seen.opens + seen.downs, 0);
    peer = bind_peer();
    turn();
    assert_string_equal(received(), "ATTACH");
    says("OK\n");
    assert_int_equal(seen.opens, 1);
}

static void the_socket_of_a_dead_engine_is_waited_behind(void **state)
{
    (void)state;
    assert_int_equal(close(bind_peer()), 0); /* the file stays */
    hurry = true;
    assert_int_equal(engine_door_open(door, path), 0);
    turn(); /* all attempts */
    assert_int_equal(seen.opens + seen.downs, 0);
    hurry = false;
    assert_int_equal(unlink(path), 0); /* as wpa_supplicant does when it starts */
    peer = bind_peer();
    turn();
    assert_string_equal(received(), "ATTACH");
}

static void a_socket_that_is_something_else_is_an_error_after_some_attempts(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;

    peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(address.sun_path, path, strlen(path) + 1);
    assert_int_equal(bind(peer, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(peer, 1), 0);
    hurry = true;
    assert_int_equal(engine_door_open(door, path), 0);
    turn();
    assert_int_equal(seen.downs, 1);
    assert_int_equal(seen.down_error, -EPROTOTYPE);
    assert_int_equal(request("PING"), -ENOTCONN);
}

static void an_engine_that_does_not_let_us_attach_is_an_error(void **state)
{
    (void)state;
    peer = bind_peer();
    assert_int_equal(engine_door_open(door, path), 0);
    turn();
    assert_string_equal(received(), "ATTACH");
    says("FAIL\n");
    assert_int_equal(seen.opens, 0);
    assert_int_equal(seen.down_error, -EPROTO);
}

static void a_quiet_engine_is_asked_and_one_that_does_not_answer_is_down(void **state)
{
    (void)state;
    open_door();
    hurry = true;
    says("<3>anything"); /* the last word: now it is quiet */
    assert_string_equal(received(), "PING");
    turn_until(&seen.downs);
    assert_int_equal(seen.down_error, -ETIMEDOUT);
}

static void a_quiet_engine_that_answers_stays_open(void **state)
{
    (void)state;
    open_door();
    hurry = true;
    assert_true(sendto(peer, "<3>anything", 11, 0, (const struct sockaddr *)&client, sizeof client) > 0);
    assert_true(sd_event_run(loop, 0) > 0); /* the event */
    assert_true(sd_event_run(loop, 0) > 0); /* the timer: PING, whose limit is not short here */
    hurry = false;
    assert_string_equal(received(), "PING");
    says("PONG\n");
    assert_int_equal(seen.downs, 0);
    assert_int_equal(request("NAN_STATUS"), 0);
}

/* A process that attaches whoever asks, until it is killed. */
static pid_t start_engine(void)
{
    int fd = bind_peer();
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        struct sockaddr_un from;
        char text[64];
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            socklen_t size = sizeof from;
            if (recvfrom(fd, text, sizeof text, 0, (struct sockaddr *)&from, &size) > 0)
                (void)sendto(fd, "OK\n", 3, 0, (const struct sockaddr *)&from, size);
        }
    }
    (void)close(fd);
    return pid;
}

static void the_end_of_the_process_is_told_at_once(void **state)
{
    (void)state;
    pid_t pid = start_engine();
    assert_int_equal(engine_door_open(door, path), 0);
    turn_until(&seen.opens);
    assert_int_equal(kill(pid, SIGKILL), 0);
    turn_until(&seen.downs);
    assert_int_equal(seen.down_error, -ECONNRESET);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    /* and again, with the next one */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(engine_door_open(door, path), 0);
    turn();
    seen.opens = 0;
    pid = start_engine();
    turn_until(&seen.opens);
    engine_door_close(door);
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    turn();
    assert_int_equal(seen.downs, 1); /* closed doors do not care */
}

static void closing_answers_what_is_open_and_tells_nothing_else(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(request("NAN_START"), 0);
    engine_door_close(door);
    assert_int_equal(seen.error, -ECANCELED);
    assert_int_equal(seen.downs, 0);
    engine_door_close(door);
    assert_int_equal(request("NAN_START"), -ENOTCONN);
}

static void a_cancelled_request_may_open_the_door_again(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(request("NAN_START"), 0);
    assert_string_equal(received(), "NAN_START");
    seen.reopen = true;
    engine_door_close(door);
    seen.reopen = false;
    turn();
    assert_string_equal(received(), "ATTACH");
    says("OK\n");
    assert_int_equal(seen.opens, 2);
    assert_int_equal(request("NAN_START"), 0);
    seen.reopen = true;
    engine_door_free(door); /* with on_reply() using what is being freed */
    door = NULL;
}

static void a_command_that_failed_is_not_sent(void **state)
{
    (void)state;
    open_door();
    assert_int_equal(request(""), -EINVAL);
    assert_string_equal(received(), "");
}

static void a_path_that_cannot_be_is_refused(void **state)
{
    (void)state;
    assert_int_equal(engine_door_open(door, "run/nan0"), -EINVAL);
    assert_int_equal(engine_door_open(door, ""), -EINVAL);
    turn();
    assert_int_equal(seen.downs, 0);
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_socket_that_is_there_is_opened_and_attached),
        TEST(a_socket_that_is_not_there_is_opened_as_soon_as_it_is),
        TEST(the_socket_of_a_dead_engine_is_waited_behind),
        TEST(a_socket_that_is_something_else_is_an_error_after_some_attempts),
        TEST(an_engine_that_does_not_let_us_attach_is_an_error),
        TEST(a_quiet_engine_is_asked_and_one_that_does_not_answer_is_down),
        TEST(a_quiet_engine_that_answers_stays_open),
        TEST(the_end_of_the_process_is_told_at_once),
        TEST(closing_answers_what_is_open_and_tells_nothing_else),
        TEST(a_cancelled_request_may_open_the_door_again),
        TEST(a_command_that_failed_is_not_sent),
        TEST(a_path_that_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
