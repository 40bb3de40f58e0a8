// Checks of how a program keeps its tokens from others on the same computer.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/checks/families.h"
#include "conformance/checks/process_crowd.h"
#include "conformance/checks/verdicts.h"

namespace aweber::conformance {
namespace {

// What each file that holds tokens says, over all looks.
template <typename F>
Judgement EachTokenFile(const CaseView& view, std::string_view fine, F remark) {
  Tally tally("files that hold tokens");
  for (const StoreLook& look : view.looks) {
    if (look.sequence == 0) continue;
    for (const StoreFile& file : look.files) {
      if (!file.holds.empty()) tally.Add(remark(file), look.sequence);
    }
  }
  return tally.Close(fine);
}

Judgement StorePrivate(const CaseView& view) {
  return EachTokenFile(view, "can be read by their owner alone", [](const StoreFile& file) {
    return file.open_to_others
               ? Wrong(
                     fmt::format("{} holds {} and can be read by other users; expected mode 0600, "
                                 "or a folder of mode 0700",
                                 file.path, fmt::join(file.holds, ", ")))
               : Fine();
  });
}

Judgement NoSecretFile(const CaseView& view) {
  return EachTokenFile(view, "are the store's", [](const StoreFile& file) {
    return file.in_store ? Fine()
                         : Wrong(fmt::format("{} holds {}; expected tokens in the store alone, and "
                                             "none in logs or caches",
                                             file.path, fmt::join(file.holds, ", ")));
  });
}

Judgement NoSecretShown(const CaseView& view) {
  Tally tally("looks at the processes");
  for (const StoreLook& look : view.looks) {
    if (look.sequence == 0) continue;
    if (!look.shown.empty()) {
      tally.Add(Wrong(fmt::format("a token can be seen in {}; expected it to be handed over by a "
                                  "pipe or a file",
                                  fmt::join(look.shown, ", "))),
                look.sequence);
    } else if (look.after.empty()) {
      tally.Add(Fine(), look.sequence);  // while they ran
    }
  }
  return tally.Close("showed no token");
}

}  // namespace

std::vector<Check> StoreHygieneChecks() {
  using enum Level;
  return {
      {.id = "sh-store-private",
       .statement = "Files that hold tokens can be read by their owner alone.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.4",
       .seen = Seen::kProvoked,
       .why = "Every user and every other program of the computer can act for the customer.",
       .fix = "Create the file with mode 0600 (open with O_CREAT and that mode), or keep it in a "
              "folder of mode 0700.",
       .judge = StorePrivate,
       .note =
           "Refresh tokens are to be kept confidential in storage; modes are how Unix does it."},
      {.id = "sh-no-secret-file",
       .statement = "Tokens lie in the store alone, not in logs or caches.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.4",
       .seen = Seen::kProvoked,
       .why = "Logs are sent around, backed up and searched.",
       .fix = "Leave the Authorization header and token replies out of every log.",
       .judge = NoSecretFile,
       .note = "Refresh tokens are to be kept confidential in storage."},
      {.id = "sh-no-secret-shown",
       .statement = "No token stands in the arguments or the environment of a process.",
       .levels = Everywhere(kMust),
       .source = "RFC 6749 §10.3",
       .seen = Seen::kProvoked,
       .why = "Arguments can be read by every user of the computer, the environment by children "
              "and crash reports.",
       .fix = "Hand tokens over by standard input, a pipe, or a file of mode 0600 (curl: "
              "--config -).",
       .judge = NoSecretShown,
       .note = "Access tokens are to be kept confidential in transit and storage."},
  };
}

}  // namespace aweber::conformance
