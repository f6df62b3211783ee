/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/aware/nan_security.h"

#include "stack/aware/nan_reader.h"

#define DESCRIPTOR_RSN 2

int nan_csia_parse(const struct nan_attr *attr, struct nan_csia *ret_csia)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_csia csia = {.capabilities = fascia_read_u8(&r)};

    csia.suites = nan_read_octets(&r, fascia_reader_left(&r));
    if (!fascia_reader_ok(&r) || csia.suites.size == 0 || csia.suites.size % 2 != 0)
        return NAN_E_LENGTH;
    *ret_csia = csia;
    return 0;
}

bool nan_suite_next(struct nan_octets *left, struct nan_csia_suite *ret_suite)
{
    if (left->size < 2)
        return false;
    *ret_suite = (struct nan_csia_suite){.suite = left->data[0], .publish_id = left->data[1]};
    left->data += 2;
    left->size -= 2;
    return true;
}

bool nan_context_next(struct nan_octets *left, struct nan_context *ret_context)
{
    struct fascia_reader r = nan_reader(*left);
    struct nan_context context = {.type = 0};

    uint16_t size = fascia_read_le16(&r);
    context.type = fascia_read_u8(&r);
    context.publish_id = fascia_read_u8(&r);
    context.id = nan_read_octets(&r, size);
    if (!fascia_reader_ok(&r))
        return false;
    *left = (struct nan_octets){.data = r.at, .size = r.left};
    *ret_context = context;
    return true;
}

int nan_scia_check(const struct nan_attr *attr)
{
    struct nan_context context;

    if (attr->body.size == 0)
        return NAN_E_LENGTH;
    for (struct nan_octets left = attr->body; left.size > 0;) {
        if (!nan_context_next(&left, &context))
            return NAN_E_LENGTH;
        if (context.type == NAN_CONTEXT_PMKID && context.id.size != NAN_PMKID_SIZE)
            return NAN_E_LENGTH;
    }
    return 0;
}

const char *nan_key_message_name(enum nan_key_message message)
{
    static const char *const names[NAN_KEY_MESSAGES_] = {
        [NAN_KEY_OTHER] = "other", [NAN_KEY_M1] = "M1", [NAN_KEY_M2] = "M2", [NAN_KEY_M3] = "M3", [NAN_KEY_M4] = "M4",
    };
    return (unsigned int)message < NAN_KEY_MESSAGES_ ? names[message] : "other";
}

/* From the MIC on, which is where the cipher suite matters. */
static bool parse_rest(struct fascia_reader r, size_t mic_size, struct nan_key *key)
{
    key->mic = nan_read_octets(&r, mic_size);
    key->data = nan_read_octets(&r, fascia_read_be16(&r));
    return fascia_reader_ok(&r) && fascia_reader_left(&r) == 0;
}

int nan_key_parse(const struct nan_attr *attr, size_t mic_size, struct nan_key *ret_key)
{
    struct fascia_reader r = nan_reader(attr->body);
    struct nan_key key = {.publish_id = 0};

    if (mic_size != 0 && mic_size != 16 && mic_size != 24)
        return NAN_E_VALUE;
    key.publish_id = fascia_read_u8(&r);
    key.descriptor = fascia_read_u8(&r);
    key.information = fascia_read_be16(&r);
    key.key_length = fascia_read_be16(&r);
    key.replay_counter = (uint64_t)fascia_read_be32(&r) << 32;
    key.replay_counter |= fascia_read_be32(&r);
    fascia_read_copy(&r, key.nonce, sizeof key.nonce);
    fascia_read_skip(&r, 16 + 8 + 8); /* IV, RSC, reserved */
    if (!fascia_reader_ok(&r))
        return NAN_E_LENGTH;
    if (key.descriptor != DESCRIPTOR_RSN)
        return NAN_E_VALUE;
    bool whole = mic_size != 0 ? parse_rest(r, mic_size, &key) : parse_rest(r, 16, &key) || parse_rest(r, 24, &key);
    if (!whole)
        return NAN_E_LENGTH;
    *ret_key = key;
    return 0;
}

enum nan_key_message nan_key_message(const struct nan_key *key)
{
    bool ack = key->information & NAN_KEY_ACK, mic = key->information & NAN_KEY_MIC;

    if (!(key->information & NAN_KEY_PAIRWISE))
        return NAN_KEY_OTHER;
    if (ack)
        return mic ? NAN_KEY_M3 : NAN_KEY_M1;
    if (!mic)
        return NAN_KEY_OTHER;
    return key->information & NAN_KEY_SECURE ? NAN_KEY_M4 : NAN_KEY_M2;
}
