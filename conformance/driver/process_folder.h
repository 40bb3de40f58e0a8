// The folder of one case of the process driver: HOME and what stands around it.
//
// Purpose: FOLDER/home is HOME; FOLDER/bin holds the programs that open a browser (ours);
//   FOLDER/tmp is for temporary files. All of it goes with the case.
// Thread safety: the functions touch the files of one case. Errors: Error{"driver.config"}.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "conformance/driver/driver.h"

namespace aweber::conformance {

// Below the case's folder: one line for each URL that was opened in the browser.
inline constexpr std::string_view kOpenedFile = "opened";

Status MakeCaseFolders(const std::string& folder, const std::string& home);
// All that a program is told besides its configuration: HOME and its kin, PATH and LANG.
std::vector<std::pair<std::string, std::string>> CaseEnvironment(const std::string& folder,
                                                                 const std::string& home);
// The files below HOME, without links and sockets: those of the store, and 2,000 others of at most
// 1 MiB each.
std::vector<StoreEntry> ReadHome(const std::string& home, const std::vector<std::string>& store);
// Takes the permission to write from, or gives it back to the owner of, everything below HOME.
void SetWritable(const std::string& home, bool writable);
void RemoveCaseFolders(const std::string& folder);

}  // namespace aweber::conformance
