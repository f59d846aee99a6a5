#include "history/errors.hpp"

namespace holdfast::history::errors {

const ErrorKind kTooManyBadRows{
    "history.too_many_bad_rows", 422, 2,
    "{bad} of {read} rows of table {table} cannot be kept, more than the allowed {limit}",
    "表 {table} 的 {read} 行中有 {bad} 行无法保留，超过允许的 {limit}",
    "the rows and reasons are in {quarantine}; correct them or raise bad_rows_max",
    "坏行及原因见 {quarantine}；请更正数据或调高 bad_rows_max"};
const ErrorKind kEmptyTable{"history.empty_table", 422, 2, "table {table} has no rows",
                            "表 {table} 没有任何数据行",
                            "check that the file is the right one and was exported completely",
                            "请检查文件是否正确、导出是否完整"};
const ErrorKind kNoSource{"history.no_source", 404, 2,
                          "no file matches {location}, the source of table {table}",
                          "没有与 {location} 匹配的文件（表 {table} 的数据源）",
                          "paths are read relative to the study file", "路径相对于研究文件所在目录"};
const ErrorKind kLocked{"history.locked", 409, 2, "another import is writing to {store}",
                        "另一个导入正在写入 {store}", "wait until it has finished",
                        "请等待其完成后再试"};
const ErrorKind kKeyPathCycle{"history.key_path_cycle", 422, 2,
                              "the key path of table {table} leads back to itself",
                              "表 {table} 的键路径形成了循环",
                              "let `via` lead to a table that has customer_key",
                              "请让 via 指向带有 customer_key 的表"};
const ErrorKind kUnknownTimeZone{"history.unknown_time_zone", 422, 2, "no such time zone: {zone}",
                                 "没有这个时区: {zone}", "write it as Asia/Shanghai",
                                 "请写成 Asia/Shanghai 这样的形式"};
const ErrorKind kUnwritable{"history.unwritable", 500, 1, "cannot write {path}: {why}",
                            "无法写入 {path}: {why}", "check free space and permissions",
                            "请检查磁盘空间和权限"};
const ErrorKind kTooLarge{"history.too_large", 422, 2, "too large for the store: {what}",
                          "超出存储的上限: {what}", "", ""};

const ErrorKind kNoStore{"history.no_store", 404, 2, "there is no history store at {store}",
                         "{store} 处没有历史库", "run `holdfast import` first",
                         "请先运行 holdfast import"};
const ErrorKind kNoSuchManifest{"history.no_such_manifest", 404, 2,
                                "the store {store} has no state number {number}",
                                "历史库 {store} 中没有编号为 {number} 的状态",
                                "only the newest states are kept", "只保留最近的几个状态"};
const ErrorKind kNewerFormat{"history.newer_format", 422, 2,
                             "{path} was written by a newer Holdfast (format {format})",
                             "{path} 由更新版本的 Holdfast 写入（格式 {format}）",
                             "update this program, or import again into another folder",
                             "请升级本程序，或导入到另一个目录"};
const ErrorKind kDamaged{"history.damaged", 422, 2, "the store file {path} is damaged: {why}",
                         "历史库文件 {path} 已损坏: {why}",
                         "restore it from a backup, or delete the store folder and import again",
                         "请从备份恢复，或删除历史库目录后重新导入"};
const ErrorKind kTableNotImported{"history.table_not_imported", 404, 2,
                                  "table {table} is in the study but not yet in the store",
                                  "研究中的表 {table} 尚未导入历史库", "run `holdfast import`",
                                  "请运行 holdfast import"};
const ErrorKind kUnknownTable{"history.unknown_table", 404, 2, "no such table: {table}",
                              "没有这个表: {table}", "did you mean {nearest}?",
                              "是否指 {nearest}？"};
const ErrorKind kUnknownColumn{"history.unknown_column", 404, 2,
                               "table {table} has no column {column}",
                               "表 {table} 没有列 {column}", "did you mean {nearest}?",
                               "是否指 {nearest}？"};

const ErrorKind kMissingKey{"history.missing_key", 422, 2, "no value in the key column {column}",
                            "键列 {column} 为空", "", ""};
const ErrorKind kOrphan{"history.orphan", 422, 2,
                        "no row of table {table} has {value} in column {column}",
                        "表 {table} 的列 {column} 中没有 {value}", "", ""};
const ErrorKind kMissingTime{"history.missing_time", 422, 2, "no date in column {column}",
                             "日期列 {column} 为空", "", ""};
const ErrorKind kEndsBeforeStart{"history.ends_before_start", 422, 2,
                                 "the contract ends on {end}, before it starts on {start}",
                                 "合同结束日 {end} 早于开始日 {start}", "", ""};
const ErrorKind kDuplicateKey{"history.duplicate_key", 422, 2,
                              "a second row of the same customer: {key}", "同一客户重复出现: {key}",
                              "the first is kept; keep one row a customer, or give the table the role "
                              "attribute and a day where the rows tell of different times",
                              "已保留首行；请每位客户只留一行，若各行属于不同时间，请将该表的 role 设为 attribute 并指定日期列"};

const ErrorKind kSameContent{"history.same_content", 200, 0,
                             "{location} holds exactly what {other} holds; it counts once",
                             "{location} 与 {other} 内容完全相同，只计一次", "", ""};
const ErrorKind kRowsBad{"history.rows_bad", 200, 0,
                         "{bad} of {read} rows of table {table} are in quarantine",
                         "表 {table} 的 {read} 行中有 {bad} 行被隔离", "", ""};
const ErrorKind kOrphans{"history.orphans", 200, 0,
                         "{orphans} of {read} rows of table {table} lead to no customer",
                         "表 {table} 的 {read} 行中有 {orphans} 行找不到所属客户", "", ""};

std::vector<const ErrorKind*> history_kinds() {
  return {&kTooManyBadRows, &kEmptyTable,   &kNoSource,         &kLocked,       &kKeyPathCycle,
          &kUnknownTimeZone, &kUnwritable,  &kTooLarge,         &kNoStore,      &kNoSuchManifest,
          &kNewerFormat,    &kDamaged,      &kTableNotImported, &kUnknownTable, &kUnknownColumn,
          &kMissingKey,     &kOrphan,       &kMissingTime,      &kEndsBeforeStart,
          &kDuplicateKey,   &kSameContent,  &kRowsBad,          &kOrphans};
}

}  // namespace holdfast::history::errors
