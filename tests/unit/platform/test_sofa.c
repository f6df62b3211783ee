/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/file/file.h"
#include "platform/sofa/child.h"
#include "platform/sofa/convert.h"
#include "platform/sofa/sofa.h"
#include "platform/sofa/table.h"
#include "tests/unit/test.h"

#define TINY FIXTURES "/audio/tiny.sofa"

static char tiny[1 << 16], sentence[300];
static size_t tiny_size;
static struct fascia_text message;

static int read_tiny(void **state)
{
    (void)state;
    return file_read(TINY, tiny, sizeof tiny, &tiny_size);
}

static struct fascia_text *fresh(void)
{
    fascia_text_init(&message, sentence, sizeof sentence);
    return &message;
}

static void a_file_gives_places_delays_and_responses(void **state)
{
    struct hrtf *hrtf = NULL;
    (void)state;

    assert_int_equal(sofa_read(TINY, 48000, &hrtf, fresh()), 0);
    assert_string_equal(sentence, "");
    assert_true(hrtf->rate == 48000 && hrtf->directions == 8 && hrtf->taps == 16);
    assert_true(hrtf->direction[2].azimuth_deg == 90 && hrtf->direction[6].azimuth_deg == -90);
    assert_true(hrtf->direction[5].delay[0] == 2 && hrtf->direction[5].delay[1] == 3);
    assert_true(hrtf_ir(hrtf, 2, 0)[1] == 1.0F && fabsf(hrtf_ir(hrtf, 2, 1)[7] - 0.2F) < 1e-6F);
    hrtf_free(hrtf);
}

static void another_rate_keeps_the_gain_of_filters_and_scales_delays(void **state)
{
    struct hrtf *hrtf = NULL;
    float sum = 0;
    (void)state;

    assert_int_equal(sofa_read(TINY, 96000, &hrtf, fresh()), 0);
    assert_true(hrtf->rate == 96000 && hrtf->taps == 32);
    assert_true(hrtf->direction[0].delay[0] == 4 && hrtf->direction[0].delay[1] == 6);
    for (size_t t = 0; t < hrtf->taps; t++)
        sum += hrtf_ir(hrtf, 0, 0)[t];
    assert_true(fabsf(sum - 0.6F) < 0.06F);
    hrtf_free(hrtf);
}

static void files_that_are_none_are_refused_with_a_sentence(void **state)
{
    struct hrtf *hrtf = NULL;
    char path[] = "/tmp/fascia-test-sofa-XXXXXX";
    (void)state;

    assert_int_equal(sofa_read("/nowhere/head.sofa", 48000, &hrtf, fresh()), -ENOENT);
    assert_string_equal(sentence, "/nowhere/head.sofa: No such file or directory");
    assert_int_equal(sofa_read("/tmp", 48000, &hrtf, fresh()), SOFA_E_FORMAT);
    assert_string_equal(sentence, "/tmp: not a file");
    assert_int_equal(sofa_read(TINY, 1000, &hrtf, fresh()), -EINVAL);
    assert_int_equal(sofa_read(TINY, 400000, &hrtf, fresh()), -EINVAL);
    assert_int_equal(sofa_parse("", 0, 48000, &hrtf, fresh()), SOFA_E_FORMAT);

    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(ftruncate(fd, (off_t)SOFA_BYTES_MAX + 1), 0);
    assert_int_equal(sofa_read(path, 48000, &hrtf, fresh()), SOFA_E_TOO_BIG);
    assert_non_null(strstr(sentence, "larger than"));
    (void)close(fd);
    (void)unlink(path);
    assert_null(hrtf);
}

/* Whatever the library makes of it, dies of it included. */
static void assert_survived(const char *bytes, size_t size)
{
    struct hrtf *hrtf = NULL;

    int r = sofa_parse(bytes, size, 48000, &hrtf, fresh());
    if (r == 0) {
        assert_int_equal(sofa_check_values(hrtf, fresh()), 0);
        hrtf_free(hrtf);
        return;
    }
    assert_in_range(r, SOFA_E_TOO_BIG, SOFA_E_VALUE);
    assert_null(hrtf);
    assert_true(message.used > 0);
}

