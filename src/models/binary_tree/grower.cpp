#include "models/binary_tree/grower.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <utility>

#include "models/binary_tree/surrogates.hpp"

namespace holdfast::binary_tree {
namespace {

struct Range {
  std::size_t begin = 0, end = 0;
  std::size_t count() const { return end - begin; }
};

/// The part of the rows and of every column's order that belongs to a node.
struct Part {
  Range rows;
  std::vector<Range> orders;  // [columns]
};

/// A branch becomes a leaf where complexity reaches this; what that adds in risk and saves in splits.
struct Collapse {
  double complexity = 0;
  double risk = 0;
  double splits_count = 0;
};

/// What is below a node: its risk and its splits once those not worth having are gone.
struct Below {
  double risk = 0;
  double splits_count = 0;
  std::vector<Collapse> collapses;  // The weakest first.
};

/// Memory used again and again, one piece for each thread that divides at a time.
class Spare {
 public:
  Order taken(std::size_t size) {
    Order piece;
    {
      const std::scoped_lock lock(mutex_);
      if (!pieces_.empty()) {
        piece = std::move(pieces_.back());
        pieces_.pop_back();
      }
    }
    if (piece.size() < size) piece.resize(size);
    return piece;
  }
  void give_back(Order piece) {
    const std::scoped_lock lock(mutex_);
    pieces_.push_back(std::move(piece));
  }

 private:
  std::mutex mutex_;
  std::vector<Order> pieces_;
};

class Grower {
 public:
  Grower(const Sample& sample, std::vector<std::uint32_t> rows, std::vector<Order> orders,
         const Scales& scales, const Growth& growth, double alpha, SplitFinder& finder)
      : sample_(sample),
        rows_(std::move(rows)),
        orders_(std::move(orders)),
        scales_(scales),
        growth_(growth),
        alpha_(alpha),
        finder_(finder),
        sides_(sample.columns.rows, kUnknown) {}

  Tree run() {
    Part part{.rows = {0, rows_.size()}};
    for (const auto& order : orders_) part.orders.push_back({0, order.size()});
    tree_.nodes.emplace_back();
    measure(0, part);
    tree_.nodes[0].complexity = tree_.nodes[0].risk;
    grow(0, part, 0);
    complete();
    return std::move(tree_);
  }

 private:
  void measure(std::size_t at, const Part& part) {
    Node& node = tree_.nodes[at];
    const auto rows = rows_of(part);
    node.class_weight = class_weights(sample_, rows);
    node.rows_count = rows.size();
    const auto answer = cheapest(scales_, node.class_weight);
    node.answer = answer.of_class;
    node.risk = answer.risk;
  }

  std::span<const std::uint32_t> rows_of(const Part& part) const {
    return std::span(rows_).subspan(part.rows.begin, part.rows.count());
  }

  NodeRows view(std::size_t at, const Part& part) const {
    NodeRows node{.rows = rows_of(part), .class_weight = tree_.nodes[at].class_weight};
    for (std::size_t c = 0; c < orders_.size(); ++c) {
      node.orders.push_back(std::span(orders_[c]).subspan(part.orders[c].begin,
                                                          part.orders[c].count()));
    }
    return node;
  }

  Below leaf(std::size_t at) {
    Node& node = tree_.nodes[at];
    node.complexity = alpha_;
    node.left = node.right = -1;
    node.split = {};
    node.competitors.clear();
    node.surrogates.clear();
    return {.risk = node.risk};
  }

  bool may_split(std::size_t at, int depth) const {
    const Node& node = tree_.nodes[at];
    return node.rows_count >= growth_.split_rows_min && node.risk > alpha_ &&
           depth < growth_.depth_max;
  }

