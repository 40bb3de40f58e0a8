#include "mockserver/data/document_reader.h"

#include <algorithm>

#include "base/text/json.h"
#include "base/text/nearest_word.h"
#include "mockserver/data/dates.h"

namespace aweber::mock {
namespace {

std::optional<std::int64_t> WholeOf(const Json& value, double least, double most) {
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  const auto as_double = static_cast<double>(number);
  if (as_double < least || (most != 0 && as_double > most)) return std::nullopt;
  return number;
}

std::size_t Characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// By time, and numbered so from `id` on.
template <typename Event>
void Order(std::vector<Event>& events, std::int64_t& id) {
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  for (Event& event : events) event.id = ++id;
}

}  // namespace

void DocumentReader::Take(const char* name, bool required,
                          const std::function<void(const Json&)>& read) {
  known_.emplace_back(name);
  if (context_.problem) return;
  const auto found = object_.find(name);
  if (found == object_.end()) {
    if (required) context_.Fail(fmt::format("\"{}\" is missing", name));
    return;
  }
  context_.path.emplace_back(name);
  read(*found);
  context_.path.pop_back();
}

void DocumentReader::Each(const char* name, const std::function<void(const Json&)>& read) {
  Take(name, false, [&](const Json& list) {
    if (!list.is_array()) return context_.Fail("must be an array");
    for (std::size_t i = 0; i < list.size() && !context_.problem; ++i) {
      context_.path.push_back(std::to_string(i));
      read(list[i]);
      context_.path.pop_back();
    }
  });
}

void DocumentReader::Finish() {
  if (context_.problem) return;
  for (const auto& [name, value] : object_.items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    const std::string nearest = NearestWord(name, known_);
    context_.path.push_back(name);
    context_.Fail(fmt::format(
        "unknown member{}", nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
    context_.problem->at_name = true;
    context_.path.pop_back();
    return;
  }
}

void DocumentReader::TakeId(const std::string& id) {
  if (collection_.empty() || context_.ids.emplace(collection_, id).second) return;
  context_.Fail(fmt::format("{} is the id of another of the account's {}", id, collection_));
}

void DocumentReader::Key(const char* name, std::int64_t& id) {
  Take(name, false, [&](const Json& json) {
    const auto given = WholeOf(json, 1, kMostId);
    if (!given) return context_.Fail(fmt::format("must be a whole number from 1 to {}", kMostId));
    id = *given;
  });
  if (id == 0) id = context_.account->NewId();
  TakeId(std::to_string(id));
}

void DocumentReader::Key(const char* name, std::string& id) {
  Text(name, id, {.most = 36});
  if (id.empty()) id = StableUuid("landing-page", context_.account->NewId());
  TakeId(id);
}

void DocumentReader::Text(const char* name, std::string& text, const MemberRule& rule) {
  Take(name, rule.required, [&](const Json& json) {
    if (!json.is_string()) return context_.Fail("must be text; put it in quotes");
    text = json.get<std::string>();
    const auto length = static_cast<double>(Characters(text));
    if (length < rule.least) return context_.Fail("must not be empty");
    if (rule.most != 0 && length > rule.most) {
      context_.Fail(fmt::format("must have at most {} characters, not {}", rule.most, length));
    }
  });
}

void DocumentReader::Flag(const char* name, bool& flag, const MemberRule&) {
  Take(name, false, [&](const Json& json) {
    if (!json.is_boolean()) return context_.Fail("must be true or false");
    flag = json.get<bool>();
  });
}

void DocumentReader::Whole(const char* name, std::int64_t& number, const MemberRule& rule) {
  Take(name, rule.required, [&](const Json& json) {
    const auto given = WholeOf(json, rule.least, rule.most);
    if (given) {
      number = *given;
    } else if (rule.most == 0) {
      context_.Fail(fmt::format("must be a whole number, {} or more", rule.least));
    } else {
      context_.Fail(fmt::format("must be a whole number from {} to {}", rule.least, rule.most));
    }
  });
}

void DocumentReader::Amount(const char* name, double& number, const MemberRule&) {
  Take(name, false, [&](const Json& json) {
    if (!json.is_number()) return context_.Fail("must be a number");
    number = json.get<double>();
  });
}

void DocumentReader::Date(const char* name, Moment& at, const MemberRule&) {
  at = context_.dates.from - context_.dates.origin;
  Take(name, false, [&](const Json& json) { at = context_.ReadMoment(json).value_or(at); });
}

void DocumentReader::Date(const char* name, std::optional<Moment>& at, const MemberRule&) {
  Take(name, false, [&](const Json& json) { at = context_.ReadMoment(json); });
}

void DocumentReader::Texts(const char* name, std::vector<std::string>& texts, const MemberRule&) {
  Each(name, [&](const Json& item) {
    if (!item.is_string()) return context_.Fail("must be text; put it in quotes");
    texts.push_back(item.get<std::string>());
  });
}

void DocumentReader::Ids(const char* name, std::vector<std::int64_t>& ids, const MemberRule&) {
  Each(name, [&](const Json& item) {
    const auto id = WholeOf(item, 1, kMostId);
    if (!id) return context_.Fail("must be an id");
    ids.push_back(*id);
    const std::string_view links(name);
    if (links == "include_lists" || links == "exclude_lists") {
      context_.list_links.emplace_back(context_.path, *id);
    }
  });
}

void DocumentReader::FieldValues(const char* name, decltype(Subscriber::custom_fields)& values,
                                 const MemberRule&) {
  Take(name, false, [&](const Json& object) {
    if (!object.is_object()) return context_.Fail("must be an object");
    for (const auto& [field, value] : object.items()) {
      if (context_.problem) return;
      context_.path.push_back(field);
      const CustomField* known = nullptr;
      for (const CustomField& one : context_.list->custom_fields) {
        if (one.name == field) known = &one;
      }
      if (known == nullptr) {
        context_.Fail("the list has no such custom field");
        context_.problem->at_name = true;
      } else if (!value.is_string()) {
        context_.Fail("must be text; put it in quotes");
      } else {
        values.emplace_back(known->id, value.get<std::string>());
      }
      context_.path.pop_back();
    }
  });
}

void DocumentReader::Event(const Json& item, std::size_t size, std::int64_t& subscriber,
                           Moment& at) {
  if (!item.is_array() || item.size() != size || !WholeOf(item[0], 1, kMostId)) {
    return context_.Fail(size == 2 ? "must be [subscriber, date]"
                                   : "must be [subscriber, date, index of the link]");
  }
  subscriber = item[0].get<std::int64_t>();
  at = context_.ReadMoment(item[1]).value_or(Moment(0));
}

void DocumentReader::Events(const char* name, std::vector<Opened>& events, const MemberRule&) {
  Each(name, [&](const Json& item) {
    Opened open;
    Event(item, 2, open.subscriber, open.at);
    events.push_back(open);
  });
}

void DocumentReader::Events(const char* name, std::vector<Clicked>& events, const MemberRule&) {
  Each(name, [&](const Json& item) {
    Clicked click;
    Event(item, 3, click.subscriber, click.at);
    if (context_.problem) return;
    const auto link = WholeOf(item[2], 0, 1'000'000);
    if (!link) return context_.Fail("must be [subscriber, date, index of the link]");
    click.link = static_cast<std::uint32_t>(*link);
    events.push_back(click);
  });
}

void DocumentReader::Events(const char* name, std::vector<std::pair<std::int64_t, Moment>>& events,
                            const MemberRule&) {
  Each(name, [&](const Json& item) {
    auto& [subscriber, at] = events.emplace_back();
    Event(item, 2, subscriber, at);
  });
}

void DocumentReader::Group(const char* name, Results& results, const MemberRule&) {
  Take(name, false, [&](const Json& object) {
    DocumentReader(context_, object).Read("", results);
    std::sort(results.recipients.begin(), results.recipients.end());
    std::int64_t id = 0;  // clicks go on where opens end, as in DrawResults
    Order(results.opens, id);
    Order(results.clicks, id);
    for (const Clicked& click : results.clicks) {
      if (click.link >= results.links.size()) {
        return context_.Fail(
            fmt::format("a click names link {}; there are {}", click.link, results.links.size()));
      }
    }
  });
}

void DocumentReader::Group(const char* name, std::shared_ptr<const Results>& results,
                           const MemberRule& rule) {
  if (!object_.contains(name)) return Take(name, false, nullptr);
  auto read = std::make_shared<Results>();
  Group(name, *read, rule);
  results = std::move(read);
}

void DocumentReader::Parts(const char* name, std::vector<SplitTestPart>& parts, const MemberRule&) {
  Each(name,
       [&](const Json& item) { DocumentReader(context_, item).Read("", parts.emplace_back()); });
}

}  // namespace aweber::mock
