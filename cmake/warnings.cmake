# SPDX-License-Identifier: Apache-2.0
# Warnings are errors, with gcc and with clang; hardening and sanitizers are chosen by the preset.
add_compile_options(-Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wformat=2 -Wundef
  -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings
  -Wvla -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference -fno-common -fno-strict-aliasing)
add_compile_definitions(_GNU_SOURCE FASCIA_VERSION="${PROJECT_VERSION}")

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wlogical-op -Wduplicated-cond -Wduplicated-branches)
endif()

if(FASCIA_SANITIZE)
  add_compile_options(-fsanitize=${FASCIA_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FASCIA_SANITIZE})
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    # gcc's instrumentation invents null paths and narrowing casts; the other presets still check the real ones.
    add_compile_options(-Wno-null-dereference -Wno-conversion)
  endif()
endif()

if(FASCIA_FUZZ)
  # Coverage of the code under test, not of the fuzz targets alone: without it libFuzzer fuzzes blindly.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(FASCIA_HARDEN)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection)
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
    add_compile_options(-fcf-protection)
  endif()
  add_link_options(-pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack)
endif()
