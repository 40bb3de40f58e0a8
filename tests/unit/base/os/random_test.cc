#include "base/os/random.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>
#include <vector>

#include "base/crypto/crypto.h"

namespace aweber {
namespace {

// Hands out the bytes it was given, so that a test can name them.
class ScriptedRandom final : public Random {
 public:
  explicit ScriptedRandom(std::deque<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}
  void Fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) {
      ASSERT_FALSE(bytes_.empty());
      byte = bytes_.front();
      bytes_.pop_front();
    }
  }

 private:
  std::deque<std::uint8_t> bytes_;
};

std::string Draw(Random& random, std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  random.Fill(bytes);
  return HexLower({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

TEST(RandomTest, NextU64IsLittleEndian) {
  ScriptedRandom random({0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x88});
  EXPECT_EQ(random.NextU64(), 0x8807060504030201u);
}

TEST(RandomTest, BelowDrawsAgainWhereResultsWouldBeBiased) {
  // 2^64 mod 3 is 1: the value 0 is rejected, 5 is taken.
  ScriptedRandom random({0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(random.Below(3), 2u);
  ScriptedRandom none({});
  EXPECT_EQ(none.Below(1), 0u);
}

TEST(RandomTest, AlphanumericSkipsTheBytesThatWouldFavourTheFirstLetters) {
  ScriptedRandom random({248, 255, 0, 247, 61, 62});
  EXPECT_EQ(random.Alphanumeric(4), "A99A");
}

TEST(RandomTest, NextDoubleStaysBelowOne) {
  ScriptedRandom low({0, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(low.NextDouble(), 0.0);
  ScriptedRandom high({255, 255, 255, 255, 255, 255, 255, 255});
  EXPECT_EQ(high.NextDouble(), 1.0 - 0x1.0p-53);
}

TEST(RandomTest, SeededBytesAreTheSameEverywhere) {
  // SHA-256 over the little-endian pairs (seed, counter) = (0, 0) and (0, 1).
  SeededRandom random(0);
  EXPECT_EQ(Draw(random, 32), "374708fff7719dd5979ec875d56cd2286f6d3cf7ec317a3b25632aab28ec37bb");
  EXPECT_EQ(Draw(random, 4), "9d34149f");
}

TEST(RandomTest, SeededStreamDoesNotDependOnHowItIsCut) {
  SeededRandom whole(42, "x");
  SeededRandom parts(42, "x");
  const std::string expected = Draw(whole, 100);
  std::string drawn;
  for (const std::size_t size : {1, 31, 33, 0, 35}) drawn += Draw(parts, size);
  EXPECT_EQ(drawn, expected);
}

TEST(RandomTest, ForksDependOnSeedAndLabelsOnly) {
  SeededRandom fresh(7);
  SeededRandom used(7);
  used.NextU64();
  EXPECT_EQ(Draw(*fresh.Fork("codes"), 16), Draw(*used.Fork("codes"), 16));

  SeededRandom other_seed(8);
  std::set<std::string> streams;
  streams.insert(Draw(fresh, 16));
  streams.insert(Draw(*fresh.Fork(""), 16));
  streams.insert(Draw(*fresh.Fork("codes"), 16));
  streams.insert(Draw(*fresh.Fork("tokens"), 16));
  streams.insert(Draw(*fresh.Fork("a")->Fork("b"), 16));
  streams.insert(Draw(*fresh.Fork("a/b"), 16));
  streams.insert(Draw(*fresh.Fork("a/1:b"), 16));
  streams.insert(Draw(*other_seed.Fork("codes"), 16));
  EXPECT_EQ(streams.size(), 8u);
}

TEST(RandomTest, SystemRandomGivesTokensOfTheShapeAsked) {
  Random& random = SystemRandom::System();
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string token = random.Base64UrlToken(16);
    EXPECT_EQ(token.size(), 22u);
    seen.insert(token);
    const std::string name = random.Alphanumeric(33);
    EXPECT_EQ(name.size(), 33u);
    EXPECT_EQ(
        name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"),
        std::string::npos);
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(random.Alphanumeric(0), "");
}

}  // namespace
}  // namespace aweber
