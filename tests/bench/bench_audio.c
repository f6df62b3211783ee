/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of the renderer, scalar and on the best path of this processor, against their peers, in one run on hot
 * buffers: nanoseconds per frame (all channels), best of many rounds in turn. JSON on standard output; bench_audio.py
 * makes a page of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/simd/simd.h"
#include "tests/bench/audio/contest.h"
#include "tests/bench/audio/parts.h"

int main(int argc, char **argv)
{
    const char *part = argc > 1 ? argv[1] : "all", *folder = argc > 2 ? argv[2] : NULL;
    const char *rounds = getenv("FASCIA_BENCH_ROUNDS");
    const bool every = strcmp(part, "all") == 0;
    struct json_object *all = json_object_new_object();

    if (rounds)
        contest_set_rounds((unsigned)strtoul(rounds, NULL, 10));
    simd_flush_subnormals(); /* as the sound thread does */
    if (every || strcmp(part, "matrix") == 0)
        bench_matrix(all);
    if (every || strcmp(part, "convolver") == 0)
        bench_convolver(all, folder);
    if (every || strcmp(part, "limiter") == 0)
        bench_limiter(all);
    printf("%s\n", json_object_to_json_string_ext(all, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED));
    (void)json_object_put(all);
    return 0;
}
