/* SPDX-License-Identifier: Apache-2.0 */
/* phone_sound() as a program: prints its JSON, or says on stderr what is missing and exits with the result's number. */
#include <getopt.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/phone/sound.h"

int main(int argc, char **argv)
{
    struct phone_sound_options options = {0};
    struct json_object *result = NULL;

    for (int c; (c = getopt(argc, argv, "r:s:t:w:l:d:")) != -1;) {
        switch (c) {
        case 'r':
            options.runtime_dir = optarg;
            break;
        case 's':
            options.sink = optarg;
            break;
        case 't':
            options.target = optarg;
            break;
        case 'w':
            options.timeout_us = (int64_t)(strtod(optarg, NULL) * 1e6);
            break;
        case 'l':
            options.level_dbfs = strtod(optarg, NULL);
            break;
        case 'd':
            options.seconds = strtod(optarg, NULL);
            break;
        default:
            return 64;
        }
    }

    int r = phone_sound(&options, &result);
    if (r != 0) {
        (void)fprintf(stderr, "%s\n", phone_sound_error(r));
        return r > 0 ? r : 100;
    }
    printf("%s\n", json_object_to_json_string_ext(result, JSON_C_TO_STRING_SPACED));
    (void)json_object_put(result);
    return 0;
}
