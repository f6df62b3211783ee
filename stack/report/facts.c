/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/facts.h"

#include <math.h>
#include <string.h>
#include <strings.h>

const struct report_function *report_facts_function(const struct report_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->functions_count; i++) {
        if (strcmp(facts->functions[i].name, name) == 0)
            return &facts->functions[i];
    }
    return NULL;
}

bool report_facts_is_off(const struct report_facts *facts, const char *function)
{
    const struct report_function *is = report_facts_function(facts, function);

    return is != NULL && is->state == FASCIA_FUNCTION_OFF;
}

bool report_audio_has_filters(const struct report_audio *audio)
{
    return strcmp(audio->mode, "virtual") == 0 &&
           (strcmp(audio->filters, "headphones") == 0 || strcmp(audio->filters, "crosstalk") == 0);
}

bool report_audio_has_levels(const struct report_audio *audio)
{
    for (size_t i = 0; audio->has_matrix && i < audio->speakers_count; i++) {
        for (size_t j = 0; j < audio->channels_count; j++) {
            if (fabs(audio->matrix[i][j]) > REPORT_SILENCE)
                return true;
        }
    }
    return false;
}

const struct report_ladder *report_facts_fallen(const struct report_facts *facts, const char *function)
{
    for (size_t i = 0; i < facts->ladders_count; i++) {
        if (facts->ladders[i].number > 0 && strcmp(facts->ladders[i].function, function) == 0)
            return &facts->ladders[i];
    }
    return NULL;
}

bool report_stage_is_missed(const struct report_boot_stage *stage)
{
    return strcmp(stage->verdict, "missed") == 0 || strcmp(stage->verdict, "late") == 0;
}

const struct report_band *report_facts_band(const struct report_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->link.bands_count; i++) {
        if (strcmp(facts->link.bands[i].name, name) == 0)
            return &facts->link.bands[i];
    }
    return NULL;
}

const char *report_band_name(uint32_t mhz)
{
    if (mhz == 0)
        return "";
    if (mhz < 5000)
        return "2.4GHz";
    return mhz < 5945 ? "5GHz" : "6GHz";
}

const char *report_band_text(const char *name)
{
    static const char *const texts[][2] = {{"2.4GHz", "2.4 GHz"}, {"5GHz", "5 GHz"}, {"6GHz", "6 GHz"}};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i][0], name) == 0)
            return texts[i][1];
    }
    return name[0] != '\0' ? name : "the band in use";
}

const struct report_band *report_facts_band_in_use(const struct report_facts *facts)
{
    return report_facts_band(facts,
                             facts->described.is ? facts->described.band : report_band_name(facts->link.frequency_mhz));
}

const char *report_facts_address_of(const struct report_facts *facts, const char *mac)
{
    for (size_t i = 0; i < facts->address.peers_count; i++) {
        if (strcasecmp(facts->address.peers[i].mac, mac) == 0)
            return facts->address.peers[i].address;
    }
    return "";
}

/* Octets of the UTF-8 character at `at` (RFC 3629, shortest form, no surrogates), or 0 when it is none. */
static size_t utf8_length(const unsigned char *at)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t n = 0; n < 4; n++) {
        if ((at[0] & forms[n].mask) != forms[n].lead)
            continue;
        uint32_t code = at[0] & (unsigned char)~forms[n].mask;
        for (size_t i = 1; i <= n; i++) {
            if ((at[i] & 0xc0) != 0x80) /* also stops at the NUL */
                return 0;
            code = code << 6 | (at[i] & 0x3f);
        }
        return code >= forms[n].least && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? n + 1 : 0;
    }
    return 0;
}

/* C0, DEL and C1 (U+0080..U+009F, which some terminals obey too). */
static bool is_control(const unsigned char *at, size_t length)
{
    return (length == 1 && (at[0] < 0x20 || at[0] == 0x7f)) || (length == 2 && at[0] == 0xc2 && at[1] < 0xa0);
}

bool report_text_clean(char *to, size_t size, const char *from)
{
    const unsigned char *at = (const unsigned char *)from;
    /* A replacement may be longer than what it replaces, so in-place cleaning works on a copy. */
    char clean[1024] = "";
    size_t used = 0, room = size < sizeof clean ? size : sizeof clean;
    bool whole = true;

    while (*at != '\0') {
        size_t length = utf8_length(at), step = length > 0 ? length : 1;
        const char *piece = (const char *)at;
        if (length == 0) {
            piece = "\xef\xbf\xbd";
            length = 3;
        } else if (is_control(at, length)) {
            piece = "?";
            length = 1;
        }
        if (length >= room - used) {
            whole = false;
            break;
        }
        memcpy(clean + used, piece, length);
        used += length;
        at += step;
    }
    clean[used] = '\0';
    memcpy(to, clean, used + 1);
    return whole;
}

double report_db(double gain)
{
    return gain > 1e-10 ? 20.0 * log10(gain) : -200.0;
}

size_t report_sound_speaker(const struct report_sound *sound, const char *name)
{
    for (size_t i = 0; i < sound->speakers_count; i++) {
        if (strcmp(sound->speakers[i], name) == 0)
            return i;
    }
    return SIZE_MAX;
}

const struct report_sound_channel *report_sound_channel(const struct report_sound *sound, const char *name)
{
    for (size_t i = 0; i < sound->channels_count; i++) {
        if (strcmp(sound->channels[i].name, name) == 0)
            return &sound->channels[i];
    }
    return NULL;
}
