# Writes a .cc that holds the console's files as text. Run at build time:
#   cmake -DROOT=mockserver/console -DOUT=file.cc -P EmbedConsole.cmake
file(GLOB files RELATIVE ${ROOT} ${ROOT}/*.html ${ROOT}/*.css ${ROOT}/*.js ${ROOT}/*.svg)
list(SORT files)
set(rows "")
foreach(path IN LISTS files)
  file(READ ${ROOT}/${path} text)
  string(APPEND rows "  {\"${path}\", R\"__console__(${text})__console__\"},\n")
endforeach()
file(WRITE ${OUT}.new "// Generated from mockserver/console/. Do not edit.
#include \"mockserver/console/console.h\"

namespace aweber::mock {

const std::vector<ConsoleFile>& ConsoleFiles() {
  static const auto* files = new std::vector<ConsoleFile>{
${rows}  };
  return *files;
}

}  // namespace aweber::mock
")
file(RENAME ${OUT}.new ${OUT})
