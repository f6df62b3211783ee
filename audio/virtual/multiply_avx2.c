/* SPDX-License-Identifier: Apache-2.0 */
#define MULTIPLY_NAME  multiply_avx2
#define MULTIPLY_LANES 8
#define MULTIPLY_WIDTH 2
#include "audio/virtual/multiply_template.h"
