/* SPDX-License-Identifier: Apache-2.0 */
#define MULTIPLY_NAME  multiply_avx512
#define MULTIPLY_LANES 16
#define MULTIPLY_WIDTH 1
#include "audio/virtual/multiply_template.h"