static void truncated_files_are_an_error_and_nothing_more(void **state)
{
    (void)state;

    for (size_t size = 0; size < tiny_size; size += 801)
        assert_survived(tiny, size);
}

static void hostile_files_are_an_error_and_nothing_more(void **state)
{
    static char bytes[sizeof tiny];
    unsigned seed = 1;
    (void)state;

    for (size_t i = 0; i < 80; i++) {
        memcpy(bytes, tiny, tiny_size);
        for (size_t k = 0; k <= i % 4; k++) {
            seed = seed * 1664525U + 1013904223U;
            bytes[(seed >> 8) % tiny_size] = (char)(k % 2 ? 0xff : seed >> 3);
        }
        assert_survived(bytes, tiny_size);
    }
}

static void a_file_is_read_while_something_else_is_done(void **state)
{
    struct sofa_reading reading = {.file = NULL};
    struct hrtf *hrtf = NULL;
    (void)state;

    assert_int_equal(sofa_begin(TINY, 48000, &reading, fresh()), 0);
    struct pollfd end = {.fd = reading.child.end, .events = POLLIN};
    if (end.fd >= 0)
        assert_int_equal(poll(&end, 1, SOFA_SECONDS_MAX * 1000), 1);
    assert_int_equal(sofa_finish(&reading, 0, &hrtf, fresh()), 0);
    assert_string_equal(sentence, "");
    assert_int_equal(hrtf->directions, 8);
    hrtf_free(hrtf);

    assert_int_equal(sofa_begin(TINY, 48000, &reading, fresh()), 0);
    sofa_abandon(&reading);
    sofa_abandon(&reading);
    assert_int_equal(sofa_begin("/nowhere/head.sofa", 48000, &reading, fresh()), -ENOENT);
    assert_string_equal(sentence, "/nowhere/head.sofa: No such file or directory");
}

static void the_head_that_comes_with_the_library_is_read(void **state)
{
    struct hrtf *hrtf = NULL;
    (void)state;

    int r = sofa_read(NULL, 44100, &hrtf, fresh()); /* its own rate: nothing to resample */
    if (r == -ENOENT)
        skip();
    assert_int_equal(r, 0);
    assert_true(hrtf->directions >= 500 && hrtf->taps >= 128 && hrtf->rate == 44100);
    hrtf_free(hrtf);
}

/* --- the child ------------------------------------------------------------------------------------------------ */

static const struct child_limits limits = {.answer_bytes = 4096, .data_bytes = (size_t)256 << 20, .seconds = 1};

static int run(child_work work, void **ret_answer, size_t *ret_size, int *ret_signal)
{
    struct child child = {.pid = 0};

    *ret_answer = NULL;
    *ret_size = 0;
    *ret_signal = -1;
    assert_int_equal(child_start(work, NULL, &limits, &child), 0);
    int r = child_finish(&child, 120000, ret_answer, ret_size, ret_signal);
    assert_int_equal(child.pid, 0);
    return r;
}

static void crash(int answer, void *user)
{
    (void)answer;
    (void)user;
    __builtin_trap();
}

static void spin(int answer, void *user)
{
    (void)answer;
    (void)user;
    for (volatile unsigned i = 0;; i++)
        ;
}

static void try_to_get_out(int answer, void *user)
{
    char got[6] = {0};
    (void)user;

    got[0] = open("/etc/passwd", O_RDONLY) < 0 ? 'y' : 'n';
    got[1] = socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? 'y' : 'n';
    got[2] = fork() < 0 ? 'y' : 'n';
    got[3] = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? 'y' : 'n';
    got[4] = dup(STDERR_FILENO) < 0 ? 'y' : 'n';
    (void)pwrite(answer, got, sizeof got, 0);
}

static void write_too_much(int answer, void *user)
{
    static char much[8192];
    (void)user;

    for (off_t at = 0; at < 1 << 20; at += (off_t)sizeof much)
        (void)pwrite(answer, much, sizeof much, at);
}

