import { describeSessions } from './testing/session-tests.ts';

describeSessions('NSS');
