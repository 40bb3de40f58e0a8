// Linked into the static programs only: name lookup without the modules that /etc/nsswitch.conf
// may name. Those are shared objects of the host's C library, and a static program that loads them
// beside a C library of another version can crash. Files and DNS are built in.
#include <nss.h>

namespace {

[[gnu::constructor]] void LookUpNamesWithoutModules() {
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("passwd", "files");
  __nss_configure_lookup("group", "files");
  __nss_configure_lookup("services", "files");
}

}  // namespace
