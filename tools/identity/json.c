/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/identity/json.h"

#include <errno.h>
#include <stdio.h>

#include "tools/identity/verbs.h"

struct json_object *json_of_certificate(const struct identity_certificate *certificate, int64_t now)
{
    struct json_object *object = json_object_new_object(), *names = json_object_new_array();
    char pin[PIN_TEXT_SIZE];

    json_add_text(object, "subject", certificate->subject);
    json_add_text(object, "issuer", certificate->issuer);
    json_add_text(object, "serial", certificate->serial);
    json_add_text(object, "key", certificate->key_name);
    json_add_int(object, "key_bits", certificate->key_bits);
    json_add_text(object, "signature", certificate->signature_name);
    json_add_int(object, "not_before", certificate->not_before);
    json_add_int(object, "not_after", certificate->not_after);
    json_add_int(object, "validity_days", identity_validity_days(certificate));
    json_add_int(object, "days_left", identity_days_left(certificate, now));
    (void)json_object_object_add(object, "ca", json_object_new_boolean(certificate->is_ca));
    for (size_t i = 0; i < certificate->sans_count; i++)
        (void)json_object_array_add(names, json_object_new_string(certificate->sans[i].text));
    (void)json_object_object_add(object, "names", names);
    json_add_text(object, "pin_sha256", pin_text(certificate->pin, pin));
    return object;
}

int json_print(struct json_object *object)
{
    const char *text = json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE | JSON_C_TO_STRING_PRETTY |
                                                                  JSON_C_TO_STRING_SPACED);
    int r = text != NULL && puts(text) >= 0 && fflush(stdout) == 0 ? 0 : -EIO;

    (void)json_object_put(object);
    return r;
}
