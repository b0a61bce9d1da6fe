/** Every sentence of identity's pages, in English. The other languages have the same members or do not compile. */
export const en = {
  language: 'English',
  otherLanguages: 'Language',
  product: 'Cloister',
  errorPrefix: 'Error',
  signIn: {
    title: 'Sign in',
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    note: 'Your organisation keeps the keys to your messages, so nothing is lost when you change computers.',
    wrong:
      'This address and password do not belong together. Check both and try again, or ask your administrator for help.',
    wait: (wait: string) => `Too many attempts in a row. Wait ${wait}, then try again.`,
    incomplete: 'Enter your e-mail address and your password.',
    stale: 'This page was open for too long. Sign in once more.',
    otherOrganisation:
      'This app belongs to another organisation. Open the app of your own organisation and sign in there.',
    busy: 'Many people are signing in at this moment. Wait a few seconds, then try again.',
  },
  invitation: {
    title: 'Choose a password',
    welcome: (name: string, organisation: string) => `${name}, you are invited to ${organisation}.`,
    account: 'E-mail address',
    password: 'New password',
    hint: (length: number) =>
      `At least ${length} characters. A few words in a row are easy to remember and hard to guess.`,
    repeat: 'The same password again',
    submit: 'Save password',
    short: (length: number) => `The password is too short. Use at least ${length} characters.`,
    long: 'The password is too long. Use at most 256 characters.',
    different: 'The two passwords differ. Type the same one twice.',
    taken: 'Somebody with this address has an account already. Sign in with it, or ask your administrator.',
    doneTitle: 'Your password is saved',
    done: 'You can now sign in. Open the address your administrator gave you for the app.',
    goneTitle: 'This link does not work any more',
    gone: 'It was used, replaced by a newer one, or is more than seven days old. Ask your administrator for a new link.',
  },
  signOut: {
    title: 'Sign out?',
    text: 'This ends your sign-in in this browser.',
    confirm: 'Sign out',
    stay: 'Stay signed in',
    doneTitle: 'You are signed out',
    done: 'You can close this page.',
  },
  failed: {
    expiredTitle: 'This page has expired',
    expired: 'Go back to the app and start to sign in again.',
    title: 'That did not work',
    text: 'The app sent something that the sign-in service cannot accept. Go back to the app and try again.',
    serverText: 'The sign-in service has a problem. Wait a moment, go back to the app and try again.',
    code: (code: string) => `For your administrator: ${code}`,
  },
};

/** A language's sentences. */
export type Catalogue = typeof en;
