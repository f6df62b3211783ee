/* SPDX-License-Identifier: Apache-2.0 */
#define MULTIPLY_NAME  multiply_neon
#define MULTIPLY_LANES 4
#define MULTIPLY_WIDTH 4
#include "audio/virtual/multiply_template.h"
