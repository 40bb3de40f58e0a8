# Third-party libraries. The system's packages are preferred (script/bootstrap installs them on
# Debian); where one is missing, FetchContent gets the release named here, and no other archive.
include(FetchContent)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)

FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  URL_HASH SHA256=d6c65aca6b1ed68e7a182f4757257b107ae403032760ed6ef121c9d55e81757d
  FIND_PACKAGE_ARGS 3.11)
FetchContent_Declare(yaml-cpp
  URL https://github.com/jbeder/yaml-cpp/archive/refs/tags/0.8.0.tar.gz
  URL_HASH SHA256=fbe74bbdcee21d656715688706da3c8becfd946d92cd44705cc6098bb23b3a16
  FIND_PACKAGE_ARGS 0.7)
FetchContent_Declare(fmt
  URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
  URL_HASH SHA256=5dea48d1fcddc3ec571ce2058e13910a0d4a6bab4cc09a809d8b1dd1c88ae6f2
  FIND_PACKAGE_ARGS 9)
FetchContent_Declare(spdlog
  URL https://github.com/gabime/spdlog/archive/refs/tags/v1.10.0.tar.gz
  URL_HASH SHA256=697f91700237dbae2326b90469be32b876b2b44888302afbc7aceb68bcfe8224
  FIND_PACKAGE_ARGS 1.10)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  URL_HASH SHA256=26291377e892ba0e5b4972cdfd4a2ab3bf53af8dac1f4ea8fe0d1376b625c8cb
  FIND_PACKAGE_ARGS 2.1)
FetchContent_Declare(pugixml
  URL https://github.com/zeux/pugixml/archive/refs/tags/v1.13.tar.gz
  URL_HASH SHA256=5c5ad5d7caeb791420408042a7d88c2c6180781bf218feca259fd9d840a888e1
  FIND_PACKAGE_ARGS 1.13)
FetchContent_MakeAvailable(nlohmann_json yaml-cpp fmt spdlog CLI11 pugixml)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)  # 0.7 exports the plain name
endif()

# cpp-httplib is the other side of tests and benchmarks, and in no program. Debian's is a compiled
# library whose class layouts depend on its build flags: take exactly the flags its pkg-config file
# states. Upstream's own package is the fallback.
if(AWEBER_BUILD_TESTS OR AWEBER_BUILD_BENCH)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(CPP_HTTPLIB IMPORTED_TARGET GLOBAL cpp-httplib)
  if(CPP_HTTPLIB_FOUND)
    set(AWEBER_HTTPLIB PkgConfig::CPP_HTTPLIB)
  else()
    FetchContent_Declare(httplib
      URL https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.30.1.tar.gz
      URL_HASH SHA256=2818b183757e29dd52b47a185f0cea9ef2d0fba377d8710b450a26328e51c2fe
      FIND_PACKAGE_ARGS)  # any release since 0.11: its package counts minor versions as incompatible
    FetchContent_MakeAvailable(httplib)
    set(AWEBER_HTTPLIB httplib::httplib)
  endif()
endif()

# Generates and shrinks the flows of `aweber-conformance explore`. It has no releases to fetch, so
# where the system lacks it that command is left out.
find_package(rapidcheck QUIET)
if(NOT rapidcheck_FOUND)
  message(STATUS "AWeberHarness: `aweber-conformance explore` will not work: RapidCheck is missing "
    "(Debian: librapidcheck-dev)")
endif()

# The libraries that are built here: the package cannot name them, see Install.cmake.
set(AWEBER_FETCHED)
foreach(library nlohmann_json::nlohmann_json yaml-cpp::yaml-cpp fmt::fmt spdlog::spdlog CLI11::CLI11
    pugixml::pugixml)
  get_target_property(imported ${library} IMPORTED)
  if(NOT imported)
    list(APPEND AWEBER_FETCHED ${library})
  endif()
endforeach()

# What --version names; a library that is built here is named without its version.
set(AWEBER_LIBRARY_VERSIONS "OpenSSL ${OPENSSL_VERSION}"
  "nlohmann/json ${nlohmann_json_VERSION}" "yaml-cpp ${yaml-cpp_VERSION}" "fmt ${fmt_VERSION}"
  "spdlog ${spdlog_VERSION}" "pugixml ${pugixml_VERSION}" "CLI11 ${CLI11_VERSION}")
list(TRANSFORM AWEBER_LIBRARY_VERSIONS STRIP)

if(AWEBER_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
