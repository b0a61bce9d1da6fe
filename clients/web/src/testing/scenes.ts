import type { FileView, PersonView, RoomView, TimelineEntry } from '@cloister/sdk';
import type { KmsHost, OperationId, OrganisationId } from '@cloister/wire';
import { activityId, files, membership, message, roomId, userId } from './entries.ts';
import { room } from './rooms.ts';
import type { Script } from './scripted-client.ts';

const acme = '0a000000-0000-4000-8000-000000000001' as OrganisationId;
const globex = '0a000000-0000-4000-8000-000000000002' as OrganisationId;

const initech = '0a000000-0000-4000-8000-000000000003' as OrganisationId;

const person = (number: number, name: string, mail: string, organisationId = acme): PersonView => ({
  id: userId(number),
  known: true,
  name,
  email: mail,
  organisationId,
});

const names = {
  en: ['Aiko Tanaka', 'Ben Okafor', 'Chloé Martin', 'Daniel Kim', 'Ada Novak', 'Bill Lumbergh'],
  ja: ['田中愛子', '佐藤健', '鈴木美咲', 'キム・ミンジュン', 'アダ・ノヴァク', 'ビル・ランバーグ'],
};

const words = {
  en: {
    titles: ['Harbour redesign', 'Weekly planning', 'Key ceremony', 'Kitchen & garden', 'Release 0.1'],
    talk: [
      'Morning! I put the new plan for the harbour walk into the room. The second sheet has the numbers.',
      'Thank you. I read it on the train. Two remarks:',
      '1. The benches face the road.\n2. We promised shade on the east side – https://example.org/harbour/shade.',
      'Good points. I can turn the benches; shade needs another row of trees.',
      'Plane trees would do. They stand the salt.',
      'Agreed. I will draw it this afternoon and share it here.',
      'One more thing: the council meets on Thursday, so a first version by Wednesday evening would be wonderful.',
      'Here is the draft.',
      'That looks lovely. The curve along the water works well.',
      'I have a question about the lamps. Can we keep the old ones?',
    ],
    sketch: 'harbour-draft.png',
    sheet: 'quantities-and-costs.xlsx',
  },
  ja: {
    titles: ['港の再設計', '週次ミーティング', '鍵セレモニー', '台所と庭', 'リリース 0.1'],
    talk: [
      'おはようございます。港の遊歩道の新しい計画をこのルームに入れました。二枚目に数字があります。',
      'ありがとうございます。電車の中で読みました。気になった点が二つあります。',
      '1. ベンチが道路のほうを向いています。\n2. 東側には日陰を作ると約束していました。参考：https://example.org/harbour/shade。',
      'ご指摘のとおりです。ベンチの向きは変えられますが、日陰には並木がもう一列必要です。',
      'プラタナスはどうでしょう。潮風に強いですから。',
      '賛成です。今日の午後に図面を描いて、ここで共有します。',
      'もう一つ。木曜日に議会がありますので、水曜日の夕方までに最初の案があるととても助かります。',
      '下書きができました。',
      'とてもいいですね。水辺に沿った曲線がきれいです。',
      '街灯について質問があります。古いものをそのまま使えますか。',
    ],
    sketch: '港の下書き.png',
    sheet: '数量と費用.xlsx',
  },
};

