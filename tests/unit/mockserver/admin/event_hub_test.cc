// The ring of events is bounded in number and in bytes.
#include "mockserver/admin/event_hub.h"

#include <gtest/gtest.h>

namespace aweber::mock {
namespace {

TEST(EventHub, KeepsNoMoreBytesThanItMay) {
  EventHub hub({.events = 1000, .bytes = 10'000});
  for (int i = 0; i < 50; ++i) hub.Publish("s", "faults", std::string(1000, 'x'));
  const EventHub::Batch batch = hub.Read(0, "s", 0, {});
  EXPECT_TRUE(batch.gap);
  EXPECT_GE(batch.events.size(), 5u);
  EXPECT_LE(batch.events.size(), 10u);
  EXPECT_EQ(batch.events.back().id, 50u);
}

TEST(EventHub, TheNewestIsKeptWhateverItWeighs) {
  EventHub hub({.events = 1000, .bytes = 10'000});
  hub.Publish("s", "clock", std::string(50'000, 'x'));
  EXPECT_EQ(hub.Read(0, "s", 0, {}).events.size(), 1u);
  hub.Publish("s", "clock", "{}");
  const EventHub::Batch batch = hub.Read(0, "s", 0, {});
  ASSERT_EQ(batch.events.size(), 1u);
  EXPECT_EQ(batch.events.front().data, "{}");
}

TEST(EventHub, HasSoManyReadersAndNoMore) {
  EventHub hub({.readers = 2});
  auto first = hub.AddReader();
  const auto second = hub.AddReader();
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(hub.AddReader());
  first.reset();
  EXPECT_TRUE(hub.AddReader());
}

TEST(EventHub, IsRenderedOnceForAllReadersUnlessItIsLong) {
  EventHub hub;
  hub.Publish("s", "clock", "{}");
  hub.Publish("s", "clock", "{}");
  const std::vector<Event> one = hub.Read(0, "s", 0, {}).events;
  const std::vector<Event> other = hub.Read(0, "s", 0, {}).events;
  int made = 0;
  const auto text_of = [&](std::size_t size) {
    return [&made, size] { return ++made, std::string(size, 'x'); };
  };
  EXPECT_EQ(RenderOnce(one[0], text_of(100)), std::string(100, 'x'));
  EXPECT_EQ(RenderOnce(other[0], text_of(100)), std::string(100, 'x'));
  EXPECT_EQ(made, 1);
  EXPECT_EQ(RenderOnce(one[1], text_of(5000)).size(), 5000u);
  EXPECT_EQ(RenderOnce(other[1], text_of(5000)).size(), 5000u);
  EXPECT_EQ(made, 3);
}

}  // namespace
}  // namespace aweber::mock
