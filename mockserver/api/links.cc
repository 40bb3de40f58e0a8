#include "mockserver/api/links.h"

#include <fmt/format.h>

#include <charconv>

#include "mockserver/journal/space_path.h"

namespace aweber::mock {
namespace {

// The number that `text` is, or 0.
std::int64_t WholeId(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() && id > 0 ? id : 0;
}

// The path below the host and the space; "" when `url` has none. Any host will do: a program sends back
// the links that it was given, and it may know this mock by several names.
std::string_view PathOf(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::size_t path = url.find('/', scheme.size());
    url = path == std::string_view::npos ? std::string_view() : url.substr(path);
  }
  return WithoutSpace(url);
}

}  // namespace

std::string Links::Accounts() const { return base + "/1.0/accounts"; }
std::string Links::Account() const { return fmt::format("{}/1.0/accounts/{}", base, account_id); }
std::string Links::Integration(std::int64_t id) const {
  return fmt::format("{}/integrations/{}", Account(), id);
}
std::string Links::List(std::int64_t list) const {
  return fmt::format("{}/1.0/accounts/{}/lists/{}", base, account_id, list);
}
std::string Links::In(std::int64_t list, std::string_view collection) const {
  return fmt::format("{}/{}", List(list), collection);
}
std::string Links::In(std::int64_t list, std::string_view collection, std::int64_t id) const {
  return fmt::format("{}/{}/{}", List(list), collection, id);
}
std::string Links::In(std::int64_t list, std::string_view collection, std::string_view id) const {
  return fmt::format("{}/{}/{}", List(list), collection, id);
}

std::int64_t Links::ListOf(std::string_view url) const {
  const std::string lists = fmt::format("/1.0/accounts/{}/lists/", account_id);
  const std::string_view path = PathOf(url);
  return path.starts_with(lists) ? WholeId(path.substr(lists.size())) : 0;
}

std::int64_t Links::IdOf(std::string_view url, std::string_view collection) const {
  const std::string_view path = PathOf(url);
  if (!path.starts_with(fmt::format("/1.0/accounts/{}/", account_id))) return 0;
  const std::string part = fmt::format("/{}/", collection);
  const std::size_t at = path.rfind(part);
  return at == std::string_view::npos ? 0 : WholeId(path.substr(at + part.size()));
}

std::string TypeLink(std::string_view type) {
  return fmt::format("https://api.aweber.com/1.0/#{}", type);
}

}  // namespace aweber::mock
