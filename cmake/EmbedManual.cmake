# Writes a .cc that holds docs/fixes/ and docs/clients.md as text. Run at build time:
#   cmake -DROOT=docs -DOUT=file.cc -P EmbedManual.cmake
file(GLOB files RELATIVE ${ROOT} ${ROOT}/fixes/*.md)
list(SORT files)
set(rows "")
foreach(path IN LISTS files ITEMS clients.md)
  get_filename_component(name ${path} NAME)
  file(READ ${ROOT}/${path} text)
  string(APPEND rows "  {\"${name}\", R\"__manual__(${text})__manual__\"},\n")
endforeach()
file(WRITE ${OUT}.new "// Generated from docs/. Do not edit.
#include \"conformance/checks/manual.h\"

namespace aweber::conformance {

const std::vector<ManualFile>& ManualFiles() {
  static const auto* files = new std::vector<ManualFile>{
${rows}  };
  return *files;
}

}  // namespace aweber::conformance
")
file(RENAME ${OUT}.new ${OUT})
