/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio_explain.h"

#include <json-c/json.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "audio/decide/modes.h"
#include "stack/report/render.h"

static const char *const result_names[] = {
    [RULE_PASSED_OVER] = "passed over", [RULE_TAKEN] = "taken", [RULE_NOT_TRIED] = "not tried"};

/* Why a rule does not fit; where no rule was asked (no speaker, no channel), what the refusal says. */
static void explain_rule(const struct question *q, const struct decide_rule *rule, const struct decision *d,
                         struct audio_rule_answer *to)
{
    struct fascia_text why;

    fascia_text_init(&why, to->why, sizeof to->why);
    if (rule_fits(q, rule, &why))
        fascia_text_add(&why, "%s", d->reason);
}

static double worst_of(const struct matrix_weights *matrix, size_t speaker)
{
    double sum = 0;

    for (size_t i = 0; i < matrix->inputs; i++)
        sum += fabs((double)matrix->w[speaker][i]);
    return report_db(sum);
}

void audio_explain(const struct audio_question *question, struct audio_answer *ret_answer)
{
    const struct decide_policy *policy = &question->policy;
    struct audio_answer *answer = ret_answer;
    struct question q;
    bool taken = false;

    memset(answer, 0, sizeof *answer);
    decide(&question->source, &question->speakers, policy, &answer->decision);
    question_ask(&question->source, &question->speakers, policy, &q);
    for (size_t i = 0; i < policy->count; i++) {
        if (policy->rules[i].mode == answer->decision.mode) {
            answer->rules[i].result = RULE_TAKEN;
            taken = true;
        } else if (taken) {
            answer->rules[i].result = RULE_NOT_TRIED;
        } else {
            explain_rule(&q, &policy->rules[i], &answer->decision, &answer->rules[i]);
        }
    }
    for (size_t i = 0; i < question->speakers.count; i++)
        answer->worst_db[i] = worst_of(&answer->decision.matrix, i);
}

/* --- text ------------------------------------------------------------------------------------------------------- */

static void text_layout(const struct layout *layout, struct report_out *out)
{
    for (size_t i = 0; i < layout->count; i++)
        report_add(out, "%s%s", i > 0 ? " " : "", layout_channel_name(layout->channels[i]));
    report_put(out, layout->count == 0 ? "none" : "");
}

static void text_head(const struct audio_question *question, const struct decision *d, struct report_out *out)
{
    const char *name = layout_name(&question->source);
    struct layout ports;

    speakers_ports(&question->speakers, &ports);
    report_add(out, "%s%s", name != NULL ? name : "", name != NULL ? " (" : "");
    text_layout(&question->source, out);
    report_add(out, "%s on ", name != NULL ? ")" : "");
    text_layout(&ports, out);
    report_add(out, "%s: %s\n\n", question->speakers.headphones ? " (headphones)" : "", decide_mode_name(d->mode));
    size_t end = strcspn(d->reason, ";"); /* behind it, what passed over the rules: see below */
    report_add(out, "why      %.*s\n", (int)end, d->reason);
}

static void text_spatial(const struct audio_question *question, const struct decision *d, struct report_out *out)
{
    const bool around = d->mode == DECIDE_DISCRETE || d->mode == DECIDE_PARTIAL || d->mode == DECIDE_QUAD;
    struct question q;

    question_ask(&question->source, &question->speakers, &question->policy, &q);
    if (q.programme <= 2)
        report_put(out, "spatial  no (a programme of no more than two channels)\n");
    else if (d->mode == DECIDE_VIRTUAL)
        report_put(out, "spatial  yes (filters stand for the speakers that are missing)\n");
    else if (around)
        report_add(out, "spatial  %s (%s from %zu full-range speaker%s, asked for are %u)\n", d->spatial ? "yes" : "no",
                   decide_mode_name(d->mode), d->full_range, d->full_range == 1 ? "" : "s",
                   question->policy.min_speakers);
    else
        report_add(out, "spatial  no (%s)\n", decide_mode_name(d->mode));
}

static void text_rules(const struct audio_question *question, const struct audio_answer *answer, struct report_out *out)
{
    const struct decide_policy *policy = &question->policy;

    for (size_t i = 0; i < policy->count; i++) {
        const struct audio_rule_answer *rule = &answer->rules[i];
        report_add(out, "%-8s %-8s ", i == 0 ? "rules" : "", decide_mode_name(policy->rules[i].mode));
        report_add(out, "%s%s%s\n", result_names[rule->result], rule->why[0] != '\0' ? ": " : "", rule->why);
    }
    report_add(out, "weights  %s; LFE %s\n", policy->coefficients.name, decide_lfe_names[policy->lfe]);
    text_spatial(question, &answer->decision, out);
    if (answer->decision.filters != DECIDE_FILTERS_NONE)
        report_add(out, "filters  %s, at %d Hz\n", decide_filters_name(answer->decision.filters), AUDIO_QUESTION_RATE);
    if (question->filters_trouble[0] != '\0')
        report_add(out, "filters  none: %s\n", question->filters_trouble);
    if (answer->decision.upmix)
        report_put(out, "upmix    surround speakers play what a matrix decoder finds\n");
}

static void text_matrix(const struct audio_question *question, const struct audio_answer *answer,
                        struct report_out *out)
{
    const struct matrix_weights *matrix = &answer->decision.matrix;
    char text[16];

