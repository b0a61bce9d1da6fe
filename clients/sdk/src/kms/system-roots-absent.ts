/** A browser shows no program the roots it trusts: those of the deployment count alone, which `app` gives it. */
export const systemRoots = (): readonly string[] => [];
