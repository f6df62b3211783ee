/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FASCIA_STACK_AWARE_NAN_SHOW_PARTS_H
#define FASCIA_STACK_AWARE_NAN_SHOW_PARTS_H

#include "stack/aware/nan_service.h"
#include "stack/aware/nan_show.h"

/* What the two halves of nan_show_attributes() share. */

static inline const char *nan_name_of(const char *const *names, size_t count, unsigned int bit)
{
    return bit < count ? names[bit] : NULL;
}

const char *nan_band_name(unsigned int bit);
void nan_show_service_info(struct nan_show *show, const struct nan_service_info *info);

/* Each shows the fields of its attribute. 0, or the NAN_E_… of the parser, having shown nothing. */
int nan_show_ndp(struct nan_show *show, const struct nan_attr *attr);
int nan_show_ndpe(struct nan_show *show, const struct nan_attr *attr);
int nan_show_csia(struct nan_show *show, const struct nan_attr *attr);
int nan_show_scia(struct nan_show *show, const struct nan_attr *attr);
int nan_show_skda(struct nan_show *show, const struct nan_attr *attr);
int nan_show_nira(struct nan_show *show, const struct nan_attr *attr);
int nan_show_npba(struct nan_show *show, const struct nan_attr *attr);
int nan_show_availability(struct nan_show *show, const struct nan_attr *attr);
int nan_show_ndc(struct nan_show *show, const struct nan_attr *attr);
int nan_show_ndl(struct nan_show *show, const struct nan_attr *attr);
int nan_show_qos(struct nan_show *show, const struct nan_attr *attr);

#endif
