/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/report/profile.h"

#include <string.h>

#define NUMBER(member, low, high, must)                                                                                \
    {                                                                                                                  \
        .name = #member, .type = REPORT_PARAMETER_U32, .offset = offsetof(struct report_parameters, member),           \
        .min = (low), .max = (high), .required = (must)                                                                \
    }

static const struct report_parameter_spec function_parameters[] = {
    {.name = "function",
     .type = REPORT_PARAMETER_TEXT,
     .offset = offsetof(struct report_parameters, function),
     .size = sizeof(((struct report_parameters *)0)->function)},
};
static const struct report_parameter_spec stream_parameters[] = {NUMBER(tx, 1, 16, true), NUMBER(rx, 1, 16, true)};
static const struct report_parameter_spec generation_parameters[] = {NUMBER(generation, 4, 7, true)};
static const struct report_parameter_spec frequency_parameters[] = {NUMBER(mhz, 2400, 7200, true)};
static const struct report_parameter_spec width_parameters[] = {NUMBER(mhz, 20, 320, true)};
static const struct report_parameter_spec count_parameters[] = {NUMBER(count, 1, 16, true)};
static const struct report_parameter_spec tolerance_parameters[] = {NUMBER(tolerance_db, 1, 20, false)};
#define FLAG(member)                                                                                                   \
    {                                                                                                                  \
        .name = #member, .type = REPORT_PARAMETER_BOOL, .offset = offsetof(struct report_parameters, member),          \
    }

static const struct report_parameter_spec transition_parameters[] = {FLAG(transition)};
static const char *const bands[] = {"2.4GHz", "5GHz", "6GHz", NULL};
static const char *const bands_or_any[] = {"2.4GHz", "5GHz", "6GHz", "any", NULL};

#define BAND(list, must)                                                                                               \
    {                                                                                                                  \
        .name = "band", .type = REPORT_PARAMETER_CHOICE, .offset = offsetof(struct report_parameters, band),           \
        .size = sizeof(((struct report_parameters *)0)->band), .choices = (list), .required = (must)                   \
    }

static const struct report_parameter_spec capable_parameters[] = {NUMBER(generation, 4, 7, true),
                                                                  BAND(bands_or_any, false)};
static const struct report_parameter_spec band_parameters[] = {BAND(bands, true), NUMBER(mhz, 20, 320, false),
                                                               FLAG(radar)};
static const struct report_parameter_spec nan_parameters[] = {FLAG(with_ap)};

#define WITH(table) .parameters = (table), .count = sizeof(table) / sizeof((table)[0])

static const struct {
    const char *name;
    const struct report_parameter_spec *parameters;
    size_t count;
} checks[REPORT_CHECKS_] = {
    [REPORT_CHECK_FUNCTIONS_FULL] = {.name = "functions-full", WITH(function_parameters)},
    [REPORT_CHECK_MIMO_MIN_STREAMS] = {.name = "mimo-min-streams", WITH(stream_parameters)},
    [REPORT_CHECK_MIMO_NEGOTIATED] = {.name = "mimo-negotiated", WITH(stream_parameters)},
    [REPORT_CHECK_WIFI_GENERATION_MIN] = {.name = "wifi-generation-min", WITH(generation_parameters)},
    [REPORT_CHECK_WIFI_GENERATION_CAPABLE] = {.name = "wifi-generation-capable", WITH(capable_parameters)},
    [REPORT_CHECK_BAND_AVAILABLE] = {.name = "band-available", WITH(band_parameters)},
    [REPORT_CHECK_NAN_AVAILABLE] = {.name = "nan-available", WITH(nan_parameters)},
    [REPORT_CHECK_FREQUENCY_MIN] = {.name = "frequency-min", WITH(frequency_parameters)},
    [REPORT_CHECK_WIDTH_MIN] = {.name = "width-min", WITH(width_parameters)},
    [REPORT_CHECK_SECURITY_WPA3] = {.name = "security-wpa3", WITH(transition_parameters)},
    [REPORT_CHECK_LINK_LOCAL_ADDRESS] = {.name = "link-local-address"},
    [REPORT_CHECK_NO_NEIGHBOR_DISCOVERY] = {.name = "no-neighbor-discovery"},
    [REPORT_CHECK_AWARE_RUNNING] = {.name = "aware-running"},
    [REPORT_CHECK_AWARE_SECURED] = {.name = "aware-secured"},
    [REPORT_CHECK_AWARE_REMEMBERED] = {.name = "aware-remembered"},
    [REPORT_CHECK_SPEAKERS_MIN] = {.name = "speakers-min", WITH(count_parameters)},
    [REPORT_CHECK_SPATIAL_AUDIO_RENDERED] = {.name = "spatial-audio-rendered"},
    [REPORT_CHECK_SOUND_MEASURED] = {.name = "sound-measured", WITH(tolerance_parameters)},
    [REPORT_CHECK_PHONE_TRAFFIC] = {.name = "phone-traffic"},
};

