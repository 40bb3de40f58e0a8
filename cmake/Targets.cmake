# aweber_library(NAME FOLDER...): one static library of the .cc files in the folders named
# (program entry points, main.cc, excepted). Sources are globbed so that adding one touches one place.
# Link it as AWeberHarness::NAME; the target and the archive are aweber_NAME, since names like `base`
# are the surrounding project's to use.
include(CheckPIESupported)
check_pie_supported()

# What an optimized build defends itself with; tests/e2e/hardening_test looks at the files. Sanitizers
# bring their own, and FORTIFY does nothing without optimization.
set(AWEBER_HARDENED OFF)
if(NOT AWEBER_SANITIZE AND CMAKE_BUILD_TYPE MATCHES "^Rel" AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  set(AWEBER_HARDENED ON)
  # Level 3 knows more sizes; older libraries warn of it.
  include(CheckCXXSourceCompiles)
  set(CMAKE_REQUIRED_FLAGS "-O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -Werror")
  check_cxx_source_compiles("#include <cstring>
    #if __USE_FORTIFY_LEVEL != 3
    #error level 3 is not known
    #endif
    int main() {}" AWEBER_FORTIFY_3)
  unset(CMAKE_REQUIRED_FLAGS)
  set(AWEBER_FORTIFY 2)
  if(AWEBER_FORTIFY_3)
    set(AWEBER_FORTIFY 3)
  endif()
endif()

function(aweber_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wno-missing-field-initializers)
  if(AWEBER_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(AWEBER_HARDENED)
    target_compile_options(${target} PRIVATE -fPIE -fstack-protector-strong -fstack-clash-protection
      -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=${AWEBER_FORTIFY})
  endif()
  if(AWEBER_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${AWEBER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${AWEBER_SANITIZE})
  endif()
endfunction()

# aweber_unity(TARGET): with AWEBER_UNITY, each folder's sources are compiled as one file, since most
# of a file's time goes to the headers that its neighbours read too. So a folder's files have no local
# name in common.
function(aweber_unity target)
  if(NOT AWEBER_UNITY)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR})
    string(MAKE_C_IDENTIFIER ${folder} group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # A local type is no risk in a file that only seems to be included; the other two are g++ 12's
    # false positives where it inlines std::string (GCC bugs 105651 and 105562).
    target_compile_options(${target} PRIVATE
      -Wno-subobject-linkage -Wno-restrict -Wno-maybe-uninitialized)
  endif()
endfunction()

function(aweber_library short)
  set(name aweber_${short})
  set(sources)
  foreach(folder IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${folder}/*.cc)
    list(FILTER found EXCLUDE REGEX "/main\\.cc$")
    list(APPEND sources ${found})
  endforeach()
  add_library(${name} STATIC ${sources})
  add_library(AWeberHarness::${short} ALIAS ${name})
  set_target_properties(${name} PROPERTIES EXPORT_NAME ${short})
  target_compile_features(${name} PUBLIC cxx_std_20)  # the headers too
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/aweber-harness>)
  target_link_libraries(${name} PRIVATE fmt::fmt)
  aweber_compile_options(${name})
  aweber_unity(${name})
  set_property(GLOBAL APPEND PROPERTY AWEBER_LIBRARIES ${name})
endfunction()

function(aweber_program name)
  add_executable(${name} ${ARGN})
  aweber_compile_options(${name})
  if(AWEBER_HARDENED)
    target_link_options(${name} PRIVATE -Wl,-z,relro,-z,now,-z,noexecstack)
  endif()
  set_property(GLOBAL APPEND PROPERTY AWEBER_PROGRAMS ${name})
endfunction()
