// What must hold whatever happens: little memory, many threads, a killed import, a damaged file.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "core/parallel.hpp"
#include "core/random.hpp"
#include "history/errors.hpp"
#include "history/import_testing.hpp"
#include "history/manifest.hpp"
#include "history/upkeep.hpp"

namespace holdfast::history {
namespace {

using testing::payments;
using testing::Project;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// Payments of many customers, some with a text of their own.
std::string many_payments(int rows, std::uint64_t seed) {
  Random random(seed);
  std::string csv = "customer,day,kind,amount\n";
  for (int i = 0; i < rows; ++i) {
    csv += "C" + std::to_string(random.below(2000)) + ",20" +
           std::to_string(10 + random.below(10)) + "-0" + std::to_string(1 + random.below(9)) +
           "-1" + std::to_string(random.below(9)) + ",kind " + std::to_string(random.below(500)) +
           "," + std::to_string(random.below(100000)) + "\n";
  }
  return csv;
}

TEST(Robust, LittleMemoryGivesTheSameBytes) {
  const auto csv = many_payments(20000, 1);
  Project plenty({payments()});
  plenty.options.bucket_count_min = 4;
  plenty.write("payments.csv", csv);
  plenty.imported();
  Project little({payments()});
  little.options = plenty.options;
  little.options.memory_max_bytes = 1 << 12;
  little.write("payments.csv", csv);
  little.imported();
  EXPECT_EQ(plenty.files(), little.files());
  EXPECT_FALSE(fs::exists(spill_folder(little.store_path())) &&
               !fs::is_empty(spill_folder(little.store_path())));
}

TEST(Robust, MoreBucketsThanPartitionsGiveTheSameRows) {
  const auto csv = many_payments(5000, 6);
  std::vector<std::vector<std::string>> rows;
  for (const int count : {1, 128}) {
    Project project({payments()});
    project.options.bucket_count_min = count;
    project.write("payments.csv", csv);
    project.imported();
    EXPECT_EQ(project.store().bucket_count(), count);
    rows.push_back(project.rows("payments", {"kind", "amount"}));
  }
  EXPECT_EQ(rows[0], rows[1]);
}

TEST(Robust, OneThreadGivesTheSameBytesAsTwo) {
  const auto csv = many_payments(20000, 2);
  std::vector<std::map<std::string, std::string>> files;
  std::vector<std::string> manifests;
  for (const int count : {1, 2}) {
    set_threads(count);
    Project project({payments()});
    project.options.bucket_count_min = 4;
    project.write("payments.csv", csv);
    project.imported();
    files.push_back(project.files());
    manifests.push_back(*read_file(project.store_path() / "manifest.json"));
  }
  set_threads(0);
  EXPECT_EQ(files[0], files[1]);
  EXPECT_EQ(manifests[0], manifests[1]);
}

TEST(Robust, ManyDistinctTextsSurviveBeyondTheDictionary) {
  Project project({payments()});
  std::string csv = "customer,day,kind,amount\n";
  constexpr int kRows = 70000;
  for (int i = 0; i < kRows; ++i) {
    csv += "A,2023-01-05,note number " + std::to_string(i) + "," + std::to_string(i) + "\n";
  }
  project.write("payments.csv", csv);
  project.options.memory_max_bytes = 1 << 20;
  project.imported();
  const auto rows = project.rows("payments", {"kind", "amount"});
  ASSERT_EQ(rows.size(), static_cast<std::size_t>(kRows));
  EXPECT_EQ(rows[0], "A 2023-01-05 note number 0 0");
  EXPECT_EQ(rows[69999], "A 2023-01-05 note number 69999 6999900");
  EXPECT_TRUE(project.store().tables()[0].categories[2].empty());
}

TEST(Robust, ACustomerWithSeveralRowGroupsIsReadWholeAndHisNeighboursApart) {
  Project project({payments()});
  std::string csv = "customer,day,kind,amount\n";
  for (int i = 0; i < 300000; ++i) {
    csv += (i % 100 == 0 ? "B" + std::to_string(i / 100 % 50) : "A") + ",2023-01-05,k,1\n";
  }
  project.write("payments.csv", csv);
  project.options.bucket_count_min = 1;
  project.imported();
  const auto store = project.store();
  EXPECT_EQ(store.read_customer("A", {{"payments", {"kind"}}})->tables[0].rows, 297000U);
  EXPECT_EQ(store.read_customer("B7", {{"payments", {"kind"}}})->tables[0].rows, 60U);
}

TEST(Robust, OneImportAtATimeWritesToAStore) {
  Project project({payments()});
  project.write("payments.csv", "customer,day,kind,amount\nA,2023-02-01,x,1\n");
  fs::create_directories(project.store_path());
  const auto lock = WriteLock::take(project.store_path());
  ASSERT_TRUE(lock.ok());
  EXPECT_EQ(project.import().error().kind, &errors::kLocked);
}

TEST(Robust, ATruncatedMissingOrScribbledFileIsNamed) {
  Project project({payments()});
  project.write("payments.csv", many_payments(500, 3));
  project.imported();
  fs::path data;
  for (const auto& entry : fs::recursive_directory_iterator(project.store_path() / "tables")) {
    if (entry.path().extension() == ".parquet") data = entry.path();
  }
  const auto size = fs::file_size(data);
  {
    std::fstream scribble(data, std::ios::in | std::ios::out | std::ios::binary);
    scribble.seekp(static_cast<std::streamoff>(size - 20));
    scribble << "scribble";
  }
  // The size is right: found when it is read.
  const auto store = project.store();
  std::vector<const ErrorKind*> kinds;
  for (int b = 0; b < store.bucket_count(); ++b) {
    const auto bucket = store.read_bucket(b, {{"payments", {"kind"}}});
    if (!bucket.ok()) kinds.push_back(bucket.error().kind);
  }
  EXPECT_THAT(kinds, ::testing::ElementsAre(&errors::kDamaged));
  fs::resize_file(data, size / 2);
  const auto truncated = Store::open(project.study);
  ASSERT_FALSE(truncated.ok());
  EXPECT_EQ(truncated.error().kind, &errors::kDamaged);
  EXPECT_THAT(message_of(truncated.error(), Language::En), HasSubstr(data.string()));
  fs::remove(data);
  EXPECT_EQ(Store::open(project.study).error().kind, &errors::kDamaged);
}

TEST(Robust, AStoreOfANewerProgramIsLeftAlone) {
  Project project({payments()});
  project.write("payments.csv", "customer,day,kind,amount\nA,2023-02-01,x,1\n");
  project.imported();
  auto text = *read_file(project.store_path() / "manifest.json");
  text.replace(text.find("\"format\": 1"), 11, "\"format\": 9");
  project.write("store/manifest.json", text);
  EXPECT_EQ(Store::open(project.study).error().kind, &errors::kNewerFormat);
  EXPECT_EQ(project.import().error().kind, &errors::kNewerFormat);
}

TEST(Robust, WrongNamesAreToldWithTheNearestRightOne) {
  Project project({payments()});
  project.write("payments.csv", "customer,day,kind,amount\nA,2023-02-01,x,1\n");
  project.imported();
  const auto store = project.store();
  EXPECT_THAT(hint_of(store.read_bucket(0, {{"payment", {}}}).error(), Language::En),
              HasSubstr("payments"));
  EXPECT_THAT(hint_of(store.read_bucket(0, {{"payments", {"amuont"}}}).error(), Language::En),
              HasSubstr("amount"));
}

// A child process imports while we kill it. One thread: a forked child has no others of ours.
TEST(Robust, KilledAtFiftyMomentsTheStoreIsTheOldOrTheNewState) {
  Project project({payments()});
  project.options.bucket_count_min = 8;
  project.options.memory_max_bytes = 1 << 20;
  project.write("payments-1.csv", many_payments(5000, 4));
  project.imported();
  project.write("payments-2.csv", many_payments(30000, 5));
  const auto child_import = [&] {
    const auto child = ::fork();
    if (child == 0) {
      set_threads(1);
      ::_exit(project.import().ok() ? 0 : 1);
    }
    return child;
  };
  const auto keep = project.folder.path() / "kept";
  fs::copy(project.store_path(), keep, fs::copy_options::recursive);
  const auto begin = std::chrono::steady_clock::now();
  int status = 0;
  ::waitpid(child_import(), &status, 0);
  ASSERT_EQ(status, 0);
  auto whole = std::chrono::steady_clock::now() - begin;
  ASSERT_EQ(project.store().find("payments")->rows, 35000);
  fs::remove_all(project.store_path());
  fs::copy(keep, project.store_path(), fs::copy_options::recursive);

  int killed = 0;
  int old_states = 0;
  int tries = 0;
  while (killed < 50) {
    ASSERT_LT(++tries, 500);
    const auto child = child_import();
    std::this_thread::sleep_for(whole * killed / 50);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      ++killed;
    } else {
      whole = whole * 19 / 20;  // It was done already: the machine got faster; aim earlier.
    }
    const auto store = Store::open(project.study);
    ASSERT_TRUE(store.ok()) << render(store.error(), Language::En);
    const auto rows = store->find("payments")->rows;
    ASSERT_TRUE(rows == 5000 || rows == 35000) << rows;
    old_states += rows == 5000;
    std::size_t read = 0;
    for (int b = 0; b < store->bucket_count(); ++b) {
      const auto bucket = store->read_bucket(b, {{"payments", {"kind", "amount"}}});
      ASSERT_TRUE(bucket.ok());
      read += bucket->tables[0].rows;
    }
    ASSERT_EQ(read, static_cast<std::size_t>(rows));
    if (rows == 35000) {
      fs::remove_all(project.store_path());
      fs::copy(keep, project.store_path(), fs::copy_options::recursive);
    }
  }
  EXPECT_GT(old_states, 25);
  // What the killed ones left behind is cleaned, and the next import completes.
  const auto report = project.imported();
  EXPECT_EQ(report.tables[0].rows_stored, 35000);
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(project.store_path())) {
    EXPECT_NE(entry.path().extension(), ".part");
    if (entry.path().extension() != ".parquet") continue;
    files.insert(entry.path().lexically_relative(project.store_path()).generic_string());
  }
  auto wanted = load_manifest(project.store_path(), report.manifest_number)->paths();
  wanted.merge(load_manifest(project.store_path(), report.manifest_number - 1)->paths());
  EXPECT_EQ(files, wanted);
}

}  // namespace
}  // namespace holdfast::history
