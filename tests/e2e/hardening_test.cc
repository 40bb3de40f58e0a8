// The programs of an optimized build, as files: what the linker and the compiler were told to defend.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/os/file.h"
#include "tests/support/paths.h"

namespace aweber {
namespace {

// A 64-bit ELF file of this machine's byte order.
class ElfFile {
 public:
  explicit ElfFile(const std::string& path) {
    constexpr std::size_t kLargest = 1u << 30;  // with a sanitizer or for a debugger
    auto content = ReadFile(path, kLargest);
    EXPECT_TRUE(content) << path;
    if (content) bytes_ = std::move(*content);
  }

  Elf64_Ehdr Header() const { return At<Elf64_Ehdr>(0); }
  std::vector<Elf64_Phdr> Segments(Elf64_Word type) const {
    std::vector<Elf64_Phdr> found;
    const Elf64_Ehdr header = Header();
    for (int i = 0; i < header.e_phnum; ++i) {
      const auto segment = At<Elf64_Phdr>(header.e_phoff + std::size_t{header.e_phentsize} * i);
      if (segment.p_type == type) found.push_back(segment);
    }
    return found;
  }
  // The value of an entry of the dynamic section, 0 when there is none.
  Elf64_Xword Dynamic(Elf64_Sxword tag) const {
    for (const Elf64_Phdr& segment : Segments(PT_DYNAMIC)) {
      for (std::size_t at = 0; at < segment.p_filesz; at += sizeof(Elf64_Dyn)) {
        const auto entry = At<Elf64_Dyn>(segment.p_offset + at);
        if (entry.d_tag == tag) return entry.d_un.d_val;
      }
    }
    return 0;
  }
  // Whether a function of that name is called, as the dynamic symbols' names tell.
  bool Names(const std::string& symbol) const {
    return bytes_.find('\0' + symbol + '\0') != std::string::npos;
  }

 private:
  template <typename T>
  T At(std::size_t offset) const {
    T value{};
    if (offset + sizeof value <= bytes_.size()) {
      std::memcpy(&value, bytes_.data() + offset, sizeof value);
    }
    return value;
  }

  std::string bytes_;
};

class HardeningTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
#ifndef AWEBER_HARDENED
    GTEST_SKIP() << "only optimized builds without sanitizers are hardened";
#endif
  }
  const ElfFile file_{ProgramPath(GetParam())};
};

TEST_P(HardeningTest, LiesAnywhereInMemory) {
  EXPECT_EQ(file_.Header().e_type, ET_DYN);
  EXPECT_NE(file_.Dynamic(DT_FLAGS_1) & DF_1_PIE, 0u);
}

TEST_P(HardeningTest, RelocationsAreReadOnlyOnceItRuns) {
  EXPECT_EQ(file_.Segments(PT_GNU_RELRO).size(), 1u);
  EXPECT_NE(file_.Dynamic(DT_FLAGS) & DF_BIND_NOW, 0u);
}

TEST_P(HardeningTest, TheStackIsNotExecutable) {
  const auto stack = file_.Segments(PT_GNU_STACK);
  ASSERT_EQ(stack.size(), 1u);
  EXPECT_EQ(stack[0].p_flags & PF_X, 0u);
}

TEST_P(HardeningTest, OverwrittenStacksAndBuffersEndIt) {
  EXPECT_TRUE(file_.Names("__stack_chk_fail"));
  EXPECT_TRUE(file_.Names("__memcpy_chk") || file_.Names("__read_chk") ||
              file_.Names("__fprintf_chk") || file_.Names("__recv_chk"));
}

INSTANTIATE_TEST_SUITE_P(Programs, HardeningTest,
                         testing::Values("aweber-mockserver", "aweber-conformance",
                                         "aweber-client"),
                         [](const auto& tested) {
                           std::string name = tested.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace aweber
