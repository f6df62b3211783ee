/* SPDX-License-Identifier: Apache-2.0 */
/* The reference. */
#define MULTIPLY_NAME  multiply_scalar
#define MULTIPLY_LANES 1
#define MULTIPLY_WIDTH 4
#include "audio/virtual/multiply_template.h"
