import { type Language, language, pairs, words } from '../language.ts';

const nouns = words(`
会议 资料 合同 预算 报告 计划 项目 搜索 加密 设置 变更 服务器 数据库 文件 邮件 密码 网络 系统 用户 测试 版本 客户 产品 价格 发票
订单 物流 北京 上海 广州 深圳 杭州 成都 大学 医院 机场 图书馆 博物馆 火车站 自行车 汽车 天气 温度 地震 台风 旅行 咖啡 牛奶 面条
老师 学生 医生 律师 经理 同事 朋友 家人 孩子 公司 部门 办公室 工厂 仓库 机器 电池 屏幕 键盘 手机 电话 问题 答案 时间 地方 方法
會議 資料庫 檔案 電腦 網路 圖書館 學校 醫院 機場 價格 發票
`);
const verbs = words(`
讨论 检查 修改 删除 添加 更新 确认 准备 开始 结束 提交 分析 研究 发送 收到 打印 签署 翻译 购买 销售 安装 恢复 连接 保存 搜索 取消
`);
const compounds = pairs(nouns, words('室 书 员 部 费 表 单 部门 计划 报告 问题 系统 价格'));
const names = pairs(
  words('王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙'),
  words('伟 芳 娜 敏 静 丽 强 磊 军 洋 小红 志明 建国 秀英'),
);

/** Chinese, simplified and some traditional: no spaces. */
export const chinese: Language = language({
  slots: {
    noun: nouns,
    verb: verbs,
    compound: compounds,
    name: names,
    adj: words('新 旧 大 小 好 重要的 紧急的 漂亮的 便宜的 快 慢 难 容易 安全的 公开的'),
    when: words('今天 明天 昨天 下周 上个月 去年 早上 晚上 现在'),
  },
  sentences: [
    '{name}，请{verb}{compound}。',
    '我们{when}在{noun}{verb}{noun}和{compound}。',
    '{compound}已经{verb}了，谢谢！',
    '这个{noun}很{adj}，不要{verb}{noun}',
    '{name}说{when}没有{noun}。',
    '为什么{noun}的{compound}不能{verb}？',
    '{noun}、{noun}、{compound}：{adj}',
    '{when}{verb}{noun}',
    '第２届{noun}{compound}（{verb}）',
    '好的',
  ],
});
