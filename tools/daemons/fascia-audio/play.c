/* SPDX-License-Identifier: Apache-2.0 */
/* From the speakers that there are to what the renderer plays. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/decide/modes.h"
#include "platform/config/coefficients.h"
#include "platform/journal/journal.h"
#include "tools/daemons/fascia-audio/audio.h"

/* Those of the sink's speakers that are played to, and where each stands among them all. */
struct chosen {
    struct speakers speakers;
    size_t at[SPEAKERS_MAX];
};

static void choose(const struct speakers *all, const struct layout *only, struct chosen *ret)
{
    *ret = (struct chosen){.speakers = {.headphones = all->headphones}};
    for (size_t i = 0; i < all->count; i++) {
        if (only->count > 0 && layout_find(only, all->at[i].channel) < 0)
            continue;
        ret->at[ret->speakers.count] = i;
        ret->speakers.at[ret->speakers.count++] = all->at[i];
    }
    if (ret->speakers.count == 0 && only->count > 0) { /* another sink: the choice was not meant for it */
        const struct layout everything = {.count = 0};
        choose(all, &everything, ret);
    }
}

static void spread_rows(struct matrix_weights *m, const struct chosen *chosen, size_t outputs)
{
    struct matrix_weights all = {.outputs = outputs, .inputs = m->inputs};

    for (size_t i = 0; i < chosen->speakers.count; i++)
        memcpy(all.w[chosen->at[i]], m->w[i], sizeof all.w[0]);
    *m = all;
}

/* --- deciding ------------------------------------------------------------------------------------------------- */

/* What a decision comes with besides: filters, and what could not be done. */
struct outcome {
    const struct virtual_filters *filters; /* borrowed from the cache; NULL: none */
    bool later;                            /* it is one for the time until filters are made */
    char trouble[FASCIA_DETAIL_SIZE];
};

static int find_filters(struct audio *audio, const struct speakers *speakers, enum decide_filters kind,
                        struct decide_virtual *ret_cost, struct outcome *outcome, struct fascia_text *message)
{
    const struct audio_play *play = &audio->play;
    struct virtual_wish wish;

    virtual_wish_make(kind, play->rate != 0 ? play->rate : AUDIO_RATE_GUESS, &play->sources[STREAM_MEDIA], speakers,
                      &wish);
    int r = audio_filters_get(audio, &wish, &outcome->filters, message);
    if (r == 0)
        virtual_wish_cost(&wish, outcome->filters, ret_cost);
    else if (r < 0 && message->used == 0)
        fascia_text_add(message, "%s", strerror(-r));
    return r;
}

/* Filters are made only when the policy comes to them: so it is asked first as if there were any. */
static void decide_media(struct audio *audio, const struct speakers *speakers, const struct decide_policy *policy,
                         struct decision *d, struct outcome *ret)
{
    struct audio_play *play = &audio->play;
    struct decide_policy p = *policy;
    struct fascia_text message;

    *ret = (struct outcome){.filters = NULL};
    fascia_text_init(&message, ret->trouble, sizeof ret->trouble);
    p.virtual_cost = (struct decide_virtual){.headphones = true, .crosstalk = true};
    decide(&play->sources[STREAM_MEDIA], speakers, &p, d);
    if (d->mode != DECIDE_VIRTUAL)
        return;
    p.virtual_cost = (struct decide_virtual){.headphones = false};
    ret->later = find_filters(audio, speakers, d->filters, &p.virtual_cost, ret, &message) == AUDIO_E_LATER;
    p.virtual_cost.coming = ret->later;
    decide(&play->sources[STREAM_MEDIA], speakers, &p, d);
}

static void only_mode(const struct decide_policy *policy, enum decide_mode mode, struct decide_policy *ret)
{
    *ret = *policy;
    ret->rules[0] = (struct decide_rule){.mode = mode};
    ret->count = 1;
}

static void take_trouble(struct audio_play *play, enum fascia_reason reason, const char *detail)
{
    if (detail[0] == '\0' || play->trouble != FASCIA_REASON_NONE)
        return; /* the first one is told */
    play->trouble = reason;
    (void)fascia_text_copy(play->trouble_detail, sizeof play->trouble_detail, detail);
}

/* What SetMode asked for, as long as it fits; else the policy. */
static void decide_wanted(struct audio *audio, const struct speakers *speakers, struct decision *d,
                          struct outcome *outcome)
{
    struct audio_play *play = &audio->play;
    struct decide_policy forced;
    bool later = false;

    if (play->wanted != AUDIO_MODE_AUTO) {
        only_mode(&play->policy, play->wanted, &forced);
        decide_media(audio, speakers, &forced, d, outcome);
        if (d->mode == play->wanted)
            return;
        later = outcome->later;
        if (!later)
            journal_log(FASCIA_SEVERITY_WARNING, "%s was asked for and does not fit these speakers: %s",
                        decide_mode_name(play->wanted), d->reason);
    }
    decide_media(audio, speakers, &play->policy, d, outcome);
    outcome->later = outcome->later || later;
}

