/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_PLATFORM_CONFIG_COEFFICIENTS_H
#define FASCIA_PLATFORM_CONFIG_COEFFICIENTS_H

#include <stddef.h>

#include "audio/decide/coefficients.h"
#include "platform/config/config.h"

/*
 * A set of fold-down weights from a file of its own (audio.spatial.coefficients: an absolute path):
 *
 *   name: my-car      # shown as the name of the set; required
 *   base: bs775       # the preset that gives what is left out; without it every weight must be there
 *   centre: 0.7071    # linear, 0 to 2; keys as the members of struct coefficients
 *
 * It is validated like fascia.yaml: the first problem is described as "FILE:LINE:COLUMN: key: what is wrong".
 */

/** Parses a file's text; `name` stands for the file in messages. Returns 0, CONFIG_E_INVALID or a negative errno, both
 * with `message` set. `ret` is untouched then. */
int coefficients_file_parse(const char *name, const void *data, size_t size, struct coefficients *ret,
                            char message[static CONFIG_MESSAGE_SIZE]);

/**
 * Reads the file that audio.spatial.coefficients names, if it names one, into audio.spatial.weights: a configuration
 * that has been through this is another one when the weights in that file are. Returns 0, CONFIG_E_INVALID or a
 * negative errno, both with `message` set; weights are all zero then.
 */
int coefficients_of_config(struct audio_config *audio, char message[static CONFIG_MESSAGE_SIZE]);

#endif
