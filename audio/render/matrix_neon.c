/* SPDX-License-Identifier: Apache-2.0 */
#define LANES 4
#define ADD   matrix_add_neon

#include "audio/render/matrix_vector.h"
