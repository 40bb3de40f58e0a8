# Writes a .cc with a function that answers files as text. Run at build time:
#   cmake -DROOT=folder -DFILES=a;b -DHEADER=path.h -DTYPE=aweber::x::Row -DFUNCTION=Rows -DOUT=file.cc
#         -P EmbedFiles.cmake
# FILES are relative to ROOT; TYPE is an aggregate of a path and a text. Neither a namespace's end
# nor a file's `)__file__"` may stand in the way.
string(REGEX MATCH "^(.*)::([^:]+)$" matched ${TYPE})
set(namespace ${CMAKE_MATCH_1})
set(rows "")
foreach(path IN LISTS FILES)
  file(READ ${ROOT}/${path} text)
  string(APPEND rows "  {\"${path}\", R\"__file__(${text})__file__\"},\n")
endforeach()
file(WRITE ${OUT}.new "// Generated. Do not edit.
#include \"${HEADER}\"

#if defined(__GNUC__)
#pragma GCC diagnostic ignored \"-Woverlength-strings\"  // every compiler that we know takes them
#endif

namespace ${namespace} {

const std::vector<${CMAKE_MATCH_2}>& ${FUNCTION}() {
  static const auto* files = new std::vector<${CMAKE_MATCH_2}>{
${rows}  };
  return *files;
}

}  // namespace ${namespace}
")
file(RENAME ${OUT}.new ${OUT})
