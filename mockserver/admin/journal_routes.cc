#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text/json.h"
#include "mockserver/admin/body_reader.h"
#include "mockserver/admin/filter.h"
#include "mockserver/admin/reply.h"
#include "mockserver/admin/route.h"
#include "mockserver/admin/show.h"
#include "mockserver/journal/har.h"

namespace aweber::mock::routes {
namespace {

constexpr int kLongestWaitMs = 60'000;
constexpr int kStreamPollMs = 500;
constexpr int kKeepAlivePolls = 30;  // a comment line after so many silent polls

// The messages of one answer: a journal of large bodies is read in several.
constexpr std::size_t kMostBytes = 32u << 20;

struct Selected {
  std::vector<JournalEntry> entries;
  std::uint64_t next_after = 0;  // where to read on; 0: nothing is left
};

// Copies one entry at a time: the journal may hold hundreds of megabytes.
Selected Select(Space& space, const RequestFilter& filter) {
  Selected selected;
  std::size_t bytes = 0;
  const std::uint64_t last = space.journal().LastSequence();
  std::uint64_t after = filter.after;
  while (after < last) {
    auto entry = space.journal().Next(after);
    if (!entry || entry->sequence > last) break;
    const std::uint64_t before = std::exchange(after, entry->sequence);
    if (!filter.Matches(*entry)) continue;
    bytes += WeightOf(*entry);
    const bool full = selected.entries.size() >= filter.limit ||
                      (bytes > kMostBytes && !selected.entries.empty());
    if (full) {
      selected.next_after = before;
      break;
    }
    selected.entries.push_back(std::move(*entry));
  }
  return selected;
}

// RFC 8288: the rest of an answer that was cut.
void LinkNext(HttpResponse& response, const AdminCall& call, std::uint64_t next_after) {
  if (next_after == 0) return;
  Form query = call.query;
  query.Remove("after");
  query.Add("after", std::to_string(next_after));
  response.headers.Set("Link",
                       fmt::format("<{}?{}>; rel=\"next\"", call.request.Path(), query.Encode()));
}

// A verify body's members as the filter's query fields, so that there is one reader for both.
Form FieldsOf(BodyReader& body) {
  Form fields;
  for (const char* name : {"endpoint", "client_id", "method", "path", "text"}) {
    if (const auto value = body.String(name)) fields.Add(name, *value);
  }
  for (const char* name : {"status", "after", "at_least", "at_most"}) {
    if (const auto value = body.Int(name)) fields.Add(name, std::to_string(*value));
  }
  if (const auto value = body.Bool("refused")) fields.Add("refused", *value ? "true" : "false");
  return fields;
}

// Requests are published by number alone, which keeps publishing cheap; a reader gets the entry.
std::string ShowEvent(MockServer& server, Event event) {
  const auto space = server.FindSpace(event.space);
  const auto entry =
      event.sequence == 0 || !space ? std::nullopt : space->journal().Find(event.sequence);
  if (entry) event.data = DumpJson(ShowEntry(*space, *entry));
  return FormatServerSentEvent(event);
}

}  // namespace

HttpResponse ListRequests(AdminCall& call) {
  const auto filter = ReadFilter(call.query, {});
  if (!filter.ok()) return AdminError(filter.error());
  const Selected selected = Select(*call.space, *filter);
  Json list = Json::array();
  for (const JournalEntry& entry : selected.entries) list.push_back(ShowEntry(*call.space, entry));
  Json answer = {{"requests", std::move(list)},
                 {"last_sequence", call.space->journal().LastSequence()},
                 {"evicted", call.space->journal().evicted()}};
  if (selected.next_after != 0) answer["next_after"] = selected.next_after;
  HttpResponse response = AdminJson(answer);
  LinkNext(response, call, selected.next_after);
  return response;
}

HttpResponse WaitForRequest(AdminCall& call) {
  const auto filter = ReadFilter(call.query, {"timeout_ms"});
  if (!filter.ok()) return AdminError(filter.error());
  const auto timeout = WholeNumber(call.query.GetOr("timeout_ms", "10000"));
  if (!timeout)
    return AdminError(400, "invalid_query", "\"timeout_ms\" must be a whole number", "timeout_ms");
  const auto entry = call.space->journal().Wait(
      filter->after, [&](const JournalEntry& one) { return filter->Matches(one); },
      static_cast<int>(std::min<std::uint64_t>(*timeout, kLongestWaitMs)), call.context.stop);
  return entry ? AdminJson(ShowEntry(*call.space, *entry)) : AdminNoContent();
}

HttpResponse GetRequest(AdminCall& call) {
  const std::string& text = call.path["sequence"];
  const auto sequence = WholeNumber(text);
  const auto entry = sequence ? call.space->journal().Find(*sequence) : std::nullopt;
  if (entry) return AdminJson(ShowEntry(*call.space, *entry));
  return AdminError(
      404, "request.unknown",
      fmt::format("no request {} in the journal ({} recorded, {} evicted)", text,
                  call.space->journal().LastSequence(), call.space->journal().evicted()));
}

HttpResponse ClearRequests(AdminCall& call) {
  call.space->journal().Clear();
  call.context.events.Publish(call.space->name(), "reset", R"({"what":"journal"})");
  return AdminNoContent();
}

HttpResponse RequestsHar(AdminCall& call) {
  const auto filter = ReadFilter(call.query, {});
  if (!filter.ok()) return AdminError(filter.error());
  const Selected selected = Select(*call.space, *filter);
  HttpResponse response = AdminText(
      "application/json",
      HarFromEntries(selected.entries, call.context.server.base_url(), call.space->MakeRedactor()));
  LinkNext(response, call, selected.next_after);
  response.headers.Set("Content-Disposition", "attachment; filename=\"requests.har\"");
  return response;
}

HttpResponse Verify(AdminCall& call) {
  BodyReader body(call.body);
  const Form fields = FieldsOf(body);
  if (auto refusal = body.Finish()) return *refusal;
  auto filter = ReadFilter(fields, {"at_least", "at_most"});
  if (!filter.ok()) return AdminError(filter.error());
  filter->limit = static_cast<std::size_t>(-1);
  const std::uint64_t asked_after = filter->after;
  const auto at_least = WholeNumber(fields.GetOr("at_least", "1"));
  const auto at_most = WholeNumber(fields.GetOr("at_most", fmt::format("{}", UINT64_MAX)));
  if (!at_least)
    return AdminError(400, "invalid_body", "\"at_least\" must be a whole number", "at_least");
  if (!at_most)
    return AdminError(400, "invalid_body", "\"at_most\" must be a whole number", "at_most");

  Json sequences = Json::array();
  for (std::uint64_t after = filter->after;;) {
    filter->after = after;
    const Selected selected = Select(*call.space, *filter);
    for (const JournalEntry& entry : selected.entries) sequences.push_back(entry.sequence);
    if (selected.next_after == 0) break;
    after = selected.next_after;
  }
  const std::size_t count = sequences.size();
  // What was evicted might have counted: an upper bound is then unknowable. Asked after the
  // entries, so that what went meanwhile is noticed. What the caller cleared away does not count.
  const std::uint64_t last_evicted = call.space->journal().LastEvicted();
  const std::uint64_t evicted = call.space->journal().evicted();
  const bool complete = asked_after >= last_evicted;
  const bool bounded = fields.Has("at_most");
  const bool verified = count >= *at_least && count <= *at_most && (complete || !bounded);
  Json answer = {
      {"verified", verified}, {"count", count}, {"sequences", sequences}, {"evicted", evicted}};
  if (!complete && bounded) {
    answer["why"] = fmt::format(
        "{} entries were evicted, up to number {}, so an upper bound cannot be verified; raise "
        "--journal-size, clear the journal before the test, or ask after that number",
        evicted, last_evicted);
  }
  return AdminJson(answer);
}

HttpResponse Events(AdminCall& call) {
  std::uint64_t after = call.context.events.last_id();
  const std::string last =
      call.request.headers.GetOr("Last-Event-ID", call.query.GetOr("last_event_id"));
  if (const auto id = WholeNumber(last)) {
    after = *id;
  } else if (call.query.Has("last_event_id")) {
    return AdminError(400, "invalid_query", "\"last_event_id\" must be a whole number",
                      "last_event_id");
  }
  std::shared_ptr<void> reader = call.context.events.AddReader();
  if (reader == nullptr) {
    HttpResponse refusal =
        AdminError(503, "limit.event_readers",
                   fmt::format("{} streams of events are open, and no more are opened; close one",
                               call.context.events.most_readers()));
    refusal.headers.Set("Retry-After", "1");
    return refusal;
  }
  HttpResponse response = AdminText("text/event-stream", "");
  // The stream outlives this call, but not the listener, which owns all that it refers to.
  response.stream = [&context = call.context, space = call.space->name(), after, silent = 0,
                     first = true,
                     reader = std::move(reader)]() mutable -> std::optional<std::string> {
    if (context.stop.stop_requested()) return std::nullopt;
    std::string text;
    if (first) text = "retry: 1000\n\n";
    first = false;
    const EventHub::Batch batch =
        context.events.Read(after, space, text.empty() ? kStreamPollMs : 0, context.stop);
    if (batch.gap) text += "event: gap\ndata: {}\n\n";
    for (const Event& event : batch.events) {
      text += RenderOnce(event, [&] { return ShowEvent(context.server, event); });
    }
    after = batch.last_id;
    silent = text.empty() ? silent + 1 : 0;
    if (silent >= kKeepAlivePolls) {
      silent = 0;
      text = ": still here\n\n";
    }
    return text;
  };
  return response;
}

}  // namespace aweber::mock::routes
