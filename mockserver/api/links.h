// Links: the absolute URLs of an account's resources.
//
// Thread safety: a plain value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mockserver/data/customer_data.h"

namespace aweber::mock {

struct Links {
  std::string base;  // "http://127.0.0.1:8080" with the space's prefix
  std::int64_t account_id = 0;

  std::string Accounts() const;
  std::string Account() const;
  std::string Integration(std::int64_t id) const;
  std::string List(std::int64_t list) const;
  // Below a list: In(7, "subscribers", 12) is ".../lists/7/subscribers/12".
  std::string In(std::int64_t list, std::string_view collection) const;
  std::string In(std::int64_t list, std::string_view collection, std::int64_t id) const;
  std::string In(std::int64_t list, std::string_view collection, std::string_view id) const;
  // The id of a list of this account whose self link is `url`; 0 when it is none. The origin is not
  // compared: a client may know the mock under another name.
  std::int64_t ListOf(std::string_view url) const;
  // ".../lists/7/segments/12" or ".../integrations/12", the last id; 0 when `url` is no such link.
  std::int64_t IdOf(std::string_view url, std::string_view collection) const;
};

// AWeber's own, whatever name the mock goes by: clients compare these as text (samples).
std::string TypeLink(std::string_view type);

}  // namespace aweber::mock
