/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TESTS_BENCH_AUDIO_PARTS_H
#define FASCIA_TESTS_BENCH_AUDIO_PARTS_H

#include <json-c/json.h>

/* Each measures its part against its peers, and adds its entries. `folder`: of libspa with a filter graph, or NULL. */

void bench_matrix(struct json_object *all);
void bench_limiter(struct json_object *all);
void bench_convolver(struct json_object *all, const char *folder);

#endif
