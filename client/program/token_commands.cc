// aweber-client status | refresh | revoke
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/text/json.h"
#include "client/program/cli.h"
#include "client/program/commands.h"
#include "client/program/interrupts.h"

namespace aweber::client {
namespace {

std::string Span(std::chrono::seconds span) {
  const auto s = span.count();
  if (s >= 7200) return fmt::format("{} h {} min", s / 3600, s % 3600 / 60);
  if (s >= 120) return fmt::format("{} min", s / 60);
  return fmt::format("{} s", s);
}

std::string ExpiryWords(const TokenSet& token, UnixTime now) {
  const auto end = token.ExpiresAt();
  if (!end) return "unknown (AWeber will say so with a 401)";
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(*end - now);
  if (*end <= now) {
    return fmt::format("{} ({} ago; {})", FormatRfc3339(*end), Span(-left),
                       token.refresh_token.empty() ? "log in again" : "the next call renews it");
  }
  return fmt::format("{} (in {})", FormatRfc3339(*end), Span(left));
}

int PrintToken(const TokenSet& token, const CommonFlags& flags) {
  const UnixTime now = SystemClock::System().Now();
  const auto end = token.ExpiresAt();
  if (flags.json) {
    Json json = {{"logged_in", true},
                 {"user", flags.user},
                 {"scope", token.scope},
                 {"expired", token.Expired(now)},
                 {"renewable", !token.refresh_token.empty()}};
    if (end) json["expires_at"] = ToUnixSeconds(*end);
    fmt::print("{}\n", DumpJson(json));
    return kExitOk;
  }
  fmt::print("user           {}\n", flags.user);
  fmt::print("access token   {}\n", MaskSecret(token.access_token));
  fmt::print("refresh token  {}\n", MaskSecret(token.refresh_token));
  fmt::print("scopes         {}\n", token.scope.empty() ? "(unknown)" : Harmless(token.scope));
  fmt::print("expires        {}\n", ExpiryWords(token, now));
  return kExitOk;
}

int Status(const CommonFlags& flags) {
  auto context = CommandContext::Make(flags);
  if (!context) return ReportFailure(context.error(), flags.json);
  const auto token = (*context)->session().CurrentToken();
  if (!token) return ReportFailure(token.error(), flags.json);
  return PrintToken(*token, (*context)->flags());
}

int Refresh(const CommonFlags& flags) {
  auto context = CommandContext::Make(flags);
  if (!context) return ReportFailure(context.error(), flags.json);
  const Interrupts interrupts;
  const auto token = (*context)->session().Refresh(interrupts.stop_token());
  if (!token) return ReportFailure(token.error(), flags.json);
  return PrintToken(*token, (*context)->flags());
}

int Revoke(const CommonFlags& flags) {
  auto context = CommandContext::Make(flags);
  if (!context) return ReportFailure(context.error(), flags.json);
  const Interrupts interrupts;
  if (auto done = (*context)->session().Revoke(interrupts.stop_token()); !done) {
    return ReportFailure(done.error(), flags.json);
  }
  fmt::print("{}\n", flags.json ? R"({"revoked":true})" : "Disconnected: the tokens are revoked.");
  return kExitOk;
}

void Add(CLI::App& app, const char* name, const char* help, int (*run)(const CommonFlags&),
         int* status) {
  CLI::App* command = app.add_subcommand(name, help);
  const auto flags = AddCommonFlags(*command);
  command->callback([flags, run, status] { *status = run(*flags); });
}

}  // namespace

void AddTokenCommands(CLI::App& app, int* status) {
  Add(app, "status", "Say who is connected, with which scopes, until when.", Status, status);
  Add(app, "refresh", "Renew the access token now.", Refresh, status);
  Add(app, "revoke", "Disconnect: revoke the tokens and forget them.", Revoke, status);
}

}  // namespace aweber::client
