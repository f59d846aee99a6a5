holdfast_module(logistic FOLDER models/logistic DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt Eigen3::Eigen)
# The passes over the rows: small loops must be unrolled for their sums to stay in registers.
# Precompiled headers are of another level of optimisation: with sanitizers gcc 12 crashes on the mix.
foreach(pass gram newton sample)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/models/logistic/${pass}.cpp PROPERTIES COMPILE_OPTIONS -O3 SKIP_PRECOMPILE_HEADERS ON)
endforeach()
