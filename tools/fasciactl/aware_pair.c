/* SPDX-License-Identifier: Apache-2.0 */
/* `fasciactl aware pair`: opens the pairing window and shows PINs, or asks for the PIN that a publisher shows. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "platform/loop/loop.h"
#include "stack/base/text.h"
#include "tools/fasciactl/aware.h"
#include "tools/fasciactl/aware_client.h"
#include "tools/fasciactl/json.h"
#include "tools/fasciactl/output.h"
#include "tools/fasciactl/pin.h"
#include "tools/fasciactl/verbs.h"

static const char help[] =
    "Usage: fasciactl aware pair [--seconds N] [--json]\n"
    "       fasciactl aware pair [--pin-file FILE] [--json] PEER\n"
    "\n"
    "Without PEER: lets phones pair for a while, shows the PIN of the one that asks, and says what came of it. Ctrl-C "
    "ends\n"
    "it. With PEER, a publisher's number, name or address: pairs with it; its PIN is asked for.\n"
    "\n"
    "  --seconds N      how long phones may pair, 10 to 3600; left out: aware.pairing_s\n"
    "  --pin-file FILE  the publisher's PIN, instead of asking for it\n"
    "  --json           one JSON document per line: window, request (with the PIN), result\n"
    "\n"
    "Exit status: 0 paired, 1 paired but not remembered: pair again, 3 not paired.\n";

#define CONFIGURED_S  UINT32_MAX
#define LOOK_US       INT64_C(500000)   /* changes come as signals; this is for one that is lost */
#define REMEMBERED_US INT64_C(5000000)  /* the peer's identity follows the pairing */
#define ANSWER_US     INT64_C(60000000) /* of a publisher that is asked */

