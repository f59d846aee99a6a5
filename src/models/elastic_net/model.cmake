holdfast_module(elastic_net FOLDER models/elastic_net DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt Eigen3::Eigen)
# The passes over the rows.
set_source_files_properties(
  ${CMAKE_SOURCE_DIR}/src/models/elastic_net/likelihood.cpp
  ${CMAKE_SOURCE_DIR}/src/models/elastic_net/residual_descent.cpp PROPERTIES COMPILE_OPTIONS -O3 SKIP_PRECOMPILE_HEADERS ON)
