/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/openssl/nan_keys.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <string.h>

#include "stack/base/cleanup.h"

#define HASH_SIZE_MAX 48
#define MAC_SIZE      6
#define PTK_SIZE_MAX  (24 + 32 + 32)
#define ROUNDS        4096

FASCIA_DEFINE_CLEANUP(EVP_MAC, EVP_MAC_free)
FASCIA_DEFINE_CLEANUP(EVP_MAC_CTX, EVP_MAC_CTX_free)

static const struct suite {
    const char *hash;
    size_t hash_size;
    size_t mic, kck, kek, tk; /* octets */
} suite_sha256 = {"SHA256", 32, 16, 16, 16, 16}, suite_sha384 = {"SHA384", 48, 24, 24, 32, 32};

/* NULL for a suite that has no keys of this kind. */
static const struct suite *suite_of(uint8_t csid)
{
    switch (csid) {
    case 1:
    case 7:
        return &suite_sha256;
    case 2:
    case 8:
        return &suite_sha384;
    default: /* a number of the other side's */
        return NULL;
    }
}

static const EVP_MD *hash_of(const struct suite *suite)
{
    return suite == &suite_sha256 ? EVP_sha256() : EVP_sha384();
}

/* A run of octets of what is hashed. */
struct part {
    const void *data;
    size_t size;
};

static int hmac(const struct suite *suite, const struct fascia_secret *key, const struct part *parts, size_t count,
                uint8_t ret_hash[static HASH_SIZE_MAX])
{
    _cleanup_(EVP_MAC_free) EVP_MAC *mac = EVP_MAC_fetch(NULL, OSSL_MAC_NAME_HMAC, NULL);
    _cleanup_(EVP_MAC_CTX_free) EVP_MAC_CTX *context = mac != NULL ? EVP_MAC_CTX_new(mac) : NULL;
    char name[16];
    size_t size = 0, used = 0;

    (void)fascia_text_copy(name, sizeof name, suite->hash);
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_construct_end()};
    const uint8_t *octets = fascia_secret_borrow(key, &size);
    bool done = context != NULL && EVP_MAC_init(context, octets, size, params) == 1;
    for (size_t i = 0; done && i < count; i++)
        done = parts[i].size == 0 || EVP_MAC_update(context, parts[i].data, parts[i].size) == 1;
    done = done && EVP_MAC_final(context, ret_hash, &used, HASH_SIZE_MAX) == 1 && used == suite->hash_size;
    ERR_clear_error();
    return done ? 0 : -EIO;
}

static int kdf(const struct suite *suite, const struct fascia_secret *key, const char *label,
               const struct part data[static 2], uint8_t *to, size_t size)
{
    uint8_t hash[HASH_SIZE_MAX];
    const uint8_t bits[2] = {(uint8_t)(size * 8), (uint8_t)(size * 8 >> 8)};
    int r = 0;

    for (uint16_t counter = 1; r == 0 && size > 0; counter++) {
        const uint8_t number[2] = {(uint8_t)counter, (uint8_t)(counter >> 8)};
        const struct part parts[] = {{number, 2}, {label, strlen(label)}, data[0], data[1], {bits, 2}};
        size_t n = size < suite->hash_size ? size : suite->hash_size;
        r = hmac(suite, key, parts, FASCIA_ARRAY_SIZE(parts), hash);
        if (r == 0)
            memcpy(to, hash, n);
        to += n;
        size -= n;
    }
    OPENSSL_cleanse(hash, sizeof hash);
    return r;
}

static bool has_size(const struct fascia_secret *secret, size_t wanted)
{
    size_t size = 0;

    (void)fascia_secret_borrow(secret, &size);
    return size == wanted;
}

int nan_keys_service_id(const char *name, uint8_t ret_id[static NAN_KEYS_SERVICE_ID_SIZE])
{
    uint8_t lower[NAN_KEYS_NAME_MAX], hash[EVP_MAX_MD_SIZE];
    size_t size = strnlen(name, NAN_KEYS_NAME_MAX + 1), used = 0;

    if (size == 0 || size > sizeof lower)
        return -EINVAL;
    for (size_t i = 0; i < size; i++)
        lower[i] = (uint8_t)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
    if (EVP_Q_digest(NULL, "SHA256", NULL, lower, size, hash, &used) != 1)
        return -EIO;
    memcpy(ret_id, hash, NAN_KEYS_SERVICE_ID_SIZE);
    return 0;
}

