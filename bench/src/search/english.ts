import { type Random, seeded } from '@cloister/search-tests';

/** The words of every sentence, most frequent first: of the list by which English is known (docs/search.md), and a few others. */
const common =
  'the and of to is in that it for with this are was on be not have you we at as they from or will can by if but so what there their'.split(
    ' ',
  );
const endings = ['', 's', 'ed', 'ing', 'er', 'ly', 'ness', 'ment'];
const onsets = 'b c d f g h l m n p r s t v w br cl dr fl gr pl pr sh st th tr'.split(' ');
const vowels = 'a e i o u ea ou ai'.split(' ');
const codas = ['', '', 'n', 'r', 'l', 't', 'm', 'nd', 'st', 'ck'];
const vocabularySize = 40_000;
/** Of Zipf and Mandelbrot: the weight of rank r is 1 / (r + shift). */
const shift = 2.7;

/** Messages of made-up English: 40,000 words by Zipf's law, lengths log-normal about ten words. Each word is one of several forms of its base. */
export class English {
  readonly words: readonly string[];
  readonly #sums: Float64Array;

  constructor(seed: string) {
    this.words = vocabulary(seeded(seed));
    this.#sums = new Float64Array(this.words.length);
    let sum = 0;
    for (let rank = 0; rank < this.words.length; rank++) {
      sum += 1 / (rank + shift);
      this.#sums[rank] = sum;
    }
  }

  message(random: Random): string {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const length = Math.max(1, Math.round(Math.exp(2.35 + 0.7 * normal)));
    let text = this.#word(random);
    for (let word = 1; word < length; word++) text += ` ${this.#word(random)}`;
    return text;
  }

  #word(random: Random): string {
    const aim = random.next() * (this.#sums.at(-1) ?? 0);
    let [low, high] = [0, this.words.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sums[middle] ?? 0) > aim) high = middle;
      else low = middle + 1;
    }
    return this.words[low] ?? '';
  }
}

function vocabulary(random: Random): string[] {
  const words = new Set(common);
  const syllable = () => random.pick(onsets) + random.pick(vowels) + random.pick(codas);
  const rest = new Set<string>();
  while (rest.size < vocabularySize - common.length) {
    const base = Array.from({ length: 1 + random.below(3) }, syllable).join('');
    const forms = 1 + random.below(4);
    for (let form = 0; form < forms; form++) rest.add(base + random.pick(endings));
  }
  // So that forms of one base stand at ranks of their own, as in texts that people write.
  const shuffled = [...rest];
  for (let left = shuffled.length - 1; left > 0; left--) {
    const other = random.below(left + 1);
    [shuffled[left], shuffled[other]] = [shuffled[other] ?? '', shuffled[left] ?? ''];
  }
  for (const word of shuffled) words.add(word);
  return [...words].slice(0, vocabularySize);
}
