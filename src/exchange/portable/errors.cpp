#include "exchange/portable/errors.hpp"

namespace holdfast::exchange::errors {

const ErrorKind kNoFormula{
    "portable.no_formula", 422, 2,
    "model {model} cannot be written in this format", "模型 {model} 无法导出为该格式",
    "its JSON under out/models holds all of it", "out/models 下的 JSON 文件包含完整模型"};
const ErrorKind kNotBinary{
    "portable.not_binary", 422, 2,
    "model {model} has {classes} classes; models of two are exported",
    "模型 {model} 有 {classes} 类;只导出二分类模型",
    "its JSON under out/models holds all of it", "out/models 下的 JSON 文件包含完整模型"};
const ErrorKind kCheckFailed{
    "portable.check_failed", 500, 1,
    "the exported {format} could not be run: {why}", "导出的 {format} 无法运行:{why}", "", ""};
const ErrorKind kDiffers{
    "portable.differs", 500, 1,
    "the exported {format} differs from the model by {difference}",
    "导出的 {format} 与模型相差 {difference}", "nothing was written", "未写出任何文件"};

std::vector<const ErrorKind*> portable_kinds() {
  return {&kNoFormula, &kNotBinary, &kCheckFailed, &kDiffers};
}

}  // namespace holdfast::exchange::errors
