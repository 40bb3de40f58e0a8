# Installation: the programs and the scenarios, then the package that other projects find with
# find_package(AWeberHarness).
include(CMakePackageConfigHelpers)
get_property(libraries GLOBAL PROPERTY AWEBER_LIBRARIES)
get_property(programs GLOBAL PROPERTY AWEBER_PROGRAMS)

if(programs)
  install(TARGETS ${programs} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/scenarios
  DESTINATION ${CMAKE_INSTALL_DATADIR}/aweber-harness)

# The archives need the libraries that they were linked with, and a fetched one is not installed.
if(AWEBER_FETCHED)
  list(JOIN AWEBER_FETCHED ", " fetched)
  message(STATUS "AWeberHarness: only the programs will be installed, not the package: built here and "
    "not from the system: ${fetched}")
  return()
endif()

install(TARGETS ${libraries} EXPORT AWeberHarnessTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(folder base client mockserver conformance)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/aweber-harness FILES_MATCHING PATTERN "*.h")
endforeach()
install(EXPORT AWeberHarnessTargets NAMESPACE AWeberHarness::
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/AWeberHarness)
configure_package_config_file(cmake/AWeberHarnessConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/AWeberHarnessConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/AWeberHarness)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/AWeberHarnessConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/AWeberHarnessConfig.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/AWeberHarnessConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/AWeberHarness)
