# An installed copy carries libarrow beside the program, so that the folder can be moved. XGBoost and
# the small libraries stay Debian's.
set_target_properties(holdfast PROPERTIES INSTALL_RPATH "$ORIGIN/../lib" INSTALL_RPATH_USE_LINK_PATH OFF)
install(TARGETS holdfast RUNTIME DESTINATION bin)
if(HOLDFAST_ARROW_LIBRARIES)
  file(GLOB arrow_libraries ${HOLDFAST_ARROW_LIBRARIES}/libarrow.so.* ${HOLDFAST_ARROW_LIBRARIES}/libarrow_compute.so.*
       ${HOLDFAST_ARROW_LIBRARIES}/libparquet.so.*)
  foreach(library IN LISTS arrow_libraries)
    if(NOT IS_SYMLINK ${library})
      install(FILES ${library} DESTINATION lib)
    endif()
  endforeach()
endif()
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION share/doc/holdfast)
