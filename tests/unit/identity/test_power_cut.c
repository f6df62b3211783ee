/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A power cut before every single system call that changes something: a child does the work and ends there, in the
 * middle of a write having written half. What it leaves must be usable as it is, and the same work must succeed
 * afterwards. (That the kernel keeps what was synced is its business.) The linker puts these functions in front of the
 * C library's.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/openssl/certificate.h"
#include "platform/openssl/verify.h"
#include "tests/unit/test.h"
#include "tools/identity/identity.h"

#define NOW     INT64_C(1795600000)
#define CUT     99
#define CUT_MAX 400

static unsigned int steps_left; /* 0 = never */

ssize_t __real_write(int fd, const void *data, size_t size);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_mkdirat(int fd, const char *path, mode_t mode);
int __real_symlinkat(const char *target, int fd, const char *path);
int __real_unlinkat(int fd, const char *path, int flags);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __wrap_fsync(int fd);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_mkdirat(int fd, const char *path, mode_t mode);
int __wrap_symlinkat(const char *target, int fd, const char *path);
int __wrap_unlinkat(int fd, const char *path, int flags);

static bool is_cut(void)
{
    return steps_left > 0 && --steps_left == 0;
}

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    if (is_cut()) {
        (void)!__real_write(fd, data, size / 2);
        _exit(CUT);
    }
    return __real_write(fd, data, size);
}

/* Not done: whether the disk keeps what was synced is its business, and a hundred times as many would take minutes. */
int __wrap_fsync(int fd)
{
    (void)fd;
    if (is_cut())
        _exit(CUT);
    return 0;
}

int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    if (is_cut())
        _exit(CUT);
    return __real_renameat(from_fd, from, to_fd, to);
}

int __wrap_mkdirat(int fd, const char *path, mode_t mode)
{
    if (is_cut())
        _exit(CUT);
    return __real_mkdirat(fd, path, mode);
}

int __wrap_symlinkat(const char *target, int fd, const char *path)
{
    if (is_cut())
        _exit(CUT);
    return __real_symlinkat(target, fd, path);
}

int __wrap_unlinkat(int fd, const char *path, int flags)
{
    if (is_cut())
        _exit(CUT);
    return __real_unlinkat(fd, path, flags);
}

static char folder[64], path[128];
static struct problem problem;

static void ignore_rotated(const char *name, bool done, int64_t days_left, void *userdata)
{
    (void)name;
    (void)done;
    (void)days_left;
    (void)userdata;
}

static int do_init(void)
{
    static const struct init_options options = {.label = "test", .key = OPENSSL_KEY_P256, .days = 3650};

    return identity_init(path, &options, NOW, &problem);
}

static int do_issue(void)
{
    static struct leaf_options options = {.count = 1, .key = OPENSSL_KEY_P256, .days = 397};

    (void)identity_name_parse("unit.local", &options.names[0]);
    return identity_issue(path, &options, NOW, &problem);
}

static int do_rotate(void)
{
    static const struct rotate_options options = {.force = true};

    int64_t ca_days = 0;

    return identity_rotate(path, &options, NOW, ignore_rotated, NULL, &ca_days, &problem);
}

static int do_begin(void)
{
    return identity_ca_begin(path, 3650, NOW, &problem);
}

static int do_switch(void)
{
    return identity_ca_switch(path, NOW, ignore_rotated, NULL, &problem);
}

static int do_finish(void)
{
    return identity_ca_finish(path, &problem);
}

static void run(int (*work)(void))
{
    if (work() < 0)
        fail_msg("%s", problem.text);
}

static void start(void)
{
    (void)strcpy(folder, "/tmp/fascia-identity-XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/id", folder);
}

static void shell(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void shell(const char *format, ...)
{
    char command[512];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(command, sizeof command, format, arguments);
    va_end(arguments);
    assert_int_equal(system(command), 0);
}

static void finish(void)
{
    shell("rm -rf %s", folder);
}

/* Ends at step `cut`. Returns true when there were fewer steps. */
static bool run_until(int (*work)(void), unsigned int cut)
{
    int status = 0;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        steps_left = cut;
        _exit(work() < 0 ? 1 : 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) != 0)
        assert_int_equal(WEXITSTATUS(status), CUT);
    return WEXITSTATUS(status) == 0;
}

static void count_entry(const struct identity_entry *entry, void *userdata)
{
    (void)entry;
    ++*(int *)userdata;
}

