/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_PIN_H
#define FASCIA_TOOLS_FASCIACTL_PIN_H

#include <stddef.h>
#include <stdio.h>

/* A PIN between a person and this program: shown so that it can be read from a distance, read without an echo. */

#define PIN_SIZE 9 /* 8 digits and NUL */

/** Prints it in large digits, or as it is where `file` is no terminal. */
void pin_show(FILE *file, const char *pin);

/**
 * Reads it from the terminal, with `prompt`; from standard input where that is no terminal. The caller wipes it.
 * Returns 0, -EINTR (Ctrl-C), -ENODATA (nothing was entered), -EMSGSIZE, or another negative errno.
 */
int pin_read(const char *prompt, char to[static PIN_SIZE]);

/** From the first line of a file. Returns 0 or a negative errno. The caller wipes it. */
int pin_read_file(const char *path, char to[static PIN_SIZE]);

#endif
