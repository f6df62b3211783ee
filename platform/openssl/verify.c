/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/openssl/verify.h"

#include <errno.h>
#include <openssl/err.h>
#include <string.h>

#include "platform/openssl/certificate.h"
#include "stack/base/text.h"

int openssl_trust_make(STACK_OF(X509) * anchors, X509_STORE **ret_store)
{
    _cleanup_(X509_STORE_free) X509_STORE *store = X509_STORE_new();

    if (store == NULL)
        return -ENOMEM;
    for (int i = 0; i < sk_X509_num(anchors); i++) {
        if (X509_STORE_add_cert(store, sk_X509_value(anchors, i)) != 1)
            return -ENOMEM;
    }
    *ret_store = FASCIA_STEAL(store);
    return 0;
}

int openssl_trust_read(const char *path, X509_STORE **ret_store)
{
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *anchors = NULL;
    int r = openssl_certificates_read(path, &anchors);

    return r == 0 ? openssl_trust_make(anchors, ret_store) : r;
}

/* Where the callback finds the verdict: the library's own slot 0 is what X509_STORE_CTX_set_app_data uses. */
static int on_error(int ok, X509_STORE_CTX *context)
{
    struct openssl_verdict *verdict = X509_STORE_CTX_get_app_data(context);
    char words[160];
    struct fascia_text text;

    if (ok == 1 || verdict == NULL)
        return ok;
    verdict->trusted = false;
    fascia_text_init(&text, words, sizeof words);
    fascia_text_add(&text, "%s (certificate %d)", X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)),
                    X509_STORE_CTX_get_error_depth(context));
    if (strstr(verdict->detail, words) != NULL)
        return 1;
    size_t used = strlen(verdict->detail);
    fascia_text_init(&text, verdict->detail + used, sizeof verdict->detail - used);
    fascia_text_add(&text, "%s%s", used > 0 ? "; " : "", words);
    return 1; /* go on: what else is wrong? */
}

void openssl_verify_context(X509_STORE_CTX *context, int64_t now, struct openssl_verdict *ret_verdict)
{
    struct openssl_verdict *verdict = ret_verdict;
    X509_VERIFY_PARAM *parameters = X509_STORE_CTX_get0_param(context);

    *verdict = (struct openssl_verdict){.asked = true, .trusted = true};
    X509_VERIFY_PARAM_set_time(parameters, (time_t)now);
    (void)X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    X509_STORE_CTX_set_app_data(context, verdict);
    X509_STORE_CTX_set_verify_cb(context, on_error);
    if (X509_verify_cert(context) != 1 && verdict->trusted) {
        verdict->trusted = false;
        (void)fascia_text_copy(verdict->detail, sizeof verdict->detail,
                               X509_verify_cert_error_string(X509_STORE_CTX_get_error(context)));
    }
    if (verdict->trusted)
        verdict->chain = X509_STORE_CTX_get1_chain(context);
    X509_STORE_CTX_set_app_data(context, NULL);
    ERR_clear_error();
}

int openssl_verify(X509_STORE *store, STACK_OF(X509) * chain, int64_t now, struct openssl_verdict *ret_verdict)
{
    _cleanup_(X509_STORE_CTX_free) X509_STORE_CTX *context = X509_STORE_CTX_new();

    if (context == NULL || X509_STORE_CTX_init(context, store, sk_X509_value(chain, 0), chain) != 1)
        return -ENOMEM;
    openssl_verify_context(context, now, ret_verdict);
    return 0;
}
