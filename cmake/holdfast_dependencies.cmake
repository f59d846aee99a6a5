# Third-party libraries, each as one imported target. Where each comes from: DESIGN table in
# ARCHITECTURE.md; scripts/install_dependencies.sh installs them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(TBB REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(fmt REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n data)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(freexl REQUIRED IMPORTED_TARGET freexl)
pkg_check_modules(xlsxwriter REQUIRED IMPORTED_TARGET xlsxwriter)
pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(sqlite REQUIRED IMPORTED_TARGET sqlite3)
find_package(pugixml REQUIRED)

find_path(TOMLPP_INCLUDE toml++/toml.h REQUIRED)
add_library(holdfast_toml INTERFACE)
add_library(holdfast::toml ALIAS holdfast_toml)
target_include_directories(holdfast_toml SYSTEM INTERFACE ${TOMLPP_INCLUDE})
# A table named 表 aborts toml++ 3.3 without this.
target_compile_definitions(holdfast_toml INTERFACE TOML_ENABLE_UNRELEASED_FEATURES=1 TOML_EXCEPTIONS=0)

find_path(XGBOOST_INCLUDE xgboost/c_api.h REQUIRED)
find_library(XGBOOST_LIBRARY xgboost REQUIRED)
add_library(holdfast_xgboost INTERFACE)
add_library(holdfast::xgboost ALIAS holdfast_xgboost)
target_include_directories(holdfast_xgboost SYSTEM INTERFACE ${XGBOOST_INCLUDE})
target_link_libraries(holdfast_xgboost INTERFACE ${XGBOOST_LIBRARY})

# ONNX messages; the macros are those Debian's library was built with.
find_path(ONNX_INCLUDE onnx/onnx_pb.h REQUIRED)
find_library(ONNX_PROTO_LIBRARY onnx_proto REQUIRED)
find_library(PROTOBUF_LIBRARY protobuf REQUIRED)
add_library(holdfast_onnx INTERFACE)
add_library(holdfast::onnx ALIAS holdfast_onnx)
target_include_directories(holdfast_onnx SYSTEM INTERFACE ${ONNX_INCLUDE})
target_compile_definitions(holdfast_onnx INTERFACE ONNX_ML=1 ONNX_NAMESPACE=onnx)
target_link_libraries(holdfast_onnx INTERFACE ${ONNX_PROTO_LIBRARY} ${PROTOBUF_LIBRARY})

find_path(LIBSVM_INCLUDE libsvm/svm.h REQUIRED)
find_library(LIBSVM_LIBRARY svm REQUIRED)
add_library(holdfast_libsvm INTERFACE)
add_library(holdfast::libsvm ALIAS holdfast_libsvm)
target_include_directories(holdfast_libsvm SYSTEM INTERFACE ${LIBSVM_INCLUDE})
target_link_libraries(holdfast_libsvm INTERFACE ${LIBSVM_LIBRARY})

find_path(LIBLINEAR_INCLUDE linear.h REQUIRED)
find_library(LIBLINEAR_LIBRARY linear REQUIRED)
add_library(holdfast_liblinear INTERFACE)
add_library(holdfast::liblinear ALIAS holdfast_liblinear)
target_include_directories(holdfast_liblinear SYSTEM INTERFACE ${LIBLINEAR_INCLUDE})
target_link_libraries(holdfast_liblinear INTERFACE ${LIBLINEAR_LIBRARY})

# Arrow: a system one if there is one, else the libraries inside the pyarrow wheel.
add_library(holdfast_arrow INTERFACE)
add_library(holdfast::arrow ALIAS holdfast_arrow)
find_package(Arrow QUIET)
find_package(Parquet QUIET)
if(Arrow_FOUND AND Parquet_FOUND)
  target_link_libraries(holdfast_arrow INTERFACE Arrow::arrow_shared Parquet::parquet_shared)
  set(HOLDFAST_ARROW_LIBRARIES "" CACHE INTERNAL "")
else()
  execute_process(
    COMMAND ${HOLDFAST_VENV}/bin/python -c
            "import os, pyarrow; pyarrow.create_library_symlinks(); print(pyarrow.get_include()); print(pyarrow.get_library_dirs()[0])"
    OUTPUT_VARIABLE pyarrow_paths OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE pyarrow_missing)
  if(pyarrow_missing)
    message(FATAL_ERROR "no Arrow: run scripts/install_dependencies.sh (or give -DHOLDFAST_VENV=...)")
  endif()
  string(REPLACE "\n" ";" pyarrow_paths "${pyarrow_paths}")
  list(GET pyarrow_paths 0 pyarrow_include)
  list(GET pyarrow_paths 1 pyarrow_libs)
  target_include_directories(holdfast_arrow SYSTEM INTERFACE ${pyarrow_include})
  # OpenSSL first: libparquet exports the symbols of its own copy, and whoever stands first wins.
  # Among the link options, as CMake would move a repeated library behind the wheel's.
  target_link_options(holdfast_arrow INTERFACE
    -Wl,--no-as-needed ${OPENSSL_SSL_LIBRARY} ${OPENSSL_CRYPTO_LIBRARY})
  target_link_libraries(holdfast_arrow INTERFACE
    ${pyarrow_libs}/libparquet.so ${pyarrow_libs}/libarrow_compute.so ${pyarrow_libs}/libarrow.so)
  set(HOLDFAST_ARROW_LIBRARIES "${pyarrow_libs}" CACHE INTERNAL "")
endif()
