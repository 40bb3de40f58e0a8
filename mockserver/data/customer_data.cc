#include "mockserver/data/customer_data.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace aweber::mock {
namespace {

constexpr GeoLocation kPlaces[] = {
    {"United States", "US", "PA", "Chalfont", "18914", 215, 504, 40.2884, -75.2091},
    {"United States", "US", "NY", "New York", "10001", 212, 501, 40.7506, -73.9972},
    {"United States", "US", "CA", "San Francisco", "94103", 415, 807, 37.7726, -122.4099},
    {"United States", "US", "TX", "Austin", "78701", 512, 635, 30.2713, -97.7426},
    {"Canada", "CA", "ON", "Toronto", "M5H 2N2", 416, 0, 43.6511, -79.3830},
    {"Germany", "DE", "BE", "Berlin", "10115", 30, 0, 52.5323, 13.3846},
    {"France", "FR", "IDF", "Paris", "75001", 1, 0, 48.8640, 2.3311},
    {"Japan", "JP", "13", "Tokyo", "100-0001", 3, 0, 35.6844, 139.7530},
};

// FNV-1a, 64 bits.
std::uint64_t HashOf(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325) {
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

}  // namespace

const GeoLocation* GeoLocationOf(const std::string& ip_address) {
  if (ip_address.empty()) return nullptr;
  return &kPlaces[HashOf(ip_address) % std::size(kPlaces)];
}

std::string StableUuid(const char* kind, std::int64_t id) {
  const std::uint64_t high = HashOf(kind);
  const std::uint64_t low = HashOf(std::to_string(id), high);
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", low >> 32, (low >> 16) & 0xffff,
                     low & 0xfff, 0x8000 | ((high >> 48) & 0x3fff),
                     static_cast<std::uint64_t>(id) & 0xffffffffffff);
}

}  // namespace aweber::mock