int nan_keys_pmk_of_passphrase(uint8_t csid, const struct fascia_secret *passphrase,
                               const uint8_t service_id[static NAN_KEYS_SERVICE_ID_SIZE],
                               const struct fascia_mac *publisher, struct fascia_secret *ret_pmk)
{
    const struct suite *suite = suite_of(csid);
    uint8_t salt[2 + NAN_KEYS_SERVICE_ID_SIZE + MAC_SIZE] = {0, csid}, pmk[NAN_KEYS_PMK_SIZE];
    size_t size = 0;

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    const uint8_t *octets = fascia_secret_borrow(passphrase, &size);
    if (size == 0)
        return -EINVAL;
    memcpy(salt + 2, service_id, NAN_KEYS_SERVICE_ID_SIZE);
    memcpy(salt + 2 + NAN_KEYS_SERVICE_ID_SIZE, publisher->octets, MAC_SIZE);
    int done = PKCS5_PBKDF2_HMAC((const char *)octets, (int)size, salt, (int)sizeof salt, ROUNDS, hash_of(suite),
                                 (int)sizeof pmk, pmk);
    int r = done == 1 ? fascia_secret_set(ret_pmk, pmk, sizeof pmk) : -EIO;
    OPENSSL_cleanse(pmk, sizeof pmk);
    ERR_clear_error();
    return r;
}

/* A key of `size` octets out of an NM-KDK. */
static int of_pairing(uint8_t csid, const char *label, const struct fascia_secret *kdk,
                      const struct fascia_mac *initiator, const struct fascia_mac *responder, bool is_kek,
                      struct fascia_secret *ret_key)
{
    const struct suite *suite = suite_of(csid);
    const struct part data[] = {{initiator->octets, MAC_SIZE}, {responder->octets, MAC_SIZE}};
    uint8_t key[NAN_KEYS_PMK_SIZE];

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    if (fascia_secret_is_empty(kdk))
        return -EINVAL;
    size_t size = is_kek ? suite->kek : sizeof key;
    int r = kdf(suite, kdk, label, data, key, size);
    if (r == 0)
        r = fascia_secret_set(ret_key, key, size);
    OPENSSL_cleanse(key, sizeof key);
    return r;
}

int nan_keys_pmk_of_pairing(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                            const struct fascia_mac *responder, struct fascia_secret *ret_pmk)
{
    return of_pairing(csid, "NDP PMK Derivation", kdk, initiator, responder, false, ret_pmk);
}

int nan_keys_npk_opportunistic(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                               const struct fascia_mac *responder, struct fascia_secret *ret_npk)
{
    return of_pairing(csid, "NAN Opportunistic NPK Derivation", kdk, initiator, responder, false, ret_npk);
}

int nan_keys_management_kek(uint8_t csid, const struct fascia_secret *kdk, const struct fascia_mac *initiator,
                            const struct fascia_mac *responder, struct fascia_secret *ret_kek)
{
    return of_pairing(csid, "NAN Management KEK Derivation", kdk, initiator, responder, true, ret_kek);
}

int nan_keys_pmkid(uint8_t csid, const struct fascia_secret *pmk, const struct fascia_mac *initiator,
                   const struct fascia_mac *responder, const uint8_t service_id[static NAN_KEYS_SERVICE_ID_SIZE],
                   uint8_t ret_pmkid[static NAN_KEYS_PMKID_SIZE])
{
    static const char label[] = "NAN PMK Name";
    const struct suite *suite = suite_of(csid);
    const struct part parts[] = {{label, sizeof label - 1},
                                 {initiator->octets, MAC_SIZE},
                                 {responder->octets, MAC_SIZE},
                                 {service_id, NAN_KEYS_SERVICE_ID_SIZE}};
    uint8_t hash[HASH_SIZE_MAX];

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    if (!has_size(pmk, NAN_KEYS_PMK_SIZE))
        return -EINVAL;
    int r = hmac(suite, pmk, parts, FASCIA_ARRAY_SIZE(parts), hash);
    if (r == 0)
        memcpy(ret_pmkid, hash, NAN_KEYS_PMKID_SIZE);
    OPENSSL_cleanse(hash, sizeof hash);
    return r;
}

void nan_ptk_wipe(struct nan_ptk *ptk)
{
    if (ptk == NULL)
        return;
    fascia_secret_wipe(&ptk->kck);
    fascia_secret_wipe(&ptk->kek);
    fascia_secret_wipe(&ptk->tk);
}

