import { type Language, language, pairs, words } from '../language.ts';

const parts = words(`
Projekt Kunden Vertrags Rechnungs Server Termin Bericht Haushalts Sicherheits Daten Netzwerk Prüfungs Liefer Abteilungs
Straßen Brücken Gebäude Schlüssel Flughafen Wetter Fußball Bücher Küchen Größen Grundstücks Versicherungs Steuer Personal
Arbeits Gesundheits Forschungs Verwaltungs Maschinen Kraftwerks Umwelt Verkehrs Sprach Musik Wald Wasser
`);
const heads = words(`
plan bericht leiter stelle liste nummer änderung besprechung übersicht prüfung lösung führung ordnung verwaltung größe
tagung messung fehler schutz bedarf kosten gesetz anlage werk system netz karte straße maßnahme abschluss
`);
const compounds = pairs(parts, heads);

const nouns = words(`
Besprechung Termin Vertrag Rechnung Angebot Frage Antwort Änderung Lösung Fehler Bericht Entwurf Sitzung Protokoll Ergebnis
Beschluss Haus Häuser Buch Bücher Mutter Mütter Straße Straßen Schlüssel Größe Übung Übungen Gefühl Gefühle Mädchen Stück
Stücke Kuchen Kaffee Brötchen Äpfel Apfel Baum Bäume Vogel Vögel Zug Züge Fluss Flüsse Stadt Städte Wunsch Wünsche Freiheit
Möglichkeiten Möglichkeit Erfahrungen Erfahrung Kollegen Kollegin Kollege Ärztin Arzt Rechtsanwalt Rechtsanwälte Mitarbeiter
Mitarbeiterinnen Schaltfläche Verschlüsselung Entschlüsselung Zertifikate Zertifikat Datenbank Datenbanken Sicherung
`);

const stems = words(`
prüf schick such druck zahl frag lern spiel koch kauf plan teil hör führ lös übersetz bestell besuch bau erklär arbeit rechn
öffn wart red mach sag brauch lieb glaub hoff wünsch dank füll stör zähl wähl kürz verschlüssel entwickel sammel änder
`);
const tense = (ending: string): readonly string[] =>
  stems.map((stem) =>
    /[td]$|[^aeiouhlr]n$/u.test(stem) && /^[tsn]/u.test(ending) ? `${stem}e${ending}` : stem + ending,
  );
const participles = stems.map((stem) =>
  /^(be|er|ver|ent)/u.test(stem) ? `${stem}t` : `ge${stem}${/[td]$|[^aeiouhlr]n$/u.test(stem) ? 'et' : 't'}`,
);

const adjectives = words(`
neu alt groß klein gut schnell langsam wichtig möglich schön hässlich früh spät öffentlich privat gefährlich ruhig süß heiß
kühl grün blau schwarz weiß müde fröhlich natürlich künstlich jährlich täglich ausführlich vollständig
`);
const inflected = (ending: string): readonly string[] => adjectives.map((word) => word + ending);

/** German: compounds, umlauts, ß, and verbs in their forms. */
export const german: Language = language({
  slots: {
    noun: nouns,
    compound: compounds,
    infinitive: tense('en'),
    er: tense('t'),
    past: tense('te'),
    pastPlural: tense('ten'),
    done: participles,
    adj: adjectives,
    e: inflected('e'),
    en: inflected('en'),
    er2: inflected('er'),
  },
  sentences: [
    'Wir {infinitive} die {compound} und den {en} {noun}.',
    'Ich habe den {compound} nicht {done}.',
    'Der {noun} ist {adj}, die {e} {noun} auch.',
    'Wer {past} das {noun} für {compound}?',
    'Bitte die {en} {noun} bis Montag {infinitive}!',
    'Das {noun} wird mit dem {en} {compound} {done}.',
    'Ein {er2} {noun} und eine {e} {compound} sind {done}.',
    'Sie {pastPlural} zu dem {noun} von der {compound}.',
    '{compound}: {adj}',
    'Er {er} den {en} {noun} für die {compound}.',
    'Die {noun} GROSSE STRASSE, auf der ich {adj} {past}',
    'Grüße, {noun}',
  ],
});
