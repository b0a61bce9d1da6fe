import { type Language, language, pairs, words } from '../language.ts';

const nouns = words(`
réunion projet contrat facture équipe client rapport modification réponse question problème serveur fichier dossier budget
décision école élève forêt fenêtre hôtel hôpital château île août gâteau crème café thé pâtisserie garçon leçon façade reçu
français expérience idée société qualité sécurité liberté université médecin infirmière avocate avocat directrice directeur
ordinateur clavier écran réseau mémoire clé chiffrement signature certificat mise version livraison commande fournisseur
œuvre cœur sœur œuf bœuf naïveté maïs ambiguïté noël canoë
`);
const plurals = nouns.map((noun) => (/[sxz]$/u.test(noun) ? noun : /eau$/u.test(noun) ? `${noun}x` : `${noun}s`));

const stems = words(`
prépar envoy vérifi chang modifi discut parl termin pass sign livr command organis analys chiffr cherch trouv demand regard
écout répét célébr préfér achet appel jou mang étudi oubli créé utilis partag télécharg imprim annul confirm révis calcul
`);
const verb = (ending: string): readonly string[] => stems.map((stem) => stem + ending);

const adjectives = words(`
nouveau important urgent possible général spécial dernier premier prêt léger fidèle étrange rapide lent public privé complet
sérieux heureux dangereux généreux national international régional légal annuel mensuel quotidien élégant évident différent
`);

const towns = pairs(
  words(
    'Saint-Martin Saint-Étienne Sainte-Hélène Villeneuve Beaumont Châteauneuf Montréal Clairvaux Fontenay Rochefort',
  ),
  words('sur-Loire le-Château sous-Bois en-Forêt les-Bains du-Lac la-Forêt sur-Mer aux-Roses'),
  '-',
);

/** French: accents, elision, conjugation. */
export const french: Language = language({
  slots: {
    noun: nouns,
    nouns: plurals,
    er: verb('er'),
    e: verb('e'),
    ons: verb('ons'),
    ez: verb('ez'),
    ait: verb('ait'),
    past: verb('é'),
    pastF: verb('ées'),
    will: verb('erons'),
    ation: verb('ation'),
    adj: adjectives,
    town: towns,
  },
  sentences: [
    'Nous {ons} le {noun} avec la {noun} de {town}.',
    "J'ai {past} les {nouns} pour l'{noun}.",
    'Est-ce que vous {ez} ce {noun} {adj} ?',
    "Il {ait} dans une {noun}, c'est {adj}.",
    'Les {nouns} {pastF} par {town} sont sur le {noun}.',
    "On {e} la {ation} du {noun}, pas l'{ation}.",
    'Qui {e} les {nouns} et un {noun} {adj} ?',
    'Nous {will} des {nouns} que {town} {e}',
    'Il faut {er} {nouns} et {nouns}…',
    'Merci pour le {noun} !',
    '« {noun} {adj} » : à {er} aujourd’hui',
  ],
});
