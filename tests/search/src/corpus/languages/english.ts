import { type Language, language, pairs, words } from '../language.ts';

const nouns = words(`
meeting report budget project plan customer team document release server question answer change problem version contract
invoice office client review draft agenda schedule deadline feature design test account password network database policy
update number result page file folder room message calendar table chart slide summary proposal decision issue ticket order
payment price discount supplier partner engineer manager director lawyer auditor student teacher doctor patient visitor guest
department branch factory warehouse vehicle engine battery sensor device printer keyboard screen camera window door building
street city country border airport station train ticket hotel kitchen garden river mountain island forest village bridge
garment ribbon candle blanket basket bottle hammer ladder needle pencil mirror curtain carpet cushion lantern whistle trumpet
orchard harvest meadow pasture shepherd blacksmith carpenter plumber electrician painter baker butcher gardener librarian
library museum gallery theatre concert orchestra violin piano guitar melody chorus rehearsal audience curator exhibition
machine conveyor pump valve pipeline turbine generator transformer circuit cable antenna satellite telescope microscope
laboratory experiment hypothesis sample specimen vaccine therapy surgery diagnosis symptom allergy prescription pharmacy
election candidate parliament committee minister embassy treaty tariff import export currency interest mortgage pension
insurance claim damage accident injury witness evidence verdict appeal sentence statute licence permit regulation standard
algorithm compiler function variable parameter library module interface protocol packet socket thread process memory cache
certificate signature encryption key token session cookie header payload endpoint gateway firewall cluster container replica
backup archive snapshot migration rollback incident outage latency throughput benchmark metric dashboard alert threshold
recipe ingredient flour butter sugar cinnamon pepper onion garlic tomato potato carrot spinach mushroom salmon chicken
glacier volcano earthquake hurricane drought flood rainfall temperature climate carbon emission turbine panel reactor
university professor lecture semester thesis scholarship curriculum classroom exam certificate graduate faculty dean campus
`);

const irregular = words(`
run:runs:running:ran write:writes:writing:wrote send:sends:sending:sent find:finds:finding:found make:makes:making:made
take:takes:taking:took bring:brings:bringing:brought buy:buys:buying:bought sell:sells:selling:sold read:reads:reading:read
think:thinks:thinking:thought speak:speaks:speaking:spoke drive:drives:driving:drove choose:chooses:choosing:chose
begin:begins:beginning:began lose:loses:losing:lost build:builds:building:built break:breaks:breaking:broke
`);

const regular = words(`
discuss check review update change move open close share approve prepare cancel confirm plan deliver order install remove
test deploy fix measure compare publish translate sign print scan copy store restore encrypt connect index search archive
schedule postpone organise organize invite welcome thank answer ask explain describe propose accept refuse reject negotiate
calculate estimate improve reduce increase replace repair inspect verify analyse summarise collect gather separate divide
generalise communicate operate generate relate conclude decide persuade hesitate apologise celebrate navigate paint clean
stop drop plug map ship step grab hop admit refer prefer submit permit commit occur carry study apply supply reply marry
`);

const doubling = new Set(
  words('plan stop drop plug map ship step grab hop admit refer prefer submit permit commit occur scan'),
);

const adjectives = words(`
new final last next important urgent possible available quick slow early late small large simple complex clear public private
strong weak bright dark heavy light cheap expensive useful careful hopeful endless national international local global legal
formal informal regular irregular annual monthly weekly daily temporary permanent technical financial medical electrical
historic scientific automatic dramatic domestic foreign ancient modern digital manual mobile remote central northern southern
eastern western quiet noisy honest generous curious nervous dangerous delicious famous various serious obvious previous
relational conditional rational traditional optional additional sensational
`);

const names = pairs(
  words(`Ash Wood Har Black White Green North West East South Brad Clif Row Stan Mill Kings Thorn Hazel Red Silver Lang Whit
Hal Stock Win Nor Cran Wake Ald Brom Chat Dun Ever Fair Gled Hart`),
  words(
    `ford ley ton field well bridge wood worth wick more land stone hurst ham dale brook gate combe mouth burn stead`,
  ),
);

const regularForms = regular.map((verb) => {
  const y = /[^aeiou]y$/u.test(verb);
  const e = verb.endsWith('e');
  const stem = e ? verb.slice(0, -1) : doubling.has(verb) ? verb + verb.slice(-1) : verb;
  const third = y ? `${verb.slice(0, -1)}ies` : /(s|x|ch|sh)$/u.test(verb) ? `${verb}es` : `${verb}s`;
  return [verb, third, `${stem}ing`, y ? `${verb.slice(0, -1)}ied` : `${stem}ed`];
});

const forms = [...regularForms.slice(0, 20), ...irregular.map((line) => line.split(':')), ...regularForms.slice(20)];
const form = (index: number): readonly string[] => forms.map((all) => all[index] as string);

const plurals = nouns.map((noun) => {
  if (/[^aeiou]y$/u.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/u.test(noun) ? `${noun}es` : `${noun}s`;
});

const adverbs = adjectives.map((word) => {
  if (word.endsWith('ic')) return `${word}ally`;
  if (word.endsWith('y')) return `${word.slice(0, -1)}ily`;
  return word.endsWith('le') ? `${word.slice(0, -1)}y` : `${word}ly`;
});

const slots = {
  noun: nouns,
  nouns: plurals,
  do: form(0),
  does: form(1),
  doing: form(2),
  did: form(3),
  adj: adjectives,
  adv: adverbs,
  name: names,
};

/** English as people write it at work, British and American spellings mixed. */
export const english: Language = language({
  slots,
  sentences: [
    'Can you {do} the {adj} {noun} before the {noun}?',
    'I {did} the {noun} with {name} this morning.',
    'The {noun} of the {noun} is {adj} and we {do} it {adv}.',
    'We are {doing} the {nouns} for {name}, not the {nouns}.',
    '{name} {does} every {adj} {noun}.',
    'Who {did} the {adj} {nouns} in the {name} {noun}?',
    "It's {adj}: don't {do} the {noun} until {name} {does} it.",
    'Please {do} {nouns} and {nouns}, then {do} the {noun}.',
    'After {doing} the {noun}, {name} {did} two {adj} {nouns}.',
    'No {noun} for {name} today.',
    '{adv} {did}, thanks!',
    'The {noun} {noun} was {adj}; the {noun} was not.',
    'Notes: {nouns}, {nouns}, {adj} {nouns} ({name}).',
    "{name}'s {noun} is {adj} but the caf\u00e9 and the r\u00e9sum\u00e9 are {adj}",
    'ok, {doing} it',
    'You have {did} this {noun} {adv}, so it is on the {noun} of {name}.',
    'This is the na\u00efve {noun}: {do}, {do}, {do}.',
    '{do} the {noun} / {noun}_{noun} as in "{adj} {noun}"',
  ],
});
