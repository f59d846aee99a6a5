# holdfast_module(<name> [LIGHT] [FOLDER <folder under src>] [SUBFOLDERS <folder>...] [DEPENDS <target>...] [PRIVATE_DEPENDS <target>...])
#
# One folder under src/ is one library of all its .cpp files. Those whose names end in _test.cpp and
# _bench.cpp are its tests and benchmarks; nobody lists files. DEPENDS is the arrow diagram: a folder
# sees only what it names there. SUBFOLDERS: parts of the same library. PRIVATE_DEPENDS are third-party
# libraries kept out of headers. LIGHT: the folder words, checks and wires what others compute; it and
# all tests are compiled a third faster at -O1.
function(holdfast_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "LIGHT" "FOLDER" "SUBFOLDERS;DEPENDS;PRIVATE_DEPENDS;TEST_DEPENDS")
  if(NOT arg_FOLDER)
    set(arg_FOLDER ${name})
  endif()
  set(folder ${CMAKE_SOURCE_DIR}/src/${arg_FOLDER})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  foreach(subfolder IN LISTS arg_SUBFOLDERS)
    file(GLOB more CONFIGURE_DEPENDS ${folder}/${subfolder}/*.cpp)
    list(APPEND sources ${more})
  endforeach()
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")
  add_library(holdfast_${name} STATIC ${sources})
  add_library(holdfast::${name} ALIAS holdfast_${name})
  target_include_directories(holdfast_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_link_libraries(holdfast_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  target_compile_options(holdfast_${name} PRIVATE ${HOLDFAST_WARNINGS})
  if(arg_LIGHT)
    target_compile_options(holdfast_${name} PRIVATE ${HOLDFAST_LIGHT})
  endif()
  holdfast_precompiled(holdfast_${name} common)

  file(GLOB tests CONFIGURE_DEPENDS ${folder}/*_test.cpp)
  if(tests AND NOT HOLDFAST_FUZZ)
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE holdfast::${name} holdfast::testing ${arg_TEST_DEPENDS}
                          ${arg_PRIVATE_DEPENDS} GTest::gmock GTest::gtest_main)
    target_compile_options(${name}_test PRIVATE ${HOLDFAST_WARNINGS} ${HOLDFAST_LIGHT} ${HOLDFAST_TEST_WARNINGS})
    holdfast_precompiled(${name}_test common_test)
    target_compile_definitions(${name}_test PRIVATE
      HOLDFAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HOLDFAST_TEST_PROGRAM="$<TARGET_FILE_DIR:${name}_test>/holdfast")
    add_test(NAME ${name} COMMAND ${name}_test)
    holdfast_time_limit(600 ${name})
  endif()

  file(GLOB benches CONFIGURE_DEPENDS ${folder}/*_bench.cpp)
  if(benches AND NOT HOLDFAST_FUZZ AND NOT HOLDFAST_SANITIZE)
    add_executable(${name}_bench ${benches})
    target_link_libraries(${name}_bench PRIVATE holdfast::${name} holdfast::testing ${arg_TEST_DEPENDS}
                          ${arg_PRIVATE_DEPENDS} benchmark::benchmark_main)
    target_compile_options(${name}_bench PRIVATE ${HOLDFAST_WARNINGS})
    holdfast_precompiled(${name}_bench common)
    # Runs every benchmark once on its smallest input, so a benchmark that no longer works fails CI.
    add_test(NAME ${name}_bench_smoke COMMAND ${name}_bench --benchmark_min_time=0 --benchmark_filter=tiny)
    holdfast_time_limit(300 ${name}_bench_smoke)
  endif()
endfunction()

# holdfast_precompiled(<target> <with>)
#
# The target reads the headers of holdfast_<with> precompiled: "common" for the program, "common_test"
# for tests. Only headers of others that hardly change are in there: ours would rebuild everything.
function(holdfast_precompiled target with)
  if(HOLDFAST_PRECOMPILE)
    target_link_libraries(${target} PRIVATE fmt::fmt)
    target_precompile_headers(${target} REUSE_FROM holdfast_${with})
  endif()
endfunction()

function(holdfast_precompiled_headers)
  set(empty ${CMAKE_BINARY_DIR}/common.cpp)
  file(CONFIGURE OUTPUT ${empty} CONTENT "")
  set(headers <algorithm> <array> <charconv> <cmath> <cstddef> <cstdint> <cstring> <filesystem> <functional> <limits>
      <map> <memory> <numeric> <optional> <set> <span> <string> <string_view> <tuple> <unordered_map> <utility>
      <variant> <vector> <fmt/format.h>)
  foreach(name common common_test)
    add_library(holdfast_${name} OBJECT ${empty})
    target_link_libraries(holdfast_${name} PRIVATE fmt::fmt)
    target_compile_options(holdfast_${name} PRIVATE ${HOLDFAST_WARNINGS})
  endforeach()
  target_link_libraries(holdfast_common_test PRIVATE GTest::gmock)
  target_precompile_headers(holdfast_common PRIVATE ${headers})
  target_precompile_headers(holdfast_common_test PRIVATE ${headers} <gmock/gmock.h> <gtest/gtest.h>)
endfunction()
if(HOLDFAST_PRECOMPILE)
  holdfast_precompiled_headers()
endif()

# holdfast_models()
#
# Every folder src/models/<name>/ that holds a model.cmake is a model. The registry is written from
# the folder names, so adding a model adds a folder and edits nothing else. We generate a plain
# list rather than use self-registering statics: a static library drops those silently.
function(holdfast_models)
  add_subdirectory(src/models)
  file(GLOB manifests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/models/*/model.cmake)
  set(declarations "")
  set(entries "")
  set(targets "")
  foreach(manifest IN LISTS manifests)
    cmake_path(GET manifest PARENT_PATH folder)
    cmake_path(GET folder FILENAME model)
    include(${manifest})
    string(APPEND declarations "namespace ${model} { extern const ModelDescriptor descriptor; }\n")
    string(APPEND entries "      &${model}::descriptor,\n")
    list(APPEND targets holdfast::${model})
  endforeach()
  configure_file(${CMAKE_SOURCE_DIR}/src/models/registry.cpp.in ${CMAKE_BINARY_DIR}/registry.cpp @ONLY)

  add_library(holdfast_models STATIC ${CMAKE_BINARY_DIR}/registry.cpp)
  add_library(holdfast::models ALIAS holdfast_models)
  target_link_libraries(holdfast_models PUBLIC holdfast::model ${targets})
  target_compile_options(holdfast_models PRIVATE ${HOLDFAST_WARNINGS})
endfunction()
