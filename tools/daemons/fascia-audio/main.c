/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "platform/journal/journal.h"
#include "tools/daemons/fascia-audio/audio.h"

int main(int argc, char **argv)
{
    struct audio audio = {0};
    struct service service = {
        .program = "fascia-audio",
        .function = "audio",
        .bus_name = "Audio",
        .about = "renders the phone's programme on the speakers that there are",
        .userdata = &audio,
        .on_step = audio_ladder_step,
    };

    int r = service_open(&service, argc, argv);
    if (r > 0)
        return r - 1;
    if (r < 0)
        return EXIT_FAILURE;
    audio.service = &service;
    r = audio_bus_export(&audio);
    if (r < 0) /* the sound does not depend on it */
        journal_log(FASCIA_SEVERITY_WARNING, "cannot export org.fascia.Audio1: %s", strerror(-r));

    audio_open(&audio, &service);
    service_ready(&service);
    r = service_run(&service);
    audio_close(&audio);
    service_close(&service);
    return r;
}