static void a_crash_in_the_child_is_a_result(void **state)
{
    void *answer = NULL;
    size_t size = 0;
    int died = 0;
    (void)state;

    assert_int_equal(run(crash, &answer, &size, &died), 0);
    assert_true(died > 0 && size == 0 && !answer);
}

static void an_endless_loop_in_the_child_ends(void **state)
{
    void *answer = NULL;
    size_t size = 0;
    int died = 0;
    (void)state;

    assert_int_equal(run(spin, &answer, &size, &died), 0);
    assert_true(died > 0); /* by the limit of processor time */
}

static void nobody_waits_longer_than_he_said(void **state)
{
    struct child child = {.pid = 0};
    void *answer = NULL;
    size_t size = 0;
    int died = 0;
    (void)state;

    assert_int_equal(child_start(spin, NULL, &limits, &child), 0);
    const pid_t pid = child.pid;
    assert_int_equal(child_finish(&child, 0, &answer, &size, &died), -ETIMEDOUT);
    assert_true(!answer && kill(pid, 0) < 0 && errno == ESRCH);

    assert_int_equal(child_start(spin, NULL, &limits, &child), 0);
    child_kill(&child);
    child_kill(&child);
    assert_int_equal(child.pid, 0);
}

static void the_child_gets_nowhere(void **state)
{
    void *answer = NULL;
    size_t size = 0;
    int died = 0;
    (void)state;

    assert_int_equal(run(try_to_get_out, &answer, &size, &died), 0);
    assert_true(died == 0 && size == 6);
    assert_string_equal(answer, "yyyyy");
    free(answer);
}

static void the_childs_answer_is_bounded(void **state)
{
    void *answer = NULL;
    size_t size = 0;
    int died = 0;
    (void)state;

    assert_int_equal(run(write_too_much, &answer, &size, &died), 0);
    assert_true(died > 0 && size <= limits.answer_bytes);
    free(answer);
}

/* --- what the child answers ------------------------------------------------------------------------------------ */

struct answer {
    struct sofa_table_head head;
    struct hrtf_direction direction[2];
    float ir[2][2][4];
};

static struct answer good_answer(void)
{
    return (struct answer){
        .head = {.magic = SOFA_TABLE_MAGIC, .rate = 48000, .directions = 2, .taps = 4},
        .direction = {{.azimuth_deg = 30}, {.azimuth_deg = -30}},
        .ir = {{{1}, {1}}, {{1}, {1}}},
    };
}

static int parse(const struct answer *a, size_t size)
{
    struct hrtf *hrtf = NULL;

    int r = sofa_table_parse(a, size, &hrtf, fresh());
    assert_true((r == 0) == (hrtf != NULL));
    hrtf_free(hrtf);
    return r;
}

static void an_answer_is_checked_like_foreign_bytes(void **state)
{
    struct answer a = good_answer();
    (void)state;

    assert_int_equal(parse(&a, sizeof a), 0);
    assert_int_equal(parse(&a, sizeof a - 1), SOFA_E_FORMAT);
    assert_int_equal(parse(&a, 3), SOFA_E_FORMAT);
    a.head.directions = 3;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
    a.head.directions = 0xffffffff;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_TOO_BIG);
    a = good_answer();
    a.head.taps = 0x80000001;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_TOO_BIG);
    a = good_answer();
    a.head.rate = 1;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
    a = good_answer();
    a.head.result = 77;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
}

static void values_that_cannot_be_are_refused(void **state)
{
    struct answer a = good_answer();
    (void)state;

    a.ir[1][0][3] = NAN;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_VALUE);
    assert_string_equal(sentence, "a sample of direction 1 is out of range");
    a.ir[1][0][3] = 1e10F;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_VALUE);
    a = good_answer();
    a.direction[0].elevation_deg = INFINITY;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_VALUE);
    a = good_answer();
    a.direction[1].delay[1] = -1;
    assert_int_equal(parse(&a, sizeof a), SOFA_E_VALUE);
    a = good_answer();
    memset(a.ir, 0, sizeof a.ir);
    assert_int_equal(parse(&a, sizeof a), SOFA_E_VALUE);
    assert_string_equal(sentence, "all responses are silent");
}

