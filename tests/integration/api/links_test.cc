// A program that knows one address alone and follows every link it is given.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <set>

#include "base/text/json.h"
#include "tests/support/api_subject.h"

namespace aweber::mock {
namespace {

using testing::ApiSubject;

// Not followed: they name a kind of thing, or a page outside the API.
bool IsFollowed(const std::string& name) {
  return name.ends_with("_link") && name != "resource_type_link" && name != "html_source_link" &&
         name != "javascript_source_link";
}

void CollectLinks(const Json& value, std::deque<std::string>& links) {
  if (value.is_array()) {
    for (const Json& one : value) CollectLinks(one, links);
  }
  if (!value.is_object()) return;
  for (const auto& [name, member] : value.items()) {
    if (member.is_string() && IsFollowed(name)) links.push_back(member.get<std::string>());
    CollectLinks(member, links);
  }
}

// "…/lists/{}/subscribers/{}": what kind of address it is.
std::string KindOf(std::string url) {
  url = url.substr(0, url.find('?'));
  std::string kind;
  std::size_t begin = url.find("/1.0/");
  while (begin < url.size()) {
    const std::size_t end = std::min(url.find('/', begin + 1), url.size());
    const std::string part = url.substr(begin + 1, end - begin - 1);
    const bool id = part.find_first_of("0123456789") != std::string::npos && part != "1.0";
    kind += "/" + (id ? (part[0] == 'f' || part[0] == 'b') && part.find('-') == std::string::npos
                            ? part.substr(0, 1) + "{}"
                            : "{}"
                      : part);
    begin = end;
  }
  return kind;
}

// Every link of every reply resolves, and every kind of resource is reached. The replies are held
// to the document by ApiSubject.
TEST(ApiLinks, LeadEverywhereAndNowhereElse) {
  ApiSubject api;
  std::deque<std::string> links{api.base() + "/1.0/accounts"};
  std::set<std::string> seen;
  std::map<std::string, int> kinds;
  while (!links.empty()) {
    const std::string link = links.front();
    links.pop_front();
    ASSERT_TRUE(link.starts_with(api.base() + "/1.0/")) << link;
    // A few of each kind are enough: a thousand subscribers are alike.
    if (!seen.insert(link).second || ++kinds[KindOf(link)] > 12) continue;
    const HttpResponse reply = api.Send("GET", link);
    ASSERT_EQ(reply.status, 200) << link << "\n" << reply.body;
    CollectLinks(*ParseJson(reply.body), links);
  }
  const std::string list = "/1.0/accounts/{}/lists/{}";
  std::set<std::string> wanted = {"/1.0/accounts",
                                  "/1.0/accounts/{}",
                                  "/1.0/accounts/{}/lists",
                                  "/1.0/accounts/{}/integrations",
                                  "/1.0/accounts/{}/integrations/{}",
                                  list};
  for (const char* part : {"/subscribers",
                           "/subscribers/{}",
                           "/campaigns",
                           "/campaigns/b{}",
                           "/campaigns/f{}",
                           "/campaigns/b{}/stats",
                           "/campaigns/b{}/links",
                           "/campaigns/b{}/links/{}",
                           "/campaigns/b{}/links/{}/clicks",
                           "/campaigns/b{}/messages",
                           "/custom_fields",
                           "/custom_fields/{}",
                           "/segments",
                           "/segments/{}",
                           "/landing_pages",
                           "/landing_pages/{}",
                           "/web_forms",
                           "/web_forms/{}",
                           "/web_form_split_tests",
                           "/web_form_split_tests/{}",
                           "/web_form_split_tests/{}/components",
                           "/web_form_split_tests/{}/components/{}",
                           "/broadcasts",
                           "/broadcasts/{}",
                           "/broadcasts/total",
                           "/broadcasts/{}/opens",
                           "/broadcasts/{}/clicks"}) {
    wanted.insert(list + part);
  }
  for (const std::string& kind : wanted) EXPECT_TRUE(kinds.contains(kind)) << kind;
}

// Paging meets every entry once, forwards and backwards, whatever the size.
TEST(ApiLinks, PagesMeetEveryEntryOnce) {
  ApiSubject api;
  const std::string clicks = testing::kManyPath + "/broadcasts/4100003/clicks";
  for (const std::string& collection :
       {testing::kManyPath + "/subscribers?ws.size=90", clicks + "?page_size=7",
        clicks + "?detailed=true&page_size=50",
        testing::kManyPath + "/broadcasts/4100003/opens?page_size=64",
        testing::kAccountPath + "?ws.op=findSubscribers&status=subscribed&ws.size=77"}) {
    std::vector<std::string> forwards, backwards;
    std::string next = collection, last;
    const auto read = [&](const Json& page, std::vector<std::string>& into) {
      for (const Json& entry : page["entries"]) into.push_back(DumpJson(entry));
    };
    while (!next.empty()) {
      const Json page = api.Get(next);
      read(page, forwards);
      last = next;
      next = JsonString(page, "next_collection_link").value_or("");
    }
    EXPECT_EQ(std::set(forwards.begin(), forwards.end()).size(), forwards.size()) << collection;
    EXPECT_GT(forwards.size(), 20u) << collection;
    for (std::string back = last; !back.empty();) {
      const Json page = api.Get(back);
      std::vector<std::string> entries;
      read(page, entries);
      backwards.insert(backwards.begin(), entries.begin(), entries.end());
      back = JsonString(page, "prev_collection_link").value_or("");
    }
    EXPECT_EQ(std::set(backwards.begin(), backwards.end()),
              std::set(forwards.begin(), forwards.end()))
        << collection;
  }
}

TEST(ApiLinks, KeepTheQueryAndCountByLink) {
  ApiSubject api;
  const std::string find = testing::kManyPath + "/subscribers?ws.op=find&status=unsubscribed";
  const Json page = api.Get(find + "&ws.size=10");
  EXPECT_FALSE(page.contains("total_size"));
  const HttpResponse total = api.Send("GET", page["total_size_link"]);
  EXPECT_EQ(total.body.find_first_not_of("0123456789"), std::string::npos) << total.body;
  EXPECT_NE(page["next_collection_link"].get<std::string>().find("status=unsubscribed"),
            std::string::npos);
  const Json sent = api.Get(testing::kListPath + "/broadcasts?status=sent&ws.size=1");
  EXPECT_TRUE(sent["next_collection_link"].get<std::string>().ends_with(
      "/broadcasts?status=sent&ws.size=1&ws.start=1"));
  EXPECT_EQ(api.Get(sent["total_size_link"])["total_size"], 2);
}

}  // namespace
}  // namespace aweber::mock
