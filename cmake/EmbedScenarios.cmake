# Writes a .cc that holds every scenario file as text. Run at build time:
#   cmake -DROOT=scenarios -DOUT=file.cc -P EmbedScenarios.cmake
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*/*.yaml)
list(SORT files)
set(rows "")
foreach(path IN LISTS files)
  file(READ ${ROOT}/${path} text)
  string(APPEND rows "  {\"${path}\", R\"__yaml__(${text})__yaml__\"},\n")
endforeach()
file(WRITE ${OUT}.new "// Generated from scenarios/. Do not edit.
#include \"mockserver/scenario/loader.h\"

namespace aweber::mock {

const std::vector<EmbeddedFile>& EmbeddedScenarioFiles() {
  static const auto* files = new std::vector<EmbeddedFile>{
${rows}  };
  return *files;
}

}  // namespace aweber::mock
")
file(RENAME ${OUT}.new ${OUT})
