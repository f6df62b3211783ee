/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AWARE_H
#define FASCIA_TOOLS_FASCIACTL_AWARE_H

struct fasciactl;

/* The members of `fasciactl aware`: one file each. */

int aware_decode(struct fasciactl *ctl, int argc, char **argv);

#endif
