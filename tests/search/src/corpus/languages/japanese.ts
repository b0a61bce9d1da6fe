import { type Language, language, pairs, words } from '../language.ts';

const kanji = words(`
会議 資料 契約 予算 報告 計画 開発 検索 暗号 設定 変更 確認 連絡 共有 準備 開始 終了 提出 作成 修正 削除 追加 更新 管理 運用 試験
評価 分析 調査 研究 教育 経済 政治 文化 社会 環境 技術 情報 通信 電話 会社 部長 課長 社長 顧客 製品 商品 価格 請求 支払 注文 配送
東京 大阪 京都 北海道 横浜 名古屋 神戸 福岡 学校 大学 病院 空港 図書館 美術館 新幹線 電車 自転車 自動車 天気 温度 地震 台風 旅行
`);
const suffixes = words('室 書 者 日 先 中 用 費 部 案 料 表 会 度 性 化 的 機 員 名');
const compounds = pairs(kanji, suffixes).concat(pairs(kanji.slice(0, 40), kanji.slice(0, 40)));
const katakana = words(`
プロジェクト サーバー データベース ファイル メール スケジュール ミーティング コンピューター ネットワーク セキュリティ パスワード
システム ユーザー テスト バージョン コーヒー ラーメン ホテル エレベーター ヴァイオリン パーティー ｻｰﾊﾞｰ ﾌｧｲﾙ ﾃﾞｰﾀ ﾐｰﾃｨﾝｸﾞ
`);
const families = pairs(
  words('山 田 中 小 大 川 木 石 井 高 佐 松 林 上 西'),
  words('田 中 川 山 村 本 野 口 藤 島 崎 原 井 木 沢'),
);
const nouns = words(
  'お茶 お知らせ 打ち合わせ 見積もり 締め切り 取り組み 手続き 気持ち 子ども ねこ さくら ありがとう りんご',
);

const ru = words('送 作 取 決 終わ 始ま 分か 守');
const ichidan = words('食べ 見 調べ 決め 伝え 考え 忘れ 続け 始め 確かめ 届け');
const verbs = (ichidanEnding: string, godanEnding: string): readonly string[] =>
  ichidan.map((stem) => stem + ichidanEnding).concat(ru.map((stem) => stem + godanEnding));

/** Japanese: Han compounds, kana endings, katakana in both widths. */
export const japanese: Language = language({
  slots: {
    kanji,
    compound: compounds,
    kata: katakana,
    name: families,
    noun: nouns,
    masu: verbs('ます', 'ります'),
    mashita: verbs('ました', 'りました'),
    te: verbs('て', 'って'),
    nai: verbs('ない', 'らない'),
    ta: verbs('た', 'った'),
    i: words('新し 古 大き 小さ 良 早 遅 難し 面白 重 軽 高 安'),
  },
  sentences: [
    '{name}さん、{compound}の{kanji}をお願いします。',
    '{kanji}の{compound}を{kanji}しました。',
    '{kata}の{kanji}は{compound}で{masu}。',
    'この{noun}は{i}いです！',
    '{compound}を{te}から、{kanji}を{mashita}。',
    '明日の{kanji}、{i}くなかったです。',
    '{kata}が{nai}ので、{name}に{kanji}してください',
    '{name}：{compound}、{kanji}、{kata}',
    '昨日{name}が{ta}{noun}について',
    '{kata}{kata}の「{compound}」を{masu}か？',
    '了解です。{noun}を{te}います。',
    '第3回{compound}（{kanji}） 2026年度',
  ],
});
