/* SPDX-License-Identifier: Apache-2.0 */
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/base/text.h"

void die(const char *what, int error)
{
    (void)fprintf(stderr, "address_rounds: %s: %s\n", what, strerror(error));
    exit(1);
}

unsigned int number(const char *text, unsigned int min, unsigned int max)
{
    int64_t value = 0;

    int r = fascia_text_to_i64(text, min, max, &value);
    if (r < 0)
        die(text, -r);
    return (unsigned int)value;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
    } programs[] = {
        {"serve", run_serve}, {"fascia", run_fascia}, {"kernel", run_kernel},
        {"many", run_many},   {"single", run_single},
    };

    for (size_t i = 0; argc > 1 && i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(argv[1], programs[i].name) == 0)
            return programs[i].run(argc - 1, argv + 1);
    }
    (void)fputs("Usage: address_rounds serve|fascia|kernel|many|single … (see the sources)\n", stderr);
    return 64;
}
