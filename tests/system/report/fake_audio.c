/* SPDX-License-Identifier: Apache-2.0 */
/*
 * org.fascia.Audio1 of fake_fascia: two speakers that play a 5.1 programme. Lines on standard input:
 *   audio wiring HOW       what TestSpeaker hears: ok, swapped, missing, leaks
 * Orders print "order MEMBER ARGUMENTS…" and are answered as accepted, but for the class "nobody" and the mode "quad".
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/system/report/fake.h"

#define SILENCE (-120.0)

static char wiring[16] = "ok", wanted[32] = "auto";
static double media_db;

static const char *foreign(const char *text)
{
    return scenario == HOSTILE ? HOSTILE_TEXT : text;
}

static double number(double value)
{
    return scenario == HOSTILE ? (double)NAN : value;
}

static int put_cabin(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a(ssdddd)", scenario == DEGRADED ? 0 : 2, "FL", foreign("FL"), number(42),
                                 number(0), number(1.2), number(90), "FR", foreign("FR"), number(-42), number(0),
                                 number(1.2), number(0));
}

static int put_policy(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a(su)", 3, foreign("discrete"), 6, "stereo", 0, "refuse", 0);
}

static int put_classes(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "a(ssubdds)", 2, foreign("media"), foreign("fascia.projection"), 1, 1,
                                 number(media_db), number(media_db), foreign("free"), "navigation", "fascia.navigation",
                                 0, 0, -3.0, SILENCE, "free");
}

static int put_network(sd_bus_message *reply)
{
    return sd_bus_message_append(reply, "(ssqs)", foreign("playing"), "fe80::ff:fe00:0%wlan0", 5004,
                                 foreign("fe80::ff:fe00:100%wlan0"));
}

static int get_audio(sd_bus *connection, const char *path, const char *interface, const char *property,
                     sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
    static const struct {
        const char *name;
        int (*put)(sd_bus_message *reply);
    } composed[] = {{"Cabin", put_cabin}, {"Policy", put_policy}, {"Classes", put_classes}, {"Network", put_network}};
    static const struct {
        const char *name, *text;
    } texts[] = {{"ModeWanted", wanted}, {"Filters", "none"}, {"Coefficients", "bs775"}};

    for (size_t i = 0; i < sizeof composed / sizeof composed[0]; i++) {
        if (strcmp(composed[i].name, property) == 0)
            return composed[i].put(reply);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, property) == 0)
            return sd_bus_message_append(reply, "s", foreign(texts[i].text));
    }
    if (strcmp(property, "Spatial") == 0 || strcmp(property, "Upmix") == 0)
        return sd_bus_message_append(reply, "b", 0);
    if (strcmp(property, "Quantum") == 0)
        return sd_bus_message_append(reply, "u", 1024);
    if (strcmp(property, "CeilingDb") == 0)
        return sd_bus_message_append(reply, "d", number(-1));
    if (strcmp(property, "ExpectedGainDb") == 0 || strcmp(property, "MakeupDb") == 0)
        return sd_bus_message_append(reply, "d", number(property[0] == 'E' ? 3.5 : 0));
    return get(connection, path, interface, property, reply, userdata, error);
}

/* --- orders --- */

static int accept_order(sd_bus_message *call)
{
    (void)fflush(stdout);
    return sd_bus_reply_method_return(call, "");
}

static int is_nobody(const char *class, sd_bus_error *error)
{
    if (strcmp(class, "nobody") != 0)
        return 0;
    return sd_bus_error_set(error, "org.fascia.Error.NoClass", "no class of streams is called \"nobody\"");
}

static int set_mode(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *mode = NULL;
    (void)userdata;

    int r = sd_bus_message_read(call, "s", &mode);
    if (r < 0)
        return r;
    if (strcmp(mode, "quad") == 0)
        return sd_bus_error_set(error, "org.fascia.Error.NoMode", "quad does not fit: no surround pair");
    (void)snprintf(wanted, sizeof wanted, "%s", mode);
    printf("order SetMode %s\n", mode);
    return accept_order(call);
}

static int duck(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *class = NULL;
    uint32_t ms = 0;
    double db = 0;
    (void)userdata;

    int r = sd_bus_message_read(call, "sdu", &class, &db, &ms);
    if (r < 0 || (r = is_nobody(class, error)) < 0)
        return r;
    printf("order Duck %s %.1f %" PRIu32 "\n", class, db, ms);
    return accept_order(call);
}

