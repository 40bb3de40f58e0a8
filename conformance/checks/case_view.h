// CaseView: all that is known of one case, as checks and the judge read it.
//
// Ownership: plain values; `journal` outlives the view. Thread safety: none, but for readers.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/text/json.h"
#include "conformance/checks/page.h"
#include "mockserver/journal/entry.h"

namespace aweber::conformance {

using mock::JournalEntry;

// A file that the client keeps in its store, as it was when the case ended.
struct StoredFile {
  std::string name;  // below the store
  unsigned mode = 0;
  std::string text;  // up to a limit
};

// One operation of the case and the driver's reply to it.
struct StepObservation {
  std::string label;
  std::string op;  // as in scenario steps
  std::string session;
  enum class Reply { kNone, kOk, kErr, kUnsupported } reply = Reply::kNone;
  Json ok;  // members of ok
  std::string err_kind, err_message;
  Json err;                          // members of err
  std::string sent_url;              // callback: what was delivered; call: what was asked
  std::vector<std::string> tampers;  // callback: "flip state", "remove state", ...
  std::string tampers_text;
  // Journal entries that arrived while this step ran: first <= sequence <= last. `first` is one
  // more than the last sequence number given before the step began (so never 0 for a step that
  // ran); last < first: nothing arrived. Steps that ran in parallel have overlapping ranges.
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = 0;
  std::string produced_url;  // authorize: the URL; consent: the redirect as the mock sent it
  std::vector<Page> pages;   // what the browser showed, for drivers that have one
  std::vector<BrowserTrace> traces;
};

// A file below the HOME that the processes of a case share.
struct StoreFile {
  std::string path;             // below HOME
  bool in_store = false;        // where the program keeps its tokens
  bool open_to_others = false;  // another user of the computer can read it
  bool empty = false;
  bool broken_json = false;        // begins like JSON, and is none
  std::vector<std::string> holds;  // labels of the tokens in it: "at-1", "rt-2"
};

// What the processes had stored, and showed of themselves, at one moment of a case.
struct StoreLook {
  std::string after;           // label of the step that had just ended; "" while several ran
  std::uint64_t sequence = 0;  // of the last journal entry before
  bool limited = false;        // the store could not be written
  std::vector<StoreFile> files;
  std::vector<std::string> live;   // labels of the refresh tokens that work now
  std::vector<std::string> shown;  // "the arguments of curl: at-1"
};

// A value of an authorization request that another case of the run had sent before.
struct EarlierValue {
  std::string name;  // of the parameter: "state", "code_challenge"
  std::string value;
  std::string session;  // for whom it was sent then
};

struct WireReadings;  // wire.h

// All that is known of one case (or, for W checks over foreign traffic, only the journal).
struct CaseView {
  std::string profile = "aweber";
  std::string scenario;  // "" for foreign traffic
  const std::vector<JournalEntry>* journal = nullptr;
  std::vector<StepObservation> steps;
  // What the client was told, as far as known (a scenario may tell it something other than what is
  // registered; a client is judged by what it was told). "" for what is not known.
  bool client_public = false;
  std::string client_id, client_secret, redirect_uri;
  // The way to authenticate ("body") and to send the access token ("query") that a scenario is
  // about and asked the client for; "" where it may choose.
  std::string told_auth, told_token_transport;
  std::string base_url;       // of the space, "https://127.0.0.1:4711/s/case-7"
  std::string authorize_url;  // with its own query, when it has one
  std::vector<std::string> scopes;
  std::vector<std::string> features;  // "state", "refresh:on_401", ...
  std::vector<StoreLook> looks;       // in order; only of clients that are many processes
  std::vector<std::uint64_t> killed;  // requests whose process was killed before their reply
  std::vector<EarlierValue> earlier;
  std::string driver_stderr;
  // Set: what the checks read of the journal and the steps, which then must not change, is read
  // once for all of them.
  std::shared_ptr<WireReadings> readings;
  std::vector<StoredFile> stored_files;  // of drivers that say where the client keeps its tokens
  std::vector<std::string> secrets;      // unguessable texts that must not leak

  const StepObservation* FindStep(std::string_view label) const;
};

}  // namespace aweber::conformance
