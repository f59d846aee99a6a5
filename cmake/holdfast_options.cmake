# Flags that hold for every target of ours.

find_program(HOLDFAST_CCACHE ccache)
if(HOLDFAST_CCACHE)
  # Paths below the checkout count as relative, so that another checkout finds the same results.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${HOLDFAST_CCACHE})
endif()
# Lets ccache know a precompiled header by its name and not by its hundred megabytes.
if(HOLDFAST_PRECOMPILE AND NOT HOLDFAST_FUZZ)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

# "Dev" keeps assertions and debug lines and compiles fast.
set(CMAKE_CXX_FLAGS_DEV "-O1 -g1")
set(CMAKE_C_FLAGS_DEV "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
# For code whose own time does not matter; not -O0, whose tests would take longer to run.
set(HOLDFAST_LIGHT $<$<CONFIG:Release>:-O1>)

# The same bits on every machine: one instruction set level, no contraction into fused operations.
add_compile_options(-march=${HOLDFAST_ARCH} -ffp-contract=off -fno-math-errno)
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

# Time limits of tests only stop what hangs; ThreadSanitizer makes everything five to fifteen times slower.
set(HOLDFAST_TIME_FACTOR 1)
if(HOLDFAST_SANITIZE)
  set(HOLDFAST_TIME_FACTOR 6)
  add_compile_options(-fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOLDFAST_SANITIZE})
  if(HOLDFAST_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
if(HOLDFAST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(HOLDFAST_MOLD mold)
if(HOLDFAST_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# Designated initialisers name what differs from the defaults; the rest is left out on purpose.
set(HOLDFAST_WARNINGS -Wall -Wextra -Wconversion -Wshadow -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # gcc 12 sees overlapping copies in std::string that are not there (GCC bug 105329).
  list(APPEND HOLDFAST_WARNINGS -Wno-restrict)
  # The same bug under other names, of strings that tests write out in full (GCC bug 105651).
  set(HOLDFAST_TEST_WARNINGS -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  if(HOLDFAST_SANITIZE)
    # The checks woven in hide from gcc that a variant is read only where it was set; the release
    # build judges this one (GCC bug 105562 and the manual of -fsanitize).
    list(APPEND HOLDFAST_WARNINGS -Wno-maybe-uninitialized)
  endif()
endif()
if(HOLDFAST_FUZZ)
  set(HOLDFAST_WARNINGS "")  # gcc judges the code; clang only fuzzes it.
endif()

# holdfast_time_limit(<seconds> <test>...): stops a test that hangs.
function(holdfast_time_limit seconds)
  math(EXPR limit "${seconds} * ${HOLDFAST_TIME_FACTOR}")
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${limit})
endfunction()