/* What a server would do: the current key, its certificate, and a client that trusts trust.pem. */
static void assert_leaf_is_usable(void)
{
    char name[256], key_text[8192];
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *chain = NULL;
    _cleanup_(X509_STORE_free) X509_STORE *store = NULL;
    _cleanup_(EVP_PKEY_free) EVP_PKEY *key = NULL;
    struct openssl_verdict verdict;
    struct stat st;

    (void)snprintf(name, sizeof name, "%s/leaf/unit.local/current/chain.pem", path);
    assert_int_equal(openssl_certificates_read(name, &chain), 0);
    (void)snprintf(name, sizeof name, "%s/trust.pem", path);
    assert_int_equal(openssl_trust_read(name, &store), 0);
    assert_int_equal(openssl_verify(store, chain, NOW, &verdict), 0);
    openssl_certificates_free(verdict.chain);
    if (!verdict.trusted)
        fail_msg("%s", verdict.detail);
    (void)snprintf(name, sizeof name, "%s/leaf/unit.local/current/key.pem", path);
    int fd = open(name, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t size = read(fd, key_text, sizeof key_text);
    assert_true(size > 0);
    assert_int_equal(fstat(fd, &st), 0);
    (void)close(fd);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(openssl_key_parse(key_text, (size_t)size, &key), 0);
    assert_true(openssl_key_fits(sk_X509_value(chain, 0), key));
}

static void assert_usable(void)
{
    int count = 0;

    if (identity_list(path, count_entry, &count, &problem) < 0)
        fail_msg("%s", problem.text);
    assert_true(count >= 2);
    assert_leaf_is_usable();
}

/* The work before `cut_work` is done whole, once; then, on copies of it, that is cut at every step, looked at, and done
 * again. */
static void cut_everywhere(int (*const *before)(void), int (*cut_work)(void))
{
    unsigned int cut = 0;

    start();
    for (size_t i = 0; before[i] != NULL; i++)
        run(before[i]);
    shell("mv %s %s/whole", path, folder);
    for (bool done = false; !done;) {
        shell("rm -rf %s && cp -a %s/whole %s", path, folder, path);
        assert_true(++cut < CUT_MAX);
        done = run_until(cut_work, cut);
        assert_usable();
        run(cut_work);
        assert_usable();
    }
    finish();
    assert_true(cut > 4); /* it was cut indeed */
}

static void a_cut_while_it_is_made_leaves_nothing_or_all_of_it(void **state)
{
    unsigned int cut = 0;
    (void)state;

    for (bool done = false; !done; finish()) {
        start();
        assert_true(++cut < CUT_MAX);
        done = run_until(do_init, cut);
        if (access(path, F_OK) < 0)
            run(do_init);
        run(do_issue);
        assert_usable();
    }
    assert_true(cut > 10);
}

static void a_cut_while_a_new_one_is_issued_leaves_the_old_one(void **state)
{
    int (*const before[])(void) = {do_init, do_issue, NULL};
    (void)state;

    cut_everywhere(before, do_issue);
}

static void a_cut_during_rotation_leaves_a_whole_pair(void **state)
{
    int (*const before[])(void) = {do_init, do_issue, do_rotate, NULL};
    (void)state;

    cut_everywhere(before, do_rotate);
}

static void a_cut_at_the_beginning_of_a_roll_over_leaves_the_old_ca(void **state)
{
    int (*const before[])(void) = {do_init, do_issue, NULL};
    (void)state;

    cut_everywhere(before, do_begin);
}

static void a_cut_while_the_new_ca_takes_over_leaves_clients_of_both_content(void **state)
{
    int (*const before[])(void) = {do_init, do_issue, do_begin, NULL};
    (void)state;

    cut_everywhere(before, do_switch);
}

static void a_cut_while_the_old_ca_is_removed_leaves_the_new_one(void **state)
{
    int (*const before[])(void) = {do_init, do_issue, do_begin, do_switch, NULL};
    (void)state;

    cut_everywhere(before, do_finish);
}

static void a_roll_over_out_of_order_is_refused(void **state)
{
    (void)state;
    start();
    run(do_init);
    run(do_issue);
    assert_int_equal(do_switch(), -ENOENT);
    run(do_begin);
    assert_int_equal(do_finish(), -EBUSY);
    run(do_switch);
    assert_int_equal(do_begin(), -EEXIST);
    run(do_finish);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_while_it_is_made_leaves_nothing_or_all_of_it),
        cmocka_unit_test(a_cut_while_a_new_one_is_issued_leaves_the_old_one),
        cmocka_unit_test(a_cut_during_rotation_leaves_a_whole_pair),
        cmocka_unit_test(a_cut_at_the_beginning_of_a_roll_over_leaves_the_old_ca),
        cmocka_unit_test(a_cut_while_the_new_ca_takes_over_leaves_clients_of_both_content),
        cmocka_unit_test(a_cut_while_the_old_ca_is_removed_leaves_the_new_one),
        cmocka_unit_test(a_roll_over_out_of_order_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