/* The other classes: what they say must be heard, so where the policy leaves nothing, the default one does. */
static void decide_other(const struct audio *audio, const struct speakers *speakers, const struct layout *source,
                         struct matrix_weights *ret_weights)
{
    struct decide_policy policy = audio->play.policy, fallback;
    struct decision d;

    policy.virtual_cost = (struct decide_virtual){.headphones = false};
    policy.upmix = false;
    decide(source, speakers, &policy, &d);
    if (d.mode == DECIDE_REFUSE) {
        decide_policy_default(&fallback);
        decide(source, speakers, &fallback, &d);
    }
    *ret_weights = d.matrix;
}

/* --- the recipe ----------------------------------------------------------------------------------------------- */

static void find_upmix(const struct layout *source, const struct speakers *speakers, struct render_recipe *recipe)
{
    const bool rear = speakers_find(speakers, LAYOUT_RL) >= 0 && speakers_find(speakers, LAYOUT_RR) >= 0;
    const int in_left = layout_find(source, LAYOUT_FL), in_right = layout_find(source, LAYOUT_FR);
    const int left = speakers_find(speakers, rear ? LAYOUT_RL : LAYOUT_SL);
    const int right = speakers_find(speakers, rear ? LAYOUT_RR : LAYOUT_SR);

    recipe->upmix = in_left >= 0 && in_right >= 0 && left >= 0 && right >= 0;
    if (!recipe->upmix)
        return;
    recipe->upmix_in_left = (size_t)in_left;
    recipe->upmix_in_right = (size_t)in_right;
    recipe->upmix_out_left = (size_t)left;
    recipe->upmix_out_right = (size_t)right;
}

/* A copy with each channel at its gain. Freed by the caller, with its samples. Returns 0 or -ENOMEM. */
static int scale_filters(const struct virtual_filters *filters, const struct decision *d, struct virtual_filters *ret)
{
    const size_t each = 2 * filters->taps;

    *ret = *filters;
    ret->ir = calloc(filters->inputs * each, sizeof ret->ir[0]);
    if (!ret->ir)
        return -ENOMEM;
    for (size_t i = 0; i < filters->inputs; i++) {
        for (size_t n = 0; n < each; n++)
            ret->ir[i * each + n] = filters->ir[i * each + n] * d->filters_gain[i];
    }
    return 0;
}

static void find_outputs(const struct speakers *speakers, struct render_recipe *recipe)
{
    const int left = speakers_find(speakers, LAYOUT_FL), right = speakers_find(speakers, LAYOUT_FR);

    recipe->filters_left = left > 0 ? (size_t)left : 0;
    recipe->filters_right = right >= 0 ? (size_t)right : 1;
}

static void tune(struct audio *audio, const struct chosen *chosen, struct render_recipe *recipe)
{
    char detail[FASCIA_DETAIL_SIZE];
    struct fascia_text message;
    struct tuning tuning;

    fascia_text_init(&message, detail, sizeof detail);
    tuning_flat(recipe->outputs, &recipe->tuning);
    int r = audio_setup_tuning(&audio->service->config.audio, &chosen->speakers, &tuning, &message);
    if (r == 0)
        r = tuning_check(&tuning, recipe->rate, &message);
    if (r < 0) {
        take_trouble(&audio->play, FASCIA_REASON_CABIN_TUNING, detail);
        return;
    }
    recipe->tuning.bass_db = tuning.bass_db;
    for (size_t i = 0; i < chosen->speakers.count; i++)
        recipe->tuning.speaker[chosen->at[i]] = tuning.speaker[i];
}

static int play(struct audio *audio, const struct chosen *chosen, const struct outcome *outcome,
                struct fascia_text *message)
{
    static struct render_recipe recipe; /* large */
    struct audio_play *play = &audio->play;
    struct virtual_filters filters = {.ir = NULL};
    struct render_program *program = NULL;
    int r = 0;

    memset(&recipe, 0, sizeof recipe);
    recipe.rate = play->rate != 0 ? play->rate : AUDIO_RATE_GUESS;
    recipe.outputs = play->speakers.count;
    recipe.partition = play->quantum;
    recipe.weights[STREAM_MEDIA] = play->decision.matrix;
    for (unsigned c = STREAM_MEDIA + 1; c < STREAM_CLASSES; c++) {
        decide_other(audio, &chosen->speakers, &play->sources[c], &recipe.weights[c]);
        spread_rows(&recipe.weights[c], chosen, recipe.outputs);
    }
    if (play->decision.upmix)
        find_upmix(&play->sources[STREAM_MEDIA], &play->speakers, &recipe);
    tune(audio, chosen, &recipe);
    if (play->decision.filters != DECIDE_FILTERS_NONE && outcome->filters) {
        r = scale_filters(outcome->filters, &play->decision, &filters);
        recipe.filters = &filters;
        find_outputs(&play->speakers, &recipe);
    }
    if (r == 0)
        r = render_program_new(audio->render, &recipe, &program, message);
    free(filters.ir);
    if (r < 0)
        return r;
    render_play(audio->render, program);
    return 0;
}

