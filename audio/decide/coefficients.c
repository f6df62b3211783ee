/* SPDX-License-Identifier: Apache-2.0 */
#include "audio/decide/coefficients.h"

#include <string.h>

#include "stack/base/cleanup.h"

#define M3DB 0.70710678F
#define M6DB 0.5F
#define M9DB 0.35355339F

/*
 * ITU-R BS.775-3 Annex 4, tables for 3/2 sources: "2/0" and "1/0". It knows no heights; those are BS.2127's, whose part
 * for its own channels agrees with it. Annex 7 leaves the LFE to the user: -6 dB into each front adds up to 0 dB where
 * bass adds in phase. The other sets are told by what is different from this one.
 */
static const struct coefficients bs775 = {
    .name = "bs775",
    .centre = M3DB,
    .lfe = M6DB,
    .surround = M3DB,
    .rear = M3DB,
    .join = M3DB,
    .top_front = 1,
    .top_rear = M3DB,
    .top_rear_behind = 1,
    .top_rear_side = 1,
    .top_side = 1,
    .top_side_behind = 0,
    .mono = M3DB,
    .single = M3DB,
};

static void annex_4(struct coefficients *c)
{
    (void)c;
}

/*
 * ITU-R BS.2127 as the AOM Open Audio Renderer has it in tables (src/renderer/ear/m2m_rdr.c at aae184e1): its mono is
 * Annex 4's divided by the square root of two. It leaves the LFE out; whether that is so is for the policy here
 * ("drop").
 */
static void bs2127(struct coefficients *c)
{
    c->mono = M6DB;
    c->split = true;
}

/*
 * Android's audio_utils, ChannelMix.h (Apache-2.0, AOSP platform/system/media at ac00b571): its tables for 2/0, 5.1 and
 * 7.1. It has none for one speaker; that is Annex 4's.
 */
static void android(struct coefficients *c)
{
    c->join = 1;
    c->top_side = 0.6057F;
    c->top_side_behind = 1;
}

/*
 * PipeWire's audioconvert since 1.6 (channelmix-ops.c at f03a55d7). It has no weight for TSL and TSR, which are lost
 * there; nothing is lost here, they have that of its other heights.
 */
static void pipewire(struct coefficients *c)
{
    c->lfe = M9DB;
    c->top_front = M6DB;
    c->top_rear = M6DB;
    c->top_rear_behind = M6DB;
    c->top_rear_side = 0;
    c->top_side = M6DB;
    c->single = 1;
    c->mean = true;
}

static const struct {
    const char *name;
    void (*change)(struct coefficients *c);
} presets[] = {
    {"bs775", annex_4},
    {"bs2127", bs2127},
    {"android", android},
    {"pipewire", pipewire},
};

int coefficients_preset(const char *name, struct coefficients *ret)
{
    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(presets); i++) {
        if (strcmp(presets[i].name, name) == 0) {
            *ret = bs775;
            (void)fascia_text_copy(ret->name, sizeof ret->name, presets[i].name); /* fits */
            presets[i].change(ret);
            return 0;
        }
    }
    return COEFFICIENTS_E_UNKNOWN;
}

size_t coefficients_presets(void)
{
    return FASCIA_ARRAY_SIZE(presets);
}

const char *coefficients_preset_at(size_t i)
{
    return i < FASCIA_ARRAY_SIZE(presets) ? presets[i].name : NULL;
}

int coefficients_check(const struct coefficients *c, struct fascia_text *message)
{
    const struct {
        const char *name;
        float value;
    } all[] = {
        {"centre", c->centre},
        {"lfe", c->lfe},
        {"surround", c->surround},
        {"rear", c->rear},
        {"join", c->join},
        {"top_front", c->top_front},
        {"top_rear", c->top_rear},
        {"top_rear_behind", c->top_rear_behind},
        {"top_rear_side", c->top_rear_side},
        {"top_side", c->top_side},
        {"top_side_behind", c->top_side_behind},
        {"mono", c->mono},
        {"single", c->single},
    };

    for (size_t i = 0; i < FASCIA_ARRAY_SIZE(all); i++) {
        if (!(all[i].value >= 0 && all[i].value <= 2)) { /* nor what is no number */
            fascia_text_add(message, "the weight %s of %s is not within 0 … 2", all[i].name, c->name);
            return COEFFICIENTS_E_RANGE;
        }
    }
    return 0;
}
