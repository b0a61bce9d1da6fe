/** Who is in the evaluation: two organisations with people, and the operator's. Ids and passwords are made at first start. */
export interface CastOrganisation {
  /** Short name: host name below the deployment's, and name of its servers. */
  readonly label: string;
  readonly name: string;
  readonly domain: string;
  /** Has an indexer, where indexers run. */
  readonly searches?: true;
  readonly people: readonly { readonly name: string; readonly local: string; readonly admin?: true }[];
}

export const cast: readonly CastOrganisation[] = [
  {
    label: 'acme',
    name: 'Acme',
    domain: 'acme.example',
    searches: true,
    people: [
      { name: 'Alice Martin', local: 'alice', admin: true },
      { name: '田中 葵', local: 'aoi' },
      { name: 'Ben Carter', local: 'ben' },
      { name: '김민준', local: 'minjun' },
      { name: 'Chloé Dubois', local: 'chloe' },
    ],
  },
  {
    label: 'globex',
    name: 'Globex',
    domain: 'globex.example',
    searches: true,
    people: [
      { name: 'Grace Okafor', local: 'grace', admin: true },
      { name: '佐藤 健', local: 'ken' },
      { name: '이서연', local: 'seoyeon' },
      { name: 'Hugo Bernard', local: 'hugo' },
    ],
  },
  {
    label: 'operator',
    name: 'Cloister operator',
    domain: 'operator.example',
    people: [{ name: 'Olivia Reyes', local: 'olivia', admin: true }],
  },
];

/** Those that have an indexer, where indexers run. */
export const searching = cast.filter(({ searches }) => searches === true);
