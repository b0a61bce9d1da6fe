/**
 * The secure channel between a client and its key server, both halves: ECDHE handshake, sealed requests and replies.
 * It never learns which requests are allowed, and keeps no token and no key beyond the channel's own.
 * @see ../../../docs/wires.md §8, the published protocol in kms.md §1
 */
export { KeyChannel } from './client/key-channel.ts';
export { type Handshake, type HandshakeInput, startHandshake } from './client/start-handshake.ts';
export { type ProofSubject, signProof, verifyProof } from './proof.ts';
export { refusalOf } from './refusal.ts';
export { type MessageRoute, routeOf } from './route.ts';
export {
  answerHandshake,
  type HandshakeAnswer,
  type HandshakeTerms,
  refuseHandshake,
  type StaticSigner,
} from './server/answer-handshake.ts';
export { openRequest, sealResponse } from './server/channel-messages.ts';
export { type HandshakeRequest, openHandshake } from './server/open-handshake.ts';
export { signReset } from './server/sign-reset.ts';
