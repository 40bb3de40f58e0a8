#include "mockserver/api/links.h"

#include <fmt/format.h>

#include <charconv>

namespace aweber::mock {
namespace {

// The number that `text` is, or 0.
std::int64_t WholeId(std::string_view text) {
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  return error == std::errc() && end == text.data() + text.size() && id > 0 ? id : 0;
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
  const std::string path = fmt::format("/1.0/accounts/{}/lists/", account_id);
  const std::size_t at = url.find(path);
  return at == std::string_view::npos ? 0 : WholeId(url.substr(at + path.size()));
}

std::int64_t Links::IdOf(std::string_view url, std::string_view collection) const {
  if (url.find(fmt::format("/1.0/accounts/{}/", account_id)) == std::string_view::npos) return 0;
  const std::string part = fmt::format("/{}/", collection);
  const std::size_t at = url.rfind(part);
  return at == std::string_view::npos ? 0 : WholeId(url.substr(at + part.size()));
}

std::string TypeLink(std::string_view type) {
  return fmt::format("https://api.aweber.com/1.0/#{}", type);
}

}  // namespace aweber::mock
