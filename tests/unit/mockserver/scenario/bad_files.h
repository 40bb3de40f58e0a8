// Files that the scenario loader must refuse, with the whole message, and whether the JSON Schema
// refuses them too (it cannot know labels, controls or other files).
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace aweber::mock {

struct BadFile {
  std::string name;
  std::string text;
  std::string message;
  bool schema_refuses;

  friend void PrintTo(const BadFile& file, std::ostream* out) { *out << file.name; }
};

inline const std::vector<BadFile>& BadFiles() {
  static const auto* files = new std::vector<BadFile>{
      {"UnknownKey",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "stpes: [authorize]\n",
       "f.yaml:4:1: unknown key \"stpes\" in the scenario; did you mean \"steps\"?\n"
       "  stpes: [authorize]\n"
       "  ^",
       true},
      {"MissingTitle",
       "id: a/b\n"
       "why: W\n",
       "f.yaml:1:1: the scenario needs the key \"title\"\n"
       "  id: a/b\n"
       "  ^",
       true},
      {"IdDiffersFromPath",
       "id: a/c\n"
       "title: T\n"
       "why: W\n",
       "f.yaml:1:5: id \"a/c\" differs from the file's path; write \"a/b\"\n"
       "  id: a/c\n"
       "      ^",
       false},
      {"IdWithSpace",
       "id: a b\n"
       "title: T\n"
       "why: W\n",
       "f.yaml:1:5: id \"a b\" must be segments of letters, digits and \"-\" joined by \"/\"\n"
       "  id: a b\n"
       "      ^",
       true},
      {"NotAMap", "- id: a/b\n",
       "f.yaml:1:1: a scenario file must be a map, not a list\n"
       "  - id: a/b\n"
       "  ^",
       true},
      {"TitleIsANumber",
       "id: a/b\n"
       "title: 5\n"
       "why: W\n",
       "f.yaml:2:8: \"title\" must be a string, not an integer; write \"5\" in quotes\n"
       "  title: 5\n"
       "         ^",
       true},
      {"DuplicateKey",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "title: again\n",
       "f.yaml:4:1: duplicate key \"title\"; it is first on line 2\n"
       "  title: again\n"
       "  ^",
       false},
      {"Feature",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "needs: [refresh:on401]\n",
       "f.yaml:4:9: unknown feature \"refresh:on401\"; did you mean \"refresh:on_401\"?\n"
       "  needs: [refresh:on401]\n"
       "          ^",
       true},
      {"Profile",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "profiles: awber\n",
       "f.yaml:4:11: unknown profile \"awber\"; did you mean \"aweber\"?\n"
       "  profiles: awber\n"
       "            ^",
       true},
      {"ClientType",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {client: {type: secret}}\n",
       "f.yaml:4:25: \"type\" must be one of confidential, public, not \"secret\"\n"
       "  server: {client: {type: secret}}\n"
       "                          ^",
       true},
      {"RedirectRelative",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {client: {redirect_uri: /callback}}\n",
       "f.yaml:4:33: redirect_uri: \"/callback\" is not a URI: expected a scheme such as "
       "\"https:\" at offset 0\n"
       "  server: {client: {redirect_uri: /callback}}\n"
       "                                  ^",
       false},
      {"Setting",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {settings: {access_token_tll: 60}}\n",
       "f.yaml:4:21: unknown setting \"access_token_tll\"; did you mean \"access_token_ttl\"?\n"
       "  server: {settings: {access_token_tll: 60}}\n"
       "                      ^",
       true},
      {"SettingType",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {settings: {rotate_refresh_token: 1}}\n",
       "f.yaml:4:21: setting rotate_refresh_token: 1 is not true or false\n"
       "  server: {settings: {rotate_refresh_token: 1}}\n"
       "                      ^",
       true},
      {"Endpoint",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: tokn, then: hang}]}\n",
       "f.yaml:4:23: \"endpoint\" must be one of authorize, decision, token, revoke, api, other, "
       "malformed, any, not \"tokn\"; did you mean \"token\"?\n"
       "  server: {rules: [{on: tokn, then: hang}]}\n"
       "                        ^",
       true},
      {"RuleWithoutThen",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token}]}\n",
       "f.yaml:4:18: a rule needs the key \"then\"\n"
       "  server: {rules: [{on: token}]}\n"
       "                   ^",
       true},
      {"Fault",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: lose_replay}]}\n",
       "f.yaml:4:36: unknown fault \"lose_replay\"; did you mean \"lose_reply\"?\n"
       "  server: {rules: [{on: token, then: lose_replay}]}\n"
       "                                     ^",
       true},
      {"FaultMember",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {http_status: {status: 500, boddy: x}}}]}\n",
       "f.yaml:4:64: unknown key \"boddy\" in http_status; did you mean \"body\"?\n"
       "  server: {rules: [{on: token, then: {http_status: {status: 500, boddy: x}}}]}\n"
       "                                                                 ^",
       true},
      {"FaultWithoutStatus",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {http_status: {body: x}}}]}\n",
       "f.yaml:4:50: http_status needs the key \"status\"\n"
       "  server: {rules: [{on: token, then: {http_status: {body: x}}}]}\n"
       "                                                   ^",
       true},
      {"TwoFaultsInOneMap",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {hang: , reset: }}]}\n",
       "f.yaml:4:36: a fault is one word or a map of exactly one fault to its members\n"
       "  server: {rules: [{on: token, then: {hang: , reset: }}]}\n"
       "                                     ^",
       true},
      {"StatusOutOfRange",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {http_status: 99}}]}\n",
       "f.yaml:4:50: status must be from 100 to 599\n"
       "  server: {rules: [{on: token, then: {http_status: 99}}]}\n"
       "                                                   ^",
       true},
      {"NthAndEvery",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, when: {nth: 1, every: 2}, then: hang}]}\n",
       "f.yaml:4:36: give nth or every, not both\n"
       "  server: {rules: [{on: token, when: {nth: 1, every: 2}, then: hang}]}\n"
       "                                     ^",
       true},
      {"TimesZero",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, times: 0, then: hang}]}\n",
       "f.yaml:4:37: times must be 1 or more\n"
       "  server: {rules: [{on: token, times: 0, then: hang}]}\n"
       "                                      ^",
       true},
      {"Probability",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, when: {probability: 1.5}, then: hang}]}\n",
       "f.yaml:4:50: probability must be from 0 to 1\n"
       "  server: {rules: [{on: token, when: {probability: 1.5}, then: hang}]}\n"
       "                                                   ^",
       true},
      {"MutationOfNothing",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {token_mutation: {}}}]}\n",
       "f.yaml:4:53: token_mutation changes nothing; give set, remove, rotate, keep or headers\n"
       "  server: {rules: [{on: token, then: {token_mutation: {}}}]}\n"
       "                                                      ^",
       true},
      {"Delay",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {delay: soon}}]}\n",
       "f.yaml:4:44: \"by\" must be a duration such as 250ms, 90s, 11m, 1h, 2d, or a number of "
       "seconds\n"
       "  server: {rules: [{on: token, then: {delay: soon}}]}\n"
       "                                             ^",
       true},
      {"DelayTooLong",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {delay: 600h}}]}\n",
       "f.yaml:4:44: by must be 1d at most\n"
       "  server: {rules: [{on: token, then: {delay: 600h}}]}\n"
       "                                             ^",
       false},
      {"DelayNegative",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {delay: -1}}]}\n",
       "f.yaml:4:44: \"by\" must be a duration such as 250ms, 90s, 11m, 1h, 2d, or a number of "
       "seconds\n"
       "  server: {rules: [{on: token, then: {delay: -1}}]}\n"
       "                                             ^",
       true},
      {"DribbleTooLong",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {dribble: {by: 25h}}}]}\n",
       "f.yaml:4:51: by must be 1d at most\n"
       "  server: {rules: [{on: token, then: {dribble: {by: 25h}}}]}\n"
       "                                                    ^",
       false},
      {"LoseReplyBefore",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {lose_reply: {phase: before}}}]}\n",
       "f.yaml:4:57: lose_reply always has phase \"after\"\n"
       "  server: {rules: [{on: token, then: {lose_reply: {phase: before}}}]}\n"
       "                                                          ^",
       true},
      {"DelayBefore",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {delay: {by: 1s, phase: before}}}]}\n",
       "f.yaml:4:60: delay always has phase \"after\"\n"
       "  server: {rules: [{on: token, then: {delay: {by: 1s, phase: before}}}]}\n"
       "                                                             ^",
       true},
      {"GateAfter",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {gate: {name: g, phase: after}}}]}\n",
       "f.yaml:4:60: gate always has phase \"before\"\n"
       "  server: {rules: [{on: token, then: {gate: {name: g, phase: after}}}]}\n"
       "                                                             ^",
       true},
      {"Step",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorise]\n",
       "f.yaml:4:9: unknown step \"authorise\"; did you mean \"authorize\"?\n"
       "  steps: [authorise]\n"
       "          ^",
       true},
      {"StepMember",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{authorize: {visits: true}}]\n",
       "f.yaml:4:22: unknown key \"visits\" in authorize; did you mean \"visit\"?\n"
       "  steps: [{authorize: {visits: true}}]\n"
       "                       ^",
       true},
      {"TwoOperations",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{authorize: , consent: approve}]\n",
       "f.yaml:4:23: a step has one operation; this one is already \"authorize\"\n"
       "  steps: [{authorize: , consent: approve}]\n"
       "                        ^",
       true},
      {"NoOperation",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{label: x}]\n",
       "f.yaml:4:9: a step names no operation\n"
       "  steps: [{label: x}]\n"
       "          ^",
       true},
      {"NoSteps",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: []\n",
       "f.yaml:4:8: steps must be a list with at least one step\n"
       "  steps: []\n"
       "         ^",
       true},
      {"CallWithoutPath",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{call: {method: GET}}]\n",
       "f.yaml:4:16: call needs the key \"path\"\n"
       "  steps: [{call: {method: GET}}]\n"
       "                 ^",
       true},
      {"CallPath",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{call: accounts}]\n",
       "f.yaml:4:10: a call's path starts with \"/\" (below the API's URL) or is absolute\n"
       "  steps: [{call: accounts}]\n"
       "           ^",
       false},
      {"Decision",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{consent: aprove}]\n",
       "f.yaml:4:19: \"decision\" must be one of approve, deny, wrong-password, developer-account, "
       "abandon, not \"aprove\"; did you mean \"approve\"?\n"
       "  steps: [{consent: aprove}]\n"
       "                    ^",
       true},
      {"AdvanceByAndTo",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{advance: {by: 1h, to: next_expiry}}]\n",
       "f.yaml:4:10: advance takes by or to, exactly one of them\n"
       "  steps: [{advance: {by: 1h, to: next_expiry}}]\n"
       "           ^",
       true},
      {"AdvanceBackwards",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{advance: 0s}]\n",
       "f.yaml:4:10: the clock only goes forward\n"
       "  steps: [{advance: 0s}]\n"
       "           ^",
       false},
      {"Tamper",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{callback: {tamper: [{flipp: state}]}}]\n",
       "f.yaml:4:31: unknown change to the callback \"flipp\"; did you mean \"flip\"?\n"
       "  steps: [{callback: {tamper: [{flipp: state}]}}]\n"
       "                                ^",
       true},
      {"TamperPart",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{callback: {tamper: [{part: {iss: prot}}]}}]\n",
       "f.yaml:4:43: unknown part of a URL \"prot\"; did you mean \"port\"?\n"
       "  steps: [{callback: {tamper: [{part: {iss: prot}}]}}]\n"
       "                                            ^",
       true},
      {"TamperSetWithoutMap",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{callback: {tamper: {set: state}}}]\n",
       "f.yaml:4:35: set takes a map of parameters to values\n"
       "  steps: [{callback: {tamper: {set: state}}}]\n"
       "                                    ^",
       true},
      {"LabelTwice",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps:\n"
       "  - {call: /a, label: x}\n"
       "  - {call: /b, label: x}\n",
       "f.yaml:6:1: label \"x\" is already used by the step at line 5\n"
       "    - {call: /b, label: x}\n"
       "  ^",
       false},
      {"LabelInTwoPlaces",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{authorize: {label: x}, label: y}]\n",
       "f.yaml:4:29: label is given twice\n"
       "  steps: [{authorize: {label: x}, label: y}]\n"
       "                              ^",
       false},
      {"NestedTooDeeply",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [{repeat: {times: 1, steps: [{repeat: {times: 1, steps: [{repeat: {times: 1, steps: "
       "[{repeat: {times: 1, steps: [authorize]}}]}}]}}]}}]\n",
       "f.yaml:4:120: steps are nested too deeply (3 at most)\n"
       "  peat: {times: 1, steps: [{repeat: {times: 1, steps: [{repeat: {times: 1, steps: "
       "[authorize]}}]}}]}}]}}]\n"
       "                                                                                  ^",
       false},
      {"Gate",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "server: {rules: [{on: token, then: {gate: refreshes}}]}\n"
       "steps: [{release: refreshs}]\n",
       "f.yaml:5:1: unknown gate \"refreshs\"; did you mean \"refreshes\"?\n"
       "  steps: [{release: refreshs}]\n"
       "  ^",
       false},
      {"ExpectWithoutSteps",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "expect: {checks: [x]}\n",
       "f.yaml:4:9: expect without steps: nothing would happen\n"
       "  expect: {checks: [x]}\n"
       "          ^",
       true},
      {"ExpectedStep",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {client: {calback: ok}}\n",
       "f.yaml:5:19: unknown step of the client \"calback\"; did you mean \"callback\"?\n"
       "  expect: {client: {calback: ok}}\n"
       "                    ^",
       false},
      {"ExpectedOfTheBrowser",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {client: {consent: ok}}\n",
       "f.yaml:5:19: unknown step of the client \"consent\"; known: authorize, callback\n"
       "  expect: {client: {consent: ok}}\n"
       "                    ^",
       false},
      {"Outcome",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {client: {callback: refsued}}\n",
       "f.yaml:5:29: unknown outcome \"refsued\"; did you mean \"refused\"?\n"
       "  expect: {client: {callback: refsued}}\n"
       "                              ^",
       true},
      {"ErrorKind",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {client: {callback: {is: any, kinds: [state_missmatch]}}}\n",
       "f.yaml:5:46: unknown error kind \"state_missmatch\"; did you mean \"state_mismatch\"?\n"
       "  expect: {client: {callback: {is: any, kinds: [state_missmatch]}}}\n"
       "                                               ^",
       true},
      {"PatternWithoutSeen",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {requires: [{status: 200}]}\n",
       "f.yaml:5:21: a required pattern needs the key \"seen\"\n"
       "  expect: {requires: [{status: 200}]}\n"
       "                      ^",
       true},
      {"PatternAfter",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {requires: [{seen: token, after: calback}]}\n",
       "f.yaml:5:42: unknown step \"calback\"; did you mean \"callback\"?\n"
       "  expect: {requires: [{seen: token, after: calback}]}\n"
       "                                           ^",
       false},
      {"PatternAtMost",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {requires: [{seen: token, at_least: 3, at_most: 2}]}\n",
       "f.yaml:5:57: at_most is less than at_least\n"
       "  expect: {requires: [{seen: token, at_least: 3, at_most: 2}]}\n"
       "                                                          ^",
       false},
      {"AtLeastInNever",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {never: [{seen: token, at_least: 2}]}\n",
       "f.yaml:5:32: unknown key \"at_least\" in a forbidden pattern; known are after, at_most, "
       "before, check, client_id, committed, during, fault, grant, method, note, path, per, seen, "
       "sent_in, status, token_state\n"
       "  expect: {never: [{seen: token, at_least: 2}]}\n"
       "                                 ^",
       true},
      {"RefusedWithoutControl",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {client: {callback: refused}, requires: [{seen: token}]}\n",
       "f.yaml:5:9: a scenario that forbids or expects a refusal needs a positive \"control\"\n"
       "  expect: {client: {callback: refused}, requires: [{seen: token}]}\n"
       "          ^",
       false},
      {"NeverWithoutRequires",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "control: callback/ok\n"
       "steps: [authorize, consent, callback]\n"
       "expect: {never: [{seen: token}]}\n",
       "f.yaml:6:9: a scenario that forbids or expects a refusal must say what it \"requires\" to "
       "be seen first\n"
       "  expect: {never: [{seen: token}]}\n"
       "          ^",
       false},
      {"MatrixWithoutName",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "matrix: {x: [{v: 1}]}\n",
       "f.yaml:4:14: a matrix choice needs a name (a string)\n"
       "  matrix: {x: [{v: 1}]}\n"
       "               ^",
       true},
      {"MatrixNameTwice",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "matrix: {x: [{name: a}, {name: a}]}\n",
       "f.yaml:4:32: choice \"a\" is named twice\n"
       "  matrix: {x: [{name: a}, {name: a}]}\n"
       "                                 ^",
       false},
      {"Substitution",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "matrix: {value: [{name: a, v: 1}]}\n"
       "server: {settings: {code_ttl: \"${value.w}\"}}\n",
       "f.yaml:5:31: unknown substitution \"value.w\"; did you mean \"value.v\"?\n"
       "  server: {settings: {code_ttl: \"${value.w}\"}}\n"
       "                                ^",
       false},
      {"SubstitutionUnclosed",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "control: \"${code\"\n",
       "f.yaml:4:10: \"${\" without \"}\"\n"
       "  control: \"${code\"\n"
       "           ^",
       false},
      {"SubstitutionInsideText",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "matrix: {x: [{name: a, v: [1]}]}\n"
       "control: \"a${x.v}\"\n",
       "f.yaml:5:10: ${x.v} is a list and cannot stand inside a text\n"
       "  control: \"a${x.v}\"\n"
       "           ^",
       false},
      {"SubstitutedType",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "matrix: {x: [{name: a, v: yes}]}\n"
       "server: {settings: {rotate_refresh_token: \"${x.v}\"}}\n",
       "f.yaml:5:21: setting rotate_refresh_token: \"yes\" is not true or false\n"
       "  server: {settings: {rotate_refresh_token: \"${x.v}\"}}\n"
       "                      ^",
       false},
      {"Limits",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "limits: {operation: 10s, whole: 5s}\n",
       "f.yaml:4:9: limits must be more than 0, and whole at least operation\n"
       "  limits: {operation: 10s, whole: 5s}\n"
       "          ^",
       false},
      {"LimitsMember",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "limits: {operations: 10s}\n",
       "f.yaml:4:10: unknown key \"operations\" in limits; did you mean \"operation\"?\n"
       "  limits: {operations: 10s}\n"
       "           ^",
       true},
      {"Alias",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "tags: [&x a, *x]\n",
       "f.yaml:4:8: anchors (&name) are not supported; write the value out where it is used\n"
       "  tags: [&x a, *x]\n"
       "         ^",
       false},
      {"SecondDocument",
       "id: a/b\n"
       "title: T\n"
       "why: W\n"
       "---\n"
       "id: a/c\n",
       "f.yaml:4:1: a second document; one file holds one\n"
       "  ---\n"
       "  ^",
       false},
  };
  return *files;
}

}  // namespace aweber::mock