  /// Complexity is bounded from above while growing, as most of what is below is not known yet; it
  /// is what the node would have as the root of its own tree.
  Below grow(std::size_t at, const Part& part, int depth) {
    double bound = std::min(tree_.nodes[at].risk, tree_.nodes[at].complexity);
    if (!may_split(at, depth) || bound <= alpha_ || !split(at, part)) return leaf(at);
    auto [left_part, right_part] = divide(at, part, depth);

    const std::size_t left = at + 1;
    tree_.nodes[at].left = static_cast<std::int32_t>(left);
    tree_.nodes[left].complexity = bound - alpha_;
    Node right_node = std::move(tree_.nodes.back());  // The left side's nodes come before it.
    tree_.nodes.pop_back();
    Below below_left = grow(left, left_part, depth + 1);

    bound = std::max((tree_.nodes[at].risk - below_left.risk) / (below_left.splits_count + 1),
                     tree_.nodes[at].risk - tree_.nodes[left].risk);
    bound = std::min(bound, tree_.nodes[at].complexity);
    const std::size_t right = tree_.nodes.size();
    tree_.nodes.push_back(std::move(right_node));
    tree_.nodes[at].right = static_cast<std::int32_t>(right);
    tree_.nodes[right].complexity = bound - alpha_;
    Below below_right = grow(right, right_part, depth + 1);

    if (growth_.is_rpart) collapse_weaker(at, below_left, below_right);
    Below below = joined(at, below_left, below_right);
    if (tree_.nodes[at].complexity > alpha_) return below;
    tree_.nodes.resize(at + 1);
    return leaf(at);
  }

  /// The node's complexity: what it saves a split at the moment it collapses itself, when the weaker
  /// branches below it have.
  Below joined(std::size_t at, const Below& left, const Below& right) {
    Node& node = tree_.nodes[at];
    Below below{.risk = left.risk + right.risk,
                .splits_count = left.splits_count + right.splits_count + 1};
    std::ranges::merge(left.collapses, right.collapses, std::back_inserter(below.collapses), {},
                       &Collapse::complexity, &Collapse::complexity);
    auto& collapses = below.collapses;
    double risk = below.risk, splits_count = below.splits_count;
    node.complexity = (node.risk - risk) / splits_count;
    std::size_t weaker = 0;
    for (; weaker < collapses.size() && collapses[weaker].complexity < node.complexity; ++weaker) {
      risk += collapses[weaker].risk;
      splits_count -= collapses[weaker].splits_count;
      node.complexity = (node.risk - risk) / splits_count;
    }
    collapses.resize(weaker);
    if (!growth_.is_rpart) collapses.push_back({node.complexity, node.risk - risk, splits_count});
    return below;
  }

  /// rpart's rule: children whose complexity is below the node's collapse before it does, and are
  /// then as if they had never been split.
  void collapse_weaker(std::size_t at, Below& below_left, Below& below_right) const {
    const Node& node = tree_.nodes[at];
    const Node& left = tree_.nodes[static_cast<std::size_t>(node.left)];
    const Node& right = tree_.nodes[static_cast<std::size_t>(node.right)];
    const auto complexity = [&] {
      return (node.risk - (below_left.risk + below_right.risk)) /
             (below_left.splits_count + below_right.splits_count + 1);
    };
    const bool is_left_first = right.complexity > left.complexity;
    const Node& weaker = is_left_first ? left : right;
    const Node& stronger = is_left_first ? right : left;
    Below& below_weaker = is_left_first ? below_left : below_right;
    Below& below_stronger = is_left_first ? below_right : below_left;
    if (!(complexity() > weaker.complexity)) return;
    below_weaker = {.risk = weaker.risk};
    if (complexity() > stronger.complexity) below_stronger = {.risk = stronger.risk};
  }

  /// Finds the node's split, its competitors and surrogates; `sides_` of its rows says where they go.
  bool split(std::size_t at, const Part& part) {
    const NodeRows view = this->view(at, part);
    auto found = finder_.find(view);
    if (found.empty()) return false;
    const auto column = found.front().column;
    mark_sides(found.front(), view);
    // Where no row here asks a surrogate, they wait until it is known that the node stays.
    std::vector<Split> surrogates;
    if (has_missing(view, column)) {
      surrogates = surrogates_of(sample_, view, column, sides_, growth_);
    }
    Node& node = tree_.nodes[at];
    node.split = std::move(found.front());
    node.competitors.assign(std::make_move_iterator(found.begin() + 1),
                            std::make_move_iterator(found.end()));
    node.surrogates = std::move(surrogates);
    node.fallback = larger_side(view.orders[static_cast<std::size_t>(column)]);
    send_missing(node, view.rows);
    return true;
  }

  /// Where the split sends each row; rows whose value is not known: nowhere.
  void mark_sides(const Split& split, const NodeRows& node) {
    const auto c = static_cast<std::size_t>(split.column);
    if (split.is_category) {
      const auto& cells = sample_.columns.columns[c];
      for (const auto row : node.rows) sides_[row] = split.side_of(cells, row);
      return;
    }
    if (has_missing(node, split.column)) {
      for (const auto row : node.rows) sides_[row] = kUnknown;
    }
    const auto& values = sample_.values[c];
    const auto ranks = std::ranges::upper_bound(values, split.split) - values.begin();
    const auto first_high = std::ranges::lower_bound(
        node.orders[c], static_cast<std::uint32_t>(ranks), {}, &Entry::rank);
    const Side low = split.is_low_left ? kLeft : kRight;
    const Side high = split.is_low_left ? kRight : kLeft;
    auto entry = node.orders[c].begin();
    for (; entry != first_high; ++entry) sides_[entry->row] = low;
    for (; entry != node.orders[c].end(); ++entry) sides_[entry->row] = high;
  }

