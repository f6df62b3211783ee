/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file is replaced while the power goes, or the disk is full, at every single system call that changes something. For
 * the former a child ends there, in the middle of a write having written half. (That the kernel keeps what was synced
 * is its business.) The linker puts these functions in front of the C library's.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "tests/unit/test.h"

#define CUT 99
#define OLD "the old pairings"
#define NEW "the new pairings, which are more"

static unsigned int steps_left; /* 0 = never */
static bool ends;               /* at that step, or the call fails there */

ssize_t __real_write(int fd, const void *data, size_t size);
int __real_fsync(int fd);
int __real_fchmod(int fd, mode_t mode);
int __real_openat(int fd, const char *name, int flags, ...);
int __real_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __real_unlinkat(int fd, const char *path, int flags);
ssize_t __wrap_write(int fd, const void *data, size_t size);
int __wrap_fsync(int fd);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_openat(int fd, const char *name, int flags, ...);
int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to);
int __wrap_unlinkat(int fd, const char *path, int flags);

/* True: the call is to fail. */
static bool is_cut(void)
{
    if (steps_left == 0 || --steps_left > 0)
        return false;
    if (ends)
        _exit(CUT);
    errno = ENOSPC;
    return true;
}

ssize_t __wrap_write(int fd, const void *data, size_t size)
{
    if (steps_left == 1)
        (void)!__real_write(fd, data, size / 2);
    return is_cut() ? -1 : __real_write(fd, data, size > 7 ? 7 : size); /* in parts, as it may */
}

int __wrap_fsync(int fd)
{
    return is_cut() ? -1 : __real_fsync(fd);
}

int __wrap_fchmod(int fd, mode_t mode)
{
    return is_cut() ? -1 : __real_fchmod(fd, mode);
}

int __wrap_openat(int fd, const char *name, int flags, ...)
{
    return is_cut() ? -1 : __real_openat(fd, name, flags, 0600);
}

int __wrap_renameat(int from_fd, const char *from, int to_fd, const char *to)
{
    return is_cut() ? -1 : __real_renameat(from_fd, from, to_fd, to);
}

int __wrap_unlinkat(int fd, const char *path, int flags)
{
    return is_cut() ? -1 : __real_unlinkat(fd, path, flags);
}

static char folder[] = "/tmp/fascia-replace-XXXXXX";
static char path[64], other[64];

static const char *content(const char *of)
{
    static char data[128];
    size_t size = 0;

    data[0] = '\0';
    if (file_read(of, data, sizeof data - 1, &size) == 0)
        data[size] = '\0';
    return data;
}

static size_t files(void)
{
    size_t count = 0;
    DIR *dir = opendir(folder);

    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        count += e->d_name[0] != '.';
    (void)closedir(dir);
    return count;
}

static mode_t mode_of(const char *of)
{
    struct stat st;
    assert_int_equal(lstat(of, &st), 0);
    return st.st_mode;
}

static void write_old(void)
{
    steps_left = 0;
    assert_int_equal(file_replace(path, 0600, OLD, strlen(OLD)), 0);
}

static int replace_with_new(void)
{
    return file_replace(path, 0600, NEW, strlen(NEW));
}

static int setup(void **state)
{
    (void)state;
    (void)snprintf(path, sizeof path, "%s/pairings", folder);
    (void)snprintf(other, sizeof other, "%s/other", folder);
    write_old();
    return 0;
}

static int teardown(void **state)
{
    char name[96];
    static const char *const suffixes[] = {"", ".new", ".corrupt"};
    (void)state;

    steps_left = 0;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        (void)snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        (void)unlink(name);
    }
    (void)unlink(other);
    return 0;
}

static void a_file_is_replaced_as_a_whole(void **state)
{
    (void)state;
    assert_int_equal(replace_with_new(), 0);
    assert_string_equal(content(path), NEW);
    assert_int_equal(mode_of(path) & 07777, 0600);
    assert_int_equal(files(), 1);
    assert_int_equal(file_replace(path, 0640, "", 0), 0);
    assert_string_equal(content(path), "");
    assert_int_equal(mode_of(path) & 07777, 0640);
}

static void no_umask_changes_the_mode(void **state)
{
    (void)state;
    mode_t before = umask(0277);
    assert_int_equal(file_replace(path, 0600, NEW, strlen(NEW)), 0);
    (void)umask(before);
    assert_int_equal(mode_of(path) & 07777, 0600);
}