static const char *const level_names[REPORT_LEVELS_] = {
    [REPORT_LEVEL_MANDATORY] = "mandatory",
    [REPORT_LEVEL_RECOMMENDED] = "recommended",
    [REPORT_LEVEL_OPTIONAL] = "optional",
    [REPORT_LEVEL_UNKNOWN] = "unknown",
};

static const struct {
    const char *name, *text;
} wordings[REPORT_WORDINGS_] = {
    [REPORT_WORDING_PUBLISHED] = {"published", "published rule"},
    [REPORT_WORDING_QUOTED] = {"quoted", "second-hand: a public quotation, the text itself was not read"},
    [REPORT_WORDING_WHAT_IF] = {"what-if", "what if: nobody is known to demand it"},
    [REPORT_WORDING_OWN] = {"own", "own rule"},
};

const struct report_parameter_spec *report_check_parameters(enum report_check check, size_t *ret_count)
{
    if ((unsigned int)check >= REPORT_CHECKS_) {
        *ret_count = 0;
        return NULL;
    }
    *ret_count = checks[check].count;
    return checks[check].parameters;
}

void report_check_defaults(enum report_check check, struct report_parameters *ret_parameters)
{
    *ret_parameters = (struct report_parameters){0};
    if (check == REPORT_CHECK_FUNCTIONS_FULL)
        memcpy(ret_parameters->function, "all", sizeof "all");
    if (check == REPORT_CHECK_SOUND_MEASURED)
        ret_parameters->tolerance_db = 1;
    if (check == REPORT_CHECK_WIFI_GENERATION_CAPABLE)
        memcpy(ret_parameters->band, "any", sizeof "any");
    if (check == REPORT_CHECK_BAND_AVAILABLE)
        ret_parameters->mhz = 20;
}

void report_parameters_text(enum report_check check, const struct report_parameters *parameters,
                            struct fascia_text *text)
{
    size_t count = 0;
    const struct report_parameter_spec *specs = report_check_parameters(check, &count);

    for (size_t i = 0; i < count; i++) {
        const char *at = (const char *)parameters + specs[i].offset;
        uint32_t number = 0;
        bool flag = false;
        fascia_text_add(text, "%s%s: ", i > 0 ? ", " : "", specs[i].name);
        switch (specs[i].type) {
        case REPORT_PARAMETER_U32:
            memcpy(&number, at, sizeof number);
            fascia_text_add(text, "%u", number);
            break;
        case REPORT_PARAMETER_BOOL:
            memcpy(&flag, at, sizeof flag);
            fascia_text_add(text, "%s", flag ? "true" : "false");
            break;
        case REPORT_PARAMETER_TEXT:
        case REPORT_PARAMETER_CHOICE:
            fascia_text_add(text, "%s", at);
            break;
        }
    }
}

const char *report_level_name(enum report_level level)
{
    return (unsigned int)level < REPORT_LEVELS_ ? level_names[level] : "?";
}

const char *report_wording_name(enum report_wording wording)
{
    return (unsigned int)wording < REPORT_WORDINGS_ ? wordings[wording].name : "?";
}

const char *report_wording_text(enum report_wording wording)
{
    return (unsigned int)wording < REPORT_WORDINGS_ ? wordings[wording].text : "";
}

const char *report_check_name(enum report_check check)
{
    return (unsigned int)check < REPORT_CHECKS_ ? checks[check].name : "?";
}