enum { STATUS_NOT_REMEMBERED = 1 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

struct session {
    const char *address, *pin_file;
    sd_bus *bus;
    bool json, publisher;
    char nmi[FASCIA_MAC_TEXT_SIZE]; /* whom we pair with, or who asked last */
    uint32_t request;               /* 0: none */
    bool asked, ended;              /* a request is new; one has ended: `result` */
    char result[160];
};

/* --- what is told --- */

static void tell(const struct session *session, const char *kind, const char *text, const char *pin, int64_t seconds)
{
    if (!session->json)
        return;
    _cleanup_(json_release) struct json_object *document = json_object_new_object();
    (void)json_object_object_add(document, "event", json_object_new_string(kind));
    if (session->nmi[0] != '\0')
        (void)json_object_object_add(document, "peer", json_object_new_string(session->nmi));
    if (text != NULL)
        (void)json_object_object_add(document, "result", json_object_new_string(text));
    if (pin != NULL)
        (void)json_object_object_add(document, "pin", json_object_new_string(pin));
    if (seconds >= 0)
        (void)json_object_object_add(document, "seconds", json_object_new_int64(seconds));
    (void)output_json_line(stdout, document);
}

static int64_t seconds_until(int64_t until_us)
{
    int64_t left_us = until_us - loop_now_us();

    return left_us > 0 ? (left_us + 999999) / 1000000 : 0;
}

/* --- signals --- */

static int on_requested(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
    struct session *session = userdata;
    const char *kind = NULL, *nmi = NULL;
    uint32_t request = 0;
    (void)error;

    if (sd_bus_message_read(signal, "uss", &request, &kind, &nmi) < 0)
        return 0;
    if (session->publisher ? strcmp(kind, "show-pin") != 0
                           : strcmp(kind, "enter-pin") != 0 || strcmp(nmi, session->nmi) != 0)
        return 0;
    (void)fascia_text_copy(session->nmi, sizeof session->nmi, nmi);
    session->request = request;
    session->asked = true;
    return 0;
}

static int on_ended(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
    struct session *session = userdata;
    const char *result = NULL;
    uint32_t request = 0;
    (void)error;

    if (sd_bus_message_read(signal, "us", &request, &result) < 0 || request != session->request)
        return 0;
    (void)report_text_clean(session->result, sizeof session->result, result);
    session->ended = true;
    session->asked = false;
    session->request = 0; /* the next one, if any, is told after this */
    return 0;
}

static int subscribe(struct session *session)
{
    int r = sd_bus_match_signal(session->bus, NULL, CLIENT_AWARE, client_path(CLIENT_AWARE), CLIENT_AWARE,
                                "PairingRequested", on_requested, session);
    if (r >= 0)
        r = sd_bus_match_signal(session->bus, NULL, CLIENT_AWARE, client_path(CLIENT_AWARE), CLIENT_AWARE,
                                "PairingEnded", on_ended, session);
    if (r < 0)
        (void)fprintf(stderr, "fasciactl: the bus is gone: %s\n", strerror(-r));
    return r;
}

/* Serves the bus once, at most for LOOK_US. 0, or a negative errno after a message; Ctrl-C is no error. */
static int serve(struct session *session)
{
    int r;

    while ((r = sd_bus_process(session->bus, NULL)) > 0)
        ;
    if (r >= 0 && !session->asked && !session->ended && interrupted == 0)
        r = sd_bus_wait(session->bus, (uint64_t)LOOK_US);
    if (r < 0 && r != -EINTR) {
        (void)fprintf(stderr, "fasciactl: the bus is gone: %s\n", strerror(-r));
        return r;
    }
    return 0;
}

/* --- the result --- */

static void find_peer(struct json_object *row, void *userdata)
{
    const char *nmi = ((struct session **)userdata)[0]->nmi;

    if (strcmp(aware_text(row, "nmi"), nmi) == 0)
        ((void **)userdata)[1] = row;
}

static bool is_remembered(struct session *session)
{
    _cleanup_(json_release) struct json_object *properties = client_properties(session->bus, CLIENT_AWARE);
    void *search[2] = {session, NULL};

    aware_each(properties, "Peers", find_peer, search);
    return search[1] != NULL && aware_flag(search[1], "remembered");
}

/* The peer's identity comes once, behind the pairing, and may be lost. */
static int conclude(struct session *session)
{
    int64_t end_us = loop_now_us() + REMEMBERED_US;
    bool remembered = false;

    session->ended = false;
    while (!(remembered = is_remembered(session)) && loop_now_us() < end_us && interrupted == 0) {
        if (serve(session) < 0)
            return STATUS_IMPOSSIBLE;
    }
    tell(session, "result", remembered ? "paired" : "paired, not remembered", NULL, -1);
    if (!session->json && remembered)
        printf("Paired with %s. It is remembered.\n", session->nmi);
    else if (!session->json)
        printf("Paired with %s, but it is not remembered: its identity did not arrive.\n"
               "  It works until the connection ends. Forget this unit on the phone and pair again.\n",
               session->nmi);
    return remembered ? STATUS_OK : STATUS_NOT_REMEMBERED;
}

static int fail(struct session *session, const char *why)
{
    tell(session, "result", why, NULL, -1);
    if (!session->json)
        (void)fprintf(stderr, "fasciactl: not paired: %s\n", why);
    return STATUS_IMPOSSIBLE;
}

/* --- a phone pairs with us --- */

static int show_pin(struct session *session)
{
    sd_bus_message *reply = NULL;
    const char *pin = NULL;

    session->asked = false;
    int r = aware_call(session->bus, session->address, "show the PIN", &reply, "GetPin", "u", session->request);
    if (r >= 0)
        r = sd_bus_message_sensitive(reply);
    if (r >= 0)
        r = sd_bus_message_read(reply, "s", &pin);
    if (r >= 0) {
        tell(session, "request", NULL, pin, -1);
        if (!session->json) {
            printf("%s wants to pair. Enter this on it:\n", session->nmi);
            pin_show(stdout, pin);
        }
    }
    sd_bus_message_unref(reply);
    return r;
}

static int64_t window_until(struct session *session)
{
    _cleanup_(json_release) struct json_object *properties = client_properties(session->bus, CLIENT_AWARE);

    return aware_number(properties, "WindowUntil");
}

static int wait_for_phone(struct session *session)
{
    for (;;) {
        if (serve(session) < 0)
            return STATUS_IMPOSSIBLE;
        if (interrupted != 0)
            return fail(session, "you ended it");
        if (session->ended && strcmp(session->result, "paired") == 0)
            return conclude(session);
        if (session->ended) {
            session->ended = false;
            tell(session, "attempt", session->result, NULL, -1);
            if (!session->json) {
                printf("That did not work: %s.\n", session->result);
                (void)fflush(stdout);
            }
        }
        if (session->asked) /* a request that failed may be followed by one with another PIN */
            (void)show_pin(session);
        if (session->request == 0 && window_until(session) == 0)
            return fail(session, session->result[0] != '\0' ? session->result : "no phone asked in time");
    }
}

static int pair_phone(struct session *session, uint32_t seconds)
{
    int status = STATUS_IMPOSSIBLE;

    session->publisher = true;
    if (subscribe(session) < 0 ||
        aware_call(session->bus, session->address, "let phones pair", NULL, "OpenWindow", "u", seconds) < 0)
        return STATUS_IMPOSSIBLE;
    int64_t left_s = seconds_until(window_until(session));
    tell(session, "window", NULL, NULL, left_s);
    if (!session->json) {
        printf("Phones may pair for %" PRId64 " s. Choose this unit on the phone; Ctrl-C ends it.\n", left_s);
        (void)fflush(stdout);
    }
    status = wait_for_phone(session);
    (void)aware_call(session->bus, session->address, "close the window", NULL, "OpenWindow", "u", (uint32_t)0);
    return status;
}

/* --- we pair with a publisher --- */

static int read_pin(const struct session *session, char pin[static PIN_SIZE])
{
    char prompt[64];

    if (session->pin_file != NULL) {
        int r = pin_read_file(session->pin_file, pin);
        if (r < 0)
            (void)fprintf(stderr, "fasciactl: %s: %s\n", session->pin_file,
                          r == -EMSGSIZE ? "longer than a PIN" : strerror(-r));
        return r;
    }
    (void)snprintf(prompt, sizeof prompt, "PIN that %s shows: ", session->nmi);
    return pin_read(prompt, pin);
}

static int enter_pin(struct session *session)
{
    char pin[PIN_SIZE] = "";
    sd_bus_message *call = NULL;

    session->asked = false;
    int r = read_pin(session, pin);
    if (r < 0) {
        (void)aware_call(session->bus, session->address, "end the pairing", NULL, "Refuse", "u", session->request);
        explicit_bzero(pin, sizeof pin);
        return r;
    }
    r = aware_new_call(session->bus, "EnterPin", &call);
    if (r >= 0)
        r = sd_bus_message_sensitive(call);
    if (r >= 0)
        r = sd_bus_message_append(call, "us", session->request, pin);
    explicit_bzero(pin, sizeof pin);
    if (r >= 0)
        r = aware_send(session->bus, session->address, "enter the PIN", call, NULL);
    sd_bus_message_unref(call);
    return r;
}

static int pair_publisher(struct session *session, const char *peer)
{
    static const char *const keys[] = {"id", "name", "nmi", NULL};
    _cleanup_(json_release) struct json_object *properties = aware_properties(session->bus, session->address);
    int64_t end_us = loop_now_us() + ANSWER_US;

    struct json_object *row = properties != NULL ? aware_find(properties, "Peers", keys, peer, "peer") : NULL;
    if (row == NULL)
        return STATUS_IMPOSSIBLE;
    (void)fascia_text_copy(session->nmi, sizeof session->nmi, aware_text(row, "nmi"));
    if (subscribe(session) < 0 ||
        aware_call(session->bus, session->address, "pair", NULL, "Pair", "s", session->nmi) < 0)
        return STATUS_IMPOSSIBLE;
    while (loop_now_us() < end_us) {
        if (serve(session) < 0)
            return STATUS_IMPOSSIBLE;
        if (interrupted == 0 && session->asked) {
            if (enter_pin(session) < 0)
                return fail(session, "the PIN was not entered");
            end_us = loop_now_us() + ANSWER_US;
        }
        if (interrupted != 0) {
            if (session->request != 0)
                (void)aware_call(session->bus, session->address, "end the pairing", NULL, "Refuse", "u",
                                 session->request);
            return fail(session, "you ended it");
        }
        if (session->ended)
            return strcmp(session->result, "paired") == 0 ? conclude(session) : fail(session, session->result);
    }
    return fail(session, "the publisher does not answer");
}

int aware_pair(struct fasciactl *ctl, int argc, char **argv)
{
    enum { SECONDS = 1, PIN_FILE, JSON };
    static const struct option options[] = {{"seconds", required_argument, NULL, SECONDS},
                                            {"pin-file", required_argument, NULL, PIN_FILE},
                                            {"json", no_argument, NULL, JSON},
                                            {0}};
    const struct sigaction action = {.sa_handler = on_interrupt}; /* without SA_RESTART: waiting ends */
    _cleanup_(client_close) sd_bus *bus = NULL;
    struct session session = {.json = false};
    int64_t seconds = CONFIGURED_S;
    int option = 0, status = STATUS_USAGE;

    while ((option = next_option(ctl, argc, argv, options, help, &status)) >= 0) {
        if (option == JSON)
            session.json = true;
        else if (option == PIN_FILE)
            session.pin_file = optarg;
        else if (fascia_text_to_i64(optarg, 10, 3600, &seconds) != 0) {
            (void)fprintf(stderr, "fasciactl: --seconds takes 10 to 3600: \"%s\"\n", optarg);
            return STATUS_USAGE;
        }
    }
    if (option == -2)
        return status;
    const char *peer = optind < argc ? argv[optind++] : NULL;
    if (no_operand(argc, argv) != 0)
        return STATUS_USAGE;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
    session.address = ctl->bus;
    if (client_open(ctl->bus, &bus) < 0)
        return STATUS_IMPOSSIBLE;
    session.bus = bus;
    return peer != NULL ? pair_publisher(&session, peer) : pair_phone(&session, (uint32_t)seconds);
}
