#include "mockserver/server/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "mockserver/journal/space_path.h"
#include "mockserver/request/api_paths.h"
#include "mockserver/request/envelope.h"

namespace aweber::mock {
namespace {

constexpr std::string_view kMetadata = "/.well-known/oauth-authorization-server";

// What reaches the mock under AWeber's names is answered with links under them.
bool IsAWeberHost(std::string_view host) { return host == kAuthHost || host == kApiHost; }

std::string_view HostOf(const HttpRequest& request) {
  const std::string_view host = request.headers.View("Host");
  return host.substr(0, host.find(':'));
}

// Each of AWeber's hosts serves its own part only: the one that was asked, by request or handshake,
// for what the other one serves. "" when neither was.
std::string WrongHost(const HttpRequest& request, std::string_view local_path) {
  const std::string_view wrong = IsOfApiHost(local_path) ? kAuthHost : kApiHost;
  for (const std::string_view name : {HostOf(request), std::string_view(request.server_name)}) {
    if (name == wrong) return std::string(name);
  }
  return "";
}

// "mock:8080" as it may stand in a URL's authority (RFC 3986 §3.2.2), without user information.
bool IsAuthority(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~:[]").find(c) != std::string_view::npos;
  });
}

// What links say before the space's prefix.
std::string OriginFor(const HttpRequest& request, const Origins& origins) {
  const std::string_view authority = request.headers.View("Host");
  if (!origins.follow_host || !IsAuthority(authority)) return origins.base;
  return std::string(request.tls ? "https://" : "http://").append(authority);
}

// Origin-form of the target; an absolute URL loses scheme and authority (RFC 9112 §3.2.2).
std::string_view PathOf(const HttpRequest& request) {
  std::string_view path = request.Path();
  for (std::string_view scheme : {"http://", "https://"}) {
    if (path.substr(0, scheme.size()) != scheme) continue;
    path.remove_prefix(scheme.size());
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view("/") : path.substr(slash);
  }
  return path;
}

Endpoint EndpointOf(std::string_view path, std::string_view method) {
  if (path == "/oauth2/authorize") {
    return method == "POST" ? Endpoint::kDecision : Endpoint::kAuthorize;
  }
  if (path == "/oauth2/token") return Endpoint::kToken;
  if (path == "/oauth2/revoke") return Endpoint::kRevoke;
  if (IsApiPath(path)) return Endpoint::kApi;
  return Endpoint::kOther;
}

// No reply goes out at all: the client saw nothing.
bool IsSilent(WireFault::Kind kind) {
  return kind == WireFault::Kind::kHang || kind == WireFault::Kind::kReset ||
         kind == WireFault::Kind::kCloseEmpty;
}

// Takes "/NAME" off the front of `path`.
std::string TakeName(std::string_view& path) {
  const std::size_t end = std::min(path.find('/'), path.size());
  std::string name(path.substr(0, end));
  path.remove_prefix(end);
  return name;
}

}  // namespace

struct Dispatcher::Route {
  std::shared_ptr<SpaceImpl> space;
  std::string local_path;
  std::string missing_space;  // named but not there
};

