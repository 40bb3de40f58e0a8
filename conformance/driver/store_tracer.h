// StoreTracer: runs a program and kills it just before the Nth change to its store.
//
// Purpose: a crash at every point where it can hurt, of unmodified programs. The program and all
//   that it starts are traced (ptrace); system calls that change a file below the store's folder
//   are counted; before the Nth is made, everything is killed. A process of its own does this,
//   since the one that traces is the one that waits.
// Thread safety: one thread. Errors: what cannot be traced runs untraced.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace aweber::conformance {

// The word by which this program calls itself for it: PROGRAM WORD FOLDER N COMMAND...
inline constexpr std::string_view kTraceStoreWord = "trace-store";

// Does the path, as the program wrote it, with its working directory, lie in `folder`?
bool LiesBelow(const std::string& path, const std::string& directory, const std::string& folder);

// Runs `command` in place of this process's own work; answers its exit status, and does not return
// where it was killed: then this process ends by SIGKILL too.
int TraceStore(const std::string& folder, int kill_at, const std::vector<std::string>& command);

// The words before a command that has it traced; empty where that is not possible here.
std::vector<std::string> TraceWords(const std::string& folder, int kill_at);
bool CanTrace();

}  // namespace aweber::conformance
