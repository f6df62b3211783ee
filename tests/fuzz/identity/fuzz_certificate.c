/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "platform/openssl/certificate.h"
#include "stack/identity/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever a certificate says: text stays printable and ended, numbers stay within their arrays, verdicts repeat. */
static void check_text(const char *text, size_t size)
{
    if (strnlen(text, size) == size)
        abort();
    for (; *text != '\0'; text++) {
        if (*text < ' ' || *text > '~')
            abort();
    }
}

static void check_summary(const struct identity_certificate *certificate)
{
    check_text(certificate->subject, sizeof certificate->subject);
    check_text(certificate->issuer, sizeof certificate->issuer);
    check_text(certificate->common_name, sizeof certificate->common_name);
    check_text(certificate->serial, sizeof certificate->serial);
    check_text(certificate->key_name, sizeof certificate->key_name);
    check_text(certificate->signature_name, sizeof certificate->signature_name);
    if (certificate->sans_count > IDENTITY_SANS_MAX || certificate->sans_count > certificate->sans_total)
        abort();
    for (size_t i = 0; i < certificate->sans_count; i++)
        check_text(certificate->sans[i].text, sizeof certificate->sans[i].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct identity_subject subject;
    static struct identity_judgement first, second;
    _cleanup_(openssl_certificates_free) STACK_OF(X509) *chain = NULL;

    if (openssl_certificates_parse(data, size, &chain) != 0)
        return 0;
    memset(&subject, 0, sizeof subject);
    for (int i = 0; i < sk_X509_num(chain) && subject.count < IDENTITY_CHAIN_MAX; i++) {
        openssl_certificate_summary(sk_X509_value(chain, i), &subject.chain[subject.count]);
        check_summary(&subject.chain[subject.count++]);
    }
    subject.now = INT64_C(1795600000);
    subject.has_expected = identity_name_parse("unit.local", &subject.expected) == 0;
    identity_judge(&subject, &first);
    identity_judge(&subject, &second);
    if (first.count != second.count || first.count > IDENTITY_FINDINGS_MAX ||
        memcmp(first.outcomes, second.outcomes, sizeof first.outcomes) != 0)
        abort();
    for (size_t i = 0; i < first.count; i++)
        check_text(first.findings[i].measured, sizeof first.findings[i].measured);
    return 0;
}
