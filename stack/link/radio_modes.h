/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_LINK_RADIO_MODES_H
#define FASCIA_STACK_LINK_RADIO_MODES_H

#include "stack/link/attr_writer.h"
#include "stack/link/radio_description.h"

/* Parts of radio_compile(): words to the kernel's numbers, modes to the octets of their capability sets. */

#define RADIO_CHANNEL_MAX 233

/** The kernel's number of a word, or -1. */
int radio_kernel_type(const char *word);
int radio_kernel_flag(const char *word);
int radio_kernel_width(const char *word);
int radio_kernel_band(enum radio_band band);
uint32_t radio_kernel_dfs(enum radio_dfs dfs);
uint8_t radio_kernel_dfs_region(enum radio_dfs_region region);

/** Distance of neighbouring 20 MHz channels, as listed, in channel numbers. */
int64_t radio_channel_step(enum radio_band band);

/** Attributes of a band (HT, VHT) and of an entry of its interface types' data; nothing when the mode is absent. */
void radio_put_ht(struct link_attrs *a, const struct radio_ht *ht);
void radio_put_vht(struct link_attrs *a, const struct radio_vht *vht);
void radio_put_he(struct link_attrs *a, enum radio_band band, const struct radio_he *he);
void radio_put_eht(struct link_attrs *a, enum radio_band band, const struct radio_eht *eht);

/** Attributes of the wiphy about NAN; nothing when it has none. */
void radio_put_nan(struct link_attrs *a, const struct radio_nan *nan);

#endif
