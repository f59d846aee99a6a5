#include "tables/errors.hpp"

namespace holdfast::tables::errors {

const ErrorKind kNoRows{"tables.no_rows", 422, 2, "a table with no rows: {path}", "表中没有数据行: {path}",
                        "check that the export finished; the header alone cannot be used",
                        "请检查导出是否完成;只有表头无法使用"};
const ErrorKind kEmpty{"tables.empty", 422, 2, "an empty file: {path}", "空文件: {path}",
                       "check that the export finished", "请检查导出是否完成"};
const ErrorKind kNotATable{"tables.not_a_table", 422, 2, "{path} is not a table: {why}",
                           "{path} 不是表格: {why}",
                           "give a CSV, xlsx, xls or Parquet file; the ending tells which",
                           "请提供 CSV、xlsx、xls 或 Parquet 文件,以扩展名区分"};
const ErrorKind kDamaged{"tables.damaged", 422, 2, "{path} is truncated or damaged: {why}",
                         "{path} 被截断或损坏: {why}", "copy or export it again", "请重新复制或导出"};
const ErrorKind kTooLarge{"tables.too_large", 413, 2, "{path} unpacks to more than a table can be: {why}",
                          "{path} 解压后超出合理大小: {why}",
                          "it may be a zip bomb; open and save it with a spreadsheet program, or export CSV",
                          "可能是压缩炸弹;请用表格软件打开另存,或导出为 CSV"};
const ErrorKind kNoSuchColumn{"tables.no_such_column", 422, 2, "{path} has no column {column}",
                              "{path} 中没有列 {column}", "the nearest header is: {nearest}",
                              "最接近的表头是: {nearest}"};
const ErrorKind kNoSuchSheet{"tables.no_such_sheet", 422, 2, "no such sheet: {sheet}", "没有这个工作表: {sheet}",
                             "the file has: {sheets}", "文件中有: {sheets}"};
const ErrorKind kRagged{"tables.ragged_row", 422, 2, "the row has {cells} cells, the header {columns}",
                        "该行有 {cells} 个单元格,表头有 {columns} 个",
                        "a delimiter or line break inside a cell needs quotes around the cell",
                        "单元格内含分隔符或换行时须加引号"};
const ErrorKind kBadNumber{"tables.bad_number", 422, 2, "not a number ({type}) in column {column}: \"{value}\"",
                           "列 {column} 中不是数字({type}): \"{value}\"",
                           "change the column's type, decimal or thousands in the study if the file is right",
                           "若文件无误,请在研究文件中修改该列的类型、小数点或千分位"};
const ErrorKind kBadDate{"tables.bad_date", 422, 2, "not a date in column {column}: \"{value}\"",
                         "列 {column} 中不是日期: \"{value}\"",
                         "the study declares dates as {format}; change date_format if the file uses another order",
                         "研究文件声明日期格式为 {format};若文件采用其他顺序,请修改 date_format"};
const ErrorKind kNoSuchDay{"tables.no_such_day", 422, 2, "no such day in column {column}: \"{value}\"",
                           "列 {column} 中没有这一天: \"{value}\"",
                           "the study declares dates as {format}; change date_format if the file uses another order",
                           "研究文件声明日期格式为 {format};若文件采用其他顺序,请修改 date_format"};
const ErrorKind kBadBoolean{"tables.bad_boolean", 422, 2, "neither yes nor no in column {column}: \"{value}\"",
                            "列 {column} 中既不是“是”也不是“否”: \"{value}\"",
                            "true/false, yes/no, 是/否 are read; declare the column as text otherwise",
                            "可识别 true/false、yes/no、是/否;否则请将该列声明为 text"};
const ErrorKind kUnclosedQuote{"tables.unclosed_quote", 422, 2,
                               "a quote opened here is never closed: {path}", "此处的引号没有闭合: {path}",
                               "close it, or set quote = \"\" in the study if quotes mean nothing in this file",
                               "请补上引号;若该文件中引号无特殊含义,请在研究文件中设 quote = \"\""};
const ErrorKind kDatabase{"tables.database", 502, 2, "PostgreSQL did not answer {location}: {why}",
                          "PostgreSQL 未能响应 {location}: {why}",
                          "check address, user and table; passwords are read from ~/.pgpass or PGPASSWORD",
                          "请检查地址、用户和表名;密码从 ~/.pgpass 或 PGPASSWORD 读取"};
const ErrorKind kUnsureEncoding{"tables.unsure_encoding", 200, 0, "the encoding of {path} is only likely: {encoding}",
                                "{path} 的编码只是推测: {encoding}",
                                "set encoding in the study if texts look wrong",
                                "若文字显示不正确,请在研究文件中设置 encoding"};
const ErrorKind kAmbiguousDates{"tables.ambiguous_dates", 200, 0,
                                "day and month of column {column} cannot be told apart; read as {format}",
                                "列 {column} 的日和月无法区分;按 {format} 读取",
                                "set date_format of the column in the study if it is the other order",
                                "若顺序相反,请在研究文件中设置该列的 date_format"};

const ErrorKind kAmbiguousNumbers{"tables.ambiguous_numbers", 200, 0,
                                  "column {column} may have another decimal mark; read as {format}",
                                  "列 {column} 的小数点可能是另一种;按 {format} 读取",
                                  "set decimal and thousands of the column in the study if that is wrong",
                                  "若不对,请在研究文件中设置该列的 decimal 和 thousands"};
const ErrorKind kSomeMisfits{"tables.some_misfits", 200, 0,
                             "{count} cells of column {column} are not {type}; their rows go to quarantine",
                             "列 {column} 有 {count} 个单元格不是 {type};所在行将进入隔离文件",
                             "declare the column as text in the study to keep them",
                             "若要保留,请在研究文件中将该列声明为 text"};
const ErrorKind kWrongEncoding{"tables.wrong_encoding", 422, 2,
                               "{path} is declared as {declared}, but its text is {detected}",
                               "{path} 声明为 {declared},但其文字是 {detected}",
                               "write encoding = \"{detected}\" for this table in the study",
                               "请在研究文件中将该表的 encoding 改为 \"{detected}\""};
const ErrorKind kBadText{"tables.bad_text", 422, 2,
                         "a character in column {column} that the encoding does not have: \"{value}\"",
                         "列 {column} 中有该编码不存在的字符: \"{value}\"",
                         "set the source's encoding in the study: utf-8, gb18030, utf-16le, utf-16be or windows-1252",
                         "请在研究文件中设置来源的 encoding:utf-8、gb18030、utf-16le、utf-16be 或 windows-1252"};
const ErrorKind kBadDateFormat{"tables.bad_date_format", 422, 2,
                               "not a date format, in column {column}: \"{format}\"",
                               "列 {column} 的日期格式无法识别: \"{format}\"",
                               "write it with y M d H m s, such as dd/MM/yyyy, or iso, or excel",
                               "请用 y M d H m s 书写,例如 dd/MM/yyyy,或 iso、excel"};
const ErrorKind kUnknownTimeZone{"tables.unknown_time_zone", 422, 2, "no such time zone: {zone}",
                                 "没有这个时区: {zone}", "give a name such as Europe/Madrid or Asia/Shanghai",
                                 "请给出名称,例如 Europe/Madrid 或 Asia/Shanghai"};
const ErrorKind kNoColumns{"tables.no_columns", 422, 2, "no columns are declared for {path}",
                           "未声明 {path} 的列", "run `holdfast init` on it, which writes them down",
                           "请对其运行 `holdfast init`,会自动写出列声明"};
const ErrorKind kLineTooLong{"tables.line_too_long", 422, 2, "a line of more than 64 MiB in {path}",
                             "{path} 中有超过 64 MiB 的行", "check that this is a table and its line ends are whole",
                             "请检查文件是否为表格、换行是否完好"};

std::vector<const ErrorKind*> tables_kinds() {
  return {&kNoRows,     &kEmpty,    &kNotATable,  &kDamaged,       &kTooLarge, &kNoSuchColumn,
          &kNoSuchSheet, &kRagged,  &kBadNumber,  &kBadDate,       &kNoSuchDay, &kBadBoolean,
          &kUnclosedQuote, &kDatabase, &kUnsureEncoding, &kAmbiguousDates,
          &kAmbiguousNumbers, &kSomeMisfits, &kWrongEncoding, &kBadText, &kBadDateFormat, &kUnknownTimeZone, &kNoColumns,
          &kLineTooLong};
}

}  // namespace holdfast::tables::errors
