/** One example that works, then the list. */
export const usage = `cloister room create "Plans" aoi@acme.example --as alice@acme.example
cloister room send Plans "Lunch at noon?" --as alice@acme.example

  token <email>                          prints a full access token on its last line
  room create <title> [<person> …]       room list            room show <room>
  room people <room>                     who is in it, and of which organisation
  room add <room> <person> …             room remove <room> <person>
  room appoint <room> <person> …         makes moderators; room dismiss <room> <person> …
  room rename <room> <title>             room leave <room>
  room send <room> <text | ->            - reads standard input
  room history <room> [--limit <n>]      room tail <room> [--count <n>]
  room changes <room> [--limit <n>]      pending, applied, refused and why
  room upload <room> <file> … [--message <text>]
  room download <room> <file name> [--output <path>]
  search <query> [--limit <n>]           messages and files in all your rooms: words, "a phrase", OR, -not,
                                         from: in: has: before: after: on: (docs/search.md)
  people search <name or e-mail>
  people deactivate <person>             signs them out and removes them everywhere; people activate <person>
  function list                          function on <function>, function off <function>
  machine add <function> <public key>    a file with a P-256 JWK; machine remove <id>
  case open <reference> <person> … --officer <person> [--days <n>]
  case list                              case approve <id> (a second administrator), case close <id>
  domain list                            domain claim <domain>: tells the DNS record that proves it
  domain verify <domain>                 domain remove <domain>
  outside list                           other organisations: what holds, whom you met, key servers
  outside policy <everybody | listed | nobody> [<domain> …]
  outside pause <organisation>           outside resume <organisation>
  key list                               states, check values, progress; key history
  key public <file.pem>                  key make <folder or file>: a new main key and its encrypted upload
  key check <file>                       the check value of a backup, as the Control Hub shows it
  key upload <file> [--activate]         key add-aws <arn> [--activate]
  key rotate <file or arn>               a new main key in the place of the active one
  key activate <id>                      key revoke <id>, key delete <id>, key undelete <id>, key remove <id>
  key use-default                        key diagnose <id>: what is wrong at Amazon and what to do
  doctor                                 checks a running deployment
  realm …                                a key server on your own machine: cloister realm --help

  --as <email>      who acts (CLOISTER_AS)
  --data <folder>   the deployment's data folder (CLOISTER_DATA; default .data in the project)
  --scope <scope>   for token: what it may be used for
  --dry-run         for key and outside: tells what would happen
  --wait            for key: follows it to its end
  --yes <id>        for key and outside: confirms what stops people's work
  --json            one JSON value a line

A main key's <id> is the first eight digits that key list shows.
An <organisation> is a domain it proved, its name or id.
A <room> is an id or a title, a <person> an e-mail address, a name or an id.
A <function> is indexing, transcoding, retention, ediscovery or dlp; all are off until switched on.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;
