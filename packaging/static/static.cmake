# Makes the programs static, and the same in every build folder; cmake/Targets.cmake hardens them.
# Read by CMake right after project() (script/package passes it as
# CMAKE_PROJECT_AWeberHarness_INCLUDE), so that the project's own files know nothing of it. Wants
# AWEBER_STATIC_LIBRARIES: the folder that packaging/static/libraries wrote.
set(BUILD_SHARED_LIBS OFF)
set(AWEBER_LINKAGE static)
set(OPENSSL_USE_STATIC_LIBS ON)
set(CMAKE_FIND_LIBRARY_SUFFIXES .a .so)
set(CMAKE_SKIP_RPATH ON)
string(APPEND CMAKE_CXX_FLAGS
  " -Wformat -Werror=format-security -ffunction-sections -fdata-sections"
  " -ffile-prefix-map=${CMAKE_SOURCE_DIR}=. -ffile-prefix-map=${CMAKE_BINARY_DIR}=build")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
string(APPEND CMAKE_EXE_LINKER_FLAGS
  " -static-pie -Wl,--gc-sections,--build-id=sha1")
if(NOT CMAKE_CROSSCOMPILING)
  # 0.6 MB less; the linker of Debian 12 can do it for x86-64 alone.
  string(APPEND CMAKE_EXE_LINKER_FLAGS " -Wl,-z,pack-relative-relocs")
endif()

# Debian's CMake files name the shared libraries. Each is replaced by the archive beside it, or by
# the one built here.
function(aweber_use_archives)
  foreach(library ${ARGN})
    if(NOT TARGET ${library})
      continue()
    endif()
    get_target_property(aliased ${library} ALIASED_TARGET)
    if(aliased)
      set(library ${aliased})
    endif()
    get_target_property(definitions ${library} INTERFACE_COMPILE_DEFINITIONS)
    list(FILTER definitions EXCLUDE REGEX "_SHARED|-NOTFOUND")
    set_target_properties(${library} PROPERTIES INTERFACE_COMPILE_DEFINITIONS "${definitions}")
    foreach(property IMPORTED_LOCATION IMPORTED_LOCATION_NONE IMPORTED_LOCATION_RELEASE)
      get_target_property(location ${library} ${property})
      if(location)
        cmake_path(GET location FILENAME file)
        string(REGEX REPLACE "\\.so.*$" ".a" file ${file})
        find_library(archive_${file} ${file} NO_CACHE REQUIRED
          PATHS ${AWEBER_STATIC_LIBRARIES} ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}
          NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
        set_target_properties(${library} PROPERTIES ${property} ${archive_${file}})
      endif()
    endforeach()
  endforeach()
endfunction()

function(aweber_make_static)
  aweber_use_archives(yaml-cpp fmt::fmt spdlog::spdlog pugixml::pugixml pugixml::shared)
  # What is not on the path of the mock's requests: small, for a program is downloaded.
  foreach(library aweber_client_program aweber_checks aweber_conformance aweber_conformance_cli
          aweber_explore)
    target_compile_options(${library} PRIVATE -Os)
  endforeach()
  foreach(program aweber-mockserver aweber-conformance aweber-client)
    target_sources(${program} PRIVATE ${CMAKE_SOURCE_DIR}/packaging/static/name_lookup.cc)
  endforeach()
endfunction()
cmake_language(DEFER CALL aweber_make_static)
