#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "features/window_kernel.hpp"

/// The windows of a block of customers where nothing is missing and visibility only grows, as in most
/// event tables: every figure of a window is found from running figures at its two ends, and the
/// block's figures become features in one long loop a column. Inside features/ only.
namespace holdfast::features {

/// Scratch space and what is worked out once per bucket; one per task.
class DenseWindows {
 public:
  /// Nothing where a cell the plan reads is missing in the bucket, or has too many categories.
  static std::unique_ptr<DenseWindows> make(const WindowPlan& plan, const history::Bucket& bucket);
  DenseWindows(const WindowPlan& plan, const history::TableData& data);
  ~DenseWindows();

  /// True where the block can be computed here.
  bool can_run(std::span<const Batch> block) const;
  /// The same bits as one customer after another gives.
  void run(std::span<const Batch> block, Out& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::features