  Side larger_side(std::span<const Entry> known) const {
    if (sample_.has_unit_weights) {
      std::size_t lefts = 0, rights = 0;
      for (const auto& entry : known) {
        lefts += sides_[entry.row] == kLeft ? 1 : 0;
        rights += sides_[entry.row] == kRight ? 1 : 0;
      }
      return lefts < rights ? kRight : kLeft;
    }
    double left = 0, right = 0;
    for (const auto& entry : known) {
      if (sides_[entry.row] == kLeft) left += sample_.weight[entry.row];
      else if (sides_[entry.row] == kRight) right += sample_.weight[entry.row];
    }
    return left < right ? kRight : kLeft;
  }

  static bool has_missing(const NodeRows& node, std::int32_t column) {
    return node.orders[static_cast<std::size_t>(column)].size() < node.rows.size();
  }

  void send_missing(Node& node, std::span<const std::uint32_t> rows) {
    for (const auto row : rows) {
      if (sides_[row] != kUnknown) continue;
      for (auto& surrogate : node.surrogates) {
        const auto& cells = sample_.columns.columns[static_cast<std::size_t>(surrogate.column)];
        sides_[row] = surrogate.side_of(cells, row);
        if (sides_[row] == kUnknown) continue;
        ++surrogate.rows_count;
        break;
      }
      if (sides_[row] == kUnknown) sides_[row] = node.fallback;
    }
  }

  /// Makes both children, left last but one and right last. Orders are kept only of a child that may
  /// be split again.
  std::pair<Part, Part> divide(std::size_t at, const Part& part, int depth) {
    auto parts = divide_rows(part);
    tree_.nodes.emplace_back();
    measure(at + 1, parts.first);
    tree_.nodes.emplace_back();
    measure(at + 2, parts.second);
    divide_orders(part, parts, may_split(at + 1, depth + 1), may_split(at + 2, depth + 1));
    return parts;
  }

  std::pair<Part, Part> divide_rows(const Part& part) {
    std::pair<Part, Part> parts;
    if (right_rows_.size() < part.rows.count()) right_rows_.resize(part.rows.count());
    const auto border = divide(rows_, part.rows, right_rows_, [](std::uint32_t row) { return row; });
    parts.first.rows = {part.rows.begin, border};
    parts.second.rows = {border, part.rows.end};
    return parts;
  }

  /// Orders of a child that nobody asks are lost.
  void divide_orders(const Part& part, std::pair<Part, Part>& parts, bool is_left_asked,
                     bool is_right_asked) {
    if (!is_left_asked && !is_right_asked) return;
    parts.first.orders.resize(orders_.size());
    parts.second.orders.resize(orders_.size());
    for_columns(orders_.size(), part.rows.count(), [&](std::size_t c) {
      const std::size_t begin = part.orders[c].begin;
      if (!is_right_asked) {
        parts.first.orders[c] = {begin, keep(orders_[c], part.orders[c], kLeft)};
        return;
      }
      if (!is_left_asked) {
        parts.second.orders[c] = {begin, keep(orders_[c], part.orders[c], kRight)};
        return;
      }
      Order right = spare_.taken(part.orders[c].count());
      const std::size_t cut = divide(orders_[c], part.orders[c], right,
                                     [](const Entry& entry) { return entry.row; });
      spare_.give_back(std::move(right));
      parts.first.orders[c] = {begin, cut};
      parts.second.orders[c] = {cut, part.orders[c].end};
    });
  }

  /// Entries of one side to the front, the others are overwritten. Returns where they end.
  std::size_t keep(Order& order, const Range& range, Side side) const {
    const Side* sides = sides_.data();
    Entry* const all = order.data();
    std::size_t kept = range.begin;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Entry entry = all[i];
      all[kept] = entry;
      kept += sides[entry.row] == side ? 1 : 0;
    }
    return kept;
  }