static int unduck(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *class = NULL;
    uint32_t ms = 0;
    (void)userdata;
    (void)error;

    int r = sd_bus_message_read(call, "su", &class, &ms);
    if (r < 0)
        return r;
    printf("order Unduck %s %" PRIu32 "\n", class, ms);
    return accept_order(call);
}

static int set_volume(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *class = NULL;
    double db = 0;
    (void)userdata;

    int r = sd_bus_message_read(call, "sd", &class, &db);
    if (r < 0 || (r = is_nobody(class, error)) < 0)
        return r;
    media_db = db;
    printf("order SetVolume %s %.1f\n", class, db);
    return accept_order(call);
}

static int refuse(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)call;
    (void)userdata;
    return sd_bus_error_set(error, SD_BUS_ERROR_NOT_SUPPORTED, "a fake");
}

static int test_speaker(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    const char *channel = NULL;
    double level = 0;
    (void)userdata;
    (void)error;

    int r = sd_bus_message_read(call, "sd", &channel, &level);
    if (r < 0)
        return r;
    size_t at = strcmp(channel, "FR") == 0, other = 1 - at;
    double heard[2] = {SILENCE, SILENCE};
    if (strcmp(wiring, "missing") != 0)
        heard[strcmp(wiring, "swapped") == 0 ? other : at] = level;
    if (strcmp(wiring, "leaks") == 0)
        heard[other] = level - 12;
    return sd_bus_reply_method_return(call, "ad", 2, heard[0], heard[1]);
}

static int get_levels(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)userdata;
    (void)error;
    return sd_bus_reply_method_return(call, "a(sdd)a(sddd)d(ddd)d", 2, foreign("FL"), number(-6), number(-18), "FR",
                                      -120.0, -120.0, 1, foreign("media"), number(-6), number(-18), number(0),
                                      number(-1.5), number(-19.2), -HUGE_VAL, number(-20.1), number(-5.8));
}

static int get_network(sd_bus_message *call, void *userdata, sd_bus_error *error)
{
    (void)userdata;
    (void)error;
    return sd_bus_reply_method_return(call, "(tttttt)ddd", UINT64_C(1500), UINT64_C(2), UINT64_C(1), UINT64_C(960),
                                      UINT64_C(0), UINT64_C(3), number(59.5), number(0.4), number(-12.5));
}

#define AUDIO(name, type) SD_BUS_PROPERTY(name, type, get_audio, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static const sd_bus_vtable today[] = {
    SD_BUS_VTABLE_START(0),
    OLD_AUDIO,
    AUDIO("Cabin", "a(ssdddd)"),
    AUDIO("ModeWanted", "s"),
    AUDIO("Spatial", "b"),
    AUDIO("Filters", "s"),
    AUDIO("Upmix", "b"),
    AUDIO("Policy", "a(su)"),
    AUDIO("Coefficients", "s"),
    AUDIO("ExpectedGainDb", "d"),
    AUDIO("MakeupDb", "d"),
    AUDIO("CeilingDb", "d"),
    AUDIO("Quantum", "u"),
    AUDIO("Classes", "a(ssubdds)"),
    AUDIO("Network", "(ssqs)"),
    SD_BUS_METHOD("SetMode", "s", "", set_mode, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetPolicy", "a(su)", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetSpeakers", "as", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Apply", "s", "", refuse, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Duck", "sdu", "", duck, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Unduck", "su", "", unduck, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetVolume", "sd", "", set_volume, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("TestSpeaker", "sd", "ad", test_speaker, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetLevels", "", "a(sdd)a(sddd)d(ddd)d", get_levels, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("GetNetwork", "", "(tttttt)ddd", get_network, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

/* Of a service that is older than the policy, the classes and the meter. */
static const sd_bus_vtable older[] = {SD_BUS_VTABLE_START(0), OLD_AUDIO, SD_BUS_VTABLE_END};

const sd_bus_vtable *audio_vtable(void)
{
    return scenario == OLD ? older : today;
}

void change_audio(const char *line)
{
    (void)sscanf(line, "audio wiring %15s", wiring);
}
