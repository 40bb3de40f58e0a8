#include "mockserver/journal/fault_kinds.h"

#include <gtest/gtest.h>

#include <set>

namespace aweber::mock {
namespace {

TEST(FaultKinds, TheTableFollowsTheEnumeration) {
  std::set<std::string_view> names;
  for (const FaultRow& row : AllFaults()) {
    EXPECT_EQ(RowOf(row.kind).name, row.name);
    EXPECT_EQ(FindFault(row.name), &RowOf(row.kind));
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
    EXPECT_EQ(row.sentence.back(), '.') << row.name;
    EXPECT_TRUE(!row.scalar || !row.members.empty()) << row.name;
  }
  EXPECT_EQ(AllFaults().back().kind, FaultKind::kTls) << "the last one has no row";
  EXPECT_EQ(FindFault("lose"), nullptr);
}

TEST(FaultSet, IsItsText) {
  for (const char* text : {"", "hang", "delay+hang", "gate+token_mutation+lose_reply"}) {
    EXPECT_EQ(FaultSet(text).Text(), text);
  }
  EXPECT_EQ(FaultSet("delay+nonesuch+tls").Text(), "delay+tls");
  EXPECT_TRUE(FaultSet("").empty());
}

TEST(FaultSet, KindsAreFoundWholeAndNotByAPartOfTheirName) {
  const FaultSet faults = "retry_after+content_length";
  EXPECT_TRUE(faults.Has(FaultKind::kContentLength));
  EXPECT_FALSE(faults.Has(FaultKind::kTruncate));
  EXPECT_TRUE(faults.HasAll("content_length"));
  EXPECT_TRUE(faults.HasAll(""));
  EXPECT_FALSE(faults.HasAll("content_length+tls"));
  EXPECT_FALSE(FaultSet("").HasAll("tls"));
}

TEST(FaultSet, SaysWhetherTheClientCanHaveSeenTheReply) {
  const struct {
    const char* faults;
    bool loses;
  } rows[] = {{"", false},
              {"delay", false},
              {"oauth_error", false},
              {"gate", false},
              {"raw_body", false},
              {"dribble", false},
              {"hang", true},
              {"reset", true},
              {"close_empty", true},
              {"truncate", true},
              {"content_length", true},
              {"malformed_chunk", true},
              {"lose_reply", true},
              {"tls", true},
              {"delay+hang", true},
              {"token_mutation", false}};
  for (const auto& row : rows) {
    EXPECT_EQ(FaultSet(row.faults).LosesReply(), row.loses) << row.faults;
  }
}

}  // namespace
}  // namespace aweber::mock
