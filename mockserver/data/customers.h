// Customers: accounts that a document describes, shared by every space that begins with them.
//
// Purpose: own data instead of the sample's. What a space changes is its own (table.h).
// Ownership: immutable, by shared_ptr. Thread safety: all members from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/text/json.h"
#include "mockserver/data/document.h"

namespace aweber::mock {

class Customers {
 public:
  // `document`: {"accounts": [...]}.
  static Result<std::shared_ptr<const Customers>, DocumentProblem> Read(Json document);

  std::vector<std::int64_t> ids() const;  // in the order of the document
  // The account in a space that begins at `origin`; nothing when the document has none.
  std::optional<AccountData> Account(std::int64_t id, UnixTime origin) const;

 private:
  explicit Customers(Json document) : document_(std::move(document)) {}

  const Json document_;
  mutable std::mutex mutex_;
  // Spaces that begin in the same second share them.
  mutable std::map<std::pair<UnixTime, std::int64_t>, AccountData> made_;
};

}  // namespace aweber::mock
