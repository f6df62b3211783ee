/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/process/children.h"
#include "tests/unit/test.h"

/* Pauses for ever under that name. */
static pid_t start(const char *name)
{
    int ready[2];
    char octet = 0;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)prctl(PR_SET_NAME, name);
        (void)close(ready[0]);
        if (write(ready[1], &octet, 1) != 1)
            _exit(1);
        for (;;)
            (void)pause();
    }
    assert_true(pid > 0);
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &octet, 1), 1);
    (void)close(ready[0]);
    return pid;
}

static void end(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void a_parent_is_told_whatever_the_name_is(void **state)
{
    static const char *const names[] = {"plain", ") S 1 (", "a b) 7 8", ""};
    (void)state;

    assert_int_equal(process_parent(getpid()), getppid());
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        pid_t pid = start(names[i]);
        assert_int_equal(process_parent(pid), getpid());
        end(pid);
    }
}

static void who_is_gone_has_no_parent(void **state)
{
    (void)state;
    pid_t pid = start("gone");
    end(pid);
    assert_int_equal(process_parent(pid), 0);
    assert_int_equal(process_parent(0), 0);
}

static void an_ended_child_is_listed_until_it_was_waited_for(void **state)
{
    pid_t pids[4] = {0};
    siginfo_t info;
    (void)state;

    assert_int_equal(children_list(pids, 4), 0);
    pid_t pid = start("child");
    assert_int_equal(children_list(pids, 4), 1);
    assert_int_equal(pids[0], pid);
    (void)kill(pid, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(children_list(pids, 4), 1);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(children_list(pids, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_parent_is_told_whatever_the_name_is),
        cmocka_unit_test(who_is_gone_has_no_parent),
        cmocka_unit_test(an_ended_child_is_listed_until_it_was_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
