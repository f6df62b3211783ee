/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/aware_mic.h"

#include <errno.h>
#include <string.h>

#include "platform/openssl/nan_keys.h"
#include "stack/aware/nan_id.h"
#include "stack/aware/nan_ndp.h"

#define PMKIDS_MAX      4 /* of a request that are compared */
#define SUITES          4
#define EXCHANGES_TRIED 4 /* for one message */

static const uint8_t suites[SUITES] = {NAN_SUITE_SK_128, NAN_SUITE_SK_256, NAN_SUITE_PK_PASN_128,
                                       NAN_SUITE_PK_PASN_256};

/* A set-up, as far as it was seen. */
struct exchange {
    uint64_t first;                         /* number of its request */
    struct fascia_mac initiator, responder; /* addresses of the request: NMIs, or NDIs once there is a data path */
    struct fascia_mac initiator_nmi, responder_nmi; /* as far as they are known */
    struct fascia_mac initiator_ndi, responder_ndi;
    uint8_t ndp_id, suite;
    bool has_response, has_key;
    uint8_t initiator_nonce[NAN_NONCE_SIZE], responder_nonce[NAN_NONCE_SIZE];
    uint8_t tokens[SUITES][NAN_KEYS_TOKEN_SIZE];
    uint8_t pmkids[PMKIDS_MAX][NAN_PMKID_SIZE];
    size_t pmkids_count;
    struct fascia_secret kck; /* has_key */
};

/* A key out of the file. */
struct candidate {
    const struct nan_key_entry *entry;
    bool has_service_id;
    uint8_t service_id[NAN_SERVICE_ID_SIZE];
    bool made[SUITES];
    struct fascia_secret pmk[SUITES]; /* of a passphrase: one for each suite, made when it is wanted */
};

struct aware_mic {
    struct candidate candidates[NAN_KEY_FILE_MAX];
    size_t candidates_count;
    uint8_t services[AWARE_SERVICES_MAX][NAN_SERVICE_ID_SIZE];
    size_t services_count, exchanges_count, exchanges_seen;
    struct exchange exchanges[AWARE_EXCHANGES_MAX];
};

const char *aware_verdict_name(enum aware_verdict verdict)
{
    static const char *const names[AWARE_VERDICTS_] = {
        [AWARE_NO_CODE] = "no MIC", [AWARE_MIC_OK] = "MIC ok",       [AWARE_MIC_WRONG] = "MIC wrong",
        [AWARE_NO_KEY] = "no key",  [AWARE_NO_START] = "no request",
    };
    return names[verdict];
}

static size_t index_of(uint8_t suite)
{
    for (size_t i = 0; i < SUITES; i++) {
        if (suites[i] == suite)
            return i;
    }
    return SUITES;
}

int aware_mic_new(const struct nan_key_file *keys, struct aware_mic **ret_mic)
{
    _cleanup_(aware_mic_free) struct aware_mic *mic = calloc(1, sizeof *mic);

    if (mic == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < keys->count; i++) {
        const struct nan_key_entry *entry = &keys->entries[i];
        struct candidate *candidate = &mic->candidates[mic->candidates_count++];
        candidate->entry = entry;
        candidate->has_service_id = entry->has_service_id || entry->service[0] != '\0';
        memcpy(candidate->service_id, entry->service_id, sizeof candidate->service_id);
        int r = entry->service[0] != '\0' ? nan_keys_service_id(entry->service, candidate->service_id) : 0;
        if (r < 0)
            return r;
    }
    *ret_mic = FASCIA_STEAL(mic);
    return 0;
}

void aware_mic_free(struct aware_mic *mic)
{
    if (mic == NULL)
        return;
    explicit_bzero(mic, sizeof *mic);
    free(mic);
}

/* A message of a set-up. */
struct message {
    enum nan_key_message message;
    struct nan_key key;
    struct nan_ndp ndp;
    bool from_initiator;
};

