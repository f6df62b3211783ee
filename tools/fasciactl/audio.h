/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AUDIO_H
#define FASCIA_TOOLS_FASCIACTL_AUDIO_H

#include "audio/streams/class.h"
#include "stack/report/out.h"
#include "tools/fasciactl/service.h"
#include "tools/fasciactl/verbs.h"

/* The members of `fasciactl audio`, and what they share. */

int audio_status(struct fasciactl *ctl, int argc, char **argv);
int audio_decide(struct fasciactl *ctl, int argc, char **argv);
int audio_test(struct fasciactl *ctl, int argc, char **argv);
int audio_meter(struct fasciactl *ctl, int argc, char **argv);
int audio_duck(struct fasciactl *ctl, int argc, char **argv);
int audio_volume(struct fasciactl *ctl, int argc, char **argv);
int audio_mode(struct fasciactl *ctl, int argc, char **argv);

/** Reads what fascia-audio publishes into zeroed facts. False: said why and what to do. */
bool audio_facts_read(sd_bus *bus, const char *address, struct report_facts *facts);

#define AUDIO_ARGUMENTS_MAX 32

/**
 * "-14" is a number and no option: moves such operands behind a "--". `to` holds AUDIO_ARGUMENTS_MAX pointers; returns
 * their number, 0 for too many.
 */
int audio_shield_numbers(int argc, char **argv, char **to);

/** A level from the command line, in [min, max]. Returns 0, or 1 after saying what is allowed. */
int audio_number(const char *what, const char *text, double min, double max, double *ret_value);

/** A class of streams from the command line. Returns 0, or 1 after saying which there are. */
int audio_class(const char *text, enum stream_class *ret_class);

/** Whether it is "auto" or a mode. Returns 0, or 1 after saying which there are. */
int audio_mode_known(const char *text);

/** From now on Ctrl-C and SIGTERM only end audio_wait(). */
void audio_catch_interrupt(void);

/** Waits; false: interrupted. */
bool audio_wait(unsigned int ms);

#endif
