#include "history/piece_queue.hpp"

#include "core/parallel.hpp"

namespace holdfast::history {
namespace {

/// Pieces that may wait; each costs memory.
constexpr std::size_t kWaitingMax = 2;

}  // namespace

PieceQueue::~PieceQueue() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    is_stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

tables::BadRowSink PieceQueue::bad_rows() {
  return [this](const tables::BadRow& row) { bad_rows_.push_back(row); };
}

void PieceQueue::start(tables::Reader& reader) {
  reader_ = &reader;
  if (threads() > 1) thread_ = std::thread([this] { read_ahead(); });
}

Result<bool> PieceQueue::read(Piece& piece) {
  auto more = reader_->next(piece.rows);
  piece.bad_rows = std::move(bad_rows_);
  bad_rows_.clear();
  piece.share_done = reader_->share_done();
  return more;
}

void PieceQueue::read_ahead() {
  for (;;) {
    Piece piece;
    Result<bool> more = false;
    std::exception_ptr thrown;
    try {
      more = read(piece);
    } catch (...) {
      thrown = std::current_exception();  // For the thread that asks: here it would end all.
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_stopped_ || pieces_.size() < kWaitingMax; });
    if (is_stopped_) return;
    thrown_ = thrown;
    is_finished_ = thrown_ || !more.ok() || !*more;
    if (!more.ok()) failure_ = more.error();
    if (is_finished_) last_ = std::move(piece);
    else pieces_.push_back(std::move(piece));
    changed_.notify_all();
    if (is_finished_) return;
  }
}

Result<bool> PieceQueue::next(Piece& piece) {
  if (!thread_.joinable()) return read(piece);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !pieces_.empty() || is_finished_; });
  if (pieces_.empty()) {
    if (thrown_) std::rethrow_exception(thrown_);
    if (failure_) return *failure_;
    piece = std::move(last_);
    return false;
  }
  piece = std::move(pieces_.front());
  pieces_.pop_front();
  changed_.notify_all();
  return true;
}

}  // namespace holdfast::history