static bool read_message(const struct nan_frame *frame, struct message *ret_message)
{
    struct message message = {.message = NAN_KEY_OTHER};
    struct nan_data_path path;
    struct nan_attr attr;

    if (frame->kind != NAN_KIND_NAF || nan_attr_only(frame, NAN_ATTR_SKDA, &attr) != 0 ||
        nan_key_parse(&attr, 0, &message.key) != 0 || nan_data_path_of(frame, &path) != 0)
        return false;
    message.message = nan_key_message(&message.key);
    message.from_initiator = message.message == NAN_KEY_M1 || message.message == NAN_KEY_M3;
    message.ndp = path.ndpe.ndp;
    if (message.message == NAN_KEY_OTHER)
        return false;
    *ret_message = message;
    return true;
}

/* The newest exchange before `end` that this frame can be of. */
static const struct exchange *find(const struct aware_mic *mic, size_t end, uint64_t number,
                                   const struct nan_frame *frame, const struct message *message)
{
    const struct fascia_mac *initiator = message->from_initiator ? &frame->from : &frame->to;
    const struct fascia_mac *responder = message->from_initiator ? &frame->to : &frame->from;

    for (size_t i = end; i-- > 0;) {
        const struct exchange *exchange = &mic->exchanges[i];
        if (exchange->first <= number && exchange->ndp_id == message->ndp.ndp_id &&
            fascia_mac_equal(&exchange->initiator_ndi, &message->ndp.initiator_ndi) &&
            fascia_mac_equal(&exchange->initiator, initiator) && fascia_mac_equal(&exchange->responder, responder))
            return exchange;
    }
    return NULL;
}

static void learn_services(struct aware_mic *mic, const struct nan_frame *frame)
{
    struct nan_attr attr;
    struct nan_walk walk;
    struct nan_sda sda;

    nan_walk_init(&walk, frame);
    while (nan_attr_next(&walk, &attr)) {
        if (attr.id != NAN_ATTR_SDA || nan_sda_parse(&attr, &sda) != 0)
            continue;
        bool known = false;
        for (size_t i = 0; i < mic->services_count; i++)
            known |= memcmp(mic->services[i], sda.service_id, NAN_SERVICE_ID_SIZE) == 0;
        if (!known && mic->services_count < AWARE_SERVICES_MAX)
            memcpy(mic->services[mic->services_count++], sda.service_id, NAN_SERVICE_ID_SIZE);
    }
}

/* The NMI of an NDI, from an earlier set-up between NMIs; or the address as it is. */
static struct fascia_mac nmi_of(const struct aware_mic *mic, const struct fascia_mac *address)
{
    for (size_t i = mic->exchanges_count; i-- > 0;) {
        const struct exchange *exchange = &mic->exchanges[i];
        if (fascia_mac_equal(&exchange->initiator_ndi, address))
            return exchange->initiator_nmi;
        if (exchange->has_response && fascia_mac_equal(&exchange->responder_ndi, address))
            return exchange->responder_nmi;
    }
    return *address;
}

static void learn_identifiers(const struct nan_frame *frame, struct exchange *exchange)
{
    struct nan_context context;
    struct nan_attr attr;

    if (nan_attr_only(frame, NAN_ATTR_SCIA, &attr) != 0 || nan_scia_check(&attr) != 0)
        return;
    while (nan_context_next(&attr.body, &context) && exchange->pmkids_count < PMKIDS_MAX) {
        if (context.type == NAN_CONTEXT_PMKID)
            memcpy(exchange->pmkids[exchange->pmkids_count++], context.id.data, NAN_PMKID_SIZE);
    }
}

/* The suite of a message, or 0. A request may name several: the response decides. */
static uint8_t suite_of(const struct nan_frame *frame)
{
    struct nan_csia_suite suite;
    struct nan_csia csia;
    struct nan_attr attr;

    if (nan_attr_only(frame, NAN_ATTR_CSIA, &attr) != 0 || nan_csia_parse(&attr, &csia) != 0 ||
        !nan_suite_next(&csia.suites, &suite))
        return 0;
    return suite.suite;
}

