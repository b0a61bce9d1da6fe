const han = /^\p{Script=Han}$/u;

/** Whether a text is one Han character, which alone is a word. */
export const isHan = (text: string): boolean => han.test(text);
