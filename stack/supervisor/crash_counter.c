/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/crash_counter.h"