    report_put(out, answer->decision.filters != DECIDE_FILTERS_NONE ? "\nbeside, dB  " : "\nmatrix, dB  ");
    for (size_t j = 0; j < question->source.count; j++)
        report_add(out, "%6s", layout_channel_name(question->source.channels[j]));
    report_put(out, "   worst\n");
    for (size_t i = 0; i < question->speakers.count; i++) {
        if (answer->decision.filters != DECIDE_FILTERS_NONE && answer->worst_db[i] <= -100)
            continue; /* the filters play there */
        const struct speaker *speaker = &question->speakers.at[i];
        const char *channel = layout_channel_name(speaker->channel), *plays = layout_channel_name(speaker->plays);
        report_add(out, "  %-6s%-4s", channel, speaker->plays != speaker->channel ? plays : "");
        for (size_t j = 0; j < matrix->inputs; j++)
            report_add(out, "%6s", report_db_text((double)matrix->w[i][j], text));
        if (answer->worst_db[i] > -100)
            report_add(out, "  %+6.1f\n", answer->worst_db[i]);
        else
            report_put(out, "  silent\n");
    }
}

/* Besides filters: an LFE that has a speaker of its own. */
static bool has_matrix(const struct audio_question *question, const struct audio_answer *answer)
{
    for (size_t i = 0; i < question->speakers.count; i++)
        if (answer->worst_db[i] > -100)
            return true;
    return false;
}

void audio_explain_text(const struct audio_question *question, const struct audio_answer *answer,
                        struct report_out *out)
{
    const struct decision *d = &answer->decision;

    text_head(question, d, out);
    text_rules(question, answer, out);
    if (d->mode == DECIDE_REFUSE)
        return;
    if (d->filters == DECIDE_FILTERS_NONE || has_matrix(question, answer))
        text_matrix(question, answer, out);
    report_add(out, "\ngain     worst %+.1f dB, unrelated channels %+.1f dB, make-up %+.1f dB\nlost     ",
               d->worst_gain_db, d->expected_gain_db, (double)d->makeup_db);
    text_layout(&d->lost, out);
    report_add(out, "\nlatency  %u frames, besides the limiter's and delays\n", d->latency_frames);
}

/* --- JSON ------------------------------------------------------------------------------------------------------- */

static void add(struct json_object *object, const char *key, struct json_object *value)
{
    (void)json_object_object_add(object, key, value);
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
    add(object, key, json_object_new_string(text));
}

static struct json_object *json_channels(const struct layout *layout)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < layout->count; i++)
        (void)json_object_array_add(array, json_object_new_string(layout_channel_name(layout->channels[i])));
    return array;
}

static struct json_object *json_speakers(const struct audio_question *question, const struct audio_answer *answer)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < question->speakers.count; i++) {
        const struct speaker *speaker = &question->speakers.at[i];
        struct json_object *row = json_object_new_object();
        add_text(row, "channel", layout_channel_name(speaker->channel));
        add_text(row, "plays", layout_channel_name(speaker->plays));
        add(row, "azimuth_deg", json_object_new_double((double)speaker->azimuth_deg));
        add(row, "elevation_deg", json_object_new_double((double)speaker->elevation_deg));
        add(row, "worst_gain_db", answer->worst_db[i] > -100 ? json_object_new_double(answer->worst_db[i]) : NULL);
        (void)json_object_array_add(array, row);
    }
    return array;
}

static struct json_object *json_rules(const struct decide_policy *policy, const struct audio_answer *answer)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < policy->count; i++) {
        struct json_object *row = json_object_new_object();
        add_text(row, "mode", decide_mode_name(policy->rules[i].mode));
        add(row, "min_speakers", json_object_new_int64((int64_t)policy->rules[i].min_speakers));
        add_text(row, "result", result_names[answer->rules[i].result]);
        if (answer->rules[i].why[0] != '\0')
            add_text(row, "why", answer->rules[i].why);
        (void)json_object_array_add(array, row);
    }
    return array;
}

static struct json_object *json_matrix(const struct matrix_weights *matrix)
{
    struct json_object *array = json_object_new_array();

    for (size_t i = 0; i < matrix->outputs; i++) {
        struct json_object *row = json_object_new_array();
        for (size_t j = 0; j < matrix->inputs; j++)
            (void)json_object_array_add(row, json_object_new_double((double)matrix->w[i][j]));
        (void)json_object_array_add(array, row);
    }
    return array;
}

struct json_object *audio_explain_json(const struct audio_question *question, const struct audio_answer *answer)
{
    const struct decision *d = &answer->decision;
    const char *name = layout_name(&question->source);
    struct json_object *object = json_object_new_object();

    if (object == NULL)
        return NULL;
    add(object, "source", name != NULL ? json_object_new_string(name) : NULL);
    add(object, "channels", json_channels(&question->source));
    add(object, "speakers", json_speakers(question, answer));
    add(object, "headphones", json_object_new_boolean(question->speakers.headphones));
    add_text(object, "mode", decide_mode_name(d->mode));
    add_text(object, "reason", d->reason);
    add(object, "rules", json_rules(&question->policy, answer));
    add(object, "spatial", json_object_new_boolean(d->spatial));
    add(object, "min_speakers", json_object_new_int64((int64_t)question->policy.min_speakers));
    add_text(object, "filters", decide_filters_name(d->filters));
    add(object, "filters_trouble",
        question->filters_trouble[0] != '\0' ? json_object_new_string(question->filters_trouble) : NULL);
    add(object, "upmix", json_object_new_boolean(d->upmix));
    add_text(object, "coefficients", question->policy.coefficients.name);
    add_text(object, "lfe", decide_lfe_names[question->policy.lfe]);
    add(object, "matrix", json_matrix(&d->matrix));
    add(object, "worst_gain_db", json_object_new_double(d->worst_gain_db));
    add(object, "expected_gain_db", json_object_new_double(d->expected_gain_db));
    add(object, "makeup_db", json_object_new_double((double)d->makeup_db));
    add(object, "lost_channels", json_channels(&d->lost));
    add(object, "latency_frames", json_object_new_int64((int64_t)d->latency_frames));
    return object;
}
