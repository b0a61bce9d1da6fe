import { type Language, language, words } from '../language.ts';

const digits = (length: number) => (draw: { random: { below(limit: number): number } }) =>
  String(draw.random.below(10 ** length)).padStart(length, '0');

/** What is no sentence: code, addresses, numbers, emoji, and the same letters in other spellings. */
export const technical: Language = language({
  slots: {
    n1: digits(1),
    n2: digits(2),
    n4: digits(4),
    host: words('example.org intra.example.com wiki.example.net build.example.dev'),
    path: words('status index.html docs/search.md api/v1/rooms release/notes a/b/c?x=1&y=2'),
    id: words(
      'parseQuery readFile onError toString MAX_VALUE snake_case_name kebab-case-name x1 foo2bar utf8 sha256 HTTP2 i18n',
    ),
    emoji: words('👍 🎉 😀 👩‍💻 ❤️ 🇯🇵 ✅ 🚀 🤔 1️⃣'),
    user: words('anna.schmidt kim.minji tanaka info no-reply jean-luc'),
    odd: words(
      'ＣＬＯＵＤ ｻｰﾊﾞｰ ﬁnance ①② ㈱東京 Ⅷ ½ x² ｶﾞｷﾞ İstanbul STRASSE ΟΔΟΣ e\u0301te\u0301 cafe\u0301 nai\u0308ve\u00ad soft\u00adhyphen zero\u200bwidth e\u0328\u0301',
    ),
    mixed: words(
      '東京tower iPhoneケース 3月31日 USBケーブル 카톡방2개 第3章 ABC株式会社 Tシャツ 서울city no.5です 5G네트워크 中文README',
    ),
  },
  sentences: [
    'https://{host}/{path}',
    'see http://{host}/{path} {emoji}',
    '{user}@{host}',
    'CVE-20{n2}-{n4} in {id}()',
    'if ({id} !== {n1}) return {id}({n2})[{n1}];',
    '`{id}.{id}` → {n4}',
    '{emoji}{emoji}',
    '{odd} {odd}',
    '{mixed} {mixed}',
    '20{n2}-0{n1}-1{n1} {n2}:{n2} +49 30 {n4}{n2}',
    'v{n1}.{n2}.{n1} #{n4} PROJ-{n4}',
    '{mixed}, {id}, {odd} {emoji}',
    '192.168.{n2}.{n1} / {n2}% / €{n4}.{n2}',
    '{n1}は{n1}の{n2}',
    '!!! ... ---',
  ],
});
