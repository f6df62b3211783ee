/* SPDX-License-Identifier: Apache-2.0 */
#include "stack/supervisor/boot.h"
