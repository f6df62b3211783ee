/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an environment, which a process can overwrite: read whole and in pieces, and beside a plain search. */
#include <stdlib.h>
#include <string.h>

#include "platform/process/mark_finder.h"

#define PREFIX "FASCIA_MARK=0123456789abcdef."

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct answer {
    bool found;
    uint64_t instance;
    char name[MARK_NAME_SIZE];
};

static struct answer ask(const char *data, size_t size, size_t piece)
{
    struct mark_finder finder = {.prefix = PREFIX};
    struct answer answer = {0};

    for (size_t at = 0; at < size && !answer.found; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        answer.found = mark_finder_feed(&finder, data + at, n);
        if (finder.matched > strlen(PREFIX) || finder.rest_size >= sizeof finder.rest ||
            finder.rest[finder.rest_size] != '\0')
            abort();
    }
    if (answer.found)
        mark_finder_get(&finder, &answer.instance, answer.name);
    return answer;
}

/* What follows the prefix in the first entry that has it and ends; NULL when there is none. */
static const char *search(const char *data, size_t size)
{
    const char *end;

    for (; (end = memchr(data, '\0', size)) != NULL; data = end + 1) {
        if (strncmp(data, PREFIX, strlen(PREFIX)) == 0)
            return data + strlen(PREFIX);
        size -= (size_t)(end + 1 - data);
    }
    return NULL;
}

static void check(const struct answer *answer, const char *rest)
{
    size_t digits = strspn(rest, "0123456789"), length = strlen(rest);

    if (!memchr(answer->name, '\0', sizeof answer->name))
        abort();
    if (digits < 20 && answer->instance != (digits == 0 ? 0 : strtoull(rest, NULL, 10))) /* more may wrap */
        abort();
    bool proper = length < MARK_SIZE && rest[digits] == '.' && length - digits - 1 < MARK_NAME_SIZE;
    if (strcmp(answer->name, proper ? rest + digits + 1 : "") != 0) /* all of the name or nothing */
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t pieces[] = {1, data[0] + 2U};
    const char *environment = (const char *)data + 1;
    const char *rest = search(environment, size - 1);
    struct answer whole = ask(environment, size - 1, size);

    if (whole.found != (rest != NULL))
        abort();
    if (rest)
        check(&whole, rest);
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        struct answer answer = ask(environment, size - 1, pieces[i]);
        if (answer.found != whole.found || answer.instance != whole.instance || strcmp(answer.name, whole.name) != 0)
            abort();
    }
    return 0;
}
