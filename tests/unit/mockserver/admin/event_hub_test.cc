// The ring of events is bounded in number and in bytes.
#include "mockserver/admin/event_hub.h"

#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

TEST(EventHub, KeepsNoMoreBytesThanItMay) {
  EventHub hub(1000, 10'000);
  for (int i = 0; i < 50; ++i) hub.Publish("s", "faults", std::string(1000, 'x'));
  const EventHub::Batch batch = hub.Read(0, "s", 0, {});
  EXPECT_TRUE(batch.gap);
  EXPECT_GE(batch.events.size(), 5u);
  EXPECT_LE(batch.events.size(), 10u);
  EXPECT_EQ(batch.events.back().id, 50u);
}

TEST(EventHub, TheNewestIsKeptWhateverItWeighs) {
  EventHub hub(1000, 10'000);
  hub.Publish("s", "clock", std::string(50'000, 'x'));
  EXPECT_EQ(hub.Read(0, "s", 0, {}).events.size(), 1u);
  hub.Publish("s", "clock", "{}");
  const EventHub::Batch batch = hub.Read(0, "s", 0, {});
  ASSERT_EQ(batch.events.size(), 1u);
  EXPECT_EQ(batch.events.front().data, "{}");
}

}  // namespace
}  // namespace aweber::mock
