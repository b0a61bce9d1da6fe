/** Whether this is an Apple keyboard, whose shortcuts use ⌘. */
export const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.userAgent);
