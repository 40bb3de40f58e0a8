# Third-party libraries. The system's packages are preferred (script/bootstrap installs them on
# Debian); where one is missing, FetchContent gets the release named here.
include(FetchContent)
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)

FetchContent_Declare(nlohmann_json
  URL https://github.com/nlohmann/json/releases/download/v3.11.3/json.tar.xz
  FIND_PACKAGE_ARGS 3.11)
FetchContent_Declare(yaml-cpp
  URL https://github.com/jbeder/yaml-cpp/archive/refs/tags/0.8.0.tar.gz
  FIND_PACKAGE_ARGS 0.7)
FetchContent_Declare(fmt
  URL https://github.com/fmtlib/fmt/archive/refs/tags/9.1.0.tar.gz
  FIND_PACKAGE_ARGS 9)
FetchContent_Declare(spdlog
  URL https://github.com/gabime/spdlog/archive/refs/tags/v1.10.0.tar.gz
  FIND_PACKAGE_ARGS 1.10)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.1.2.tar.gz
  FIND_PACKAGE_ARGS 2.1)
FetchContent_Declare(pugixml
  URL https://github.com/zeux/pugixml/archive/refs/tags/v1.13.tar.gz
  FIND_PACKAGE_ARGS 1.13)
FetchContent_MakeAvailable(nlohmann_json yaml-cpp fmt spdlog CLI11 pugixml)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)  # 0.7 exports the plain name
endif()

# Debian's cpp-httplib is a compiled library whose class layouts depend on its build flags: take
# exactly the flags its pkg-config file states. Upstream's own package is the fallback.
pkg_check_modules(CPP_HTTPLIB IMPORTED_TARGET GLOBAL cpp-httplib)
if(CPP_HTTPLIB_FOUND)
  add_library(aweber_httplib INTERFACE)
  target_link_libraries(aweber_httplib INTERFACE PkgConfig::CPP_HTTPLIB)
else()
  FetchContent_Declare(httplib
    URL https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.11.4.tar.gz
    FIND_PACKAGE_ARGS 0.11)
  FetchContent_MakeAvailable(httplib)
  add_library(aweber_httplib INTERFACE)
  target_link_libraries(aweber_httplib INTERFACE httplib::httplib)
endif()

if(AWEBER_BUILD_TESTS)
  find_package(GTest 1.12 REQUIRED)
endif()
