#include "history/piece_queue.hpp"

#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "core/parallel.hpp"

namespace holdfast::history {
namespace {

/// Gives pieces whose only line is their number, a bad row before each, then ends as told.
class NumberedPieces : public tables::Reader {
 public:
  enum class End { Quiet, Failure, Exception };
  NumberedPieces(std::int64_t count, End end, tables::BadRowSink bad_rows)
      : count_(count), end_(end), bad_rows_(std::move(bad_rows)) {}

  Result<bool> next(tables::Table& rows) override {
    rows = {};
    bad_rows_({.line = -read_, .column = "", .value = "", .reason = {holdfast::errors::kInternal}});
    if (read_ == count_) {
      if (end_ == End::Failure) return Error{holdfast::errors::kFileUnreadable};
      if (end_ == End::Exception) throw std::runtime_error("the disk is gone");
      return false;
    }
    rows.rows = 1;
    rows.lines = {read_++};
    return true;
  }
  std::int64_t rows_read() const override { return read_; }
  double share_done() const override {
    return static_cast<double>(read_) / static_cast<double>(count_);
  }

 private:
  std::int64_t count_ = 0;
  End end_;
  tables::BadRowSink bad_rows_;
  std::int64_t read_ = 0;
};

using End = NumberedPieces::End;

class PieceQueues : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { set_threads(0); }
};

TEST_P(PieceQueues, GivePiecesInFileOrderEachWithItsBadRows) {
  std::unique_ptr<NumberedPieces> reader;  // Outlives the queue, whose thread uses it.
  PieceQueue pieces;
  reader = std::make_unique<NumberedPieces>(200, End::Quiet, pieces.bad_rows());
  pieces.start(*reader);
  for (std::int64_t number = 0; number < 200; ++number) {
    Piece piece;
    const auto more = pieces.next(piece);
    ASSERT_TRUE(more.ok() && *more);
    ASSERT_EQ(piece.rows.lines, std::vector<std::int64_t>{number});
    ASSERT_EQ(piece.bad_rows.size(), 1U);
    ASSERT_EQ(piece.bad_rows[0].line, -number);
    ASSERT_DOUBLE_EQ(piece.share_done, static_cast<double>(number + 1) / 200);
  }
  Piece last;
  const auto more = pieces.next(last);
  ASSERT_TRUE(more.ok());
  EXPECT_FALSE(*more);
  ASSERT_EQ(last.bad_rows.size(), 1U);  // Behind the last good row.
  EXPECT_EQ(last.bad_rows[0].line, -200);
}

TEST_P(PieceQueues, MayBeLeftWhileTheReaderIsAhead) {
  for (int times = 0; times < 50; ++times) {
    std::unique_ptr<NumberedPieces> reader;  // Outlives the queue, whose thread uses it.
    PieceQueue pieces;
    reader = std::make_unique<NumberedPieces>(1000, End::Quiet, pieces.bad_rows());
    pieces.start(*reader);
    Piece piece;
    ASSERT_TRUE(pieces.next(piece).ok());
  }
}

TEST_P(PieceQueues, ErrorsComeBehindThePiecesBeforeThem) {
  std::unique_ptr<NumberedPieces> reader;  // Outlives the queue, whose thread uses it.
  PieceQueue pieces;
  reader = std::make_unique<NumberedPieces>(5, End::Failure, pieces.bad_rows());
  pieces.start(*reader);
  Piece piece;
  for (int number = 0; number < 5; ++number) ASSERT_TRUE(pieces.next(piece).ok());
  const auto failed = pieces.next(piece);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().kind, &holdfast::errors::kFileUnreadable);
}

TEST_P(PieceQueues, AnExceptionReachesTheThreadThatAsks) {
  std::unique_ptr<NumberedPieces> reader;  // Outlives the queue, whose thread uses it.
  PieceQueue pieces;
  reader = std::make_unique<NumberedPieces>(5, End::Exception, pieces.bad_rows());
  pieces.start(*reader);
  Piece piece;
  for (int number = 0; number < 5; ++number) ASSERT_TRUE(pieces.next(piece).ok());
  EXPECT_THROW((void)pieces.next(piece), std::runtime_error);
}

INSTANTIATE_TEST_SUITE_P(OneThreadAndTwo, PieceQueues, ::testing::Values(1, 2));

}  // namespace
}  // namespace holdfast::history
