// Table: rows in ascending order of their `id`, shared with other tables until one of them changes.
//
// Purpose: a thousand spaces begin with the same sample data and each pays for what it changes
//   alone: copying a table copies one pointer; an edit copies the order (pointers) and the row it
//   touches.
// Ownership: rows are shared and immutable, except through Edit's reference, which is good until
//   the table is changed or copied.
// Thread safety: none for one table; tables that share rows may be used by different threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace aweber::mock {

template <typename Row>
class Table {
 public:
  using Id = decltype(Row::id);

  class Iterator {
   public:
    using Inner = typename std::vector<std::shared_ptr<const Row>>::const_iterator;
    explicit Iterator(Inner at) : at_(at) {}
    const Row& operator*() const { return **at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    Inner at_;
  };

  std::size_t size() const { return rows_->size(); }
  bool empty() const { return rows_->empty(); }
  const Row& operator[](std::size_t index) const { return *(*rows_)[index]; }
  Iterator begin() const { return Iterator(rows_->cbegin()); }
  Iterator end() const { return Iterator(rows_->cend()); }

  // Null when there is none.
  const Row* Find(const Id& id) const {
    const auto at = Place(*rows_, id);
    return at != rows_->end() && (*at)->id == id ? at->get() : nullptr;
  }
  // The row must exist.
  Row& Edit(const Id& id) {
    auto& rows = Own();
    auto& row = *Place(rows, id);
    if (row.use_count() > 1) row = std::make_shared<Row>(*row);
    return const_cast<Row&>(*row);  // made non-const above, or in Add, and ours alone
  }
  // Takes the place of a row with the same id.
  Row& Add(Row row) {
    auto& rows = Own();
    const auto at = Place(rows, row.id);
    auto added = std::make_shared<Row>(std::move(row));
    Row& reference = *added;
    if (at != rows.end() && (*at)->id == reference.id) {
      *at = std::move(added);
    } else {
      rows.insert(at, std::move(added));
    }
    return reference;
  }
  void Remove(const Id& id) {
    auto& rows = Own();
    const auto at = Place(rows, id);
    if (at != rows.end() && (*at)->id == id) rows.erase(at);
  }

 private:
  using Rows = std::vector<std::shared_ptr<const Row>>;

  template <typename Any>
  static auto Place(Any& rows, const Id& id) {
    return std::lower_bound(rows.begin(), rows.end(), id,
                            [](const auto& row, const Id& wanted) { return row->id < wanted; });
  }
  Rows& Own() {
    if (rows_.use_count() > 1) rows_ = std::make_shared<Rows>(*rows_);
    return *rows_;
  }

  std::shared_ptr<Rows> rows_ = Empty();
  static const std::shared_ptr<Rows>& Empty() {
    static const auto kEmpty = std::make_shared<Rows>();
    return kEmpty;
  }
};

}  // namespace aweber::mock