static void a_power_cut_at_any_step_leaves_the_old_or_the_new_one(void **state)
{
    unsigned int cut = 0;
    int status = 0, old = 0;
    (void)state;

    do {
        write_old();
        pid_t child = fork();
        assert_true(child >= 0);
        cut++;
        if (child == 0) {
            steps_left = cut;
            ends = true;
            _exit(replace_with_new() < 0 ? 1 : 0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status));
        bool is_old = strcmp(content(path), OLD) == 0;
        assert_true(is_old || strcmp(content(path), NEW) == 0);
        old += is_old;
        /* and the next one, which finds the draft, succeeds */
        assert_int_equal(replace_with_new(), 0);
        assert_string_equal(content(path), NEW);
        assert_int_equal(files(), 1);
    } while (WEXITSTATUS(status) == CUT);
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_true(old > 6 && cut > 8); /* it was cut indeed */
}

static void an_error_at_any_step_leaves_the_old_one_and_no_draft(void **state)
{
    int r = -1;
    (void)state;

    for (unsigned int cut = 1; r < 0; cut++) {
        write_old();
        steps_left = cut;
        r = replace_with_new();
        steps_left = 0;
        if (r == 0)
            break;
        assert_int_equal(r, -ENOSPC);
        /* The last step syncs the folder: the new one has taken its place, but may not be there after a power cut. */
        assert_true(strcmp(content(path), OLD) == 0 || strcmp(content(path), NEW) == 0);
        assert_int_equal(files(), 1);
        assert_true(cut < 30);
    }
}

static void a_symbolic_link_is_replaced_and_not_followed(void **state)
{
    char draft[96];
    (void)state;

    (void)snprintf(draft, sizeof draft, "%s.new", path);
    assert_int_equal(file_replace(other, 0600, OLD, strlen(OLD)), 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("other", path), 0);
    assert_int_equal(symlink("other", draft), 0);
    assert_int_equal(replace_with_new(), 0);
    assert_true(S_ISREG(mode_of(path)));
    assert_string_equal(content(path), NEW);
    assert_string_equal(content(other), OLD);
}

static void what_cannot_be_is_said_by_its_error(void **state)
{
    static char long_name[NAME_MAX + 32];
    (void)state;

    assert_int_equal(file_replace("/nonexistent/pairings", 0600, "", 0), -ENOENT);
    assert_int_equal(file_replace("/dev/null/pairings", 0600, "", 0), -ENOTDIR);
    assert_int_equal(file_replace("/tmp/", 0600, "", 0), -EISDIR);
    (void)snprintf(long_name, sizeof long_name, "/tmp/%0*d", NAME_MAX - 2, 1);
    assert_int_equal(file_replace(long_name, 0600, "", 0), -ENAMETOOLONG);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(file_create_at(fd, "pairings", 0600, NEW, 3), -EEXIST);
    assert_string_equal(content(path), OLD);
    assert_int_equal(close(fd), 0);
}

static void what_is_set_aside_is_kept_under_another_name(void **state)
{
    char aside[96];
    (void)state;

    (void)snprintf(aside, sizeof aside, "%s.corrupt", path);
    assert_int_equal(file_set_aside(path, ".corrupt"), 0);
    assert_string_equal(content(aside), OLD);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(replace_with_new(), 0);
    assert_int_equal(file_set_aside(path, ".corrupt"), 0); /* over the older one */
    assert_string_equal(content(aside), NEW);
    assert_int_equal(file_set_aside(path, ".corrupt"), -ENOENT);
}

static void a_missing_folder_is_made_one_level_deep_and_one_that_is_there_is_left_alone(void **state)
{
    char inner[80], below[96], deep[112];
    (void)state;

    (void)snprintf(inner, sizeof inner, "%s/inner", folder);
    (void)snprintf(below, sizeof below, "%s/file", inner);
    (void)snprintf(deep, sizeof deep, "%s/more/file", inner);
    assert_int_equal(file_make_folder(deep, 0700), -ENOENT);
    assert_int_equal(file_make_folder(below, 0700), 0);
    assert_int_equal(mode_of(inner), S_IFDIR | 0700);
    assert_int_equal(file_make_folder(below, 0755), 0);
    assert_int_equal(mode_of(inner), S_IFDIR | 0700);
    assert_int_equal(file_make_folder("file", 0700), 0);
    assert_int_equal(file_make_folder("/file", 0700), 0);
    assert_int_equal(rmdir(inner), 0);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_replaced_as_a_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(no_umask_changes_the_mode, setup, teardown),
        cmocka_unit_test_setup_teardown(a_power_cut_at_any_step_leaves_the_old_or_the_new_one, setup, teardown),
        cmocka_unit_test_setup_teardown(an_error_at_any_step_leaves_the_old_one_and_no_draft, setup, teardown),
        cmocka_unit_test_setup_teardown(a_symbolic_link_is_replaced_and_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_is_said_by_its_error, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_set_aside_is_kept_under_another_name, setup, teardown),
        cmocka_unit_test(a_missing_folder_is_made_one_level_deep_and_one_that_is_there_is_left_alone),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
