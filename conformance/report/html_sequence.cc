// The sequence of a case, drawn: an arrow for every request and every reply, and for what the
// runner asked of the client in between. Plain SVG, in the colours of the page.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text/json.h"
#include "base/text/uri.h"
#include "conformance/report/html_parts.h"
#include "mockserver/journal/space_path.h"

namespace aweber::conformance {
namespace {

// The lanes, from left to right, and their places in the drawing.
enum Lane { kBrowser = 0, kClient = 1, kMock = 2 };
constexpr std::string_view kLaneNames[] = {"browser (the runner)", "client", "mock AWeber"};
constexpr int kWidth = 840;
constexpr int kHead = 40;
constexpr int kRow = 30;
constexpr int kNoteRow = 44;
constexpr std::size_t kLabel = 40;  // characters that fit between two lanes
// A case may repeat a step a thousand times; the list below the drawing has every request.
constexpr int kMaxRows = 240;

int LaneX(int lane) { return 120 + lane * 300; }

std::string Short(const std::string& text) {
  if (text.size() <= kLabel) return text;
  std::size_t end = kLabel - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "…";
}

// "/s/SPACE/oauth2/token?x=1" as "/oauth2/token": the space says nothing to a reader.
std::string ShortPath(const std::string& target) {
  const std::string_view path = mock::WithoutSpace(WithoutQuery(target));
  return path.empty() ? "/" : std::string(path);
}

struct Arrow {
  int from = kBrowser, to = kClient;
  std::string label, note;
  std::string_view tone;  // "", "ok", "bad", "moved"
  bool answer = false;
  std::string href;
  bool evidence = false;
};

class Drawing {
 public:
  Drawing(const CaseResult& result, const std::vector<std::uint64_t>& evidence)
      : result_(result), evidence_(evidence) {}

  std::string Draw() {
    for (const Json& step : result_.steps) AddStep(step);
    for (const Json& entry : result_.journal) AddEntry(entry);
    if (rows_ == 0) return "";
    if (rows_ >= kMaxRows) Band("more follows; every request is in the list below");
    const int height = y_ + 12;
    std::string out = fmt::format(
        "<div class=\"diagram\" tabindex=\"0\" role=\"region\" aria-label=\"Sequence of {0}, "
        "scrollable\"><svg width=\"{1}\" height=\"{2}\" viewBox=\"0 0 {1} {2}\" role=\"group\" "
        "aria-label=\"Sequence of {0}\">",
        HtmlText(result_.id), kWidth, height);
    for (int lane = kBrowser; lane <= kMock; ++lane) {
      out += fmt::format(
          "<path class=\"lane\" d=\"M{0} {1}V{2}\"/><rect class=\"lane-head\" x=\"{3}\" y=\"6\" "
          "width=\"190\" height=\"28\" rx=\"6\"/><text class=\"lane-name\" x=\"{0}\" "
          "y=\"25\">{4}</text>",
          LaneX(lane), kHead, height, LaneX(lane) - 95, kLaneNames[lane]);
    }
    return out + body_ + "</svg></div>";
  }

 private:
  void AddStep(const Json& step);
  void AddEntry(const Json& entry);
  void Put(const Arrow& arrow);
  void Band(const std::string& text);

