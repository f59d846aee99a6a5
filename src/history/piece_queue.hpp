#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "tables/reader.hpp"

namespace holdfast::history {

/// Rows of a source and the bad rows met on the way to them.
struct Piece {
  tables::Table rows;
  std::vector<tables::BadRow> bad_rows;
  double share_done = 0;
};

/// Reads a source ahead in a thread of its own, so that parsing goes on while rows are sorted into
/// buckets. Pieces come in file order whatever the timing. With one thread it reads when asked.
class PieceQueue {
 public:
  PieceQueue() = default;
  ~PieceQueue();
  PieceQueue(const PieceQueue&) = delete;
  PieceQueue& operator=(const PieceQueue&) = delete;

  /// To be given to the reader, before start().
  tables::BadRowSink bad_rows();
  void start(tables::Reader& reader);
  /// The next piece; false at the end, where bad rows may still come. Errors and exceptions of the
  /// reader come here, behind the pieces read before them.
  Result<bool> next(Piece& piece);

 private:
  Result<bool> read(Piece& piece);
  void read_ahead();

  tables::Reader* reader_ = nullptr;
  std::vector<tables::BadRow> bad_rows_;  // Of the thread that reads.
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> pieces_;
  Piece last_;  // Bad rows behind the last good one.
  std::optional<Error> failure_;
  std::exception_ptr thrown_;
  bool is_finished_ = false;
  bool is_stopped_ = false;
  std::thread thread_;  // Not started: no reading ahead.
};

}  // namespace holdfast::history