/** A room full of what a timeline can hold, and a few beside it. `now` is today's noon or so. */
export function scene(language: 'en' | 'ja', now: Date, sketch: Blob): Script {
  const [aiko = '', ben = '', chloe = '', daniel = '', ada = '', bill = ''] = names[language];
  const text = words[language];
  const people = [
    person(2, ben, 'ben@acme.example'),
    person(3, chloe, 'chloe@acme.example'),
    person(4, daniel, 'daniel@acme.example'),
    person(5, ada, 'ada@globex.example', globex),
    person(6, bill, 'bill@initech.example', initech),
    // Came with Ada, and has not written yet: nobody told the name.
    { id: userId(7), known: false, name: '', organisationId: globex },
  ];
  const me = { ...person(1, aiko, 'aiko@acme.example'), organisationId: acme };
  const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const say = (position: number, actor: number, line: number, minutes: number, changes = {}) =>
    message(position, userId(actor), before(minutes), {
      content: { state: 'open', value: { text: text.talk[line] ?? '' } },
      ...changes,
    });
  const file = (id: string, name: string, mimeType: string, size: number): FileView => ({
    id,
    name: { state: 'open', value: name },
    mimeType,
    size,
  });
  const page = (index: number) => ({
    ...{ index, width: 800, height: 600 },
    file: file(`page-${index}`, '', 'image/png', sketch.size),
  });
  const early = Array.from({ length: 80 }, (_, index) =>
    say(index + 1, (index % 4) + 1, index % text.talk.length, 3 * 24 * 60 - index * 3),
  );
  const entries: TimelineEntry[] = [
    ...early,
    membership('joined', 81, userId(1), userId(3), before(26 * 60)),
    say(82, 2, 0, 25 * 60),
    say(83, 1, 1, 24.6 * 60),
    say(84, 1, 2, 24.58 * 60, { edited: before(24.5 * 60).toISOString() }),
    say(85, 2, 3, 24.3 * 60),
    {
      ...files(86, userId(2), before(24.28 * 60)),
      files: [{ ...file('sheet', text.sheet, 'application/vnd.ms-excel', 48_213), pages: [page(0), page(1)] }],
    },
    say(87, 3, 4, 190),
    membership('left', 88, userId(2), userId(4), before(170)),
    message(89, userId(3), before(160), {
      content: { state: 'undecryptable', reason: 'key-server-unreachable', retrying: true, host: 'kms.acme.example' },
    }),
    { kind: 'deleted', by: userId(2), ...base(90, 2, before(150)) },
    membership('joined', 91, userId(1), userId(5), before(100)),
    {
      ...files(92, userId(1), before(12)),
      content: { state: 'open', value: { text: text.talk[7] ?? '' } },
      files: [file('sketch', text.sketch, 'image/png', sketch.size)],
    },
    say(93, 5, 8, 9),
    say(94, 3, 9, 4),
  ];
  const others: RoomView[] = text.titles.slice(1).map((title, index) =>
    room(index + 2, {
      title: { state: 'open', value: title },
      unread: [3, 0, 120, 0][index] ?? 0,
      updated: before([35, 300, 1600, 9000][index] ?? 0).toISOString(),
      last: say(1, index + 1, index + 3, 30),
    }),
  );
  const direct = room(9, {
    directWith: userId(4),
    people: [userId(1), userId(4)],
    updated: before(2000).toISOString(),
    last: say(1, 4, 6, 30),
  });
  const main = room(1, {
    title: { state: 'open', value: text.titles[0] ?? '' },
    people: [1, 2, 3, 5].map(userId),
    outside: [globex],
    head: 94,
    readPosition: 92,
    unread: 2,
    updated: before(4).toISOString(),
    last: entries.at(-1) as TimelineEntry,
  });
  return {
    me,
    people,
    rooms: [
      { room: main, entries },
      ...[...others, direct].map((each) => ({ room: each, entries: early.slice(0, 5) })),
    ],
    files: new Map([
      ['sketch', sketch],
      ['sheet', new Blob(['sheet'])],
      ['page-0', sketch],
      ['page-1', sketch],
    ]),
    keyServer: 'kms.acme.example',
    functions: [{ organisationId: acme, purpose: 'transcoding' }],
    organisations: [
      { id: acme, name: 'Acme', domains: ['acme.example'] },
      { id: globex, name: 'Globex', domains: ['globex.example', 'globex.test'] },
      { id: initech, name: '', domains: ['initech.example'] },
    ],
    reading: [
      {
        organisationId: acme,
        name: 'Acme',
        domains: ['acme.example'],
        kmsHost: 'kms.acme.example' as KmsHost,
        functions: ['transcoding'],
        statedAt: before(3).toISOString(),
      },
      {
        organisationId: globex,
        name: 'Globex',
        domains: ['globex.example', 'globex.test'],
        kmsHost: 'kms.globex.example' as KmsHost,
        functions: ['indexing', 'dlp'],
        statedAt: before(3).toISOString(),
      },
      { organisationId: initech, name: '', domains: ['initech.example'], kmsHost: 'kms.initech.example' as KmsHost },
    ],
    changes: [
      {
        operationId: 'ab'.repeat(32) as OperationId,
        kind: 'remove',
        state: 'refused',
        actor: userId(3),
        subjects: [userId(2)],
        since: before(40).toISOString(),
        status: 403,
        code: 'kms/moderators-only',
      },
    ],
    now: () => new Date(),
  };
}

const base = (position: number, actor: number, at: Date) => ({
  key: `entry-${position}`,
  id: activityId(position),
  position,
  roomId: roomId(1),
  actor: userId(actor),
  published: at.toISOString(),
  send: { state: 'sent' } as const,
});
