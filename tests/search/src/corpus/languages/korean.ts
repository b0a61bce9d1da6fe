import type { Draw } from '../draw.ts';
import { type Language, language, pairs, words } from '../language.ts';

const nouns = words(`
회의 자료 계약 예산 보고 계획 개발 검색 암호 설정 변경 확인 연락 공유 준비 시작 종료 제출 작성 수정 삭제 추가 관리 운영 시험 평가
분석 조사 연구 교육 경제 정치 문화 사회 환경 기술 정보 통신 전화 회사 부장 과장 사장 고객 제품 상품 가격 청구 결제 주문 배송 서울
부산 대구 인천 제주도 학교 대학교 병원 공항 도서관 미술관 기차 자전거 자동차 날씨 온도 지진 태풍 여행 커피 라면 호텔 서버 파일
데이터 네트워크 비밀번호 프로젝트 일정 사람 친구 가족 아버지 어머니 선생님 학생 의사 변호사 책 집 물 밥 꽃 눈 비 손 일
`);
const suffixes = words('실 서 자 일 용 비 부 안 표 회 성 화 기 원 명 팀 장');
const compounds = pairs(nouns, suffixes).concat(pairs(nouns.slice(0, 40), nouns.slice(0, 40)));
const names = pairs(
  words('김 이 박 최 정 강 조 윤 장 임 한 오'),
  words('민지 서준 지우 하은 도윤 수빈 예준 유나 현우 지민 은서 태양'),
);

/** A noun with the particle that fits its last syllable. */
const with2 =
  (list: readonly string[], afterVowel: string, afterConsonant: string) =>
  (draw: Draw): string => {
    const noun = draw.word(list);
    const last = noun.charCodeAt(noun.length - 1) - 0xac00;
    return noun + (last % 28 === 0 ? afterVowel : afterConsonant);
  };

/** Korean: particles and endings written onto the word. */
export const korean: Language = language({
  slots: {
    noun: nouns,
    compound: compounds,
    name: names,
    object: with2(nouns, '를', '을'),
    subject: with2(nouns, '가', '이'),
    topic: with2(compounds, '는', '은'),
    and: with2(nouns, '와', '과'),
    at: (draw) => `${draw.word(compounds)}에서`,
    to: (draw) => `${draw.word(nouns)}에게`,
    of: (draw) => `${draw.word(compounds)}의`,
    do: words('했습니다 합니다 하겠습니다 했어요 해요 하세요 하지 하고 한다면 했는데'),
    adj: words('새로운 중요한 급한 좋은 나쁜 큰 작은 빠른 느린 어려운 쉬운 재미있는 아름다운'),
  },
  sentences: [
    '{name}님, {object} 확인해 주세요.',
    '{at} {object} {noun}{do}.',
    '{topic} {adj} {noun}입니다.',
    '{and} {object} 보내 드렸습니다.',
    '{of} {subject} 아직 안 왔어요!',
    '{to} {compound} {object} 전달{do}',
    '내일 {noun} {noun} 있나요?',
    '{compound}: {noun}, {noun}, {adj} {noun}',
    '{name} 씨가 {adj} {object} {noun}{do}.',
    'ㅋㅋ {noun}',
  ],
});
