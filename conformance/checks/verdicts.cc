#include "conformance/checks/verdicts.h"

#include <fmt/format.h>

namespace aweber::conformance {
namespace {
void AddOnce(Evidence& evidence, std::uint64_t sequence) {
  if (sequence == 0) return;  // seen in the driver's words only
  for (const auto known : evidence) {
    if (known == sequence) return;
  }
  evidence.push_back(sequence);
}
}  // namespace

Judgement Passed(std::string message, Evidence evidence) {
  return {Verdict::kOk, std::move(message), std::move(evidence)};
}

Judgement Violated(std::string message, Evidence evidence) {
  return {Verdict::kViolation, std::move(message), std::move(evidence)};
}

Judgement Unseen(std::string message) { return {Verdict::kNotSeen, std::move(message), {}}; }

void Tally::Add(const Remark& remark, std::uint64_t sequence) { Add(remark, Evidence{sequence}); }

void Tally::Add(const Remark& remark, const Evidence& sequences) {
  if (remark.verdict == Verdict::kNotSeen) return;
  const bool wrong = remark.verdict == Verdict::kViolation;
  if (wrong && violations_++ == 0) first_violation_ = remark.message;
  if (!wrong) ++fine_;
  for (const auto sequence : sequences) {
    AddOnce(wrong ? violation_evidence_ : fine_evidence_, sequence);
  }
}

Judgement Tally::Close(std::string_view when_fine) const {
  if (violations_ > 1) {
    return Violated(fmt::format("{} (and {} more like it)", first_violation_, violations_ - 1),
                    violation_evidence_);
  }
  if (violations_ == 1) return Violated(first_violation_, violation_evidence_);
  if (fine_ > 0) return Passed(fmt::format("{} {} {}", fine_, subject_, when_fine), fine_evidence_);
  return Unseen(fmt::format("no {} to judge", subject_));
}

}  // namespace aweber::conformance