/* --- decisions that are in force -------------------------------------------------------------------------------- */

static void decide_for(struct audio *audio, const struct chosen *chosen, struct outcome *outcome)
{
    struct audio_play *play = &audio->play;

    play->trouble = FASCIA_REASON_NONE;
    take_trouble(play, FASCIA_REASON_COEFFICIENTS, play->weights_trouble);
    decide_wanted(audio, &chosen->speakers, &play->decision, outcome);
    play->later = outcome->later;
    take_trouble(play, FASCIA_REASON_VIRTUAL_FILTERS, outcome->trouble);
    spread_rows(&play->decision.matrix, chosen, play->speakers.count);
}

int audio_play_program(const struct layout *ports, uint32_t rate, uint32_t quantum, struct fascia_text *message,
                       void *userdata)
{
    struct audio *audio = userdata;
    struct speakers speakers;
    struct outcome outcome;
    struct chosen chosen;

    int r = audio_setup_speakers(&audio->service->config.audio, ports, &speakers, message);
    if (r < 0)
        return r;
    audio->play.speakers = speakers;
    audio->play.rate = rate;
    audio->play.quantum = quantum;
    choose(&speakers, &audio->play.only, &chosen);
    decide_for(audio, &chosen, &outcome);
    r = play(audio, &chosen, &outcome, message);
    audio_state_publish(audio);
    audio_focus_wake(audio);
    return r;
}

/* What the sound path plays is asked for again; without one, the decision alone is another. */
static void again(struct audio *audio)
{
    struct outcome outcome;
    struct chosen chosen;

    if (audio->play.speakers.count > 0) {
        choose(&audio->play.speakers, &audio->play.only, &chosen);
        decide_for(audio, &chosen, &outcome);
        audio_state_publish(audio);
    }
    if (audio->sound)
        sound_replay(audio->sound);
}

void audio_play_on_filters(struct audio *audio)
{
    /* Orders first: they change what is asked for. While one waits for filters of its own, those are not put off. */
    if (!audio_orders_go_on(audio) && audio->play.later)
        again(audio);
}

void audio_play_forget(struct audio *audio)
{
    struct audio_play *play = &audio->play;

    if (play->ports.count > 0 || play->speakers.count == 0)
        return;
    play->speakers = (struct speakers){.count = 0};
    play->decision = (struct decision){.mode = DECIDE_REFUSE};
    play->trouble = FASCIA_REASON_NONE;
    play->later = false;
    audio_bus_decision_changed(audio);
}

/* What would be decided, once the speakers are known. Returns AUDIO_E_LATER, or 0. */
static int try(struct audio *audio, const struct decide_policy *policy, const struct layout *only, struct decision *ret)
{
    struct outcome outcome;
    struct chosen chosen;

    choose(&audio->play.speakers, only, &chosen);
    decide_media(audio, &chosen.speakers, policy, ret, &outcome);
    return outcome.later ? AUDIO_E_LATER : 0;
}

/* Why a mode that somebody asks for is not possible: what the speakers lack, or why there are no filters. */
static void tell_misfit(struct audio *audio, enum decide_mode mode, struct fascia_text *message)
{
    struct decide_policy forced;
    struct outcome outcome;
    struct question q;
    struct chosen chosen;
    struct decision d;

    choose(&audio->play.speakers, &audio->play.only, &chosen);
    only_mode(&audio->play.policy, mode, &forced);
    decide_media(audio, &chosen.speakers, &forced, &d, &outcome);
    fascia_text_add(message, "%s is not possible: %s", decide_mode_name(mode), outcome.trouble);
    question_ask(&audio->play.sources[STREAM_MEDIA], &chosen.speakers, &forced, &q);
    if (outcome.trouble[0] == '\0' && rule_fits(&q, &forced.rules[0], message))
        fascia_text_add(message, "%s", d.reason); /* no rule was asked: there is nothing to play from */
}

static int try_mode(struct audio *audio, enum decide_mode wanted, const struct layout *only, struct decision *ret)
{
    struct decide_policy forced;

    if (wanted == AUDIO_MODE_AUTO)
        return try(audio, &audio->play.policy, only, ret);
    only_mode(&audio->play.policy, wanted, &forced);
    return try(audio, &forced, only, ret);
}

