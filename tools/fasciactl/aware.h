/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_TOOLS_FASCIACTL_AWARE_H
#define FASCIA_TOOLS_FASCIACTL_AWARE_H

struct fasciactl;

/* The members of `fasciactl aware`: aware_status.c (look), aware_order.c (orders), aware_pair.c, aware_decode.c. */

int aware_status(struct fasciactl *ctl, int argc, char **argv);
int aware_peers(struct fasciactl *ctl, int argc, char **argv);
int aware_pair(struct fasciactl *ctl, int argc, char **argv);
int aware_forget(struct fasciactl *ctl, int argc, char **argv);
int aware_rename(struct fasciactl *ctl, int argc, char **argv);
int aware_publish(struct fasciactl *ctl, int argc, char **argv);
int aware_subscribe(struct fasciactl *ctl, int argc, char **argv);
int aware_cancel(struct fasciactl *ctl, int argc, char **argv);
int aware_connect(struct fasciactl *ctl, int argc, char **argv);
int aware_disconnect(struct fasciactl *ctl, int argc, char **argv);
int aware_decode(struct fasciactl *ctl, int argc, char **argv);

#endif
