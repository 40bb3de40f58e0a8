// Dispatcher: from a request to its space, its endpoint, its journal entry and its reply.
//
// Purpose: the one handler behind every listener. Finds the space by the "/s/NAME" prefix, the
//   endpoint by plain comparison, journals on receipt and on reply, and never throws.
// Ownership: owns the spaces' table; refers to nothing else. Thread safety: all members.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/server.h"
#include "mockserver/request/proxy_hosts.h"
#include "mockserver/server/lint_worker.h"
#include "mockserver/space/space_impl.h"

namespace aweber::mock {

// Origins, known once the listeners are bound.
struct Origins {
  std::string base;   // what links say, without a trailing slash
  std::string other;  // the foreign origin
  // Listening on every address without a public URL: links say the name a request came by instead.
  bool follow_host = false;
};

class Dispatcher {
 public:
  // `make_space`: makes a space that is asked for by name for the first time; null: none is made.
  using SpaceMaker = std::function<std::shared_ptr<SpaceImpl>(const std::string& name)>;
  using OnFinished = std::function<void(const JournalEntry&)>;
  Dispatcher(std::shared_ptr<SpaceImpl> default_space, SpaceMaker make_space, LintWorker* lint,
             OnFinished on_finished);

  void SetOrigins(Origins origins);
  std::shared_ptr<const Origins> origins() const;
  // Further hosts that proxies serve from now on.
  void AddProxyHosts(const std::vector<ProxyHost>& further);
  std::shared_ptr<const ProxyHosts> proxy_hosts() const;

  // `own`: the space whatever the path says, for listeners that lead to one space alone.
  HttpResponse Handle(HttpRequest request, std::stop_token stop, bool wire,
                      const std::shared_ptr<SpaceImpl>& own = nullptr);
  // What arrives at the foreign origin.
  HttpResponse HandleForeign(HttpRequest request);
  // A request that is refused before any endpoint sees it, with the reason. Whose listener it came
  // to, when that leads to one space alone: `own`.
  HttpResponse Refuse(HttpRequest request, int status, const std::string& why,
                      const std::shared_ptr<SpaceImpl>& own = nullptr);
  void NoteMalformed(const MalformedRequest& malformed,
                     const std::shared_ptr<SpaceImpl>& own = nullptr);
  // The proxy was asked for a host that it does not serve.
  void NoteRefusedConnect(SpaceImpl& space, const std::string& authority);
  // Anything else that no handler saw goes into the journal and to on_finished.
  void Note(SpaceImpl& space, JournalEntry entry);
  void NoteTlsFault(SpaceImpl& space, const std::string& server_name, const std::string& defect);

  const std::shared_ptr<SpaceImpl>& default_space() const { return default_space_; }
  enum class Added { kYes, kKnown, kTooMany };
  // `most`: how many there may be besides the default one.
  Added AddSpace(std::shared_ptr<SpaceImpl> space, std::size_t most);
  std::shared_ptr<SpaceImpl> FindSpace(const std::string& name) const;
  std::vector<std::shared_ptr<SpaceImpl>> spaces() const;  // default first, then by name
  bool RemoveSpace(const std::string& name);

 private:
  struct Route;
  Route FindRoute(const HttpRequest& request);
  HttpResponse RefuseAt(Route route, HttpRequest request, int status, const std::string& why);
  HttpResponse Finish(const std::shared_ptr<SpaceImpl>& space, EntryId id, Exchange& exchange,
                      SpaceImpl::Processed processed, bool wire);

  void ReportFinished(SpaceImpl& space, const JournalEntry& line);  // on_finished_, redacted

  std::shared_ptr<SpaceImpl> default_space_;
  SpaceMaker make_space_;
  LintWorker* lint_;
  OnFinished on_finished_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::shared_ptr<SpaceImpl>> spaces_;
  std::shared_ptr<const Origins> origins_ = std::make_shared<const Origins>();
  std::shared_ptr<const ProxyHosts> proxy_hosts_ = std::make_shared<const ProxyHosts>();
};

bool IsSpaceName(std::string_view name);  // [A-Za-z0-9_-]{1,64}

}  // namespace aweber::mock
