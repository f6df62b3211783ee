/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes of one message of nl80211's multicast groups. */
#include <stdlib.h>
#include <string.h>

#include "stack/link/radio_news.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct radio_news news;

    uint8_t *copy = malloc(size ? size : 1);
    if (!copy)
        return 0;
    if (size > 0)
        memcpy(copy, data, size);
    if (radio_news_parse(copy, size, &news) == 0) {
        size_t country = strnlen(news.country, sizeof news.country);
        if ((unsigned int)news.radar >= RADIO_NEWS_RADARS_ || (country != 0 && country != 2))
            abort();
    }
    free(copy);
    return 0;
}