int audio_play_set_mode(struct audio *audio, enum decide_mode wanted, struct fascia_text *message)
{
    struct decision d = {.mode = wanted};

    int r = audio->play.speakers.count > 0 ? try_mode(audio, wanted, &audio->play.only, &d) : 0;
    if (r != 0)
        return r;
    if (wanted != AUDIO_MODE_AUTO && d.mode != wanted) {
        tell_misfit(audio, wanted, message);
        return -ENOTSUP;
    }
    audio->play.wanted = wanted;
    again(audio);
    return 0;
}

int audio_play_set_policy(struct audio *audio, const struct decide_rule *rules, size_t count,
                          struct fascia_text *message)
{
    struct decide_policy policy = audio->play.policy;
    struct decision d;

    if (count == 0 || count > DECIDE_MODES_) {
        fascia_text_add(message, "a policy has 1 to %d rules", DECIDE_MODES_);
        return -EINVAL;
    }
    memcpy(policy.rules, rules, count * sizeof rules[0]);
    policy.count = count;
    if (decide_policy_check(&policy, message) < 0)
        return -EINVAL;
    int r = audio->play.speakers.count > 0 ? try(audio, &policy, &audio->play.only, &d) : 0;
    if (r != 0)
        return r;
    audio->play.policy = policy;
    audio->play.wanted = AUDIO_MODE_AUTO; /* the later order counts */
    again(audio);
    return 0;
}

static int check_ports(const struct audio *audio, const struct layout *only, struct fascia_text *message)
{
    struct layout ports;

    speakers_ports(&audio->play.speakers, &ports);
    for (size_t i = 0; ports.count > 0 && i < only->count; i++) {
        if (layout_find(&ports, only->channels[i]) >= 0)
            continue;
        fascia_text_add(message, "the sink has no channel %s", layout_channel_name(only->channels[i]));
        return -EINVAL;
    }
    return 0;
}

int audio_play_set_speakers(struct audio *audio, const struct layout *only, struct fascia_text *message)
{
    struct audio_play *play = &audio->play;
    struct decision d;

    int r = check_ports(audio, only, message);
    if (r == 0 && play->speakers.count > 0) {
        r = try_mode(audio, play->wanted, only, &d);
        if (r == 0 && play->wanted != AUDIO_MODE_AUTO && d.mode != play->wanted)
            r = try(audio, &play->policy, only, &d);
        if (r == 0 && d.mode == DECIDE_REFUSE && play->wanted != DECIDE_REFUSE) {
            fascia_text_add(message, "%s", d.reason);
            return -ENOTSUP;
        }
    }
    if (r != 0)
        return r;
    play->only = *only;
    again(audio);
    return 0;
}

/* --- opening ---------------------------------------------------------------------------------------------------- */

/* Without its file of weights a cabin sounds a little different, but it sounds. */
static int read_policy(struct audio *audio, struct fascia_text *message)
{
    struct audio_config *config = &audio->service->config.audio;
    char trouble[CONFIG_MESSAGE_SIZE];

    if (coefficients_of_config(config, trouble) != 0) {
        struct fascia_text text;
        fascia_text_init(&text, audio->play.weights_trouble, sizeof audio->play.weights_trouble);
        fascia_text_add(&text, "%s", trouble);
        (void)coefficients_preset("bs775", &config->spatial.weights); /* there is one of that name */
    }
    return audio_setup_policy(config, &audio->play.policy, message);
}

int audio_play_open(struct audio *audio, struct fascia_text *message)
{
    const struct audio_config *config = &audio->service->config.audio;
    struct audio_play *play = &audio->play;
    struct outcome outcome;
    struct chosen chosen;

    play->wanted = AUDIO_MODE_AUTO;
    play->decision = (struct decision){.mode = DECIDE_REFUSE}; /* until the speakers are known */
    int r = audio_setup_source(config, &play->sources[STREAM_MEDIA], message);
    if (r == 0)
        r = read_policy(audio, message);
    if (r == 0)
        r = audio_setup_ports(config, &play->ports, message);
    for (unsigned c = STREAM_MEDIA + 1; r == 0 && c < STREAM_CLASSES; c++) {
        if (layout_named(config->classes[c].layout, &play->sources[c]) != 0)
            (void)layout_named("stereo", &play->sources[c]);
    }
    if (r < 0 || play->ports.count == 0)
        return r;
    r = audio_setup_speakers(config, &play->ports, &play->speakers, message);
    if (r < 0)
        return r;
    choose(&play->speakers, &play->only, &chosen);
    decide_for(audio, &chosen, &outcome);
    return 0;
}

void audio_play_close(struct audio *audio)
{
    audio_filters_free(FASCIA_STEAL(audio->play.filters));
}