bool IsSpaceName(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

Dispatcher::Dispatcher(std::shared_ptr<SpaceImpl> default_space, SpaceMaker make_space,
                       LintWorker* lint, OnFinished on_finished)
    : default_space_(std::move(default_space)),
      make_space_(std::move(make_space)),
      lint_(lint),
      on_finished_(std::move(on_finished)) {}

void Dispatcher::SetOrigins(Origins origins) {
  std::unique_lock lock(mutex_);
  origins_ = std::make_shared<const Origins>(std::move(origins));
}

void Dispatcher::AddProxyHosts(const std::vector<ProxyHost>& further) {
  std::unique_lock lock(mutex_);
  auto more = std::make_shared<ProxyHosts>(*proxy_hosts_);
  more->Add(further);
  proxy_hosts_ = std::move(more);
}

std::shared_ptr<const ProxyHosts> Dispatcher::proxy_hosts() const {
  std::shared_lock lock(mutex_);
  return proxy_hosts_;
}

std::shared_ptr<const Origins> Dispatcher::origins() const {
  std::shared_lock lock(mutex_);
  return origins_;
}

Dispatcher::Added Dispatcher::AddSpace(std::shared_ptr<SpaceImpl> space, std::size_t most) {
  std::unique_lock lock(mutex_);
  if (space->name() == default_space_->name() || spaces_.contains(space->name())) {
    return Added::kKnown;
  }
  if (spaces_.size() >= most) return Added::kTooMany;
  spaces_.emplace(space->name(), std::move(space));
  return Added::kYes;
}

std::shared_ptr<SpaceImpl> Dispatcher::FindSpace(const std::string& name) const {
  if (name == default_space_->name()) return default_space_;
  std::shared_lock lock(mutex_);
  const auto found = spaces_.find(name);
  return found == spaces_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<SpaceImpl>> Dispatcher::spaces() const {
  std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<SpaceImpl>> all{default_space_};
  for (const auto& [name, space] : spaces_) all.push_back(space);
  return all;
}

bool Dispatcher::RemoveSpace(const std::string& name) {
  decltype(spaces_)::node_type removed;  // ends after the lock: a space is large
  std::unique_lock lock(mutex_);
  removed = spaces_.extract(name);
  return !removed.empty();
}

Dispatcher::Route Dispatcher::FindRoute(const HttpRequest& request) {
  std::string_view path = PathOf(request);
  // RFC 8414 §3.1: the well-known part comes before the issuer's path.
  const bool metadata = path.substr(0, kMetadata.size()) == kMetadata &&
                        path.substr(kMetadata.size(), 3) == kSpacePrefix;
  if (metadata) path.remove_prefix(kMetadata.size());
  if (path.substr(0, kSpacePrefix.size()) != kSpacePrefix) {
    return {default_space_, std::string(path), ""};
  }
  path.remove_prefix(kSpacePrefix.size());
  const std::string name = TakeName(path);
  auto space = FindSpace(name);
  if (space == nullptr && make_space_ && IsSpaceName(name)) space = make_space_(name);
  if (space == nullptr) return {default_space_, std::string(PathOf(request)), name};
  if (metadata) return {space, std::string(kMetadata).append(path), ""};
  return {space, path.empty() ? "/" : std::string(path), ""};
}

namespace {

JournalEntry NewEntry(SpaceImpl& space, HttpRequest request, Endpoint endpoint,
                      std::string local_path) {
  JournalEntry entry;
  entry.space = space.name();
  entry.real_time = SystemClock::System().Now();
  entry.virtual_time = space.Now();
  entry.endpoint = endpoint;
  entry.local_path = std::move(local_path);
  entry.request = std::move(request);
  return entry;
}

}  // namespace

HttpResponse Dispatcher::Handle(HttpRequest request, std::stop_token stop, bool wire,
                                const std::shared_ptr<SpaceImpl>& own) {
  Route route = own == nullptr ? FindRoute(request) : Route{own, std::string(PathOf(request)), ""};
  if (!route.missing_space.empty()) {
    return Refuse(std::move(request), 404,
                  fmt::format("there is no space \"{}\"", route.missing_space));
  }
  if (const std::string name = WrongHost(request, route.local_path); !name.empty()) {
    return RefuseAt(std::move(route), std::move(request), 404, "this is not served by " + name);
  }
  const std::shared_ptr<const Origins> origins = this->origins();
  const std::string prefix = route.space->path_prefix();
  const std::string_view host = HostOf(request);
  std::string base_url =
      IsAWeberHost(host) ? std::string("https://").append(host) : OriginFor(request, *origins);
  if (!IsAWeberHost(host) || own == nullptr) base_url += prefix;
  const auto named = proxy_hosts()->Find(host, route.local_path, request.method);
  const Endpoint endpoint = named ? *named : EndpointOf(route.local_path, request.method);
  const auto entry = route.space->journal().AppendShared(
      NewEntry(*route.space, std::move(request), endpoint, std::move(route.local_path)));
  Exchange exchange{.request = entry->request,
                    .endpoint = endpoint,
                    .local_path = entry->local_path,
                    .base_url = std::move(base_url)};
  exchange.sequence = entry->sequence;
  auto processed = route.space->Process(exchange, origins->other + prefix, stop);
  exchange.facts.named_host = named.has_value();
  return Finish(route.space, entry->id(), exchange, std::move(processed), wire);
}

void Dispatcher::ReportFinished(SpaceImpl& space, const JournalEntry& line) {
  if (on_finished_) on_finished_(space.MakeRedactor().Entry(line));
}

void Dispatcher::Note(SpaceImpl& space, JournalEntry entry) {
  entry.finished_real_time = entry.real_time;
  ReportFinished(space, WithoutMessages(*space.journal().AppendShared(std::move(entry))));
}

HttpResponse Dispatcher::Finish(const std::shared_ptr<SpaceImpl>& space, EntryId id,
                                Exchange& exchange, SpaceImpl::Processed processed, bool wire) {
  HttpResponse& response = processed.response;
  const bool silent = IsSilent(response.fault.kind);
  space->journal().Update(id, [&](JournalEntry& entry) {
    entry.facts = std::move(exchange.facts);
    entry.error = std::move(exchange.error);
    entry.why_rejected = std::move(exchange.why);
    entry.rule = std::move(processed.rule);
    entry.fault = std::move(processed.faults);
    if (silent) return;
    entry.state = EntryState::kAnswered;
    entry.status = response.status;
    entry.response_headers = response.headers;
    entry.response_body = response.body;
    entry.finished_real_time = SystemClock::System().Now();
  });
  if (lint_ != nullptr) lint_->Add(space, id);
  if (!wire) {
    JournalEntry line;
    const auto copy = [&line](const JournalEntry& entry) { line = WithoutMessages(entry); };
    if (on_finished_ && space->journal().Look(id, copy)) ReportFinished(*space, line);
    return std::move(response);
  }
  response.on_sent = [this, space, id](std::size_t bytes, bool complete) {
    JournalEntry line;
    const bool there = space->journal().Update(id, [&](JournalEntry& entry) {
      entry.bytes_sent = bytes;
      if (!complete || entry.state == EntryState::kUnderWay) entry.state = EntryState::kAborted;
      entry.finished_real_time = SystemClock::System().Now();
      if (on_finished_) line = WithoutMessages(entry);
    });
    if (there) ReportFinished(*space, line);
  };
  return std::move(response);
}

HttpResponse Dispatcher::HandleForeign(HttpRequest request) {
  Route route = FindRoute(request);
  const auto entry = route.space->journal().AppendShared(
      NewEntry(*route.space, std::move(request), Endpoint::kOther, std::move(route.local_path)));
  Exchange exchange{.request = entry->request, .endpoint = Endpoint::kOther};
  SpaceImpl::Processed processed{ApiJson(200, {{"foreign", true}}), "", {}};
  exchange.why = "this arrived at the foreign origin";
  return Finish(route.space, entry->id(), exchange, std::move(processed), true);
}

HttpResponse Dispatcher::Refuse(HttpRequest request, int status, const std::string& why,
                                const std::shared_ptr<SpaceImpl>& own) {
  Route route{own == nullptr ? default_space_ : own, std::string(PathOf(request)), ""};
  return RefuseAt(std::move(route), std::move(request), status, why);
}

HttpResponse Dispatcher::RefuseAt(Route route, HttpRequest request, int status,
                                  const std::string& why) {
  const auto entry = route.space->journal().AppendShared(
      NewEntry(*route.space, std::move(request), Endpoint::kOther, std::move(route.local_path)));
  Exchange exchange{.request = entry->request, .endpoint = Endpoint::kOther};
  SpaceImpl::Processed processed;
  processed.response =
      EnvelopeError(exchange,
                    status == 404 ? EnvelopeFields{404, "NotFoundError", "Object not found"}
                                  : EnvelopeFields{status, "ForbiddenError", "Forbidden"},
                    why);
  return Finish(route.space, entry->id(), exchange, std::move(processed), true);
}

void Dispatcher::NoteMalformed(const MalformedRequest& malformed,
                               const std::shared_ptr<SpaceImpl>& own) {
  SpaceImpl& space = own == nullptr ? *default_space_ : *own;
  HttpRequest request;
  request.body = malformed.head;
  request.peer = malformed.peer;
  request.tls = malformed.tls;
  JournalEntry entry = NewEntry(space, std::move(request), Endpoint::kMalformed, "");
  entry.state = malformed.status == 0 ? EntryState::kAborted : EntryState::kAnswered;
  entry.status = malformed.status;
  entry.error = "malformed";
  entry.why_rejected = malformed.reason;
  Note(space, std::move(entry));
}

void Dispatcher::NoteRefusedConnect(SpaceImpl& space, const std::string& authority) {
  HttpRequest request;
  request.method = "CONNECT";
  request.target = authority;
  JournalEntry entry = NewEntry(space, std::move(request), Endpoint::kOther, "");
  entry.state = EntryState::kAnswered;
  entry.status = 403;
  entry.error = "ForbiddenError";
  entry.why_rejected = fmt::format("the proxy leads to port 443 of {} only, not to {}",
                                   proxy_hosts()->Names(), authority);
  Note(space, std::move(entry));
}

void Dispatcher::NoteTlsFault(SpaceImpl& space, const std::string& server_name,
                              const std::string& defect) {
  HttpRequest request;
  request.tls = true;
  request.server_name = server_name;
  JournalEntry entry = NewEntry(space, std::move(request), Endpoint::kOther, "");
  entry.state = EntryState::kAborted;
  entry.fault = FaultKind::kTls;
  entry.why_rejected =
      fmt::format("a TLS handshake was answered with a bad certificate: {}", defect);
  Note(space, std::move(entry));
}

}  // namespace aweber::mock
