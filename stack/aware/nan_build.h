/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_BUILD_H
#define FASCIA_STACK_AWARE_NAN_BUILD_H

#include "stack/aware/nan_device.h"
#include "stack/aware/nan_ndp.h"
#include "stack/aware/nan_pairing.h"
#include "stack/aware/nan_schedule.h"
#include "stack/aware/nan_security.h"
#include "stack/base/bytes.h"

/*
 * The way back: the same structs to octets. What a parser would refuse, or what does not fit into its field, makes the
 * writer fail; check it once at the end. Octets in the structs are borrowed for the call.
 *
 * No program of fascia calls it, as the engine makes its own frames. It is the decoder's counterpart: tests build with
 * it what the decoder reads back, the fuzzer holds the two against each other, and another dissector judges the frames.
 * It stands here because it must follow each field of the structs that the decoder fills.
 */

/** Header of an action frame: 24 octets, sequence number 0. */
void nan_build_header(struct fascia_writer *w, const struct fascia_mac *to, const struct fascia_mac *from,
                      const struct fascia_mac *cluster);

/** Begin of the body, up to its attributes. */
void nan_build_sdf(struct fascia_writer *w, uint8_t category);
void nan_build_naf(struct fascia_writer *w, uint8_t category, uint8_t subtype);

/** Any attribute by its body. */
void nan_build_attr(struct fascia_writer *w, uint8_t id, const void *body, size_t size);

void nan_build_sda(struct fascia_writer *w, const struct nan_sda *sda);

/** Of `info` oui, protocol and info are taken; nan_build_service_parts() makes the latter. */
void nan_build_sdea(struct fascia_writer *w, const struct nan_sdea *sdea);

/** The known parts of generic service information, without OUI and protocol. */
void nan_build_service_parts(struct fascia_writer *w, const struct nan_service_info *info);

void nan_build_ndp(struct fascia_writer *w, const struct nan_ndp *ndp);

/** With TLV 0 when has_iid, TLV 1 (its oui, protocol and info) when has_service; `tlvs` is not looked at. */
void nan_build_ndpe(struct fascia_writer *w, const struct nan_ndpe *ndpe);

void nan_build_csia(struct fascia_writer *w, uint8_t capabilities, const struct nan_csia_suite *suites, size_t count);
void nan_build_scia(struct fascia_writer *w, const struct nan_context *contexts, size_t count);

/** `mic` as it is given: 16 or 24 octets, zeros where it is computed later. */
void nan_build_skda(struct fascia_writer *w, const struct nan_key *key);

void nan_build_capability(struct fascia_writer *w, const struct nan_capability *capability);
void nan_build_dcea(struct fascia_writer *w, const struct nan_dcea *dcea);
void nan_build_nira(struct fascia_writer *w, const struct nan_nira *nira);
void nan_build_npba(struct fascia_writer *w, const struct nan_npba *npba);

/** An entry of an availability: its time bitmap when the control says so (control and slots), channels, or else bands.
 */
struct nan_entry_draft {
    uint16_t control;
    struct nan_time_bitmap time;
    const struct nan_channel *channels; /* at most 15 */
    size_t channels_count;
    bool non_contiguous;
    const uint8_t *bands; /* at most 15, when there is no channel */
    size_t bands_count;
};
void nan_build_availability(struct fascia_writer *w, uint8_t sequence, uint16_t control,
                            const struct nan_entry_draft *entries, size_t count);

/** The control of a time bitmap: bit duration 16, 32, 64 or 128 TU; period 0 or 128 to 8192 TU; offset in 16 TU, below
 * 512. Returns 0 or -EINVAL. */
int nan_time_control(unsigned int bit_tu, unsigned int period_tu, unsigned int start_offset, uint16_t *ret_control);

#endif