static int learn_request(struct aware_mic *mic, uint64_t number, const struct nan_frame *frame,
                         const struct message *message)
{
    mic->exchanges_seen++;
    if (mic->exchanges_count == AWARE_EXCHANGES_MAX)
        return 0;
    struct exchange exchange = {
        .first = number,
        .initiator = frame->from,
        .responder = frame->to,
        .initiator_nmi = nmi_of(mic, &frame->from),
        .responder_nmi = nmi_of(mic, &frame->to),
        .initiator_ndi = message->ndp.initiator_ndi,
        .ndp_id = message->ndp.ndp_id,
        .suite = suite_of(frame),
    };
    memcpy(exchange.initiator_nonce, message->key.nonce, NAN_NONCE_SIZE);
    for (size_t i = 0; i < SUITES; i++) {
        int r = nan_keys_token(suites[i], frame->body.data, frame->body.size, exchange.tokens[i]);
        if (r < 0)
            return r;
    }
    learn_identifiers(frame, &exchange);
    mic->exchanges[mic->exchanges_count++] = exchange;
    return 0;
}

static struct nan_mic_input input_of(const struct exchange *exchange, const struct nan_frame *frame,
                                     const struct message *message)
{
    size_t i = index_of(exchange->suite);

    return (struct nan_mic_input){
        .token = message->message == NAN_KEY_M3 && i < SUITES ? exchange->tokens[i] : NULL,
        .body = frame->body.data,
        .size = frame->body.size,
        .mic_at = (size_t)(message->key.mic.data - frame->body.data),
    };
}

/* The PMK of a candidate for a suite. Returns 0 or a negative errno. */
static int pmk_of(struct candidate *candidate, uint8_t suite, const struct fascia_secret **ret_pmk)
{
    size_t i = index_of(suite);
    const struct nan_key_entry *entry = candidate->entry;

    if (!entry->is_passphrase) {
        *ret_pmk = &entry->secret;
        return 0;
    }
    if (!candidate->made[i]) {
        int r = nan_keys_pmk_of_passphrase(suite, &entry->secret, candidate->service_id, &entry->publisher,
                                           &candidate->pmk[i]);
        if (r != 0)
            return r;
        candidate->made[i] = true;
    }
    *ret_pmk = &candidate->pmk[i];
    return 0;
}

static int kck_of(const struct exchange *exchange, struct candidate *candidate, struct fascia_secret *ret_kck)
{
    _cleanup_(nan_ptk_wipe) struct nan_ptk ptk = {0};
    const struct fascia_secret *pmk = NULL;

    int r = pmk_of(candidate, exchange->suite, &pmk);
    if (r == 0)
        r = nan_keys_ptk(exchange->suite, pmk, &exchange->initiator_ndi, &exchange->responder_ndi,
                         exchange->initiator_nonce, exchange->responder_nonce, &ptk);
    if (r == 0)
        *ret_kck = ptk.kck;
    return r;
}

/* Whether a request named this key. Without a service of its own every one that was seen is tried. */
static int is_named(const struct aware_mic *mic, const struct exchange *exchange, struct candidate *candidate,
                    bool *ret_named)
{
    const struct fascia_secret *pmk = NULL;
    uint8_t pmkid[NAN_KEYS_PMKID_SIZE];

    int r = pmk_of(candidate, exchange->suite, &pmk);
    size_t count = candidate->has_service_id ? 1 : mic->services_count;
    for (size_t i = 0; r == 0 && i < count && !*ret_named; i++) {
        const uint8_t *service = candidate->has_service_id ? candidate->service_id : mic->services[i];
        r = nan_keys_pmkid(exchange->suite, pmk, &exchange->initiator_nmi, &exchange->responder_nmi, service, pmkid);
        for (size_t j = 0; r == 0 && j < exchange->pmkids_count; j++)
            *ret_named |= memcmp(pmkid, exchange->pmkids[j], sizeof pmkid) == 0;
    }
    return r;
}