  const CaseResult& result_;
  const std::vector<std::uint64_t>& evidence_;
  std::set<std::uint64_t> drawn_;
  std::string body_;
  int y_ = kHead + 14;
  int rows_ = 0;
};

void Drawing::Put(const Arrow& arrow) {
  if (rows_ >= kMaxRows) return;
  ++rows_;
  const int height = arrow.note.empty() ? kRow : kNoteRow;
  const int line = y_ + 20;
  const int from = LaneX(arrow.from), to = LaneX(arrow.to);
  const int tip = to > from ? -7 : 7;  // where the head of the arrow begins
  const int middle = (from + to) / 2;
  std::string part = fmt::format("<g class=\"step {}{}{}\">", arrow.tone,
                                 arrow.answer ? " answer" : "", arrow.evidence ? " marked" : "");
  if (arrow.evidence) {
    part += fmt::format("<rect class=\"hit\" x=\"6\" y=\"{}\" width=\"{}\" height=\"{}\"/>", y_,
                        kWidth - 12, height);
  }
  part += fmt::format(
      "<path class=\"arrow\" d=\"M{0} {1}H{2}\"/><path class=\"head\" d=\"M{3} {1}l{4} -4v8z\"/>"
      "<text class=\"label\" x=\"{5}\" y=\"{6}\">{7}</text>",
      from, line, to + tip, to, tip, middle, line - 5, HtmlText(Short(arrow.label)));
  if (!arrow.note.empty()) {
    part += fmt::format("<text class=\"note\" x=\"{}\" y=\"{}\">{}</text>", middle, line + 14,
                        HtmlText(Short(arrow.note)));
  }
  part += "</g>";
  if (!arrow.href.empty()) part = fmt::format("<a href=\"#{}\">{}</a>", arrow.href, part);
  body_ += part;
  y_ += height;
}

void Drawing::Band(const std::string& text) {
  if (rows_ > kMaxRows) return;
  ++rows_;
  body_ += fmt::format(
      "<g class=\"clock-band\"><rect x=\"6\" y=\"{}\" width=\"{}\" height=\"22\" rx=\"4\"/><text "
      "x=\"{}\" y=\"{}\">{}</text></g>",
      y_ + 4, kWidth - 12, kWidth / 2, y_ + 19, HtmlText(text));
  y_ += kRow;
}

// One request and its reply, between whoever sent it and the mock.
void Drawing::AddEntry(const Json& entry) {
  const auto sequence = static_cast<std::uint64_t>(JsonInt(entry, "sequence").value_or(0));
  if (!drawn_.insert(sequence).second) return;
  const Json* request = JsonMember(entry, "request");
  if (request == nullptr) return;
  const std::string endpoint = JsonString(entry, "endpoint").value_or("");
  const bool by_browser = endpoint == "authorize" || endpoint == "decision";
  Arrow ask;
  ask.from = by_browser ? kBrowser : kClient;
  ask.to = kMock;
  ask.label = fmt::format("#{} {} {}", sequence, JsonString(*request, "method").value_or(""),
                          ShortPath(JsonString(*request, "target").value_or("")));
  ask.note = JsonString(entry, "grant_type").value_or("");
  ask.href = HtmlAnchor(result_, sequence);
  ask.evidence = std::find(evidence_.begin(), evidence_.end(), sequence) != evidence_.end();
  Put(ask);
  Arrow answer = ask;
  std::swap(answer.from, answer.to);
  answer.answer = true;
  answer.note.clear();
  const Json* response = JsonMember(entry, "response");
  const std::int64_t status = response == nullptr ? 0 : JsonInt(*response, "status").value_or(0);
  answer.label = status != 0 ? std::to_string(status) : "no reply";
  if (const auto error = JsonString(entry, "error")) answer.label += " " + *error;
  if (const auto fault = JsonString(entry, "fault")) answer.label += " [" + *fault + "]";
  answer.tone = status == 0 || status >= 400 ? "bad" : status >= 300 ? "moved" : "ok";
  Put(answer);
}

// What the runner asked of the client, the requests that it caused, and what the client answered.
void Drawing::AddStep(const Json& step) {
  const std::string op = JsonString(step, "op").value_or("");
  const std::string session = JsonString(step, "session").value_or("");
  const Json* reply = JsonMember(step, "reply");
  if (op == "advance") {
    return Band("the clock is moved to " + JsonString(step, "now").value_or("?"));
  }
  if (op == "restart") {
    Band(JsonBool(step, "kill").value_or(false) ? "the client is killed and started again"
                                                : "the client is stopped and started again");
  }
  if (const auto why = JsonString(step, "not_played")) return Band("not played: " + *why);
  if (reply != nullptr) {
    Arrow ask;
    ask.label = op == "callback" ? "callback" : "driver: " + op;
    if (op == "call") {
      ask.label += " " + JsonString(step, "method").value_or("");
    }
    if (!session.empty() && session != "A") ask.label += " (session " + session + ")";
    if (const Json* tampered = JsonMember(step, "tampered"); tampered && tampered->is_array()) {
      for (const Json& one : *tampered) {
        if (one.is_string()) ask.note += (ask.note.empty() ? "" : ", ") + one.get<std::string>();
      }
      ask.note = "changed: " + ask.note;
    }
    Put(ask);
  }
  // authorize is the other way round: the client answers first, then the browser goes there.
  const auto requests = [&] {
    const Json* range = JsonMember(step, "requests");
    if (range == nullptr || !range->is_array() || range->size() != 2) return;
    if (!(*range)[0].is_number_integer() || !(*range)[1].is_number_integer()) return;
    const auto first = (*range)[0].get<std::int64_t>(), last = (*range)[1].get<std::int64_t>();
    for (const Json& entry : result_.journal) {
      const auto sequence = JsonInt(entry, "sequence").value_or(0);
      if (sequence >= first && sequence <= last) AddEntry(entry);
    }
  };
  if (op != "authorize") requests();
  if (reply != nullptr) {
    Arrow answer;
    answer.from = kClient;
    answer.to = kBrowser;
    answer.answer = true;
    if (const Json* ok = JsonMember(*reply, "ok")) {
      const std::int64_t status = JsonInt(*ok, "status").value_or(0);
      answer.label = op == "authorize" ? "the authorization URL"
                     : status != 0     ? fmt::format("ok, status {}", status)
                                       : "ok";
      answer.tone = status >= 400 ? "bad" : "ok";
    } else if (const Json* err = JsonMember(*reply, "err")) {
      answer.label = "refused: " + JsonString(*err, "kind").value_or("?");
      answer.tone = "bad";
    } else if (const auto broken = JsonString(*reply, "broken")) {
      answer.label = "the driver broke";
      answer.note = *broken;
      answer.tone = "bad";
    } else {
      answer.label = "unsupported";
    }
    Put(answer);
  }
  if (op == "authorize") requests();
}

}  // namespace

std::string HtmlSequence(const CaseResult& result, const std::vector<std::uint64_t>& evidence) {
  return Drawing(result, evidence).Draw();
}

}  // namespace aweber::conformance
