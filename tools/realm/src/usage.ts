/** What the program can do, by an example that works. */
export const usage = `cloister realm init <folder> --host kms.acme.example --organisation <id> --roots <pem> [--domain acme.example]
                     [--database postgresql://kms@host/kms --database-password-file <file> [--database-root <pem>]] [--dry-run]
cloister realm certificate <folder> <pem>         check and install what the authority answered
cloister realm join <folder> --code-file <file or -> [--operator https://…] [--root <pem of the operator's server>]
cloister realm start <folder>                     run it, until Ctrl-C
cloister realm status <folder>                    how it is and what is next; also when nothing runs
cloister realm rotate <folder> link|receipt|tls|static
cloister realm source . <file.tar>                the source of what runs here
with --json each says one JSON value; for the operator: cloister realm invite|list|withdraw
`;
