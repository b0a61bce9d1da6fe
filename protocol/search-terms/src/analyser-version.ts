/** Version of the match rules (docs/search.md). Terms of two versions are never compared; another version means indexing again. */
export const analyserVersion = 1;

/**
 * What this version was tested with. Folding follows Unicode, the words of Thai, Lao, Khmer and Myanmar follow ICU: where a
 * runtime has others, a few terms may differ from those of machines that do not.
 */
export const testedWith = { unicode: '17.0', icu: '78' } as const;
