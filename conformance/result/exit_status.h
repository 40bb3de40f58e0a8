// The exit statuses of aweber-conformance, and what each means.
//
// Thread safety: constants and pure functions. Errors: none.
#pragma once

namespace aweber::conformance {

inline constexpr int kExitGood = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitBroken = 3;
inline constexpr int kExitNothing = 4;
inline constexpr int kExitInterrupted = 130;

// One line for people.
inline const char* ExitStatusMeaning(int status) {
  switch (status) {
    case kExitGood:
      return "good";
    case kExitFailed:
      return "something failed, was inconclusive, or is not as the baseline says";
    case kExitUsage:
      return "wrong usage";
    case kExitBroken:
      return "the run could not be carried out; it says nothing about the client";
    case kExitNothing:
      return "nothing was played";
    case kExitInterrupted:
      return "interrupted";
    default:
      return "unknown";
  }
}

}  // namespace aweber::conformance
