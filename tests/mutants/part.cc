#include "tests/mutants/part.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text/uri.h"

namespace aweber::mutants {
namespace {

std::string SwappedCase(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    c = static_cast<char>(std::isupper(byte) != 0 ? std::tolower(byte) : std::toupper(byte));
  }
  return text;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

// scheme://host[:port]rest, cut in pieces.
struct Pieces {
  std::string scheme, host, port, path, query;
  bool is_url = false;

  std::string Joined() const {
    return fmt::format("{}://{}{}{}{}{}{}", scheme, host, port.empty() ? "" : ":", port, path,
                       query.empty() ? "" : "?", query);
  }
};

Pieces Cut(std::string_view text) {
  Pieces pieces;
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return pieces;
  pieces.is_url = true;
  pieces.scheme = text.substr(0, colon);
  text.remove_prefix(colon + 3);
  const auto slash = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, slash);
  text.remove_prefix(slash);
  if (const auto at = authority.rfind(':'); at != std::string_view::npos) {
    pieces.port = authority.substr(at + 1);
    authority = authority.substr(0, at);
  }
  pieces.host = authority;
  const auto mark = std::min(text.find('?'), text.size());
  pieces.path = text.substr(0, mark);
  if (mark < text.size()) pieces.query = text.substr(mark + 1);
  return pieces;
}

std::string WithOtherPiece(Pieces pieces, Place part) {
  switch (part) {
    case Place::kScheme:
      pieces.scheme = pieces.scheme == "http" ? "https" : "http";
      break;
    case Place::kHost:
      pieces.host = "www." + pieces.host;
      break;
    case Place::kPort:
      pieces.port = pieces.port == "8443" ? "9443" : "8443";
      break;
    case Place::kPath:
      pieces.path += "/other";
      break;
    case Place::kQuery:
      pieces.query += pieces.query.empty() ? "from=app" : "&from=app";
      break;
    case Place::kCase:
      pieces.path = SwappedCase(pieces.path);
      break;
    case Place::kWhole:
      return "https://elsewhere.example/";
    default:
      break;
  }
  return pieces.Joined();
}

}  // namespace

std::string WithOther(const std::string& value, Place part) {
  if (value.empty()) return value;
  if (part == Place::kCharacter) {
    std::string other = value;
    other.back() = other.back() == 'x' ? 'y' : 'x';
    return other;
  }
  const Pieces pieces = Cut(value);
  if (pieces.is_url) return WithOtherPiece(pieces, part);
  if (part == Place::kCase) return SwappedCase(value);
  if (part == Place::kWhole) return "another-" + std::string(35, 'v');  // as long as a verifier
  return value;
}

bool EqualButFor(Place part, std::string_view a, std::string_view b) {
  if (a == b || part == Place::kWhole) return true;
  if (part == Place::kCase) return LowerCase(a) == LowerCase(b);
  if (part == Place::kCharacter) {
    return a.size() == b.size() && a.substr(0, a.size() - 1) == b.substr(0, b.size() - 1);
  }
  Pieces one = Cut(a), other = Cut(b);
  if (!one.is_url || !other.is_url) return false;
  const auto forget = [part](Pieces& pieces) {
    if (part == Place::kScheme) pieces.scheme.clear();
    if (part == Place::kHost) pieces.host.clear();
    if (part == Place::kPort) pieces.port.clear();
    if (part == Place::kPath) pieces.path.clear();
    if (part == Place::kQuery) pieces.query.clear();
  };
  forget(one);
  forget(other);
  return one.Joined() == other.Joined();
}

}  // namespace aweber::mutants