  /// Left items to the front, both sides keep their order. Returns where the right ones begin.
  /// `room`: for the right ones.
  template <typename Item, typename RowOf>
  std::size_t divide(std::vector<Item>& items, const Range& range, std::vector<Item>& room,
                     const RowOf& row_of) const {
    const Side* sides = sides_.data();
    Item* const all = items.data();
    Item* const right = room.data();
    std::size_t lefts = range.begin;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Item item = all[i];
      all[lefts] = item;  // Both written, one counted, the other the rest: no branch to guess.
      right[i - lefts] = item;
      lefts += static_cast<std::size_t>(sides[row_of(item)] == kLeft);
    }
    std::copy_n(right, range.end - lefts, all + lefts);
    return lefts;
  }

  /// Gives nodes that stay the surrogates they still lack: the rows go down the finished tree again.
  void complete() {
    if (growth_.surrogates_max == 0 || !is_lacking(0)) return;
    const bool is_whole = rows_.size() == sample_.rows.size();
    std::vector<std::uint8_t> is_here(sample_.columns.rows, is_whole ? 1 : 0);
    if (!is_whole) {
      for (const auto row : rows_) is_here[row] = 1;
    }
    std::size_t count = 0;
    for (const auto row : sample_.rows) {
      if (is_here[row] != 0) rows_[count++] = row;
    }
    Part part{.rows = {0, count}, .orders = std::vector<Range>(orders_.size())};
    for_columns(orders_.size(), count, [&](std::size_t c) {
      if (is_whole) {
        orders_[c] = sample_.orders[c];
      } else {
        orders_[c].clear();
        for (const auto& entry : sample_.orders[c]) {
          if (is_here[entry.row] != 0) orders_[c].push_back(entry);
        }
      }
      part.orders[c] = {0, orders_[c].size()};
    });
    complete(0, part);
  }

  void complete(std::size_t at, const Part& part) {
    Node& node = tree_.nodes[at];
    if (!is_lacking(at)) return;
    const NodeRows view = this->view(at, part);
    mark_sides(node.split, view);
    for (const auto row : view.rows) {
      if (sides_[row] == kUnknown) sides_[row] = side_of(node, sample_.columns, row);
    }
    if (!has_missing(view, node.split.column)) {
      node.surrogates = surrogates_of(sample_, view, node.split.column, sides_, growth_);
    }
    const auto left = static_cast<std::size_t>(node.left);
    const auto right = static_cast<std::size_t>(node.right);
    auto parts = divide_rows(part);
    divide_orders(part, parts, is_lacking(left), is_lacking(right));
    complete(left, parts.first);
    complete(right, parts.second);
  }

  /// Whether a node here or below may lack surrogates that someone will ask.
  bool is_lacking(std::size_t at) const {
    const Node& node = tree_.nodes[at];
    if (node.is_leaf()) return false;
    const auto present = sample_.orders[static_cast<std::size_t>(node.split.column)].size();
    // Rows of a fold may have categories that the node never had.
    return growth_.has_all_surrogates || present < sample_.rows.size() ||
           std::ranges::find(node.split.side_of_code, kUnknown) != node.split.side_of_code.end() ||
           is_lacking(static_cast<std::size_t>(node.left)) ||
           is_lacking(static_cast<std::size_t>(node.right));
  }

  const Sample& sample_;
  std::vector<std::uint32_t> rows_;
  std::vector<Order> orders_;
  const Scales& scales_;
  const Growth& growth_;
  double alpha_;
  SplitFinder& finder_;
  std::vector<Side> sides_;  // [rows of the sample] at the node being split.
  Spare spare_;
  std::vector<std::uint32_t> right_rows_;
  Tree tree_;
};

}  // namespace

std::vector<double> class_weights(const Sample& sample, std::span<const std::uint32_t> rows) {
  std::vector<double> result(sample.classes_count);
  if (sample.has_unit_weights) {
    std::array<std::size_t, 256> count{};
    for (const auto row : rows) ++count[sample.y[row]];
    for (std::size_t j = 0; j < result.size(); ++j) result[j] = static_cast<double>(count[j]);
    return result;
  }
  for (const auto row : rows) result[sample.y[row]] += sample.weight[row];
  return result;
}

Tree grown(const Sample& sample, std::vector<std::uint32_t> rows, std::vector<Order> orders,
           const Scales& scales, const Growth& growth, double alpha, SplitFinder& finder) {
  return Grower(sample, std::move(rows), std::move(orders), scales, growth, alpha, finder).run();
}

}  // namespace holdfast::binary_tree
