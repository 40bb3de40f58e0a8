// Web form, split test, and the split test's components, each of which is a form with a weight.
#include <fmt/format.h>

#include <algorithm>

#include "base/text/json.h"
#include "mockserver/api/call.h"

namespace aweber::mock {
namespace {

const WebForm& Form1(const Shown& shown) { return shown.As<WebForm>(); }
const SplitTest& Test(const Shown& shown) { return shown.As<SplitTest>(); }
const SplitTestPart& PartOf(const Shown& shown) {
  return *static_cast<const SplitTestPart*>(shown.part);
}
// The form that a component shows. A form cannot be deleted, so that it is there.
const WebForm& FormOfPart(const Shown& shown) {
  return *shown.list->web_forms.Find(PartOf(shown).form);
}

double Percentage(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return 0;
  const std::int64_t hundredths = part * 10'000 / whole;  // cut, not rounded
  return static_cast<double>(hundredths) / 100;
}

// The members of a form, read from a form or from a component.
template <const WebForm& (*kForm)(const Shown&)>
struct FormMembers {
  static Json Name(const Shown& s) { return kForm(s).name; }
  static Json Kind(const Shown& s) { return kForm(s).type; }
  static Json Active(const Shown& s) { return kForm(s).active; }
  static Json Html(const Shown& s) {
    return fmt::format("http://forms.aweber.com/form/71/{}.html", kForm(s).id);
  }
  static Json Script(const Shown& s) {
    return fmt::format("http://forms.aweber.com/form/71/{}.js", kForm(s).id);
  }
  static Json Displays(const Shown& s) { return kForm(s).displays; }
  static Json UniqueDisplays(const Shown& s) { return kForm(s).unique_displays; }
  static Json Submissions(const Shown& s) { return kForm(s).submissions; }
  static Json Conversion(const Shown& s) {
    return Percentage(kForm(s).submissions, kForm(s).displays);
  }
  static Json UniqueConversion(const Shown& s) {
    return Percentage(kForm(s).submissions, kForm(s).unique_displays);
  }
  static Json Tags(const Shown& s) { return kForm(s).tags; }
};
using OfForm = FormMembers<Form1>;
using OfPart = FormMembers<FormOfPart>;
constexpr std::string_view kFormTypes = "exitpopup|inline|lightbox|popover|popunder|popup|styled";

constexpr Member kWebFormMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return Form1(s).id; }},
    {.name = "name", .read = OfForm::Name},
    {.name = "type", .values = kFormTypes, .read = OfForm::Kind},
    {.name = "is_active", .type = Type::kBoolean, .read = OfForm::Active},
    {.name = "html_source_link", .type = Type::kUrl, .read = OfForm::Html},
    {.name = "javascript_source_link", .type = Type::kUrl, .read = OfForm::Script},
    {.name = "total_displays", .type = Type::kInteger, .read = OfForm::Displays},
    {.name = "total_unique_displays", .type = Type::kInteger, .read = OfForm::UniqueDisplays},
    {.name = "total_submissions", .type = Type::kInteger, .read = OfForm::Submissions},
    {.name = "conversion_percentage", .type = Type::kNumber, .read = OfForm::Conversion},
    {.name = "unique_conversion_percentage",
     .type = Type::kNumber,
     .read = OfForm::UniqueConversion},
    {.name = "tags", .type = Type::kTexts, .read = OfForm::Tags},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "web_forms", Form1(s).id);
     }},
    {.name = "http_etag"},
};

std::string TestLink(const Shown& shown) {
  return shown.call.links.In(shown.list->id, "web_form_split_tests", Test(shown).id);
}

constexpr Member kSplitTestMembers[] = {
    {.name = "id",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return Test(s).id; }},
    {.name = "name", .read = [](const Shown& s) -> Json { return Test(s).name; }},
    {.name = "is_active",
     .type = Type::kBoolean,
     .read = [](const Shown& s) -> Json { return Test(s).active; }},
    {.name = "javascript_source_link",
     .type = Type::kUrl,
     .read = [](const Shown& s) -> Json {
       return fmt::format("http://forms.aweber.com/form/71/split_{}.js", Test(s).id);
     }},
    {.name = "components_collection_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return TestLink(s) + "/components"; }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return TestLink(s); }},
    {.name = "http_etag"},
};

std::string PartId(const Shown& shown) {
  return fmt::format("{}-{}", Test(shown).id, PartOf(shown).form);
}

constexpr Member kComponentMembers[] = {
    {.name = "id", .read = [](const Shown& s) -> Json { return PartId(s); }},
    {.name = "name", .read = OfPart::Name},
    {.name = "type", .values = kFormTypes, .read = OfPart::Kind},
    {.name = "is_active", .type = Type::kBoolean, .read = OfPart::Active},
    {.name = "html_source_link", .type = Type::kUrl, .read = OfPart::Html},
    {.name = "javascript_source_link", .type = Type::kUrl, .read = OfPart::Script},
    {.name = "total_displays", .type = Type::kInteger, .read = OfPart::Displays},
    {.name = "total_unique_displays", .type = Type::kInteger, .read = OfPart::UniqueDisplays},
    {.name = "total_submissions", .type = Type::kInteger, .read = OfPart::Submissions},
    {.name = "conversion_percentage", .type = Type::kNumber, .read = OfPart::Conversion},
    {.name = "unique_conversion_percentage",
     .type = Type::kNumber,
     .read = OfPart::UniqueConversion},
    {.name = "tags", .type = Type::kTexts, .read = OfPart::Tags},
    {.name = "weight",
     .type = Type::kInteger,
     .read = [](const Shown& s) -> Json { return PartOf(s).weight; }},
    {.name = "web_form_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json {
       return s.call.links.In(s.list->id, "web_forms", PartOf(s).form);
     }},
    {.name = "self_link",
     .type = Type::kLink,
     .read = [](const Shown& s) -> Json { return TestLink(s) + "/components/" + PartId(s); }},
    {.name = "http_etag"},
};

}  // namespace

const Resource kWebForm = {"WebForm", "web_form", kWebFormMembers};
const Resource kSplitTest = {"SplitTest", "web_form_split_test", kSplitTestMembers};
const Resource kComponent = {"Component", "component", kComponentMembers};

}  // namespace aweber::mock
