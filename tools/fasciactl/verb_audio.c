/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/fasciactl/audio.h"
#include "tools/fasciactl/subverb.h"

int verb_audio(struct fasciactl *ctl, int argc, char **argv)
{
    static const struct subverb members[] = {
        {"status", audio_status, "how the programme reaches the speakers, and what sounds"},
        {"decide", audio_decide, "how a programme would be rendered on some speakers, and why; offline"},
        {"test", audio_test, "play from each speaker in turn, and listen where it comes out"},
        {"meter", audio_meter, "levels, limiter and loudness as they are"},
        {"duck", audio_duck, "make a class of streams quieter for a while"},
        {"volume", audio_volume, "show or set the volume of a class of streams"},
        {"mode", audio_mode, "show how it is rendered, or order another way"},
    };
    static const struct subverb_family family = {
        .verb = "audio",
        .about = "The sound: what is rendered on which speakers, how loud, and who gives way to whom.\n",
        .members = members,
        .count = sizeof members / sizeof members[0],
    };

    return subverb_run(ctl, argc, argv, &family);
}
