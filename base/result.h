// Result<T>: a value or an Error, in the manner of std::expected (which g++ 12 lacks). Result<T, E>
// carries another error type, which must have Error's `code` and `message`.
//
// Purpose: every fallible function in this project returns Result<T> or Status; exceptions thrown
//   by libraries are caught where they arise and never cross a thread or an HTTP callback.
// Ownership: Result owns its value or its error.
// Thread safety: as the value's; distinct objects are independent.
// Errors: reading value() of a failed result is a programming error and aborts with the message.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace aweber {

// What went wrong. `code` is stable and meant for programs ("yaml.unknown_key"); `message` is for
// people and names the place and the cure.
struct Error {
  std::string code;
  std::string message;

  friend bool operator==(const Error&, const Error&) = default;
};

namespace internal {
template <typename E>
[[noreturn]] void DieOnError(const E& error) {
  std::fprintf(stderr, "fatal: unchecked error %s: %s\n", error.code.c_str(),
               error.message.c_str());
  std::abort();
}
}  // namespace internal

template <typename T, typename E = Error>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` both read well.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  const T& value() const& {
    if (!ok()) internal::DieOnError(std::get<1>(state_));
    return std::get<0>(state_);
  }
  T& value() & {
    if (!ok()) internal::DieOnError(std::get<1>(state_));
    return std::get<0>(state_);
  }
  // By value, so that `for (x : Read().value())` does not walk through a dead temporary.
  T value() && {
    if (!ok()) internal::DieOnError(std::get<1>(state_));
    return std::get<0>(std::move(state_));
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

  T value_or(T fallback) const& { return ok() ? std::get<0>(state_) : std::move(fallback); }

  // Only when !ok().
  const E& error() const& { return std::get<1>(state_); }
  E&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, E> state_;
};

template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(E error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  // Only when !ok().
  const E& error() const { return *error_; }

 private:
  std::optional<E> error_;
};

using Status = Result<void>;

}  // namespace aweber
