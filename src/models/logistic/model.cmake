holdfast_module(logistic FOLDER models/logistic DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt Eigen3::Eigen)
# The passes over the rows: small loops must be unrolled for their sums to stay in registers.
foreach(pass gram newton sample)
  set_source_files_properties(${CMAKE_SOURCE_DIR}/src/models/logistic/${pass}.cpp PROPERTIES COMPILE_OPTIONS -O3)
endforeach()
