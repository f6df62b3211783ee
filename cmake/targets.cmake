# SPDX-License-Identifier: Apache-2.0
# Three kinds of target, so that a room's CMakeLists.txt is only a list of what is in it.

# fascia_library(NAME SOURCES a.c b.c [DEPS fascia_base PkgConfig::MNL])
# Headers are included from the root: #include "stack/base/bytes.h".
function(fascia_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
endfunction()

# fascia_program(NAME SOURCES ... DEPS ...): goes to <build>/bin and is installed.
function(fascia_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# fascia_unit_test(NAME SOURCES test_x.c DEPS fascia_stack_x): a cmocka program, label "unit".
function(fascia_unit_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(NOT CMOCKA_FOUND)
    return()
  endif()
  if(FASCIA_FUZZ)
    # Nothing runs it there: it is compiled for what clang warns of.
    add_library(${name} OBJECT ${ARG_SOURCES})
    target_compile_options(${name} PRIVATE -O0 -fno-sanitize=all)
  else()
    add_executable(${name} ${ARG_SOURCES})
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} PkgConfig::CMOCKA)
  target_compile_definitions(${name} PRIVATE FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 180)
endfunction()

# fascia_fuzz_target(NAME SOURCES fuzz_x.c DEPS ...): corpus in tests/fuzz/corpus/NAME.
# Under the fuzz preset a libFuzzer program; otherwise one that replays the corpus as a unit test, and a test that
# runs the fuzz preset's program for some seconds.
function(fascia_fuzz_target name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(FASCIA_FUZZ)
    add_executable(${name} ${ARG_SOURCES})
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(${name} ${ARG_SOURCES} ${PROJECT_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME ${name} COMMAND ${name} ${corpus})
    set_tests_properties(${name} PROPERTIES LABELS unit TIMEOUT 180)
    add_test(NAME fuzz-${name} COMMAND ${PROJECT_SOURCE_DIR}/tests/fuzz/smoke ${name})
    set_tests_properties(fuzz-${name} PROPERTIES LABELS fuzz SKIP_RETURN_CODE 77 TIMEOUT 300 PROCESSORS 2)
  endif()
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
endfunction()
