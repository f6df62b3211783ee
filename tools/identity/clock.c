/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "stack/base/text.h"
#include "tools/identity/verbs.h"

static int parse_time(const char *text, int64_t *ret_now)
{
    struct tm tm = {0};

    if (fascia_text_to_i64(text, 1, INT64_C(253402300799), ret_now) == 0) /* 9999-12-31 */
        return 0;
    const char *end = strptime(text, "%Y-%m-%d", &tm);
    if (end == NULL || *end != '\0')
        return -1;
    *ret_now = timegm(&tm);
    return 0;
}

int take_time(const char *verb, const char *text, int64_t *ret_now)
{
    char built[TIME_TEXT_SIZE], shown[TIME_TEXT_SIZE];

    if (text != NULL && parse_time(text, ret_now) == 0)
        return 0;
    if (text != NULL)
        return usage(verb, "--now: \"%s\" is neither seconds since 1970 nor YYYY-MM-DD", text);
    int64_t now = time(NULL);
    if (now >= FASCIA_BUILD_TIME) {
        *ret_now = now;
        return 0;
    }
    (void)fprintf(
        stderr,
        "fascia-identity %s: the clock is not set: it says %s, and this program was built at %s. A certificate "
        "made now would be of the wrong time. Set the clock (from the phone, NTP or GNSS), or give the time "
        "with --now.\n",
        verb, time_text(now, shown), time_text(FASCIA_BUILD_TIME, built));
    return STATUS_IMPOSSIBLE;
}

const char *time_text(int64_t seconds, char text[static TIME_TEXT_SIZE])
{
    time_t t = (time_t)seconds;
    struct tm tm = {0};

    if (gmtime_r(&t, &tm) == NULL || strftime(text, TIME_TEXT_SIZE, "%Y-%m-%d %H:%M:%SZ", &tm) == 0)
        (void)fascia_text_copy(text, TIME_TEXT_SIZE, "?");
    return text;
}

const char *pin_text(const uint8_t pin[static IDENTITY_PIN_SIZE], char text[static PIN_TEXT_SIZE])
{
    (void)EVP_EncodeBlock((unsigned char *)text, pin, IDENTITY_PIN_SIZE); /* 44 characters and NUL */
    return text;
}