static void a_message_of_the_child_is_passed_on_if_it_is_text(void **state)
{
    struct answer a = good_answer();
    (void)state;

    a.head.result = SOFA_E_FORMAT;
    (void)snprintf(a.head.message, sizeof a.head.message, "not a set of two ears");
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
    assert_string_equal(sentence, "not a set of two ears");
    memset(a.head.message, 'x', sizeof a.head.message);
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
    assert_string_equal(sentence, "cannot be read");
    (void)snprintf(a.head.message, sizeof a.head.message, "\x1b[31m");
    assert_int_equal(parse(&a, sizeof a), SOFA_E_FORMAT);
    assert_string_equal(sentence, "cannot be read");
}

static void arrays_of_other_sizes_than_the_dimensions_say_are_refused(void **state)
{
    float ir[2 * 2 * 4] = {1}, place[6] = {0, 0, 1, 350, 10, 1}, rate[1] = {48000}, delay[4] = {0, 0, 1, 2};
    float ears[6] = {0, -0.09F, 0, 0, 0.09F, 0};
    const struct MYSOFA_HRTF good = {
        .I = 1,
        .C = 3,
        .R = 2,
        .E = 1,
        .N = 4,
        .M = 2,
        .SourcePosition = {.values = place, .elements = 6},
        .ReceiverPosition = {.values = ears, .elements = 6},
        .DataIR = {.values = ir, .elements = 16},
        .DataSamplingRate = {.values = rate, .elements = 1},
        .DataDelay = {.values = delay, .elements = 4},
    };
    struct MYSOFA_HRTF h = good;
    struct hrtf *hrtf = NULL;
    (void)state;

    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), 0);
    assert_int_equal(sofa_copy_loaded(&h, 0.5F, &hrtf, fresh()), 0);
    assert_true(hrtf->direction[1].azimuth_deg == -10 && hrtf->direction[1].elevation_deg == 10);
    /* The ears are the other way round. */
    assert_true(hrtf->direction[1].delay[0] == 2 && hrtf->direction[1].delay[1] == 1);
    assert_true(hrtf_ir(hrtf, 0, 1)[0] == 0.5F && hrtf_ir(hrtf, 0, 0)[0] == 0);
    hrtf_free(hrtf);

    h.DataIR.elements = 15;
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_FORMAT);
    h = good;
    h.SourcePosition.values = NULL;
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_FORMAT);
    h = good;
    h.DataDelay.elements = 3;
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_FORMAT);
    h = good;
    h.M = 0x80000002; /* times 2 * N is 16 in 32 bits */
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_TOO_BIG);
    h = good;
    rate[0] = NAN;
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_VALUE);
    rate[0] = 48000;
    ir[3] = INFINITY;
    assert_int_equal(sofa_check_loaded(&h, 48000, fresh()), SOFA_E_VALUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_gives_places_delays_and_responses),
        cmocka_unit_test(another_rate_keeps_the_gain_of_filters_and_scales_delays),
        cmocka_unit_test(files_that_are_none_are_refused_with_a_sentence),
        cmocka_unit_test(truncated_files_are_an_error_and_nothing_more),
        cmocka_unit_test(hostile_files_are_an_error_and_nothing_more),
        cmocka_unit_test(a_file_is_read_while_something_else_is_done),
        cmocka_unit_test(the_head_that_comes_with_the_library_is_read),
        cmocka_unit_test(a_crash_in_the_child_is_a_result),
        cmocka_unit_test(an_endless_loop_in_the_child_ends),
        cmocka_unit_test(nobody_waits_longer_than_he_said),
        cmocka_unit_test(the_child_gets_nowhere),
        cmocka_unit_test(the_childs_answer_is_bounded),
        cmocka_unit_test(an_answer_is_checked_like_foreign_bytes),
        cmocka_unit_test(values_that_cannot_be_are_refused),
        cmocka_unit_test(a_message_of_the_child_is_passed_on_if_it_is_text),
        cmocka_unit_test(arrays_of_other_sizes_than_the_dimensions_say_are_refused),
    };

    return cmocka_run_group_tests(tests, read_tiny, NULL);
}
