// What a secret looks like that nobody knows: another server's token, a PKCE verifier.
//
// Thread safety: pure functions. Errors: none.
#pragma once

#include <string>
#include <string_view>

namespace aweber::mock {

// Whether `word` looks as if it had been drawn at random: long, of many different characters, and
// with letters, digits and cases mixed as no name has them. UUIDs are identifiers and do not count.
bool LooksLikeSecret(std::string_view word);

// What stands for such a word: its first four characters tell one from another.
std::string SecretShapeTag(std::string_view word);

// Whether the value under this parameter, member or header is random by design and no secret
// (state, code_challenge, ETag).
bool IsPublicRandomName(std::string_view name);

}  // namespace aweber::mock