/* Looks for the key by which this message is right; or else, at the response, the one that the request named. */
static int find_key(struct aware_mic *mic, struct exchange *exchange, const struct nan_frame *frame,
                    const struct message *message)
{
    _cleanup_(secret) struct fascia_secret kck = {0};
    const struct nan_mic_input input = input_of(exchange, frame, message);

    for (size_t i = 0; i < mic->candidates_count; i++) {
        int r = kck_of(exchange, &mic->candidates[i], &kck);
        if (r == 0)
            r = nan_keys_mic_check(exchange->suite, &kck, &input);
        if (r < 0 && r != -EINVAL)
            return r;
        if (r == 0) {
            exchange->kck = kck;
            exchange->has_key = true;
            return 0;
        }
    }
    for (size_t i = 0; message->message == NAN_KEY_M2 && i < mic->candidates_count; i++) {
        bool named = false;
        int r = is_named(mic, exchange, &mic->candidates[i], &named);
        if (r == 0 && named)
            r = kck_of(exchange, &mic->candidates[i], &exchange->kck);
        if (r < 0)
            return r;
        exchange->has_key |= named;
    }
    return 0;
}

/* A response with another nonce than the one before it begins anew. */
static struct exchange *learn_response(struct aware_mic *mic, uint64_t number, const struct nan_frame *frame,
                                       const struct message *message, struct exchange *exchange)
{
    uint8_t suite = suite_of(frame);

    if (exchange->has_response && memcmp(exchange->responder_nonce, message->key.nonce, NAN_NONCE_SIZE) != 0) {
        if (mic->exchanges_count == AWARE_EXCHANGES_MAX)
            return exchange;
        struct exchange *again = &mic->exchanges[mic->exchanges_count++];
        *again = *exchange;
        again->first = number;
        again->has_key = false;
        fascia_secret_wipe(&again->kck);
        exchange = again;
    }
    exchange->suite = suite != 0 ? suite : exchange->suite;
    exchange->responder_ndi = message->ndp.responder_ndi;
    memcpy(exchange->responder_nonce, message->key.nonce, NAN_NONCE_SIZE);
    exchange->has_response = true;
    return exchange;
}

int aware_mic_learn(struct aware_mic *mic, uint64_t number, const struct nan_frame *frame)
{
    struct message message;

    learn_services(mic, frame);
    if (!read_message(frame, &message))
        return 0;
    if (message.message == NAN_KEY_M1)
        return learn_request(mic, number, frame, &message);
    const struct exchange *found = find(mic, mic->exchanges_count, number, frame, &message);
    if (found == NULL)
        return 0;
    struct exchange *exchange = &mic->exchanges[found - mic->exchanges];
    if (message.message == NAN_KEY_M2)
        exchange = learn_response(mic, number, frame, &message, exchange);
    if (!exchange->has_response || exchange->has_key || index_of(exchange->suite) == SUITES)
        return 0;
    return find_key(mic, exchange, frame, &message);
}

size_t aware_mic_exchanges(const struct aware_mic *mic)
{
    return mic->exchanges_seen;
}

enum aware_verdict aware_mic_check(const struct aware_mic *mic, uint64_t number, const struct nan_frame *frame,
                                   enum nan_key_message *ret_message)
{
    struct message message;

    if (!read_message(frame, &message) || message.message == NAN_KEY_M1)
        return AWARE_NO_CODE;
    *ret_message = message.message;
    /* A stray response begins an exchange of its own: what follows may still be of one before it. */
    enum aware_verdict verdict = AWARE_NO_START;
    size_t end = mic->exchanges_count;
    for (unsigned int turn = 0; turn < EXCHANGES_TRIED; turn++) {
        const struct exchange *exchange = find(mic, end, number, frame, &message);
        if (exchange == NULL)
            break;
        end = (size_t)(exchange - mic->exchanges);
        const struct nan_mic_input input = input_of(exchange, frame, &message);
        if (exchange->has_key && nan_keys_mic_check(exchange->suite, &exchange->kck, &input) == 0)
            return AWARE_MIC_OK;
        if (verdict != AWARE_MIC_WRONG)
            verdict = exchange->has_key ? AWARE_MIC_WRONG : AWARE_NO_KEY;
    }
    return verdict;
}
