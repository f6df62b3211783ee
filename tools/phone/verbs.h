/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_PHONE_VERBS_H
#define FASCIA_TOOLS_PHONE_VERBS_H

/* One function per verb; argv[0] is the verb. They return the exit status. */

#define PHONE_EXIT_OK     0
#define PHONE_EXIT_FAILED 1
#define PHONE_EXIT_USAGE  2

int verb_join(int argc, char **argv);
int verb_peer(int argc, char **argv);
int verb_play(int argc, char **argv);
int verb_sound(int argc, char **argv);

#endif