int nan_keys_ptk(uint8_t csid, const struct fascia_secret *pmk, const struct fascia_mac *initiator_ndi,
                 const struct fascia_mac *responder_ndi, const uint8_t initiator_nonce[static NAN_KEYS_NONCE_SIZE],
                 const uint8_t responder_nonce[static NAN_KEYS_NONCE_SIZE], struct nan_ptk *ret_ptk)
{
    const struct suite *suite = suite_of(csid);
    uint8_t addresses[2 * MAC_SIZE], nonces[2 * NAN_KEYS_NONCE_SIZE], ptk[PTK_SIZE_MAX];
    const struct part data[] = {{addresses, sizeof addresses}, {nonces, sizeof nonces}};

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    if (!has_size(pmk, NAN_KEYS_PMK_SIZE))
        return -EINVAL;
    memcpy(addresses, initiator_ndi->octets, MAC_SIZE);
    memcpy(addresses + MAC_SIZE, responder_ndi->octets, MAC_SIZE);
    memcpy(nonces, initiator_nonce, NAN_KEYS_NONCE_SIZE);
    memcpy(nonces + NAN_KEYS_NONCE_SIZE, responder_nonce, NAN_KEYS_NONCE_SIZE);
    int r = kdf(suite, pmk, "NAN Pairwise key expansion", data, ptk, suite->kck + suite->kek + suite->tk);
    if (r == 0) {
        (void)fascia_secret_set(&ret_ptk->kck, ptk, suite->kck);
        (void)fascia_secret_set(&ret_ptk->kek, ptk + suite->kck, suite->kek);
        (void)fascia_secret_set(&ret_ptk->tk, ptk + suite->kck + suite->kek, suite->tk);
    }
    OPENSSL_cleanse(ptk, sizeof ptk);
    return r;
}

int nan_keys_token(uint8_t csid, const void *body, size_t size, uint8_t ret_token[static NAN_KEYS_TOKEN_SIZE])
{
    const struct suite *suite = suite_of(csid);
    uint8_t hash[EVP_MAX_MD_SIZE];
    size_t used = 0;

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    if (EVP_Q_digest(NULL, suite->hash, NULL, body, size, hash, &used) != 1)
        return -EIO;
    memcpy(ret_token, hash, NAN_KEYS_TOKEN_SIZE);
    return 0;
}

int nan_keys_mic(uint8_t csid, const struct fascia_secret *kck, const struct nan_mic_input *input,
                 uint8_t ret_mic[static NAN_KEYS_MIC_SIZE_MAX])
{
    static const uint8_t zeros[NAN_KEYS_MIC_SIZE_MAX] = {0};
    const struct suite *suite = suite_of(csid);
    uint8_t hash[HASH_SIZE_MAX];

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    bool inside = input->mic_at != SIZE_MAX;
    if (inside && (input->mic_at > input->size || input->size - input->mic_at < suite->mic))
        return -EINVAL;
    size_t before = inside ? input->mic_at : input->size, zero = inside ? suite->mic : 0, behind = before + zero;
    const struct part parts[] = {{input->token, input->token != NULL ? NAN_KEYS_TOKEN_SIZE : 0},
                                 {input->body, before},
                                 {zeros, zero},
                                 {input->body + behind, input->size - behind}};
    int r = hmac(suite, kck, parts, FASCIA_ARRAY_SIZE(parts), hash);
    if (r == 0)
        memcpy(ret_mic, hash, suite->mic);
    OPENSSL_cleanse(hash, sizeof hash);
    return r;
}

int nan_keys_mic_check(uint8_t csid, const struct fascia_secret *kck, const struct nan_mic_input *input)
{
    const struct suite *suite = suite_of(csid);
    uint8_t mic[NAN_KEYS_MIC_SIZE_MAX];

    if (suite == NULL)
        return NAN_KEYS_E_SUITE;
    if (input->mic_at == SIZE_MAX)
        return -EINVAL;
    int r = nan_keys_mic(csid, kck, input, mic);
    if (r == 0 && CRYPTO_memcmp(mic, input->body + input->mic_at, suite->mic) != 0)
        r = NAN_KEYS_E_MIC;
    OPENSSL_cleanse(mic, sizeof mic);
    return r;
}

int nan_keys_nira_tag(const struct fascia_secret *nik, const struct fascia_mac *nmi,
                      const uint8_t nonce[static NAN_KEYS_NIRA_NONCE_SIZE],
                      uint8_t ret_tag[static NAN_KEYS_NIRA_TAG_SIZE])
{
    const struct part parts[] = {{"NIR", 3}, {nmi->octets, MAC_SIZE}, {nonce, NAN_KEYS_NIRA_NONCE_SIZE}};
    uint8_t hash[HASH_SIZE_MAX];

    if (!has_size(nik, NAN_KEYS_NIK_SIZE))
        return -EINVAL;
    int r = hmac(&suite_sha256, nik, parts, FASCIA_ARRAY_SIZE(parts), hash);
    if (r == 0)
        memcpy(ret_tag, hash, NAN_KEYS_NIRA_TAG_SIZE);
    OPENSSL_cleanse(hash, sizeof hash);
    return r;
}
