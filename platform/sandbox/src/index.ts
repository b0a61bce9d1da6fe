/**
 * Runs other people's programs on other people's documents, in a sandbox with no network, no file and no right, and says
 * by its content what a document is. Never learns whose the document is, and keeps nothing of it.
 * @see docs/adr/0008-documents-meet-programs-in-a-sandbox-only.md
 */
export { type DocumentKind, documentKind } from './kind/document-kind.ts';
export { needsPassword } from './kind/needs-password.ts';
export { saysEncrypted } from './kind/says-encrypted.ts';
export { type DocumentLimits, defaultDocumentLimits, defaultSandboxLimits, type SandboxLimits } from './limits.ts';
export { type ConvertOffice, convertOffice } from './office/convert-office.ts';
export { checkSandbox } from './run/check-sandbox.ts';
export { debianPackages, type Program, programPath } from './run/programs.ts';
export { readAll } from './run/read-all.ts';
export { runSandboxed, type SandboxedRun } from './run/run-sandboxed.ts';
export { workFolder } from './run/sandbox-command.ts';
