/** One example that works, then the list. */
export const usage = `cloister room create "Plans" aoi@acme.example --as alice@acme.example
cloister room send Plans "Lunch at noon?" --as alice@acme.example

  token <email>                          prints a full access token on its last line
  room create <title> [<person> …]       room list            room show <room>
  room add <room> <person> …             room remove <room> <person>
  room appoint <room> <person> …         makes moderators; room dismiss <room> <person> …
  room rename <room> <title>             room leave <room>
  room send <room> <text | ->            - reads standard input
  room history <room> [--limit <n>]      room tail <room> [--count <n>]
  room upload <room> <file> … [--message <text>]
  room download <room> <file name> [--output <path>]
  people search <name or e-mail>
  doctor                                 checks a running deployment

  --as <email>      who acts (CLOISTER_AS)
  --data <folder>   the deployment's data folder (CLOISTER_DATA; default .data in the project)
  --scope <scope>   for token: what it may be used for
  --json            one JSON value a line

A <room> is an id or a title, a <person> an e-mail address, a name or an id.
Exit codes: 0 done, 1 failed, 2 wrong usage.`;
