/** What keeps records in folders: Node only. Browsers get `folder-stores-absent.ts`, so no `node:` import reaches them. */
export { type ClaimedFolder, claimFolder } from './claim-folder.ts';
export { fileStore } from './file-store.ts';
