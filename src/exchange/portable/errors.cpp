#include "exchange/portable/errors.hpp"

namespace holdfast::exchange::errors {

const ErrorKind kNoFormula{
    "portable.no_formula", 422, 2,
    "model {model} has no form in this format that another system would score",
    "模型 {model} 在该格式中没有可供其他系统评分的形式",
    "out/models/{model}.json holds all of it and is open to anyone; `holdfast models` tells the formats of each",
    "out/models/{model}.json 包含完整模型,任何人都可读取;`holdfast models` 列出每个模型可用的格式"};
const ErrorKind kNoSuchExit{
    "portable.no_such_exit", 422, 2,
    "the model knows no exit {exit}; it knows: {exits}", "模型中没有离开方式 {exit};可用:{exits}", "", ""};
const ErrorKind kNeedsDays{
    "portable.needs_days", 422, 2,
    "model {model} keeps whole curves: say within how many days somebody leaves",
    "模型 {model} 保存的是整条曲线:请指明在多少天内离开", "--days 90", "--days 90"};
const ErrorKind kNoElement{
    "portable.no_element", 422, 2,
    "model {model} cannot stand as CoxRegression here: that element is for cox and fine_gray, one exit, days read as a column",
    "模型 {model} 此处不能写成 CoxRegression:该元素用于 cox 和 fine_gray,每个文件一种离开方式,天数作为输入列",
    "--exit NAME, without --days", "使用 --exit NAME,且不用 --days"};
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
  return {&kNoFormula, &kNoSuchExit, &kNeedsDays, &kNoElement, &kNotBinary, &kCheckFailed, &kDiffers};
}

}  // namespace holdfast::exchange::errors
