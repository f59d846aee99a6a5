// Starts a PostgreSQL of its own in a temporary folder, reached by a socket there; skips where none
// is installed.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tables/errors.hpp"
#include "tables/reader_test_support.hpp"

namespace holdfast::tables {
namespace {

/// Runs a shell command as the user the server runs as; PostgreSQL refuses to run as root.
int shell(const std::string& command) {
  const auto whole = ::geteuid() == 0 ? "runuser -u postgres -- sh -c '" + command + "'"
                                      : "sh -c '" + command + "'";
  return std::system((whole + " > /dev/null 2>&1").c_str());
}

std::string newest_server() {
  const std::filesystem::path root = "/usr/lib/postgresql";
  std::string found;
  std::error_code failure;
  for (const auto& version : std::filesystem::directory_iterator(root, failure)) {
    const auto folder = version.path() / "bin";
    if (std::filesystem::exists(folder / "initdb")) found = std::max(found, folder.string());
  }
  return found;
}

/// One server for all tests; stopped by its own process number.
class Server {
 public:
  Server() {
    const auto programs = newest_server();
    if (programs.empty()) return;
    std::filesystem::permissions(folder_.path(), std::filesystem::perms::all);
    const auto data = (folder_.path() / "data").string();
    if (shell("timeout 60 " + programs + "/initdb -D " + data + " -A trust -U analyst -N") != 0) return;
    const auto options = "\"-k " + folder_.path().string() + " -c listen_addresses= -c fsync=off\"";
    shell("timeout 60 " + programs + "/pg_ctl -D " + data + " -w -t 30 -o " + options + " start");
    std::ifstream file(data + "/postmaster.pid");
    file >> process_;
  }
  ~Server() {
    if (process_ <= 0) return;
    ::kill(process_, SIGINT);  // Fast shutdown.
    for (int i = 0; i < 100 && ::kill(process_, 0) == 0; ++i) ::usleep(50'000);
    if (::kill(process_, 0) == 0) ::kill(process_, SIGQUIT);
  }
  bool is_up() const { return process_ > 0; }
  std::string address() const {
    return "postgresql://analyst@/postgres?host=" + folder_.path().string();
  }
  int run(const std::string& statements) const {
    const auto script = folder_.write("s.sql", statements);
    std::filesystem::permissions(script, std::filesystem::perms::all);
    return shell("timeout 60 psql -v ON_ERROR_STOP=1 -h " + folder_.path().string() +
                 " -U analyst postgres -f " + script.string());
  }

 private:
  testing::TemporaryFolder folder_;
  pid_t process_ = 0;
};

class Postgres : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<Server>(); }
  static void TearDownTestSuite() { server_.reset(); }
  void SetUp() override {
    if (!server_->is_up()) GTEST_SKIP() << "no PostgreSQL server programs here";
  }
  static std::unique_ptr<Server> server_;
};
std::unique_ptr<Server> Postgres::server_;

TEST_F(Postgres, GivesATableWithItsTypes) {
  ASSERT_EQ(server_->run("CREATE SCHEMA core; CREATE TABLE core.\"Policy\" (id text, n bigint, premium numeric(12,2),"
                         " share float8, active boolean, start date, at timestamptz, wall timestamp);"
                         "INSERT INTO core.\"Policy\" VALUES"
                         " ('001', 9223372036854775807, 1.005, 0.1, true, '2024-03-05', '2024-03-05 10:15:00.25+08', '2024-07-05 12:00'),"
                         " ('NA', NULL, NULL, NULL, NULL, NULL, NULL, NULL);"), 0);
  ReadOptions hints;
  hints.time_zone = "Europe/Madrid";
  HOLDFAST_READ(all, read_all(server_->address() + "&table=core.Policy", hints));
  EXPECT_EQ(all.rows_kept(), 2);
  EXPECT_EQ(all.cell(0, "id"), "001");
  EXPECT_EQ(all.cell(1, "id"), "NA");  // Only NULL is missing in a database.
  EXPECT_EQ(all.cell(0, "n"), "9223372036854775807");
  EXPECT_EQ(all.cell(1, "n"), "");
  EXPECT_EQ(format_of(all.layout, "premium").type, ColumnType::Real);
  EXPECT_EQ(all.cell(0, "premium"), "1.01");
  EXPECT_EQ(all.cell(0, "active"), "1");
  EXPECT_EQ(all.cell(0, "start"), "2024-03-05");
  EXPECT_EQ(all.cell(0, "at"), "2024-03-05T02:15:00.250000Z");
  EXPECT_EQ(all.cell(0, "wall"), "2024-07-05T10:00:00Z");
}

TEST_F(Postgres, StreamsAQueryLargerThanOneAnswer) {
  ReadOptions hints;
  hints.query = "SELECT i AS n, 'k' || i % 10 AS kind FROM generate_series(1, 50000) AS i;";
  HOLDFAST_READ(all, read_all(server_->address(), hints));
  EXPECT_EQ(all.layout.rows_estimate, 50'000);
  EXPECT_EQ(all.layout.sample.rows, 1'000U);
  EXPECT_EQ(all.rows_kept(), 50'000);
  EXPECT_GT(all.pieces.size(), 1U);
  EXPECT_EQ(all.cell(49'999, "n"), "50000");
}

TEST_F(Postgres, BadRowsAndAbsentThingsSaySo) {
  ReadOptions options;
  options.query = "SELECT * FROM (VALUES ('1'), ('one')) AS t(n)";
  options.columns = {{"n", ColumnType::Integer}};
  HOLDFAST_READ(all, read_as(server_->address(), options));
  EXPECT_EQ(all.rows_kept(), 1);
  ASSERT_EQ(all.bad_rows.size(), 1U);
  EXPECT_EQ(all.bad_rows[0].value, "one");

  for (const std::string location : {"&table=nowhere", ""}) {
    const auto absent = inspect(server_->address() + location);
    ASSERT_FALSE(absent.ok());
    EXPECT_EQ(absent.error().kind, &errors::kDatabase);
  }
  ReadOptions empty;
  empty.query = "SELECT 1 AS a WHERE false";
  const auto no_rows = inspect(server_->address(), empty);
  ASSERT_FALSE(no_rows.ok());
  EXPECT_EQ(no_rows.error().kind, &errors::kNoRows);
}

TEST(PostgresAddress, AnUnreachableServerIsAnErrorWithoutThePassword) {
  const auto layout = inspect("postgresql://analyst:secret@127.0.0.1:1/db?table=t");
  ASSERT_FALSE(layout.ok());
  EXPECT_EQ(layout.error().kind, &errors::kDatabase);
  EXPECT_EQ(render(layout.error(), Language::En).find("secret"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::tables
